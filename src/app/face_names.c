/*
 * An index of face names: exact, below leading folders, without the ending, by the
 * file's own name alone.
 */
#include "face_names.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

struct collect {
    struct face_names *names;
    bool no_memory;
};

static size_t stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name && strchr(dot, '/') == NULL ? (size_t)(dot - name)
                                                                  : strlen(name);
}

static const char *base_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

static bool add(struct face_name **list, size_t *n, size_t *capacity, const char *name,
                size_t n_bytes, int64_t face_id)
{
    void *items = *list;
    if (!sit_grow_array(&items, capacity, *n + 1, sizeof **list))
        return false;
    *list = items;
    char *copy = sit_strndup(name, n_bytes);
    if (copy == NULL)
        return false;
    (*list)[(*n)++] = (struct face_name){.name = copy, .face_id = face_id};
    return true;
}

static bool collect_name(void *context, const char *name, int64_t face_id)
{
    struct collect *collect = context;
    struct face_names *names = collect->names;
    collect->no_memory = !add(&names->names, &names->n, &names->n_capacity, name,
                              strlen(name), face_id) ||
                         !add(&names->stems, &names->n_stems, &names->stem_capacity,
                              name, stem_length(name), face_id) ||
                         !add(&names->bases, &names->n_bases, &names->base_capacity,
                              base_of(name), stem_length(base_of(name)), face_id);
    return !collect->no_memory;
}

static int compare_names(const void *a, const void *b)
{
    const struct face_name *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static void release_list(struct face_name *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i].name);
    free(list);
}

void face_names_release(struct face_names *names)
{
    release_list(names->names, names->n);
    release_list(names->stems, names->n_stems);
    release_list(names->bases, names->n_bases);
    *names = (struct face_names){0};
}

enum sit_status face_names_load(struct sit_project *project, struct face_names *out,
                                struct sit_error *err)
{
    struct face_names names = {0};
    struct collect collect = {.names = &names};
    enum sit_status status = sit_project_face_names(project, collect_name, &collect,
                                                    err);
    if (status == SIT_OK && collect.no_memory)
        status = sit_error_nomem(err);
    if (status != SIT_OK) {
        face_names_release(&names);
        return status;
    }
    if (names.n > 1)
        qsort(names.names, names.n, sizeof *names.names, compare_names);
    if (names.n_stems > 1)
        qsort(names.stems, names.n_stems, sizeof *names.stems, compare_names);
    if (names.n_bases > 1)
        qsort(names.bases, names.n_bases, sizeof *names.bases, compare_names);
    *out = names;
    return SIT_OK;
}

/* 0 where there is none, or where several faces share the name. */
static int64_t find_in(const struct face_name *list, size_t n, const char *name)
{
    if (n == 0)
        return 0;
    struct face_name key = {.name = (char *)name};
    const struct face_name *found = bsearch(&key, list, n, sizeof *list, compare_names);
    if (found == NULL)
        return 0;
    size_t i = (size_t)(found - list);
    for (size_t j = i; j > 0 && strcmp(list[j - 1].name, name) == 0; j--)
        if (list[j - 1].face_id != found->face_id)
            return 0;
    for (size_t j = i; j + 1 < n && strcmp(list[j + 1].name, name) == 0; j++)
        if (list[j + 1].face_id != found->face_id)
            return 0;
    return found->face_id;
}

int64_t face_names_find(const struct face_names *names, const char *name)
{
    for (const char *at = name; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        int64_t face_id = find_in(names->names, names->n, at);
        if (face_id != 0)
            return face_id;
    }
    char *stem = sit_strndup(name, stem_length(name));
    int64_t face_id = 0;
    for (const char *at = stem; at != NULL && face_id == 0; at = strchr(at, '/')) {
        at += *at == '/';
        face_id = find_in(names->stems, names->n_stems, at);
    }
    if (stem != NULL && face_id == 0)
        face_id = find_in(names->bases, names->n_bases, base_of(stem));
    free(stem);
    return face_id;
}
