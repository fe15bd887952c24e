# The screens through a pseudo-terminal: the real program, keys in, frames out.
add_library(screen_driver STATIC ${CMAKE_CURRENT_LIST_DIR}/screen_driver.c)
target_compile_definitions(screen_driver PUBLIC
                           SITTER_PROGRAM="$<TARGET_FILE:sitter>")
target_include_directories(screen_driver PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(screen_driver PRIVATE sitter_options
                      PUBLIC ptyterm sitter_app PkgConfig::CMOCKA)
add_dependencies(screen_driver sitter)

# A child under job control, as a shell's: for stopping and continuing.
add_executable(job_shell ${CMAKE_CURRENT_LIST_DIR}/job_shell.c)
target_link_libraries(job_shell PRIVATE sitter_options)

foreach(test label context shared terminals kill signals hostile review adjudicate
             line)
  sit_test(${test}_pty_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/${test}_pty_test.c
           LIBRARIES screen_driver TIMEOUT 300)
  # Keys have times: a held key is told from a pressed one by them.
  set_tests_properties(${test}_pty_test PROPERTIES RUN_SERIAL TRUE)
endforeach()
target_compile_definitions(signals_pty_test PRIVATE
                           JOB_SHELL="$<TARGET_FILE:job_shell>")
add_dependencies(signals_pty_test job_shell)
target_link_libraries(hostile_pty_test PRIVATE PkgConfig::SQLITE)
