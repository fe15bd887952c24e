/*
 * Models of a project from and to Keras files.
 */
#ifndef SITTER_KERAS_MODEL_H
#define SITTER_KERAS_MODEL_H

#include "sitter/project.h"

struct sit_keras_import_options {
    const char *path;
    const char *features; /* the set it is for; NULL: the newest */
    const char *classes;  /* "f,m": keys or names of the project's classes, in the order
                             of the outputs; NULL: female, male, as in the article */
};

/** What a file's outputs mean. */
struct sit_keras_outputs {
    int64_t model_id;
    bool is_sigmoid;  /* one output: the probability of classes[1] */
    size_t n_classes; /* else one output each */
    struct sit_class classes[SIT_PROJECT_MAX_CLASSES];
};

/**
 * Store the head in a Keras file as a model, with the file's name and SHA-256 in its
 * options. SIT_E_ARG: classes that do not fit the outputs or the project, another
 * number of inputs than the set's features; sit_keras_head_read()'s; SIT_E_NOT_FOUND:
 * no such set. Nothing is stored on failure.
 */
enum sit_status sit_keras_import(struct sit_project *project,
                                 const struct sit_keras_import_options *options,
                                 struct sit_keras_outputs *out, struct sit_error *err);

/**
 * Write a stored model (0: the newest) as a Keras file. Of the classes female and male
 * the sigmoid is male's, as sit_keras_import() takes it without classes given.
 */
enum sit_status sit_keras_export(struct sit_project *project, int64_t model_id,
                                 const char *path, struct sit_keras_outputs *out,
                                 struct sit_error *err);

#endif
