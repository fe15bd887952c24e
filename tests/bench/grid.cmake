# Not a test: measures from a key to the next face (run.sh runs it).
add_executable(grid_bench ${CMAKE_CURRENT_LIST_DIR}/grid_bench.c)
target_link_libraries(grid_bench PRIVATE sitter_options ptyterm sitter_store)
