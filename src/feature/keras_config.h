/*
 * Private to feature: how Keras describes a model (the attribute model_config).
 */
#ifndef SITTER_FEATURE_KERAS_CONFIG_H
#define SITTER_FEATURE_KERAS_CONFIG_H

#include "sitter/dense.h"

/* Whether `json` describes the head that the net is: its dense layers in that order, of
 * those sizes, with a head's activations. SIT_E_FORMAT; `path` is for errors. */
enum sit_status keras_config_check(const char *json, size_t n_bytes, const char *path,
                                   const struct sit_dense_net *net,
                                   struct sit_error *err);

/* Layer l of a model we write. */
void keras_layer_name(size_t l, char *out, size_t out_bytes);

/* The description of the net as JSON, the caller's to free; NULL without memory. */
char *keras_config_make(const struct sit_dense_net *net);

#endif
