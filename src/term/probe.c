/*
 * The probe's questions, and reading the answers out of a byte stream. What follows
 * from the answers is probe_decide.c's; the tty is query.c's.
 */
#include "sitter/term.h"

#include <ctype.h>
#include <string.h>

#include "sequence.h"
#include "sitter/text.h"

enum { ESC = 0x1b };

void sit_term_probe_init(struct sit_term_probe *probe)
{
    *probe = (struct sit_term_probe){.caps = {.cell_source = "assumed"}};
}

void sit_term_probe_request(struct sit_buf *out, sit_getenv_fn *env, void *env_context)
{
    const char *term = env(env_context, "TERM");
    bool is_multiplexed = env(env_context, "TMUX") != NULL ||
                          (term != NULL && (strncmp(term, "screen", 6) == 0 ||
                                            strncmp(term, "tmux", 4) == 0));
    bool is_console = term != NULL && strcmp(term, "linux") == 0;
    /* Kitty graphics: would this pixel be taken? tmux makes a title of it. Where it is
     * text to a terminal, the line is blanked below. */
    if (!is_multiplexed && !is_console)
        sit_buf_append_text(out, "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\");
    if (!is_console)
        sit_buf_append_text(out, "\033]11;?\033\\"); /* the background */
    /* Raise the colour registers to 256; how many are there; the largest picture. */
    sit_buf_append_text(out, "\033[?1;3;256S\033[?1;1;0S\033[?2;4;0S");
    if (env(env_context, "KONSOLE_VERSION") == NULL)
        sit_buf_append_text(out, "\033[?2026$p");
    sit_buf_append_text(out, "\033[>q\033[16t\033[14t\033[18t");
    /* One letter of two bytes, and where the cursor is then: in column 2 where UTF-8 is
     * drawn, in column 3 where each byte is. The line is blanked again. */
    sit_buf_append_text(out, "\r\303\251\033[6n\r\033[K");
    /* Every terminal answers this one, and answers in order: it ends the wait. */
    sit_buf_append_text(out, "\033[c");
}

static void take_device_attributes(struct sit_term_probe *probe,
                                   const struct sit_csi *csi)
{
    if (csi->prefix != '?')
        return;
    for (size_t i = 0; i < csi->n_params; i++) {
        if (csi->params[i] == 4)
            probe->caps.has_sixel = true;
    }
    probe->caps.answered = true;
    probe->done = true;
}

/* CSI ? item ; status ; value... S; status 0 is success. */
static void take_graphics_attribute(struct sit_term_caps *caps,
                                    const struct sit_csi *csi)
{
    if (csi->n_params < 3 || csi->params[1] != 0)
        return;
    if (csi->params[0] == 1) {
        caps->n_registers = csi->params[2];
    } else if (csi->params[0] == 2 && csi->n_params >= 4) {
        caps->max_width_px = csi->params[2];
        caps->max_height_px = csi->params[3];
    }
}

static void take_window_report(struct sit_term_probe *probe, const struct sit_csi *csi)
{
    if (csi->n_params != 3)
        return;
    size_t height = csi->params[1];
    size_t width = csi->params[2];
    switch (csi->params[0]) {
    case 4:
        probe->text_width_px = width;
        probe->text_height_px = height;
        break;
    case 6:
        probe->caps.cell_width_px = width;
        probe->caps.cell_height_px = height;
        break;
    case 8:
        probe->caps.n_cols = width;
        probe->caps.n_rows = height;
        break;
    default: break;
    }
}

/* True where the sequence is an answer, wanted or not. */
static bool take_csi(struct sit_term_probe *probe, const char *bytes, size_t n_bytes)
{
    struct sit_csi csi;
    sit_csi_parse(bytes, n_bytes, &csi);
    bool is_private = csi.prefix != 0;
    switch (csi.final) {
    case 'c':
        if (is_private)
            take_device_attributes(probe, &csi);
        return is_private;
    case 'S':
        if (csi.prefix == '?')
            take_graphics_attribute(&probe->caps, &csi);
        return is_private;
    case 'y':
        if (csi.prefix == '?' && csi.params[0] == 2026)
            probe->caps.has_sync = csi.params[1] == 1 || csi.params[1] == 2;
        return csi.intermediate == '$';
    case 't':
        if (!is_private)
            take_window_report(probe, &csi);
        return true;
    case 'R':
        if (!is_private && csi.n_params == 2)
            probe->utf8_answer = csi.params[1] == 2 ? 1 : csi.params[1] == 3 ? -1 : 0;
        return !is_private;
    default: return false;
    }
}

/* ESC P > | text ESC \\, as far as the text was kept. */
static void take_name(struct sit_term_probe *probe, const char *bytes, size_t n_bytes)
{
    struct sit_buf text = {0};
    sit_text_escape(&text, bytes, n_bytes);
    char *name = probe->caps.name;
    memset(name, 0, sizeof probe->caps.name);
    for (size_t i = 0; i < text.n_bytes;) {
        uint32_t code;
        size_t used = sit_utf8_decode(text.data + i, text.n_bytes - i, &code);
        if (i + used >= sizeof probe->caps.name)
            break;
        memcpy(name + i, text.data + i, used);
        i += used;
    }
    sit_buf_release(&text);
}

/* Up to four hexadecimal digits as a share of what so many can say, 0 to 255. */
static bool take_hex(const char **at, const char *end, uint8_t *value)
{
    unsigned sum = 0, most = 0;
    while (*at < end && most < 0xffff && isxdigit((unsigned char)**at)) {
        int c = tolower((unsigned char)**at);
        sum = sum * 16 + (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        most = most * 16 + 15;
        ++*at;
    }
    if (most == 0)
        return false;
    *value = (uint8_t)((sum * 255 + most / 2) / most);
    return true;
}

/* rgb:RRRR/GGGG/BBBB, or rgba: with a fourth that does not matter here. */
static void take_background(struct sit_term_caps *caps, const char *bytes,
                            size_t n_bytes)
{
    const char *end = bytes + n_bytes;
    const char *at = memchr(bytes, ':', n_bytes);
    uint8_t rgb[3];
    if (at == NULL || n_bytes < 4 || memcmp(bytes, "rgb", 3) != 0)
        return;
    for (size_t i = 0; i < 3; i++) {
        at++; /* ':' or '/' */
        if (at >= end || !take_hex(&at, end, &rgb[i]) ||
            (i < 2 && (at >= end || *at != '/')))
            return;
    }
    memcpy(caps->background, rgb, sizeof rgb);
    caps->knows_background = true;
}

static void take_string(struct sit_term_probe *probe, const char *bytes, size_t n_bytes)
{
    static const char name[] = "\033P>|", kitty[] = "\033_Gi=31;OK",
                      background[] = "\033]11;";
    size_t n_end = bytes[n_bytes - 1] == '\\' ? 2 : 1;
    size_t n = n_bytes - n_end;
    if (n >= sizeof name - 1 && memcmp(bytes, name, sizeof name - 1) == 0)
        take_name(probe, bytes + sizeof name - 1, n - (sizeof name - 1));
    else if (n == sizeof kitty - 1 && memcmp(bytes, kitty, n) == 0)
        probe->caps.has_kitty = true;
    else if (n > sizeof background - 1 &&
             memcmp(bytes, background, sizeof background - 1) == 0)
        take_background(&probe->caps, bytes + sizeof background - 1,
                        n - (sizeof background - 1));
}

static void pass_on(struct sit_buf *other, const char *bytes, size_t n_bytes)
{
    if (other != NULL)
        sit_buf_append(other, bytes, n_bytes);
}

static void feed_byte(struct sit_term_probe *probe, char byte, struct sit_buf *other)
{
    if (probe->n_pending == 0 && byte != ESC) {
        pass_on(other, &byte, 1);
        return;
    }
    char *pending = probe->pending;
    /* Of an overlong sequence the middle is dropped: its end is still recognised. */
    if (probe->n_pending == sizeof probe->pending) {
        pending[probe->n_pending - 2] = pending[probe->n_pending - 1];
        probe->n_pending--;
    }
    pending[probe->n_pending++] = byte;
    size_t n = probe->n_pending;
    switch (sit_sequence_classify(pending, n)) {
    case SIT_SEQUENCE_OPEN:
    case SIT_SEQUENCE_STRING_OPEN: return;
    case SIT_SEQUENCE_ABORTED: {
        /* A string is ended by any escape sequence: "ESC [" here is a new one. */
        bool is_string = sit_sequence_classify(pending, 2) == SIT_SEQUENCE_STRING_OPEN;
        bool after_escape = is_string && n > 3 && pending[n - 2] == ESC;
        probe->n_pending = 0;
        if (!is_string)
            pass_on(other, pending, n - 1);
        if (after_escape)
            feed_byte(probe, ESC, other);
        feed_byte(probe, byte, other);
        return;
    }
    case SIT_SEQUENCE_CSI:
        if (!take_csi(probe, pending, n))
            pass_on(other, pending, n);
        break;
    case SIT_SEQUENCE_STRING: take_string(probe, pending, n); break;
    case SIT_SEQUENCE_ESCAPE:
    case SIT_SEQUENCE_SS3: pass_on(other, pending, n); break;
    }
    probe->n_pending = 0;
}

void sit_term_probe_feed(struct sit_term_probe *probe, const char *bytes,
                         size_t n_bytes, struct sit_buf *other)
{
    for (size_t i = 0; i < n_bytes; i++)
        feed_byte(probe, bytes[i], other);
}
