/*
 * Classes (the list in memory and the table) and settings.
 */
#include "db.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sitter/text.h"

/* Keys that the screens use themselves. */
static const char RESERVED_KEYS[] = " hjklgGuq/?:";

void sit_class_list_default(struct sit_class_list *list)
{
    *list = (struct sit_class_list){
        .n = 3,
        .items = {{.key = "m", .name = "male"},
                  {.key = "f", .name = "female"},
                  {.key = "o", .name = "other", .excluded = true}}};
}

static enum sit_status check_key(const struct sit_class_list *list, const char *key,
                                 size_t n_bytes, struct sit_error *err)
{
    uint32_t code;
    size_t used = sit_utf8_decode(key, n_bytes, &code);
    if (n_bytes == 0 || used != n_bytes || code == UINT32_MAX ||
        sit_text_code_width(code) < 1)
        return sit_error_set(err, SIT_E_ARG,
                             "class '%.*s': the key must be one printable character",
                             (int)n_bytes, key);
    if (code < 0x80 && strchr(RESERVED_KEYS, (int)code) != NULL)
        return sit_error_set(err, SIT_E_ARG,
                             "class key '%.*s' is a key the screens use themselves "
                             "(taken:%s)",
                             (int)n_bytes, key, RESERVED_KEYS);
    for (size_t i = 0; i < list->n; i++)
        if (strlen(list->items[i].key) == n_bytes &&
            memcmp(list->items[i].key, key, n_bytes) == 0)
            return sit_error_set(err, SIT_E_ARG, "class key '%.*s' is given twice",
                                 (int)n_bytes, key);
    return SIT_OK;
}

static enum sit_status check_name(const struct sit_class_list *list, const char *name,
                                  size_t n_bytes, struct sit_error *err)
{
    if (n_bytes == 0 || n_bytes >= sizeof list->items[0].name)
        return sit_error_set(err, SIT_E_ARG, "a class name has 1 to %zu bytes",
                             sizeof list->items[0].name - 1);
    /* Names become folders of an export. */
    if (memchr(name, '/', n_bytes) != NULL || name[0] == '.' ||
        !sit_utf8_valid(name, n_bytes))
        return sit_error_set(err, SIT_E_ARG,
                             "class name '%.*s' cannot be a folder's name",
                             (int)n_bytes, name);
    for (size_t i = 0; i < list->n; i++)
        if (strlen(list->items[i].name) == n_bytes &&
            strncasecmp(list->items[i].name, name, n_bytes) == 0)
            return sit_error_set(err, SIT_E_ARG, "class name '%.*s' is given twice",
                                 (int)n_bytes, name);
    return SIT_OK;
}

enum sit_status sit_class_list_add(struct sit_class_list *list, const char *text,
                                   struct sit_error *err)
{
    const char *colon = strchr(text, ':');
    if (colon == NULL)
        return sit_error_set(err, SIT_E_ARG,
                             "class '%s': expected KEY:NAME or KEY:NAME:exclude", text);
    const char *name = colon + 1, *end = name + strlen(name);
    const char *option = strchr(name, ':');
    if (option != NULL) {
        if (strcmp(option, ":exclude") != 0)
            return sit_error_set(err, SIT_E_ARG,
                                 "class '%s': '%s' is not known, only 'exclude' is",
                                 text, option + 1);
        end = option;
    }
    if (list->n == SIT_PROJECT_MAX_CLASSES)
        return sit_error_set(err, SIT_E_LIMIT, "more than %d classes",
                             SIT_PROJECT_MAX_CLASSES);
    size_t key_bytes = (size_t)(colon - text), name_bytes = (size_t)(end - name);
    enum sit_status status = check_key(list, text, key_bytes, err);
    if (status == SIT_OK)
        status = check_name(list, name, name_bytes, err);
    if (status != SIT_OK)
        return status;
    struct sit_class item = {.excluded = option != NULL};
    memcpy(item.key, text, key_bytes);
    memcpy(item.name, name, name_bytes);
    list->items[list->n++] = item;
    return SIT_OK;
}

sit_class_index sit_class_list_find(const struct sit_class_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].key, text) == 0)
            return (sit_class_index)i;
    for (size_t i = 0; i < list->n; i++)
        if (strcasecmp(list->items[i].name, text) == 0)
            return (sit_class_index)i;
    return SIT_NO_CLASS;
}

enum sit_status sit_project_classes(struct sit_project *project,
                                    struct sit_class_list *out, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT id, key, name, excluded FROM class ORDER BY id", err);
    struct sit_class_list list = {0};
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK)
            return status;
        if (!row)
            break;
        if (list.n ==
            SIT_PROJECT_MAX_CLASSES) { /* a forged file need not have our CHECK */
            sqlite3_reset(stmt);
            return sit_error_set(err, SIT_E_FORMAT, "'%s' is damaged: too many classes",
                                 project->path);
        }
        struct sit_class *item = &list.items[list.n];
        const char *key = (const char *)sqlite3_column_text(stmt, 1);
        const char *name = (const char *)sqlite3_column_text(stmt, 2);
        if (sqlite3_column_int64(stmt, 0) != (int64_t)list.n + 1 || key == NULL ||
            name == NULL || strlen(key) >= sizeof item->key || key[0] == '\0' ||
            strlen(name) >= sizeof item->name) {
            sqlite3_reset(stmt);
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s' is damaged: its classes are not numbered from 1",
                                 project->path);
        }
        snprintf(item->key, sizeof item->key, "%s", key);
        snprintf(item->name, sizeof item->name, "%s", name);
        item->excluded = sqlite3_column_int(stmt, 3) != 0;
        list.n++;
    }
    *out = list;
    return SIT_OK;
}

enum sit_status sit_project_setting(struct sit_project *project, const char *key,
                                    struct sit_buf *value, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "SELECT value FROM setting WHERE key = ?",
                                    err);
    db_bind_text(stmt, 1, key);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "'%s' has no setting '%s'",
                             project->path, key);
    sit_buf_append_text(value, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_reset(stmt);
    return value->failed ? sit_error_nomem(err) : SIT_OK;
}

enum sit_status sit_project_set_setting(struct sit_project *project, const char *key,
                                        const char *value, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", err);
    db_bind_text(stmt, 1, key);
    db_bind_text(stmt, 2, value);
    return db_run(project, stmt, err);
}
