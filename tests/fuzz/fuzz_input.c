/*
 * Fuzzes the key filter: any bytes, whole and one by one, must give the same keys, all
 * of them Unicode code points or named keys; and time must always bring it to rest.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sitter/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    /* More keys than the ring holds would be dropped at different places. */
    if (n_bytes > 120)
        n_bytes = 120;
    struct sit_input whole, parts;
    sit_input_init(&whole);
    sit_input_init(&parts);
    sit_input_feed(&whole, (const char *)bytes, n_bytes, 0);
    for (size_t i = 0; i < n_bytes; i++)
        sit_input_feed(&parts, (const char *)bytes + i, 1, 0);
    check(sit_input_timeout_ms(&whole, 0) <= SIT_INPUT_PASTE_MS);
    uint32_t key;
    do {
        key = sit_input_next(&whole, SIT_INPUT_PASTE_MS);
        check(key == sit_input_next(&parts, SIT_INPUT_PASTE_MS));
        unsigned button;
        if (sit_key_is_mouse(key, &button, NULL, NULL)) {
            check((button & 7) <= SIT_MOUSE_WHEEL_DOWN && button < 0x40);
            continue;
        }
        check(key <= 0x10ffff || (key >= SIT_KEY_UP && key <= SIT_KEY_UNKNOWN) ||
              (key > SIT_KEY_PASTED && key <= (SIT_KEY_PASTED | 0x10ffff)));
    } while (key != SIT_KEY_NONE);
    check(sit_input_timeout_ms(&whole, SIT_INPUT_PASTE_MS) == -1);
    return 0;
}
