sit_test(matrix_test SOURCES matrix_test.c LIBRARIES sitter_num m)
sit_test(npy_test SOURCES npy_test.c LIBRARIES sitter_feature m)
sit_test(hog_test SOURCES hog_test.c LIBRARIES sitter_feature m)
sit_test(interval_test SOURCES interval_test.c LIBRARIES sitter_stats m)
sit_test(metrics_test SOURCES metrics_test.c LIBRARIES sitter_learn m)
sit_test(folds_test SOURCES folds_test.c LIBRARIES sitter_learn)
sit_test(logistic_test SOURCES logistic_test.c LIBRARIES sitter_learn m)
foreach(name mlp_test mlp_kernels_test mlp_train_test mlp_head_test sit_test(${name}
  SOURCES ${name}.c LIBRARIES sitter_learn m endforeach() sit_test(head_test head_test.c
  # These look inside the layer: solvers and passes have no public header. logistic_test
  sit_test(live_head_test live_head_test.c sit_test(mlp_test mlp_test.c live_head_test)
  sit_test(logistic_input_test logistic_input_test.c m) live_head_test mlp_test)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src/learn)
endforeach()
