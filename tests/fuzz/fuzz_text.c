/*
 * Any bytes through the escaping: nothing comes out that a terminal could act on, and
 * what is cut to a width keeps to it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void assert_safe(const struct sit_buf *text)
{
    const char *at = sit_buf_text(text);
    for (size_t i = 0; i < text->n_bytes;) {
        uint32_t code;
        i += sit_utf8_decode(at + i, text->n_bytes - i, &code);
        if (code == UINT32_MAX || sit_text_code_width(code) < 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static bool ready;
    struct sit_buf escaped = {0}, repaired = {0};
    if (!ready)
        sit_text_init_locale();
    ready = true;
    sit_text_escape(&escaped, (const char *)bytes, n_bytes);
    assert_safe(&escaped);
    sit_utf8_repair(&repaired, (const char *)bytes, n_bytes);
    if (!sit_utf8_valid(sit_buf_text(&repaired), repaired.n_bytes))
        abort();
    char *text = strndup((const char *)bytes, n_bytes);
    for (size_t n_cells = 0; text != NULL && n_cells < 24; n_cells++) {
        struct sit_buf fitted = {0};
        sit_text_fit(&fitted, text, n_cells);
        assert_safe(&fitted);
        if (sit_text_width(sit_buf_text(&fitted)) > n_cells)
            abort();
        sit_buf_release(&fitted);
    }
    free(text);
    sit_buf_release(&escaped);
    sit_buf_release(&repaired);
    return 0;
}
