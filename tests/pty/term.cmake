# The harness: programs in a pseudo-terminal that answers as a terminal would.
add_library(ptyterm STATIC ${CMAKE_CURRENT_LIST_DIR}/ptyterm.c
            ${CMAKE_CURRENT_LIST_DIR}/ptyscreen.c
            ${CMAKE_CURRENT_LIST_DIR}/ptygrid.c
            ${CMAKE_CURRENT_LIST_DIR}/ptyscreen_kitty.c
            ${CMAKE_CURRENT_LIST_DIR}/ptyscreen_sixel.c)
target_include_directories(ptyterm PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(ptyterm PRIVATE sitter_options
                      PUBLIC sitter_image sitter_base PkgConfig::SIXEL util)

add_executable(query_probe ${CMAKE_CURRENT_LIST_DIR}/query_probe.c)
target_link_libraries(query_probe PRIVATE sitter_options sitter_term)

sit_test(ptyterm_test SOURCES ptyterm_test.c LIBRARIES ptyterm sitter_term)
target_compile_definitions(ptyterm_test PRIVATE
                           QUERY_PROBE="$<TARGET_FILE:query_probe>")
add_dependencies(ptyterm_test query_probe)
