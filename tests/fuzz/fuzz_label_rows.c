/*
 * Any bytes as a label file: an error that names the file, or rows that keep their
 * word.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "label_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct label_rows rows = {0};
    struct sit_error err = {0};
    char *copy = malloc(n_bytes > 0 ? n_bytes : 1); /* no byte beyond the end */
    if (copy == NULL)
        return 0;
    if (n_bytes > 0)
        memcpy(copy, bytes, n_bytes);
    enum sit_status status = label_rows_parse(copy, n_bytes, "fuzz", &rows, &err);
    if (status != SIT_OK && (rows.items != NULL || strstr(err.message, "fuzz") == NULL))
        abort();
    for (size_t i = 0; i < rows.n; i++)
        if (rows.items[i].face == NULL || rows.items[i].line == 0 ||
            strlen(rows.items[i].face) > n_bytes)
            abort();
    label_rows_release(&rows);
    free(copy);
    return 0;
}
