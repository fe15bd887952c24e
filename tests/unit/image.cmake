sit_test(image_test SOURCES image_test.c LIBRARIES sitter_image)
sit_test(canvas_test SOURCES canvas_test.c LIBRARIES sitter_image)
sit_test(demo_picture_test SOURCES demo_picture_test.c LIBRARIES sitter_image)
sit_test(grey_test SOURCES grey_test.c LIBRARIES sitter_image m)
