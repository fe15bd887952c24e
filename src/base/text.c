/*
 * Terminal-safe text: UTF-8, escaping, widths, cutting to a width.
 */
#include "sitter/text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

bool sit_text_init_locale(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return true;
    return setlocale(LC_CTYPE, "C.UTF-8") != NULL ||
           setlocale(LC_CTYPE, "en_US.UTF-8") != NULL;
}

size_t sit_utf8_decode(const char *bytes, size_t n_bytes, uint32_t *code)
{
    const unsigned char *s = (const unsigned char *)bytes;
    *code = UINT32_MAX;
    if (n_bytes == 0)
        return 0;
    if (s[0] < 0x80) {
        *code = s[0];
        return 1;
    }
    size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n > n_bytes)
        return 1;
    uint32_t c = s[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 1;
        c = (c << 6) | (s[i] & 0x3fu);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 1;
    *code = c;
    return n;
}

size_t sit_utf8_encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)((0xf00u >> n) | code);
    return n;
}

bool sit_utf8_valid(const char *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes;) {
        uint32_t code;
        i += sit_utf8_decode(bytes + i, n_bytes - i, &code);
        if (code == UINT32_MAX)
            return false;
    }
    return true;
}

void sit_utf8_repair(struct sit_buf *out, const char *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes;) {
        uint32_t code;
        size_t used = sit_utf8_decode(bytes + i, n_bytes - i, &code);
        if (code == UINT32_MAX)
            sit_buf_append_text(out, "\xef\xbf\xbd");
        else
            sit_buf_append(out, bytes + i, used);
        i += used;
    }
}

/* Format characters that reorder or hide text; a file name has no need of them. */
static bool reorders_text(uint32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

int sit_text_code_width(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code > 0x10ffff ||
        reorders_text(code))
        return -1;
    if (code < 0x7f)
        return 1;
    return wcwidth((wchar_t)code);
}

/* Escape what is at bytes[0..n_bytes); returns the bytes consumed. */
static size_t escape_one(struct sit_buf *out, const char *bytes, size_t n_bytes,
                         size_t *n_cells)
{
    uint32_t code;
    size_t used = sit_utf8_decode(bytes, n_bytes, &code);
    int width = code == UINT32_MAX ? -1 : sit_text_code_width(code);
    if (width >= 0) {
        sit_buf_append(out, bytes, used);
        *n_cells = (size_t)width;
        return used;
    }
    char text[16];
    if (code == '\n' || code == '\r' || code == '\t' || code == 0x1b)
        snprintf(text, sizeof text, "\\%c",
                 code == '\n'   ? 'n'
                 : code == '\r' ? 'r'
                 : code == '\t' ? 't'
                                : 'e');
    else if (code < 0x100)
        snprintf(text, sizeof text, "\\x%02x", (unsigned)code);
    else if (code == UINT32_MAX)
        snprintf(text, sizeof text, "\\x%02x", (unsigned)(unsigned char)bytes[0]);
    else
        snprintf(text, sizeof text, "\\u{%x}", (unsigned)code);
    sit_buf_append_text(out, text);
    *n_cells = strlen(text);
    return used;
}

void sit_text_escape(struct sit_buf *out, const char *bytes, size_t n_bytes)
{
    size_t n_cells;
    for (size_t i = 0; i < n_bytes;)
        i += escape_one(out, bytes + i, n_bytes - i, &n_cells);
}

size_t sit_text_width(const char *text)
{
    size_t n_bytes = strlen(text), n_cells = 0;
    for (size_t i = 0; i < n_bytes;) {
        uint32_t code;
        i += sit_utf8_decode(text + i, n_bytes - i, &code);
        int width = code == UINT32_MAX ? 0 : sit_text_code_width(code);
        n_cells += width > 0 ? (size_t)width : 0;
    }
    return n_cells;
}

void sit_text_fit(struct sit_buf *out, const char *text, size_t n_cells)
{
    size_t n_bytes = strlen(text), used_cells = 0;
    size_t cut_at =
        out->n_bytes; /* where "…" goes: the last place with a cell to spare */
    for (size_t i = 0; i < n_bytes;) {
        size_t before = out->n_bytes, width;
        i += escape_one(out, text + i, n_bytes - i, &width);
        if (used_cells + width > n_cells) {
            out->n_bytes = n_cells > 0 ? cut_at : before;
            if (out->data != NULL)
                out->data[out->n_bytes] = '\0';
            if (n_cells > 0)
                sit_buf_append_text(out, "\xe2\x80\xa6");
            return;
        }
        used_cells += width;
        if (used_cells < n_cells)
            cut_at = out->n_bytes;
    }
}

void sit_text_append_cell(struct sit_buf *out, const char *text, size_t n_cells,
                          bool right)
{
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, text, n_cells);
    size_t width = sit_text_width(sit_buf_text(&fitted));
    int n_blanks = width < n_cells ? (int)(n_cells - width) : 0;
    sit_buf_appendf(out, "%*s%s%*s", right ? n_blanks : 0, "", sit_buf_text(&fitted),
                    right ? 0 : n_blanks, "");
    out->failed = out->failed || fitted.failed;
    sit_buf_release(&fitted);
}
