sit_fuzz_target(fuzz_key_config SOURCES fuzz_key_config.c LIBRARIES sitter_tui)
target_include_directories(fuzz_key_config PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
