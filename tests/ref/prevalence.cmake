sit_test(prevalence_ref_test SOURCES prevalence_ref_test.c
         LIBRARIES sitter_stats PkgConfig::JANSSON m)
target_compile_definitions(prevalence_ref_test PRIVATE
                           SITTER_REF_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
target_include_directories(prevalence_ref_test PRIVATE ${PROJECT_SOURCE_DIR}/src/stats)
