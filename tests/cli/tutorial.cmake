add_test(NAME tutorial_test
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/tutorial_test.sh $<TARGET_FILE:sitter>
                 ${PROJECT_SOURCE_DIR}/docs/tutorial.md)
set_tests_properties(tutorial_test PROPERTIES TIMEOUT 300)
