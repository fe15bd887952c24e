/*
 * Text attributes of an HDF5 file, and what HDF5 says where it fails. Counts and
 * lengths are checked before memory is taken for them.
 */
#include "weights_file.h"

#ifdef SITTER_HAVE_HDF5

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "weights_walk.h"

enum {
    MAX_ATTRIBUTE_PARTS = 64, /* layer_names0, layer_names1, ... */
    CAUSE_BYTES = 160,
};

void text_list_release(struct text_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}

static enum sit_status text_list_add(struct text_list *list, const char *text,
                                     size_t n_bytes, struct sit_error *err)
{
    char *copy = sit_strndup(text, n_bytes);
    void *items = list->items;
    if (copy == NULL ||
        !sit_grow_array(&items, &list->capacity, list->n + 1, sizeof *list->items)) {
        free(copy);
        return sit_error_nomem(err);
    }
    list->items = items;
    list->items[list->n++] = copy;
    return SIT_OK;
}

/* The innermost entry of HDF5's error stack is the cause. */
static herr_t take_cause(unsigned n, const H5E_error2_t *entry, void *cause)
{
    if (n == 0 && entry->desc != NULL)
        snprintf(cause, CAUSE_BYTES, ": %s", entry->desc);
    return 0;
}

enum sit_status walk_fail(const struct walk *w, const char *what, struct sit_error *err)
{
    char cause[CAUSE_BYTES] = "";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_cause, cause);
    return sit_error_set(err, SIT_E_FORMAT, "'%s': cannot read %s%s", w->path, what,
                         cause);
}

/*
 * Text attributes
 */

struct attribute {
    hid_t id, type, space;
    size_t n; /* strings */
};

static void attribute_close(struct attribute *a)
{
    if (a->type >= 0)
        H5Tclose(a->type);
    if (a->space >= 0)
        H5Sclose(a->space);
    if (a->id >= 0)
        H5Aclose(a->id);
}

/* Opens an attribute that is there; n is 0 for one without items, whatever its type
 * (Keras writes an empty list as numbers). */
static enum sit_status attribute_open(const struct walk *w, hid_t object,
                                      const char *name, struct attribute *out,
                                      struct sit_error *err)
{
    struct attribute a = {.type = -1, .space = -1};
    enum sit_status status = SIT_OK;
    hssize_t n = -1;
    a.id = H5Aopen(object, name, H5P_DEFAULT);
    if (a.id >= 0) {
        a.type = H5Aget_type(a.id);
        a.space = H5Aget_space(a.id);
    }
    if (a.type >= 0 && a.space >= 0)
        n = H5Sget_simple_extent_npoints(a.space);
    if (n < 0)
        status = walk_fail(w, name, err);
    else if (n > WEIGHTS_MAX_TENSORS)
        status = sit_error_set(err, SIT_E_LIMIT,
                               "'%s': %s has %llu entries, at most %d", w->path, name,
                               (unsigned long long)n, WEIGHTS_MAX_TENSORS);
    else if (n > 0 && H5Tget_class(a.type) != H5T_STRING)
        status = sit_error_set(err, SIT_E_FORMAT, "'%s': %s is no text", w->path, name);
    if (status != SIT_OK) {
        attribute_close(&a);
        return status;
    }
    a.n = (size_t)n;
    *out = a;
    return SIT_OK;
}

static enum sit_status too_long(const struct walk *w, const char *name,
                                size_t max_bytes, struct sit_error *err)
{
    return sit_error_set(err, SIT_E_LIMIT, "'%s': a text in %s is %zu bytes or longer",
                         w->path, name, max_bytes);
}

static enum sit_status read_variable(const struct walk *w, const struct attribute *a,
                                     const char *name, size_t max_bytes,
                                     struct text_list *out, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    char **texts = sit_calloc(a->n, sizeof *texts);
    hid_t type = H5Tcopy(H5T_C_S1);
    bool is_read = false;
    if (texts == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    if (type < 0 || H5Tset_size(type, H5T_VARIABLE) < 0 ||
        H5Tset_cset(type, H5Tget_cset(a->type)) < 0 ||
        H5Aread(a->id, type, texts) < 0) {
        status = walk_fail(w, name, err);
        goto done;
    }
    is_read = true;
    for (size_t i = 0; status == SIT_OK && i < a->n; i++) {
        size_t n = texts[i] != NULL ? strnlen(texts[i], max_bytes) : 0;
        status = n >= max_bytes ? too_long(w, name, max_bytes, err)
                                : text_list_add(out, n > 0 ? texts[i] : "", n, err);
    }
done:
    if (is_read)
        H5Dvlen_reclaim(type, a->space, H5P_DEFAULT, texts);
    if (type >= 0)
        H5Tclose(type);
    free(texts);
    return status;
}

static enum sit_status read_fixed(const struct walk *w, const struct attribute *a,
                                  const char *name, size_t max_bytes,
                                  struct text_list *out, struct sit_error *err)
{
    size_t item_bytes = H5Tget_size(a->type);
    if (item_bytes == 0)
        return walk_fail(w, name, err);
    if (item_bytes > max_bytes)
        return too_long(w, name, max_bytes, err);
    enum sit_status status = SIT_OK;
    char *texts = sit_calloc(a->n, item_bytes);
    if (texts == NULL)
        return sit_error_nomem(err);
    if (H5Aread(a->id, a->type, texts) < 0)
        status = walk_fail(w, name, err);
    bool spaces = H5Tget_strpad(a->type) == H5T_STR_SPACEPAD;
    for (size_t i = 0; status == SIT_OK && i < a->n; i++) {
        const char *text = texts + i * item_bytes;
        size_t n = strnlen(text, item_bytes);
        while (spaces && n > 0 && text[n - 1] == ' ')
            n--;
        status = text_list_add(out, text, n, err);
    }
    free(texts);
    return status;
}

enum sit_status walk_read_texts(const struct walk *w, hid_t object, const char *name,
                                size_t max_bytes, struct text_list *out,
                                struct sit_error *err)
{
    struct attribute a;
    enum sit_status status = attribute_open(w, object, name, &a, err);
    if (status != SIT_OK)
        return status;
    htri_t variable = a.n > 0 ? H5Tis_variable_str(a.type) : 0;
    if (variable < 0)
        status = walk_fail(w, name, err);
    else if (variable > 0)
        status = read_variable(w, &a, name, max_bytes, out, err);
    else if (a.n > 0)
        status = read_fixed(w, &a, name, max_bytes, out, err);
    attribute_close(&a);
    return status;
}

enum sit_status walk_read_names(const struct walk *w, hid_t group, const char *name,
                                struct text_list *out, bool *found,
                                struct sit_error *err)
{
    char part[64];
    *found = true;
    if (H5Aexists(group, name) > 0)
        return walk_read_texts(w, group, name, WEIGHTS_MAX_NAME_BYTES, out, err);
    for (int i = 0; i < MAX_ATTRIBUTE_PARTS; i++) {
        snprintf(part, sizeof part, "%s%d", name, i);
        if (H5Aexists(group, part) <= 0) {
            *found = i > 0;
            break;
        }
        enum sit_status status = walk_read_texts(w, group, part, WEIGHTS_MAX_NAME_BYTES,
                                                 out, err);
        if (status != SIT_OK)
            return status;
    }
    return SIT_OK;
}

#endif
