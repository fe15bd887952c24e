add_executable(review_bench ${CMAKE_CURRENT_LIST_DIR}/review_bench.c)
target_link_libraries(review_bench PRIVATE sitter_options sitter_app m)
