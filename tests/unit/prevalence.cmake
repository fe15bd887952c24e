sit_test(prevalence_test SOURCES prevalence_test.c LIBRARIES sitter_stats m)
