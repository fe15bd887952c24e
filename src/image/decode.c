/*
 * Pictures from bytes: the header and the structure are checked first, then libjpeg
 * (JPEG) or stb_image (the rest) decodes, and transparency is laid on white. Knows no
 * files.
 */
#include "sitter/image.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "stb_limits.h"
#include <stb/stb_image.h>

#include "decode_jpeg.h"
#include "picture_header.h"
#include "sitter/alloc.h"

/* Enough for stb's own tables, before the size is known. */
enum { PROBE_ALLOCATION_BYTES = 1024 * 1024 };

static enum sit_status refuse(struct sit_error *err, const char *name,
                              const char *reason)
{
    /* stb begins its reasons with a capital. */
    bool is_word = isupper((unsigned char)reason[0]) &&
                   islower((unsigned char)reason[1]);
    return sit_error_set(err, SIT_E_FORMAT, "cannot decode '%s': %c%s", name,
                         is_word ? tolower((unsigned char)reason[0]) : reason[0],
                         reason + 1);
}

static enum sit_status check_size(size_t width_px, size_t height_px, const char *name,
                                  struct sit_error *err)
{
    if (width_px > SIT_IMAGE_MAX_SIDE_PX || height_px > SIT_IMAGE_MAX_SIDE_PX ||
        width_px * height_px > SIT_IMAGE_MAX_PIXELS)
        return sit_error_set(
            err, SIT_E_LIMIT,
            "cannot decode '%s': %zu x %zu px is too large (at most %d "
            "px a side and %d megapixels)",
            name, width_px, height_px, SIT_IMAGE_MAX_SIDE_PX,
            SIT_IMAGE_MAX_PIXELS / (1024 * 1024));
    return SIT_OK;
}

static enum sit_status check_file(size_t n_bytes, const char *name,
                                  struct sit_error *err)
{
    if (n_bytes > SIT_IMAGE_MAX_FILE_BYTES)
        return sit_error_set(err, SIT_E_LIMIT, "cannot decode '%s': larger than %d MB",
                             name, SIT_IMAGE_MAX_FILE_BYTES / (1024 * 1024));
    if (n_bytes == 0)
        return refuse(err, name, "the file is empty");
    return SIT_OK;
}

/* stb's reason why the last call of this thread failed. */
static enum sit_status refuse_by_stb(const char *name, struct sit_error *err)
{
    const char *reason = stbi_failure_reason();
    if (sit_stb_allocation_refused())
        return sit_error_set(err, SIT_E_LIMIT,
                             "cannot decode '%s': it unpacks to more than its size "
                             "allows",
                             name);
    if (sit_stb_allocation_failed())
        return sit_error_nomem(err);
    if (reason == NULL || reason[0] == '\0')
        return refuse(err, name, "no picture in it");
    if (strncmp(reason, "Image not of any known type", 27) == 0)
        return refuse(err, name, "not a picture of a known format");
    return refuse(err, name, reason);
}

/* Bytes for stb to read, which notes when stb wanted more than there are. */
struct reader {
    const uint8_t *bytes;
    size_t n_bytes;
    size_t at;
    bool is_short;
};

static int reader_read(void *context, char *out, int n_wanted)
{
    struct reader *reader = context;
    size_t n = reader->n_bytes - reader->at;
    if (n_wanted > 0 && n == 0)
        reader->is_short = true;
    if (n > (size_t)n_wanted)
        n = (size_t)n_wanted;
    memcpy(out, reader->bytes + reader->at, n);
    reader->at += n;
    return (int)n;
}

static void reader_skip(void *context, int n)
{
    struct reader *reader = context;
    if (n < 0) {
        size_t back = (size_t) - (long)n;
        reader->at -= back < reader->at ? back : reader->at;
    } else if ((size_t)n > reader->n_bytes - reader->at) {
        reader->at = reader->n_bytes;
        reader->is_short = true;
    } else {
        reader->at += (size_t)n;
    }
}

static int reader_at_end(void *context)
{
    const struct reader *reader = context;
    return reader->at == reader->n_bytes;
}

static const stbi_io_callbacks reader_calls = {reader_read, reader_skip, reader_at_end};

/* Format and size; without `size_only` also whether the file is whole. */
static enum sit_status read_size(const uint8_t *bytes, size_t n_bytes, const char *name,
                                 bool size_only, struct picture_header *out,
                                 struct sit_error *err)
{
    enum sit_status status = check_file(n_bytes, name, err);
    if (status != SIT_OK)
        return status;
    struct picture_header header = {0};
    switch (picture_format(bytes, n_bytes)) {
    case SIT_IMAGE_JPEG:
        header = picture_header_read_jpeg(bytes, n_bytes, size_only);
        break;
    case SIT_IMAGE_PNG:
        header = picture_header_read_png(bytes, n_bytes, size_only);
        break;
    default: {
        int width_px, height_px, n_channels;
        sit_stb_limit_allocation(PROBE_ALLOCATION_BYTES);
        if (!stbi_info_from_memory(bytes, (int)n_bytes, &width_px, &height_px,
                                   &n_channels))
            return refuse_by_stb(name, err);
        if (width_px <= 0 || height_px <= 0)
            return refuse(err, name, "a picture without a size");
        header = (struct picture_header){
            .format = SIT_IMAGE_OTHER,
            .width_px = (size_t)width_px,
            .height_px = (size_t)height_px,
            .has_alpha = n_channels == 2 || n_channels == 4,
        };
    }
    }
    /* The size first: it is the cause where a forged header has little behind it. */
    status = check_size(header.width_px, header.height_px, name, err);
    if (status != SIT_OK)
        return status;
    if (header.fault != NULL)
        return refuse(err, name, header.fault);
    *out = header;
    return SIT_OK;
}

enum sit_status sit_image_probe(const void *bytes, size_t n_bytes, const char *name,
                                struct sit_image_info *out, struct sit_error *err)
{
    struct picture_header header;
    enum sit_status status = read_size(bytes, n_bytes, name, true, &header, err);
    if (status != SIT_OK)
        return status;
    if (header.format != SIT_IMAGE_OTHER) {
        int width_px, height_px, n_channels;
        sit_stb_limit_allocation(PROBE_ALLOCATION_BYTES);
        if (!stbi_info_from_memory(bytes, (int)n_bytes, &width_px, &height_px,
                                   &n_channels))
            return refuse_by_stb(name, err);
    }
    *out = (struct sit_image_info){header.format, header.width_px, header.height_px};
    return SIT_OK;
}

/* Any number of channels to RGB on white. The three channels written of a pixel never
 * overtake the read ones where there are as many, so `to` may be `from` then. */
static void lay_on_white(const uint8_t *from, size_t n_channels, size_t n_pixels,
                         uint8_t *to)
{
    bool is_grey = n_channels < 3, has_alpha = n_channels % 2 == 0;
    for (size_t i = 0; i < n_pixels; i++, from += n_channels, to += 3) {
        unsigned alpha = has_alpha ? from[n_channels - 1] : 255u;
        unsigned white = 255u * (255u - alpha) + 127u;
        for (int k = 0; k < 3; k++)
            to[k] = (uint8_t)((from[is_grey ? 0 : k] * alpha + white) / 255u);
    }
}

/* Pixels of stb's to packed RGB: `pixels` is taken over. NULL without memory. */
static uint8_t *to_rgb(uint8_t *pixels, size_t n_channels, size_t n_pixels)
{
    if (n_channels == 3)
        return pixels;
    if (n_channels == 4) {
        lay_on_white(pixels, 4, n_pixels, pixels);
        uint8_t *shrunk = sit_realloc_array(pixels, n_pixels, 3);
        return shrunk != NULL ? shrunk : pixels;
    }
    uint8_t *rgb = sit_malloc_array(n_pixels, 3);
    if (rgb != NULL)
        lay_on_white(pixels, n_channels, n_pixels, rgb);
    free(pixels);
    return rgb;
}

/* What stb may allocate at once: 16 bytes a pixel (RGBA as float) with room for whole
 * JPEG blocks, or the packed data twice (a doubling buffer), and its tables. */
static size_t allocation_limit(const struct picture_header *header, size_t n_bytes)
{
    return (header->width_px + 64) * (header->height_px + 64) * 16 + 2 * n_bytes +
           PROBE_ALLOCATION_BYTES;
}

static enum sit_status decode_by_stb(const uint8_t *bytes, size_t n_bytes,
                                     const char *name,
                                     const struct picture_header *header,
                                     struct sit_image *out, struct sit_error *err)
{
    int width_px, height_px, n_in_file;
    uint8_t *pixels;
    int n_channels = header->has_alpha ? 4 : 3;
    struct reader reader = {bytes, n_bytes, 0, false};
    sit_stb_limit_allocation(allocation_limit(header, n_bytes));
    if (header->format == SIT_IMAGE_OTHER) {
        /* As many channels as there are: stb's conversion reads too far where a PNM
         * has 16 bits. */
        pixels = stbi_load_from_callbacks(&reader_calls, &reader, &width_px, &height_px,
                                          &n_in_file, 0);
        n_channels = n_in_file;
    } else {
        pixels = stbi_load_from_memory(bytes, (int)n_bytes, &width_px, &height_px,
                                       &n_in_file, n_channels);
    }
    if (reader.is_short) {
        free(pixels);
        return refuse(err, name, "the file is cut short");
    }
    if (pixels == NULL)
        return refuse_by_stb(name, err);
    if ((size_t)width_px != header->width_px ||
        (size_t)height_px != header->height_px || n_channels < 1 || n_channels > 4) {
        free(pixels);
        return refuse(err, name, "its headers contradict each other");
    }
    pixels = to_rgb(pixels, (size_t)n_channels, header->width_px * header->height_px);
    if (pixels == NULL)
        return sit_error_nomem(err);
    *out = (struct sit_image){header->width_px, header->height_px, pixels};
    return SIT_OK;
}

/* A JPEG's pixels of 1 or 3 channels, in so many eighths of its size.
 * SIT_E_UNSUPPORTED: for stb to decode. */
static enum sit_status load_jpeg(const void *bytes, size_t n_bytes, const char *name,
                                 const struct picture_header *header, size_t n_channels,
                                 unsigned eighths, struct jpeg_pixels *out,
                                 struct sit_error *err)
{
    struct jpeg_pixels jpeg = {0};
    struct sit_error reason;
    enum sit_status status = decode_jpeg(bytes, n_bytes, n_channels, eighths, &jpeg,
                                         &reason);
    if (status == SIT_E_UNSUPPORTED)
        return status;
    if (status == SIT_E_FORMAT)
        return refuse(err, name, reason.message);
    if (status != SIT_OK)
        return sit_error_nomem(err);
    if (jpeg.width_px != (header->width_px * eighths + 7) / 8 ||
        jpeg.height_px != (header->height_px * eighths + 7) / 8) {
        free(jpeg.pixels);
        return refuse(err, name, "its headers contradict each other");
    }
    *out = jpeg;
    return SIT_OK;
}

/* The least of 8, 4, 2, 1 eighths that leaves both sides as long as is wanted. */
static unsigned enough_eighths(const struct picture_header *header, size_t min_width_px,
                               size_t min_height_px)
{
    unsigned eighths = 8;
    while (eighths > 1 && header->width_px * (eighths / 2) / 8 >= min_width_px &&
           header->height_px * (eighths / 2) / 8 >= min_height_px)
        eighths /= 2;
    return eighths;
}

enum sit_status sit_image_decode_small(const void *bytes, size_t n_bytes,
                                       const char *name, size_t min_width_px,
                                       size_t min_height_px, struct sit_image *out,
                                       struct sit_error *err)
{
    struct picture_header header;
    struct jpeg_pixels jpeg;
    enum sit_status status = read_size(bytes, n_bytes, name, false, &header, err);
    if (status != SIT_OK)
        return status;
    unsigned eighths = enough_eighths(&header, min_width_px, min_height_px);
    status = header.format == SIT_IMAGE_JPEG
                 ? load_jpeg(bytes, n_bytes, name, &header, 3, eighths, &jpeg, err)
                 : SIT_E_UNSUPPORTED;
    if (status == SIT_E_UNSUPPORTED)
        return decode_by_stb(bytes, n_bytes, name, &header, out, err);
    if (status == SIT_OK)
        *out = (struct sit_image){jpeg.width_px, jpeg.height_px, jpeg.pixels};
    return status;
}

enum sit_status sit_image_decode(const void *bytes, size_t n_bytes, const char *name,
                                 struct sit_image *out, struct sit_error *err)
{
    return sit_image_decode_small(bytes, n_bytes, name, SIZE_MAX, SIZE_MAX, out, err);
}

enum sit_status sit_grey_decode(const void *bytes, size_t n_bytes, const char *name,
                                struct sit_grey *out, struct sit_error *err)
{
    struct picture_header header;
    struct sit_image image = {0};
    struct jpeg_pixels jpeg;
    enum sit_status status = read_size(bytes, n_bytes, name, false, &header, err);
    if (status != SIT_OK)
        return status;
    status = header.format == SIT_IMAGE_JPEG
                 ? load_jpeg(bytes, n_bytes, name, &header, 1, 8, &jpeg, err)
                 : SIT_E_UNSUPPORTED;
    if (status == SIT_E_UNSUPPORTED) {
        status = decode_by_stb(bytes, n_bytes, name, &header, &image, err);
        if (status == SIT_OK)
            status = sit_grey_from_image(&image, out, err);
        sit_image_release(&image);
    } else if (status == SIT_OK) {
        *out = (struct sit_grey){jpeg.width_px, jpeg.height_px, jpeg.pixels};
    }
    return status;
}
