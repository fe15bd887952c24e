sit_test(child_test SOURCES child_test.c LIBRARIES sitter_base)
