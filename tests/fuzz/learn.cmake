sit_fuzz_target(fuzz_npy SOURCES fuzz_npy.c LIBRARIES sitter_feature)
sit_fuzz_target(fuzz_head SOURCES fuzz_head.c LIBRARIES sitter_learn)
