foreach(name command_test grid_test held_key_test prompt_test keymap_test
             key_config_test label_screen_test picture_cache_test review_screen_test
             painter_test palette_test loop_test random_keys_test line_speed_test)
  sit_test(${name} SOURCES ${name}.c LIBRARIES sitter_tui)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src/tui)
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT
               "SITTER_GOLDEN=${CMAKE_CURRENT_LIST_DIR}/golden")
endforeach()
target_link_libraries(painter_test PRIVATE util)
target_link_libraries(loop_test PRIVATE util)
