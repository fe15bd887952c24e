# Not a test: importing pictures, beside decoding alone.
add_executable(import_bench ${CMAKE_CURRENT_LIST_DIR}/import_bench.c
               ${CMAKE_CURRENT_LIST_DIR}/plain_stb.c)
target_link_libraries(import_bench PRIVATE sitter_options sitter_app)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/plain_stb.c PROPERTIES
                            COMPILE_OPTIONS "-w;-O3")
