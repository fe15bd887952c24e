sit_fuzz_target(fuzz_filter SOURCES fuzz_filter.c LIBRARIES sitter_app m)
sit_fuzz_target(fuzz_script SOURCES fuzz_script.c LIBRARIES sitter_tui)
target_include_directories(fuzz_script PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
