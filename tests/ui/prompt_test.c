/*
 * Editing and drawing the prompt line.
 */
#include "screen_support.h"

static void type(struct sit_prompt *prompt, const char *text)
{
    for (size_t i = 0; text[i] != '\0';) {
        uint32_t code;
        i += sit_utf8_decode(text + i, strlen(text + i), &code);
        assert_int_equal(sit_prompt_key(prompt, code), SIT_PROMPT_GOES_ON);
    }
}

static void test_characters_are_appended_and_erased(void **state)
{
    (void)state;
    struct sit_prompt prompt = {0};
    type(&prompt, "a\u00e9\u6f22\u5b57");
    assert_string_equal(prompt.text, "a\u00e9\u6f22\u5b57");
    assert_int_equal(sit_prompt_key(&prompt, SIT_KEY_BACKSPACE), SIT_PROMPT_GOES_ON);
    assert_string_equal(prompt.text, "a\u00e9\u6f22");
    sit_prompt_key(&prompt, SIT_KEY_BACKSPACE);
    sit_prompt_key(&prompt, SIT_KEY_BACKSPACE);
    assert_string_equal(prompt.text, "a");
    type(&prompt, "b two words");
    sit_prompt_key(&prompt, 0x17);
    assert_string_equal(prompt.text, "ab two ");
    sit_prompt_key(&prompt, 0x15);
    assert_string_equal(prompt.text, "");
    assert_int_equal(prompt.n_bytes, 0);
}

static void test_ways_out(void **state)
{
    (void)state;
    struct sit_prompt prompt = {0};
    type(&prompt, "x");
    assert_int_equal(sit_prompt_key(&prompt, SIT_KEY_ENTER), SIT_PROMPT_ACCEPTED);
    assert_int_equal(sit_prompt_key(&prompt, SIT_KEY_ESCAPE), SIT_PROMPT_LEFT);
    assert_int_equal(sit_prompt_key(&prompt, 0x03), SIT_PROMPT_LEFT);
    sit_prompt_reset(&prompt);
    assert_int_equal(sit_prompt_key(&prompt, SIT_KEY_BACKSPACE), SIT_PROMPT_LEFT);
}

static void test_what_is_no_character_is_left_out(void **state)
{
    (void)state;
    struct sit_prompt prompt = {0};
    const uint32_t keys[] = {SIT_KEY_UP, SIT_KEY_UNKNOWN, 0x01, 0x9b, 0x202e, 0x09};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        assert_int_equal(sit_prompt_key(&prompt, keys[i]), SIT_PROMPT_GOES_ON);
    assert_int_equal(prompt.n_bytes, 0);
}

static void test_pasted_characters_are_inserted(void **state)
{
    (void)state;
    struct sit_prompt prompt = {0};
    const uint32_t codes[] = {'a', 0x6f22, SIT_KEY_ENTER, 0x1b, 0x7f, 0x03, 0x9b, 'b'};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        sit_prompt_insert(&prompt, codes[i]);
    assert_string_equal(prompt.text, "a\u6f22b");
}

static void test_a_full_line_stays_whole(void **state)
{
    (void)state;
    struct sit_prompt prompt = {0};
    for (size_t i = 0; i < 2 * SIT_PROMPT_BYTES; i++)
        type(&prompt, "\u6f22");
    assert_int_equal(prompt.n_bytes, (SIT_PROMPT_BYTES - 1) / 3 * 3);
    assert_true(sit_utf8_valid(prompt.text, prompt.n_bytes));
    assert_int_equal(strlen(prompt.text), prompt.n_bytes);
}

static void test_the_end_of_a_long_text_is_shown(void **state)
{
    (void)state;
    struct sit_prompt prompt = {0};
    type(&prompt, "0123456789abcdef");
    struct sit_grid grid = {0};
    assert_true(sit_grid_resize(&grid, 12, 1));
    sit_prompt_draw(&prompt, "/", &grid, sit_grid_area(&grid), 0);
    struct sit_buf text = {0};
    sit_grid_dump(&grid, &text);
    assert_string_equal(sit_buf_text(&text), "/6789abcdef\n");
    assert_int_equal(grid.cells[11].style, SIT_STYLE_CURSOR);
    sit_buf_release(&text);
    for (size_t n_cols = 1; n_cols < 12; n_cols++) {
        assert_true(sit_grid_resize(&grid, n_cols, 1));
        sit_prompt_draw(&prompt, "find: ", &grid, sit_grid_area(&grid), 0);
        assert_grid_sound(&grid);
    }
    sit_grid_release(&grid);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_are_appended_and_erased),
        cmocka_unit_test(test_ways_out),
        cmocka_unit_test(test_what_is_no_character_is_left_out),
        cmocka_unit_test(test_pasted_characters_are_inserted),
        cmocka_unit_test(test_a_full_line_stays_whole),
        cmocka_unit_test(test_the_end_of_a_long_text_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
