sit_test(chart_test SOURCES chart_test.c LIBRARIES sitter_report m)
