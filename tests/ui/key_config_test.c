/*
 * Keys of the user's own: what a configuration file changes, and what it is refused
 * for.
 */
#include "screen_support.h"

#include "key_config.h"
#include "sitter/tui.h"

static struct sit_key_config defaults;

static enum sit_status parse(const char *text, struct sit_key_config *config,
                             struct sit_error *err)
{
    *config = defaults;
    return sit_key_config_parse(text, strlen(text), "conf", config, err);
}

static enum sit_request request_of(const struct sit_keymap *keymap, uint32_t key)
{
    static const struct sit_class_list none;
    sit_class_index class_index;
    return sit_keymap_find(keymap, &none, key, &class_index);
}

static void test_what_is_printed_is_read_back(void **state)
{
    (void)state;
    struct sit_key_config read;
    struct sit_error err;
    struct sit_buf text = {0};
    sit_key_config_print(&defaults, &text);
    memset(&read, 0, sizeof read);
    assert_int_equal(sit_key_config_parse(text.data, text.n_bytes, "conf", &read, &err),
                     SIT_OK);
    assert_memory_equal(&read, &defaults, sizeof read);
    sit_buf_release(&text);
}

static void test_every_key_has_a_name_that_names_it(void **state)
{
    (void)state;
    for (uint32_t key = 1; key < SIT_KEY_UNKNOWN; key++) {
        if (key == 0x3000)
            key = SIT_KEY_UP;
        if (key == '\b' || key == '\n' || (key >= 0x80 && key < 0xa0) ||
            (key < SIT_KEY_UP && key >= 0x20 && key != SIT_KEY_BACKSPACE &&
             sit_text_code_width(key) < 1))
            continue;
        struct sit_buf name = {0};
        sit_key_name(key, &name);
        assert_int_equal(sit_key_by_name(name.data, name.n_bytes), key);
        sit_buf_release(&name);
    }
    assert_int_equal(sit_key_by_name("ctrl-u", 6), 0x15);
    assert_int_equal(sit_key_by_name("ctrl-h", 6), SIT_KEY_BACKSPACE);
    assert_int_equal(sit_key_by_name("ctrl-m", 6), SIT_KEY_ENTER);
    assert_int_equal(sit_key_by_name("pagedown", 8), SIT_KEY_PAGE_DOWN);
    assert_int_equal(sit_key_by_name("F12", 3), SIT_KEY_F12);
    assert_int_equal(sit_key_by_name("F13", 3), SIT_KEY_NONE);
    assert_int_equal(sit_key_by_name("Ctrl-", 5), SIT_KEY_NONE);
    assert_int_equal(sit_key_by_name("Ctrl-1", 6), SIT_KEY_NONE);
}

static void test_every_request_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int r = SIT_REQUEST_CLASS + 1; r < SIT_N_REQUESTS; r++) {
        const char *name = sit_request_name((enum sit_request)r);
        assert_non_null(name);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        for (int other = SIT_REQUEST_CLASS + 1; other < r; other++)
            assert_string_not_equal(name, sit_request_name((enum sit_request)other));
    }
}

static void test_every_keyboard_reaches_everything(void **state)
{
    (void)state;
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        for (size_t b = 0; b < sit_keymaps[m]->n; b++) {
            bool plain = false; /* a character, or one with Ctrl */
            for (size_t k = 0; k < SIT_BINDING_MAX_KEYS; k++) {
                uint32_t key = sit_keymaps[m]->bindings[b].keys[k];
                plain = plain || (key != SIT_KEY_NONE && key < SIT_KEY_UP);
            }
            assert_true(plain);
        }
    }
}

static void test_keys_change_places(void **state)
{
    (void)state;
    struct sit_key_config config;
    struct sit_error err;
    assert_int_equal(parse("# mine\r\n\n  label.undo = n Ctrl-U\tF5 \xc3\xa4\r\n"
                           "label.find-next = N\nlabel.find-previous=p\nlabel.redo =",
                           &config, &err),
                     SIT_OK);
    sit_key_config_apply(&config);
    assert_int_equal(request_of(&sit_label_keymap, 'n'), SIT_REQUEST_UNDO);
    assert_int_equal(request_of(&sit_label_keymap, 0x15), SIT_REQUEST_UNDO);
    assert_int_equal(request_of(&sit_label_keymap, SIT_KEY_F1 + 4), SIT_REQUEST_UNDO);
    assert_int_equal(request_of(&sit_label_keymap, 0xe4), SIT_REQUEST_UNDO);
    assert_int_equal(request_of(&sit_label_keymap, 'u'), SIT_REQUEST_NONE);
    assert_int_equal(request_of(&sit_label_keymap, 'N'), SIT_REQUEST_FIND_NEXT);
    assert_int_equal(request_of(&sit_label_keymap, 'p'), SIT_REQUEST_FIND_PREVIOUS);
    assert_int_equal(request_of(&sit_label_keymap, 0x12), SIT_REQUEST_NONE);
    assert_int_equal(request_of(&sit_review_keymap, 'u'), SIT_REQUEST_UNDO);
    struct sit_grid grid = {0};
    struct sit_buf text = {0};
    struct sit_class_list classes;
    test_classes(&classes);
    assert_true(sit_grid_resize(&grid, 80, 1));
    sit_keymap_draw_bar(&sit_label_keymap, &classes, &grid, sit_grid_area(&grid), 0);
    sit_grid_dump(&grid, &text);
    assert_non_null(strstr(sit_buf_text(&text), "n undo"));
    sit_buf_release(&text);
    sit_grid_release(&grid);
    sit_key_config_apply(&defaults);
}

static void test_fixed_keys_stay(void **state)
{
    (void)state;
    struct sit_key_config config;
    struct sit_error err;
    assert_int_equal(
        parse("label.quit = x\nlabel.repaint = F5\nlabel.suspend =", &config, &err),
        SIT_OK);
    sit_key_config_apply(&config);
    assert_int_equal(request_of(&sit_label_keymap, 'x'), SIT_REQUEST_QUIT);
    assert_int_equal(request_of(&sit_label_keymap, 'q'), SIT_REQUEST_NONE);
    assert_int_equal(request_of(&sit_label_keymap, 0x03), SIT_REQUEST_QUIT);
    assert_int_equal(request_of(&sit_label_keymap, 0x0c), SIT_REQUEST_REPAINT);
    assert_int_equal(request_of(&sit_label_keymap, 0x1a), SIT_REQUEST_SUSPEND);
    sit_key_config_apply(&defaults);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"\nlabel.undoo = u",
         "'conf', line 2: no request 'label.undoo' (sitter keys lists them)"},
        {"undo = u", "'conf', line 1: no request 'undo' (sitter keys lists them)"},
        {"label.undo u", "'conf', line 1: 'label.undo u' is not of the form "
                         "screen.request = keys"},
        {"label.undo = Hyper-U", "'conf', line 1: 'Hyper-U' is no key"},
        {"label.undo = u u", "'conf', line 1: key u is given twice"},
        {"label.undo = z\nlabel.redo = y z",
         "'conf', line 2: key z is label.undo's already, by line 1"},
        {"label.undo = z\n#\nlabel.undo = y",
         "'conf', line 3: label.undo has its keys by line 1 already"},
        {"label.undo = /", "'conf', line 1: leaves label.find without a key; give it "
                           "one, or none by 'label.find ='"},
        {"label.undo = Ctrl-C", "'conf', line 1: Ctrl-C is always quit's"},
        {"label.quit =", "'conf', line 1: label.quit needs a key that every keyboard "
                         "has"},
        {"label.help = F1",
         "'conf', line 1: label.help needs a key that every keyboard "
         "has"},
        {"label.undo = ?", "'conf', line 1: leaves label.help without a key; give it "
                           "one, or none by 'label.help ='"},
        {"label.undo = a b c d e f", "'conf', line 1: more than 5 keys"},
        {"label.quit = a b c d e", "'conf', line 1: more than 5 keys, one of them "
                                   "fixed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_key_config config;
        struct sit_error err = {0};
        assert_int_equal(parse(cases[i].text, &config, &err), SIT_E_FORMAT);
        assert_string_equal(err.message, cases[i].message);
        assert_memory_equal(&config, &defaults, sizeof config);
    }
}

static void test_classes_may_not_hide_help(void **state)
{
    (void)state;
    struct sit_key_config config;
    struct sit_error err;
    struct sit_class_list classes;
    test_classes(&classes);
    assert_int_equal(sit_tui_check_keys(&classes, &err), SIT_OK);
    assert_int_equal(parse("label.help = m", &config, &err), SIT_OK);
    sit_key_config_apply(&config);
    assert_int_equal(sit_tui_check_keys(&classes, &err), SIT_E_ARG);
    assert_string_equal(err.message,
                        "the classes of this project leave no key for label.help");
    sit_key_config_apply(&defaults);
}

/* 16 classes, some of them not ASCII, some wide: help and quit stay on the bar. */
static void test_bar_and_help_with_many_classes(void **state)
{
    (void)state;
    static const char *const keys[] = {"a",      "b",      "c",      "d",     "e", "f",
                                       "i",      "m",      "o",      "p",     "1", "2",
                                       "\u00e4", "\u00f1", "\u0416", "\u5973"};
    struct sit_class_list classes = {.n = 16};
    for (size_t i = 0; i < classes.n; i++) {
        snprintf(classes.items[i].key, sizeof classes.items[i].key, "%s", keys[i]);
        snprintf(classes.items[i].name, sizeof classes.items[i].name, "cl%zu", i);
    }
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        struct sit_grid grid = {0};
        struct sit_screen screen = {.mode = SIT_MODE_HELP};
        struct sit_buf text = {0};
        assert_true(sit_grid_resize(&grid, 80, 24));
        sit_keymap_draw_bar(sit_keymaps[m], &classes, &grid, sit_grid_area(&grid), 0);
        sit_grid_dump(&grid, &text);
        assert_non_null(strstr(sit_buf_text(&text), "? help"));
        assert_non_null(strstr(sit_buf_text(&text), "q quit"));
        assert_non_null(strstr(sit_buf_text(&text), "cl0"));
        /* Every class is on one of the pages of the help. */
        sit_buf_reset(&text);
        for (screen.help_page = 0; screen.help_page < 4; screen.help_page++) {
            assert_true(sit_grid_resize(&grid, 80, 24));
            sit_screen_draw_help(&screen, sit_keymaps[m], &classes, &grid);
            assert_grid_sound(&grid);
            sit_grid_dump(&grid, &text);
        }
        for (size_t i = 0; i < classes.n; i++)
            assert_non_null(strstr(sit_buf_text(&text), classes.items[i].name));
        sit_buf_release(&text);
        sit_grid_release(&grid);
    }
}

int main(void)
{
    sit_text_init_locale();
    sit_key_config_take(&defaults);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_printed_is_read_back),
        cmocka_unit_test(test_every_key_has_a_name_that_names_it),
        cmocka_unit_test(test_every_request_has_a_name_of_its_own),
        cmocka_unit_test(test_every_keyboard_reaches_everything),
        cmocka_unit_test(test_keys_change_places),
        cmocka_unit_test(test_fixed_keys_stay),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_classes_may_not_hide_help),
        cmocka_unit_test(test_bar_and_help_with_many_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
