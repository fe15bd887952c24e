/*
 * Charts on stdout: sixels where a terminal has them, else blocks in its colours, else
 * plain text; 80 columns where it is no terminal.
 */
#include "chart_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

enum { ANSWER_MS = 1200, FILE_COLS = 80 };

void chart_out_open(struct chart_out *out)
{
    *out = (struct chart_out){
        .text = {.n_cols = FILE_COLS, .ascii = !cli_locale_is_utf8()}};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return;
    fflush(stdout);
    if (sit_term_query(STDIN_FILENO, STDOUT_FILENO, ANSWER_MS, NULL, &out->caps,
                       NULL) != SIT_OK)
        return;
    const struct sit_term_caps *caps = &out->caps;
    out->sixel = caps->graphics == SIT_GRAPHICS_SIXEL;
    if (caps->n_cols > 1) /* a full last column would wrap on some terminals */
        out->text.n_cols = caps->n_cols - 1;
    out->text.ascii = !caps->is_utf8;
    out->text.colour = caps->n_colours >= 8; /* 2 under $NO_COLOR */
}

int chart_out_table(const struct chart_out *out, const struct sit_report_table *table)
{
    struct sit_buf bytes = {0};
    struct sit_error err;
    enum sit_status status = SIT_E_ARG;
    if (!sit_chart_exists(table))
        return CLI_DONE;
    if (out->sixel)
        status = sit_chart_sixel(table, &out->caps, &bytes, &err);
    if (status == SIT_E_ARG) /* no sixels, or none in such cells */
        status = sit_chart_unicode(table, &out->text, &bytes, &err);
    if (status == SIT_OK) {
        fwrite(bytes.data, 1, bytes.n_bytes, stdout);
        putchar('\n');
    }
    sit_buf_release(&bytes);
    return status == SIT_OK ? CLI_DONE : cli_fail(&err);
}
