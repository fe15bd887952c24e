/*
 * Names, facts and pictures that a terminal or a decoder must not be trusted with:
 * control sequences in every text that is shown, wide characters beside the picture's
 * border, pictures that are damaged in the file.
 */
#include "test_support.h"

#include <sqlite3.h>

#include "screen_driver.h"
#include "sitter/file.h"
#include "sitter/rng.h"
#include "sitter/text.h"

#define ZI     "\xe5\xad\x97"
#define TEN_ZI ZI ZI ZI ZI ZI ZI ZI ZI ZI ZI

/* Names as they might come from an archive, and a part of what is shown for each. */
static const struct {
    const char *name, *shown;
} hostile[] = {
    {"a\033]0;x\007b.png", "a\\e]0;x\\x07b.png"},
    {"line\nbreak\r.png", "line\\nbreak\\r.png"},
    {"c1\xc2\x9b"
     "31mred.png",
     "c1"},
    {"c1 dcs\xc2\x90q\xc2\x9c.png", "c1 dcs"},
    {"raw\x9b"
     "31m\xff\xfe\xc3.png",
     "raw\\x9b31m\\xff\\xfe\\xc3.png"},
    {"overlong\xc0\x9b\xed\xa0\x80.png", "overlong\\xc0"},
    {"\033[2J\033[H\033[?1049l.png", "\\e[2J\\e[H\\e[?1049l.png"},
    {"\033P0;0q#0;2;100;0;0~\033\\.png", "\\eP0;0q"},
    {"bidi\xe2\x80\xae"
     "gnp.exe",
     "bidi"},
    {"tab\there\x08\x0e.png", "tab\\there"},
    {TEN_ZI TEN_ZI TEN_ZI TEN_ZI TEN_ZI TEN_ZI ZI ZI ZI ZI ZI ZI, ZI ZI ZI},
};
enum { N_HOSTILE = sizeof hostile / sizeof *hostile };

/* A picture of noise in a colour of its own: pictures must differ. */
static void draw_picture(size_t i, struct sit_buf *png)
{
    struct sit_image image = {0};
    struct sit_rng rng;
    sit_rng_init(&rng, i);
    assert_ok(sit_image_new(64, 64, &image, err));
    for (size_t p = 0; p < (size_t)64 * 64 * 3; p++)
        image.rgb[p] = (uint8_t)((p % 3 == i % 3 ? 150 : 40) + (p / 192) % 64 +
                                 sit_rng_below(&rng, 8));
    assert_ok(sit_image_encode_png(&image, png, err));
    sit_image_release(&image);
}

static void add_face(struct sit_project *project, size_t i, const char *name,
                     const char *source, const struct sit_source_facts *facts)
{
    struct sit_buf png = {0};
    enum sit_split split;
    int64_t id;
    struct sit_new_face face = {
        .name = name, .width_px = 64, .height_px = 64, .format = "png"};
    draw_picture(i, &png);
    face.bytes = png.data;
    face.n_bytes = png.n_bytes;
    sit_sha256(png.data, png.n_bytes, face.sha256);
    assert_ok(sit_project_add_source(project, source, true, SIT_TRAIN, &face.source_id,
                                     &split, err));
    face.split = split;
    if (facts != NULL)
        assert_ok(sit_project_set_source_facts(project, source, facts, err));
    assert_ok(sit_project_add_face(project, &face, &id, err));
    sit_buf_release(&png);
}

static struct sit_project *create(const char *dir, const char *name)
{
    struct sit_class_list classes;
    struct sit_project *project = NULL;
    struct sit_buf path = {0};
    sit_class_list_default(&classes);
    sit_buf_appendf(&path, "%s/%s", dir, name);
    assert_ok(sit_project_create(sit_buf_text(&path), &classes, err));
    assert_ok(sit_project_open(sit_buf_text(&path), SIT_PROJECT_WRITE, &project, err));
    assert_ok(sit_project_begin(project, err));
    sit_buf_release(&path);
    return project;
}

static void finish(struct sit_project *project)
{
    assert_ok(sit_project_commit(project, err));
    sit_project_close(project);
}

/* Where the probe asks for the background colour: once, before the screen is taken
 * over. SIZE_MAX: not at all. */
static size_t find_background_query(const struct sit_buf *output)
{
    static const char query[] = "\033]11;?\033\\", alternate[] = "\033[?1049h";
    const char *at = memmem(output->data, output->n_bytes, query, strlen(query));
    const char *screen = memmem(output->data, output->n_bytes, alternate,
                                strlen(alternate));
    return at != NULL && screen != NULL && at < screen ? (size_t)(at - output->data)
                                                       : SIZE_MAX;
}

/* Everything that was sent is UTF-8 without C1 controls or bidirectional overrides, and
 * its escape sequences are those of curses, pictures and the probe: no BEL, and no OSC
 * but the one question. */
static void assert_nothing_leaked(const struct ptyterm *term)
{
    const struct sit_buf *output = &term->output;
    size_t query = find_background_query(output);
    for (size_t i = 0; i < output->n_bytes;) {
        uint32_t code;
        size_t n = sit_utf8_decode(output->data + i, output->n_bytes - i, &code);
        if (code == UINT32_MAX || code == 0x07 || (code >= 0x7f && code < 0xa0) ||
            (code >= 0x202a && code <= 0x202e))
            fail_msg("%#x was sent, at byte %zu", code, i);
        if (code == 0x1b && i + 1 < output->n_bytes && output->data[i + 1] == ']' &&
            i != query)
            fail_msg("an OSC was sent, at byte %zu", i);
        i += n;
    }
    assert_int_equal(term->screen.n_alternate_entries, 1);
    assert_int_equal(term->screen.n_scrolls, 0);
    assert_int_equal(term->screen.n_unknown, 0);
}

static void shows_hostile_text_escaped(void **state)
{
    (void)state;
    static const char db_name[] = "evil\033]0;x\007\n.db";
    static const char *const keywords[] = {"\033[31mkey\033[0m", "w\xc2\x9bord"};
    struct driver_project project;
    struct ptyterm term;
    char *dir = test_make_dir();
    struct sit_project *file = create(dir, db_name);
    for (size_t i = 0; i < N_HOSTILE; i++) {
        struct sit_source_facts facts = {
            .title = hostile[i].name,
            .artist = hostile[(i + 1) % N_HOSTILE].name,
            .year_text = "\033[5m1953\a",
            .description = hostile[(i + 2) % N_HOSTILE].name,
            .keywords = keywords,
            .n_keywords = 2,
        };
        struct sit_buf source = {0};
        sit_buf_appendf(&source, "s\033[31m%zu\n", i);
        add_face(file, i, hostile[i].name, sit_buf_text(&source), &facts);
        sit_buf_release(&source);
    }
    finish(file);
    driver_open_project(&project, dir, db_name);
    driver_start_size(&term, &ptyterm_sixel_sync, &project, "label",
                      "ann\033[41m\xc2\x9b", 140, 45);
    assert_true(ptyterm_expect_picture_end(&term, 0, DRIVER_LIMIT_MS));
    for (size_t i = 0; i < N_HOSTILE; i++) {
        const char *shown = driver_shown_name(&term);
        if (strncmp(shown, hostile[i].shown, strlen(hostile[i].shown)) != 0)
            driver_fail(&term, "not \"%s\"", hostile[i].shown);
        assert_int_equal(ptyterm_n_pictures(&term), i + 1);
        assert_true(driver_picture_psnr(&term, i, &project, i) >= 28);
        const char *key = i % 2 == 0 ? "m" : "f";
        if (i + 1 < N_HOSTILE)
            assert_true(driver_press(&term, key, DRIVER_LIMIT_MS));
        else
            driver_press_to_text(&term, key, "11 of 11 100 %");
    }
    /* Echoed where it is looked for, too. */
    ptyterm_send(&term, "/\xc2\x9b\xff zz\r");
    driver_expect_text(&term, "no name contains");
    driver_quit(&term, "q");
    assert_nothing_leaked(&term);
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static uint32_t cell_at(const struct ptyterm *term, size_t row, size_t col)
{
    return term->screen.cells[row * term->screen.n_cols + col];
}

/* The border between picture and panel is one straight line, and nothing is drawn over
 * the last column, whatever the widths of the characters. */
static void assert_straight_border(struct ptyterm *term)
{
    enum { BORDER = 0x2502 };
    size_t border = 0;
    while (border < term->screen.n_cols && cell_at(term, 1, border) != BORDER)
        border++;
    assert_in_range(border, 1, term->screen.n_cols - 2);
    for (size_t row = 1; row + 2 < term->screen.n_rows; row++) {
        for (size_t col = 0; col < term->screen.n_cols; col++) {
            if ((cell_at(term, row, col) == BORDER) != (col == border))
                driver_fail(term, "the border is bent in row %zu", row);
        }
        assert_int_equal(cell_at(term, row, border + 1), ' ');
    }
}

static void lines_up_wide_characters(void **state)
{
    (void)state;
    static const struct {
        size_t n_cols, n_rows;
    } sizes[] = {{100, 40}, {99, 40}, {81, 25}, {80, 24}, {61, 20}, {60, 20}, {40, 12}};
    static const char *const keywords[] = {ZI ZI, "e\xcc\x81t\xc3\xa9", TEN_ZI,
                                           "\xea\xb0\x80\xeb\x82\x98"};
    struct driver_project project;
    struct ptyterm term;
    char *dir = test_make_dir();
    struct sit_project *file = create(dir, "sitter.db");
    enum { N = 9 };
    for (size_t i = 0; i < N; i++) {
        /* Lengths of every parity before the edge. */
        struct sit_buf name = {0};
        struct sit_source_facts facts = {
            .title = TEN_ZI TEN_ZI "x" TEN_ZI,
            .artist = "\xea\xb0\x80 " ZI "x" TEN_ZI TEN_ZI,
            .year_text = "1953" ZI,
            .description = TEN_ZI TEN_ZI TEN_ZI TEN_ZI TEN_ZI,
            .keywords = keywords,
            .n_keywords = 4};
        for (size_t k = 0; k < i; k++)
            sit_buf_append_text(&name, "x");
        sit_buf_append_text(&name, TEN_ZI TEN_ZI);
        add_face(file, i, sit_buf_text(&name), i % 2 == 0 ? ZI "1" : ZI "2x", &facts);
        sit_buf_release(&name);
    }
    finish(file);
    driver_open_project(&project, dir, "sitter.db");
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", ZI ZI);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n_before = i == 0 ? 0 : ptyterm_n_pictures(&term);
        if (i > 0)
            ptyterm_resize(&term, sizes[i].n_cols, sizes[i].n_rows);
        assert_true(ptyterm_expect_picture_end(&term, n_before, DRIVER_LIMIT_MS));
        assert_straight_border(&term);
        assert_true(driver_press(&term, i % 2 == 0 ? "m" : "f", DRIVER_LIMIT_MS));
        assert_straight_border(&term);
    }
    driver_quit(&term, "q");
    assert_nothing_leaked(&term);
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static void damage_picture(const struct driver_project *project, size_t at,
                           const char *sql_bytes)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    struct sit_buf sql = {0};
    sit_buf_appendf(&sql, "UPDATE face_picture SET bytes = %s WHERE face_id = %lld",
                    sql_bytes, (long long)project->ids[at]);
    assert_int_equal(sqlite3_open(project->db, &db), SQLITE_OK);
    if (sqlite3_exec(db, sit_buf_text(&sql), NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
    sit_buf_release(&sql);
}

/* A face whose picture cannot be shown says so in its place, and is labelled. */
static void labels_a_face_with_a_damaged_picture(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "x'00010203'", "x''", "substr(bytes, 1, length(bytes) / 2)", "zeroblob(5000)"};
    enum { N_DAMAGES = sizeof damages / sizeof *damages };
    const struct ptyterm_profile *profiles[] = {&ptyterm_sixel_sync, &ptyterm_silent};
    for (size_t p = 0; p < sizeof profiles / sizeof *profiles; p++) {
        struct driver_project project;
        struct ptyterm term;
        struct driver_events events;
        driver_make_project(&project, 12, false);
        for (size_t i = 0; i < N_DAMAGES; i++)
            damage_picture(&project, 1 + i, damages[i]);
        driver_start(&term, profiles[p], &project, "label", "ann");
        driver_expect_name(&term, project.names[0]);
        for (size_t i = 0; i < N_DAMAGES; i++) {
            if (i == 0 && p == 0)
                assert_true(ptyterm_expect_picture_end(&term, 0, DRIVER_LIMIT_MS));
            size_t n_pictures = ptyterm_n_pictures(&term);
            struct ptyscreen_picture picture = {0};
            if (i == 0 && p == 0) {
                size_t n_rows, n_cols;
                picture = term.screen.pictures[0];
                driver_picture_cells(&term, &picture, &n_rows, &n_cols);
                driver_mark_cells(&term, picture.row, picture.col, n_rows, n_cols);
            }
            driver_press_to_text(&term, i % 2 == 0 ? "m" : "f", project.names[1 + i]);
            driver_expect_name(&term, project.names[1 + i]);
            driver_expect_text(&term, "cannot be shown");
            assert_int_equal(ptyterm_n_pictures(&term), n_pictures);
            if (picture.bytes != NULL) /* the face before is not left standing */
                driver_assert_erased(&term, &picture);
        }
        size_t n_before = ptyterm_n_pictures(&term);
        driver_press_to_text(&term, "o", project.names[1 + N_DAMAGES]);
        driver_expect_name(&term, project.names[1 + N_DAMAGES]);
        if (p == 0) {
            assert_true(ptyterm_expect_picture_end(&term, n_before, DRIVER_LIMIT_MS));
            assert_true(driver_picture_psnr(&term, n_before, &project, 1 + N_DAMAGES) >=
                        28);
        }
        driver_expect_no_text(&term, "cannot be shown");
        driver_load_events(&project, &events);
        assert_int_equal(events.n, 1 + N_DAMAGES);
        assert_int_equal(events.items[N_DAMAGES].class_index, 2);
        driver_release_events(&events);
        driver_quit(&term, "q");
        ptyterm_stop(&term);
        driver_release_project(&project);
    }
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_hostile_text_escaped),
        cmocka_unit_test(lines_up_wide_characters),
        cmocka_unit_test(labels_a_face_with_a_damaged_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
