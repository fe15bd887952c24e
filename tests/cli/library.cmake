# The library as another program sees it, from an installed copy.
if(SITTER_SANITIZE)
  set(library_flags ${sanitizers})
endif()
add_test(NAME cli_library
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/library_test.sh ${PROJECT_BINARY_DIR}
                 ${PROJECT_SOURCE_DIR}/docs/example_logistic.c ${CMAKE_C_COMPILER}
                 ${library_flags})
set_tests_properties(cli_library PROPERTIES TIMEOUT 120
                     ENVIRONMENT "OPENBLAS_NUM_THREADS=2")
