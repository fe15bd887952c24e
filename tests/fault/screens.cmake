sit_test(screens_fault_test SOURCES screens_fault_test.c LIBRARIES sitter_tui)
target_include_directories(screens_fault_test PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
target_link_options(screens_fault_test PRIVATE
                    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
