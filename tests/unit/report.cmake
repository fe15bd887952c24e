sit_test(chart_test SOURCES chart_test.c LIBRARIES sitter_report m)
sit_test(html_page_test SOURCES html_page_test.c LIBRARIES sitter_report m)
