/*
 * The cell grid: clipping, wide and combining characters, hostile text, wrapping.
 */
#include "screen_support.h"

static void assert_dump(const struct sit_grid *grid, const char *expected)
{
    struct sit_buf text = {0};
    sit_grid_dump(grid, &text);
    assert_string_equal(sit_buf_text(&text), expected);
    sit_buf_release(&text);
}

static void test_text_is_cut_to_its_area(void **state)
{
    (void)state;
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 8, 2));
    struct sit_area area = {2, 0, 4, 9};
    assert_int_equal(
        sit_grid_put(&grid, area, 0, 0, SIZE_MAX, SIT_STYLE_BOLD, "abcdefgh"), 4);
    assert_int_equal(sit_grid_put(&grid, area, 1, 3, SIZE_MAX, SIT_STYLE_BOLD, "x"), 1);
    assert_int_equal(sit_grid_put(&grid, area, 1, 4, SIZE_MAX, SIT_STYLE_BOLD, "x"), 0);
    assert_int_equal(sit_grid_put(&grid, area, 2, 0, SIZE_MAX, SIT_STYLE_BOLD, "x"), 0);
    assert_dump(&grid, "  abc\u2026\n     x\n");
    assert_int_equal(grid.cells[2].style, SIT_STYLE_BOLD);
    assert_int_equal(grid.cells[6].style, SIT_STYLE_NORMAL);
    sit_grid_release(&grid);
}

static void test_wide_characters_stay_whole(void **state)
{
    (void)state;
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 6, 1));
    struct sit_area all = sit_grid_area(&grid);
    /* three cells: one wide character and the ellipsis */
    sit_grid_put(&grid, all, 0, 0, 3, SIT_STYLE_NORMAL, "\u6f22\u5b57\u6f22");
    assert_dump(&grid, "\u6f22\u2026\n");
    /* the right edge */
    sit_grid_clear(&grid);
    sit_grid_put(&grid, all, 0, 5, SIZE_MAX, SIT_STYLE_NORMAL, "\u6f22");
    assert_grid_sound(&grid);
    assert_dump(&grid, "     \u2026\n");
    /* overwriting either half leaves a blank for the other */
    sit_grid_clear(&grid);
    sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_NORMAL, "\u6f22\u5b57");
    sit_grid_put(&grid, all, 0, 1, 1, SIT_STYLE_NORMAL, "x");
    sit_grid_put(&grid, all, 0, 2, 1, SIT_STYLE_NORMAL, "y");
    assert_grid_sound(&grid);
    assert_dump(&grid, " xy\n");
    sit_grid_release(&grid);
}

static void test_ascii_terminals_get_ascii(void **state)
{
    (void)state;
    struct sit_grid grid = {.ascii = true};
    assert_true(sit_grid_resize(&grid, 9, 2));
    struct sit_area all = sit_grid_area(&grid);
    sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_BOLD, "a\u00e9e\u0301\u6f22z");
    sit_grid_put(&grid, all, 1, 0, 4, SIT_STYLE_NORMAL, "abcdefgh");
    assert_grid_sound(&grid);
    assert_dump(&grid, "a?e??z\nabc~\n");
    sit_grid_release(&grid);
}

static void test_combining_characters_join_their_cell(void **state)
{
    (void)state;
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 4, 1));
    struct sit_area all = sit_grid_area(&grid);
    assert_int_equal(
        sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_NORMAL, "\u0301e\u0301x"),
        2);
    assert_string_equal(grid.cells[0].text, "e\u0301");
    assert_string_equal(grid.cells[1].text, "x");
    /* however many there are */
    struct sit_buf text = {0};
    sit_buf_append_text(&text, "a");
    for (size_t i = 0; i < 300; i++)
        sit_buf_append_text(&text, "\u0308");
    sit_buf_append_text(&text, "b");
    assert_int_equal(
        sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_NORMAL, sit_buf_text(&text)),
        2);
    sit_buf_release(&text);
    assert_grid_sound(&grid);
    assert_int_equal(grid.cells[0].n_codes, SIT_CELL_MAX_CODES);
    /* decomposed Hangul, as some file systems have it, is one wide cell */
    assert_int_equal(sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_NORMAL,
                                  "\u1112\u1161\u11ab"),
                     2);
    assert_string_equal(grid.cells[0].text, "\u1112\u1161\u11ab");
    /* joiners and variation selectors would change widths */
    assert_int_equal(
        sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_NORMAL, "a\u200db\ufe0f"),
        2);
    assert_string_equal(grid.cells[0].text, "a");
    assert_string_equal(grid.cells[1].text, "b");
    sit_grid_release(&grid);
}

static void test_nothing_a_terminal_acts_on_gets_in(void **state)
{
    (void)state;
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 40, 1));
    struct sit_area all = sit_grid_area(&grid);
    sit_grid_put(&grid, all, 0, 0, SIZE_MAX, SIT_STYLE_NORMAL,
                 "\033[2J\x07\xff\u202e\xc2\x9b"
                 "5n\t");
    assert_grid_sound(&grid);
    assert_dump(&grid, "\\e[2J\\x07\\xff\\u{202e}\\x9b5n\\t\n");
    sit_grid_release(&grid);
}

static void test_wrapping(void **state)
{
    (void)state;
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 10, 4));
    struct sit_area all = sit_grid_area(&grid);
    const char *text = "one two three four five six";
    assert_int_equal(sit_grid_wrap(NULL, all, 4, SIT_STYLE_NORMAL, text), 4);
    assert_int_equal(sit_grid_wrap(&grid, all, 4, SIT_STYLE_NORMAL, text), 4);
    assert_dump(&grid, "    one\ntwo three\nfour five\nsix\n");
    sit_grid_clear(&grid);
    all.n_rows = 2;
    assert_int_equal(sit_grid_wrap(&grid, all, 0, SIT_STYLE_NORMAL, text), 2);
    assert_dump(&grid, "one two\nthree fou\u2026\n\n\n");
    /* no spaces at all, and wide */
    sit_grid_clear(&grid);
    all = (struct sit_area){0, 0, 5, 4};
    assert_int_equal(sit_grid_wrap(&grid, all, 0, SIT_STYLE_NORMAL,
                                   "\u6f22\u5b57\u6f22\u5b57\u6f22"),
                     3);
    assert_dump(&grid, "\u6f22\u5b57\n\u6f22\u5b57\n\u6f22\n\n");
    assert_grid_sound(&grid);
    sit_grid_release(&grid);
}

static void test_areas_within(void **state)
{
    (void)state;
    struct sit_area outer = {2, 3, 10, 5};
    struct sit_area in = sit_area_within(outer, (struct sit_area){8, 4, 9, 9});
    assert_int_equal(in.col, 10);
    assert_int_equal(in.row, 7);
    assert_int_equal(in.n_cols, 2);
    assert_int_equal(in.n_rows, 1);
    in = sit_area_within(outer, (struct sit_area){10, 0, 1, 1});
    assert_int_equal(in.n_cols, 0);
    in = sit_area_within(outer, (struct sit_area){0, SIZE_MAX, SIZE_MAX, SIZE_MAX});
    assert_int_equal(in.n_rows, 0);
}

static void test_bar_and_slot(void **state)
{
    (void)state;
    struct sit_grid grid = {.ascii = true};
    assert_true(sit_grid_resize(&grid, 8, 4));
    struct sit_area all = sit_grid_area(&grid);
    sit_grid_bar(&grid, all, 0, 0, 8, 1, 2, SIT_STYLE_GOOD);
    sit_grid_add_slot(&grid, (struct sit_area){5, 1, 99, 99}, 7);
    assert_dump(&grid, "####....\n     ###\n     # #\n     ###\n"
                       "picture of face 7: 3 x 3 cells at row 1, column 5\n");
    sit_grid_bar(&grid, all, 0, 0, 8, 9, 0, SIT_STYLE_GOOD);
    assert_int_equal(grid.shown_id, 7);
    sit_grid_clear(&grid);
    sit_grid_add_slot(&grid, (struct sit_area){8, 1, 1, 1}, 7);
    assert_int_equal(grid.n_slots, 0);
    assert_dump(&grid, "\n\n\n\n");
    sit_grid_release(&grid);
}

static void test_several_slots(void **state)
{
    (void)state;
    struct sit_grid grid = {0};
    const struct sit_strip strip = {
        .n_tiles = 3,
        .tiles = {
            {.face_id = 5, .look = SIT_TILE_LABELLED | SIT_TILE_CURSOR, .letter = 'm'},
            {.face_id = 6,
             .look = SIT_TILE_SUGGESTED | SIT_TILE_MARKED,
             .letter = 'f',
             .hint = 'a'}}};
    assert_true(sit_grid_resize(&grid, 12, 4));
    sit_grid_add_slot(&grid, (struct sit_area){0, 0, 3, 3}, -7);
    sit_grid_add_wide_slot(&grid, (struct sit_area){4, 0, 3, 1}, 8);
    sit_grid_add_strip(&grid, (struct sit_area){4, 2, 8, 9}, &strip);
    assert_int_equal(grid.shown_id, 7);
    assert_true(grid.slots[0].is_square && !grid.slots[1].is_square);
    assert_dump(&grid,
                "### ###\n# #\n### ########\n    ########\n"
                "picture of the poster of face 7: 3 x 3 cells at row 0, column 0\n"
                "picture of face 8: 3 x 1 cells at row 0, column 4\n"
                "strip of 5=m< 6?f!(a) -: 8 x 2 cells at row 2, column 4\n");
    for (size_t i = 0; i < 2 * SIT_GRID_MAX_SLOTS; i++)
        sit_grid_add_slot(&grid, (struct sit_area){0, 0, 3, 3}, 9);
    assert_int_equal(grid.n_slots, SIT_GRID_MAX_SLOTS);
    sit_grid_release(&grid);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_cut_to_its_area),
        cmocka_unit_test(test_wide_characters_stay_whole),
        cmocka_unit_test(test_ascii_terminals_get_ascii),
        cmocka_unit_test(test_combining_characters_join_their_cell),
        cmocka_unit_test(test_nothing_a_terminal_acts_on_gets_in),
        cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_areas_within),
        cmocka_unit_test(test_bar_and_slot),
        cmocka_unit_test(test_several_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
