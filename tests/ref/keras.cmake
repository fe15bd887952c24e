if(TARGET PkgConfig::HDF5)
  sit_test(keras_head_ref_test SOURCES keras_head_ref_test.c
           LIBRARIES sitter_learn sitter_feature m)
endif()
