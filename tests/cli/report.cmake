add_test(NAME cli_report
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/report_test.sh $<TARGET_FILE:sitter>)
set_tests_properties(cli_report PROPERTIES TIMEOUT 240
  ENVIRONMENT "SITTER_SHARED=${SITTER_SHARED_DIR};OPENBLAS_NUM_THREADS=2")
