/*
 * Private to the command line: charts of a report on stdout, as what is there can show
 * them.
 */
#ifndef SITTER_CLI_CHART_OUT_H
#define SITTER_CLI_CHART_OUT_H

#include <stdbool.h>

#include "sitter/chart.h"

struct chart_out {
    bool sixel;
    struct sit_term_caps caps;          /* where sixel */
    struct sit_chart_text_options text; /* elsewhere */
};

/* Find out what stdout is: a terminal is asked, once. */
void chart_out_open(struct chart_out *out);

/* Print a table's chart, with an empty line after it; nothing where it has none.
 * CLI_DONE, or CLI_FAILED after an error message. */
int chart_out_table(const struct chart_out *out, const struct sit_report_table *table);

#endif
