sit_test(filter_test SOURCES filter_test.c LIBRARIES sitter_app m)
