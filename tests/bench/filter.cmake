add_executable(filter_bench ${CMAKE_CURRENT_LIST_DIR}/filter_bench.c)
target_link_libraries(filter_bench PRIVATE sitter_options sitter_app m)
