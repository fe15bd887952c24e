sit_fuzz_target(fuzz_probe SOURCES fuzz_probe.c LIBRARIES sitter_term)
sit_fuzz_target(fuzz_input SOURCES fuzz_input.c LIBRARIES sitter_term)
