sit_test(year_test SOURCES year_test.c LIBRARIES sitter_app)
