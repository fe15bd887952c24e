/*
 * Private to app: finding faces by the names that other people's files use for them.
 */
#ifndef SITTER_APP_FACE_NAMES_H
#define SITTER_APP_FACE_NAMES_H

#include "sitter/project.h"

struct face_name {
    char *name;
    int64_t face_id;
};

/* Zero-initialise. */
struct face_names {
    struct face_name *names; /* sorted by name */
    size_t n, n_capacity;
    struct face_name *stems; /* names without ending */
    size_t n_stems, stem_capacity;
    struct face_name *bases; /* names without folders and ending */
    size_t n_bases, base_capacity;
};

enum sit_status face_names_load(struct sit_project *project, struct face_names *out,
                                struct sit_error *err);
void face_names_release(struct face_names *names);

/* The face of a name: as it is, else without leading folders, else the same without
 * regard to the ending, else by the file's own name alone; 0 where there is none or it
 * is ambiguous. */
int64_t face_names_find(const struct face_names *names, const char *name);

#endif
