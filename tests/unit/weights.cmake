# These write HDF5 files themselves.
if(TARGET PkgConfig::HDF5)
  sit_test(weights_test SOURCES weights_test.c
           LIBRARIES sitter_feature PkgConfig::HDF5 m)
  target_include_directories(weights_test PRIVATE ${PROJECT_SOURCE_DIR}/src/feature)
  sit_test(keras_head_test SOURCES keras_head_test.c
           LIBRARIES sitter_learn sitter_feature PkgConfig::HDF5 m)
endif()
