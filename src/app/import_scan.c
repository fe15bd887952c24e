/*
 * Walking the folders of an import: which files are pictures, what each is called, its
 * source, and what the layout says of split and class.
 */
#include "import_scan.h"

#include <regex.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/file.h"

enum { MAX_DEPTH = 32 };

void import_files_release(struct import_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        free(files->items[i].path);
        free(files->items[i].name);
        free(files->items[i].source);
    }
    free(files->items);
    sit_buf_release(&files->other_folders);
    *files = (struct import_files){0};
}

static bool is_picture_name(const char *name)
{
    static const char *const endings[] = {"jpg", "jpeg", "png", "bmp", "gif", "tga",
                                          "psd", "ppm",  "pgm", "pnm", "hdr", "pic"};
    const char *dot = strrchr(name, '.');
    if (dot == NULL)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (strcasecmp(dot + 1, endings[i]) == 0)
            return true;
    return false;
}

/* The name without its ending. */
static size_t stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *slash = strrchr(name, '/');
    if (dot == NULL || (slash != NULL && dot < slash))
        return strlen(name);
    return (size_t)(dot - name);
}

void sit_import_default_source(const char *name, struct sit_buf *out)
{
    const char *slash = strrchr(name, '/');
    if (slash != NULL) /* one source's faces may be sorted into several folders */
        name = slash + 1;
    size_t length = stem_length(name), cut = length;
    for (size_t i = length; i > 0; i--) {
        if (name[i - 1] == '_') {
            cut = i - 1;
            break;
        }
    }
    sit_buf_append(out, name, cut > 0 ? cut : length); /* "_3.jpg" */
}

/* What is common to the files below one folder. */
struct scan {
    struct import_files *files;
    void **seen; /* tsearch() tree of the folders below this path so far */
    bool split_given;
    enum sit_split split;
    sit_class_index class_index;
};

struct folder_id {
    dev_t device;
    ino_t inode;
};

static int compare_folders(const void *a, const void *b)
{
    const struct folder_id *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->inode < y->inode ? -1 : x->inode > y->inode;
}

/* Note a folder; *is_new is false where a link led to it before. Without this, links
 * that lead back would be walked in circles. */
static enum sit_status enter_folder(const struct scan *scan, const char *path,
                                    bool *is_new, struct sit_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    struct folder_id *id = sit_calloc(1, sizeof *id);
    if (id == NULL)
        return sit_error_nomem(err);
    *id = (struct folder_id){.device = info.st_dev, .inode = info.st_ino};
    struct folder_id **node = tsearch(id, scan->seen, compare_folders);
    *is_new = node != NULL && *node == id;
    if (!*is_new)
        free(id);
    return node != NULL ? SIT_OK : sit_error_nomem(err);
}

static enum sit_status add_file(const struct scan *scan, const char *path,
                                const char *name, struct sit_error *err)
{
    struct import_files *files = scan->files;
    void *items = files->items;
    if (!sit_grow_array(&items, &files->capacity, files->n + 1, sizeof *files->items))
        return sit_error_nomem(err);
    files->items = items;
    struct import_file file = {.path = sit_strdup(path),
                               .name = sit_strdup(name),
                               .split_given = scan->split_given,
                               .split = scan->split,
                               .class_index = scan->class_index};
    files->items[files->n++] = file;
    return file.path != NULL && file.name != NULL ? SIT_OK : sit_error_nomem(err);
}

static enum sit_status scan_folder(const struct scan *scan, const char *path,
                                   const char *prefix, int depth,
                                   struct sit_error *err);

static enum sit_status scan_subfolder(const struct scan *scan, const char *path,
                                      const char *prefix, int depth,
                                      struct sit_error *err)
{
    bool is_new;
    enum sit_status status = enter_folder(scan, path, &is_new, err);
    if (status == SIT_OK && is_new)
        status = scan_folder(scan, path, prefix, depth, err);
    return status;
}

/* All pictures below `path`; `prefix` is the path below the root, "" at the root. */
static enum sit_status scan_folder(const struct scan *scan, const char *path,
                                   const char *prefix, int depth, struct sit_error *err)
{
    if (depth > MAX_DEPTH)
        return sit_error_set(err, SIT_E_LIMIT, "'%s': folders nested more than %d deep",
                             path, MAX_DEPTH);
    struct sit_dir_list list;
    enum sit_status status = sit_dir_list_read(path, &list, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = 0; status == SIT_OK && i < list.n_entries; i++) {
        const struct sit_dir_entry *entry = &list.entries[i];
        if (!entry->is_dir && !is_picture_name(entry->name)) {
            scan->files->n_ignored++;
            continue;
        }
        char *below = sit_file_join(path, entry->name);
        char *name = prefix[0] != '\0' ? sit_file_join(prefix, entry->name)
                                       : sit_strdup(entry->name);
        if (below == NULL || name == NULL)
            status = sit_error_nomem(err);
        else if (!entry->is_dir)
            status = add_file(scan, below, name, err);
        else
            status = scan_subfolder(scan, below, name, depth + 1, err);
        free(below);
        free(name);
    }
    sit_dir_list_release(&list);
    return status;
}

/* Whether every folder in the list is named after a class, and there is one; no picture
 * may lie beside them. With `must` any other folder is an error. */
static enum sit_status are_classes(const struct sit_dir_list *list, const char *path,
                                   const struct sit_class_list *classes, bool must,
                                   bool *yes, struct sit_error *err)
{
    size_t n_classes = 0, n_others = 0;
    for (size_t i = 0; i < list->n_entries; i++) {
        const struct sit_dir_entry *entry = &list->entries[i];
        bool fits = entry->is_dir && sit_class_list_find(classes, entry->name) >= 0;
        if (must && entry->is_dir && !fits)
            return sit_error_set(err, SIT_E_ARG,
                                 "'%s/%s' is not named after a class of the project",
                                 path, entry->name);
        n_classes += fits;
        n_others += entry->is_dir ? !fits : is_picture_name(entry->name);
    }
    *yes = n_classes > 0 && n_others == 0;
    return SIT_OK;
}

/* Folders of classes are known before any is walked: a link to one is not followed. */
static enum sit_status enter_all(const struct scan *scan, const char *path,
                                 const struct sit_dir_list *list, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < list->n_entries; i++) {
        bool is_new;
        if (!list->entries[i].is_dir)
            continue;
        char *below = sit_file_join(path, list->entries[i].name);
        status = below != NULL ? enter_folder(scan, below, &is_new, err)
                               : sit_error_nomem(err);
        free(below);
    }
    return status;
}

/* Folders that hold a folder a class. With `must` they have to, and pictures beside
 * these are unlabelled; without, nothing is scanned unless *found. */
static enum sit_status scan_classes(struct scan scan, const char *path,
                                    const struct sit_class_list *classes, bool must,
                                    bool *found, struct sit_error *err)
{
    struct sit_dir_list list;
    enum sit_status status = sit_dir_list_read(path, &list, err);
    if (status != SIT_OK)
        return status;
    status = are_classes(&list, path, classes, must, found, err);
    bool scanned = status == SIT_OK && (must || *found);
    if (scanned)
        status = enter_all(&scan, path, &list, err);
    for (size_t i = 0; scanned && status == SIT_OK && i < list.n_entries; i++) {
        const struct sit_dir_entry *entry = &list.entries[i];
        if (!entry->is_dir && !is_picture_name(entry->name)) {
            scan.files->n_ignored++;
            continue;
        }
        scan.class_index = entry->is_dir ? sit_class_list_find(classes, entry->name)
                                         : SIT_NO_CLASS;
        char *below = sit_file_join(path, entry->name);
        if (below == NULL)
            status = sit_error_nomem(err);
        else if (entry->is_dir)
            status = scan_folder(&scan, below, "", 1, err);
        else
            status = add_file(&scan, below, entry->name, err);
        free(below);
    }
    sit_dir_list_release(&list);
    return status;
}

/* train/ and test/ (at least one) and no other folder. */
static enum sit_status is_split_layout(const char *path, bool *yes,
                                       struct sit_error *err)
{
    struct sit_dir_list list;
    enum sit_status status = sit_dir_list_read(path, &list, err);
    if (status != SIT_OK)
        return status;
    size_t n_splits = 0, n_others = 0;
    for (size_t i = 0; i < list.n_entries; i++) {
        const struct sit_dir_entry *entry = &list.entries[i];
        if (!entry->is_dir)
            n_others += is_picture_name(entry->name);
        else if (strcmp(entry->name, "train") == 0 || strcmp(entry->name, "test") == 0)
            n_splits++;
        else
            n_others++;
    }
    *yes = n_splits > 0 && n_others == 0;
    sit_dir_list_release(&list);
    return SIT_OK;
}

/* Folders that give no label, for a note: they may have been meant to. */
static enum sit_status note_other_folders(struct import_files *files, const char *path,
                                          struct sit_error *err)
{
    enum { MAX_NAMED = 4 };
    struct sit_dir_list list;
    enum sit_status status = sit_dir_list_read(path, &list, err);
    if (status != SIT_OK)
        return status;
    size_t n = 0;
    for (size_t i = 0; i < list.n_entries; i++) {
        if (!list.entries[i].is_dir || ++n > MAX_NAMED)
            continue;
        bool first = files->other_folders.n_bytes == 0;
        sit_buf_appendf(&files->other_folders, "%s'%s'", first ? "" : ", ",
                        list.entries[i].name);
    }
    if (n > MAX_NAMED)
        sit_buf_appendf(&files->other_folders, " and %zu more", n - MAX_NAMED);
    sit_dir_list_release(&list);
    return files->other_folders.failed ? sit_error_nomem(err) : SIT_OK;
}

static enum sit_status scan_root_folder(struct scan scan, const char *path,
                                        const struct sit_class_list *classes,
                                        struct sit_error *err)
{
    bool split_layout = false, found = false, is_new;
    enum sit_status status = enter_folder(&scan, path, &is_new, err);
    if (status == SIT_OK)
        status = is_split_layout(path, &split_layout, err);
    if (status == SIT_OK && !split_layout) {
        status = scan_classes(scan, path, classes, false, &found, err);
        if (status == SIT_OK && !found)
            status = note_other_folders(scan.files, path, err);
        return status == SIT_OK && !found ? scan_folder(&scan, path, "", 0, err)
                                          : status;
    }
    scan.split_given = true;
    for (int i = 0; status == SIT_OK && i < 2; i++) {
        scan.split = i == 0 ? SIT_TRAIN : SIT_TEST;
        char *below = sit_file_join(path, sit_split_name(scan.split));
        if (below == NULL) {
            status = sit_error_nomem(err);
        } else if (access(below, F_OK) == 0) {
            status = enter_folder(&scan, below, &is_new, err);
            if (status == SIT_OK)
                status = scan_classes(scan, below, classes, true, &found, err);
        }
        free(below);
    }
    return status;
}

static enum sit_status scan_path(struct import_files *files, const char *path,
                                 const struct sit_class_list *classes,
                                 struct sit_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    void *seen = NULL;
    struct scan scan = {.files = files, .seen = &seen, .class_index = SIT_NO_CLASS};
    if (S_ISDIR(info.st_mode)) {
        enum sit_status status = scan_root_folder(scan, path, classes, err);
        tdestroy(seen, free);
        return status;
    }
    const char *slash = strrchr(path, '/');
    return add_file(&scan, path, slash != NULL ? slash + 1 : path, err);
}

static enum sit_status source_by_pattern(const regex_t *pattern, const char *name,
                                         struct sit_buf *out, struct sit_error *err)
{
    char *stem = sit_strndup(name, stem_length(name));
    if (stem == NULL)
        return sit_error_nomem(err);
    regmatch_t match[2];
    if (regexec(pattern, stem, 2, match, 0) == 0 && match[1].rm_so >= 0 &&
        match[1].rm_eo > match[1].rm_so)
        sit_buf_append(out, stem + match[1].rm_so,
                       (size_t)(match[1].rm_eo - match[1].rm_so));
    else
        sit_buf_append_text(out, stem); /* no match: a source of its own */
    free(stem);
    return SIT_OK;
}

static enum sit_status find_sources(struct import_files *files, const regex_t *pattern,
                                    struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < files->n; i++) {
        struct sit_buf source = {0};
        if (pattern != NULL)
            status = source_by_pattern(pattern, files->items[i].name, &source, err);
        else
            sit_import_default_source(files->items[i].name, &source);
        if (status == SIT_OK && (source.failed || source.data == NULL))
            status = sit_error_nomem(err);
        files->items[i].source = sit_buf_take(&source);
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct import_file *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : strcmp(x->path, y->path);
}

static int by_source_and_name(const void *a, const void *b)
{
    const struct import_file *x = a, *y = b;
    int order = strcmp(x->source, y->source);
    return order != 0 ? order : by_name(a, b);
}

static enum sit_status compile_pattern(const char *text, regex_t *pattern,
                                       struct sit_error *err)
{
    int code = regcomp(pattern, text, REG_EXTENDED);
    if (code != 0) {
        char reason[128];
        regerror(code, pattern, reason, sizeof reason);
        return sit_error_set(err, SIT_E_ARG, "source pattern '%s': %s", text, reason);
    }
    if (pattern->re_nsub < 1) {
        regfree(pattern);
        return sit_error_set(err, SIT_E_ARG,
                             "source pattern '%s' has no group, as in '^([0-9]+)_'",
                             text);
    }
    return SIT_OK;
}

enum sit_status import_scan(const char *const *paths, size_t n_paths,
                            const struct sit_class_list *classes,
                            const char *source_pattern, enum sit_split_unit unit,
                            struct import_files *out, struct sit_error *err)
{
    regex_t pattern;
    enum sit_status status = SIT_OK;
    if (source_pattern != NULL)
        status = compile_pattern(source_pattern, &pattern, err);
    if (status != SIT_OK)
        return status;
    struct import_files files = {0};
    for (size_t i = 0; status == SIT_OK && i < n_paths; i++)
        status = scan_path(&files, paths[i], classes, err);
    if (status == SIT_OK)
        status = find_sources(&files, source_pattern != NULL ? &pattern : NULL, err);
    if (source_pattern != NULL)
        regfree(&pattern);
    if (status != SIT_OK) {
        import_files_release(&files);
        return status;
    }
    /* The split counts sources (or faces) in byte order. */
    if (files.n > 1)
        qsort(files.items, files.n, sizeof *files.items,
              unit == SIT_SPLIT_BY_FACE ? by_name : by_source_and_name);
    *out = files;
    return SIT_OK;
}

/* A path of posters: no layout is looked for. */
static enum sit_status scan_posters(struct import_files *files, const char *path,
                                    struct sit_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    void *seen = NULL;
    struct scan scan = {.files = files, .seen = &seen, .class_index = SIT_NO_CLASS};
    if (S_ISDIR(info.st_mode)) {
        enum sit_status status = scan_subfolder(&scan, path, "", 0, err);
        tdestroy(seen, free);
        return status;
    }
    const char *slash = strrchr(path, '/');
    return add_file(&scan, path, slash != NULL ? slash + 1 : path, err);
}

static enum sit_status name_poster(struct import_file *file, struct sit_error *err)
{
    const char *slash = strrchr(file->name, '/');
    const char *base = slash != NULL ? slash + 1 : file->name;
    size_t n_bytes = stem_length(base);
    file->source = sit_strndup(base, n_bytes > 0 ? n_bytes : strlen(base));
    return file->source != NULL ? SIT_OK : sit_error_nomem(err);
}

enum sit_status import_scan_posters(const char *const *paths, size_t n_paths,
                                    struct import_files *out, struct sit_error *err)
{
    struct import_files files = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < n_paths; i++)
        status = scan_posters(&files, paths[i], err);
    for (size_t i = 0; status == SIT_OK && i < files.n; i++)
        status = name_poster(&files.items[i], err);
    if (status != SIT_OK) {
        import_files_release(&files);
        return status;
    }
    if (files.n > 1)
        qsort(files.items, files.n, sizeof *files.items, by_source_and_name);
    *out = files;
    return SIT_OK;
}
