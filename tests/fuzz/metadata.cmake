sit_fuzz_target(fuzz_year SOURCES fuzz_year.c LIBRARIES sitter_app)
