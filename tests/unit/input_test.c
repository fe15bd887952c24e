/*
 * The key filter: every spelling of the keys, answers that come late, splits at every
 * byte, and what time decides. Time is a parameter here, so nothing waits.
 */
#include "test_support.h"

#include "sitter/term.h"

/* Feed in chunks at one moment; the keys as text, one token a key. */
static void decode(const char *bytes, size_t n_bytes, size_t chunk, struct sit_buf *out)
{
    struct sit_input input;
    sit_input_init(&input);
    for (size_t i = 0; i < n_bytes; i += chunk)
        sit_input_feed(&input, bytes + i, n_bytes - i < chunk ? n_bytes - i : chunk, 0);
    uint32_t key;
    while ((key = sit_input_next(&input, 0)) != SIT_KEY_NONE)
        sit_buf_appendf(out, "%x ", key);
}

/* The keys of a string, the same for every chunk size. */
static void assert_keys(const char *bytes, const uint32_t *keys, size_t n_keys)
{
    struct sit_buf want = {0};
    for (size_t i = 0; i < n_keys; i++)
        sit_buf_appendf(&want, "%x ", keys[i]);
    for (size_t chunk = 1; chunk <= strlen(bytes); chunk++) {
        struct sit_buf got = {0}, shown = {0};
        decode(bytes, strlen(bytes), chunk, &got);
        if (strcmp(sit_buf_text(&got), sit_buf_text(&want)) != 0) {
            for (const char *c = bytes; *c != '\0'; c++)
                sit_buf_appendf(&shown, *c < ' ' ? "\\%03o" : "%c", (unsigned char)*c);
            fail_msg("%s in chunks of %zu: %s, not %s", sit_buf_text(&shown), chunk,
                     sit_buf_text(&got), sit_buf_text(&want));
        }
        sit_buf_release(&got);
    }
    sit_buf_release(&want);
}

static void assert_key(const char *bytes, uint32_t key)
{
    assert_keys(bytes, &key, 1);
}

static void assert_nothing(const char *bytes)
{
    /* What follows still counts: nothing is left half-open. */
    struct sit_buf text = {0};
    sit_buf_appendf(&text, "%sm", bytes);
    assert_key(sit_buf_text(&text), 'm');
    sit_buf_release(&text);
}

static void knows_cursor_keys(void **state)
{
    (void)state;
    static const char *const formats[] = {"\033[%c",     "\033O%c",    "\033[1;2%c",
                                          "\033[1;5%c",  "\033[1;3%c", "\033[1;6%c",
                                          "\033[1;13%c", "\033O5%c",   "\033O1;5%c",
                                          "\033\033[%c", "\033\033O%c"};
    static const struct {
        char letter;
        uint32_t key;
    } keys[] = {{'A', SIT_KEY_UP},   {'B', SIT_KEY_DOWN}, {'C', SIT_KEY_RIGHT},
                {'D', SIT_KEY_LEFT}, {'H', SIT_KEY_HOME}, {'F', SIT_KEY_END}};
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            char bytes[16];
            snprintf(bytes, sizeof bytes, formats[f], keys[k].letter);
            assert_key(bytes, keys[k].key);
        }
    }
    static const uint32_t rxvt[] = {SIT_KEY_UP, SIT_KEY_DOWN, SIT_KEY_RIGHT,
                                    SIT_KEY_LEFT};
    assert_keys("\033[a\033[b\033[c\033[d", rxvt, 4);
    assert_keys("\033Oa\033Ob\033Oc\033Od", rxvt, 4);
    assert_key("\033[Z", SIT_KEY_BACKTAB);
    assert_key("\033[1;2Z", SIT_KEY_BACKTAB);
}

static void knows_numbered_keys(void **state)
{
    (void)state;
    static const uint32_t keys[] = {SIT_KEY_HOME, SIT_KEY_INSERT,  SIT_KEY_DELETE,
                                    SIT_KEY_END,  SIT_KEY_PAGE_UP, SIT_KEY_PAGE_DOWN,
                                    SIT_KEY_HOME, SIT_KEY_END};
    static const char *const formats[] = {"\033[%d~",    "\033[%d;5~", "\033[%d^",
                                          "\033[%d$",    "\033[%d@",   "\033[%d;2~",
                                          "\033\033[%d~"};
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        for (int n = 1; n <= 8; n++) {
            char bytes[16];
            snprintf(bytes, sizeof bytes, formats[f], n);
            assert_key(bytes, keys[n - 1]);
        }
    }
}

static void knows_plain_keys(void **state)
{
    (void)state;
    static const uint32_t keys[] = {'m',
                                    0x12,
                                    SIT_KEY_TAB,
                                    SIT_KEY_ENTER,
                                    SIT_KEY_ENTER,
                                    SIT_KEY_BACKSPACE,
                                    SIT_KEY_BACKSPACE,
                                    0xe9,
                                    0x20ac,
                                    0x1f600};
    assert_keys("m\x12\t\r\n\b\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", keys, 10);
    static const uint32_t keypad[] = {SIT_KEY_ENTER, '*', '+', ',', '-',
                                      '.',           '/', '0', '9'};
    assert_keys("\033OM\033Oj\033Ok\033Ol\033Om\033On\033Oo\033Op\033Oy", keypad, 9);
}

static void drops_invalid_utf8(void **state)
{
    (void)state;
    assert_nothing("\xff\xfe\x80\xc0\xaf");
    assert_nothing("\xe2\x82");     /* cut off */
    assert_nothing("\xed\xa0\x80"); /* a surrogate */
    static const uint32_t keys[] = {SIT_KEY_UP};
    assert_keys("\xf0\x9f\033[A", keys, 1);
    struct sit_buf out = {0};
    decode("a\0b", 3, 1, &out); /* Ctrl-Space */
    assert_string_equal(sit_buf_text(&out), "61 62 ");
    sit_buf_release(&out);
}

static void swallows_unknown_sequences_whole(void **state)
{
    (void)state;
    static const char *const sequences[] = {
        "\033[15;5~",      "\033[24;2~", "\033[[F",   "\033[M !!",    "\033[<0;10;20X",
        "\033[I",          "\033[E",     "\033[27u",  "\033[200000~", "\033[27;5;109~",
        "\033m",           "\033\r",     "\033[1;5P", "\033[9$",      "\033[?1$p",
        "\033[38:2::1:2q", "\033[>1$x",
    };
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        char bytes[32];
        snprintf(bytes, sizeof bytes, "%sf", sequences[i]);
        static const uint32_t keys[] = {SIT_KEY_UNKNOWN, 'f'};
        assert_keys(bytes, keys, 2);
    }
    struct sit_buf endless = {0};
    sit_buf_append_text(&endless, "\033[");
    for (int i = 0; i < 1000; i++)
        sit_buf_append_text(&endless, "1;");
    sit_buf_append_text(&endless, "xf");
    static const uint32_t keys[] = {SIT_KEY_UNKNOWN, 'f'};
    assert_keys(sit_buf_text(&endless), keys, 2);
    sit_buf_release(&endless);
}

static void knows_function_keys(void **state)
{
    (void)state;
    static const uint32_t first[] = {SIT_KEY_F1, SIT_KEY_F1 + 1, SIT_KEY_F1 + 2,
                                     SIT_KEY_F1 + 3, SIT_KEY_F1 + 4};
    assert_keys("\033OP\033OQ\033OR\033OS\033[15~", first, 5);
    assert_keys("\033[11~\033[12~\033[13~\033[14~\033[15~", first, 5);
    assert_keys("\033[[A\033[[B\033[[C\033[[D\033[[E", first, 5);
    static const uint32_t rest[] = {SIT_KEY_F1 + 5, SIT_KEY_F1 + 6, SIT_KEY_F1 + 7,
                                    SIT_KEY_F1 + 8, SIT_KEY_F1 + 9, SIT_KEY_F1 + 10,
                                    SIT_KEY_F12};
    assert_keys("\033[17~\033[18~\033[19~\033[20~\033[21~\033[23~\033[24~", rest, 7);
}

static void knows_the_mouse(void **state)
{
    (void)state;
    assert_key("\033[<0;10;20M", sit_mouse_key(SIT_MOUSE_LEFT, 19, 9));
    assert_key("\033[<1;1;1M", sit_mouse_key(SIT_MOUSE_MIDDLE, 0, 0));
    assert_key("\033[<2;4096;4096M", sit_mouse_key(SIT_MOUSE_RIGHT, 4095, 4095));
    assert_key("\033[<64;3;4M", sit_mouse_key(SIT_MOUSE_WHEEL_UP, 3, 2));
    assert_key("\033[<65;3;4M", sit_mouse_key(SIT_MOUSE_WHEEL_DOWN, 3, 2));
    assert_key("\033[<16;3;4M", sit_mouse_key(SIT_MOUSE_LEFT | SIT_MOUSE_CTRL, 3, 2));
    assert_key("\033[<4;3;4M", sit_mouse_key(SIT_MOUSE_LEFT | SIT_MOUSE_SHIFT, 3, 2));
    unsigned button;
    size_t row, col;
    assert_true(sit_key_is_mouse(sit_mouse_key(SIT_MOUSE_RIGHT, 999, 1000), &button,
                                 &row, &col));
    assert_int_equal(button, SIT_MOUSE_RIGHT);
    assert_int_equal(row, 999);
    assert_int_equal(col, 1000);
    for (uint32_t key = 0; key < 0x800000; key += 0xfff)
        assert_false(sit_key_is_mouse(key, NULL, NULL, NULL));
    static const char *const nothing[] = {
        "\033[<0;10;20m",  /* a release */ "\033[<32;10;20M", /* a movement */
        "\033[<3;1;1M",    /* no button */ "\033[<66;1;1M",   /* a wheel sideways */
        "\033[<0;0;1M",    "\033[<0;1;0M",
        "\033[<0;4097;1M", "\033[<0;1;99999999M",
        "\033[<128;1;1M",  "\033[<0;1M",
        "\033[<M",         "\033[<0;1;1;1M",
    };
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_nothing(nothing[i]);
}

static void drops_late_answers(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "\033[?64;1;2;4;6;9;15;16;17;18;21;22;28c",
        "\033[>41;379;0c",
        "\033[?1;0;256S",
        "\033[?2;0;1000;1000S",
        "\033[?2026;2$y",
        "\033[6;20;10t",
        "\033[8;40;100t",
        "\033[0n",
        "\033[12;40R",
        "\033P>|XTerm(379)\033\\",
        "\033P1$r0m\033\\",
        "\033]11;rgb:0000/0000/0000\033\\",
        "\033]11;rgb:0000/0000/0000\007",
        "\033_Gi=31;OK\033\\",
        "\033[201~",
    };
    struct sit_buf all = {0};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_nothing(answers[i]);
        sit_buf_append_text(&all, answers[i]);
    }
    assert_nothing(sit_buf_text(&all));
    sit_buf_release(&all);
}

/* Nothing in a paste is a key, wherever it is split and whatever it contains. */
static void pasted_text_is_no_keys(void **state)
{
    (void)state;
    enum { P = SIT_KEY_PASTED };
    static const uint32_t plain[] = {
        'a', 'm' | P, 0xe9 | P, SIT_KEY_ENTER | P, SIT_KEY_BACKSPACE | P, 'q' | P, 'f'};
    assert_keys("a\033[200~m\xc3\xa9\r\177q\033[201~f", plain, 7);
    /* sequences, an end that is none, and the beginning again */
    static const uint32_t hostile[] = {0x1b | P, '[' | P, 'A' | P, 0x1b | P, 0x1b | P,
                                       '[' | P,  '2' | P, '0' | P, '0' | P,  '~' | P,
                                       0x1b | P, '[' | P, '2' | P, '0' | P,  'm'};
    assert_keys("\033[200~\033[A\033\033[200~\033[20\033[201~m", hostile, 15);
    static const uint32_t empty[] = {'m'};
    assert_keys("\033[200~\033[201~m", empty, 1);
    static const uint32_t invalid[] = {'x' | P, 'm'};
    assert_keys("\033[200~\xff\xe2\x82x\xe2\x82\033[201~m", invalid, 2);
}

/* More than the ring holds: what is dropped is pasted text, and the paste still ends.
 */
static void a_long_paste_ends_where_it_ends(void **state)
{
    (void)state;
    struct sit_input input;
    sit_input_init(&input);
    sit_input_feed(&input, "\033[200~", 6, 0);
    for (int i = 0; i < 1000; i++)
        sit_input_feed(&input, "m", 1, 0);
    sit_input_feed(&input, "\033[201~", 6, 0);
    uint32_t key;
    while ((key = sit_input_next(&input, 0)) != SIT_KEY_NONE)
        assert_int_equal(key, 'm' | SIT_KEY_PASTED);
    sit_input_feed(&input, "m", 1, 0);
    assert_int_equal(sit_input_next(&input, 0), 'm');
}

/* Without its end a paste lasts until there has been silence, not for ever. */
static void a_paste_without_an_end_is_given_up(void **state)
{
    (void)state;
    struct sit_input input;
    sit_input_init(&input);
    sit_input_feed(&input, "\033[200~m", 7, 100);
    assert_int_equal(sit_input_next(&input, 100), 'm' | SIT_KEY_PASTED);
    assert_int_equal(sit_input_timeout_ms(&input, 100), SIT_INPUT_PASTE_MS);
    sit_input_feed(&input, "f", 1, 1100);
    assert_int_equal(sit_input_next(&input, 1100), 'f' | SIT_KEY_PASTED);
    /* Its rest waited for a reader who was busy. */
    sit_input_feed(&input, "f\033[2", 4, 9000);
    assert_int_equal(sit_input_next(&input, 9000), 'f' | SIT_KEY_PASTED);
    assert_int_equal(sit_input_next(&input, 9000 + SIT_INPUT_PASTE_MS - 1),
                     SIT_KEY_NONE);
    assert_int_equal(sit_input_next(&input, 9000 + SIT_INPUT_PASTE_MS), SIT_KEY_NONE);
    assert_int_equal(sit_input_timeout_ms(&input, 9000 + SIT_INPUT_PASTE_MS), -1);
    sit_input_feed(&input, "m", 1, 9000 + SIT_INPUT_PASTE_MS);
    assert_int_equal(sit_input_next(&input, 9000 + SIT_INPUT_PASTE_MS), 'm');
}

/* A string that never ends must not swallow the keys after it. */
static void strings_end_by_sequence_or_time(void **state)
{
    (void)state;
    assert_key("\033Pabc\033[A", SIT_KEY_UP);
    struct sit_input input;
    sit_input_init(&input);
    sit_input_feed(&input, "\033P>|XTe", 7, 100);
    assert_int_equal(sit_input_timeout_ms(&input, 100), SIT_INPUT_SEQUENCE_MS);
    sit_input_feed(&input, "rm(379)\033", 8, 400);
    sit_input_feed(&input, "\\m", 2, 800);
    assert_int_equal(sit_input_next(&input, 800), 'm');
    assert_int_equal(sit_input_next(&input, 800), SIT_KEY_NONE);

    sit_input_feed(&input, "\033P", 2, 1000); /* Alt-P */
    assert_int_equal(sit_input_next(&input, 1000 + SIT_INPUT_SEQUENCE_MS),
                     SIT_KEY_NONE);
    assert_int_equal(sit_input_timeout_ms(&input, 1600), -1);
    sit_input_feed(&input, "m", 1, 1600);
    assert_int_equal(sit_input_next(&input, 1600), 'm');
}

static void lone_escape_is_a_key_after_its_time(void **state)
{
    (void)state;
    struct sit_input input;
    sit_input_init(&input);
    assert_int_equal(sit_input_timeout_ms(&input, 0), -1);
    sit_input_feed(&input, "\033", 1, 1000);
    assert_int_equal(sit_input_next(&input, 1000), SIT_KEY_NONE);
    assert_int_equal(sit_input_timeout_ms(&input, 1000), SIT_INPUT_ESCAPE_MS);
    assert_int_equal(sit_input_timeout_ms(&input, 1020), SIT_INPUT_ESCAPE_MS - 20);
    assert_int_equal(sit_input_next(&input, 1049), SIT_KEY_NONE);
    assert_int_equal(sit_input_timeout_ms(&input, 1050), 0);
    assert_int_equal(sit_input_next(&input, 1050), SIT_KEY_ESCAPE);
    assert_int_equal(sit_input_next(&input, 1050), SIT_KEY_NONE);
    assert_int_equal(sit_input_timeout_ms(&input, 1050), -1);

    /* Within its time it begins a sequence ... */
    sit_input_feed(&input, "\033", 1, 2000);
    sit_input_feed(&input, "[A", 2, 2030);
    assert_int_equal(sit_input_next(&input, 2030), SIT_KEY_UP);
    /* ... and later it does not, also where nobody asked meanwhile. */
    sit_input_feed(&input, "\033", 1, 3000);
    sit_input_feed(&input, "m", 1, 3300);
    assert_int_equal(sit_input_timeout_ms(&input, 3300), 0);
    assert_int_equal(sit_input_next(&input, 3300), SIT_KEY_ESCAPE);
    assert_int_equal(sit_input_next(&input, 3300), 'm');

    sit_input_feed(&input, "\033\033", 2, 4000);
    assert_int_equal(sit_input_next(&input, 4050), SIT_KEY_ESCAPE);
    assert_int_equal(sit_input_next(&input, 4050), SIT_KEY_ESCAPE);
    assert_int_equal(sit_input_next(&input, 4050), SIT_KEY_NONE);
}

static void unfinished_sequence_is_given_up(void **state)
{
    (void)state;
    struct sit_input input;
    sit_input_init(&input);
    sit_input_feed(&input, "\033[1;", 4, 0);
    assert_int_equal(sit_input_next(&input, SIT_INPUT_SEQUENCE_MS - 1), SIT_KEY_NONE);
    assert_int_equal(sit_input_next(&input, SIT_INPUT_SEQUENCE_MS), SIT_KEY_UNKNOWN);
    sit_input_feed(&input, "m", 1, SIT_INPUT_SEQUENCE_MS);
    assert_int_equal(sit_input_next(&input, SIT_INPUT_SEQUENCE_MS), 'm');
}

static void drops_keys_when_full(void **state)
{
    (void)state;
    struct sit_input input;
    sit_input_init(&input);
    for (int i = 0; i < 300; i++)
        sit_input_feed(&input, i < 128 ? "a" : "b", 1, 0);
    int n = 0;
    uint32_t key;
    while ((key = sit_input_next(&input, 0)) != SIT_KEY_NONE) {
        assert_int_equal(key, 'a');
        n++;
    }
    assert_int_equal(n, 128);
    sit_input_feed(&input, "c", 1, 0);
    assert_int_equal(sit_input_next(&input, 0), 'c');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_cursor_keys),
        cmocka_unit_test(knows_numbered_keys),
        cmocka_unit_test(knows_plain_keys),
        cmocka_unit_test(drops_invalid_utf8),
        cmocka_unit_test(swallows_unknown_sequences_whole),
        cmocka_unit_test(knows_function_keys),
        cmocka_unit_test(knows_the_mouse),
        cmocka_unit_test(drops_late_answers),
        cmocka_unit_test(pasted_text_is_no_keys),
        cmocka_unit_test(a_long_paste_ends_where_it_ends),
        cmocka_unit_test(a_paste_without_an_end_is_given_up),
        cmocka_unit_test(strings_end_by_sequence_or_time),
        cmocka_unit_test(lone_escape_is_a_key_after_its_time),
        cmocka_unit_test(unfinished_sequence_is_given_up),
        cmocka_unit_test(drops_keys_when_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
