/*
 * Private to the report: text of the project's as HTML or SVG text. Nothing of it can
 * end up as markup, and nothing in it reorders what stands beside it.
 */
#ifndef SITTER_HTML_TEXT_H
#define SITTER_HTML_TEXT_H

#include <stddef.h>

#include "sitter/buf.h"

/* Escaped for element content and quoted attributes alike: & < > " ' as entities;
 * controls, noncharacters, bidirectional controls and invalid UTF-8 as U+FFFD; line
 * breaks and tabs as blanks. NULL is nothing. */
void html_text(struct sit_buf *out, const char *text);
/* The same in <bdi>: for text whose direction is unknown, beside other text. */
void html_bdi(struct sit_buf *out, const char *text);

/* 1234567 as "1,234,567". */
void html_count(struct sit_buf *out, size_t n);

/* Append bytes as base64. */
void html_base64(struct sit_buf *out, const void *bytes, size_t n_bytes);

#endif
