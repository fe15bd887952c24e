/*
 * Private to the files of this folder that read HDF5: a walk through one file, its
 * errors, and its text attributes.
 */
#ifndef SITTER_FEATURE_WEIGHTS_WALK_H
#define SITTER_FEATURE_WEIGHTS_WALK_H

#include <hdf5.h>

#include "weights_file.h"

/* What a walk carries about. */
struct walk {
    hid_t file;
    const char *path;
    const struct weights_filter *filter;
    struct weights_file *out;
    size_t n_floats; /* read so far */
    hsize_t file_bytes;
};

struct text_list {
    char **items;
    size_t n, capacity;
};

void text_list_release(struct text_list *list);

/* SIT_E_FORMAT: "'x.h5': cannot read WHAT: HDF5's reason". */
enum sit_status walk_fail(const struct walk *w, const char *what,
                          struct sit_error *err);

/* Append the strings, fixed or of variable length, of an attribute that is there; each
 * must be shorter than max_bytes. SIT_E_FORMAT, SIT_E_LIMIT, SIT_E_NOMEM. */
enum sit_status walk_read_texts(const struct walk *w, hid_t object, const char *name,
                                size_t max_bytes, struct text_list *out,
                                struct sit_error *err);

/* A list of names, whole or in numbered parts (Keras splits what is above 64 kB). False
 * in *found where neither is there. */
enum sit_status walk_read_names(const struct walk *w, hid_t group, const char *name,
                                struct text_list *out, bool *found,
                                struct sit_error *err);

#endif
