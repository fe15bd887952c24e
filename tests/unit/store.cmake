sit_test(project_test SOURCES project_test.c LIBRARIES sitter_store)
# It looks inside the layer: migrations have no public header.
target_include_directories(project_test PRIVATE ${PROJECT_SOURCE_DIR}/src/store)
sit_test(store_rows_test SOURCES store_rows_test.c LIBRARIES sitter_store)
sit_test(posters_test SOURCES posters_test.c LIBRARIES sitter_store)
target_include_directories(posters_test PRIVATE ${PROJECT_SOURCE_DIR}/src/store)
