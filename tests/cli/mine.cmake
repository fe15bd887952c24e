add_test(NAME cli_mine
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/mine_test.sh $<TARGET_FILE:sitter>)
set_tests_properties(cli_mine PROPERTIES TIMEOUT 240 SKIP_RETURN_CODE 77)
