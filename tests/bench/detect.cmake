# Not a test: sitter detect beside a plain loop over dlib.
if(TARGET sitter_dlib)
  add_executable(detect_bench ${CMAKE_CURRENT_LIST_DIR}/detect_bench.cc)
  target_link_libraries(detect_bench PRIVATE sitter_options sitter_dlib PkgConfig::JPEG
                        png)
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/detect_bench.cc PROPERTIES
                              COMPILE_OPTIONS "-O3;-w;-fno-sanitize=all;-g0")
endif()
