/*
 * The review screen: scripted keys, golden screens, every small size.
 */
#include "screen_support.h"

static struct sit_effect step(struct sit_review_screen *screen, struct test_review *t,
                              uint32_t key, int64_t at_ms)
{
    struct sit_effect effect;
    struct sit_ui_event event = test_key(key, at_ms);
    sit_review_screen_step(screen, &t->view, &event, &effect);
    return effect;
}

static void show(struct sit_review_screen *screen, struct test_review *t, int64_t at_ms)
{
    struct sit_effect effect;
    struct sit_ui_event event = test_shown(t->review.item->face_id, at_ms);
    sit_review_screen_step(screen, &t->view, &event, &effect);
}

static void draw_golden(const struct sit_review_screen *screen,
                        const struct test_review *t, size_t n_cols, size_t n_rows,
                        const char *name)
{
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, n_cols, n_rows));
    sit_review_screen_draw(screen, &t->view, &test_metrics, &grid);
    assert_grid_sound(&grid);
    assert_golden(&grid, name);
    sit_grid_release(&grid);
}

static void make_empty(struct test_review *t)
{
    t->review.item = NULL;
    t->review.face = NULL;
    t->review.n_shown = t->review.position = t->review.n_decided = 0;
    t->view.n_rows = 0;
}

static void test_golden_sizes(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    draw_golden(&screen, &t, 80, 24, "review_80x24");
    draw_golden(&screen, &t, 100, 40, "review_100x40");
    draw_golden(&screen, &t, 50, 40, "review_50x40");
    draw_golden(&screen, &t, 40, 12, "review_40x12");
    draw_golden(&screen, &t, 39, 11, "review_39x11");
    draw_golden(&screen, &t, 1, 1, "review_1x1");
    step(&screen, &t, '?', 0);
    draw_golden(&screen, &t, 80, 24, "review_help_80x24");
}

static void test_golden_states(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    sit_review_screen_started(&screen, &t.view, true);
    sit_review_screen_progress(&screen, 12, 100, "epoch 12, loss 0.310");
    draw_golden(&screen, &t, 80, 24, "review_training_80x24");
    t.list.n_test_correct = 67;
    sit_review_screen_computed(&screen, &t.view, SIT_OK, "");
    t.review.state = SIT_REVIEW_RELABELLED;
    t.face.label = 0;
    draw_golden(&screen, &t, 100, 30, "review_trained_100x30");

    make_empty(&t);
    screen = (struct sit_review_screen){0};
    sit_review_screen_started(&screen, &t.view, false);
    draw_golden(&screen, &t, 80, 24, "review_computing_80x24");
    sit_review_screen_computed(&screen, &t.view, SIT_E_NOT_FOUND,
                               "no model yet; sitter train makes one");
    draw_golden(&screen, &t, 80, 24, "review_no_model_80x24");
    t.review.kind = SIT_REVIEW_SUSPECTS;
    sit_review_screen_started(&screen, &t.view, false);
    draw_golden(&screen, &t, 80, 24, "review_computing_suspects_80x24");
    t.review.kind = SIT_REVIEW_MISTAKES;
    screen = (struct sit_review_screen){0};
    t.review.scope = SIT_REVIEW_TEST;
    draw_golden(&screen, &t, 80, 24, "review_nothing_left_80x24");
}

static void test_suspects(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    t.review.kind = t.list.kind = SIT_REVIEW_SUSPECTS;
    t.list.n_judged = 290;
    t.list.n_suspect = 19;
    draw_golden(&screen, &t, 80, 24, "review_suspects_80x24");
    draw_golden(&screen, &t, 40, 12, "review_suspects_40x12");
    /* The key goes round, but not while something is being computed. */
    show(&screen, &t, 0);
    struct sit_effect effect = step(&screen, &t, 'v', 0);
    assert_int_equal(effect.kind, SIT_EFFECT_LIST);
    assert_int_equal(effect.kind_of_list, SIT_REVIEW_DISAGREEMENTS);
    t.review.kind = SIT_REVIEW_ABSTAINED;
    effect = step(&screen, &t, 0x16, 1000);
    assert_int_equal(effect.kind_of_list, SIT_REVIEW_MISTAKES);
    t.review.kind = SIT_REVIEW_SUSPECTS;
    sit_review_screen_started(&screen, &t.view, false);
    assert_int_equal(step(&screen, &t, 'v', 2000).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, "still computing");
    t.review.kind = SIT_REVIEW_SUSPECTS;
    sit_review_screen_computed(&screen, &t.view, SIT_OK, "");
    assert_string_equal(screen.base.notice.text, "suspect labels: 17 to review");
    struct sit_effect_result result = {0};
    t.review.kind = SIT_REVIEW_MISTAKES;
    effect = (struct sit_effect){.kind = SIT_EFFECT_LIST};
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "misclassified faces: 17 to review");
}

/* What persons say of the face shown. */
static const struct sit_review_say says[] = {
    {.name = "import", .class_index = 0},
    {.name = "ann", .class_index = 1, .is_person = true},
    {.name = "bob \033[2J\u6f22\u5b57 with a name that is long",
     .class_index = 0,
     .is_person = true},
    {.name = "cyd", .class_index = 2, .is_person = true, .adjudicates = true},
    {.name = "dee", .class_index = 1, .is_person = true},
};

static void differ(struct test_review *t, size_t n_says)
{
    test_review_init(t);
    t->review.kind = t->list.kind = SIT_REVIEW_DISAGREEMENTS;
    t->list.n_disputed = 5;
    t->review.says = says;
    t->review.n_says = n_says;
    for (size_t i = 0; i < TEST_N_ITEMS; i++) {
        t->items[i].predicted = t->rows[i].item.predicted = SIT_NO_CLASS;
        if (i % 3 == 1)
            t->items[i].given = t->rows[i].item.given = SIT_NO_CLASS;
    }
}

static void test_disagreements(void **state)
{
    (void)state;
    struct test_review t;
    struct sit_review_screen screen = {0};
    differ(&t, 3);
    draw_golden(&screen, &t, 80, 24, "review_disagreements_80x24");
    draw_golden(&screen, &t, 40, 12, "review_disagreements_40x12");
    t.review.adjudicates = t.review.is_adjudication = true;
    t.face.label = SIT_NO_CLASS;
    t.face.flags = SIT_FACE_DISPUTED;
    draw_golden(&screen, &t, 80, 24, "adjudicate_80x24");
    draw_golden(&screen, &t, 40, 12, "adjudicate_40x12");
    t.review.n_says = 7; /* more than there is room for */
    t.review.says = says;
    draw_golden(&screen, &t, 100, 30, "adjudicate_many_100x30");
    step(&screen, &t, '?', 0);
    draw_golden(&screen, &t, 80, 24, "adjudicate_help_80x24");
    make_empty(&t);
    screen = (struct sit_review_screen){0};
    draw_golden(&screen, &t, 80, 24, "adjudicate_nothing_left_80x24");
}

static void test_blind(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    struct sit_review_item hidden = t.items[1];
    hidden.given = hidden.predicted = SIT_NO_CLASS;
    t.review.item = &hidden;
    t.review.blind = t.review.is_hidden = true;
    t.face.label = SIT_NO_CLASS;
    t.face.annotator = NULL;
    for (size_t i = 1; i < TEST_N_ITEMS; i++)
        t.rows[i].item.given = t.rows[i].item.predicted = SIT_NO_CLASS;
    draw_golden(&screen, &t, 80, 24, "review_blind_80x24");
    draw_golden(&screen, &t, 40, 12, "review_blind_40x12");
    struct sit_effect effect = step(&screen, &t, 'B', 0);
    assert_int_equal(effect.kind, SIT_EFFECT_BLIND);
    assert_false(effect.hides);
    t.review.blind = t.review.is_hidden = false;
    effect = step(&screen, &t, 0x18, 1000);
    assert_int_equal(effect.kind, SIT_EFFECT_BLIND);
    assert_true(effect.hides);
}

static void test_abstained(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    t.review.kind = t.list.kind = SIT_REVIEW_ABSTAINED;
    t.list.threshold = 0.7;
    t.face.label = SIT_NO_CLASS;
    t.face.annotator = NULL;
    draw_golden(&screen, &t, 80, 24, "review_abstained_80x24");
    t.face.flags = 0;
    t.review.kind = t.list.kind = SIT_REVIEW_BOOKMARKED;
    t.review.bookmarked = true;
    draw_golden(&screen, &t, 80, 24, "review_bookmarked_80x24");
}

static const char *decided(struct sit_review_screen *screen, struct test_review *t,
                           struct sit_review_outcome *outcome,
                           enum sit_effect_kind kind)
{
    struct sit_effect effect = {.kind = kind, .class_index = outcome->decided};
    struct sit_effect_result result = {0};
    sit_screen_act_on(&screen->base, "132901_1.jpg");
    outcome->face_id = 101;
    t->review.outcome = outcome;
    sit_review_screen_done(screen, &t->view, &effect, &result);
    return screen->base.notice.text;
}

static void test_what_came_of_a_decision(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    struct sit_review_outcome o = {.before = 1,
                                   .decided = 0,
                                   .resolved = SIT_NO_CLASS,
                                   .predicted = 0,
                                   .p_predicted = 0.97,
                                   .is_contested = true};
    sit_buf_append_text(&o.others, "ann says female");
    assert_string_equal(decided(&screen, &t, &o, SIT_EFFECT_LABEL),
                        "now disputed; A decides for all. 132901_1.jpg: male; ann says "
                        "female");
    assert_int_equal(screen.base.notice.style, SIT_STYLE_WARN);
    draw_golden(&screen, &t, 80, 24, "review_disputed_80x24");
    draw_golden(&screen, &t, 40, 12, "review_disputed_40x12");
    /* The key speaks of the face before: it need not be seen again. */
    struct sit_effect effect = step(&screen, &t, 'A', 0);
    assert_int_equal(effect.kind, SIT_EFFECT_FOR_ALL);
    o.resolved = 1;
    assert_string_equal(decided(&screen, &t, &o, SIT_EFFECT_LABEL),
                        "still female for all; A decides for all. 132901_1.jpg: male; "
                        "ann says female");
    o.is_contested = false;
    o.for_all = true;
    assert_string_equal(decided(&screen, &t, &o, SIT_EFFECT_FOR_ALL),
                        "132901_1.jpg: male for all");
    o.for_all = false;
    o.was_blind = true;
    assert_string_equal(
        decided(&screen, &t, &o, SIT_EFFECT_LABEL),
        "132901_1.jpg: male, labelled female before; model agrees: male "
        "(0.97)");
    o.before = 0;
    o.predicted = 1;
    assert_string_equal(decided(&screen, &t, &o, SIT_EFFECT_LABEL),
                        "132901_1.jpg: male, as labelled before; model says female "
                        "(0.97)");
    o.before = o.predicted = SIT_NO_CLASS;
    assert_string_equal(decided(&screen, &t, &o, SIT_EFFECT_LABEL),
                        "132901_1.jpg: male; there was no label");
    o.was_blind = false;
    t.review.kind = SIT_REVIEW_BOOKMARKED;
    assert_string_equal(decided(&screen, &t, &o, SIT_EFFECT_CONFIRM),
                        "132901_1.jpg: label kept");
    sit_buf_release(&o.others);
    /* What cannot be done is said as it is. */
    struct sit_effect_result result = {.status = SIT_E_ARG, .message = "no majority"};
    effect = (struct sit_effect){.kind = SIT_EFFECT_CONFIRM};
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "no majority");
}

/* An adjudication has no lists, no training and nothing to hide. */
static void test_adjudication_has_its_own_keys(void **state)
{
    (void)state;
    struct test_review t;
    static const uint32_t missing[] = {'v', 't', 'B', 'A'};
    differ(&t, 2);
    t.review.adjudicates = t.review.is_adjudication = true;
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        struct sit_review_screen screen = {0};
        show(&screen, &t, 0);
        assert_int_equal(step(&screen, &t, missing[i], 0).kind, SIT_EFFECT_NONE);
        assert_non_null(strstr(screen.base.notice.text, "does nothing here"));
    }
    struct sit_review_screen screen = {0};
    show(&screen, &t, 0);
    assert_int_equal(step(&screen, &t, 'y', 0).kind, SIT_EFFECT_CONFIRM);
    assert_int_equal(step(&screen, &t, 'b', 1000).kind, SIT_EFFECT_BOOKMARK);
}

static void test_many_classes(void **state)
{
    (void)state;
    struct test_review t;
    struct sit_review_screen screen = {0};
    differ(&t, 4);
    t.classes.n = SIT_PROJECT_MAX_CLASSES;
    for (size_t i = 0; i < t.classes.n; i++) {
        snprintf(t.classes.items[i].key, sizeof t.classes.items[i].key, "%c",
                 "ABCDEFGHIJKLMNOP"[i]);
        snprintf(t.classes.items[i].name, sizeof t.classes.items[i].name,
                 "\u6f22\u5b57 class %zu \033[1m", i);
    }
    t.review.adjudicates = true;
    t.face.name = "\033]0;x\007\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57.jpg";
    draw_golden(&screen, &t, 80, 24, "review_16_classes_80x24");
    draw_golden(&screen, &t, 40, 12, "review_16_classes_40x12");
    /* A class has taken A: the message offers the other key. */
    struct sit_review_outcome o = {.decided = 3,
                                   .resolved = SIT_NO_CLASS,
                                   .predicted = SIT_NO_CLASS,
                                   .is_contested = true};
    assert_non_null(
        strstr(decided(&screen, &t, &o, SIT_EFFECT_LABEL), "Ctrl-A decides"));
}

static void test_no_write_leaves_the_grid(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    t.face.name = "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57.jpg";
    t.rows[2].name = t.face.name;
    enum { MAX_COLS = 66, MAX_ROWS = 32, GUARD = 64, CANARY = 0xa5 };
    static struct sit_cell cells[MAX_COLS * MAX_ROWS + 2 * GUARD];
    for (int mode = 0; mode < 3; mode++) {
        struct sit_review_screen screen = {0};
        if (mode == 1)
            step(&screen, &t, '?', 0);
        if (mode == 2) {
            make_empty(&t);
            sit_review_screen_started(&screen, &t.view, false);
        }
        for (size_t n_rows = 1; n_rows <= MAX_ROWS; n_rows++) {
            for (size_t n_cols = 1; n_cols <= MAX_COLS; n_cols++) {
                memset(cells, CANARY, sizeof cells);
                struct sit_grid grid = {
                    .n_cols = n_cols, .n_rows = n_rows, .cells = cells + GUARD};
                assert_true(sit_grid_resize(&grid, n_cols, n_rows));
                sit_review_screen_draw(&screen, &t.view, &test_metrics, &grid);
                assert_grid_sound(&grid);
                const unsigned char *before = (const unsigned char *)cells;
                const unsigned char *after = (const unsigned char *)(cells + GUARD +
                                                                     n_cols * n_rows);
                for (size_t i = 0; i < GUARD * sizeof *cells; i++) {
                    assert_int_equal(before[i], CANARY);
                    assert_int_equal(after[i], CANARY);
                }
            }
        }
    }
}

static void test_keys_ask_for_effects(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    static const struct {
        uint32_t key;
        enum sit_effect_kind kind;
        long by;
    } cases[] = {
        {'m', SIT_EFFECT_LABEL, 0},
        {'y', SIT_EFFECT_CONFIRM, 0},
        {SIT_KEY_ENTER, SIT_EFFECT_CONFIRM, 0},
        {' ', SIT_EFFECT_MOVE, 1},
        {'k', SIT_EFFECT_MOVE, -1},
        {SIT_KEY_DOWN, SIT_EFFECT_MOVE, 1},
        {'u', SIT_EFFECT_UNDO, 0},
        {0x12, SIT_EFFECT_REDO, 0},
        {'s', SIT_EFFECT_SCOPE, 0},
        {SIT_KEY_TAB, SIT_EFFECT_NONE, 0}, /* the poster: nothing to carry out */
        {'t', SIT_EFFECT_RETRAIN, 0},
        {'q', SIT_EFFECT_QUIT, 0},
        {'/', SIT_EFFECT_NONE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_review_screen screen = {0};
        show(&screen, &t, 0);
        struct sit_effect effect = step(&screen, &t, cases[i].key, 0);
        assert_int_equal(effect.kind, cases[i].kind);
        assert_int_equal(effect.by, cases[i].by);
    }
    struct sit_review_screen screen = {0};
    assert_int_equal(step(&screen, &t, 's', 0).scope, SIT_REVIEW_TEST);
    t.review.scope = SIT_REVIEW_TRAIN;
    assert_int_equal(step(&screen, &t, 's', 0).scope, SIT_REVIEW_ALL);
}

static void test_nothing_is_decided_without_a_face(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    make_empty(&t);
    struct sit_review_screen screen = {0};
    assert_int_equal(step(&screen, &t, 'm', 0).kind, SIT_EFFECT_NONE);
    assert_int_equal(step(&screen, &t, 'y', 0).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, "no face is shown");
    /* held: nothing was done, so nothing is taken back */
    for (int64_t at_ms = 500; at_ms < 2000; at_ms += 33)
        assert_int_equal(step(&screen, &t, 'y', at_ms).kind, SIT_EFFECT_NONE);
}

static void test_one_computation_at_a_time(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    show(&screen, &t, 0);
    sit_review_screen_started(&screen, &t.view, true);
    assert_int_equal(step(&screen, &t, 't', 0).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, "still training");
    assert_int_equal(step(&screen, &t, 'm', 0).kind, SIT_EFFECT_LABEL); /* goes on */
    t.list.n_test_correct = 67;
    t.list.model_id = 4;
    sit_review_screen_computed(&screen, &t.view, SIT_OK, "");
    assert_string_equal(
        screen.base.notice.text,
        "trained: test 94.3 % (66 of 70) -> 95.7 % (67 of 70), model 4");
    assert_int_equal(step(&screen, &t, 't', 0).kind, SIT_EFFECT_RETRAIN);
}

static void test_notices(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    show(&screen, &t, 0);
    struct sit_effect effect = step(&screen, &t, 'y', 0);
    struct sit_effect_result result = {0};
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text,
                        "132901_1.jpg: label kept, not shown again");
    effect = step(&screen, &t, 'f', 1000);
    result = (struct sit_effect_result){.status = SIT_E_IO, .message = "disk full"};
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "not saved: disk full");

    /* The class it has already: it is kept. */
    result = (struct sit_effect_result){0};
    effect = step(&screen, &t, 'f', 3000);
    assert_int_equal(effect.kind, SIT_EFFECT_LABEL);
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "132901_1.jpg: kept as female");
    effect = step(&screen, &t, 'm', 4000);
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "132901_1.jpg: male");
}

static void test_undoing_a_confirmation_says_so(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    struct sit_effect_result result = {
        .undo = {.n_faces = 1, .before = 1, .after = 1, .was_confirm = true}};
    struct sit_effect effect = step(&screen, &t, 'u', 0);
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "undone: not kept any more");
    effect = step(&screen, &t, 0x12, 1000);
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "done again: kept");
    result.undo.was_confirm = false;
    effect = step(&screen, &t, 'u', 2000);
    sit_review_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "undone: the label is female again");
}

static void test_nothing_is_decided_on_a_face_that_was_not_shown(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    struct sit_review_screen screen = {0};
    static const uint32_t keys[] = {'m', 'y', SIT_KEY_ENTER};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_int_equal(step(&screen, &t, keys[i], 0).kind, SIT_EFFECT_NONE);
        assert_string_equal(screen.base.notice.text,
                            "too early: look at the face first");
    }
    show(&screen, &t, 1000);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        assert_int_equal(step(&screen, &t, keys[i], 2000).kind,
                         keys[i] == 'm' ? SIT_EFFECT_LABEL : SIT_EFFECT_CONFIRM);
    assert_int_equal(step(&screen, &t, 'm' | SIT_KEY_PASTED, 3000).kind,
                     SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, "pasted text is ignored");
}

static void test_keys_that_need_a_face_say_it_is_being_computed(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    make_empty(&t);
    struct sit_review_screen screen = {0};
    sit_review_screen_started(&screen, &t.view, false);
    static const uint32_t keys[] = {
        'm', 'y', ' ', 'l', 'h', 'g', 'G', SIT_KEY_PAGE_UP, SIT_KEY_PAGE_DOWN};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_int_equal(step(&screen, &t, keys[i], 0).kind, SIT_EFFECT_NONE);
        assert_string_equal(screen.base.notice.text, "still computing");
    }
    sit_review_screen_computed(&screen, &t.view, SIT_OK, "");
    step(&screen, &t, 'l', 0);
    assert_string_equal(screen.base.notice.text, "no face is shown");
}

static void test_no_score_without_labelled_test_faces(void **state)
{
    (void)state;
    struct test_review t;
    test_review_init(&t);
    t.list.n_test = t.list.n_test_correct = 0;
    struct sit_review_screen screen = {0};
    sit_review_screen_started(&screen, &t.view, true);
    sit_review_screen_computed(&screen, &t.view, SIT_OK, "");
    assert_string_equal(screen.base.notice.text,
                        "trained: model 3, no labelled test faces");
    draw_golden(&screen, &t, 80, 24, "review_no_test_faces_80x24");
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_sizes),
        cmocka_unit_test(test_golden_states),
        cmocka_unit_test(test_suspects),
        cmocka_unit_test(test_disagreements),
        cmocka_unit_test(test_blind),
        cmocka_unit_test(test_abstained),
        cmocka_unit_test(test_what_came_of_a_decision),
        cmocka_unit_test(test_adjudication_has_its_own_keys),
        cmocka_unit_test(test_many_classes),
        cmocka_unit_test(test_no_write_leaves_the_grid),
        cmocka_unit_test(test_keys_ask_for_effects),
        cmocka_unit_test(test_nothing_is_decided_without_a_face),
        cmocka_unit_test(test_one_computation_at_a_time),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_undoing_a_confirmation_says_so),
        cmocka_unit_test(test_nothing_is_decided_on_a_face_that_was_not_shown),
        cmocka_unit_test(test_keys_that_need_a_face_say_it_is_being_computed),
        cmocka_unit_test(test_no_score_without_labelled_test_faces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
