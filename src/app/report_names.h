/*
 * Private to app: texts of a report: kept until it is freed, and numbered by content.
 */
#ifndef SITTER_APP_REPORT_NAMES_H
#define SITTER_APP_REPORT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

/* Owns copies of texts that never move. */
struct report_texts;
struct report_texts *report_texts_new(void); /* NULL without memory */
void report_texts_free(struct report_texts *texts);
/* A copy; NULL gives NULL. *out is written only on success. */
enum sit_status report_texts_keep(struct report_texts *texts, const char *text,
                                  const char **out, struct sit_error *err);

/* Different texts, numbered in the order they came. Zero-initialise. */
struct report_names {
    const char **items; /* (n); the texts are in the struct report_texts */
    size_t n, capacity;
    uint32_t *slots; /* hash table: number + 1, 0 free */
    size_t n_slots;
};
enum sit_status report_names_add(struct report_names *names, struct report_texts *texts,
                                 const char *text, uint32_t *number,
                                 struct sit_error *err);
void report_names_release(struct report_names *names);

#endif
