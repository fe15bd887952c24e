/*
 * Any text as the classes of a new project, one a line: what is taken can be found
 * again and is fit for a key, a folder and a screen.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sitter/project.h"
#include "sitter/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(const struct sit_class_list *list)
{
    if (list->n > SIT_PROJECT_MAX_CLASSES)
        abort();
    for (size_t i = 0; i < list->n; i++) {
        const struct sit_class *item = &list->items[i];
        uint32_t code;
        size_t n = strnlen(item->key, sizeof item->key);
        if (n == 0 || n == sizeof item->key ||
            sit_utf8_decode(item->key, n, &code) != n || sit_text_code_width(code) < 1)
            abort();
        if (memchr(item->name, '\0', sizeof item->name) == NULL ||
            item->name[0] == '\0' || item->name[0] == '.' ||
            strchr(item->name, '/') != NULL)
            abort();
        if (sit_class_list_find(list, item->key) != (sit_class_index)i)
            abort();
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(list->items[k].name, item->name) == 0)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static bool ready;
    struct sit_class_list list = {0};
    char *text = strndup((const char *)bytes, n_bytes), *rest = text, *line;
    if (!ready)
        sit_text_init_locale();
    ready = true;
    while (text != NULL && (line = strsep(&rest, "\n")) != NULL) {
        struct sit_error err = {0};
        if (sit_class_list_add(&list, line, &err) != SIT_OK && err.message[0] == '\0')
            abort();
    }
    check(&list);
    free(text);
    return 0;
}
