/*
 * Private to app: what a feature set was made of, as JSON, and whether other vectors
 * belong into it.
 */
#ifndef SITTER_APP_FEATURE_PROVENANCE_H
#define SITTER_APP_FEATURE_PROVENANCE_H

#include <jansson.h>

#include "sitter/project.h"

/* Set `key` to the last part of a path; left out where that is no UTF-8. False without
 * memory. */
bool feature_provenance_add_path(json_t *provenance, const char *key, const char *path);

/*
 * The set of that name, made where new. One that is there is taken up where model,
 * dimension and whatever determines the numbers agree; file names and the version of
 * the program are kept beside for information. An unfinished one without vectors gives
 * way. SIT_E_EXISTS tells what differs.
 */
enum sit_status feature_set_begin(struct sit_project *project, const char *name,
                                  size_t dim, const char *model,
                                  const json_t *provenance, int64_t *id,
                                  struct sit_error *err);

#endif
