add_test(NAME report_reference
         COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/report_reference.py
                 $<TARGET_FILE:sitter>)
set_tests_properties(report_reference PROPERTIES TIMEOUT 240 SKIP_RETURN_CODE 77
  ENVIRONMENT "OPENBLAS_NUM_THREADS=2")
