add_test(NAME cli_adjudicate
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/adjudicate_test.sh
                 $<TARGET_FILE:sitter>)
set_tests_properties(cli_adjudicate PROPERTIES TIMEOUT 240)
