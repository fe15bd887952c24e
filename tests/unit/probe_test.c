/*
 * The terminal probe: recorded answers of real terminals, whole and byte by byte, what
 * is decided from them, and the environment's overrides.
 */
#include "test_support.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "sitter/term.h"
#include "sitter/text.h"

/* Recorded from the terminals themselves. xterm was run with -ti vt340, mlterm and tmux
 * as they come. */
static const char xterm_sixel[] =
    "\033[?1;0;256S\033[?1;0;256S\033[?2;0;1000;1000S\033[?2026;0$y"
    "\033P>|XTerm(379)\033\\\033[?63;1;2;4;6;9;15;16;22;28c";
static const char xterm_plain[] = "\033[?1;3S\033[?1;3S\033[?2;3S\033[?2026;0$y"
                                  "\033P>|XTerm(379)\033\\"
                                  "\033[?64;1;2;6;9;15;16;17;18;21;22;28c";
static const char mlterm[] = "\033[?1;0;1024S\033[?1;0;1024S\033[?1;3;0S\033[?2026;0$y"
                             "\033[6;19;10t\033[4;760;1000t\033[8;40;100t"
                             "\033[?63;1;2;3;4;6;7;15;18;22;29c";
static const char tmux[] = "\033P>|tmux 3.3a\033\\\033[8;100;39t\033[?1;2c";

/* An environment as "NAME=VALUE" strings, NULL at the end. */
static const char *list_getenv(void *context, const char *name)
{
    const char *const *list = context;
    size_t n = strlen(name);
    for (size_t i = 0; list[i] != NULL; i++) {
        if (strncmp(list[i], name, n) == 0 && list[i][n] == '=')
            return list[i] + n + 1;
    }
    return NULL;
}

static const char *const xterm_env[] = {"TERM=xterm-256color", NULL};

struct window {
    size_t n_cols, n_rows, width_px, height_px;
};
static const struct window no_pixels = {100, 40, 0, 0};

static struct sit_term_caps decide(const char *answers, size_t chunk,
                                   struct window window, bool utf8,
                                   const char *const *env, struct sit_buf *other)
{
    struct sit_term_probe probe;
    sit_term_probe_init(&probe);
    size_t n = strlen(answers);
    for (size_t i = 0; i < n; i += chunk)
        sit_term_probe_feed(&probe, answers + i, n - i < chunk ? n - i : chunk, other);
    struct sit_term_caps caps;
    sit_term_probe_finish(&probe, window.n_cols, window.n_rows, window.width_px,
                          window.height_px, utf8, list_getenv, (void *)(uintptr_t)env,
                          &caps);
    return caps;
}

static struct sit_term_caps decide_whole(const char *answers, const char *const *env)
{
    return decide(answers, SIZE_MAX / 2, no_pixels, true, env, NULL);
}

static void the_terminal_knows_whether_it_draws_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *answers;
        bool locale, expected;
    } cases[] = {
        {"\033[1;2R\033[?62c", false, true}, {"\033[24;3R\033[?62c", true, false},
        {"\033[?62c", true, true},           {"\033[?62c", false, false},
        {"\033[1;40R\033[?62c", true, true}, /* the line was not empty */
    };
    const char *const env[] = {"TERM=xterm-256color", NULL};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_term_caps caps = decide(cases[i].answers, SIZE_MAX / 2, no_pixels,
                                           cases[i].locale, env, NULL);
        assert_int_equal(caps.is_utf8, cases[i].expected);
        assert_int_equal(caps.graphics == SIT_GRAPHICS_NONE, !cases[i].expected);
    }
}

static void asks_everything_in_one_go(void **state)
{
    (void)state;
    struct sit_buf out = {0};
    sit_term_probe_request(&out, list_getenv, (void *)(uintptr_t)xterm_env);
    assert_string_equal(sit_buf_text(&out),
                        "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\\033]11;?\033\\"
                        "\033[?1;3;256S\033[?1;1;0S\033[?2;4;0S\033[?2026$p"
                        "\033[>q\033[16t\033[14t\033[18t"
                        "\r\303\251\033[6n\r\033[K\033[c");
    sit_buf_reset(&out);
    /* tmux would make a title of the one, the console text of both. */
    const char *const in_tmux[] = {"TMUX=/tmp/tmux", NULL};
    sit_term_probe_request(&out, list_getenv, (void *)(uintptr_t)in_tmux);
    assert_null(strstr(sit_buf_text(&out), "\033_"));
    assert_non_null(strstr(sit_buf_text(&out), "\033]11"));
    sit_buf_reset(&out);
    const char *const console[] = {"TERM=linux", NULL};
    sit_term_probe_request(&out, list_getenv, (void *)(uintptr_t)console);
    assert_null(strstr(sit_buf_text(&out), "\033_"));
    assert_null(strstr(sit_buf_text(&out), "\033]"));
    sit_buf_reset(&out);
    const char *const konsole[] = {"KONSOLE_VERSION=221202", NULL};
    sit_term_probe_request(&out, list_getenv, (void *)(uintptr_t)konsole);
    assert_null(strstr(sit_buf_text(&out), "2026"));
    assert_string_equal(sit_buf_text(&out) + out.n_bytes - 3, "\033[c");
    sit_buf_release(&out);
}

/* The same answers in every chunk size give the same. */
static void reads_xterm_with_sixel(void **state)
{
    (void)state;
    const struct window window = {100, 40, 603, 522};
    for (size_t chunk = 1; chunk < sizeof xterm_sixel; chunk++) {
        struct sit_buf other = {0};
        struct sit_term_caps caps = decide(xterm_sixel, chunk, window, true, xterm_env,
                                           &other);
        assert_true(caps.answered);
        assert_true(caps.has_sixel);
        assert_false(caps.has_sync);
        assert_int_equal(caps.graphics, SIT_GRAPHICS_SIXEL);
        assert_int_equal(caps.n_registers, 256);
        assert_int_equal(caps.max_width_px, 1000);
        assert_int_equal(caps.max_height_px, 1000);
        assert_string_equal(caps.name, "XTerm(379)");
        assert_int_equal(caps.cell_width_px, 6);
        assert_int_equal(caps.cell_height_px, 13);
        assert_string_equal(caps.cell_source, "TIOCGWINSZ");
        assert_int_equal(other.n_bytes, 0);
    }
}

static void reads_xterm_without_sixel(void **state)
{
    (void)state;
    struct sit_term_caps caps = decide_whole(xterm_plain, xterm_env);
    assert_true(caps.answered);
    assert_false(caps.has_sixel);
    assert_int_equal(caps.n_registers, 0);
    assert_int_equal(caps.graphics, SIT_GRAPHICS_BLOCKS_256);
    assert_int_equal(caps.n_colours, 256);
}

static void reads_mlterm(void **state)
{
    (void)state;
    for (size_t chunk = 1; chunk < sizeof mlterm; chunk++) {
        struct sit_term_caps caps = decide(mlterm, chunk, no_pixels, true, xterm_env,
                                           NULL);
        assert_int_equal(caps.graphics, SIT_GRAPHICS_SIXEL);
        assert_int_equal(caps.n_registers, 1024);
        assert_int_equal(caps.max_width_px, 0);
        assert_int_equal(caps.cell_width_px, 10);
        assert_int_equal(caps.cell_height_px, 19);
        assert_string_equal(caps.cell_source, "CSI 16t");
        assert_string_equal(caps.name, "");
    }
}

/* It answers 18t with the columns first: the kernel's size counts. */
static void reads_tmux(void **state)
{
    (void)state;
    const char *const env[] = {"TERM=tmux-256color", "TMUX=/tmp/tmux-0/default,1,0",
                               NULL};
    struct sit_term_caps caps = decide_whole(tmux, env);
    assert_true(caps.in_tmux);
    assert_false(caps.has_sixel);
    assert_int_equal(caps.graphics, SIT_GRAPHICS_BLOCKS_256);
    assert_string_equal(caps.name, "tmux 3.3a");
    assert_int_equal(caps.n_cols, 100);
    assert_int_equal(caps.n_rows, 40);
    assert_string_equal(caps.cell_source, "assumed");
    assert_int_equal(caps.cell_width_px, 10);
    assert_int_equal(caps.cell_height_px, 20);
}

/* 4 as a digit of another parameter is not 4. */
static void sixel_is_the_parameter_4(void **state)
{
    (void)state;
    assert_false(decide_whole("\033[?62;22;14;41;44c", xterm_env).has_sixel);
    assert_false(decide_whole("\033[?64c", xterm_env).has_sixel);
    assert_true(decide_whole("\033[?62;4c", xterm_env).has_sixel);
    assert_true(decide_whole("\033[?62;4;22c", xterm_env).has_sixel);
    /* Secondary attributes and other people's c are no DA1. */
    assert_false(decide_whole("\033[>62;4;22c", xterm_env).answered);
    assert_false(decide_whole("\033[62;4c", xterm_env).answered);
}

static void synchronised_output_needs_1_or_2(void **state)
{
    (void)state;
    assert_false(decide_whole("\033[?2026;0$y\033[?62c", xterm_env).has_sync);
    assert_true(decide_whole("\033[?2026;1$y\033[?62c", xterm_env).has_sync);
    assert_true(decide_whole("\033[?2026;2$y\033[?62c", xterm_env).has_sync);
    assert_false(decide_whole("\033[?2026;4$y\033[?62c", xterm_env).has_sync);
    assert_false(decide_whole("\033[?2004;2$y\033[?62c", xterm_env).has_sync);
}

static void registers_that_cannot_be_raised(void **state)
{
    (void)state;
    struct sit_term_caps caps = decide_whole("\033[?1;3;0S\033[?1;0;16S\033[?62;4c",
                                             xterm_env);
    assert_int_equal(caps.n_registers, 16);
}

static void orders_the_sources_of_the_cell_size(void **state)
{
    (void)state;
    const char answers[] = "\033[?2;0;900;840S\033[6;21;11t\033[4;800;1200t\033[?62;4c";
    const char *without_16t = "\033[?2;0;900;840S\033[4;800;1200t\033[?62;4c";
    const char *graphics_only = "\033[?2;0;900;840S\033[?62;4c";
    const char *const override[] = {"TERM=xterm", "SITTER_CELL=7x15", NULL};
    const struct window pixels = {100, 40, 805, 650};
    static const char *const bad[] = {"SITTER_CELL=7", "SITTER_CELL=0x5",
                                      "SITTER_CELL=x", "SITTER_CELL=7x15px",
                                      "SITTER_CELL=300x10"};

    struct sit_term_caps caps = decide(answers, 7, pixels, true, override, NULL);
    assert_string_equal(caps.cell_source, "$SITTER_CELL");
    assert_int_equal(caps.cell_width_px, 7);
    assert_int_equal(caps.cell_height_px, 15);
    caps = decide(answers, 7, pixels, true, xterm_env, NULL);
    assert_string_equal(caps.cell_source, "CSI 16t");
    assert_int_equal(caps.cell_width_px, 11);
    assert_int_equal(caps.cell_height_px, 21);
    caps = decide(without_16t, 7, pixels, true, xterm_env, NULL);
    assert_string_equal(caps.cell_source, "TIOCGWINSZ");
    assert_int_equal(caps.cell_width_px, 8);
    assert_int_equal(caps.cell_height_px, 16);
    caps = decide(without_16t, 7, no_pixels, true, xterm_env, NULL);
    assert_string_equal(caps.cell_source, "CSI 14t");
    assert_int_equal(caps.cell_width_px, 12);
    assert_int_equal(caps.cell_height_px, 20);
    caps = decide(graphics_only, 7, no_pixels, true, xterm_env, NULL);
    assert_string_equal(caps.cell_source, "XTSMGRAPHICS");
    assert_int_equal(caps.cell_width_px, 9);
    assert_int_equal(caps.cell_height_px, 21);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *const env[] = {bad[i], NULL};
        caps = decide("\033[?62c", 7, no_pixels, true, env, NULL);
        assert_string_equal(caps.cell_source, "assumed");
    }
}

static void window_from_18t_where_the_kernel_knows_none(void **state)
{
    (void)state;
    const struct window unknown = {0, 0, 0, 0};
    struct sit_term_caps caps = decide("\033[8;24;80t\033[?62c", 3, unknown, true,
                                       xterm_env, NULL);
    assert_int_equal(caps.n_cols, 80);
    assert_int_equal(caps.n_rows, 24);
}

static void chooses_graphics_by_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *env[4];
        const char *answers;
        bool utf8;
        enum sit_graphics graphics;
        int n_colours;
    } cases[] = {
        {{"TERM=xterm-256color"}, "", true, SIT_GRAPHICS_BLOCKS_256, 256},
        {{"TERM=xterm-256color", "COLORTERM=truecolor"},
         "",
         true,
         SIT_GRAPHICS_BLOCKS_RGB,
         1 << 24},
        {{"TERM=xterm", "COLORTERM=24bit"}, "", true, SIT_GRAPHICS_BLOCKS_RGB, 1 << 24},
        {{"TERM=xterm"}, "", true, SIT_GRAPHICS_BLOCKS_16, 16},
        {{"TERM=xterm"}, xterm_plain, true, SIT_GRAPHICS_BLOCKS_256, 256},
        {{"TERM=linux"}, "", true, SIT_GRAPHICS_BLOCKS_16, 16},
        {{"TERM=dumb"}, "", true, SIT_GRAPHICS_NONE, 2},
        {{"TERM=vt100"}, "", true, SIT_GRAPHICS_NONE, 2},
        {{"TERM=vt220"}, "\033[?62;4c", true, SIT_GRAPHICS_SIXEL, 2},
        {{NULL}, "", true, SIT_GRAPHICS_NONE, 2},
        {{"TERM=vt220"},
         "\033P>|foot(1.13.1)\033\\",
         true,
         SIT_GRAPHICS_BLOCKS_RGB,
         1 << 24},
        {{"TERM=xterm-256color"}, "", false, SIT_GRAPHICS_NONE, 256},
        {{"TERM=xterm-256color"}, "\033[?62;4c", false, SIT_GRAPHICS_SIXEL, 256},
        {{"TERM=xterm-256color", "NO_COLOR=1"}, "", true, SIT_GRAPHICS_BLOCKS_256, 2},
        {{"TERM=xterm-256color", "NO_COLOR="}, "", true, SIT_GRAPHICS_BLOCKS_256, 256},
        {{"TERM=xterm-256color", "SITTER_GRAPHICS=sixel"},
         "",
         true,
         SIT_GRAPHICS_SIXEL,
         256},
        {{"TERM=xterm-256color", "SITTER_GRAPHICS=blocks-16"},
         "\033[?62;4c",
         true,
         SIT_GRAPHICS_BLOCKS_16,
         256},
        {{"TERM=xterm", "SITTER_GRAPHICS=blocks-256"},
         "",
         true,
         SIT_GRAPHICS_BLOCKS_256,
         16},
        {{"TERM=xterm", "SITTER_GRAPHICS=blocks-rgb"},
         "",
         true,
         SIT_GRAPHICS_BLOCKS_RGB,
         16},
        {{"TERM=xterm", "SITTER_GRAPHICS=none"},
         "\033[?62;4c",
         true,
         SIT_GRAPHICS_NONE,
         16},
        {{"TERM=xterm", "SITTER_GRAPHICS=crayon"},
         "\033[?62;4c",
         true,
         SIT_GRAPHICS_SIXEL,
         16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sit_term_caps caps = decide(cases[i].answers, 5, no_pixels,
                                           cases[i].utf8, cases[i].env, NULL);
        if (caps.graphics != cases[i].graphics || caps.n_colours != cases[i].n_colours)
            fail_msg("case %zu: %s with %d colours", i,
                     sit_graphics_name(caps.graphics), caps.n_colours);
    }
}

static void knows_kitty_by_its_answer(void **state)
{
    (void)state;
    struct sit_term_caps caps = decide_whole("\033_Gi=31;OK\033\\\033[?62;c",
                                             xterm_env);
    assert_true(caps.has_kitty);
    assert_int_equal(caps.graphics, SIT_GRAPHICS_KITTY);
    caps = decide_whole("\033P>|kitty(0.26.5)\033\\\033[?62;c", xterm_env);
    assert_int_equal(caps.graphics, SIT_GRAPHICS_KITTY);
    assert_true(decide_whole("\033P>|ghostty 1.0\033\\", xterm_env).has_kitty);
    /* A refusal, another picture's answer, an inherited $TERM are none. */
    assert_false(
        decide_whole("\033_Gi=31;EBADF:no\033\\\033[?62c", xterm_env).has_kitty);
    assert_false(decide_whole("\033_Gi=3;OK\033\\\033[?62c", xterm_env).has_kitty);
    const char *const by_term[] = {"TERM=xterm-kitty", NULL};
    assert_false(decide_whole("\033[?62c", by_term).has_kitty);
    assert_false(decide_whole(xterm_sixel, xterm_env).has_kitty);
    /* Sixel where there are both; either by wish. */
    caps = decide_whole("\033_Gi=31;OK\033\\\033[?62;4c", xterm_env);
    assert_true(caps.has_kitty);
    assert_int_equal(caps.graphics, SIT_GRAPHICS_SIXEL);
    const char *const wish[] = {"TERM=xterm", "SITTER_GRAPHICS=kitty", NULL};
    assert_int_equal(decide_whole("\033[?62;4c", wish).graphics, SIT_GRAPHICS_KITTY);
}

static void takes_the_background(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        bool known;
        uint8_t rgb[3];
    } cases[] = {
        {"\033]11;rgb:0000/0000/0000\033\\", true, {0, 0, 0}},
        {"\033]11;rgb:ffff/8080/0000\007", true, {255, 128, 0}},
        {"\033]11;rgb:f/8/0\033\\", true, {255, 136, 0}},
        {"\033]11;rgba:1e1e/2020/3030/ffff\033\\", true, {0x1e, 0x20, 0x30}},
        {"\033]11;rgb:ffff/ffff\033\\", false, {0}},
        {"\033]11;rgb:xyzw/0/0\033\\", false, {0}},
        {"\033]11;rgb:\033\\", false, {0}},
        {"\033]11;?\033\\", false, {0}},
        {"\033]10;rgb:0000/0000/0000\033\\", false, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char answers[96];
        snprintf(answers, sizeof answers, "%s\033[?62c", cases[i].answer);
        struct sit_term_caps caps = decide_whole(answers, xterm_env);
        assert_true(caps.answered);
        assert_int_equal(caps.knows_background, cases[i].known);
        if (cases[i].known)
            assert_memory_equal(caps.background, cases[i].rgb, 3);
    }
}

/* Whatever is no answer is somebody's typing, in order. */
static void passes_keys_on(void **state)
{
    (void)state;
    const char answers[] = "m\033[?1;0;256Sf\033[A\033[?2026;2$yo\033OB\033P>|x\033\\"
                           "\xc3\xa9\033[6;20;10t\033\033\033[3~\033[?62;4cz\033[1";
    for (size_t chunk = 1; chunk < sizeof answers; chunk++) {
        struct sit_buf other = {0};
        struct sit_term_caps caps = decide(answers, chunk, no_pixels, true, xterm_env,
                                           &other);
        assert_true(caps.has_sixel);
        assert_int_equal(caps.cell_height_px, 20);
        assert_string_equal(sit_buf_text(&other),
                            "mf\033[Ao\033OB\xc3\xa9\033\033\033[3~z");
        sit_buf_release(&other);
    }
}

static void survives_hostile_names(void **state)
{
    (void)state;
    struct sit_term_caps caps = decide_whole("\033P>|a\033]0;x\007\033[?62;4c",
                                             xterm_env);
    assert_string_equal(caps.name, "");
    assert_true(caps.has_sixel);
    caps = decide_whole("\033P>|a\x01\xff\xc2\x9b"
                        "b\033\\\033[?62c",
                        xterm_env);
    assert_string_equal(caps.name, "a\\x01\\xff\\x9bb");

    struct sit_buf endless = {0}, other = {0};
    sit_buf_append_text(&endless, "\033P>|");
    for (int i = 0; i < 2000; i++)
        sit_buf_append_text(&endless, "\xc3\xa9");
    sit_buf_append_text(&endless, "\033\\\033[?62;4c");
    caps = decide(sit_buf_text(&endless), 17, no_pixels, true, xterm_env, &other);
    assert_true(caps.has_sixel);
    assert_int_equal(strlen(caps.name), 62);
    assert_int_equal(other.n_bytes, 0);
    sit_buf_release(&endless);
    sit_buf_release(&other);
}

static void names_every_kind(void **state)
{
    (void)state;
    assert_string_equal(sit_graphics_name(SIT_GRAPHICS_NONE), "none");
    assert_string_equal(sit_graphics_name(SIT_GRAPHICS_BLOCKS_16), "blocks-16");
    assert_string_equal(sit_graphics_name(SIT_GRAPHICS_BLOCKS_256), "blocks-256");
    assert_string_equal(sit_graphics_name(SIT_GRAPHICS_BLOCKS_RGB), "blocks-rgb");
    assert_string_equal(sit_graphics_name(SIT_GRAPHICS_SIXEL), "sixel");
    assert_non_null(sit_graphics_name((enum sit_graphics)77));
}

/* Measure a window of that many cells and pixels. */
static void measure(int fd, struct sit_term_caps *caps, unsigned n_cols,
                    unsigned n_rows, unsigned width_px, unsigned height_px)
{
    const struct winsize size = {.ws_col = (unsigned short)n_cols,
                                 .ws_row = (unsigned short)n_rows,
                                 .ws_xpixel = (unsigned short)width_px,
                                 .ws_ypixel = (unsigned short)height_px};
    assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
    sit_term_measure(fd, caps);
    assert_int_equal(caps->n_cols, n_cols);
    assert_int_equal(caps->n_rows, n_rows);
}

static void assert_cell(const struct sit_term_caps *caps, size_t width_px,
                        size_t height_px)
{
    assert_int_equal(caps->cell_width_px, width_px);
    assert_int_equal(caps->cell_height_px, height_px);
}

/* The cell that the terminal has told stays while only the window changes, and grows
 * with the font. */
static void measures_another_font(void **state)
{
    (void)state;
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(fd >= 0);
    assert_int_equal(grantpt(fd), 0);
    assert_int_equal(unlockpt(fd), 0);
    /* 4 px of border */
    struct sit_term_caps caps = {.cell_source = "CSI 16t",
                                 .cell_width_px = 6,
                                 .cell_height_px = 13,
                                 .window_cell_width_px = 484 / 80.0,
                                 .window_cell_height_px = 316 / 24.0};
    measure(fd, &caps, 132, 50, 796, 654);
    assert_cell(&caps, 6, 13);
    measure(fd, &caps, 40, 12, 249, 172); /* and not a whole number of cells */
    assert_cell(&caps, 6, 13);
    measure(fd, &caps, 80, 24, 564, 316); /* 7 x 13 */
    assert_cell(&caps, 7, 13);
    measure(fd, &caps, 80, 24, 804, 484);
    assert_cell(&caps, 10, 20);
    measure(fd, &caps, 80, 24, 0, 0);
    assert_cell(&caps, 10, 20);
    /* In other units: the terminal's own pixels are half as large. */
    caps = (struct sit_term_caps){.cell_source = "CSI 16t",
                                  .cell_width_px = 20,
                                  .cell_height_px = 40,
                                  .window_cell_width_px = 10,
                                  .window_cell_height_px = 20};
    measure(fd, &caps, 60, 20, 600, 400);
    assert_cell(&caps, 20, 40);
    measure(fd, &caps, 40, 12, 600, 360);
    assert_cell(&caps, 30, 60);
    caps.cell_source = "$SITTER_CELL";
    measure(fd, &caps, 80, 24, 640, 384);
    assert_cell(&caps, 30, 60);
    close(fd);
}

int main(void)
{
    if (!sit_text_init_locale()) /* names are shown as far as they are printable */
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_terminal_knows_whether_it_draws_utf8),
        cmocka_unit_test(asks_everything_in_one_go),
        cmocka_unit_test(reads_xterm_with_sixel),
        cmocka_unit_test(reads_xterm_without_sixel),
        cmocka_unit_test(reads_mlterm),
        cmocka_unit_test(reads_tmux),
        cmocka_unit_test(sixel_is_the_parameter_4),
        cmocka_unit_test(synchronised_output_needs_1_or_2),
        cmocka_unit_test(registers_that_cannot_be_raised),
        cmocka_unit_test(orders_the_sources_of_the_cell_size),
        cmocka_unit_test(window_from_18t_where_the_kernel_knows_none),
        cmocka_unit_test(chooses_graphics_by_the_environment),
        cmocka_unit_test(knows_kitty_by_its_answer),
        cmocka_unit_test(takes_the_background),
        cmocka_unit_test(passes_keys_on),
        cmocka_unit_test(survives_hostile_names),
        cmocka_unit_test(names_every_kind),
        cmocka_unit_test(measures_another_font),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
