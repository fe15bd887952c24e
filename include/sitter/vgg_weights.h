/*
 * Weights of the VGG network (vgg.h) from a file: a Keras 2 HDF5 file, weights alone or
 * full model, or a folder of .npy files named conv1_1.kernel.npy, conv1_1.bias.npy.
 * Kernels are (3, 3, in, out) with BGR input in both. Where such files come from:
 * docs/weights.md.
 */
#ifndef SITTER_VGG_WEIGHTS_H
#define SITTER_VGG_WEIGHTS_H

#include "sitter/file.h"
#include "sitter/vgg.h"

/**
 * Read all layers that sit_vgg_layer() names; others in the file are ignored. The
 * message names file, layer, and the shape found and wanted. SIT_E_IO; SIT_E_FORMAT: a
 * missing layer, a wrong shape or type, a damaged file; SIT_E_NUMERIC: a value that is
 * not finite; SIT_E_UNSUPPORTED: HDF5, and built without it. Nothing in the file is
 * trusted. An HDF5 file is read in a child process (its library fails on forged files).
 */
enum sit_status sit_vgg_weights_read(const char *path, struct sit_vgg_weights *out,
                                     struct sit_error *err);

/**
 * What the weights are, for provenance: a file's SHA-256; of a folder, the SHA-256 of
 * what `sha256sum` prints for its files in the order of the network, kernel before
 * bias.
 */
enum sit_status sit_vgg_weights_sha256(const char *path, char hex[SIT_SHA256_HEX_BYTES],
                                       struct sit_error *err);

/** The version of the HDF5 library, NULL where built without. */
const char *sit_hdf5_version(void);

#endif
