/*
 * One line of text being typed: UTF-8, edited at its end.
 */
#ifndef SITTER_TUI_PROMPT_H
#define SITTER_TUI_PROMPT_H

#include <stddef.h>
#include <stdint.h>

#include "grid.h"

enum { SIT_PROMPT_BYTES = 256 };

/** Zero-initialise. */
struct sit_prompt {
    char text[SIT_PROMPT_BYTES]; /* terminated */
    size_t n_bytes;
};

enum sit_prompt_outcome { SIT_PROMPT_GOES_ON, SIT_PROMPT_ACCEPTED, SIT_PROMPT_LEFT };

void sit_prompt_reset(struct sit_prompt *prompt);
/** Begin with that text, cut where it is too long. */
void sit_prompt_set(struct sit_prompt *prompt, const char *text);

/** Characters are appended (dropped where full); Backspace, Ctrl-W, Ctrl-U erase; Enter
 * accepts; Esc, Ctrl-C, Ctrl-G and Backspace on an empty line leave. */
enum sit_prompt_outcome sit_prompt_key(struct sit_prompt *prompt, uint32_t key);

/** Append a character that was typed or pasted; what is none is dropped. */
void sit_prompt_insert(struct sit_prompt *prompt, uint32_t code);

/** Draw "label text_" in a row of the area; of a long text the end is shown. */
void sit_prompt_draw(const struct sit_prompt *prompt, const char *label,
                     struct sit_grid *grid, struct sit_area area, size_t row);

#endif
