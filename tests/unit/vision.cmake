sit_test(vision_test SOURCES vision_test.c LIBRARIES sitter_vision m)
sit_test(opencv_vectors_test SOURCES opencv_vectors_test.c LIBRARIES sitter_image m)
