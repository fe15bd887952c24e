/*
 * Any text as a filter: what is taken says where each term stands, what is refused says
 * why.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    char *text = strndup((const char *)bytes, n_bytes);
    struct sit_filter_terms terms;
    struct sit_error err = {0};
    if (text == NULL)
        return 0;
    if (sit_filter_parse(text, &terms, &err) != SIT_OK) {
        check(err.status == SIT_E_ARG && strstr(err.message, "character ") != NULL);
        free(text);
        return 0;
    }
    check(terms.n <= SIT_FILTER_MAX_TERMS);
    size_t at = 0;
    for (size_t i = 0; i < terms.n; i++) {
        const struct sit_filter_term *term = &terms.items[i];
        check(term->position > at && term->position <= strlen(text));
        at = term->position;
        check(memchr(term->text, '\0', sizeof term->text) != NULL);
        check((term->op == SIT_FILTER_HOLDS) == (term->text[0] == '\0'));
        check(term->field < SIT_N_FILTER_FIELDS && isfinite(term->number));
    }
    free(text);
    return 0;
}
