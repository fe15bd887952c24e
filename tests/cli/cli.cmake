foreach(name usage script demo keys hostile metadata posters keras detect mlp
             merge)
  add_test(NAME cli_${name}
           COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/${name}_test.sh $<TARGET_FILE:sitter>)
  set_tests_properties(cli_${name} PROPERTIES TIMEOUT 240 SKIP_RETURN_CODE 77
    ENVIRONMENT "SITTER_SHARED=${SITTER_SHARED_DIR};OPENBLAS_NUM_THREADS=2")
endforeach()
