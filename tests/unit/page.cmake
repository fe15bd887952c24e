sit_test(page_test SOURCES page_test.c LIBRARIES sitter_app m)
