# Not a test: the logistic head beside scikit-learn (logistic_bench.py runs it).
add_executable(logistic_bench ${CMAKE_CURRENT_LIST_DIR}/logistic_bench.c)
target_link_libraries(logistic_bench PRIVATE sitter_options sitter_learn sitter_feature)
