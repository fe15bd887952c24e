sit_test(review_lists_test SOURCES review_lists_test.c LIBRARIES sitter_app)
