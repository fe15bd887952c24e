# The conversion scripts of the document on weights.
add_test(NAME cli_weights_doc
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/weights_doc_test.sh
                 ${PROJECT_SOURCE_DIR}/docs/weights.md)
set_tests_properties(cli_weights_doc PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)
