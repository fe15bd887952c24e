/*
 * Private to app: fields of CSV files that spreadsheets open without harm.
 */
#ifndef SITTER_APP_CSV_WRITE_H
#define SITTER_APP_CSV_WRITE_H

#include <stdbool.h>

#include "sitter/buf.h"

/* Append a field of text, quoted where it must be (RFC 4180). One that a spreadsheet
 * would take for a formula gets a ' in front, which csv_unguard() takes off again. */
void csv_append_field(struct sit_buf *out, const char *text);

/* The text of a field as it was before csv_append_field() guarded it: a pointer into
 * it. */
const char *csv_unguard(const char *field);

#endif
