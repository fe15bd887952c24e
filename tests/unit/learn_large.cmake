# It looks inside the layer: that solver is only reached with much data otherwise.
sit_test(logistic_large_test SOURCES logistic_large_test.c LIBRARIES sitter_learn m)
target_include_directories(logistic_large_test PRIVATE ${PROJECT_SOURCE_DIR}/src/learn)
