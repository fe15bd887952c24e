/*
 * Private to app: what an import will read, found by walking folders; no file is
 * opened.
 */
#ifndef SITTER_APP_IMPORT_SCAN_H
#define SITTER_APP_IMPORT_SCAN_H

#include "sitter/import.h"

struct import_file {
    char *path;
    char *name;   /* the face's */
    char *source; /* the source's name */
    bool split_given;
    enum sit_split split;
    sit_class_index class_index; /* from the folder, or SIT_NO_CLASS */
};

struct import_files {
    struct import_file *items;
    size_t n, capacity;
    size_t n_ignored;
    struct sit_buf
        other_folders; /* those beside no class folder, as text: "'a', 'b'" */
};

/* Scan the paths, find each file's source, and sort in the order of import. */
enum sit_status import_scan(const char *const *paths, size_t n_paths,
                            const struct sit_class_list *classes,
                            const char *source_pattern, enum sit_split_unit unit,
                            struct import_files *out, struct sit_error *err);
/* The same for posters: every picture below the paths whatever the folders are called,
 * its source the file's own name without ending, in byte order of sources. */
enum sit_status import_scan_posters(const char *const *paths, size_t n_paths,
                                    struct import_files *out, struct sit_error *err);
void import_files_release(struct import_files *files);

#endif
