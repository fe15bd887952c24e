sit_fuzz_target(fuzz_label_rows SOURCES fuzz_label_rows.c LIBRARIES sitter_app)
target_include_directories(fuzz_label_rows PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
sit_fuzz_target(fuzz_class_list SOURCES fuzz_class_list.c LIBRARIES sitter_store)
sit_fuzz_target(fuzz_text SOURCES fuzz_text.c LIBRARIES sitter_base)
