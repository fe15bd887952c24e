sit_test(year_test SOURCES year_test.c LIBRARIES sitter_app)
sit_test(csv_test SOURCES csv_test.c LIBRARIES sitter_app)
target_include_directories(csv_test PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
