# Charts on the model of a screen, and the command that prints them.
sit_test(chart_screen_test SOURCES chart_screen_test.c LIBRARIES ptyterm sitter_report m)
sit_test(report_pty_test SOURCES report_pty_test.c LIBRARIES ptyterm sitter_app)
target_compile_definitions(report_pty_test PRIVATE
                           SITTER_PROGRAM="$<TARGET_FILE:sitter>")
add_dependencies(report_pty_test sitter)
