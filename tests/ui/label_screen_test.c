/*
 * The labelling screen: scripted keys, golden screens, every small size.
 */
#include "screen_support.h"

#include "command.h"
#include "picture_cache.h"

enum { CTRL_R = 0x12 };

static struct sit_effect step(struct sit_label_screen *screen, struct test_view *t,
                              uint32_t key, int64_t at_ms)
{
    struct sit_effect effect;
    struct sit_ui_event event = test_key(key, at_ms);
    sit_label_screen_step(screen, &t->view, &event, &effect);
    return effect;
}

/* The face that the session is at comes on the screen. */
static void show(struct sit_label_screen *screen, struct test_view *t, int64_t at_ms)
{
    struct sit_effect effect;
    struct sit_ui_event event = test_shown(t->face.face_id, at_ms);
    sit_label_screen_step(screen, &t->view, &event, &effect);
    assert_int_equal(effect.kind, SIT_EFFECT_NONE);
}

static void draw_golden(const struct sit_label_screen *screen,
                        const struct test_view *t, size_t n_cols, size_t n_rows,
                        const char *name)
{
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, n_cols, n_rows));
    sit_label_screen_draw(screen, &t->view, &test_metrics, &grid);
    assert_grid_sound(&grid);
    assert_golden(&grid, name);
    sit_grid_release(&grid);
}

static void test_golden_sizes(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    draw_golden(&screen, &t, 80, 24, "label_80x24");
    draw_golden(&screen, &t, 100, 40, "label_100x40");
    draw_golden(&screen, &t, 200, 60, "label_200x60");
    draw_golden(&screen, &t, 50, 40, "label_50x40");
    draw_golden(&screen, &t, 40, 12, "label_40x12");
    draw_golden(&screen, &t, 45, 14, "label_45x14");
    draw_golden(&screen, &t, 39, 11, "label_39x11");
    draw_golden(&screen, &t, 20, 5, "label_20x5");
    draw_golden(&screen, &t, 1, 1, "label_1x1");
}

static void test_golden_states(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    step(&screen, &t, '?', 0);
    draw_golden(&screen, &t, 80, 24, "label_help_80x24");
    draw_golden(&screen, &t, 40, 12, "label_help_40x12");
    step(&screen, &t, ' ', 0);
    draw_golden(&screen, &t, 40, 12, "label_help_40x12_second");
    step(&screen, &t, 'q', 0);
    step(&screen, &t, '/', 0);
    step(&screen, &t, '1', 0);
    step(&screen, &t, 0xd55c, 0);
    draw_golden(&screen, &t, 80, 24, "label_find_80x24");
    step(&screen, &t, SIT_KEY_ESCAPE, 0);
    t.counts.n_labelled = 290;
    t.counts.unlabelled[0] = t.counts.unlabelled[1] = 0;
    t.face.label = 1;
    t.face.annotator = "ann";
    draw_golden(&screen, &t, 80, 24, "label_all_done_80x24");
}

/* A session that has learnt something. */
static void learn(struct test_view *t)
{
    t->view.live = (struct sit_live_state){.phase = SIT_LIVE_READY,
                                           .features = "faceres",
                                           .n_labels = 94,
                                           .accuracy = 0.914,
                                           .low = 0.861,
                                           .high = 0.952};
    t->view.suggestion = (struct sit_suggestion){.class_index = 0, .p = 0.934};
    t->view.queue = SIT_QUEUE_UNCERTAIN;
    t->view.labels_per_minute = 12.3;
    t->view.left_ms = 23 * 60000;
}

static void test_golden_model(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    learn(&t);
    struct sit_label_screen screen = {0};
    draw_golden(&screen, &t, 80, 24, "label_model_80x24");
    draw_golden(&screen, &t, 40, 12, "label_model_40x12");
    draw_golden(&screen, &t, 100, 40, "label_model_100x40");
    draw_golden(&screen, &t, 50, 40, "label_model_50x40");
    t.view.live.can_stop = true;
    t.view.filter = "source~1327 label=none p<0.6";
    t.view.n_matching = 31;
    t.view.bookmarked = true;
    t.view.comment = "is this the same miner as on 132770? \u6f22\u5b57";
    t.view.labels_per_minute = 3.04;
    t.view.left_ms = 4 * 3600000;
    draw_golden(&screen, &t, 80, 24, "label_all_80x24");
    draw_golden(&screen, &t, 40, 12, "label_all_40x12");
    draw_golden(&screen, &t, 60, 16, "label_all_60x16");
    draw_golden(&screen, &t, 200, 60, "label_all_200x60");
}

/* Each state in plain words, in both widths. */
static void test_golden_model_states(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    static const struct {
        const char *name;
        enum sit_live_phase phase;
        bool hidden, test;
    } cases[] = {{"loading", SIT_LIVE_LOADING, false, false},
                 {"waiting", SIT_LIVE_WAITING, false, false},
                 {"failed", SIT_LIVE_FAILED, false, false},
                 {"hidden", SIT_LIVE_READY, true, false},
                 {"test", SIT_LIVE_READY, false, true},
                 {"none", SIT_LIVE_READY, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        t.view.live = (struct sit_live_state){
            .phase = cases[i].phase,
            .high = 1.0,
            .problem = "features of 12 faces are not numbers"};
        t.view.suggestions_hidden = cases[i].hidden;
        t.face.split = cases[i].test ? SIT_TEST : SIT_TRAIN;
        char name[64];
        snprintf(name, sizeof name, "label_model_%s_60x16", cases[i].name);
        draw_golden(&screen, &t, 60, 16, name);
        snprintf(name, sizeof name, "label_model_%s_40x12", cases[i].name);
        draw_golden(&screen, &t, 40, 12, name);
    }
}

/* Enter labels as suggested: as it was shown, not as it has become since. */
static void test_accepting(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    learn(&t);
    struct sit_label_screen screen = {0};
    assert_int_equal(step(&screen, &t, SIT_KEY_ENTER, 0).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, "too early: look at the face first");
    show(&screen, &t, 1000);
    struct sit_effect effect = step(&screen, &t, SIT_KEY_ENTER, 2000);
    assert_int_equal(effect.kind, SIT_EFFECT_ACCEPT);
    assert_int_equal(effect.class_index, 0);
    assert_int_equal(effect.spent_ms, 1000);
    struct sit_effect_result result = {0};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "132771_1.jpg: male");
    t.view.suggestion.class_index = 1;
    assert_int_equal(step(&screen, &t, 'a', 3000).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text,
                        "the suggestion has just changed: look again");
    show(&screen, &t, 3100);
    assert_int_equal(step(&screen, &t, 'a', 3099).kind, SIT_EFFECT_NONE);
    assert_int_equal(step(&screen, &t, 'a', 3400).kind, SIT_EFFECT_ACCEPT);
    t.view.suggestion.p = 0.99; /* surer, but the same */
    assert_int_equal(step(&screen, &t, SIT_KEY_ENTER, 4000).kind, SIT_EFFECT_ACCEPT);
    t.view.suggestions_hidden = true;
    assert_int_equal(step(&screen, &t, 'a', 5000).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, "the suggestions are hidden");
    t.view.suggestions_hidden = false;
    t.view.suggestion.class_index = SIT_NO_CLASS;
    t.view.live.phase = SIT_LIVE_OFF;
    assert_int_equal(step(&screen, &t, 'a', 6000).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text,
                        "no suggestions: the project has no features, or --no-live");
}

static void test_queue_and_suggestions(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    struct sit_effect_result result = {0};
    for (int i = 0; i < SIT_N_QUEUES; i++) {
        t.view.queue = (enum sit_queue)i;
        struct sit_effect effect = step(&screen, &t, 's', 1000 * (i + 1));
        assert_int_equal(effect.kind, SIT_EFFECT_QUEUE);
        assert_int_equal(effect.queue, (i + 1) % SIT_N_QUEUES);
        sit_label_screen_done(&screen, &t.view, &effect, &result);
        assert_memory_equal(screen.base.notice.text, "next faces: ", 12);
    }
    struct sit_effect effect = step(&screen, &t, 'S', 9000);
    assert_int_equal(effect.kind, SIT_EFFECT_HIDE_SUGGESTIONS);
    assert_true(effect.hides);
    t.view.suggestions_hidden = true;
    assert_false(step(&screen, &t, 'S', 9900).hides);
}

static void test_comment_and_bookmark(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    struct sit_effect_result result = {0};
    show(&screen, &t, 0);
    t.view.comment = "a hat\u6f22";
    step(&screen, &t, 'c', 1000);
    assert_string_equal(screen.base.prompt.text, t.view.comment);
    draw_golden(&screen, &t, 80, 24, "label_comment_80x24");
    step(&screen, &t, SIT_KEY_BACKSPACE, 1100);
    step(&screen, &t, 's', 1200);
    struct sit_effect effect = step(&screen, &t, SIT_KEY_ENTER, 1300);
    assert_int_equal(effect.kind, SIT_EFFECT_COMMENT);
    assert_string_equal(effect.text, "a hats");
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "comment saved");
    step(&screen, &t, 'c', 2000);
    assert_int_equal(step(&screen, &t, SIT_KEY_ESCAPE, 2100).kind, SIT_EFFECT_NONE);
    step(&screen, &t, 'c', 3000);
    step(&screen, &t, 0x15, 3100); /* Ctrl-U */
    effect = step(&screen, &t, SIT_KEY_ENTER, 3200);
    assert_int_equal(effect.kind, SIT_EFFECT_COMMENT);
    assert_string_equal(effect.text, "");
    char longer[SIT_PROMPT_BYTES + 1];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    t.view.comment = longer; /* what was cut off would be lost */
    step(&screen, &t, 'c', 4000);
    assert_int_equal(screen.base.mode, SIT_MODE_FACES);

    effect = step(&screen, &t, 'b', 5000);
    assert_int_equal(effect.kind, SIT_EFFECT_BOOKMARK);
    t.view.bookmarked = true;
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "132771_1.jpg: bookmarked");
    long n = 1; /* held */
    for (int64_t at_ms = 5500; at_ms < 7000; at_ms += 33)
        n += step(&screen, &t, 'b', at_ms).kind == SIT_EFFECT_BOOKMARK;
    assert_int_equal(n % 2, 1);
}

/* Tab shows the poster, and the face again; the next face comes as itself. A decision
 * counts from when the face was first seen. */
static void test_the_poster_of_a_face(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    int64_t face_id = t.face.face_id;
    show(&screen, &t, 1000);
    assert_int_equal(step(&screen, &t, SIT_KEY_TAB, 2000).kind, SIT_EFFECT_NONE);
    assert_int_equal(sit_screen_picture(&screen.base, face_id), -face_id);
    draw_golden(&screen, &t, 80, 24, "label_poster_80x24");
    show(&screen, &t, 2100);
    struct sit_effect effect = step(&screen, &t, 'm', 3000);
    assert_int_equal(effect.kind, SIT_EFFECT_LABEL);
    assert_int_equal(effect.spent_ms, 2000);
    step(&screen, &t, SIT_KEY_TAB, 4000);
    assert_int_equal(sit_screen_picture(&screen.base, face_id), face_id);
    step(&screen, &t, SIT_KEY_TAB, 5000);
    assert_int_equal(sit_screen_picture(&screen.base, face_id + 1), face_id + 1);
}

/* In a wide window the poster is beside the face, and stays for the next one. */
static void test_the_poster_beside_the_face(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    assert_false(sit_screen_has_room(80, 24, &test_metrics));
    assert_false(sit_screen_has_room(1, 1, &test_metrics));
    assert_true(sit_screen_has_room(120, 40, &test_metrics));
    screen.base.has_room = true;
    show(&screen, &t, 0);
    step(&screen, &t, SIT_KEY_TAB, 1000);
    draw_golden(&screen, &t, 120, 40, "label_beside_120x40");
    draw_golden(&screen, &t, 110, 30, "label_beside_110x30");
    t.face.face_id = 38;
    draw_golden(&screen, &t, 120, 40, "label_beside_next_120x40");
    step(&screen, &t, SIT_KEY_TAB, 2000);
    assert_false(screen.base.context_beside);
    /* Now the window gets narrow: there is one picture, of the face. */
    step(&screen, &t, SIT_KEY_TAB, 3000);
    screen.base.has_room = false;
    t.face.face_id = 39;
    assert_int_equal(sit_screen_picture(&screen.base, 39), 39);
    step(&screen, &t, SIT_KEY_TAB, 4000);
    assert_int_equal(sit_screen_picture(&screen.base, 39), -39);
    step(&screen, &t, SIT_KEY_TAB, 5000);
    assert_int_equal(sit_screen_picture(&screen.base, 39), 39);
}

static void test_the_middle_of_a_face(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    assert_int_equal(step(&screen, &t, 'z', 1000).kind, SIT_EFFECT_NONE);
    draw_golden(&screen, &t, 80, 24, "label_middle_80x24");
    assert_int_equal(sit_picture_face(sit_screen_picture(&screen.base, 37)), 37);
    assert_int_equal(sit_screen_picture(&screen.base, 38), 38);
    step(&screen, &t, 'z', 2000);
    assert_int_equal(sit_screen_picture(&screen.base, 37), 37);
}

static void test_commands(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_history history = {0};
    struct sit_label_screen screen = {.base.history = &history};
    struct sit_effect_result result = {0};
    show(&screen, &t, 0);
    step(&screen, &t, ':', 1000);
    step(&screen, &t, 'f', 1100);
    step(&screen, &t, SIT_KEY_TAB, 1200);
    static const char typed[] = "label=none";
    for (size_t i = 0; typed[i] != '\0'; i++)
        step(&screen, &t, (uint32_t)typed[i], 1300);
    draw_golden(&screen, &t, 80, 24, "label_command_80x24");
    struct sit_effect effect = step(&screen, &t, SIT_KEY_ENTER, 2000);
    assert_int_equal(effect.kind, SIT_EFFECT_FILTER);
    assert_string_equal(effect.text, "label=none");
    t.view.filter = "label=none";
    t.view.n_matching = 167;
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text,
                        "167 of 290 faces match; :filter alone shows all again");
    step(&screen, &t, ':', 3000);
    step(&screen, &t, SIT_KEY_UP, 3100);
    assert_string_equal(screen.base.prompt.text, "filter label=none");
    step(&screen, &t, SIT_KEY_ESCAPE, 3200);
    sit_screen_work_began(&screen.base, "training");
    sit_screen_work_goes_on(&screen.base, 3, 10, "values of C");
    draw_golden(&screen, &t, 80, 24, "label_training_80x24");
    effect = step(&screen, &t, 'm', 4000); /* labelling goes on */
    assert_int_equal(effect.kind, SIT_EFFECT_LABEL);
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    draw_golden(&screen, &t, 80, 24, "label_training_labelled_80x24");
    draw_golden(&screen, &t, 40, 12, "label_training_labelled_40x12");
    assert_int_equal(step(&screen, &t, 'q', 5000).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text,
                        "still training; once more stops it and quits");
    sit_screen_work_ended(&screen.base, SIT_E_ARG, "label two classes first");
    assert_string_equal(screen.base.notice.text,
                        "training failed: label two classes first");
    assert_int_equal(step(&screen, &t, 'q', 6000).kind, SIT_EFFECT_QUIT);
}

static void test_golden_hostile_names(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    char long_name[301];
    memset(long_name, 'x', 300);
    long_name[300] = '\0';
    t.face.name = "\uc704\ub300\ud55c \uc218\ub839 \uae40\uc77c\uc131 \ub3d9\uc9c0 "
                  "\ub9cc\uc138.jpg";
    t.face.source = "\033]0;owned\007\033[2J";
    t.face.title = "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301b\u202eevil";
    t.face.artist = "\xff\xfe broken";
    t.face.keywords = long_name;
    t.face.description = "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57"
                         "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57";
    t.recent[0].name = long_name;
    t.recent[1].name = "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57"
                       "\u6f22\u5b57.jpg";
    t.recent[2].name = "new\nline\ttab";
    t.view.project_path = "\033[31mred.db";
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    struct sit_effect effect = step(&screen, &t, 'm', 0);
    struct sit_effect_result result = {0};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    draw_golden(&screen, &t, 80, 24, "label_hostile_80x24");
    draw_golden(&screen, &t, 41, 12, "label_hostile_41x12");
    draw_golden(&screen, &t, 120, 45, "label_hostile_120x45");
}

/* Cells beyond the grid that must never change. */
static void test_no_write_leaves_the_grid(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    t.face.name = "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57.jpg";
    enum { MAX_COLS = 66, MAX_ROWS = 32, GUARD = 64, CANARY = 0xa5 };
    static struct sit_cell cells[MAX_COLS * MAX_ROWS + 2 * GUARD];
    for (int mode = 0; mode < 4; mode++) {
        struct sit_label_screen screen = {0};
        if (mode == 1)
            step(&screen, &t, '?', 0);
        if (mode == 2)
            step(&screen, &t, '/', 0);
        struct sit_screen_metrics metrics = test_metrics;
        if (mode == 3)
            metrics = (struct sit_screen_metrics){.graphics = SIT_GRAPHICS_BLOCKS_RGB};
        for (size_t n_rows = 1; n_rows <= MAX_ROWS; n_rows++) {
            for (size_t n_cols = 1; n_cols <= MAX_COLS; n_cols++) {
                memset(cells, CANARY, sizeof cells);
                struct sit_grid grid = {
                    .n_cols = n_cols, .n_rows = n_rows, .cells = cells + GUARD};
                assert_true(sit_grid_resize(&grid, n_cols, n_rows));
                sit_label_screen_draw(&screen, &t.view, &metrics, &grid);
                assert_grid_sound(&grid);
                const unsigned char *before = (const unsigned char *)cells;
                const unsigned char *after = (const unsigned char *)(cells + GUARD +
                                                                     n_cols * n_rows);
                for (size_t i = 0; i < GUARD * sizeof *cells; i++) {
                    assert_int_equal(before[i], CANARY);
                    assert_int_equal(after[i], CANARY);
                }
                if (grid.n_slots >
                    0) /* off the last rows: a picture there would scroll */
                    assert_true(grid.slots[0].area.row + grid.slots[0].area.n_rows <=
                                n_rows - 2);
            }
        }
    }
}

static void test_keys_ask_for_effects(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    static const struct {
        uint32_t key;
        enum sit_effect_kind kind;
        long by;
    } cases[] = {
        {'m', SIT_EFFECT_LABEL, 0},
        {' ', SIT_EFFECT_SKIP, 0},
        {'u', SIT_EFFECT_UNDO, 0},
        {SIT_KEY_BACKSPACE, SIT_EFFECT_UNDO, 0},
        {CTRL_R, SIT_EFFECT_REDO, 0},
        {'h', SIT_EFFECT_MOVE, -1},
        {SIT_KEY_RIGHT, SIT_EFFECT_MOVE, 1},
        {SIT_KEY_PAGE_UP, SIT_EFFECT_MOVE, -10},
        {SIT_KEY_PAGE_DOWN, SIT_EFFECT_MOVE, 10},
        {'g', SIT_EFFECT_GO, 0},
        {'q', SIT_EFFECT_QUIT, 0},
        {0x03, SIT_EFFECT_QUIT, 0},
        {0x04, SIT_EFFECT_QUIT, 0},
        {0x0c, SIT_EFFECT_REPAINT, 0},
        {0x1a, SIT_EFFECT_SUSPEND, 0},
        {'x', SIT_EFFECT_NONE, 0},
        {SIT_KEY_UNKNOWN, SIT_EFFECT_NONE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_label_screen screen = {0};
        show(&screen, &t, 0);
        struct sit_effect effect = step(&screen, &t, cases[i].key, 10);
        assert_int_equal(effect.kind, cases[i].kind);
        assert_int_equal(effect.by, cases[i].by);
        assert_int_equal(effect.spent_ms, effect.kind == SIT_EFFECT_LABEL ? 10 : -1);
    }
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    assert_int_equal(step(&screen, &t, 'G', 0).position, 289);
    assert_int_equal(step(&screen, &t, 'o', 0).class_index, 2);
    step(&screen, &t, 'x', 0);
    assert_string_equal(screen.base.notice.text,
                        "x does nothing here; ? lists the keys");
    /* The keys that are named are those that nobody has taken. */
    struct sit_class_list *classes = &t.classes;
    snprintf(classes->items[2].key, sizeof classes->items[2].key, "q");
    step(&screen, &t, 'n', 0);
    assert_string_equal(screen.base.notice.text,
                        "nothing to find yet; / asks for a name");
    snprintf(classes->items[1].key, sizeof classes->items[1].key, "?");
    snprintf(classes->items[0].key, sizeof classes->items[0].key, "/");
    step(&screen, &t, 'x', 1500);
    assert_string_equal(screen.base.notice.text,
                        "x does nothing here; F1 lists the keys");
    step(&screen, &t, 'n', 3000);
    assert_string_equal(screen.base.notice.text,
                        "nothing to find yet; :goto asks for a name");
    assert_string_equal(sit_label_quit_key(&t.view).text, "Ctrl-C");
}

static void test_time_spent_counts_from_the_picture(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    show(&screen, &t, 1000);
    show(&screen, &t, 1500); /* drawn again */
    assert_int_equal(step(&screen, &t, 'm', 2200).spent_ms, 1200);
}

static const char too_early[] = "too early: look at the face first";

static void test_no_label_on_a_face_that_was_not_shown(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    assert_int_equal(step(&screen, &t, 'm', 0).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, too_early);
    show(&screen, &t, 1000);
    /* It came before the face did, although it is read only now. */
    assert_int_equal(step(&screen, &t, 'f', 999).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, too_early);
    assert_int_equal(step(&screen, &t, 'm', 1000).kind, SIT_EFFECT_LABEL);
    /* The screen stays where no face is left: it was shown already. */
    assert_int_equal(step(&screen, &t, 'f', 1300).kind, SIT_EFFECT_LABEL);
    t.face.face_id = 38; /* typed ahead */
    assert_int_equal(step(&screen, &t, 'm', 1310).kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.base.notice.text, too_early);
    /* Other keys are as they were. */
    assert_int_equal(step(&screen, &t, 'u', 1320).kind, SIT_EFFECT_UNDO);
    assert_int_equal(step(&screen, &t, ' ', 1330).kind, SIT_EFFECT_SKIP);
    assert_int_equal(step(&screen, &t, CTRL_R, 1340).kind, SIT_EFFECT_REDO);
    show(&screen, &t, 1400);
    assert_int_equal(step(&screen, &t, 'm', 1720).kind, SIT_EFFECT_LABEL);
}

static void test_no_label_where_there_is_no_room_for_the_face(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    struct sit_ui_event nothing = test_shown(0, 500);
    struct sit_effect effect;
    show(&screen, &t, 0);
    sit_label_screen_step(&screen, &t.view, &nothing, &effect);
    assert_int_equal(step(&screen, &t, 'm', 1000).kind, SIT_EFFECT_NONE);
    show(&screen, &t, 2000);
    assert_int_equal(step(&screen, &t, 'm', 3000).kind, SIT_EFFECT_LABEL);
    /* The help covers a face that has been seen. */
    step(&screen, &t, '?', 4000);
    nothing.at_ms = 4010;
    sit_label_screen_step(&screen, &t.view, &nothing, &effect);
    step(&screen, &t, 'q', 5000);
    assert_int_equal(step(&screen, &t, 'f', 5001).kind, SIT_EFFECT_LABEL);
}

/* A press that was dropped is none, for the rules on held keys as well. */
static void test_a_key_held_from_too_early_labels_nothing(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    struct sit_effect_result result = {.undo = {.n_faces = 1}};
    show(&screen, &t, 0);
    long n = step(&screen, &t, 'm', 1000).kind == SIT_EFFECT_LABEL;
    t.face.face_id = 38;
    for (int64_t at_ms = 1300; at_ms < 3000; at_ms += 33) /* its picture takes long */
        assert_int_equal(step(&screen, &t, 'm', at_ms).kind, SIT_EFFECT_NONE);
    assert_int_equal(n, 1);

    step(&screen, &t, 'f', 4000); /* too early, and then shown while it is held */
    show(&screen, &t, 4100);
    n = 0;
    for (int64_t at_ms = 4500; at_ms < 6000; at_ms += 33) {
        struct sit_effect effect = step(&screen, &t, 'f', at_ms);
        n += effect.kind == SIT_EFFECT_LABEL  ? 1
             : effect.kind == SIT_EFFECT_UNDO ? -1
                                              : 0;
        if (effect.kind != SIT_EFFECT_NONE)
            sit_label_screen_done(&screen, &t.view, &effect, &result);
    }
    assert_int_equal(n, 0);
    assert_string_equal(screen.base.notice.text, "held key: not counted");
}

static void test_pasted_text_does_nothing(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    for (int mode = 0; mode < 2; mode++) {
        struct sit_label_screen screen = {0};
        show(&screen, &t, 0);
        if (mode == 1)
            step(&screen, &t, '?', 10);
        for (uint32_t code = 1; code < 0x80; code++) {
            struct sit_effect effect = step(&screen, &t, code | SIT_KEY_PASTED, 1000);
            assert_int_equal(effect.kind, SIT_EFFECT_NONE);
            assert_string_equal(screen.base.notice.text, "pasted text is ignored");
            assert_int_equal(screen.base.mode,
                             mode == 1 ? SIT_MODE_HELP : SIT_MODE_FACES);
        }
    }
}

static void test_pasted_text_goes_into_the_prompt(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    step(&screen, &t, '/', 0);
    static const char pasted[] = "13\r27\x03\x1b\x1a\x0c_q";
    for (size_t i = 0; pasted[i] != '\0'; i++)
        assert_int_equal(
            step(&screen, &t, (uint32_t)pasted[i] | SIT_KEY_PASTED, 0).kind,
            SIT_EFFECT_NONE);
    assert_int_equal(screen.base.mode, SIT_MODE_PROMPT);
    assert_string_equal(step(&screen, &t, SIT_KEY_ENTER, 0).text, "1327_q");
}

/* One message at a time. */
static void test_the_notice_stands_alone_when_all_is_labelled(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    t.counts.n_labelled = 290;
    t.view.position = 289;
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    step(&screen, &t, 'l', 10);
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 100, 40));
    sit_label_screen_draw(&screen, &t.view, &test_metrics, &grid);
    struct sit_buf text = {0};
    sit_grid_dump(&grid, &text);
    assert_non_null(strstr(sit_buf_text(&text), "\nthis is the last one\n"));
    struct sit_effect effect = step(&screen, &t, 'm', 1000);
    struct sit_effect_result result = {0};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(
        screen.base.notice.text,
        "132771_1.jpg: male; all 290 faces are labelled: q, then sitter "
        "train");
    sit_buf_release(&text);
    sit_grid_release(&grid);
}

static void test_notices(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    struct sit_effect effect = step(&screen, &t, 'm', 0);
    struct sit_effect_result result = {0};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "132771_1.jpg: male");

    effect = step(&screen, &t, 'f', 1000);
    result = (struct sit_effect_result){.status = SIT_E_BUSY,
                                        .message = "project is busy"};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "not saved: project is busy");
    assert_int_equal(screen.base.notice.style, SIT_STYLE_BAD);

    /* Saved, but the next face cannot be read: the key again would decide again. */
    effect = step(&screen, &t, 'f', 1500);
    result = (struct sit_effect_result){
        .status = SIT_E_IO, .saved = true, .message = "cannot read 'p.db'"};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "saved; but then: cannot read 'p.db'");

    effect = step(&screen, &t, 'u', 1800);
    result = (struct sit_effect_result){.status = SIT_E_IO,
                                        .message = "the disk is full"};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "not saved: the disk is full");

    effect = step(&screen, &t, 'u', 2000);
    result = (struct sit_effect_result){
        .undo = {.n_faces = 1, .before = 0, .after = SIT_NO_CLASS}};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text,
                        "undone: 132771_1.jpg is unlabelled again");

    effect = step(&screen, &t, 'u', 3000);
    result = (struct sit_effect_result){.status = SIT_E_NOT_FOUND, .message = "x"};
    sit_label_screen_done(&screen, &t.view, &effect, &result);
    assert_string_equal(screen.base.notice.text, "nothing to undo");

    step(&screen, &t, 'l', 4000); /* the next key clears it */
    assert_string_equal(screen.base.notice.text, "");
}

static void test_finding(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    assert_int_equal(step(&screen, &t, 'n', 0).kind, SIT_EFFECT_NONE);
    step(&screen, &t, '/', 0);
    assert_int_equal(step(&screen, &t, 'm', 0).kind,
                     SIT_EFFECT_NONE); /* a letter here */
    assert_int_equal(step(&screen, &t, 'q', 0).kind, SIT_EFFECT_NONE);
    struct sit_effect effect = step(&screen, &t, SIT_KEY_ENTER, 0);
    assert_int_equal(effect.kind, SIT_EFFECT_FIND);
    assert_string_equal(effect.text, "mq");
    assert_false(effect.backwards);
    effect = step(&screen, &t, 'N', 0);
    assert_string_equal(effect.text, "mq");
    assert_true(effect.backwards);
    step(&screen, &t, '/', 0);
    step(&screen, &t, 'z', 0);
    assert_int_equal(step(&screen, &t, SIT_KEY_ESCAPE, 0).kind, SIT_EFFECT_NONE);
    assert_string_equal(step(&screen, &t, 'n', 0).text, "mq");
}

/* What a session would do, counted. */
static long apply(struct sit_label_screen *screen, struct test_view *t, uint32_t key,
                  int64_t at_ms)
{
    struct sit_effect effect = step(screen, t, key, at_ms);
    struct sit_effect_result result = {.undo = {.n_faces = 1}};
    if (effect.kind == SIT_EFFECT_NONE)
        return 0;
    sit_label_screen_done(screen, &t->view, &effect, &result);
    return effect.kind == SIT_EFFECT_LABEL || effect.kind == SIT_EFFECT_REDO ? 1 : -1;
}

static void test_held_keys(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    long n = apply(&screen, &t, 'm', 0);
    for (int64_t at_ms = 500; at_ms < 3000; at_ms += 33)
        n += apply(&screen, &t, 'm', at_ms);
    assert_int_equal(n, 1);
    assert_string_equal(screen.base.notice.text, "held key: counted once");

    screen = (struct sit_label_screen){0};
    n = apply(&screen, &t, 'u', 0);
    for (int64_t at_ms = 500; at_ms < 3000; at_ms += 33)
        n += apply(&screen, &t, 'u', at_ms);
    assert_int_equal(n, -1);
}

static void test_pasted_lines_become_one_comment(void **state)
{
    (void)state;
    struct test_view t;
    test_view_init(&t);
    struct sit_label_screen screen = {0};
    show(&screen, &t, 0);
    step(&screen, &t, 'c', 10);
    static const char pasted[] = "\ra face\r\nof two\n\nlines\r";
    for (size_t i = 0; pasted[i] != '\0'; i++)
        step(&screen, &t, (uint32_t)pasted[i] | SIT_KEY_PASTED, 20);
    assert_string_equal(screen.base.prompt.text, "a face of two lines ");
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_sizes),
        cmocka_unit_test(test_golden_states),
        cmocka_unit_test(test_golden_model),
        cmocka_unit_test(test_golden_model_states),
        cmocka_unit_test(test_accepting),
        cmocka_unit_test(test_queue_and_suggestions),
        cmocka_unit_test(test_comment_and_bookmark),
        cmocka_unit_test(test_the_poster_of_a_face),
        cmocka_unit_test(test_the_poster_beside_the_face),
        cmocka_unit_test(test_the_middle_of_a_face),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_golden_hostile_names),
        cmocka_unit_test(test_no_write_leaves_the_grid),
        cmocka_unit_test(test_keys_ask_for_effects),
        cmocka_unit_test(test_time_spent_counts_from_the_picture),
        cmocka_unit_test(test_no_label_on_a_face_that_was_not_shown),
        cmocka_unit_test(test_no_label_where_there_is_no_room_for_the_face),
        cmocka_unit_test(test_a_key_held_from_too_early_labels_nothing),
        cmocka_unit_test(test_pasted_text_does_nothing),
        cmocka_unit_test(test_pasted_text_goes_into_the_prompt),
        cmocka_unit_test(test_pasted_lines_become_one_comment),
        cmocka_unit_test(test_the_notice_stands_alone_when_all_is_labelled),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_held_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
