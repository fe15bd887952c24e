/*
 * Pictures by the kitty graphics protocol: PNG in base64, in pieces, placed where the
 * cursor is without moving it. Ids are put in afterwards, since a picture is encoded
 * before anyone knows where it will be shown.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

enum { PIECE_BYTES = 4096 /* the most that the protocol allows */, ID_DIGITS = 10 };

/* q=2: no answers, which would arrive as keys. C=1: the cursor
 * stays. The id is patched in at a fixed place. */
static const char start[] = "\033_Ga=T,f=100,q=2,C=1,i=";

static void append_base64(struct sit_buf *out, const uint8_t *bytes, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t group = (uint32_t)bytes[i] << 16 |
                         (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? bytes[i + 2] : 0);
        char four[4] = {digits[group >> 18], digits[group >> 12 & 63],
                        left > 1 ? digits[group >> 6 & 63] : '=',
                        left > 2 ? digits[group & 63] : '='};
        sit_buf_append(out, four, sizeof four);
    }
}

enum sit_status sit_picture_encode_kitty(const struct sit_image *canvas,
                                         struct sit_buf *out, struct sit_error *err)
{
    enum { PIECE_RAW = PIECE_BYTES / 4 * 3 };
    struct sit_buf png = {0};
    enum sit_status status = sit_image_encode_png(canvas, &png, err);
    if (status != SIT_OK)
        return status;
    sit_buf_appendf(out, "%s%0*u", start, ID_DIGITS, 1u);
    for (size_t i = 0; i < png.n_bytes; i += PIECE_RAW) {
        size_t left = png.n_bytes - i;
        size_t n = left < PIECE_RAW ? left : PIECE_RAW;
        /* Further pieces name no id: they belong to what has begun. */
        sit_buf_appendf(out, "%sm=%d;", i == 0 ? "," : "\033_Gq=2,", n < left ? 1 : 0);
        append_base64(out, (const uint8_t *)png.data + i, n);
        sit_buf_append_text(out, "\033\\");
    }
    sit_buf_release(&png);
    return SIT_OK;
}

void sit_picture_set_id(struct sit_buf *bytes, size_t at, uint32_t id)
{
    const size_t n_start = sizeof start - 1;
    char digits[ID_DIGITS + 1];
    if (bytes->n_bytes < at + n_start + ID_DIGITS ||
        memcmp(bytes->data + at, start, n_start) != 0)
        return;
    snprintf(digits, sizeof digits, "%0*" PRIu32, ID_DIGITS, id);
    memcpy(bytes->data + at + n_start, digits, ID_DIGITS);
}

void sit_picture_append_delete(struct sit_buf *out, uint32_t id)
{
    if (id == 0)
        sit_buf_append_text(out, SIT_TERM_DELETE_PICTURES);
    else
        sit_buf_appendf(out, "\033_Ga=d,d=I,i=%" PRIu32 ",q=2\033\\", id);
}
