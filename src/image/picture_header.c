/*
 * The structure of JPEG and PNG files, read without decoding a pixel: size, whether
 * there is transparency, and whether the file goes on to its end mark. What the pixels
 * are is for stb_image.
 */
#include "picture_header.h"

#include <string.h>

/* Each scan of a progressive JPEG costs a pass over the whole picture; real files have
 * about ten. */
enum { MAX_JPEG_SCANS = 200 };

static const char CUT_SHORT[] = "the file is cut short";

static const uint8_t png_signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

enum {
    JPEG_SOF0 = 0xc0,
    JPEG_SOF2 = 0xc2,
    JPEG_DHT = 0xc4,
    JPEG_JPG = 0xc8,
    JPEG_DAC = 0xcc,
    JPEG_SOF15 = 0xcf,
    JPEG_RST0 = 0xd0,
    JPEG_RST7 = 0xd7,
    JPEG_SOI = 0xd8,
    JPEG_EOI = 0xd9,
    JPEG_SOS = 0xda,
    JPEG_TEM = 0x01,
};

enum sit_image_format picture_format(const uint8_t *bytes, size_t n_bytes)
{
    /* stb takes fill bytes before the first marker, too. */
    size_t at = 0;
    while (at < n_bytes && bytes[at] == 0xff)
        at++;
    if (at > 0 && at < n_bytes && bytes[at] == JPEG_SOI)
        return SIT_IMAGE_JPEG;
    if (n_bytes >= 8 && memcmp(bytes, png_signature, 8) == 0)
        return SIT_IMAGE_PNG;
    return SIT_IMAGE_UNKNOWN;
}

static uint32_t read_be16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static uint32_t read_be32(const uint8_t *bytes)
{
    return read_be16(bytes) << 16 | read_be16(bytes + 2);
}

static bool is_frame_header(int marker)
{
    return marker >= JPEG_SOF0 && marker <= JPEG_SOF15 && marker != JPEG_DHT &&
           marker != JPEG_JPG && marker != JPEG_DAC;
}

static bool stands_alone(int marker)
{
    return (marker >= JPEG_RST0 && marker <= JPEG_SOI) || marker == JPEG_TEM;
}

/*
 * The next marker from *at on, which is moved behind it; -1 at the end. Skips stuffed
 * zeros and restart markers, and with them the entropy-coded data.
 */
static int next_marker(const uint8_t *bytes, size_t n_bytes, size_t *at)
{
    while (*at < n_bytes) {
        const uint8_t *found = memchr(bytes + *at, 0xff, n_bytes - *at);
        if (found == NULL)
            break;
        *at = (size_t)(found - bytes) + 1;
        while (*at < n_bytes && bytes[*at] == 0xff)
            (*at)++;
        if (*at == n_bytes)
            break;
        int marker = bytes[(*at)++];
        if (marker != 0 && !(marker >= JPEG_RST0 && marker <= JPEG_RST7))
            return marker;
    }
    *at = n_bytes;
    return -1;
}

/*
 * Whether the Huffman tables of a segment (its length included) are what stb_image can
 * take: it writes past its tables where one has more than 256 codes.
 */
static bool huffman_tables_fit(const uint8_t *segment, size_t n_bytes)
{
    enum { COUNTS = 16, MAX_CODES = 256 };
    size_t at = 2;
    while (at < n_bytes) {
        if (n_bytes - at < 1 + COUNTS)
            return false;
        size_t n_codes = 0;
        for (size_t i = 0; i < COUNTS; i++)
            n_codes += segment[at + 1 + i];
        at += 1 + COUNTS;
        if (n_codes > MAX_CODES || n_codes > n_bytes - at)
            return false;
        at += n_codes;
    }
    return true;
}

static const char *read_frame_header(int marker, const uint8_t *segment, size_t n_bytes,
                                     struct picture_header *header)
{
    if (marker > JPEG_SOF2)
        return "this kind of JPEG (lossless or arithmetic) is not supported";
    if (n_bytes < 7)
        return "corrupt JPEG";
    if (header->width_px != 0)
        return "corrupt JPEG: two frames";
    header->height_px = read_be16(segment + 3);
    header->width_px = read_be16(segment + 5);
    if (header->width_px == 0 || header->height_px == 0)
        return "corrupt JPEG: no size";
    return NULL;
}

struct picture_header picture_header_read_jpeg(const uint8_t *bytes, size_t n_bytes,
                                               bool size_only)
{
    struct picture_header header = {.format = SIT_IMAGE_JPEG, .fault = CUT_SHORT};
    size_t at = 0;
    int n_scans = 0;
    (void)next_marker(bytes, n_bytes, &at); /* SOI: picture_format() has seen it */
    for (;;) {
        int marker = next_marker(bytes, n_bytes, &at);
        if (marker < 0)
            return header;
        if (marker == JPEG_EOI)
            break;
        if (stands_alone(marker))
            continue;
        if (n_bytes - at < 2)
            return header;
        size_t length = read_be16(bytes + at);
        if (length < 2) {
            header.fault = "corrupt JPEG";
            return header;
        }
        if (length > n_bytes - at)
            return header;
        if (is_frame_header(marker)) {
            const char *fault = read_frame_header(marker, bytes + at, length, &header);
            if (fault != NULL || size_only) {
                header.fault = fault;
                return header;
            }
        }
        if (marker == JPEG_DHT && !huffman_tables_fit(bytes + at, length)) {
            header.fault = "corrupt JPEG: bad Huffman table";
            return header;
        }
        if (marker == JPEG_SOS && ++n_scans > MAX_JPEG_SCANS) {
            header.fault = "corrupt JPEG: too many scans";
            return header;
        }
        at += length;
    }
    header.fault = header.width_px == 0 || n_scans == 0
                       ? "corrupt JPEG: no picture in it"
                       : NULL;
    return header;
}

static bool is_chunk(const uint8_t *chunk, const char *type)
{
    return memcmp(chunk + 4, type, 4) == 0;
}

/* Other critical chunks are refused here, for stb's message about them is not
 * thread-safe. */
static bool is_known_critical(const uint8_t *chunk)
{
    return is_chunk(chunk, "IHDR") || is_chunk(chunk, "PLTE") ||
           is_chunk(chunk, "IDAT") || is_chunk(chunk, "CgBI");
}

struct picture_header picture_header_read_png(const uint8_t *bytes, size_t n_bytes,
                                              bool size_only)
{
    enum { CHUNK_OVERHEAD = 12, IHDR_BYTES = 13, COLOUR_TYPE_ALPHA = 4 };
    struct picture_header header = {.format = SIT_IMAGE_PNG, .fault = CUT_SHORT};
    size_t at = 8;
    for (;;) {
        if (n_bytes - at < CHUNK_OVERHEAD)
            return header;
        const uint8_t *chunk = bytes + at;
        size_t length = read_be32(chunk);
        if (length > n_bytes - at - CHUNK_OVERHEAD)
            return header;
        if (is_chunk(chunk, "IHDR") && length >= IHDR_BYTES) {
            header.width_px = read_be32(chunk + 8);
            header.height_px = read_be32(chunk + 12);
            if ((chunk[17] & COLOUR_TYPE_ALPHA) != 0)
                header.has_alpha = true;
            if (header.width_px == 0 || header.height_px == 0) {
                header.fault = "corrupt PNG: no size";
                return header;
            }
            if (size_only)
                break;
        } else if (is_chunk(chunk, "tRNS")) {
            header.has_alpha = true;
        } else if (is_chunk(chunk, "IEND")) {
            break;
        } else if ((chunk[4] & 0x20) == 0 && !is_known_critical(chunk)) {
            header.fault = "corrupt PNG: an unknown part";
            return header;
        }
        at += CHUNK_OVERHEAD + length;
    }
    header.fault = header.width_px == 0 ? "corrupt PNG: no picture in it" : NULL;
    return header;
}
