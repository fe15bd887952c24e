/*
 * Heads as Keras 2 files (HDF5): dense layers in a full model or a weights-only file.
 * Where the file says how the model is built, it must be what a head is: dense layers
 * in a row, ReLU between them, a sigmoid or softmax at the end; dropout and the like
 * may stand between. Where it does not, that is assumed.
 */
#ifndef SITTER_KERAS_HEAD_H
#define SITTER_KERAS_HEAD_H

#include "sitter/dense.h"
#include "sitter/status.h"

/**
 * Read a head; one output is a sigmoid, more are a softmax. SIT_E_IO; SIT_E_FORMAT: not
 * Keras 2, layers or activations that no head has, shapes that do not fit each other, a
 * damaged file; SIT_E_NUMERIC: a weight that is not finite; SIT_E_LIMIT;
 * SIT_E_UNSUPPORTED: built without HDF5. Nothing in the file is trusted.
 */
enum sit_status sit_keras_head_read(const char *path, struct sit_dense_net *out,
                                    struct sit_error *err);

/**
 * Write a full model as Keras 2.0.6 saves one, without an optimiser: load_model() and
 * load_weights() read it. Atomic. SIT_E_ARG (no layers), SIT_E_IO, SIT_E_NOMEM,
 * SIT_E_UNSUPPORTED.
 */
enum sit_status sit_keras_head_write(const char *path, const struct sit_dense_net *net,
                                     struct sit_error *err);

#endif
