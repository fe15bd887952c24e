# Not a test: measures from a key to the next face (run.sh runs it).
add_executable(key_bench ${CMAKE_CURRENT_LIST_DIR}/key_bench.c)
target_link_libraries(key_bench PRIVATE sitter_options ptyterm sitter_store)
