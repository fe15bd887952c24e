# The grid through a pseudo-terminal; label.cmake has the driver.
sit_test(grid_pty_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/grid_pty_test.c
         LIBRARIES screen_driver sitter_tui TIMEOUT 300)
target_include_directories(grid_pty_test PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
set_tests_properties(grid_pty_test PROPERTIES RUN_SERIAL TRUE)
