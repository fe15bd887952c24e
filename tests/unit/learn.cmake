sit_test(matrix_test SOURCES matrix_test.c LIBRARIES sitter_num m)
sit_test(npy_test SOURCES npy_test.c LIBRARIES sitter_feature m)
sit_test(hog_test SOURCES hog_test.c LIBRARIES sitter_feature m)
sit_test(interval_test SOURCES interval_test.c LIBRARIES sitter_stats m)
foreach(name folds head live_head logistic logistic_input metrics mlp mlp_head mlp_kernels
             mlp_train)
  sit_test(${name}_test SOURCES ${name}_test.c LIBRARIES sitter_learn m)
endforeach()
# These look inside the layer: the solvers and the passes have no public header.
foreach(name live_head logistic mlp mlp_head mlp_kernels mlp_train)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/src/learn)
endforeach()
