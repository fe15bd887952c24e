sit_test(log_odds_ref_test SOURCES log_odds_ref_test.c
         LIBRARIES sitter_stats PkgConfig::JANSSON m)
target_compile_definitions(log_odds_ref_test PRIVATE
                           SITTER_REF_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
