# Not a test: what a report of a large collection costs.
add_executable(report_fill ${CMAKE_CURRENT_LIST_DIR}/report_fill.c)
target_link_libraries(report_fill PRIVATE sitter_options sitter_store sitter_image m)
