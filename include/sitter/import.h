/*
 * Importing folders of face pictures into a project.
 */
#ifndef SITTER_IMPORT_H
#define SITTER_IMPORT_H

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

struct sit_import_options {
    /* POSIX extended regular expression over the name without its ending; its first
     * group is the source. NULL: the file's own name, without folders, up to its last
     * '_'. */
    const char *source_pattern;
    bool split_unit_given;
    enum sit_split_unit split_unit; /* fixed by the project's first import */
    size_t n_jobs;                  /* decoding threads; 0: one a core */
};

struct sit_import_result {
    size_t n_pictures; /* picture files found */
    size_t n_added;
    size_t n_known;      /* there already, under that name */
    size_t n_duplicates; /* the same file under another name: remembered as a name */
    size_t n_labelled;   /* labels taken from folder names */
    size_t
        n_conflicts;  /* a folder's class against another label in the project: kept */
    size_t n_ignored; /* files that are no pictures by their ending */
    size_t n_failed;  /* pictures that could not be read */
};

/**
 * Import each path: a picture, a folder of pictures (with its subfolders), a folder
 * with train/ and test/ that hold a folder a class, or a folder that holds a folder a
 * class. A face's name is its path below the (class) folder. Pictures are checked by
 * decoding them; bad ones are noted and left out. Runs in short transactions;
 * interrupted (SIT_E_CANCELLED), what was committed stays and a second run goes on to
 * the same end. *out says what was done also then. SIT_E_ARG: bad pattern, other split
 * unit than the project's, an unknown class folder.
 */
enum sit_status sit_import_paths(struct sit_project *project, const char *const *paths,
                                 size_t n_paths,
                                 const struct sit_import_options *options,
                                 const struct sit_notes *notes,
                                 const struct sit_progress *progress,
                                 struct sit_import_result *out, struct sit_error *err);

/** The source of a face's name by the default rule, appended to *out. */
void sit_import_default_source(const char *name, struct sit_buf *out);

#endif
