/*
 * Any text as a script of keys: what is taken is keys that a terminal can send, what is
 * refused says which is none; and commands typed from it never crash.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "script.h"
#include "sitter/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void run_command(const char *text)
{
    static const struct sit_class_list classes = {
        .n = 2, .items = {{"m", "male", false}, {"f", "female", false}}};
    struct sit_screen screen = {0};
    struct sit_effect effect = {0};
    struct sit_buf out = {0};
    sit_command_run(text, &screen, 290, &effect);
    check(effect.kind != SIT_EFFECT_GO || effect.position < 290);
    check(memchr(effect.text, '\0', sizeof effect.text) != NULL);
    for (size_t k = 0; k < 3; k++) {
        sit_buf_reset(&out);
        if (sit_command_candidate(text, SIT_COMMANDS_LABEL, &classes, k, &out))
            check(out.n_bytes > 0);
    }
    sit_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static bool ready;
    if (!ready)
        sit_text_init_locale();
    ready = true;
    struct sit_script_keys keys = {0};
    struct sit_error err = {0};
    if (sit_script_parse((const char *)bytes, n_bytes, &keys, &err) != SIT_OK)
        check(strstr(err.message, "key ") != NULL && keys.n == 0);
    for (size_t i = 0; i < keys.n; i++)
        check(keys.keys[i] != SIT_KEY_NONE && keys.keys[i] < SIT_KEY_UNKNOWN);
    sit_script_keys_release(&keys);
    char *text = strndup((const char *)bytes, n_bytes < 200 ? n_bytes : 200);
    if (text != NULL)
        run_command(text);
    free(text);
    struct sit_history history = {0};
    sit_history_parse(&history, (const char *)bytes, n_bytes);
    check(history.n <= SIT_HISTORY_LINES);
    return 0;
}
