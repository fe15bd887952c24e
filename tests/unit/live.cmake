sit_test(live_session_test SOURCES live_session_test.c LIBRARIES sitter_app m)
