add_test(NAME cli_agreement
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/agreement_test.sh $<TARGET_FILE:sitter>)
