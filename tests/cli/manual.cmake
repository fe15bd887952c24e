add_test(NAME manual_test
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/manual_test.sh $<TARGET_FILE:sitter>
                 ${PROJECT_SOURCE_DIR}/docs)
