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

static void test_key_bar_shows_whole_items(void **state)
{
    (void)state;
    struct sit_class_list classes;
    test_classes(&classes);
    struct sit_grid grid = {0};
    for (size_t n_cols = 1; n_cols <= 120; n_cols++) {
        assert_true(sit_grid_resize(&grid, n_cols, 1));
        sit_keymap_draw_bar(&sit_label_keymap, &classes, &grid, sit_grid_area(&grid),
                            0);
        assert_grid_sound(&grid);
        struct sit_buf text = {0};
        sit_grid_dump(&grid, &text);
        assert_null(strstr(sit_buf_text(&text), "\u2026"));
        assert_true((n_cols >= 6) == (strstr(sit_buf_text(&text), "? help") != NULL));
        sit_buf_release(&text);
    }
    sit_grid_release(&grid);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_bound_once),
        cmocka_unit_test(test_help_lists_every_live_key_and_no_other),
        cmocka_unit_test(test_a_class_wins_over_a_command),
        cmocka_unit_test(test_key_bar_shows_whole_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
