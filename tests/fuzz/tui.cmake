sit_fuzz_target(fuzz_filter SOURCES fuzz_filter.c LIBRARIES sitter_app m)
