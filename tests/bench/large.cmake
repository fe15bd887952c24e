# Not a test: large collections, beside scikit-learn and the speed of memory.
add_executable(large_project_fill ${CMAKE_CURRENT_LIST_DIR}/large_project_fill.c
               ${CMAKE_CURRENT_LIST_DIR}/large_features.c)
target_link_libraries(large_project_fill PRIVATE sitter_options sitter_store m)
add_executable(large_bench ${CMAKE_CURRENT_LIST_DIR}/large_bench.c
               ${CMAKE_CURRENT_LIST_DIR}/large_features.c)
target_link_libraries(large_bench PRIVATE sitter_options sitter_learn sitter_feature
                      Threads::Threads m)
