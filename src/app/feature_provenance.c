/*
 * Provenance of feature sets: which parts of it determine the numbers, and refusing to
 * mix vectors that were made otherwise. Storing is the store's.
 */
#include "feature_provenance.h"

#include <stdlib.h>
#include <string.h>

/* Told, but not compared: the same content under another name, the same computation by
 * a later program. */
static bool is_information(const char *key)
{
    return strcmp(key, "file") == 0 || strcmp(key, "weights") == 0 ||
           strcmp(key, "program") == 0;
}

bool feature_provenance_add_path(json_t *provenance, const char *key, const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    size_t first = n;
    while (first > 0 && path[first - 1] != '/')
        first--;
    json_t *name = json_stringn_nocheck(path + first, n - first);
    if (name == NULL)
        return false;
    json_t *checked = json_stringn(json_string_value(name), json_string_length(name));
    json_decref(name);
    return checked == NULL || json_object_set_new(provenance, key, checked) == 0;
}

/* The first determining key of `a` whose value differs in `b`, or NULL. */
static const char *first_difference(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    json_object_foreach(
        (json_t *)a, key,
        value) if (!is_information(key) &&
                   !json_equal(value, json_object_get(b, key))) return key;
    return NULL;
}

/* A value for a message; long digests abbreviated. */
static void append_value(struct sit_buf *text, const json_t *value)
{
    enum { MAX_BYTES = 16 };
    const char *string = json_string_value(value);
    if (value == NULL) {
        sit_buf_append_text(text, "none");
    } else if (string != NULL && strlen(string) > MAX_BYTES) {
        sit_buf_append(text, string, MAX_BYTES);
        sit_buf_append_text(text, "...");
    } else if (string != NULL) {
        sit_buf_append_text(text, string);
    } else {
        char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        sit_buf_append_text(text, dumped != NULL ? dumped : "?");
        free(dumped);
    }
}

static enum sit_status refuse(const struct sit_feature_set *set,
                              const struct sit_buf *what, struct sit_error *err)
{
    return sit_error_set(err, SIT_E_EXISTS,
                         "%sfeature set '%s' was made with %s; take another --set, or "
                         "remove it (sitter features remove --set %s)",
                         set->complete ? "" : "unfinished ", set->name,
                         sit_buf_text(what), set->name);
}

/* Whether new vectors belong into the set: SIT_OK, or SIT_E_EXISTS. */
static enum sit_status check_same(const struct sit_feature_set *set, size_t dim,
                                  const char *model, const json_t *wanted,
                                  struct sit_error *err)
{
    struct sit_buf what = {0};
    json_t *stored = json_loads(set->provenance != NULL ? set->provenance : "", 0,
                                NULL);
    const char *key = NULL;
    enum sit_status status = SIT_OK;
    if (strcmp(set->model, model) != 0) {
        sit_buf_appendf(&what, "model %s, not %s", set->model, model);
    } else if ((key = first_difference(wanted, stored)) != NULL ||
               (key = first_difference(stored, wanted)) != NULL) {
        sit_buf_appendf(&what, "%s ", key);
        append_value(&what, json_object_get(stored, key));
        sit_buf_append_text(&what, ", this is ");
        append_value(&what, json_object_get(wanted, key));
    } else if (set->dim != dim) {
        sit_buf_appendf(&what, "%zu values a face, not %zu", set->dim, dim);
    }
    if (what.failed)
        status = sit_error_nomem(err);
    else if (what.n_bytes > 0)
        status = refuse(set, &what, err);
    sit_buf_release(&what);
    json_decref(stored);
    return status;
}

enum sit_status feature_set_begin(struct sit_project *project, const char *name,
                                  size_t dim, const char *model,
                                  const json_t *provenance, int64_t *id,
                                  struct sit_error *err)
{
    struct sit_feature_set set = {0};
    enum sit_status status = sit_project_any_feature_set(project, name, &set, err);
    bool is_there = status == SIT_OK && (set.complete || set.n_faces > 0);
    if (is_there) {
        status = check_same(&set, dim, model, provenance, err);
        if (status == SIT_OK)
            *id = set.id;
    } else if (status == SIT_OK || status == SIT_E_NOT_FOUND) {
        char *text = json_dumps(provenance, JSON_COMPACT);
        if (text == NULL)
            status = sit_error_nomem(err);
        else
            status = sit_project_begin_feature_set(project, name, dim, model, text, id,
                                                   err);
        free(text);
    }
    free(set.provenance);
    return status;
}
