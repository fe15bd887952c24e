# The report's HTML page, as its unit test writes it over hostile text, held to what a
# page must be; no browser.
add_test(NAME cli_page
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/page_test.sh $<TARGET_FILE:html_page_test>)
set_tests_properties(cli_page PROPERTIES TIMEOUT 240 SKIP_RETURN_CODE 77)
add_test(NAME cli_report_files
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/report_files_test.sh $<TARGET_FILE:sitter>)
set_tests_properties(cli_report_files PROPERTIES TIMEOUT 240 SKIP_RETURN_CODE 77
  ENVIRONMENT "OPENBLAS_NUM_THREADS=2")
