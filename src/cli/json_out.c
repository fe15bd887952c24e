/*
 * JSON for other programs; the fields are promised in docs.
 */
#include "json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "sitter/text.h"

int json_out(json_t *object)
{
    size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(12);
    if (isatty(STDOUT_FILENO))
        flags |= JSON_ENSURE_ASCII; /* C1 controls in names would reach the terminal */
    char *text = object != NULL ? json_dumps(object, flags) : NULL;
    json_decref(object);
    if (text == NULL) {
        fprintf(stderr, "sitter: out of memory\n");
        return CLI_FAILED;
    }
    puts(text);
    free(text);
    return cli_finish_stdout();
}

json_t *json_safe_text(const char *text)
{
    if (text == NULL)
        return json_null();
    struct sit_buf valid = {0};
    sit_utf8_repair(&valid, text, strlen(text));
    json_t *value = valid.failed ? NULL : json_string(sit_buf_text(&valid));
    sit_buf_release(&valid);
    return value;
}

json_t *json_provenance(const char *text)
{
    json_t *object = json_loads(text != NULL ? text : "", 0, NULL);
    return object != NULL ? object : json_null();
}

json_t *json_number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_interval_or_null(struct sit_interval interval)
{
    if (!isfinite(interval.low) || !isfinite(interval.high))
        return json_null();
    return json_pack("[f,f]", interval.low, interval.high);
}
