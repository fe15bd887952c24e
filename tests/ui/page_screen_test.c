/*
 * The grid: what keys and clicks ask for, what is drawn, how many keys a page takes.
 */
#include "screen_support.h"

#include "page_screen.h"

enum { N = 60, SHOWN_MS = 1000 };

struct grid_test {
    struct sit_class_list classes;
    struct sit_page_face faces[SIT_PAGE_MAX_FACES];
    struct sit_page_view page;
    struct sit_page_screen_view view;
    struct sit_page_screen screen;
    struct sit_effect effect;
    int64_t now_ms;
};

static void init(struct grid_test *t, size_t n)
{
    *t = (struct grid_test){.now_ms = SHOWN_MS};
    test_classes(&t->classes);
    for (size_t i = 0; i < n; i++) {
        t->faces[i] = (struct sit_page_face){
            .index = 2 * i,
            .face_id = (int64_t)(100 + i),
            .label = SIT_NO_CLASS,
            .suggestion = {i % 4 == 3 ? 1 : 0, 0.6 + 0.005 * (double)i},
            .instead = SIT_NO_CLASS};
    }
    t->page = (struct sit_page_view){.faces = t->faces,
                                     .n = n,
                                     .page = 2,
                                     .n_pages = 7,
                                     .n_in_order = 400,
                                     .serial = 5,
                                     .revision = 9,
                                     .n_suggested = n,
                                     .order = SIT_PAGE_PREDICTED};
    t->view = (struct sit_page_screen_view){
        .page = &t->page,
        .classes = &t->classes,
        .project_path = "posters.db",
        .annotator = "ann",
        .geometry = sit_page_geometry(&test_metrics, 110, 40)};
}

static void step(struct grid_test *t, const struct sit_ui_event *event)
{
    sit_page_screen_step(&t->screen, &t->view, event, &t->effect);
    if (t->effect.kind != SIT_EFFECT_MARK)
        return;
    t->page.n_marked = 0;
    for (size_t i = 0; i < t->page.n; i++) {
        if (t->screen.targets[i]) {
            t->faces[i].marked = t->effect.marks;
            t->faces[i].instead = t->effect.class_index;
        }
        t->page.n_marked += t->faces[i].marked;
    }
}

static void show(struct grid_test *t)
{
    struct sit_ui_event event = test_shown(t->page.revision, t->now_ms);
    step(t, &event);
}

static void press(struct grid_test *t, uint32_t key)
{
    t->now_ms += 1200; /* longer than any key's first repeat takes */
    struct sit_ui_event event = test_key(key, t->now_ms);
    step(t, &event);
}

static size_t n_targets(const struct grid_test *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->page.n; i++)
        n += t->screen.targets[i];
    return n;
}

static void test_geometry_fits(void **state)
{
    (void)state;
    static const struct sit_screen_metrics terminals[] = {
        {SIT_GRAPHICS_SIXEL, 10, 20, 1000}, {SIT_GRAPHICS_SIXEL, 6, 13, 1000},
        {SIT_GRAPHICS_SIXEL, 9, 18, 0},     {SIT_GRAPHICS_SIXEL, 20, 40, 4096},
        {SIT_GRAPHICS_SIXEL, 300, 300, 0},  {SIT_GRAPHICS_SIXEL, 10, 20, 70},
        {SIT_GRAPHICS_BLOCKS_RGB, 0, 0, 0}, {SIT_GRAPHICS_NONE, 0, 0, 0},
    };
    for (size_t k = 0; k < sizeof terminals / sizeof *terminals; k++) {
        bool sixel = terminals[k].graphics == SIT_GRAPHICS_SIXEL;
        for (size_t cols = 1; cols < 300; cols += cols < 100 ? 1 : 13) {
            for (size_t rows = 1; rows < 120; rows += rows < 50 ? 1 : 11) {
                struct sit_page_geometry g = sit_page_geometry(&terminals[k], cols,
                                                               rows);
                if (g.n_cols == 0)
                    continue;
                size_t height = g.tile_rows + g.caption_rows;
                assert_in_range(g.n_cols, 1, SIT_STRIP_MAX_TILES);
                assert_in_range(g.n_rows, 1, SIT_GRID_MAX_SLOTS);
                assert_in_range(g.n_cols * g.n_rows, 1, N);
                assert_true(g.col + g.n_cols * g.tile_cols < cols);
                assert_true(g.row + g.n_rows * height + 2 <= rows);
                if (sixel)
                    assert_true(g.n_cols * g.tile_cols * terminals[k].cell_width_px <=
                                1000);
            }
        }
    }
    struct sit_page_geometry g = sit_page_geometry(&test_metrics, 110, 40);
    assert_int_equal(g.n_cols * g.n_rows, N);
    g = sit_page_geometry(&terminals[1], 200, 60);
    assert_int_equal(g.n_cols * g.n_rows, N);
    g = sit_page_geometry(&terminals[6], 80, 24);
    assert_in_range(g.n_cols * g.n_rows, 12, N);
}

/* Three wrong ones of sixty, anywhere: all sixty labelled in one batch with six keys.
 */
static void test_keys_of_a_page(void **state)
{
    (void)state;
    struct grid_test t;
    for (size_t a = 0; a < N; a++) {
        for (size_t b = a + 1; b < N; b += 5) {
            size_t c = (a + b + 1) % N;
            if (c == a || c == b)
                continue;
            const size_t wrong[3] = {a, b, c};
            size_t n_keys = 0;
            init(&t, N);
            show(&t);
            press(&t, ';'), n_keys++;
            for (size_t i = 0; i < 3; i++) {
                press(&t, (uint32_t)sit_page_hint(&t.classes, wrong[i])), n_keys++;
                assert_int_equal(t.effect.kind, SIT_EFFECT_MARK);
            }
            press(&t, 'o'), n_keys++;
            assert_int_equal(t.page.n_marked, 3);
            for (size_t i = 0; i < 3; i++)
                assert_int_equal(t.faces[wrong[i]].instead, 2);
            press(&t, 'A'), n_keys++;
            assert_int_equal(t.effect.kind, SIT_EFFECT_ACCEPT);
            assert_true(n_keys <= 8);
        }
    }
}

static void test_hints_are_all_different(void **state)
{
    (void)state;
    struct sit_class_list classes;
    test_classes(&classes);
    for (size_t i = 0; i < N; i++) {
        char hint = sit_page_hint(&classes, i);
        assert_true(hint != 0 && strchr("mfoA;?", hint) == NULL);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(hint, sit_page_hint(&classes, k));
    }
}

static void test_what_was_not_seen_is_not_decided(void **state)
{
    (void)state;
    static const uint32_t keys[] = {'A', 'm', ' ', ';'};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct grid_test t;
        init(&t, N);
        press(&t, keys[i]);
        assert_int_equal(t.effect.kind, SIT_EFFECT_NONE);
        assert_false(t.screen.is_picking);
        assert_non_null(strstr(t.screen.base.notice.text, "too early"));
        t.now_ms += 2000;
        show(&t);
        t.page.revision++; /* more is suggested: not seen yet either */
        press(&t, keys[i]);
        assert_int_equal(t.effect.kind, SIT_EFFECT_NONE);
        show(&t);
        press(&t, keys[i]);
        assert_true(t.effect.kind != SIT_EFFECT_NONE || t.screen.is_picking);
    }
}

static void test_held_keys(void **state)
{
    (void)state;
    struct grid_test t;
    init(&t, N);
    show(&t);
    press(&t, 'A');
    assert_int_equal(t.effect.kind, SIT_EFFECT_ACCEPT);
    assert_int_equal(t.effect.spent_ms, 1200);
    t.page.serial++;
    t.page.revision++;
    show(&t); /* at once */
    struct sit_ui_event event = test_key('A', t.now_ms + 400);
    step(&t, &event); /* may be another press */
    assert_int_equal(t.effect.kind, SIT_EFFECT_ACCEPT);
    event.at_ms += 30;
    step(&t, &event);
    assert_int_equal(t.effect.kind, SIT_EFFECT_NONE);
    event.at_ms += 30;
    step(&t, &event); /* it was a repeat */
    assert_int_equal(t.effect.kind, SIT_EFFECT_UNDO);
    assert_true(t.effect.takes_back);
    event.at_ms += 30;
    step(&t, &event);
    assert_int_equal(t.effect.kind, SIT_EFFECT_NONE);
    /* A letter leant upon marks its face, and that stays. */
    t.now_ms = event.at_ms;
    press(&t, ';');
    event = test_key((uint32_t)sit_page_hint(&t.classes, 9), t.now_ms + 1000);
    for (size_t i = 0; i < 12; i++) {
        step(&t, &event);
        event.at_ms += i == 0 ? 450 : 33;
    }
    assert_true(t.faces[9].marked);
}

static void test_selections(void **state)
{
    (void)state;
    struct grid_test t;
    init(&t, 57);
    show(&t);
    press(&t, 'm'); /* the cursor's face */
    assert_int_equal(t.effect.kind, SIT_EFFECT_LABEL);
    assert_int_equal(n_targets(&t), 1);
    assert_true(t.screen.targets[0]);
    press(&t, 'j');
    press(&t, 'V');
    press(&t, SIT_KEY_DOWN);
    press(&t, SIT_KEY_RIGHT);
    press(&t, 'f');
    assert_int_equal(t.effect.class_index, 1);
    assert_int_equal(n_targets(&t), 12);
    press(&t, SIT_KEY_ESCAPE);
    press(&t, 'r'); /* a row */
    press(&t, 'f');
    assert_int_equal(n_targets(&t), 10);
    assert_true(t.screen.targets[20] && t.screen.targets[29]);
    press(&t, '*');
    press(&t, 'm');
    assert_int_equal(n_targets(&t), 57);
    press(&t, '*'); /* and nothing again */
    press(&t, SIT_KEY_DOWN);
    press(&t, ' ');
    assert_int_equal(t.page.n_marked, 1);
    press(&t, 'm'); /* on a marked face: what it is, nothing is written yet */
    assert_int_equal(t.effect.kind, SIT_EFFECT_MARK);
    assert_int_equal(t.effect.class_index, 0);
    press(&t, SIT_KEY_ESCAPE);
    assert_int_equal(t.page.n_marked, 0);
}

static void test_moving(void **state)
{
    (void)state;
    struct grid_test t;
    init(&t, 57);
    show(&t);
    press(&t, SIT_KEY_LEFT);
    press(&t, SIT_KEY_UP);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 0);
    for (size_t i = 0; i < 9; i++)
        press(&t, SIT_KEY_DOWN);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 50);
    for (size_t i = 0; i < 9; i++)
        press(&t, SIT_KEY_RIGHT);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 56);
    t.faces[12].suggestion.p = 0.51;
    t.faces[40].suggestion.p = 0.52;
    press(&t, SIT_KEY_TAB); /* the surest one is last: around to the least sure */
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 12);
    press(&t, SIT_KEY_TAB);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 40);
    press(&t, SIT_KEY_BACKTAB);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 12);
    press(&t, SIT_KEY_PAGE_DOWN);
    assert_int_equal(t.effect.kind, SIT_EFFECT_GO);
    assert_int_equal(t.effect.position, 3);
    press(&t, 'G');
    assert_int_equal(t.effect.position, 6);
    press(&t, 0x14);
    assert_int_equal(t.effect.kind, SIT_EFFECT_ARRANGE);
    assert_int_equal(t.effect.order, SIT_PAGE_SIMILAR);
    press(&t, 's');
    assert_int_equal(t.effect.page_scope, SIT_PAGE_LABELLED);
    press(&t, 'v');
    assert_int_equal(t.effect.kind, SIT_EFFECT_GRID);
}

static void click(struct grid_test *t, unsigned button, size_t row, size_t col)
{
    struct sit_ui_event event = {.kind = SIT_UI_MOUSE,
                                 .button = button,
                                 .mouse_row = row,
                                 .mouse_col = col,
                                 .at_ms = t->now_ms + 50};
    step(t, &event);
}

static void test_mouse(void **state)
{
    (void)state;
    struct grid_test t;
    init(&t, 57);
    show(&t);
    const struct sit_page_geometry *g = &t.view.geometry;
    click(&t, SIT_MOUSE_LEFT, g->row + g->tile_rows, g->col + 3 * g->tile_cols);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 13);
    click(&t, SIT_MOUSE_LEFT | SIT_MOUSE_CTRL, g->row + 2 * g->tile_rows, g->col);
    press(&t, 'm');
    assert_int_equal(n_targets(&t), 8);
    click(&t, SIT_MOUSE_RIGHT, g->row, g->col);
    assert_true(t.faces[0].marked && t.page.n_marked == 1);
    static const size_t outside[][2] = {{0, 5}, {39, 5}, {20, 109}, {2000, 2000}};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        click(&t, SIT_MOUSE_LEFT, outside[i][0], outside[i][1]);
        assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 0);
    }
    click(&t, SIT_MOUSE_LEFT, g->row + 5 * g->tile_rows, g->col + 9 * g->tile_cols);
    assert_int_equal(sit_page_screen_cursor(&t.screen, &t.view), 0); /* no face there */
    click(&t, SIT_MOUSE_WHEEL_DOWN, 0, 0);
    assert_int_equal(t.effect.position, 3);
}

static void test_an_empty_page(void **state)
{
    (void)state;
    struct grid_test t;
    init(&t, 0);
    t.page.n_pages = 0;
    t.page.page = 0;
    show(&t);
    static const uint32_t keys[] = {'A',         'm',           ' ',          ';',
                                    'V',         'r',           '*',          0x1b,
                                    SIT_KEY_TAB, SIT_KEY_RIGHT, SIT_KEY_DOWN, 'G'};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        press(&t, keys[i]);
        assert_int_equal(t.effect.kind, SIT_EFFECT_NONE);
    }
    press(&t, 'q');
    assert_int_equal(t.effect.kind, SIT_EFFECT_QUIT);
}

/* Some of everything. */
static void dress(struct grid_test *t)
{
    show(t);
    t->faces[1].label = 1;
    t->faces[2].marked = true;
    t->faces[4] = (struct sit_page_face){.face_id = 104,
                                         .label = SIT_NO_CLASS,
                                         .suggestion = {SIT_NO_CLASS, 0},
                                         .instead = SIT_NO_CLASS,
                                         .is_test = true};
    t->faces[5].marked = true;
    t->faces[5].instead = 2;
    t->page.n_marked = 2;
    press(t, SIT_KEY_RIGHT);
    press(t, 'V');
    press(t, SIT_KEY_RIGHT);
}

static void draw(struct grid_test *t, const struct sit_screen_metrics *metrics,
                 size_t n_cols, size_t n_rows, const char *golden)
{
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, n_cols, n_rows));
    t->view.geometry = sit_page_geometry(metrics, n_cols, n_rows);
    size_t room = t->view.geometry.n_cols * t->view.geometry.n_rows;
    size_t n = t->page.n;
    t->page.n = n < room ? n : room;
    sit_page_screen_draw(&t->screen, &t->view, &grid);
    t->page.n = n;
    assert_grid_sound(&grid);
    for (size_t i = 0; i < grid.n_slots; i++)
        assert_true(grid.slots[i].area.row + grid.slots[i].area.n_rows + 2 <= n_rows);
    if (grid.n_slots > 0)
        assert_int_equal(grid.shown_id, t->page.revision);
    if (golden != NULL)
        assert_golden(&grid, golden);
    sit_grid_release(&grid);
}

static void test_golden(void **state)
{
    (void)state;
    static const struct sit_screen_metrics blocks = {
        .graphics = SIT_GRAPHICS_BLOCKS_RGB};
    struct grid_test t;
    init(&t, N);
    dress(&t);
    draw(&t, &test_metrics, 110, 40, "grid_110x40");
    draw(&t, &test_metrics, 80, 24, "grid_80x24");
    draw(&t, &blocks, 80, 24, "grid_blocks_80x24");
    draw(&t, &test_metrics, 40, 12, "grid_40x12");
    draw(&t, &test_metrics, 30, 10, "grid_30x10");
    press(&t, ';');
    draw(&t, &test_metrics, 80, 24, "grid_pick_80x24");
    draw(&t, &blocks, 80, 24, "grid_pick_blocks_80x24");
    press(&t, '?');
    draw(&t, &test_metrics, 80, 24, "grid_help_80x24");
    init(&t, 0);
    t.page.n_pages = 0;
    draw(&t, &test_metrics, 80, 24, "grid_empty_80x24");
}

static void test_every_size(void **state)
{
    (void)state;
    static const struct sit_screen_metrics blocks = {
        .graphics = SIT_GRAPHICS_BLOCKS_16};
    struct grid_test t;
    init(&t, N);
    dress(&t);
    for (size_t cols = 1; cols < 130; cols += 3) {
        for (size_t rows = 1; rows < 50; rows++) {
            draw(&t, &test_metrics, cols, rows, NULL);
            draw(&t, &blocks, cols, rows, NULL);
        }
    }
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_geometry_fits),
        cmocka_unit_test(test_keys_of_a_page),
        cmocka_unit_test(test_hints_are_all_different),
        cmocka_unit_test(test_what_was_not_seen_is_not_decided),
        cmocka_unit_test(test_held_keys),
        cmocka_unit_test(test_selections),
        cmocka_unit_test(test_moving),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_an_empty_page),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
