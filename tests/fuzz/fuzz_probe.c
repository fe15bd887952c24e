/*
 * Fuzzes the probe's parser: any bytes, whole and in two parts, must give the same
 * capabilities, with sizes that are usable.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static const char *no_getenv(void *context, const char *name)
{
    (void)context;
    (void)name;
    return NULL;
}

static struct sit_term_caps decide(const char *bytes, size_t n_bytes, size_t split,
                                   struct sit_buf *other)
{
    struct sit_term_probe probe;
    struct sit_term_caps caps;
    sit_term_probe_init(&probe);
    sit_term_probe_feed(&probe, bytes, split, other);
    sit_term_probe_feed(&probe, bytes + split, n_bytes - split, other);
    sit_term_probe_finish(&probe, 0, 0, 0, 0, true, no_getenv, NULL, &caps);
    return caps;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct sit_buf whole = {0}, parts = {0};
    const char *text = (const char *)bytes;
    size_t split = n_bytes > 0 ? bytes[0] % (n_bytes + 1) : 0;
    struct sit_term_caps a = decide(text, n_bytes, n_bytes, &whole);
    struct sit_term_caps b = decide(text, n_bytes, split, &parts);
    check(a.has_sixel == b.has_sixel && a.graphics == b.graphics &&
          a.n_registers == b.n_registers && strcmp(a.name, b.name) == 0);
    check(whole.n_bytes == parts.n_bytes && whole.n_bytes <= n_bytes &&
          (whole.n_bytes == 0 || memcmp(whole.data, parts.data, whole.n_bytes) == 0));
    check(a.cell_width_px >= 2 && a.cell_width_px <= 255 && a.cell_height_px >= 4 &&
          a.cell_height_px <= 255);
    check(memchr(a.name, '\0', sizeof a.name) != NULL && strchr(a.name, 0x1b) == NULL);
    sit_buf_release(&whole);
    sit_buf_release(&parts);
    return 0;
}
