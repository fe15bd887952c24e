sit_fuzz_target(fuzz_apertium SOURCES fuzz_apertium.c LIBRARIES sitter_app m)
target_include_directories(fuzz_apertium PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
