# Not a test: the article's MLP, beside PyTorch and scikit-learn (mlp_bench.py).
add_executable(mlp_bench ${CMAKE_CURRENT_LIST_DIR}/mlp_bench.c)
target_link_libraries(mlp_bench PRIVATE sitter_options sitter_learn)
