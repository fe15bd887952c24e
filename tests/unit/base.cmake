sit_test(base_test SOURCES base_test.c LIBRARIES sitter_base)
