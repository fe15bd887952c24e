/*
 * Labelling by keys in a terminal with sixel: every key of the screen, what it writes
 * into the project, and that the face shown is always the right one; a key that is held
 * down. Other terminals: terminals_pty_test.c; two processes: shared_pty_test.c.
 */
#include "test_support.h"

#include "screen_driver.h"
#include "sitter/progress.h"
#include "sitter/term.h"
#include "sitter/text.h"

enum { N_LABELLED = 12, MAX_FACES = 200 };

static const char *const class_keys[] = {"m", "f", "o"};

#define CTRL_R    "\x12"
#define BACKSPACE "\x7f"

static void fill_labels(sit_class_index *labels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        labels[i] = SIT_NO_CLASS;
}

/* The panel says what the live model is doing, which ends some time. */
static void await_model(struct ptyterm *term)
{
    int64_t end_ms = sit_clock_ms() + DRIVER_LIMIT_MS;
    while (ptyterm_screen_has(term, "reading the features") && sit_clock_ms() < end_ms)
        ptyterm_pump(term, 10);
}

/* Rows from `first` to the end of the table of counts: the label, progress, counts. */
static char *panel_state(struct ptyterm *term, size_t first)
{
    struct sit_buf text = {0};
    size_t table = 0;
    await_model(term);
    while (table < term->screen.n_rows &&
           strstr(ptyterm_row_text(term, table), "train   test") == NULL)
        table++;
    assert_true(table < term->screen.n_rows);
    for (size_t row = first; row <= table + 4; row++) {
        if (strstr(ptyterm_row_text(term, row), "/min") != NULL)
            continue; /* the pace is never the same */
        sit_buf_append_text(&text, ptyterm_row_text(term, row));
        sit_buf_append_char(&text, '\n');
    }
    return sit_buf_take(&text);
}

static void assert_panel(struct ptyterm *term, size_t first, const char *want)
{
    char *got = panel_state(term, first);
    assert_string_equal(got, want);
    free(got);
}

/* Keys that decide something must not look like one key held down. */
static const char *undo_key(size_t i)
{
    return i % 2 == 0 ? "u" : BACKSPACE;
}

static void assert_label_event(const struct sit_event *event,
                               const struct driver_project *project, size_t face)
{
    assert_int_equal(event->kind, SIT_EVENT_LABEL);
    assert_int_equal(event->origin, SIT_ORIGIN_SCREEN);
    assert_int_equal(event->face_id, project->ids[face]);
    assert_int_equal(event->class_index, face % 3);
    assert_true(event->spent_ms >= 0);
    assert_int_equal(event->suggested, SIT_NO_CLASS);
}

/* The whole story of one annotator: twelve labels, five taken back, three given again,
 * another one, which ends what could be given again; then a second run. */
static void labels_undoes_and_redoes(void **state)
{
    (void)state;
    enum { N_UNDONE = 5, N_REDONE = 3 };
    struct driver_project project;
    struct ptyterm term;
    char *panels[N_LABELLED + 1], *counts[N_LABELLED + 1];
    sit_class_index labels[MAX_FACES];
    driver_make_project(&project, 24, false);
    assert_true(project.n <= MAX_FACES);
    fill_labels(labels, project.n);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    await_model(&term);
    for (size_t i = 0; i < N_LABELLED; i++) {
        panels[i] = panel_state(&term, 0);
        counts[i] = panel_state(&term, 4);
        driver_type_to_face(&term, &project, class_keys[i % 3], i + 1);
        labels[i] = (sit_class_index)(i % 3);
        driver_assert_labels(&project, labels);
    }
    panels[N_LABELLED] = panel_state(&term, 0);
    counts[N_LABELLED] = panel_state(&term, 4);
    struct driver_events events;
    driver_load_events(&project, &events);
    assert_int_equal(events.n, N_LABELLED);
    for (size_t i = 0; i < N_LABELLED; i++)
        assert_label_event(&events.items[i], &project, i);

    for (size_t i = 0; i < N_UNDONE; i++) {
        size_t face = N_LABELLED - 1 - i;
        driver_type_to_face(&term, &project, undo_key(i), face);
        labels[face] = SIT_NO_CLASS;
        driver_assert_labels(&project, labels);
        assert_panel(&term, 0, panels[face]);
        assert_non_null(strstr(driver_notice(&term), "undone: "));
    }
    for (size_t i = 0; i < N_REDONE; i++) {
        size_t face = N_LABELLED - N_UNDONE + i;
        if (i > 0)
            driver_pass_time(&term, 100); /* the only key for it */
        size_t n_before = ptyterm_n_pictures(&term);
        ptyterm_send(&term, CTRL_R);
        if (i > 0) /* the first one is on the screen already */
            driver_expect_face(&term, &project, n_before, face);
        driver_expect_text(&term, "done again: ");
        driver_expect_name(&term, project.names[face]);
        labels[face] = (sit_class_index)(face % 3);
        driver_assert_labels(&project, labels);
        assert_panel(&term, 4, counts[face + 1]);
    }
    driver_type_to_face(&term, &project, " ", N_LABELLED - 2);
    assert_panel(&term, 0, panels[N_LABELLED - 2]);
    driver_type_to_face(&term, &project, class_keys[(N_LABELLED - 2) % 3],
                        N_LABELLED - 1);
    assert_panel(&term, 0, panels[N_LABELLED - 1]);
    labels[N_LABELLED - 2] = (N_LABELLED - 2) % 3;
    ptyterm_send(&term, CTRL_R);
    driver_expect_text(&term, "nothing to redo");
    driver_assert_labels(&project, labels);
    driver_quit(&term, "q");
    driver_assert_pictures_fit(&term);
    ptyterm_stop(&term);

    /* Another run goes on where this one ended, and undoes what it did. */
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, N_LABELLED - 1);
    assert_panel(&term, 0, panels[N_LABELLED - 1]);
    for (size_t i = 0; i < N_LABELLED - 1; i++) {
        size_t face = N_LABELLED - 2 - i;
        driver_type_to_face(&term, &project, undo_key(i), face);
        labels[face] = SIT_NO_CLASS;
        driver_assert_labels(&project, labels);
        assert_panel(&term, 0, panels[face]);
    }
    ptyterm_send(&term, undo_key(N_LABELLED - 1));
    driver_expect_text(&term, "nothing to undo");
    ptyterm_send(&term, CTRL_R);
    driver_expect_text(&term, "done again: ");
    labels[0] = 0;
    driver_assert_labels(&project, labels);
    driver_quit(&term, "\x03");
    ptyterm_stop(&term);
    driver_release_events(&events);
    driver_assert_sound(&project);
    for (size_t i = 0; i <= N_LABELLED; i++) {
        free(panels[i]);
        free(counts[i]);
    }
    driver_release_project(&project);
}

/* Somebody else's decisions are not this annotator's to undo. */
static void undoes_only_ones_own(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    sit_class_index labels[MAX_FACES];
    driver_make_project(&project, 8, false);
    fill_labels(labels, project.n);
    labels[0] = 0;
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    driver_type_to_face(&term, &project, "m", 1);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "bob");
    driver_expect_face(&term, &project, 0, 1);
    ptyterm_send(&term, "u");
    driver_expect_text(&term, "nothing to undo");
    driver_assert_labels(&project, labels);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static void moves_and_skips(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 24, false);
    size_t last = project.n - 1;
    driver_start(&term, &ptyterm_sixel, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    static const struct {
        const char *keys;
        size_t at;
    } moves[] = {
        {"\033[C", 1},   {"\033[B", 2},  {"l", 3}, {"j", 4},      {"\033[D", 3},
        {"\033[A", 2},   {"h", 1},       {"k", 0}, {"\033OC", 1}, {"\033OD", 0},
        {"\033[6~", 10}, {"\033[5~", 0}, {" ", 1}, {" ", 2},
    };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        driver_type_to_face(&term, &project, moves[i].keys, moves[i].at);
    driver_type_to_face(&term, &project, "G", last);
    driver_type_to_face(&term, &project, "g", 0);
    ptyterm_send(&term, "\033[D");
    driver_expect_text(&term, "this is the first one");
    driver_type_to_face(&term, &project, "\033[F", last);
    ptyterm_send(&term, "l");
    driver_expect_text(&term, "this is the last one");
    driver_type_to_face(&term, &project, "\033[H", 0);
    /* Space goes past what is labelled; labelling the last one wraps around. */
    driver_type_to_face(&term, &project, "l", 1);
    driver_type_to_face(&term, &project, "m", 2);
    driver_type_to_face(&term, &project, "g", 0);
    driver_type_to_face(&term, &project, " ", 2);
    driver_type_to_face(&term, &project, "G", last);
    driver_type_to_face(&term, &project, "f", 0);
    driver_type_to_face(&term, &project, "m", 2);
    struct driver_events events;
    driver_load_events(&project, &events);
    assert_int_equal(events.n, 3);
    assert_int_equal(events.items[0].face_id, project.ids[1]);
    assert_int_equal(events.items[1].face_id, project.ids[last]);
    assert_int_equal(events.items[2].face_id, project.ids[0]);
    driver_release_events(&events);
    driver_quit(&term, "\x03");
    driver_assert_pictures_fit(&term);
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static void finds_by_name(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 24, false);
    /* Those of the second face's source: id_0, id_1, ... */
    char part[64];
    size_t hits[MAX_FACES] = {0}, n_hits = 0;
    snprintf(part, sizeof part, "%s", project.names[project.n / 2]);
    *strrchr(part, '_') = '\0';
    for (size_t i = 0; i < project.n; i++) {
        if (strstr(project.names[i], part) != NULL)
            hits[n_hits++] = i;
    }
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    ptyterm_send(&term, "n");
    driver_expect_text(&term, "nothing to find yet");
    ptyterm_send(&term, "/");
    driver_expect_text(&term, "find:");
    ptyterm_send(&term, "mfoqu"); /* letters here, not labels */
    driver_expect_text(&term, "find: mfoqu");
    ptyterm_send(&term, "\x15");
    ptyterm_send(&term, part);
    size_t n_before = ptyterm_n_pictures(&term);
    ptyterm_send(&term, "\r");
    driver_expect_face(&term, &project, n_before, hits[0]);
    /* All hits in turn and around, then back. */
    for (size_t i = 1; n_hits > 1 && i <= n_hits; i++)
        driver_type_to_face(&term, &project, "n", hits[i % n_hits]);
    for (size_t i = n_hits; n_hits > 1 && i > 0; i--)
        driver_type_to_face(&term, &project, "N", hits[i - 1]);
    ptyterm_send(&term, "/no such name\r");
    driver_expect_text(&term, "no name contains \"no such name\"");
    ptyterm_send(&term, "/");
    driver_expect_text(&term, "find:");
    ptyterm_send(&term, "\033"); /* alone: Escape */
    driver_expect_no_text(&term, "find:");
    assert_string_equal(driver_shown_name(&term), project.names[hits[0]]);
    driver_type_to_face(&term, &project, "g", 0);
    struct driver_events events;
    driver_load_events(&project, &events);
    assert_int_equal(events.n, 0);
    driver_release_events(&events);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* All pages of the help screen as one text. */
static char *read_help(struct ptyterm *term)
{
    struct sit_buf text = {0};
    ptyterm_send(term, "?");
    driver_expect_text(term, "Labelling: keys");
    driver_expect_text(term, "q back"); /* in the last row: all of it is there */
    sit_buf_append_text(&text, ptyterm_screen_text(term));
    for (unsigned page = 2; strstr(sit_buf_text(&text), "page 1 of") != NULL; page++) {
        char title[32];
        unsigned n_pages = 0;
        sscanf(strstr(sit_buf_text(&text), "page 1 of"), "page 1 of %u", &n_pages);
        if (page > n_pages)
            break;
        snprintf(title, sizeof title, "page %u of", page);
        ptyterm_send(term, " ");
        driver_expect_text(term, title);
        sit_buf_append_text(&text, ptyterm_screen_text(term));
    }
    return sit_buf_take(&text);
}

/* Whether a line of the help begins with that key among its keys. */
static bool help_lists(const char *help, const char *key)
{
    size_t n = strlen(key);
    for (const char *line = help; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        const char *gap = strstr(line, "  ");
        size_t n_keys = gap != NULL && gap < line + length ? (size_t)(gap - line) : 0;
        for (size_t i = 0; i + n <= n_keys; i++) {
            bool begins = i == 0 || line[i - 1] == ' ';
            bool ends = i + n == n_keys || line[i + n] == ' ';
            if (begins && ends && memcmp(line + i, key, n) == 0)
                return true;
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    return false;
}

static void helps_with_every_live_key(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "m",    "f",    "o",      "Space",  "u",      "Backspace", "/",     "Ctrl-R",
        "h",    "k",    "Up",     "Left",   "l",      "j",         "Right", "Down",
        "PgUp", "PgDn", "g",      "Home",   "G",      "End",       "n",     "N",
        "q",    "?",    "Ctrl-L", "Ctrl-Z", "Ctrl-C",
    };
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 8, false);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    struct ptyscreen_picture picture = term.screen.pictures[0];
    driver_mark_cells(&term, picture.row, picture.col, 24, 48); /* the picture's */
    char *help = read_help(&term);
    /* The picture's cells were written to: it is gone from the screen. */
    driver_assert_erased(&term, &picture);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!help_lists(help, keys[i]))
            fail_msg("no key %s in\n%s", keys[i], help);
    }
    driver_type_to_face(&term, &project, "q", 0);
    /* And what is not listed does nothing. */
    for (char c = '!'; c <= '~'; c++) {
        char key[2] = {c, '\0'}, notice[64];
        if (help_lists(help, key))
            continue;
        snprintf(notice, sizeof notice, "%c does nothing here", c);
        ptyterm_send(&term, key);
        driver_expect_text(&term, notice);
        assert_string_equal(driver_shown_name(&term), project.names[0]);
    }
    free(help);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* What is suggested is accepted with one key; commands and filters. */
static void learns_and_obeys_commands(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 40, true);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_text(&term, "model  ");
    ptyterm_send(&term, ":");
    ptyterm_send(&term, "fi\tsplit=train label=none\r");
    driver_expect_text(&term, "faces match; :filter alone shows all again");
    driver_expect_text(&term, "filter split=train label=none");
    /* A label of each of two classes, then what the model says. */
    driver_pass_time(&term, 300);
    ptyterm_send(&term, "m");
    driver_expect_text(&term, ".jpg: male");
    driver_pass_time(&term, 300);
    ptyterm_send(&term, "f");
    driver_expect_text(&term, ".jpg: female");
    driver_expect_text(&term, " % \u2588"); /* and its bar */
    driver_pass_time(&term, 300);
    ptyterm_send(&term, "\r");
    driver_expect_text(&term, " 3 of ");
    struct driver_events events;
    driver_load_events(&project, &events);
    assert_int_equal(events.n, 3);
    assert_int_equal(events.items[2].suggested, events.items[2].class_index);
    assert_true(events.items[2].suggestion_visible);
    driver_release_events(&events);
    ptyterm_send(&term, ":filter nothing=1\r");
    driver_expect_text(&term, "filter, character 1: no field 'nothing'");
    ptyterm_send(&term, "s");
    driver_expect_text(&term, "next faces: at random");
    ptyterm_send(&term, "b");
    driver_expect_text(&term, ": bookmarked");
    ptyterm_send(&term, "ca hat\r");
    driver_expect_text(&term, "note   a hat");
    ptyterm_send(&term, ":export! csv ");
    ptyterm_send(&term, project.db);
    ptyterm_send(&term, "\r");
    driver_expect_text(&term, "is a database, which is not written over");
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* A key leant upon: a press, the keyboard's delay, then a repeat every 33 ms. */
static void hold_key(struct ptyterm *term, const char *key, int delay_ms)
{
    enum { N_REPEATS = 60, REPEAT_MS = 33 };
    driver_pass_time(term, 100); /* the face has been seen */
    ptyterm_send(term, key);
    driver_pass_time(term, delay_ms);
    for (size_t i = 0; i < N_REPEATS; i++) {
        ptyterm_send(term, key);
        driver_pass_time(term, REPEAT_MS);
    }
}

static void counts_a_held_key_once(void **state)
{
    (void)state;
    static const int delays_ms[] = {33, 250, 500};
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 100, false);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    for (size_t i = 0; i < sizeof delays_ms / sizeof *delays_ms; i++) {
        hold_key(&term, i % 2 == 0 ? "m" : "f", delays_ms[i]);
        driver_expect_name(&term, project.names[i + 1]);
        assert_true(ptyterm_wait_quiet(&term, 100, DRIVER_LIMIT_MS));
        if (driver_count_labelled(&project) != i + 1)
            driver_fail(&term, "%zu faces, not %zu, after a delay of %d ms",
                        driver_count_labelled(&project), i + 1, delays_ms[i]);
    }
    /* Undoing, too, is done once; and the key counts again when it is let go. */
    hold_key(&term, "u", 500);
    driver_expect_name(&term, project.names[2]);
    assert_int_equal(driver_count_labelled(&project), 2);
    driver_type_to_face(&term, &project, "f", 3);
    assert_int_equal(driver_count_labelled(&project), 3);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_undoes_and_redoes),
        cmocka_unit_test(undoes_only_ones_own),
        cmocka_unit_test(moves_and_skips),
        cmocka_unit_test(finds_by_name),
        cmocka_unit_test(helps_with_every_live_key),
        cmocka_unit_test(learns_and_obeys_commands),
        cmocka_unit_test(counts_a_held_key_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
