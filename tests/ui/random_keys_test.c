/*
 * Keys at random on the screens, in windows of every size: nothing crashes, no write
 * leaves the grid, no cell holds what a terminal could act on.
 */
#include "screen_support.h"

#include "command.h"
#include "sitter/rng.h"

enum { N_RUNS = 60, N_KEYS = 60, MAX_COLS = 140, MAX_ROWS = 46, GUARD = 64 };
enum { CANARY = 0xa5 };

static struct sit_cell cells[MAX_COLS * MAX_ROWS + 2 * GUARD];

static size_t below(struct sit_rng *rng, size_t n)
{
    return (size_t)sit_rng_below(rng, n);
}

static uint32_t random_key(struct sit_rng *rng)
{
    static const uint32_t usual[] = {'m',
                                     'f',
                                     'o',
                                     ' ',
                                     'u',
                                     'a',
                                     's',
                                     'S',
                                     'c',
                                     'b',
                                     'z',
                                     ':',
                                     '/',
                                     '?',
                                     'n',
                                     'v',
                                     'A',
                                     'B',
                                     't',
                                     'y',
                                     'q',
                                     'x',
                                     SIT_KEY_ENTER,
                                     SIT_KEY_TAB,
                                     SIT_KEY_ESCAPE,
                                     SIT_KEY_UP,
                                     SIT_KEY_DOWN,
                                     SIT_KEY_BACKSPACE,
                                     0x12,
                                     0x15,
                                     0x17};
    switch (below(rng, 8)) {
    case 0: return (uint32_t)(1 + below(rng, 0x1f));
    case 1: return (uint32_t)(0x80 + below(rng, 0x10000));
    case 2:
        return (uint32_t)(SIT_KEY_UP + below(rng, SIT_KEY_UNKNOWN - SIT_KEY_UP + 1));
    case 3: return (uint32_t)(SIT_KEY_PASTED | (1 + below(rng, 0x3000)));
    case 4: return (uint32_t)(0x20 + below(rng, 0x5f));
    default: return usual[below(rng, sizeof usual / sizeof usual[0])];
    }
}

static struct sit_ui_event random_event(struct sit_rng *rng, int64_t face_id,
                                        int64_t *now_ms)
{
    *now_ms += (int64_t)below(rng, 600);
    if (below(rng, 12) == 0)
        return (struct sit_ui_event){.kind = SIT_UI_MOUSE,
                                     .button = (unsigned)below(rng, 0x40),
                                     .mouse_row = below(rng, 5000),
                                     .mouse_col = below(rng, 5000),
                                     .at_ms = *now_ms};
    if (below(rng, 3) == 0)
        return test_shown(below(rng, 4) == 0 ? 0 : face_id, *now_ms);
    return test_key(random_key(rng), *now_ms);
}

static struct sit_effect_result random_result(struct sit_rng *rng)
{
    return (struct sit_effect_result){
        .status = below(rng, 4) != 0   ? SIT_OK
                  : below(rng, 2) == 0 ? SIT_E_NOT_FOUND
                                       : SIT_E_BUSY,
        .message = "it failed \033[2J",
        .moved = below(rng, 2) == 0,
        .undo = {.n_faces = 1 + below(rng, 3),
                 .before = 0,
                 .after = (sit_class_index)((int)below(rng, 4) - 1),
                 .kept = below(rng, 4) == 0}};
}

static void begin(struct sit_grid *grid, struct sit_rng *rng)
{
    memset(cells, CANARY, sizeof cells);
    *grid = (struct sit_grid){.n_cols = 1 + below(rng, MAX_COLS),
                              .n_rows = 1 + below(rng, MAX_ROWS),
                              .cells = cells + GUARD};
    size_t n_cols = grid->n_cols, n_rows = grid->n_rows;
    assert_true(sit_grid_resize(grid, n_cols, n_rows));
}

static void check(const struct sit_grid *grid)
{
    const unsigned char *before = (const unsigned char *)cells;
    const unsigned char *after = (const unsigned char *)(cells + GUARD +
                                                         grid->n_cols * grid->n_rows);
    assert_grid_sound(grid);
    for (size_t i = 0; i < GUARD * sizeof *cells; i++) {
        assert_int_equal(before[i], CANARY);
        assert_int_equal(after[i], CANARY);
    }
    for (size_t i = 0; i < grid->n_slots; i++) {
        const struct sit_area *area = &grid->slots[i].area;
        assert_true(area->row + area->n_rows <= grid->n_rows - 2);
        assert_true(area->col + area->n_cols <= grid->n_cols);
    }
}

/* What a session could show. */
static void random_view(struct test_view *t, struct sit_rng *rng)
{
    t->view.live.phase = (enum sit_live_phase)below(rng, SIT_LIVE_FAILED + 1);
    snprintf(t->view.live.problem, sizeof t->view.live.problem, "\033[2J\u6f22 broken");
    t->view.live.n_labels = below(rng, 3) * 100000;
    t->view.live.accuracy = sit_rng_uniform(rng);
    t->view.live.high = 1.0;
    t->view.live.can_stop = below(rng, 2) == 0;
    t->view.suggestion.class_index = (sit_class_index)((int)below(rng, 4) - 1);
    t->view.suggestion.p = below(rng, 8) == 0 ? 1.0 : sit_rng_uniform(rng);
    t->view.suggestions_hidden = below(rng, 4) == 0;
    t->view.queue = (enum sit_queue)below(rng, SIT_N_QUEUES);
    t->view.filter = below(rng, 2) == 0 ? "" : "title~\"\u6f22\u5b57\" \033[2J p<0.6";
    t->view.bookmarked = below(rng, 2) == 0;
    t->view.comment = below(rng, 2) == 0 ? "" : "\u6f22\u5b57\n\033]0;x\007 a comment";
    t->view.labels_per_minute = below(rng, 3) == 0 ? 0.0 : 1e6 * sit_rng_uniform(rng);
    t->view.left_ms = below(rng, 3) == 0 ? -1 : (int64_t)(sit_rng_next(rng) >> 12);
    t->face.face_id = (int64_t)(30 + below(rng, 4));
    t->face.split = below(rng, 2) == 0 ? SIT_TRAIN : SIT_TEST;
    t->face.label = (sit_class_index)((int)below(rng, 4) - 1);
}

static void test_label_screen(void **state)
{
    (void)state;
    struct test_view t;
    struct sit_rng rng;
    sit_rng_init(&rng, 1);
    test_view_init(&t);
    for (int run = 0; run < N_RUNS; run++) {
        struct sit_history history = {0};
        struct sit_label_screen screen = {.base.history = &history};
        int64_t now_ms = 0;
        for (int k = 0; k < N_KEYS; k++) {
            struct sit_effect effect;
            struct sit_grid grid;
            if (below(&rng, 4) == 0)
                random_view(&t, &rng);
            struct sit_ui_event event = random_event(&rng, t.face.face_id, &now_ms);
            sit_label_screen_step(&screen, &t.view, &event, &effect);
            struct sit_effect_result result = random_result(&rng);
            if (effect.kind == SIT_EFFECT_WORK && result.status == SIT_OK)
                sit_screen_work_began(&screen.base, "training");
            if (effect.kind != SIT_EFFECT_NONE)
                sit_label_screen_done(&screen, &t.view, &effect, &result);
            begin(&grid, &rng);
            screen.base.has_room = sit_screen_has_room(grid.n_cols, grid.n_rows,
                                                       &test_metrics);
            sit_label_screen_draw(&screen, &t.view, &test_metrics, &grid);
            check(&grid);
        }
    }
}

/* What a review could show. */
static void random_review(struct test_review *t, struct sit_rng *rng,
                          struct sit_review_outcome *outcome,
                          struct sit_review_say *says)
{
    struct sit_review_view *view = &t->review;
    view->kind = t->list.kind = (enum sit_review_kind)below(rng, SIT_REVIEW_N_KINDS);
    view->blind = below(rng, 2) == 0;
    view->is_hidden = view->blind && below(rng, 2) == 0;
    view->adjudicates = below(rng, 3) == 0;
    view->is_adjudication = view->adjudicates && below(rng, 2) == 0;
    view->bookmarked = below(rng, 2) == 0;
    view->says = says;
    view->n_says = below(rng, 3 * SIT_REVIEW_MAX_SAYS);
    for (size_t i = 0; i < SIT_REVIEW_MAX_SAYS; i++) {
        says[i] = (struct sit_review_say){
            .class_index = (sit_class_index)((int)below(rng, 4) - 1),
            .is_person = below(rng, 3) != 0,
            .adjudicates = below(rng, 4) == 0};
        snprintf(says[i].name, sizeof says[i].name, "%s",
                 below(rng, 3) == 0 ? "" : "\u6f22\033[2J somebody of a long name");
    }
    t->face.label = (sit_class_index)((int)below(rng, 4) - 1);
    t->face.flags = below(rng, 2) == 0 ? SIT_FACE_DISPUTED : 0;
    t->items[1].predicted = (sit_class_index)((int)below(rng, 4) - 1);
    t->items[1].given = (sit_class_index)((int)below(rng, 4) - 1);
    *outcome = (struct sit_review_outcome){
        .face_id = (int64_t)below(rng, 2),
        .was_blind = below(rng, 2) == 0,
        .before = (sit_class_index)((int)below(rng, 4) - 1),
        .decided = (sit_class_index)below(rng, 3),
        .predicted = (sit_class_index)((int)below(rng, 4) - 1),
        .for_all = below(rng, 4) == 0,
        .is_contested = below(rng, 2) == 0,
        .resolved = (sit_class_index)((int)below(rng, 4) - 1),
        .others = outcome->others};
    view->outcome = outcome;
}

static void test_review_screen(void **state)
{
    (void)state;
    struct test_review t;
    struct sit_rng rng;
    sit_rng_init(&rng, 2);
    test_review_init(&t);
    struct sit_review_outcome outcome = {0};
    struct sit_review_say says[SIT_REVIEW_MAX_SAYS];
    for (int i = 0; i < 40; i++)
        sit_buf_append_text(&outcome.others, "\u6f22\033[2J says \u5b57, ");
    for (int run = 0; run < N_RUNS; run++) {
        struct sit_history history = {0};
        struct sit_review_screen screen = {
            .base = {.history = &history, .commands = SIT_COMMANDS_REVIEW}};
        int64_t now_ms = 0;
        for (int k = 0; k < N_KEYS; k++) {
            struct sit_effect effect;
            struct sit_grid grid;
            bool empty = below(&rng, 10) == 0;
            random_review(&t, &rng, &outcome, says);
            t.review.n_shown = empty ? 0 : TEST_N_ITEMS;
            t.view.n_rows = empty ? 0 : TEST_N_ITEMS;
            t.review.item = empty ? NULL : &t.items[1];
            t.review.face = empty ? NULL : &t.face;
            struct sit_ui_event event = random_event(&rng, 101, &now_ms);
            sit_review_screen_step(&screen, &t.view, &event, &effect);
            struct sit_effect_result result = random_result(&rng);
            if (effect.kind != SIT_EFFECT_NONE)
                sit_review_screen_done(&screen, &t.view, &effect, &result);
            begin(&grid, &rng);
            screen.base.has_room = sit_screen_has_room(grid.n_cols, grid.n_rows,
                                                       &test_metrics);
            sit_review_screen_draw(&screen, &t.view, &test_metrics, &grid);
            check(&grid);
        }
    }
    sit_buf_release(&outcome.others);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_label_screen),
        cmocka_unit_test(test_review_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
