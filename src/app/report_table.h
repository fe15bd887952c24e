/*
 * Private to app: building a report's tables. Functions that make text or rows return
 * NULL without memory.
 */
#ifndef SITTER_APP_REPORT_TABLE_H
#define SITTER_APP_REPORT_TABLE_H

#include "report_figure.h"
#include "report_group.h"

/* Text as printf makes it, the caller's to free. */
char *report_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

const char *report_class_name(const struct sit_report *report, sit_class_index k);

/* Append an empty table to the report; it stays where it is until the next is added. */
struct sit_report_table *report_add_table(struct sit_report *report, const char *id,
                                          char *title, const char *unit,
                                          const char *field);

/* Columns come before the first row. */
enum sit_status report_add_column(struct sit_report_table *table, const char *id,
                                  char *name, enum sit_figure_kind kind,
                                  sit_class_index class_index, struct sit_error *err);

/* A row without figures; label2 may be NULL. Both are copied. */
enum sit_status report_add_row(struct sit_report_table *table, const char *label,
                               const char *label2, struct sit_report_row **out,
                               struct sit_error *err);

/* Append a sentence to the note. */
enum sit_status report_add_note(struct sit_report_table *table, char *sentence,
                                struct sit_error *err);

void report_table_release(struct sit_report_table *table);

/*
 * report_groups.c: columns and rows of a table whose rows are groups of faces: posters,
 * faces, share of the class reported; with more than two classes also of the others
 */
enum sit_status report_add_group_columns(const struct report_data *data,
                                         struct sit_report_table *table,
                                         struct sit_error *err);
/* A row a cell, whose faces are taken; b may be NULL. */
enum sit_status report_add_rows(struct report_estimator *e,
                                struct sit_report_table *table,
                                const struct report_field *a,
                                const struct report_field *b,
                                struct report_cells *cells, struct sit_error *err);

/*
 * The tables, each added to the report
 */
enum sit_status report_faces_table(struct report_estimator *e,
                                   struct sit_report *report, struct sit_error *err);
enum sit_status report_posters_table(struct report_estimator *e,
                                     struct sit_report *report, struct sit_error *err);
/* "decade" or "year". */
enum sit_status report_time_table(struct report_estimator *e, struct sit_report *report,
                                  const char *field, struct sit_error *err);
enum sit_status report_keyword_tables(struct report_estimator *e,
                                      struct sit_report *report, struct sit_error *err);
enum sit_status report_by_table(struct report_estimator *e, struct sit_report *report,
                                const struct sit_report_by *by, struct sit_error *err);

#endif
