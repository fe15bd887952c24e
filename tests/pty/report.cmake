sit_test(chart_screen_test SOURCES chart_screen_test.c LIBRARIES ptyterm sitter_report m)
