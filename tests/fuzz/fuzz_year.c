/*
 * Any text as a year: what is read must be consistent with itself.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/year.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    char *text = sit_strndup((const char *)bytes, n_bytes);
    if (text == NULL)
        return 0;
    struct sit_year year;
    sit_year_parse(text, &year);
    bool good = true;
    if (year.kind == SIT_YEAR_ONE)
        good = year.year >= SIT_YEAR_FIRST && year.year <= SIT_YEAR_LAST &&
               year.decade == year.year - year.year % 10;
    else if (year.kind == SIT_YEAR_DECADE)
        good = year.year == 0 && year.decade >= SIT_YEAR_FIRST &&
               year.decade % 10 == 0;
    else
        good = year.year == 0 && year.decade == 0;
    if (!good)
        abort();
    free(text);
    return 0;
}
