sit_test(page_fault_test SOURCES page_fault_test.c LIBRARIES sitter_report)
target_link_options(page_fault_test PRIVATE
                    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
