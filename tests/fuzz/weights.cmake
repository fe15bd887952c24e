sit_fuzz_target(fuzz_weights SOURCES fuzz_weights.c LIBRARIES sitter_feature m)
target_include_directories(fuzz_weights PRIVATE ${PROJECT_SOURCE_DIR}/src/feature)
sit_fuzz_target(fuzz_keras_head SOURCES fuzz_keras_head.c LIBRARIES sitter_feature m)
target_include_directories(fuzz_keras_head PRIVATE ${PROJECT_SOURCE_DIR}/src/feature)
