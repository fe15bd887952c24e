/*
 * The pixels of a JPEG by libjpeg-turbo. Its errors come back through setjmp, its
 * warnings about damaged data are errors here, and it prints nothing.
 */
#include "decode_jpeg.h"

#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs it */
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "sitter/alloc.h"

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr calls;
    jmp_buf failed;
    enum sit_status status;
    char reason[JMSG_LENGTH_MAX];
    size_t n_channels;
    unsigned eighths;
    uint8_t *pixels;
};

_Noreturn static void leave(j_common_ptr jpeg)
{
    struct decoder *decoder = jpeg->client_data;
    if (decoder->status == SIT_OK)
        decoder->status = jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? SIT_E_NOMEM
                                                                    : SIT_E_FORMAT;
    jpeg->err->format_message(jpeg, decoder->reason);
    longjmp(decoder->failed, 1);
}

/* Warnings that leave every pixel as its file says: bytes too many, marks of
 * applications. Anything else means lost data. */
static bool is_harmless(int code)
{
    return code == JWRN_EXTRANEOUS_DATA || code == JWRN_TOO_MUCH_DATA ||
           code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR;
}

static void take_message(j_common_ptr jpeg, int level)
{
    if (level < 0 && !is_harmless(jpeg->err->msg_code))
        leave(jpeg);
}

static void be_silent(j_common_ptr jpeg)
{
    (void)jpeg;
}

static void start(struct decoder *decoder, const uint8_t *bytes, size_t n_bytes)
{
    /* Fill bytes may stand before the first marker; libjpeg knows them only between
     * later ones. */
    while (n_bytes > 2 && bytes[1] == 0xff) {
        bytes++;
        n_bytes--;
    }
    jpeg_create_decompress(&decoder->jpeg);
    jpeg_mem_src(&decoder->jpeg, bytes, (unsigned long)n_bytes);
    (void)jpeg_read_header(&decoder->jpeg, TRUE);
    /* Before memory for coefficients is taken. What was checked earlier is the header
     * as picture_header.c finds it. */
    size_t width_px = decoder->jpeg.image_width, height_px = decoder->jpeg.image_height;
    if (width_px > SIT_IMAGE_MAX_SIDE_PX || height_px > SIT_IMAGE_MAX_SIDE_PX ||
        width_px * height_px > SIT_IMAGE_MAX_PIXELS) {
        decoder->status = SIT_E_FORMAT;
        snprintf(decoder->reason, sizeof decoder->reason, "a second, larger size");
        longjmp(decoder->failed, 1);
    }
    if (decoder->jpeg.num_components == 4) {
        decoder->status = SIT_E_UNSUPPORTED;
        longjmp(decoder->failed, 1);
    }
    decoder->jpeg.out_color_space = decoder->n_channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    decoder->jpeg.scale_num = decoder->eighths;
    decoder->jpeg.scale_denom = 8;
    (void)jpeg_start_decompress(&decoder->jpeg);
}

static void read_rows(struct decoder *decoder)
{
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    size_t row_bytes = jpeg->output_width * decoder->n_channels;
    decoder->pixels = sit_malloc_array(jpeg->output_height, row_bytes);
    if (decoder->pixels == NULL) {
        decoder->status = SIT_E_NOMEM;
        longjmp(decoder->failed, 1);
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = decoder->pixels + jpeg->output_scanline * row_bytes;
        (void)jpeg_read_scanlines(jpeg, &row, 1);
    }
    (void)jpeg_finish_decompress(jpeg);
}

enum sit_status decode_jpeg(const uint8_t *bytes, size_t n_bytes, size_t n_channels,
                            unsigned eighths, struct jpeg_pixels *out,
                            struct sit_error *reason)
{
    struct decoder decoder = {
        .status = SIT_OK, .n_channels = n_channels, .eighths = eighths};
    decoder.jpeg.err = jpeg_std_error(&decoder.calls);
    decoder.jpeg.client_data = &decoder;
    decoder.calls.error_exit = leave;
    decoder.calls.emit_message = take_message;
    decoder.calls.output_message = be_silent;
    if (setjmp(decoder.failed) == 0) {
        start(&decoder, bytes, n_bytes);
        read_rows(&decoder);
    }
    size_t width_px = decoder.jpeg.output_width, height_px = decoder.jpeg.output_height;
    jpeg_destroy_decompress(&decoder.jpeg);
    if (decoder.status == SIT_OK) {
        *out = (struct jpeg_pixels){width_px, height_px, decoder.pixels};
        return SIT_OK;
    }
    free(decoder.pixels);
    if (decoder.status == SIT_E_NOMEM)
        return sit_error_nomem(reason);
    if (decoder.status == SIT_E_FORMAT)
        return sit_error_set(reason, SIT_E_FORMAT, "%s", decoder.reason);
    return decoder.status;
}
