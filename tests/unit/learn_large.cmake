# They look inside the layer: the solver for many rows is only reached with much data
# otherwise, and standardising is private.
sit_test(logistic_large_test SOURCES logistic_large_test.c LIBRARIES sitter_learn m)
target_include_directories(logistic_large_test PRIVATE ${PROJECT_SOURCE_DIR}/src/learn)
sit_test(standardise_test SOURCES standardise_test.c LIBRARIES sitter_learn m)
target_include_directories(standardise_test PRIVATE ${PROJECT_SOURCE_DIR}/src/learn)
