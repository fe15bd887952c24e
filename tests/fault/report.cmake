sit_test(html_page_fault_test SOURCES html_page_fault_test.c LIBRARIES sitter_report)
target_link_options(html_page_fault_test PRIVATE
                    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
