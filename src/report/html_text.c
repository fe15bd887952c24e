/*
 * Escaping for HTML and XML, numbers with separators, base64.
 */
#include "html_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sitter/text.h"

/* What neither XML 1.0 nor a reader has a use for. sit_text_code_width() knows the
 * controls and those that reorder; variation selectors and joiners stay, since scripts
 * need them. */
static bool is_harmful(uint32_t code)
{
    return code == UINT32_MAX || code < 0x20 || (code >= 0x7f && code < 0xa0) ||
           (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef) ||
           code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe007f);
}

static const char *entity(uint32_t code)
{
    switch (code) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\n':
    case '\r':
    case '\t': return " ";
    default: return is_harmful(code) ? "\xef\xbf\xbd" : NULL;
    }
}

void html_text(struct sit_buf *out, const char *text)
{
    size_t n_bytes = text != NULL ? strlen(text) : 0;
    for (size_t i = 0; i < n_bytes;) {
        uint32_t code;
        size_t used = sit_utf8_decode(text + i, n_bytes - i, &code);
        const char *replacement = entity(code);
        if (replacement != NULL)
            sit_buf_append_text(out, replacement);
        else
            sit_buf_append(out, text + i, used);
        i += used;
    }
}

void html_bdi(struct sit_buf *out, const char *text)
{
    sit_buf_append_text(out, "<bdi>");
    html_text(out, text);
    sit_buf_append_text(out, "</bdi>");
}

void html_count(struct sit_buf *out, size_t n)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%zu", n);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            sit_buf_append_char(out, ',');
        sit_buf_append_char(out, digits[i]);
    }
}

void html_base64(struct sit_buf *out, const void *bytes, size_t n_bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/";
    const unsigned char *in = bytes;
    if (!sit_buf_reserve(out, n_bytes / 3 * 4 + 4))
        return;
    for (size_t i = 0; i < n_bytes; i += 3) {
        size_t n = n_bytes - i < 3 ? n_bytes - i : 3;
        uint32_t bits = (uint32_t)in[i] << 16 | (n > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                        (n > 2 ? in[i + 2] : 0);
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                        n > 1 ? digits[bits >> 6 & 63] : '=',
                        n > 2 ? digits[bits & 63] : '='};
        sit_buf_append(out, four, 4);
    }
}
