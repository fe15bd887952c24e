sit_test(detect_ref_test SOURCES detect_ref_test.c
         LIBRARIES sitter_vision PkgConfig::JANSSON m)
