/*
 * The key tables: classes win, and help and key bar say what is live.
 */
#include "screen_support.h"

static const struct sit_keymap *const keymaps[] = {&sit_label_keymap,
                                                   &sit_review_keymap};

static void test_every_key_is_bound_once(void **state)
{
    (void)state;
    for (size_t m = 0; m < 2; m++) {
        const struct sit_class_list none = {0};
        sit_class_index class_index;
        for (size_t i = 0; i < keymaps[m]->n; i++) {
            const struct sit_key_binding *binding = &keymaps[m]->bindings[i];
            for (size_t k = 0; k < SIT_BINDING_MAX_KEYS && binding->keys[k] != 0; k++)
                assert_int_equal(
                    sit_keymap_find(keymaps[m], &none, binding->keys[k], &class_index),
                    binding->request);
        }
    }
}

/* The help text as one string. */
static void help_text(const struct sit_keymap *keymap,
                      const struct sit_class_list *classes, struct sit_buf *out)
{
    for (size_t i = 0; i < sit_keymap_n_help(keymap, classes); i++) {
        struct sit_buf help = {0};
        sit_buf_append_text(out, " ");
        sit_keymap_help(keymap, classes, i, out, &help);
        assert_true(help.n_bytes > 0);
        sit_buf_append_text(out, " \n");
        sit_buf_release(&help);
    }
}

static void test_help_lists_every_live_key_and_no_other(void **state)
{
    (void)state;
    struct sit_class_list classes;
    test_classes(&classes);
    classes.items[2] = (struct sit_class){"n", "neither", false};
    for (size_t m = 0; m < 2; m++) {
        struct sit_buf text = {0};
        help_text(keymaps[m], &classes, &text);
        for (uint32_t key = 1; key < SIT_KEY_UNKNOWN + 1; key++) {
            if (key == 0x3000)
                key = SIT_KEY_UP;
            if ((key >= 0x80 && key < 0xa0) || key == 0xad)
                continue;
            sit_class_index class_index;
            enum sit_request request = sit_keymap_find(keymaps[m], &classes, key,
                                                       &class_index);
            if (request == SIT_REQUEST_NONE)
                continue;
            struct sit_buf name = {0};
            sit_buf_append_char(&name, ' ');
            sit_key_name(key, &name);
            sit_buf_append_char(&name, ' ');
            const char *first = strstr(sit_buf_text(&text), sit_buf_text(&name));
            assert_non_null(first);
            assert_null(strstr(first + 1, sit_buf_text(&name)));
            sit_buf_release(&name);
        }
        sit_buf_release(&text);
    }
}

static void test_a_class_wins_over_a_command(void **state)
{
    (void)state;
    struct sit_class_list classes = {
        .n = 2, .items = {{"n", "no", false}, {"\u00e4", "x", false}}};
    sit_class_index class_index;
    assert_int_equal(sit_keymap_find(&sit_label_keymap, &classes, 'n', &class_index),
                     SIT_REQUEST_CLASS);
    assert_int_equal(class_index, 0);
    assert_int_equal(sit_keymap_find(&sit_label_keymap, &classes, 0xe4, &class_index),
                     SIT_REQUEST_CLASS);
    assert_int_equal(class_index, 1);
    assert_int_equal(sit_keymap_find(&sit_label_keymap, &classes, 0x0e, &class_index),
                     SIT_REQUEST_FIND_NEXT);
    struct sit_buf keys = {0};
    for (size_t i = 0; i < sit_label_keymap.n; i++) {
        if (sit_label_keymap.bindings[i].request == SIT_REQUEST_FIND_NEXT)
            sit_keymap_live_keys(&sit_label_keymap.bindings[i], &classes, &keys);
    }
    assert_string_equal(sit_buf_text(&keys), "Ctrl-N");
    sit_buf_release(&keys);
}

/* Where items must not be without another, the more important one first. */
static void assert_bar(const char *bar, const char *const *names, size_t n)
{
    const char *at = bar;
    bool all_so_far = true;
    for (size_t i = 0; i < n; i++) {
        bool here = strstr(bar, names[i]) != NULL;
        if (here && !all_so_far)
            fail_msg("\"%s\" without what is more important: %s", names[i], bar);
        all_so_far = here;
    }
    assert_null(strstr(bar, "\u2026"));
    /* always in the same order, whatever is left out */
    static const char *const order[] = {"m male", "f female", "o other", "Space ",
                                        "u undo", "/ find",   "? help",  "q quit"};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const char *found = strstr(bar, order[i]);
        if (found == NULL)
            continue;
        assert_true(found >= at);
        at = found;
    }
}

static void test_key_bar_has_help_and_quit_first(void **state)
{
    (void)state;
    static const char *const names[] = {"? help", "q quit"};
    struct sit_class_list classes;
    test_classes(&classes);
    for (size_t m = 0; m < 2; m++) {
        struct sit_grid grid = {0};
        for (size_t n_cols = 1; n_cols <= 120; n_cols++) {
            assert_true(sit_grid_resize(&grid, n_cols, 1));
            sit_keymap_draw_bar(keymaps[m], &classes, &grid, sit_grid_area(&grid), 0);
            assert_grid_sound(&grid);
            struct sit_buf text = {0};
            sit_grid_dump(&grid, &text);
            const char *bar = sit_buf_text(&text);
            assert_bar(bar, names, 2);
            assert_true((n_cols >= 6) == (strstr(bar, "? help") != NULL));
            assert_true((n_cols >= 14) == (strstr(bar, "q quit") != NULL));
            assert_true((n_cols >= 41) == (strstr(bar, "o other") != NULL));
            assert_true((n_cols >= 49) == (strstr(bar, "u undo") != NULL));
            sit_buf_release(&text);
        }
        sit_grid_release(&grid);
    }
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_bound_once),
        cmocka_unit_test(test_help_lists_every_live_key_and_no_other),
        cmocka_unit_test(test_a_class_wins_over_a_command),
        cmocka_unit_test(test_key_bar_has_help_and_quit_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
