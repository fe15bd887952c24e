/*
 * Writing CSV fields. Spreadsheets run a field that begins with =, +, -, @, a tab or a
 * carriage return as a formula, whatever the quotes: such text is written with a ' in
 * front, numbers excepted. Text that begins with ' before such a character gets one
 * more, so that reading can always take off exactly one.
 */
#include "csv_write.h"

#include <csv.h>
#include <string.h>

/* Nothing but digits with at most one point after a sign: a number, or a dash alone. */
static bool is_signed_number(const char *text)
{
    size_t n_points = 0;
    for (text++; *text != '\0'; text++)
        if ((*text < '0' || *text > '9') && (*text != '.' || n_points++ > 0))
            return false;
    return true;
}

/* Whether it begins with a character that starts a formula, behind any number of '. */
static bool is_like_formula(const char *text)
{
    const char *at = text + strspn(text, "'");
    if (*at == '\0' || strchr("=+-@\t\r", *at) == NULL)
        return false;
    bool number = at == text && (*at == '+' || *at == '-') && is_signed_number(at);
    return !number;
}

static void append_quoted(struct sit_buf *out, const char *text, size_t n_bytes)
{
    size_t need = csv_write(NULL, 0, text, n_bytes);
    if (!sit_buf_reserve(out, need))
        return;
    csv_write(out->data + out->n_bytes, need, text, n_bytes);
    out->n_bytes += need;
    out->data[out->n_bytes] = '\0';
}

void csv_append_field(struct sit_buf *out, const char *text)
{
    struct sit_buf guarded = {0};
    if (is_like_formula(text)) {
        sit_buf_append_char(&guarded, '\'');
        sit_buf_append_text(&guarded, text);
        out->failed = out->failed || guarded.failed;
        text = sit_buf_text(&guarded);
    }
    size_t n_bytes = strlen(text);
    /* Readers strip blanks around a field that is not quoted. */
    bool plain = strpbrk(text, ",\"\r\n\t") == NULL && text[0] != ' ' &&
                 (n_bytes == 0 || text[n_bytes - 1] != ' ');
    if (plain)
        sit_buf_append(out, text, n_bytes);
    else
        append_quoted(out, text, n_bytes);
    sit_buf_release(&guarded);
}

const char *csv_unguard(const char *field)
{
    return field[0] == '\'' && is_like_formula(field) ? field + 1 : field;
}
