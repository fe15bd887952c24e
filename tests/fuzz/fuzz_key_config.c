/*
 * Any text as a configuration file of keys: what is taken prints as what is read again,
 * leaves quit and help, and gives no key twice.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "key_config.h"
#include "sitter/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(const struct sit_key_config *config)
{
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        const struct sit_keymap *keymap = sit_keymaps[m];
        for (size_t b = 0; b < keymap->n; b++) {
            enum sit_request request = keymap->bindings[b].request;
            if (config->keys[m][b][0] == 0 &&
                (request == SIT_REQUEST_QUIT || request == SIT_REQUEST_HELP))
                abort();
            for (size_t k = 0; k < SIT_BINDING_MAX_KEYS; k++) {
                uint32_t key = config->keys[m][b][k];
                size_t n = 0;
                for (size_t other = 0; key != 0 && other < keymap->n; other++)
                    for (size_t i = 0; i < SIT_BINDING_MAX_KEYS; i++)
                        n += config->keys[m][other][i] == key ? 1 : 0;
                if (n > 1)
                    abort();
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct sit_key_config defaults;
    static bool ready;
    if (!ready) {
        sit_text_init_locale();
        sit_key_config_take(&defaults);
    }
    ready = true;
    struct sit_key_config config = defaults, again = defaults;
    struct sit_error err = {0};
    if (sit_key_config_parse((const char *)bytes, n_bytes, "fuzz", &config, &err) !=
        SIT_OK) {
        if (err.message[0] == '\0' || memcmp(&config, &defaults, sizeof config) != 0)
            abort();
        return 0;
    }
    check(&config);
    struct sit_buf text = {0};
    sit_key_config_print(&config, &text);
    if (sit_key_config_parse(text.data, text.n_bytes, "printed", &again, &err) !=
            SIT_OK ||
        memcmp(&config, &again, sizeof config) != 0)
        abort();
    sit_buf_release(&text);
    return 0;
}
