sit_test(live_session_test SOURCES live_session_test.c LIBRARIES sitter_app m)
sit_test(queue_test SOURCES queue_test.c LIBRARIES sitter_app m)
# It looks inside the layer: the queue has no public header.
target_include_directories(queue_test PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
sit_test(spread_test SOURCES spread_test.c LIBRARIES sitter_learn m)
