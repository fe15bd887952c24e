sit_test(prevalence_test SOURCES prevalence_test.c LIBRARIES sitter_stats m)
sit_test(prevalence_coverage_test
         SOURCES prevalence_coverage_test.c ${PROJECT_SOURCE_DIR}/tests/bench/coverage_draw.c
         LIBRARIES sitter_stats m)
target_include_directories(prevalence_coverage_test PRIVATE
                           ${PROJECT_SOURCE_DIR}/tests/bench)
