/*
 * Splitting terminal input into control sequences.
 */
#include "sequence.h"

#include <stdbool.h>

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a, MAX_PARAM = 1000000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* CSI digits $: how rxvt sends shifted Home, End and so on. A report such as
 * CSI ? 2026 ; 1 $ y has a prefix or a semicolon before its $. */
static bool is_rxvt_shifted(const char *bytes, size_t n_bytes)
{
    if (n_bytes < 4 || bytes[n_bytes - 1] != '$')
        return false;
    for (size_t i = 2; i + 1 < n_bytes; i++) {
        if (!is_digit(bytes[i]))
            return false;
    }
    return true;
}

static enum sit_sequence classify_csi(const char *bytes, size_t n_bytes)
{
    if (n_bytes == 2)
        return SIT_SEQUENCE_OPEN;
    if (bytes[2] == 'M')
        return n_bytes < 6 ? SIT_SEQUENCE_OPEN : SIT_SEQUENCE_CSI;
    unsigned char last = (unsigned char)bytes[n_bytes - 1];
    if (bytes[2] == '[' && n_bytes < 4)
        return SIT_SEQUENCE_OPEN;
    if (last < 0x20 || last > 0x7e)
        return SIT_SEQUENCE_ABORTED;
    if (last >= 0x40 || is_rxvt_shifted(bytes, n_bytes))
        return SIT_SEQUENCE_CSI;
    return SIT_SEQUENCE_OPEN;
}

static enum sit_sequence classify_ss3(const char *bytes, size_t n_bytes)
{
    if (n_bytes == 2)
        return SIT_SEQUENCE_OPEN;
    unsigned char last = (unsigned char)bytes[n_bytes - 1];
    if (last < 0x20 || last > 0x7e)
        return SIT_SEQUENCE_ABORTED;
    return is_digit((char)last) || last == ';' ? SIT_SEQUENCE_OPEN : SIT_SEQUENCE_SS3;
}

static enum sit_sequence classify_string(const char *bytes, size_t n_bytes)
{
    if (n_bytes == 2)
        return SIT_SEQUENCE_STRING_OPEN;
    unsigned char last = (unsigned char)bytes[n_bytes - 1];
    bool after_escape = n_bytes > 3 && bytes[n_bytes - 2] == ESC;
    if (after_escape)
        return last == '\\' ? SIT_SEQUENCE_STRING : SIT_SEQUENCE_ABORTED;
    if (last == BEL)
        return SIT_SEQUENCE_STRING;
    return last == CAN || last == SUB ? SIT_SEQUENCE_ABORTED : SIT_SEQUENCE_STRING_OPEN;
}

enum sit_sequence sit_sequence_classify(const char *bytes, size_t n_bytes)
{
    if (n_bytes < 2)
        return SIT_SEQUENCE_OPEN;
    unsigned char second = (unsigned char)bytes[1];
    switch (second) {
    case '[': return classify_csi(bytes, n_bytes);
    case 'O': return classify_ss3(bytes, n_bytes);
    case 'P':
    case ']':
    case 'X':
    case '^':
    case '_': return classify_string(bytes, n_bytes);
    default: break;
    }
    if (second == ESC)
        return SIT_SEQUENCE_ABORTED;
    return SIT_SEQUENCE_ESCAPE;
}

void sit_csi_parse(const char *bytes, size_t n_bytes, struct sit_csi *out)
{
    *out = (struct sit_csi){.final = bytes[n_bytes - 1]};
    size_t i = 2;
    if (i + 1 < n_bytes && bytes[i] >= '<' && bytes[i] <= '?')
        out->prefix = bytes[i++];
    if (i + 1 < n_bytes)
        out->n_params = 1;
    for (; i + 1 < n_bytes; i++) {
        char c = bytes[i];
        if (c == ';' || c == ':') {
            if (out->n_params == SIT_SEQUENCE_MAX_PARAMS)
                return;
            out->n_params++;
        } else if (is_digit(c)) {
            unsigned *param = &out->params[out->n_params - 1];
            *param = *param * 10 + (unsigned)(c - '0');
            if (*param > MAX_PARAM)
                *param = MAX_PARAM;
        } else if (c >= 0x20 && c <= 0x2f) {
            out->intermediate = c;
        }
    }
}
