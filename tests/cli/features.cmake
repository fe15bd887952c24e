add_test(NAME cli_features
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/features_test.sh $<TARGET_FILE:sitter>)
set_tests_properties(cli_features PROPERTIES TIMEOUT 240)

add_executable(make_vgg_weights ${CMAKE_CURRENT_LIST_DIR}/make_vgg_weights.c)
target_include_directories(make_vgg_weights PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(make_vgg_weights PRIVATE sitter_options sitter_feature m)
add_executable(compare_npy ${CMAKE_CURRENT_LIST_DIR}/compare_npy.c)
target_link_libraries(compare_npy PRIVATE sitter_options sitter_feature m)
add_test(NAME cli_vggface
         COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/vggface_test.sh $<TARGET_FILE:sitter>
                 $<TARGET_FILE:make_vgg_weights> $<TARGET_FILE:compare_npy>)
set_tests_properties(cli_vggface PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77
  ENVIRONMENT "SITTER_SHARED=${SITTER_SHARED_DIR};OPENBLAS_NUM_THREADS=2")
