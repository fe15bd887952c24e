/*
 * Pictures: decoding of all kinds, refusing what is cut short or forged, scaling,
 * placing, cropping, encoding, comparing.
 */
#include "test_support.h"

#include <math.h>

#include "image_samples.h"
#include "sitter/file.h"
#include "sitter/image.h"

static struct sit_image decoded(const void *bytes, size_t n_bytes)
{
    struct sit_image image = {0};
    assert_ok(sit_image_decode(bytes, n_bytes, "x", &image, err));
    return image;
}

/* A picture with structure in each channel. */
static struct sit_image pattern(size_t width_px, size_t height_px)
{
    struct sit_image image = {0};
    assert_ok(sit_image_new(width_px, height_px, &image, err));
    for (size_t y = 0; y < height_px; y++)
        for (size_t x = 0; x < width_px; x++) {
            uint8_t *pixel = image.rgb + (y * width_px + x) * 3;
            pixel[0] = (uint8_t)(x * 255 / width_px);
            pixel[1] = (uint8_t)(y * 255 / height_px);
            pixel[2] = (uint8_t)(128 + 100 * sin((double)(x + 2 * y) * 0.3));
        }
    return image;
}

static void assert_pixel(const struct sit_image *image, size_t x, size_t y, int r,
                         int g, int b, int tolerance)
{
    const uint8_t *pixel = image->rgb + (y * image->width_px + x) * 3;
    const int wanted[3] = {r, g, b};
    for (int k = 0; k < 3; k++)
        if (abs((int)pixel[k] - wanted[k]) > tolerance)
            fail_msg("pixel (%zu, %zu) channel %d is %d, not %d", x, y, k, pixel[k],
                     wanted[k]);
}

static void assert_size(const struct sit_image *image, size_t width_px,
                        size_t height_px)
{
    assert_int_equal(image->width_px, width_px);
    assert_int_equal(image->height_px, height_px);
}

static void new_pictures_are_black_and_bounded(void **state)
{
    (void)state;
    struct sit_image image = {0};
    struct sit_error error = {0};
    assert_ok(sit_image_new(3, 2, &image, err));
    for (size_t i = 0; i < 18; i++)
        assert_int_equal(image.rgb[i], 0);
    sit_image_release(&image);
    assert_null(image.rgb);
    sit_image_release(&image);
    assert_int_equal(sit_image_new(0, 2, &image, &error), SIT_E_ARG);
    assert_int_equal(sit_image_new(2, 0, &image, NULL), SIT_E_ARG);
    assert_int_equal(sit_image_new(16385, 1, &image, &error), SIT_E_LIMIT);
    assert_int_equal(sit_image_new(16384, 16384, &image, &error), SIT_E_LIMIT);
    assert_int_equal(sit_image_new((size_t)1 << 33, (size_t)1 << 31, &image, &error),
                     SIT_E_LIMIT);
    assert_null(image.rgb);
}

static void png_round_trip_is_exact(void **state)
{
    (void)state;
    const size_t sizes[][2] = {{1, 1}, {7, 3}, {112, 112}, {1, 40}};
    for (size_t i = 0; i < 4; i++) {
        struct sit_image image = pattern(sizes[i][0], sizes[i][1]);
        struct sit_buf png = {0};
        sit_buf_append_text(&png, "before");
        assert_ok(sit_image_encode_png(&image, &png, err));
        assert_memory_equal(png.data, "before", 6);
        struct sit_image back = decoded(png.data + 6, png.n_bytes - 6);
        assert_true(isinf(sit_image_psnr(&image, &back)));
        sit_image_release(&back);
        sit_image_release(&image);
        sit_buf_release(&png);
    }
}

static void jpeg_round_trip_is_close(void **state)
{
    (void)state;
    struct sit_image image = pattern(60, 45);
    struct sit_buf good = {0}, poor = {0};
    assert_ok(sit_image_encode_jpeg(&image, 95, &good, err));
    assert_ok(sit_image_encode_jpeg(&image, 10, &poor, err));
    assert_true(poor.n_bytes < good.n_bytes);
    struct sit_image back = decoded(good.data, good.n_bytes);
    struct sit_image worse = decoded(poor.data, poor.n_bytes);
    assert_true(sit_image_psnr(&image, &back) > 34.0);
    assert_true(sit_image_psnr(&image, &worse) < sit_image_psnr(&image, &back));
    struct sit_error error = {0};
    assert_int_equal(sit_image_encode_jpeg(&image, 0, &good, &error), SIT_E_ARG);
    assert_int_equal(sit_image_encode_jpeg(&image, 101, &good, &error), SIT_E_ARG);
    sit_image_release(&image);
    sit_image_release(&back);
    sit_image_release(&worse);
    sit_buf_release(&good);
    sit_buf_release(&poor);
}

static void other_kinds_become_rgb(void **state)
{
    (void)state;
    struct sit_image image = decoded(sample_grey_png, sizeof(sample_grey_png));
    assert_size(&image, 9, 6);
    for (size_t i = 0; i < 9 * 6; i++) {
        assert_int_equal(image.rgb[i * 3], image.rgb[i * 3 + 1]);
        assert_int_equal(image.rgb[i * 3], image.rgb[i * 3 + 2]);
    }
    assert_true(image.rgb[0] < image.rgb[5 * 9 * 3]);
    sit_image_release(&image);

    image = decoded(sample_deep_png, sizeof(sample_deep_png));
    assert_size(&image, 4, 3);
    assert_pixel(&image, 3, 2, 255, 128, 0, 0);
    sit_image_release(&image);

    image = decoded(sample_progressive_jpeg, sizeof(sample_progressive_jpeg));
    assert_size(&image, 19, 13);
    assert_pixel(&image, 9, 0, 255, 0, 0, 40);
    assert_pixel(&image, 9, 12, 0, 0, 255, 40);
    sit_image_release(&image);

    image = decoded(sample_bmp, sizeof(sample_bmp));
    assert_size(&image, 5, 4);
    assert_pixel(&image, 4, 3, 10, 200, 30, 0);
    sit_image_release(&image);
    image = decoded(sample_gif, sizeof(sample_gif));
    assert_size(&image, 5, 4);
    assert_pixel(&image, 0, 3, 10, 200, 30, 0);
    sit_image_release(&image);
    image = decoded(sample_ppm, sizeof(sample_ppm));
    assert_size(&image, 5, 4);
    assert_pixel(&image, 4, 0, 10, 200, 30, 0);
    sit_image_release(&image);
}

static void deep_and_grey_pnm_become_rgb(void **state)
{
    (void)state;
    static const char deep[] = "P5 2 1 65535\n\x80\x01\xff\xff";
    struct sit_image image = decoded(deep, sizeof(deep) - 1);
    assert_size(&image, 2, 1);
    assert_pixel(&image, 1, 0, 255, 255, 255, 0);
    sit_image_release(&image);
}

static void transparent_pixels_lie_on_white(void **state)
{
    (void)state;
    struct sit_image image = decoded(sample_alpha_png, sizeof(sample_alpha_png));
    assert_size(&image, 4, 3);
    /* Half of (200, 100, 0), half of white. */
    assert_pixel(&image, 1, 1, 228, 178, 128, 2);
    sit_image_release(&image);
    image = decoded(sample_palette_png, sizeof(sample_palette_png));
    assert_size(&image, 6, 4);
    assert_pixel(&image, 0, 0, 0, 0, 255, 0);
    assert_pixel(&image, 5, 0, 255, 255, 255, 0);
    sit_image_release(&image);
}

static void probe_tells_format_and_size(void **state)
{
    (void)state;
    struct sit_image_info info = {0};
    assert_ok(sit_image_probe(sample_baseline_jpeg, sizeof(sample_baseline_jpeg), "x",
                              &info, err));
    assert_int_equal(info.format, SIT_IMAGE_JPEG);
    assert_int_equal(info.width_px, 7);
    assert_int_equal(info.height_px, 5);
    assert_ok(
        sit_image_probe(sample_deep_png, sizeof(sample_deep_png), "x", &info, err));
    assert_int_equal(info.format, SIT_IMAGE_PNG);
    assert_ok(sit_image_probe(sample_gif, sizeof(sample_gif), "x", &info, err));
    assert_int_equal(info.format, SIT_IMAGE_OTHER);
    assert_int_equal(info.height_px, 4);
    struct sit_error error = {0};
    assert_int_equal(
        sit_image_probe("plain words, no picture", 23, "notes.txt", &info, &error),
        SIT_E_FORMAT);
    assert_non_null(strstr(error.message, "'notes.txt'"));
    assert_int_equal(sit_image_probe("", 0, "empty.png", &info, &error), SIT_E_FORMAT);
}

/* Every proper prefix is refused, by a copy of exactly that size (for ASan). */
static void assert_prefixes_refused(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t n = 0; n < n_bytes; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        assert_non_null(cut);
        memcpy(cut, bytes, n);
        struct sit_image image = {0};
        struct sit_error error = {0};
        enum sit_status status = sit_image_decode(cut, n, "cut.jpg", &image, &error);
        if (status != SIT_E_FORMAT)
            fail_msg("%zu of %zu bytes: %s", n, n_bytes, sit_status_name(status));
        assert_null(image.rgb);
        assert_non_null(strstr(error.message, "'cut.jpg'"));
        free(cut);
    }
}

static void cut_files_are_refused(void **state)
{
    (void)state;
    assert_prefixes_refused(sample_baseline_jpeg, sizeof(sample_baseline_jpeg));
    assert_prefixes_refused(sample_progressive_jpeg, sizeof(sample_progressive_jpeg));
    assert_prefixes_refused(sample_alpha_png, sizeof(sample_alpha_png));
    assert_prefixes_refused(sample_palette_png, sizeof(sample_palette_png));
    assert_prefixes_refused(sample_bmp, sizeof(sample_bmp));
    assert_prefixes_refused(sample_ppm, sizeof(sample_ppm));
}

static void cut_files_say_so(void **state)
{
    (void)state;
    struct sit_image image = {0};
    struct sit_error error = {0};
    assert_int_equal(sit_image_decode(sample_baseline_jpeg,
                                      sizeof(sample_baseline_jpeg) - 2, "x.jpg", &image,
                                      &error),
                     SIT_E_FORMAT);
    assert_string_equal(error.message, "cannot decode 'x.jpg': the file is cut short");
}

/* A thumbnail in an APP1 segment has an end marker of its own. */
static void thumbnail_end_does_not_count(void **state)
{
    (void)state;
    static const uint8_t app1[] = {0xff, 0xe1, 0x00, 0x0a, 0xff, 0xd8,
                                   0xff, 0xda, 0xff, 0xd9, 0xff, 0xd9};
    size_t n = sizeof(sample_baseline_jpeg);
    struct sit_buf file = {0};
    sit_buf_append(&file, sample_baseline_jpeg, 2);
    sit_buf_append(&file, app1, sizeof(app1));
    sit_buf_append(&file, sample_baseline_jpeg + 2, n - 2);
    struct sit_image image = decoded(file.data, file.n_bytes);
    assert_size(&image, 7, 5);
    sit_image_release(&image);
    struct sit_error error = {0};
    assert_int_equal(sit_image_decode(file.data, file.n_bytes - 2, "x", &image, &error),
                     SIT_E_FORMAT);
    /* What follows the end is nobody's business. */
    sit_buf_append_text(&file, "trailing words");
    image = decoded(file.data, file.n_bytes);
    sit_image_release(&image);
    sit_buf_release(&file);
}

static void forged_sizes_are_refused_by_name_and_size(void **state)
{
    (void)state;
    /* 60,000 x 60,000 px in the header, and almost nothing behind it. */
    uint8_t png[sizeof(sample_deep_png)];
    memcpy(png, sample_deep_png, sizeof(png));
    const uint8_t side[4] = {0x00, 0x00, 0xea, 0x60};
    memcpy(png + 16, side, 4);
    memcpy(png + 20, side, 4);
    struct sit_image image = {0};
    struct sit_image_info info;
    struct sit_error error = {0};
    assert_int_equal(sit_image_decode(png, sizeof(png), "big.png", &image, &error),
                     SIT_E_LIMIT);
    assert_non_null(strstr(error.message, "'big.png'"));
    assert_non_null(strstr(error.message, "60000 x 60000"));
    assert_int_equal(sit_image_decode(png, 33, "big.png", &image, &error), SIT_E_LIMIT);
    assert_int_equal(sit_image_probe(png, 33, "big.png", &info, &error), SIT_E_LIMIT);
    assert_non_null(strstr(error.message, "60000 x 60000"));

    uint8_t jpeg[sizeof(sample_baseline_jpeg)];
    memcpy(jpeg, sample_baseline_jpeg, sizeof(jpeg));
    for (size_t i = 0; i + 9 < sizeof(jpeg); i++)
        if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0)
            memset(jpeg + i + 5, 0xff, 4);
    assert_int_equal(sit_image_decode(jpeg, sizeof(jpeg), "big.jpg", &image, &error),
                     SIT_E_LIMIT);
    assert_non_null(strstr(error.message, "65535 x 65535"));
    assert_null(image.rgb);
}

/* Append the lowest `n` bits of `code`, highest first, as deflate packs them. */
struct bits {
    struct sit_buf bytes;
    unsigned held, n_held;
};

static void put_bits(struct bits *out, unsigned code, unsigned n)
{
    while (n-- > 0) {
        out->held |= (code >> n & 1) << out->n_held;
        if (++out->n_held == 8) {
            sit_buf_append_char(&out->bytes, (char)out->held);
            out->held = out->n_held = 0;
        }
    }
}

static void append_be32(struct sit_buf *out, size_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
                              (uint8_t)(value >> 8), (uint8_t)value};
    sit_buf_append(out, bytes, 4);
}

/* A PNG of 1 x 1 px whose data unpack to 258 * n_repeats zeros. */
static void make_bomb(struct sit_buf *out, size_t n_repeats)
{
    struct bits data = {0};
    sit_buf_append(&data.bytes, "\x78\x01", 2);
    put_bits(&data, 1, 1);    /* the last block */
    put_bits(&data, 2, 2);    /* fixed codes: 01, lowest bit first */
    put_bits(&data, 0x30, 8); /* a zero */
    for (size_t i = 0; i < n_repeats; i++)
        put_bits(&data, 0xc5u << 5, 13); /* 258 bytes from one byte back */
    put_bits(&data, 0, 7);               /* the end */
    put_bits(&data, 0, 7);
    sit_buf_append(&data.bytes, "sum.", 4);
    sit_buf_append(
        out, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0crc.", 33);
    append_be32(out, data.bytes.n_bytes);
    sit_buf_append_text(out, "IDAT");
    sit_buf_append(out, data.bytes.data, data.bytes.n_bytes);
    sit_buf_append(out, "crc.\0\0\0\0IENDcrc.", 16);
    assert_false(out->failed || data.bytes.failed);
    sit_buf_release(&data.bytes);
}

static void unpacking_is_bounded(void **state)
{
    (void)state;
    struct sit_buf file = {0};
    make_bomb(&file, 10); /* more than needed, yet harmless: the form is right */
    struct sit_image image = decoded(file.data, file.n_bytes);
    assert_size(&image, 1, 1);
    sit_image_release(&image);
    sit_buf_reset(&file);
    make_bomb(&file, 64 * 1024); /* 16 MB */
    struct sit_error error = {0};
    assert_int_equal(
        sit_image_decode(file.data, file.n_bytes, "bomb.png", &image, &error),
        SIT_E_LIMIT);
    assert_non_null(strstr(error.message, "'bomb.png'"));
    sit_buf_release(&file);
}

/* Regression: stb_image wrote past a Huffman table of more than 256 codes. */
static void overfull_huffman_table_is_refused(void **state)
{
    (void)state;
    struct sit_buf file = {0};
    static const uint8_t head[] = {0xff, 0xd8, 0xff, 0xc4, 0x02, 0x11, 0x00};
    sit_buf_append(&file, head, sizeof(head));
    for (int i = 0; i < 16; i++)
        sit_buf_append_char(&file, (char)(i >= 14 ? 0xff : 0));
    for (int i = 0; i < 510; i++)
        sit_buf_append_char(&file, 0);
    sit_buf_append(&file, sample_baseline_jpeg + 2, sizeof(sample_baseline_jpeg) - 2);
    struct sit_image image = {0};
    struct sit_error error = {0};
    assert_int_equal(sit_image_decode(file.data, file.n_bytes, "x", &image, &error),
                     SIT_E_FORMAT);
    assert_non_null(strstr(error.message, "Huffman"));
    sit_buf_release(&file);
}

static void failure_leaves_the_output_alone(void **state)
{
    (void)state;
    struct sit_image image = pattern(2, 2);
    uint8_t *before = image.rgb;
    struct sit_error error = {0};
    assert_int_equal(sit_image_decode("nothing", 7, "x", &image, &error), SIT_E_FORMAT);
    assert_ptr_equal(image.rgb, before);
    assert_int_equal(sit_image_crop(&image, 1, 1, 2, 1, &image, &error), SIT_E_ARG);
    assert_int_equal(sit_image_crop(&image, 3, 0, 1, 1, &image, &error), SIT_E_ARG);
    assert_int_equal(sit_image_crop(&image, 0, 0, SIZE_MAX, 1, &image, &error),
                     SIT_E_ARG);
    assert_ptr_equal(image.rgb, before);
    sit_image_release(&image);
}

static void crop_copies_the_rectangle(void **state)
{
    (void)state;
    struct sit_image image = pattern(9, 7), crop = {0};
    assert_ok(sit_image_crop(&image, 2, 3, 5, 4, &crop, err));
    assert_size(&crop, 5, 4);
    for (size_t y = 0; y < 4; y++)
        assert_memory_equal(crop.rgb + y * 15, image.rgb + ((y + 3) * 9 + 2) * 3, 15);
    sit_image_release(&crop);
    sit_image_release(&image);
}

static void scaling_keeps_constants_and_identity(void **state)
{
    (void)state;
    const size_t sizes[][2] = {{1, 1}, {2, 9}, {31, 17}, {64, 64}, {300, 5}, {5, 300}};
    struct sit_image flat = {0};
    assert_ok(sit_image_new(31, 17, &flat, err));
    for (size_t i = 0; i < 31 * 17; i++)
        memcpy(flat.rgb + i * 3, "\x11\x80\xfe", 3);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct sit_image scaled = {0};
        assert_ok(sit_image_scale(&flat, sizes[i][0], sizes[i][1], &scaled, err));
        assert_size(&scaled, sizes[i][0], sizes[i][1]);
        for (size_t p = 0; p < sizes[i][0] * sizes[i][1]; p++)
            assert_memory_equal(scaled.rgb + p * 3, "\x11\x80\xfe", 3);
        sit_image_release(&scaled);
    }
    struct sit_image image = pattern(23, 11), same = {0};
    assert_ok(sit_image_scale(&image, 23, 11, &same, err));
    assert_true(isinf(sit_image_psnr(&image, &same)));
    sit_image_release(&same);
    sit_image_release(&image);
    sit_image_release(&flat);
}

/* One white pixel in 8 x 8 black ones adds up to the same light at half the size. */
static void shrinking_counts_every_pixel(void **state)
{
    (void)state;
    for (size_t at = 18; at < 22; at++) {
        struct sit_image image = {0}, half = {0};
        assert_ok(sit_image_new(8, 8, &image, err));
        memset(image.rgb + at * 3, 255, 3);
        assert_ok(sit_image_scale(&image, 4, 4, &half, err));
        int sum = 0;
        for (size_t i = 0; i < 16; i++)
            sum += half.rgb[i * 3];
        assert_in_range(sum, 255 / 4 - 4, 255 / 4 + 4);
        sit_image_release(&half);
        sit_image_release(&image);
    }
}

static void enlarging_keeps_a_ramp_smooth(void **state)
{
    (void)state;
    struct sit_image ramp = {0}, large = {0};
    assert_ok(sit_image_new(10, 2, &ramp, err));
    for (size_t i = 0; i < 20; i++)
        memset(ramp.rgb + i * 3, (int)(20 + 20 * (i % 10)), 3);
    assert_ok(sit_image_scale(&ramp, 40, 8, &large, err));
    for (size_t x = 1; x < 40; x++)
        assert_true(large.rgb[x * 3] >= large.rgb[(x - 1) * 3]);
    /* Pixel 20 of 40 has its centre at 5.125 of the ramp's pixel edges. */
    assert_in_range(large.rgb[20 * 3], 110, 114);
    sit_image_release(&large);
    sit_image_release(&ramp);
}

static void placement_is_centred_and_inside(void **state)
{
    (void)state;
    struct sit_image_placement place = sit_image_place(100, 50, 40, 40);
    assert_int_equal(place.width_px, 40);
    assert_int_equal(place.height_px, 20);
    assert_int_equal(place.x_px, 0);
    assert_int_equal(place.y_px, 10);
    place = sit_image_place(3, 7, 21, 49);
    assert_int_equal(place.width_px, 21);
    assert_int_equal(place.height_px, 49);
    for (size_t w = 1; w < 30; w += 3)
        for (size_t h = 1; h < 30; h += 4)
            for (size_t cw = 1; cw < 12; cw++)
                for (size_t ch = 1; ch < 12; ch += 2) {
                    place = sit_image_place(w, h, cw, ch);
                    assert_true(place.width_px >= 1 && place.height_px >= 1);
                    assert_true(place.x_px + place.width_px <= cw);
                    assert_true(place.y_px + place.height_px <= ch);
                    assert_true(place.width_px == cw || place.height_px == ch);
                }
}

static void fit_fills_the_rest(void **state)
{
    (void)state;
    struct sit_image image = pattern(10, 5), canvas = {0};
    const uint8_t grey[3] = {90, 91, 92};
    assert_ok(sit_image_fit(&image, 10, 9, grey, &canvas, err));
    assert_size(&canvas, 10, 9);
    assert_pixel(&canvas, 0, 1, 90, 91, 92, 0);
    assert_pixel(&canvas, 9, 7, 90, 91, 92, 0);
    assert_memory_equal(canvas.rgb + 2 * 30, image.rgb, 5 * 30);
    sit_image_release(&canvas);
    assert_ok(sit_image_fit(&image, 1, 1, grey, &canvas, err));
    assert_size(&canvas, 1, 1);
    sit_image_release(&canvas);
    sit_image_release(&image);
}

static void grey_and_psnr_have_known_values(void **state)
{
    (void)state;
    struct sit_image a = {0}, b = {0};
    assert_ok(sit_image_new(2, 1, &a, err));
    assert_ok(sit_image_new(2, 1, &b, err));
    memcpy(a.rgb, "\xff\xff\xff\x00\xff\x00", 6);
    float grey[2];
    sit_image_to_grey(&a, grey);
    assert_float_equal(grey[0], 255.0f, 1e-3f);
    assert_float_equal(grey[1], 149.685f, 1e-3f);
    assert_true(isinf(sit_image_psnr(&a, &a)));
    for (int i = 0; i < 6; i++)
        b.rgb[i] = (uint8_t)(a.rgb[i] ^ 0x10); /* differs by 16 everywhere */
    assert_float_equal((float)sit_image_psnr(&a, &b), 24.0485f, 1e-3f);
    struct sit_image other = pattern(1, 2);
    assert_true(isnan(sit_image_psnr(&a, &other)));
    sit_image_release(&other);
    sit_image_release(&a);
    sit_image_release(&b);
}

static void real_pictures_decode(void **state)
{
    (void)state;
    static const char *const names[] = {"data/photos/dogs.jpg",
                                        "data/photos/bald_guys.jpg"};
    for (size_t i = 0; i < 2; i++) {
        char *path = test_shared_path(names[i]);
        skip_without(path);
        struct sit_buf file = {0};
        assert_ok(sit_file_read(path, SIT_IMAGE_MAX_FILE_BYTES, &file, err));
        struct sit_image image = decoded(file.data, file.n_bytes);
        assert_true(image.width_px > 100 && image.height_px > 100);
        struct sit_image refused = {0};
        struct sit_error error = {0};
        assert_int_equal(
            sit_image_decode(file.data, file.n_bytes / 2, path, &refused, &error),
            SIT_E_FORMAT);
        sit_image_release(&image);
        sit_buf_release(&file);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_pictures_are_black_and_bounded),
        cmocka_unit_test(png_round_trip_is_exact),
        cmocka_unit_test(jpeg_round_trip_is_close),
        cmocka_unit_test(other_kinds_become_rgb),
        cmocka_unit_test(deep_and_grey_pnm_become_rgb),
        cmocka_unit_test(transparent_pixels_lie_on_white),
        cmocka_unit_test(probe_tells_format_and_size),
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(cut_files_say_so),
        cmocka_unit_test(thumbnail_end_does_not_count),
        cmocka_unit_test(forged_sizes_are_refused_by_name_and_size),
        cmocka_unit_test(unpacking_is_bounded),
        cmocka_unit_test(overfull_huffman_table_is_refused),
        cmocka_unit_test(failure_leaves_the_output_alone),
        cmocka_unit_test(crop_copies_the_rectangle),
        cmocka_unit_test(scaling_keeps_constants_and_identity),
        cmocka_unit_test(shrinking_counts_every_pixel),
        cmocka_unit_test(enlarging_keeps_a_ramp_smooth),
        cmocka_unit_test(placement_is_centred_and_inside),
        cmocka_unit_test(fit_fills_the_rest),
        cmocka_unit_test(grey_and_psnr_have_known_values),
        cmocka_unit_test(real_pictures_decode),
    };
    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
