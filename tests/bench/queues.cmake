# Not a test: what each queue is worth on faces whose labels are known.
add_executable(queue_simulation ${CMAKE_CURRENT_LIST_DIR}/queue_simulation.c)
target_link_libraries(queue_simulation PRIVATE sitter_options sitter_app m)
# It looks inside the layer: the queue and the live model have no public header.
target_include_directories(queue_simulation PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
# Not a test: a session with its live model on a large project, without a screen.
add_executable(session_bench ${CMAKE_CURRENT_LIST_DIR}/session_bench.c)
target_link_libraries(session_bench PRIVATE sitter_options sitter_app)
