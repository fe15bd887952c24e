sit_test(report_test SOURCES report_test.c LIBRARIES sitter_app m)
