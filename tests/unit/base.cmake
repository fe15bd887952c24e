sit_test(base_test SOURCES base_test.c LIBRARIES sitter_base)
sit_test(pool_test SOURCES pool_test.c LIBRARIES sitter_base)
