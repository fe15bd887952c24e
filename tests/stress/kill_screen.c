/*
 * Keys through the pseudo-terminal, each sent when the one before has been answered on
 * the screen: from then on its decision must be in the file, and but for the one that
 * was not answered yet nothing else may be.
 */
#include "kill_stress.h"

#include "test_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "project_check.h"
#include "screen_driver.h"

enum {
    MAX_UNITS = 128,
    MAX_KEYS = 60, /* in a round; then it is killed all the same */
    COLS = 110,
    ROWS = 40,
    ROW_TILES = 10,
    PAGE_TILES = 60,
};

/* A decision as it must be in the file. */
struct expected {
    const char *kinds; /* one of these: "l", "lc", "u", "r" */
    size_t n;
    int64_t face_id; /* 0: any */
    int class_index; /* -1: any */
};

struct screen_stress {
    enum kill_screen which;
    struct driver_project project;
    size_t n_rounds;

    /* of the round */
    struct kill_plan plan;
    struct ptyterm term;
    struct expected units[MAX_UNITS];
    size_t n_units;
    bool has_in_flight; /* units[n_units] was sent */
    size_t n_keys;
    size_t done[MAX_UNITS], undone[MAX_UNITS]; /* how many faces each had */
    size_t n_done, n_undone;
    char last_key[2];
};

static bool is_review(enum kill_screen which)
{
    return which == KILL_ON_REVIEW || which == KILL_ON_ADJUDICATION;
}

struct screen_stress *screen_stress_new(enum kill_screen which)
{
    struct screen_stress *stress = calloc(1, sizeof *stress);
    assert_non_null(stress);
    stress->which = which;
    driver_make_project(&stress->project, is_review(which) ? 700 : 400,
                        which != KILL_ON_GRID);
    if (is_review(which)) {
        struct sit_buf command = {0};
        sit_buf_appendf(&command, "labels import '%s/truth.csv'", stress->project.dir);
        driver_run(&stress->project, sit_buf_text(&command));
        driver_run(&stress->project, "train --c 0.01");
        sit_buf_release(&command);
    }
    /* Whoever opens the file after a kill must be the first. */
    sit_project_close(stress->project.project);
    stress->project.project = NULL;
    return stress;
}

void screen_stress_free(struct screen_stress *stress)
{
    driver_release_project(&stress->project);
    free(stress);
}

/*
 * Keys and answers
 */

struct answer {
    const char *text, *or_text; /* in the notice, or anywhere on the screen */
    bool anywhere, with_picture;
    size_t n_pictures;
    char before[512]; /* the notice must not be this one any more */
};

static bool is_answered(struct ptyterm *term, void *context)
{
    const struct answer *answer = context;
    if (!ptyscreen_is_ground(&term->screen) || term->screen.is_sync_open)
        return false;
    if (answer->anywhere)
        return ptyterm_screen_has(term, answer->text);
    const char *notice = driver_notice(term);
    if (strcmp(notice, answer->before) == 0)
        return false;
    if (answer->or_text != NULL && strstr(notice, answer->or_text) != NULL)
        return true;
    return strstr(notice, answer->text) != NULL &&
           (!answer->with_picture || ptyterm_picture_ended(term, answer->n_pictures));
}

/* Send keys that decide nothing, or (`unit`) one decision. False where the program is
 * dead. */
static bool press(struct screen_stress *stress, const char *keys,
                  const struct expected *unit, struct answer *answer)
{
    struct ptyterm *term = &stress->term;
    snprintf(answer->before, sizeof answer->before, "%s", driver_notice(term));
    answer->n_pictures = ptyterm_n_pictures(term);
    if (unit != NULL) {
        assert_true(stress->n_units + 1 < MAX_UNITS);
        stress->units[stress->n_units] = *unit;
        stress->has_in_flight = true;
        stress->n_keys++;
        if (!stress->plan.by_call && stress->n_keys == stress->plan.at_key)
            kill_arm_clock(term->pid, stress->plan.delay_us);
        if (stress->n_keys == MAX_KEYS) /* a call that never came */
            kill_arm_clock(term->pid, 0);
    }
    if (term->is_closed ||
        !driver_press_until(term, keys, is_answered, answer, DRIVER_LIMIT_MS)) {
        if (!term->is_closed)
            driver_fail(term, "no \"%s\" after \"%s\"", answer->text, keys);
        return false;
    }
    snprintf(stress->last_key, sizeof stress->last_key, "%s", keys + strlen(keys) - 1);
    if (unit == NULL)
        return true;
    stress->has_in_flight = false;
    if (answer->or_text == NULL || strstr(driver_notice(term), answer->or_text) == NULL)
        stress->n_units++;
    return true;
}

/* A key other than the last: a key that comes again at once is one that is held. */
static const char *other_key(const struct screen_stress *stress, const char *a,
                             const char *b)
{
    return strcmp(stress->last_key, a) == 0 ? b : a;
}

static void note_done(struct screen_stress *stress, size_t n)
{
    stress->done[stress->n_done++] = n;
    stress->n_undone = 0;
}

/*
 * Undo and redo, on any screen
 */

static bool can_redo(const struct screen_stress *stress)
{
    return stress->n_undone > 0 && strcmp(stress->last_key, "\x12") != 0;
}

static bool take_back(struct screen_stress *stress)
{
    size_t n = stress->done[stress->n_done - 1];
    char count[32];
    struct expected unit = {"u", n, 0, -1};
    struct answer answer = {.text = "undone:"};
    snprintf(count, sizeof count, ", %zu decided", stress->n_done - 1);
    if (is_review(stress->which))
        answer = (struct answer){.text = count, .anywhere = true};
    if (!press(stress, other_key(stress, "u", "\x7f"), &unit, &answer))
        return false;
    stress->n_done--;
    stress->undone[stress->n_undone++] = n;
    return true;
}

static bool do_again(struct screen_stress *stress)
{
    size_t n = stress->undone[stress->n_undone - 1];
    char count[32];
    struct expected unit = {"r", n, 0, -1};
    struct answer answer = {.text = "done again:"};
    snprintf(count, sizeof count, ", %zu decided", stress->n_done + 1);
    if (is_review(stress->which))
        answer = (struct answer){.text = count, .anywhere = true};
    if (!press(stress, "\x12", &unit, &answer))
        return false;
    stress->n_undone--;
    stress->done[stress->n_done++] = n;
    return true;
}

/*
 * The screens
 */

static const char *const class_keys[] = {"m", "f", "o"};

/* One of the classes, whose key is not the last one. */
static int draw_class(const struct screen_stress *stress, struct sit_rng *rng)
{
    int at = (int)sit_rng_below(rng, 3);
    return strcmp(class_keys[at], stress->last_key) == 0 ? (at + 1) % 3 : at;
}

static int64_t shown_face(struct screen_stress *stress)
{
    const char *name = driver_shown_name(&stress->term);
    return stress->project.ids[driver_find_name(&stress->project, name)];
}

static bool has_suggestion(struct ptyterm *term)
{
    for (size_t row = 1; row < 8; row++) {
        const char *text = strstr(ptyterm_row_text(term, row), "model  ");
        if (text != NULL)
            return strchr(text, '%') != NULL;
    }
    return false;
}

static bool play_label(struct screen_stress *stress, struct sit_rng *rng)
{
    uint64_t what = sit_rng_below(rng, 100);
    if (what < 15 && stress->n_done > 0)
        return take_back(stress);
    if (what < 25 && can_redo(stress))
        return do_again(stress);
    int class_index = draw_class(stress, rng);
    const char *key = class_keys[class_index];
    bool accepts = what < 45 && has_suggestion(&stress->term);
    char name[256];
    snprintf(name, sizeof name, "%s: ", driver_shown_name(&stress->term));
    struct expected unit = {"l", 1, shown_face(stress), accepts ? -1 : class_index};
    struct answer answer = {.text = name, .with_picture = true};
    if (accepts) {
        key = other_key(stress, "\r", "a");
        answer.or_text = "suggest"; /* it has changed meanwhile */
    }
    size_t n_units = stress->n_units;
    if (!press(stress, key, &unit, &answer))
        return false;
    if (stress->n_units > n_units)
        note_done(stress, 1);
    return true;
}

static bool is_other_face(struct ptyterm *term, void *context)
{
    const char *name = driver_shown_name(term);
    return *name != '\0' && strcmp(name, context) != 0;
}

/* From a face that was decided again to one that is open. */
static bool go_on(struct screen_stress *stress)
{
    char name[256];
    snprintf(name, sizeof name, "%s", driver_shown_name(&stress->term));
    stress->last_key[0] = '\0';
    return driver_press_until(&stress->term, "j", is_other_face, name, DRIVER_LIMIT_MS);
}

static bool play_review(struct screen_stress *stress, struct sit_rng *rng)
{
    uint64_t what = sit_rng_below(rng, 100);
    if (what < 20 && stress->n_done > 0)
        return take_back(stress);
    if (what < 35 && can_redo(stress))
        return do_again(stress);
    if (strcmp(stress->last_key, "\x12") == 0 && !go_on(stress))
        return false;
    bool keeps = what < 60 && strcmp(stress->last_key, "y") != 0;
    int class_index = draw_class(stress, rng);
    char count[32];
    snprintf(count, sizeof count, ", %zu decided", stress->n_done + 1);
    struct expected unit = {keeps && stress->which == KILL_ON_REVIEW ? "c" : "lc", 1,
                            shown_face(stress), keeps ? -1 : class_index};
    struct answer answer = {.text = count, .anywhere = true};
    if (!press(stress, keeps ? "y" : class_keys[class_index], &unit, &answer))
        return false;
    note_done(stress, 1);
    return true;
}

static bool is_page_shown(struct ptyterm *term, void *context)
{
    (void)context;
    return ptyterm_screen_has(term, "page 1 of") &&
           !ptyterm_screen_has(term, "loading");
}

static bool is_new_picture(struct ptyterm *term, void *context)
{
    return ptyterm_picture_ended(term, *(size_t *)context);
}

/* Keys that select or mark: something of the page is sent anew. */
static bool choose(struct screen_stress *stress, const char *keys)
{
    size_t n = ptyterm_n_pictures(&stress->term);
    return driver_press_until(&stress->term, keys, is_new_picture, &n,
                              DRIVER_LIMIT_MS) &&
           ptyterm_wait_quiet(&stress->term, 20, DRIVER_LIMIT_MS);
}

/* Three faces by their letters, and what they are; then the rest is left out. */
static bool mark_and_accept(struct screen_stress *stress)
{
    struct answer picking = {.text = "letters mark faces"};
    struct answer accepted = {.text = "3 faces labelled"};
    struct expected unit = {"l", 3, 0, 1};
    if (!press(stress, ";", NULL, &picking) || !choose(stress, "a") ||
        !choose(stress, "g") || !choose(stress, "d") || !choose(stress, "f") ||
        !press(stress, "A", &unit, &accepted))
        return false;
    note_done(stress, 3);
    return true;
}

static bool label_range(struct screen_stress *stress, struct sit_rng *rng)
{
    static const struct {
        const char *keys;
        size_t n;
    } ranges[] = {{"\x0br", ROW_TILES}, {"\x0b*", PAGE_TILES}, {"\x0bgVj", 11}};
    size_t which = (size_t)sit_rng_below(rng, 3);
    int class_index = draw_class(stress, rng);
    char text[32];
    snprintf(text, sizeof text, "%zu faces: ", ranges[which].n);
    struct expected unit = {"l", ranges[which].n, 0, class_index};
    struct answer answer = {.text = text};
    if (!choose(stress, ranges[which].keys) ||
        !press(stress, class_keys[class_index], &unit, &answer))
        return false;
    note_done(stress, ranges[which].n);
    return true;
}

static bool play_grid(struct screen_stress *stress, struct sit_rng *rng)
{
    uint64_t what = sit_rng_below(rng, 100);
    if (stress->n_keys == 0) {
        struct answer page = {.text = "page 1 of", .anywhere = true};
        if (!press(stress, "v", NULL, &page) ||
            !ptyterm_wait(&stress->term, is_page_shown, NULL, DRIVER_LIMIT_MS) ||
            !ptyterm_wait_quiet(&stress->term, 50, DRIVER_LIMIT_MS))
            return false;
        if (what % 2 == 0)
            return mark_and_accept(stress);
    }
    /* Two in a row may well be answered by the same words. */
    bool has_just_undone = strcmp(stress->last_key, "u") == 0 ||
                           strcmp(stress->last_key, "\x7f") == 0;
    if (what < 25 && stress->n_done > 0 && !has_just_undone)
        return take_back(stress);
    if (what < 40 && can_redo(stress))
        return do_again(stress);
    return label_range(stress, rng);
}

/*
 * A round
 */

static void start(struct screen_stress *stress, struct sit_rng *rng)
{
    static const struct {
        const char *command;
        uint64_t max_delay_us;
        size_t max_key, max_call;
    } limits[] = {{"label", 30000, 12, 250},
                  {"label", 60000, 5, 200},
                  {"review", 30000, 8, 80},
                  {"review --adjudicate", 30000, 8, 80}};
    size_t which = (size_t)stress->which;
    struct ptyterm *term = &stress->term;
    stress->plan = kill_make_plan(rng, limits[which].max_key,
                                  limits[which].max_delay_us, limits[which].max_call);
    stress->n_units = stress->n_keys = stress->n_done = stress->n_undone = 0;
    stress->has_in_flight = false;
    stress->last_key[0] = '\0';
    kill_arm_calls(&stress->plan, stress->project.db);
    driver_start_size(term, &ptyterm_sixel_sync, &stress->project,
                      limits[which].command, "ann", COLS, ROWS);
    kill_disarm_calls();
    if (!stress->plan.by_call && stress->plan.at_key == 0)
        kill_arm_clock(term->pid, 5 * stress->plan.delay_us);
}

static void play(struct screen_stress *stress, struct sit_rng *rng)
{
    struct ptyterm *term = &stress->term;
    int status;
    bool alive = ptyterm_expect_picture_end(term, 0, DRIVER_LIMIT_MS);
    if (!alive && !term->is_closed)
        driver_fail(term, "no picture");
    while (alive && !term->is_closed) {
        switch (stress->which) {
        case KILL_ON_LABEL: alive = play_label(stress, rng); break;
        case KILL_ON_GRID: alive = play_grid(stress, rng); break;
        case KILL_ON_REVIEW:
        case KILL_ON_ADJUDICATION: alive = play_review(stress, rng); break;
        }
    }
    if (!ptyterm_wait_exit(term, DRIVER_LIMIT_MS, &status))
        driver_fail(term, "still running");
    kill_disarm_clock();
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        driver_fail(term, "wait status %#x", (unsigned)status);
}

static bool is_as_expected(const struct check_unit *unit, const struct expected *want)
{
    return strchr(want->kinds, unit->kind) != NULL && unit->n == want->n &&
           (unit->batch != 0) == (want->n > 1) &&
           (want->face_id == 0 || unit->face_id == want->face_id) &&
           (want->class_index < 0 || unit->class_index == want->class_index);
}

/* What was answered is there, and perhaps what was sent last; nothing else. */
static void check_units_of_round(struct screen_stress *stress, int64_t last_before,
                                 struct kill_tally *tally)
{
    static struct check_unit found[MAX_UNITS];
    size_t n = check_units(stress->project.db, "ann", last_before, found, MAX_UNITS);
    if (n < stress->n_units || n > stress->n_units + stress->has_in_flight)
        fail_msg("round %zu: %zu decisions are in the file, %zu were answered%s",
                 stress->n_rounds, n, stress->n_units,
                 stress->has_in_flight ? " and one sent" : "");
    for (size_t i = 0; i < n; i++) {
        if (!is_as_expected(&found[i], &stress->units[i]))
            fail_msg("round %zu: decision %zu (%c, %zu faces, class %d) is not what was"
                     " decided (%s, %zu faces, class %d)",
                     stress->n_rounds, i, found[i].kind, found[i].n,
                     found[i].class_index, stress->units[i].kinds, stress->units[i].n,
                     stress->units[i].class_index);
    }
    tally->n_units += stress->n_units;
    for (size_t i = 0; i < stress->n_units; i++)
        tally->n_batches += stress->units[i].n > 1;
    tally->n_in_key += stress->has_in_flight;
    tally->n_unseen += n > stress->n_units;
}

void screen_stress_round(struct screen_stress *stress, struct sit_rng *rng,
                         struct kill_tally *tally)
{
    const char *db = stress->project.db;
    int64_t last_before = check_last_event(db);
    size_t depth_before = check_depth(db, "ann");
    char *before = check_state(db, "ann"), *others = check_others_state(db, "ann");
    start(stress, rng);
    play(stress, rng);
    ptyterm_stop(&stress->term);
    kill_count_moment(&stress->plan, db, tally);
    check_file(db);
    check_units_of_round(stress, last_before, tally);
    stress_check_undo(db, "ann", depth_before, before,
                      stress->which == KILL_ON_LABEL && stress->n_rounds % 3 == 0);
    char *others_after = check_others_state(db, "ann");
    assert_string_equal(others_after, others);
    free(others_after);
    free(others);
    free(before);
    stress->n_rounds++;
}
