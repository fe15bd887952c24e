# Not a test: the VGG-Face forward pass, beside PyTorch's (vgg_torch.py runs it).
add_executable(vgg_bench ${CMAKE_CURRENT_LIST_DIR}/vgg_bench.c)
target_link_libraries(vgg_bench PRIVATE sitter_options sitter_feature m)
target_include_directories(vgg_bench PRIVATE ${PROJECT_SOURCE_DIR}/tests)
