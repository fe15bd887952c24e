sit_test(vgg_test SOURCES vgg_test.c LIBRARIES sitter_feature m)
sit_test(conv_test SOURCES conv_test.c LIBRARIES sitter_feature m)
# It looks inside the layer: convolutions have no public header.
target_include_directories(conv_test PRIVATE ${PROJECT_SOURCE_DIR}/src/feature)
