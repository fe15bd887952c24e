sit_test(seat_test SOURCES seat_test.c LIBRARIES sitter_app)
