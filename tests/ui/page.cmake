sit_test(page_screen_test SOURCES page_screen_test.c LIBRARIES sitter_tui)
target_include_directories(page_screen_test PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
set_property(TEST page_screen_test APPEND PROPERTY ENVIRONMENT
             "SITTER_GOLDEN=${CMAKE_CURRENT_LIST_DIR}/golden")
sit_test(strip_test SOURCES strip_test.c LIBRARIES sitter_tui)
target_include_directories(strip_test PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
