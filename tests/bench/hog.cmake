# Not a test: HOG features, the kernel and the whole job.
add_executable(hog_bench ${CMAKE_CURRENT_LIST_DIR}/hog_bench.c)
target_link_libraries(hog_bench PRIVATE sitter_options sitter_app)
