sit_fuzz_target(fuzz_image SOURCES fuzz_image.c LIBRARIES sitter_image)
