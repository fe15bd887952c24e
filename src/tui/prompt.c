/*
 * The prompt line: editing and drawing.
 */
#include "prompt.h"

#include <string.h>

#include "sitter/term.h"
#include "sitter/text.h"

void sit_prompt_reset(struct sit_prompt *prompt)
{
    prompt->n_bytes = 0;
    prompt->text[0] = '\0';
}

void sit_prompt_set(struct sit_prompt *prompt, const char *text)
{
    sit_prompt_reset(prompt);
    for (size_t i = 0, n = strlen(text); i < n;) {
        uint32_t code;
        i += sit_utf8_decode(text + i, n - i, &code);
        sit_prompt_insert(prompt, code);
    }
}

/* Erase the last code point. */
static void erase_one(struct sit_prompt *prompt)
{
    size_t n = prompt->n_bytes;
    while (n > 0) {
        n--;
        if (((unsigned char)prompt->text[n] & 0xc0) != 0x80)
            break;
    }
    prompt->n_bytes = n;
    prompt->text[n] = '\0';
}

static void erase_word(struct sit_prompt *prompt)
{
    while (prompt->n_bytes > 0 && prompt->text[prompt->n_bytes - 1] == ' ')
        erase_one(prompt);
    while (prompt->n_bytes > 0 && prompt->text[prompt->n_bytes - 1] != ' ')
        erase_one(prompt);
}

void sit_prompt_insert(struct sit_prompt *prompt, uint32_t code)
{
    char bytes[4];
    size_t n = code < SIT_KEY_UP && sit_text_code_width(code) >= 0
                   ? sit_utf8_encode(code, bytes)
                   : 0;
    if (prompt->n_bytes + n >= sizeof prompt->text)
        return;
    memcpy(prompt->text + prompt->n_bytes, bytes, n);
    prompt->n_bytes += n;
    prompt->text[prompt->n_bytes] = '\0';
}

enum sit_prompt_outcome sit_prompt_key(struct sit_prompt *prompt, uint32_t key)
{
    switch (key) {
    case SIT_KEY_ENTER: return SIT_PROMPT_ACCEPTED;
    case SIT_KEY_ESCAPE:
    case 0x03: /* Ctrl-C */
    case 0x07: /* Ctrl-G */ return SIT_PROMPT_LEFT;
    case SIT_KEY_BACKSPACE:
    case 0x08:
        if (prompt->n_bytes == 0)
            return SIT_PROMPT_LEFT;
        erase_one(prompt);
        break;
    case 0x15: /* Ctrl-U */ sit_prompt_reset(prompt); break;
    case 0x17: /* Ctrl-W */ erase_word(prompt); break;
    default: sit_prompt_insert(prompt, key);
    }
    return SIT_PROMPT_GOES_ON;
}

void sit_prompt_draw(const struct sit_prompt *prompt, const char *label,
                     struct sit_grid *grid, struct sit_area area, size_t row)
{
    size_t used = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_BOLD, label);
    size_t room = area.n_cols > used + 1 ? area.n_cols - used - 1 : 0;
    const char *text = prompt->text;
    while (sit_text_width(text) > room) {
        uint32_t code;
        text += sit_utf8_decode(text, strlen(text), &code);
    }
    used += sit_grid_put(grid, area, row, used, room, SIT_STYLE_NORMAL, text);
    sit_grid_put(grid, area, row, used, 1, SIT_STYLE_CURSOR, " ");
}
