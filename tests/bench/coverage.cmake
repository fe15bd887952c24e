# Not a test: how often the intervals of the prevalence estimates hold the truth.
add_executable(coverage_sim ${CMAKE_CURRENT_LIST_DIR}/coverage_sim.c
               ${CMAKE_CURRENT_LIST_DIR}/coverage_draw.c)
target_link_libraries(coverage_sim PRIVATE sitter_options sitter_stats sitter_base m)
