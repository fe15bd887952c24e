sit_test(probe_test SOURCES probe_test.c LIBRARIES sitter_term)
sit_test(input_test SOURCES input_test.c LIBRARIES sitter_term)
sit_test(picture_test SOURCES picture_test.c LIBRARIES sitter_term m)
