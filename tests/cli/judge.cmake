add_test(NAME cli_judge
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/judge_test.sh $<TARGET_FILE:sitter>)
set_tests_properties(cli_judge PROPERTIES TIMEOUT 240
  ENVIRONMENT "SITTER_SHARED=${SITTER_SHARED_DIR};OPENBLAS_NUM_THREADS=2")
