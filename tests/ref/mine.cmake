sit_test(log_odds_ref_test SOURCES log_odds_ref_test.c
         LIBRARIES sitter_stats PkgConfig::JANSSON m)
target_compile_definitions(log_odds_ref_test PRIVATE
                           SITTER_REF_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
sit_test(mine_captions_test SOURCES mine_captions_test.c LIBRARIES sitter_app m)
target_include_directories(mine_captions_test PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
target_compile_definitions(mine_captions_test PRIVATE
                           SITTER_REF_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
