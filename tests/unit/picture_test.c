/*
 * Pictures for the terminal: canvas sizes, sixels decoded again and compared with what
 * was drawn, half blocks byte for byte.
 */
#include "test_support.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>

#include <sixel.h>

#include "sitter/demo.h"
#include "sitter/file.h"
#include "sitter/term.h"
#include "sitter/text.h"

/* A soft portrait of sorts: smooth gradients in all channels with a light oval. */
static struct sit_image smooth_picture(size_t width, size_t height)
{
    struct sit_image image = {0};
    assert_ok(sit_image_new(width, height, &image, err));
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            double u = (double)x / (double)width;
            double v = (double)y / (double)height;
            double oval = exp(-12 * ((u - 0.5) * (u - 0.5) + (v - 0.45) * (v - 0.45)));
            uint8_t *pixel = image.rgb + (y * width + x) * 3;
            pixel[0] = (uint8_t)(60 + 40 * u + 150 * oval);
            pixel[1] = (uint8_t)(50 + 60 * v + 110 * oval);
            pixel[2] = (uint8_t)(90 - 40 * u + 80 * oval);
        }
    }
    return image;
}

static struct sit_image decode_sixel(const struct sit_buf *bytes)
{
    unsigned char *pixels = NULL, *palette = NULL;
    int width, height, n_colours;
    assert_false(SIXEL_FAILED(sixel_decode_raw((unsigned char *)bytes->data,
                                               (int)bytes->n_bytes, &pixels, &width,
                                               &height, &palette, &n_colours, NULL)));
    struct sit_image image = {0};
    assert_ok(sit_image_new((size_t)width, (size_t)height, &image, err));
    for (size_t i = 0; i < image.width_px * image.height_px; i++)
        memcpy(image.rgb + 3 * i, palette + 3 * pixels[i], 3);
    free(pixels);
    free(palette);
    return image;
}

static struct sit_picture_format sixel_format(size_t n_cols, size_t n_rows,
                                              size_t n_colours)
{
    return (struct sit_picture_format){.graphics = SIT_GRAPHICS_SIXEL,
                                       .n_cols = n_cols,
                                       .n_rows = n_rows,
                                       .cell_width_px = 10,
                                       .cell_height_px = 20,
                                       .n_colours = n_colours};
}

static void canvas_fits_the_cells(void **state)
{
    (void)state;
    for (size_t cell_height = 5; cell_height < 50; cell_height++) {
        for (size_t n_rows = 2; n_rows < 120; n_rows += 3) {
            struct sit_picture_format format = {.graphics = SIT_GRAPHICS_SIXEL,
                                                .n_cols = n_rows * 2,
                                                .n_rows = n_rows,
                                                .cell_width_px = 1 + cell_height / 2,
                                                .cell_height_px = cell_height};
            size_t width, height;
            sit_picture_canvas_size(&format, &width, &height);
            assert_int_equal(height % 6, 0);
            assert_in_range(height, 6, 1000);
            assert_in_range(width, 1, 1000);
            assert_true(width <= format.n_cols * format.cell_width_px);
            assert_true(height <= n_rows * cell_height);
            /* Nothing is given away. */
            assert_true(height + 6 > n_rows * cell_height || height == 996);
            assert_true(width == format.n_cols * format.cell_width_px || width == 1000);
        }
    }
    struct sit_picture_format format = {.graphics = SIT_GRAPHICS_BLOCKS_256,
                                        .n_cols = 30,
                                        .n_rows = 11,
                                        .cell_width_px = 10,
                                        .cell_height_px = 20,
                                        .half_blocks = true};
    size_t width, height;
    sit_picture_canvas_size(&format, &width, &height);
    assert_int_equal(width, 30);
    assert_int_equal(height, 22);
    if (sit_term_chafa_version() != NULL) {
        format.half_blocks = false;
        sit_picture_canvas_size(&format, &width, &height);
        assert_int_equal(width, 240);
        assert_int_equal(height, 176);
        format.half_blocks = true;
    }
    format.is_square = true;
    sit_picture_canvas_size(&format, &width, &height);
    assert_int_equal(width, 22);
    assert_int_equal(height, 22);
    format.graphics = SIT_GRAPHICS_SIXEL; /* 300 x 220 px */
    sit_picture_canvas_size(&format, &width, &height);
    assert_int_equal(width, 216);
    assert_int_equal(height, 216);
    format.is_square = false;
    format.n_cols = SIZE_MAX;
    sit_picture_canvas_size(&format, &width, &height);
    assert_int_equal(width, 1000);
}

static void assert_sixel_close(size_t n_cols, size_t n_rows, size_t n_colours,
                               double least_psnr)
{
    struct sit_picture_format format = sixel_format(n_cols, n_rows, n_colours);
    size_t width, height;
    sit_picture_canvas_size(&format, &width, &height);
    struct sit_image image = smooth_picture(width, height);
    struct sit_image before = smooth_picture(width, height);
    struct sit_buf bytes = {0};
    assert_ok(sit_picture_encode(&format, &image, &bytes, err));
    assert_memory_equal(image.rgb, before.rgb, width * height * 3);
    assert_memory_equal(bytes.data, "\033P", 2);
    assert_memory_equal(bytes.data + bytes.n_bytes - 2, "\033\\", 2);
    char raster[40];
    snprintf(raster, sizeof raster, "q\"1;1;%zu;%zu", width, height);
    assert_non_null(strstr(bytes.data, raster));
    struct sit_image decoded = decode_sixel(&bytes);
    assert_int_equal(decoded.width_px, width);
    assert_int_equal(decoded.height_px, height);
    double psnr = sit_image_psnr(&image, &decoded);
    if (!(psnr >= least_psnr))
        fail_msg("%zu x %zu px, %zu colours: %.2f dB", width, height, n_colours, psnr);
    sit_image_release(&image);
    sit_image_release(&before);
    sit_image_release(&decoded);
    sit_buf_release(&bytes);
}

static void sixels_decode_to_the_picture(void **state)
{
    (void)state;
    assert_sixel_close(22, 12, 256, 32);
    assert_sixel_close(22, 12, 64, 28);
    assert_sixel_close(44, 22, 256, 32);
    assert_sixel_close(100, 50, 128, 28);
    assert_sixel_close(1, 1, 2, 10);
    assert_sixel_close(22, 12, 16, 20);
}

/* libsixel keeps five bits of a channel: flat colours, as marks have them, are near. */
static void sixels_of_few_colours_keep_them(void **state)
{
    (void)state;
    struct sit_picture_format format = sixel_format(5, 3, 256);
    for (size_t n_colours = 1; n_colours <= 6; n_colours++) {
        struct sit_image image = {0};
        struct sit_buf bytes = {0};
        assert_ok(sit_image_new(50, 60, &image, err));
        for (size_t i = 0; i < 50 * 60; i++)
            memset(image.rgb + 3 * i, 255 - (int)(i / 7 % n_colours * 51), 3);
        assert_ok(sit_picture_encode(&format, &image, &bytes, err));
        struct sit_image decoded = decode_sixel(&bytes);
        assert_int_equal(decoded.width_px, 50);
        assert_int_equal(decoded.height_px, 60);
        for (size_t i = 0; i < 50 * 60 * 3; i++)
            assert_true(abs(decoded.rgb[i] - image.rgb[i]) <= 8);
        sit_image_release(&image);
        sit_image_release(&decoded);
        sit_buf_release(&bytes);
    }
}

/* The faces of the shared data, enlarged as the label screen does. */
static void sixels_of_real_faces_are_good(void **state)
{
    (void)state;
    static const char *const names[] = {
        "data/posters/faces/test/female/132764_0.jpg",
        "data/posters/faces/test/male/132769_1.jpg",
    };
    struct sit_picture_format format = sixel_format(44, 22, 256);
    const uint8_t background[3] = {0, 0, 0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = test_shared_path(names[i]);
        skip_without(path);
        struct sit_buf file = {0}, bytes = {0};
        struct sit_image face = {0}, canvas = {0};
        size_t width, height;
        sit_picture_canvas_size(&format, &width, &height);
        assert_ok(sit_file_read(path, SIT_IMAGE_MAX_FILE_BYTES, &file, err));
        assert_ok(sit_image_decode(file.data, file.n_bytes, path, &face, err));
        assert_ok(sit_image_fit(&face, width, height, background, &canvas, err));
        assert_ok(sit_picture_encode(&format, &canvas, &bytes, err));
        struct sit_image decoded = decode_sixel(&bytes);
        double psnr = sit_image_psnr(&canvas, &decoded);
        if (!(psnr >= 30))
            fail_msg("%s: %.2f dB", names[i], psnr);
        sit_image_release(&face);
        sit_image_release(&canvas);
        sit_image_release(&decoded);
        sit_buf_release(&file);
        sit_buf_release(&bytes);
        free(path);
    }
}

static void *encode_many(void *context)
{
    struct sit_buf *out = context;
    struct sit_picture_format format = sixel_format(12, 6, 64);
    struct sit_image image = smooth_picture(120, 120);
    for (int i = 0; i < 20; i++) {
        sit_buf_reset(out);
        if (sit_picture_encode(&format, &image, out, NULL) != SIT_OK)
            break;
    }
    sit_image_release(&image);
    return NULL;
}

static void sixels_are_the_same_in_every_thread(void **state)
{
    (void)state;
    struct sit_buf bytes[3] = {{0}};
    pthread_t threads[3];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, encode_many, &bytes[i]), 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(bytes[0].n_bytes > 100);
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(bytes[i].n_bytes, bytes[0].n_bytes);
        assert_memory_equal(bytes[i].data, bytes[0].data, bytes[0].n_bytes);
    }
    for (size_t i = 0; i < 3; i++)
        sit_buf_release(&bytes[i]);
}

static const char *after(const char *at, const char *text)
{
    assert_memory_equal(at, text, strlen(text));
    return at + strlen(text);
}

static size_t base64_value(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);
    assert_true(c != '\0' && at != NULL);
    return (size_t)(at - digits);
}

/* The protocol taken apart: pieces of at most 4096 characters, the last one says so. */
static void kitty_pieces_are_the_picture(void **state)
{
    (void)state;
    static const size_t sides[][2] = {{10, 5}, {1, 1}, {2, 1}, {40, 20}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        struct sit_picture_format format = sixel_format(sides[i][0], sides[i][1], 0);
        format.graphics = SIT_GRAPHICS_KITTY;
        size_t width, height;
        sit_picture_canvas_size(&format, &width, &height);
        assert_int_equal(width, 10 * sides[i][0]);
        assert_int_equal(height, 20 * sides[i][1]);
        struct sit_image canvas = smooth_picture(width, height), image = {0};
        struct sit_buf out = {0}, png = {0};
        sit_buf_append_text(&out, "\033[1;1H");
        assert_ok(sit_picture_encode(&format, &canvas, &out, err));
        sit_picture_set_id(&out, 6, 4294967295u);
        const char *at = after(out.data,
                               "\033[1;1H\033_Ga=T,f=100,q=2,C=1,i=4294967295,");
        for (bool more = true; more;) {
            at = after(at, "m=");
            more = *at == '1';
            assert_true(more || *at == '0');
            at = after(at + 1, ";");
            size_t n = (size_t)(strchr(at, '\033') - at);
            assert_true(n <= 4096 && n % 4 == 0 && (!more || n == 4096));
            for (size_t k = 0; k < n; k += 4) {
                size_t group = 0, n_pad = 0;
                for (size_t d = 0; d < 4; d++) {
                    n_pad += at[k + d] == '=' ? 1 : 0;
                    group = group << 6 |
                            (at[k + d] == '=' ? 0 : base64_value(at[k + d]));
                }
                for (size_t b = 0; b < 3 - n_pad; b++)
                    sit_buf_append_char(&png, (char)(group >> (16 - 8 * b)));
            }
            at = after(at + n, "\033\\");
            if (more)
                at = after(at, "\033_Gq=2,");
        }
        assert_int_equal(at - out.data, out.n_bytes);
        assert_ok(sit_image_decode(png.data, png.n_bytes, "png", &image, err));
        assert_true(isinf(sit_image_psnr(&canvas, &image)));
        sit_image_release(&image);
        sit_image_release(&canvas);
        sit_buf_release(&png);
        sit_buf_release(&out);
    }
}

static void refuses_another_size(void **state)
{
    (void)state;
    struct sit_picture_format format = sixel_format(5, 3, 256);
    struct sit_image image = smooth_picture(50, 59);
    struct sit_buf bytes = {0};
    struct sit_error err = {0};
    sit_buf_append_text(&bytes, "kept");
    assert_int_equal(sit_picture_encode(&format, &image, &bytes, &err), SIT_E_ARG);
    assert_string_equal(err.message,
                        "a picture of 50 x 59 px for a canvas of 50 x 60 px");
    format.n_rows = 0;
    assert_int_equal(sit_picture_encode(&format, &image, &bytes, &err), SIT_E_ARG);
    format = sixel_format(5, 3, 257);
    sit_image_release(&image);
    image = smooth_picture(50, 60);
    assert_int_equal(sit_picture_encode(&format, &image, &bytes, &err), SIT_E_ARG);
    assert_string_equal(bytes.data, "kept");
    sit_image_release(&image);
    sit_buf_release(&bytes);
}

/* Two columns, two rows of cells: red over green everywhere but for one cell. */
static const uint8_t four_by_two[2 * 4 * 3] = {
    255, 0,   0, 255, 0,   0,   /* row 0, upper */
    0,   255, 0, 0,   255, 0,   /* row 0, lower */
    255, 0,   0, 255, 255, 255, /* row 1, upper */
    0,   255, 0, 0,   255, 0,   /* row 1, lower */
};

#define BLOCK "\xe2\x96\x80"

static void blocks_are_these_bytes(void **state)
{
    (void)state;
    static const struct {
        enum sit_graphics graphics;
        const char *bytes;
    } cases[] = {
        {SIT_GRAPHICS_BLOCKS_RGB,
         "\033[38;2;255;0;0;48;2;0;255;0m" BLOCK BLOCK "\033[2D\033[1B" BLOCK
         "\033[38;2;255;255;255m" BLOCK "\033[0m"},
        {SIT_GRAPHICS_BLOCKS_256,
         "\033[38;5;196;48;5;46m" BLOCK BLOCK "\033[2D\033[1B" BLOCK
         "\033[38;5;231m" BLOCK "\033[0m"},
        {SIT_GRAPHICS_BLOCKS_16,
         "\033[91;102m" BLOCK BLOCK "\033[2D\033[1B" BLOCK "\033[97m" BLOCK "\033[0m"},
        {SIT_GRAPHICS_NONE, "==\033[2D\033[1B=#"},
    };
    struct sit_image image = {.width_px = 2, .height_px = 4};
    image.rgb = (uint8_t *)(uintptr_t)four_by_two;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sit_picture_format format = {.graphics = cases[i].graphics,
                                            .n_cols = 2,
                                            .n_rows = 2,
                                            .half_blocks = true};
        struct sit_buf bytes = {0};
        assert_ok(sit_picture_encode(&format, &image, &bytes, err));
        assert_string_equal(sit_buf_text(&bytes), cases[i].bytes);
        sit_buf_release(&bytes);
    }
}

static int squared_distance(const uint8_t *rgb, const int *colour)
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (rgb[i] - colour[i]) * (rgb[i] - colour[i]);
    return sum;
}

/* Against the definition of the 256 colours, searched from end to end. */
static void picks_the_nearest_of_256_colours(void **state)
{
    (void)state;
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    int colours[256][3] = {{0}};
    for (int i = 16; i < 232; i++) {
        colours[i][0] = levels[(i - 16) / 36];
        colours[i][1] = levels[(i - 16) / 6 % 6];
        colours[i][2] = levels[(i - 16) % 6];
    }
    for (int i = 232; i < 256; i++)
        colours[i][0] = colours[i][1] = colours[i][2] = 8 + 10 * (i - 232);
    struct sit_picture_format format = {.graphics = SIT_GRAPHICS_BLOCKS_256,
                                        .n_cols = 1,
                                        .n_rows = 1,
                                        .half_blocks = true};
    uint8_t pixels[6] = {0};
    struct sit_image image = {.width_px = 1, .height_px = 2, .rgb = pixels};
    struct sit_buf bytes = {0};
    for (int code = 0; code < 1 << 24; code += 4099) {
        for (int c = 0; c < 3; c++)
            pixels[c] = (uint8_t)(code >> (8 * c));
        sit_buf_reset(&bytes);
        assert_ok(sit_picture_encode(&format, &image, &bytes, err));
        int picked = 0;
        assert_int_equal(sscanf(bytes.data, "\033[38;5;%d;48;5;16m", &picked), 1);
        int best = INT32_MAX;
        for (int i = 16; i < 256; i++) {
            int d = squared_distance(pixels, colours[i]);
            best = d < best ? d : best;
        }
        assert_int_equal(squared_distance(pixels, colours[picked]), best);
    }
    sit_buf_release(&bytes);
}

/* Which of the 8 x 8 eighths of a cell a character of U+2580 to U+2590 or a quadrant
 * covers. */
static bool covers(uint32_t code, size_t x, size_t y)
{
    static const unsigned quadrants[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    if (code >= 0x2581 && code <= 0x2588)
        return y >= 8 - (code - 0x2580);
    if (code >= 0x2589 && code <= 0x258f)
        return x < 0x2590 - code;
    if (code >= 0x2596 && code <= 0x259f) /* bits: left and right above, then below */
        return (quadrants[code - 0x2596] >> ((y >= 4 ? 2 : 0) + (x >= 4 ? 1 : 0)) &
                1) != 0;
    switch (code) {
    case ' ': return false;
    case 0x2580: return y < 4;
    case 0x2590: return x >= 4;
    case 0x2594: return y < 1;
    case 0x2595: return x >= 7;
    default: fail_msg("U+%04X", (unsigned)code); return false;
    }
}

/* Draws what a terminal would: 24-bit colours, the moves of a picture, and nothing
 * else. */
static void draw_blocks(const struct sit_buf *bytes, struct sit_image *out)
{
    size_t row = 0, col = 0;
    unsigned rgb[2][3] = {{0}};
    for (size_t i = 0; i < bytes->n_bytes;) {
        const char *at = bytes->data + i;
        if (*at == '\033') {
            unsigned r, g, b, n;
            assert_int_equal(at[1], '[');
            size_t used = strspn(at + 2, "0123456789;") + 3;
            const char *p = at + 2;
            if (at[used - 1] == 'D' && sscanf(p, "%u", &n) == 1)
                col -= n;
            else if (at[used - 1] == 'B')
                row++;
            else if (at[used - 1] != 'm')
                fail_msg("not an attribute: %.*s", (int)used, at + 1);
            for (; at[used - 1] == 'm' &&
                   sscanf(p + 2, ";2;%u;%u;%u", &r, &g, &b) == 3;) {
                unsigned *to = rgb[*p == '4'];
                to[0] = r, to[1] = g, to[2] = b;
                for (n = 0; n < 5 && p < at + used; p++)
                    n += *p == ';' || *p == 'm' ? 1 : 0;
            }
            i += used;
            continue;
        }
        uint32_t code;
        i += sit_utf8_decode(at, bytes->n_bytes - i, &code);
        for (size_t k = 0; k < 8 * 16; k++) {
            size_t x = k % 8, y = k / 8;
            const unsigned *from = rgb[!covers(code, x, y / 2)];
            uint8_t *pixel = out->rgb +
                             ((row * 16 + y) * out->width_px + col * 8 + x) * 3;
            for (size_t c = 0; c < 3; c++)
                pixel[c] = (uint8_t)from[c];
        }
        col++;
    }
}

/* More shapes show more of a face than halves do, in cells of the same size. */
static void shapes_show_more_than_halves(void **state)
{
    (void)state;
    if (sit_term_chafa_version() == NULL) {
        printf("skipped: built without libchafa\n");
        skip();
    }
    double psnr[2];
    struct sit_image face = {0};
    assert_ok(sit_demo_draw_face(7, 0, 0, 240, &face, err));
    for (int half = 0; half < 2; half++) {
        struct sit_picture_format format = {.graphics = SIT_GRAPHICS_BLOCKS_RGB,
                                            .n_cols = 60,
                                            .n_rows = 30,
                                            .half_blocks = half == 1};
        size_t width, height;
        struct sit_image canvas = {0}, shown = {0}, full = {0};
        struct sit_buf bytes = {0};
        sit_picture_canvas_size(&format, &width, &height);
        assert_ok(sit_image_scale(&face, width, height, &canvas, err));
        assert_ok(sit_picture_encode(&format, &canvas, &bytes, err));
        assert_ok(sit_image_new(480, 480, &shown, err));
        draw_blocks(&bytes, &shown);
        assert_ok(sit_image_scale(&face, 480, 480, &full, err));
        psnr[half] = sit_image_psnr(&full, &shown);
        sit_image_release(&canvas);
        sit_image_release(&shown);
        sit_image_release(&full);
        sit_buf_release(&bytes);
    }
    printf("%.2f dB with shapes, %.2f dB with halves\n", psnr[0], psnr[1]);
    assert_true(psnr[0] > psnr[1] + 1);
    sit_image_release(&face);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canvas_fits_the_cells),
        cmocka_unit_test(sixels_decode_to_the_picture),
        cmocka_unit_test(sixels_of_few_colours_keep_them),
        cmocka_unit_test(sixels_of_real_faces_are_good),
        cmocka_unit_test(sixels_are_the_same_in_every_thread),
        cmocka_unit_test(kitty_pieces_are_the_picture),
        cmocka_unit_test(refuses_another_size),
        cmocka_unit_test(blocks_are_these_bytes),
        cmocka_unit_test(shapes_show_more_than_halves),
        cmocka_unit_test(picks_the_nearest_of_256_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
