/*
 * Rows of faces as pictures: each face in its place, what is known of it around it, and
 * what is kept bounded.
 */
#include "test_support.h"

#include "glyph.h"
#include "sitter/demo_project.h"
#include "strip_picture.h"

enum { N_FACES = 20, TILE_W = 100, TILE_H = 96, N_TILES = 4 };

struct fixture {
    char *dir;
    struct sit_project *project;
    struct sit_tile_cache *cache;
    struct sit_face_table table;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->dir = test_make_dir();
    const struct sit_demo_options options = {.n_faces = N_FACES, .seed = 3};
    size_t n;
    assert_ok(sit_demo_make(f->dir, &options, NULL, NULL, &n, err));
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/sitter.db", f->dir);
    assert_ok(
        sit_project_open(sit_buf_text(&path), SIT_PROJECT_READ, &f->project, err));
    sit_buf_release(&path);
    assert_ok(sit_face_table_load(f->project, 0, &f->table, err));
    assert_ok(sit_tile_cache_new(1 << 20, &f->cache, err));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    sit_tile_cache_free(f->cache);
    sit_face_table_release(&f->table);
    sit_project_close(f->project);
    test_remove_dir(f->dir);
    free(f);
    return 0;
}

static const uint8_t *pixel(const struct sit_image *image, size_t x, size_t y)
{
    return image->rgb + 3 * (y * image->width_px + x);
}

static void assert_colour(const struct sit_image *image, size_t x, size_t y, int r,
                          int g, int b)
{
    const uint8_t *p = pixel(image, x, y);
    if (p[0] != r || p[1] != g || p[2] != b)
        fail_msg("(%zu, %zu) is %d %d %d", x, y, p[0], p[1], p[2]);
}

/* How far the face in a tile is from the one that is stored. */
static double face_db(struct fixture *f, const struct sit_image *strip, size_t tile,
                      int64_t face_id, bool with_looks)
{
    static const uint8_t black[3];
    struct sit_image_placement p = sit_strip_face_place(TILE_W, TILE_H, with_looks);
    struct sit_buf file = {0};
    struct sit_image face = {0}, fitted = {0}, shown = {0};
    assert_ok(sit_project_face_picture(f->project, face_id, &file, err));
    assert_ok(sit_image_decode(file.data, file.n_bytes, "face", &face, err));
    assert_ok(sit_image_fit(&face, p.width_px, p.height_px, black, &fitted, err));
    assert_ok(sit_image_crop(strip, tile * TILE_W + p.x_px, p.y_px, p.width_px,
                             p.height_px, &shown, err));
    double db = sit_image_psnr(&fitted, &shown);
    sit_image_release(&face);
    sit_image_release(&fitted);
    sit_image_release(&shown);
    sit_buf_release(&file);
    return db;
}

static void draw(struct fixture *f, const struct sit_strip *strip, bool with_looks,
                 struct sit_image *out)
{
    assert_ok(sit_strip_picture(strip, with_looks, f->cache, f->project,
                                N_TILES * TILE_W, TILE_H, out, err));
}

static void test_faces_are_in_their_places(void **state)
{
    struct fixture *f = *state;
    struct sit_strip strip = {.n_tiles = N_TILES};
    for (size_t i = 0; i + 1 < N_TILES; i++)
        strip.tiles[i].face_id = f->table.id[i];
    for (int looks = 0; looks < 2; looks++) {
        for (int round = 0; round < 2; round++) { /* made, then kept */
            struct sit_image image = {0};
            draw(f, &strip, looks != 0, &image);
            for (size_t i = 0; i + 1 < N_TILES; i++) {
                assert_true(face_db(f, &image, i, f->table.id[i], looks != 0) > 32);
                assert_true(face_db(f, &image, i, f->table.id[i + 1], looks != 0) < 25);
            }
            for (size_t x = (N_TILES - 1) * TILE_W; x < N_TILES * TILE_W; x++)
                assert_colour(&image, x, TILE_H / 2, 0, 0, 0);
            sit_image_release(&image);
        }
    }
}

static void test_looks_have_places_of_their_own(void **state)
{
    struct fixture *f = *state;
    struct sit_strip strip = {.n_tiles = N_TILES};
    for (size_t i = 0; i < N_TILES; i++)
        strip.tiles[i].face_id = f->table.id[i];
    strip.tiles[0].look = SIT_TILE_CURSOR | SIT_TILE_SELECTED | SIT_TILE_LABELLED;
    strip.tiles[0].letter = 'm';
    strip.tiles[1].look = SIT_TILE_SUGGESTED;
    strip.tiles[1].colour = 1;
    strip.tiles[2].look = SIT_TILE_MARKED;
    strip.tiles[3].hint = 'q';
    struct sit_image image = {0};
    draw(f, &strip, true, &image);
    assert_colour(&image, TILE_W / 2, 0, 255, 220, 0);   /* the cursor */
    assert_colour(&image, TILE_W / 2, 2, 255, 255, 255); /* the selection */
    assert_colour(&image, TILE_W / 2, 4, 0, 135, 255);   /* the label */
    assert_colour(&image, 7, TILE_H - 8, 0, 135, 255);   /* its letter's ground */
    assert_colour(&image, TILE_W + 5, 4, 215, 95, 215);  /* corners of a suggestion */
    assert_colour(&image, TILE_W + TILE_W / 2, 4, 0, 0, 0);
    assert_colour(&image, 2 * TILE_W + TILE_W / 2, 4, 0, 0, 0);
    assert_true(face_db(f, &image, 1, f->table.id[1], true) > 32);
    assert_true(face_db(f, &image, 2, f->table.id[2], true) < 30); /* crossed out */
    assert_colour(&image, 3 * TILE_W + 7, 7, 255, 220, 0);         /* the hint */
    sit_image_release(&image);
    draw(f, &strip, false, &image); /* as block characters: faces alone */
    assert_true(face_db(f, &image, 2, f->table.id[2], false) > 32);
    sit_image_release(&image);
}

static void test_a_missing_face_is_a_question_mark(void **state)
{
    struct fixture *f = *state;
    const struct sit_strip strip = {
        .n_tiles = N_TILES,
        .tiles = {{.face_id = 987654}, {.face_id = f->table.id[1]}}};
    struct sit_image image = {0};
    draw(f, &strip, true, &image);
    assert_colour(&image, 20, 20, 60, 60, 60);
    assert_true(face_db(f, &image, 1, f->table.id[1], true) > 32);
    sit_image_release(&image);
    assert_int_equal(
        sit_strip_picture(&strip, true, f->cache, f->project, 3, TILE_H, &image, NULL),
        SIT_E_ARG);
}

/* Any size down to one that has no room for a frame; nothing is drawn outside. */
static void test_every_size(void **state)
{
    struct fixture *f = *state;
    struct sit_strip strip = {.n_tiles = N_TILES};
    for (size_t i = 0; i < N_TILES; i++)
        strip.tiles[i] = (struct sit_tile){f->table.id[i], (unsigned)(i * 7 + 1),
                                           (uint8_t)i, 'f', 'x'};
    for (size_t width = N_TILES; width < 4 * 40; width += 3) {
        for (size_t height = 1; height < 50; height += 4) {
            struct sit_image image = {0};
            assert_ok(sit_strip_picture(&strip, true, f->cache, f->project, width,
                                        height, &image, err));
            sit_image_release(&image);
        }
    }
}

static void test_letters_differ(void **state)
{
    (void)state;
    struct sit_image shapes[128] = {{0}};
    static const uint8_t white[3] = {255, 255, 255};
    assert_false(sit_glyph_exists(' '));
    assert_false(sit_glyph_exists('\n'));
    for (int c = 33; c < 127; c++) {
        if (!sit_glyph_exists((char)c)) {
            assert_false((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9'));
            continue;
        }
        assert_ok(sit_image_new(SIT_GLYPH_WIDTH, SIT_GLYPH_HEIGHT, &shapes[c], err));
        sit_glyph_draw(&shapes[c], 0, 0, 1, white, (char)c);
        for (int other = 33; other < c; other++)
            assert_true(shapes[other].rgb == NULL ||
                        memcmp(shapes[other].rgb, shapes[c].rgb,
                               SIT_GLYPH_WIDTH * SIT_GLYPH_HEIGHT * 3) != 0);
    }
    for (int c = 0; c < 128; c++)
        sit_image_release(&shapes[c]);
}

static void test_small_decoding(void **state)
{
    struct fixture *f = *state;
    struct sit_buf file = {0};
    struct sit_image whole = {0}, small = {0};
    assert_ok(sit_project_face_picture(f->project, f->table.id[0], &file, err));
    assert_ok(sit_image_decode(file.data, file.n_bytes, "face", &whole, err));
    static const size_t sides[] = {1, 28, 29, 57, 112, 113, 224, 500};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        assert_ok(sit_image_decode_small(file.data, file.n_bytes, "face", sides[i],
                                         sides[i], &small, err));
        assert_true(small.width_px >= sides[i] || small.width_px == whole.width_px);
        assert_true(small.width_px / 2 < sides[i] ||
                    small.width_px == (whole.width_px + 7) / 8);
        struct sit_image scaled = {0};
        assert_ok(
            sit_image_scale(&whole, small.width_px, small.height_px, &scaled, err));
        assert_true(sit_image_psnr(&small, &scaled) > 28);
        sit_image_release(&scaled);
        sit_image_release(&small);
    }
    assert_int_equal(sit_image_decode_small(file.data, file.n_bytes / 2, "face", 20, 20,
                                            &small, NULL),
                     SIT_E_FORMAT);
    sit_image_release(&whole);
    sit_buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faces_are_in_their_places),
        cmocka_unit_test(test_looks_have_places_of_their_own),
        cmocka_unit_test(test_a_missing_face_is_a_question_mark),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_letters_differ),
        cmocka_unit_test(test_small_decoding),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
