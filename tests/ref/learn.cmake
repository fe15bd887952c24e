foreach(name alo fisher folds logistic mlp mlp_steps search softmax)
  sit_test(${name}_ref_test SOURCES ${name}_ref_test.c
           LIBRARIES sitter_learn sitter_feature PkgConfig::JANSSON m)
  target_compile_definitions(${name}_ref_test PRIVATE
                             SITTER_REF_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
endforeach()
target_include_directories(mlp_steps_ref_test PRIVATE ${PROJECT_SOURCE_DIR}/src/learn)
