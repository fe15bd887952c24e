/*
 * Text that is safe to send to a terminal, and its width in cells. Names from
 * files and databases are hostile: they pass through here before they are shown.
 * Widths need a UTF-8 LC_CTYPE (sit_text_init_locale()).
 */
#ifndef SITTER_TEXT_H
#define SITTER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"

/** Choose the user's locale, or C.UTF-8 where that is not UTF-8. False if neither
 * works. */
bool sit_text_init_locale(void);

/**
 * Decode one UTF-8 code point from `bytes` (n_bytes > 0).
 * Returns the bytes used, and *code; an invalid byte gives 1 and *code = UINT32_MAX.
 */
size_t sit_utf8_decode(const char *bytes, size_t n_bytes, uint32_t *code);

/** Encode `code` to out (4 bytes); returns the bytes written, 0 for no code point. */
size_t sit_utf8_encode(uint32_t code, char out[4]);

/** Whether the bytes are UTF-8 throughout. */
bool sit_utf8_valid(const char *bytes, size_t n_bytes);

/** Append the bytes with every wrong one replaced by U+FFFD: valid UTF-8, for JSON. */
void sit_utf8_repair(struct sit_buf *out, const char *bytes, size_t n_bytes);

/** Cells a code point takes: 0, 1 or 2; -1 where it must not reach a terminal raw
 * (controls, C1, line and paragraph separators, bidirectional overrides). */
int sit_text_code_width(uint32_t code);

/**
 * Append `bytes` with all that a terminal could act on made visible: "\n" -> "\\n",
 * ESC -> "\\e", other controls and invalid bytes -> "\\xNN", other unsafe code points
 * -> "\\u{NNNN}". Tabs become "\\t". A backslash stays as it is.
 */
void sit_text_escape(struct sit_buf *out, const char *bytes, size_t n_bytes);

/** Cells of escaped text (as sit_text_escape() gives it); unsafe code points count 0.
 */
size_t sit_text_width(const char *text);

/**
 * Escape `text` and cut it to at most `n_cells` cells, "…" being the last one where
 * something was cut. Appends no padding.
 */
void sit_text_fit(struct sit_buf *out, const char *text, size_t n_cells);

/** The same, padded with blanks to n_cells: a cell of a table. */
void sit_text_append_cell(struct sit_buf *out, const char *text, size_t n_cells,
                          bool right);

#endif
