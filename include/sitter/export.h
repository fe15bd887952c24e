/*
 * Taking labels elsewhere and bringing them in: CSV, JSON lines, ImageFolder.
 */
#ifndef SITTER_EXPORT_H
#define SITTER_EXPORT_H

#include "sitter/notes.h"
#include "sitter/project.h"

/**
 * Append every face as CSV (RFC 4180, header line): face, source, split, label (class
 * name), annotator, labelled_at, prediction, and p_<class> for each class predicted.
 * model_id 0: the predictions of the newest model that has any.
 */
enum sit_status sit_export_csv(struct sit_project *project, int64_t model_id,
                               struct sit_buf *out, struct sit_error *err);

/** Append one CSV field, quoted where it has to be. */
void sit_csv_append(struct sit_buf *out, const char *text);

/** Append every face as a line of JSON: face, source, split, label (class key or null),
 * annotator, labelled_at, prediction (key or null), p {key: probability}. Names that
 * are no UTF-8 have each wrong byte replaced by U+FFFD. */
enum sit_status sit_export_jsonl(struct sit_project *project, int64_t model_id,
                                 struct sit_buf *out, struct sit_error *err);

/**
 * Write the labelled faces' picture files as train|test/<class name>/<face name> into
 * `dir`, which must not exist or be empty. The folder appears whole or not at all.
 * SIT_E_EXISTS; SIT_E_NOT_FOUND where nothing is labelled.
 */
enum sit_status sit_export_imagefolder(struct sit_project *project, const char *dir,
                                       size_t *n_faces, struct sit_error *err);

struct sit_labels_import_result {
    size_t n_rows;
    size_t n_labelled;   /* labels written */
    size_t n_changed;    /* of these: another label was there, the file's is newer */
    size_t n_outvoted;   /* of these: what the face counts as is another class all the
                            same, by what persons have said of it */
    size_t n_unchanged;  /* had that label already */
    size_t n_unlabelled; /* rows without a label: nothing to do */
    size_t n_unknown;    /* rows whose face is not in the project */
};

/**
 * Bring in labels from such a CSV or JSON lines file (told apart by the first
 * character): columns or fields `face` and `label` (class key or name), optionally
 * `annotator` and `labelled_at` (ISO 8601; without an offset UTC). A label in the file
 * replaces another of the same annotator, where none is named of files; two different
 * ones of one annotator for one face are an error. All of
 * the file is checked first; all labels are written in one transaction, or none.
 * SIT_E_FORMAT names the line.
 */
enum sit_status sit_labels_import(struct sit_project *project, const char *path,
                                  const struct sit_notes *notes,
                                  struct sit_labels_import_result *out,
                                  struct sit_error *err);

/** The same from memory; `name` is for errors (fuzz target, tests). */
enum sit_status sit_labels_import_bytes(struct sit_project *project, const char *bytes,
                                        size_t n_bytes, const char *name,
                                        const struct sit_notes *notes,
                                        struct sit_labels_import_result *out,
                                        struct sit_error *err);

#endif
