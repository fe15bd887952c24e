sit_test(agreement_ref_test SOURCES agreement_ref_test.c
         LIBRARIES sitter_stats PkgConfig::JANSSON m)
target_compile_definitions(agreement_ref_test PRIVATE
                           SITTER_REF_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
