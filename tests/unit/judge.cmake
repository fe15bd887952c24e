sit_test(bootstrap_test SOURCES bootstrap_test.c LIBRARIES sitter_stats m)
sit_test(paired_test SOURCES paired_test.c LIBRARIES sitter_stats m)
sit_test(suspect_test SOURCES suspect_test.c LIBRARIES sitter_learn m)
sit_test(learning_curve_test SOURCES learning_curve_test.c LIBRARIES sitter_learn m)
