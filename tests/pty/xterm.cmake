add_executable(picture_on_screen picture_on_screen.c)
target_link_libraries(picture_on_screen PRIVATE sitter_options sitter_tui)
target_include_directories(picture_on_screen PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
add_test(NAME xterm_test
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/xterm_test.sh $<TARGET_FILE:sitter>
                 $<TARGET_FILE:picture_on_screen>)
set_tests_properties(xterm_test PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77
                     RUN_SERIAL TRUE)
