/*
 * The loop with a screen made for the test, which writes down what it is told: in which
 * order keys and faces come, and what is sent around the frames.
 */
#include "tty_support.h"

#include "loop.h"
#include "sitter/text.h"

static const char device_attributes[] = "\033[?62c";
static const char last_question[] = "\033[c";

/* What the child has to say goes through a pipe; it waits for a byte in another. */
struct scripted {
    int report_fd, go_fd;
    int64_t face_id, shown_id;
};

static void report(const struct scripted *screen, const char *text)
{
    ssize_t n = write(screen->report_fd, text, strlen(text));
    (void)n;
}

static void step(void *context, const struct sit_ui_event *event,
                 struct sit_effect *effect)
{
    struct scripted *screen = context;
    char text[64];
    *effect = (struct sit_effect){0};
    if (event->kind == SIT_UI_SHOWN && event->face_id == screen->shown_id)
        return; /* drawn again */
    if (event->kind == SIT_UI_SHOWN) {
        screen->shown_id = event->face_id;
        snprintf(text, sizeof text, "shown %d; ", (int)event->face_id);
    } else if ((event->key & SIT_KEY_PASTED) != 0) {
        snprintf(text, sizeof text, "pasted %c; ", (char)(event->key & 0x7f));
    } else {
        snprintf(text, sizeof text, "%c; ", (char)event->key);
    }
    report(screen, text);
    if (event->kind != SIT_UI_KEY)
        return;
    if (event->key == 'q')
        effect->kind = SIT_EFFECT_QUIT;
    if (event->key == 'm')
        effect->kind = SIT_EFFECT_LABEL;
}

/* The next face, once the test has typed what it wants to. */
static enum sit_status act(void *context, const struct sit_effect *effect,
                           struct sit_effect_result *result, struct sit_error *err)
{
    (void)effect;
    (void)result;
    (void)err;
    struct scripted *screen = context;
    char byte;
    report(screen, "labelling; ");
    if (read(screen->go_fd, &byte, 1) == 1)
        screen->face_id++;
    return SIT_OK;
}

static void done(void *context, const struct sit_effect *effect,
                 const struct sit_effect_result *result)
{
    (void)context;
    (void)effect;
    (void)result;
}

static void draw(void *context, const struct sit_screen_metrics *metrics,
                 struct sit_grid *grid)
{
    (void)metrics;
    const struct scripted *screen = context;
    struct sit_area all = sit_grid_area(grid);
    sit_grid_putf(grid, all, 0, 0, SIT_STYLE_NORMAL, "face-%d", (int)screen->face_id);
    sit_grid_add_slot(grid, (struct sit_area){10, 5, 40, 10}, screen->face_id);
}

static enum sit_status refresh(void *context, bool *changed, struct sit_error *err)
{
    (void)context;
    (void)err;
    *changed = false;
    return SIT_OK;
}

static void idle(void *context)
{
    (void)context;
}

static size_t upcoming(void *context, int64_t *face_ids, size_t n)
{
    (void)context;
    (void)face_ids;
    (void)n;
    return 0;
}

/* There is no such project: each face has words in the place of its picture. */
static int run(void *context)
{
    const struct sit_screen_driver driver = {.project_path = "/nonexistent/sitter.db",
                                             .context = context,
                                             .step = step,
                                             .act = act,
                                             .done = done,
                                             .draw = draw,
                                             .refresh = refresh,
                                             .idle = idle,
                                             .upcoming = upcoming};
    struct sit_error err;
    return sit_loop_run(&driver, &err) == SIT_OK ? 0 : 1;
}

struct fixture {
    struct test_tty tty;
    struct scripted screen;
    int report_fd, go_fd; /* the other ends */
    struct sit_buf reports;
};

static void start(struct fixture *f, const char *typed_ahead)
{
    int report_fds[2], go_fds[2];
    *f = (struct fixture){0};
    assert_int_equal(pipe(report_fds), 0);
    assert_int_equal(pipe(go_fds), 0);
    f->screen = (struct scripted){
        .report_fd = report_fds[1], .go_fd = go_fds[0], .face_id = 1};
    f->report_fd = report_fds[0];
    f->go_fd = go_fds[1];
    tty_start(&f->tty, "xterm-256color", run, &f->screen);
    close(report_fds[1]);
    close(go_fds[0]);
    tty_expect(&f->tty, last_question);
    tty_type(&f->tty, typed_ahead);
    tty_type(&f->tty, device_attributes);
}

static void expect_report(struct fixture *f, const char *text)
{
    int64_t end_ms = sit_clock_ms() + TTY_LIMIT_MS;
    while (strstr(sit_buf_text(&f->reports), text) == NULL) {
        struct pollfd ready = {.fd = f->report_fd, .events = POLLIN};
        char bytes[256];
        tty_read(&f->tty, 0);
        if (poll(&ready, 1, 10) > 0) {
            ssize_t n = read(f->report_fd, bytes, sizeof bytes);
            assert_true(n > 0);
            sit_buf_append(&f->reports, bytes, (size_t)n);
        }
        if (sit_clock_ms() > end_ms)
            fail_msg("no \"%s\" in: %s", text, sit_buf_text(&f->reports));
    }
}

static void finish(struct fixture *f)
{
    tty_type(&f->tty, "q");
    expect_report(f, "q; ");
    tty_finish(&f->tty);
    tty_release(&f->tty);
    sit_buf_release(&f->reports);
    close(f->report_fd);
    close(f->go_fd);
}

/* A decision takes a while, and more is typed meanwhile: those keys came before the
 * next face did, and the screen is told so by the order. */
static void test_keys_typed_ahead_come_before_the_face(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "");
    expect_report(&f, "shown 1; ");
    tty_type(&f.tty, "m");
    expect_report(&f, "labelling; ");
    tty_type(&f.tty, "xyz");
    assert_int_equal(write(f.go_fd, "g", 1), 1);
    expect_report(&f, "shown 2; ");
    assert_string_equal(sit_buf_text(&f.reports),
                        "shown 1; m; labelling; x; y; z; shown 2; ");
    /* What is typed once it is there comes afterwards. */
    tty_type(&f.tty, "w");
    expect_report(&f, "shown 2; w; ");
    finish(&f);
}

static void test_keys_typed_at_the_start_come_before_the_face(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "xy");
    expect_report(&f, "x; y; shown 1; ");
    finish(&f);
}

static void test_pastes_are_marked_while_the_screen_is_there(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "");
    expect_report(&f, "shown 1; ");
    tty_type(&f.tty, "\033[200~mq\033[201~w");
    expect_report(&f, "pasted m; pasted q; w; ");
    finish(&f);
    start(&f, "");
    expect_report(&f, "shown 1; ");
    tty_type(&f.tty, "q");
    expect_report(&f, "q; ");
    tty_finish(&f.tty);
    const char *at = tty_after(sit_buf_text(&f.tty.output), "\033[?1049h");
    at = tty_after(at, SIT_TERM_PASTE_ON);
    const char *left = tty_after(at, "\033[?1049l");
    assert_true(tty_after(at, SIT_TERM_PASTE_OFF) <= left);
    tty_release(&f.tty);
    sit_buf_release(&f.reports);
    close(f.report_fd);
    close(f.go_fd);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_typed_ahead_come_before_the_face),
        cmocka_unit_test(test_keys_typed_at_the_start_come_before_the_face),
        cmocka_unit_test(test_pastes_are_marked_while_the_screen_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
