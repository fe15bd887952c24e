sit_test(child_test SOURCES child_test.c LIBRARIES sitter_base)
sit_test(mine_test SOURCES mine_test.c LIBRARIES sitter_app m)
target_include_directories(mine_test PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
