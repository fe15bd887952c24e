/*
 * sitter suspects: labels that may be wrong.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/export.h"
#include "sitter/suspect_list.h"
#include "sitter/text.h"

/* What the rows are printed with. */
struct output {
    struct sit_project *project;
    struct sit_class_list classes;
    const struct sit_suspect_list *list;
    size_t n_rows;
};

static const struct sit_class *class_of(const struct output *o, sit_class_index index)
{
    static const struct sit_class unknown = {.key = "-", .name = "-"};
    return index >= 0 && (size_t)index < o->classes.n ? &o->classes.items[index]
                                                      : &unknown;
}

static void append_text_row(struct sit_buf *out, const struct output *o,
                            const struct sit_suspect_face *face, const char *name)
{
    sit_buf_append_text(out, "  ");
    sit_text_append_cell(out, name, 28, false);
    sit_buf_appendf(out, " %-5s  ", sit_split_name(face->split));
    sit_text_append_cell(out, class_of(o, face->given)->name, 11, false);
    sit_text_append_cell(out, class_of(o, face->suggested)->name, 11, false);
    sit_buf_appendf(out, "%6.3f %6.3f%s\n", face->self_confidence, face->margin,
                    face->confirmed ? "  kept" : "");
}

static void append_csv_row(struct sit_buf *out, const struct output *o,
                           const struct sit_suspect_face *face, const char *name)
{
    sit_csv_append(out, name);
    sit_buf_appendf(out, ",%s,", sit_split_name(face->split));
    sit_csv_append(out, class_of(o, face->given)->name);
    sit_buf_append_char(out, ',');
    sit_csv_append(out, class_of(o, face->suggested)->name);
    sit_buf_appendf(out, ",%.6f,%.6f,%.6f,%d,%d\r\n", face->self_confidence,
                    face->margin, face->p_suggested, face->off_diagonal,
                    face->confirmed);
}

static json_t *json_row(const struct output *o, const struct sit_suspect_face *face,
                        const char *name)
{
    return json_pack("{s:o, s:s, s:o, s:o, s:f, s:f, s:f, s:b, s:b}", "face",
                     json_safe_text(name), "split", sit_split_name(face->split),
                     "label", json_safe_text(class_of(o, face->given)->key),
                     "suggested", json_safe_text(class_of(o, face->suggested)->key),
                     "self_confidence", face->self_confidence, "margin", face->margin,
                     "p_suggested", face->p_suggested, "suspect", face->off_diagonal,
                     "confirmed", face->confirmed);
}

/* Visit the rows with their faces' names. */
typedef void row_fn(void *context, const struct output *o,
                    const struct sit_suspect_face *face, const char *name);

static enum sit_status each_row(const struct output *o, row_fn *visit, void *context,
                                struct sit_error *err)
{
    struct sit_face_detail detail = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < o->n_rows; i++) {
        const struct sit_suspect_face *face = &o->list->items[i];
        status = sit_project_face_detail(o->project, face->face_id, 0, &detail, err);
        if (status == SIT_OK)
            visit(context, o, face, detail.name);
    }
    sit_face_detail_release(&detail);
    return status;
}

static void visit_text(void *context, const struct output *o,
                       const struct sit_suspect_face *face, const char *name)
{
    if (face == &o->list->items[o->list->n_suspect])
        sit_buf_append_text(context, "\n  no suspects, but next in line:\n");
    append_text_row(context, o, face, name);
}

static void visit_csv(void *context, const struct output *o,
                      const struct sit_suspect_face *face, const char *name)
{
    append_csv_row(context, o, face, name);
}

static void visit_json(void *context, const struct output *o,
                       const struct sit_suspect_face *face, const char *name)
{
    json_array_append_new(context, json_row(o, face, name));
}

static enum sit_status print_json(const struct output *o, int *code,
                                  struct sit_error *err)
{
    json_t *rows = json_array();
    enum sit_status status = each_row(o, visit_json, rows, err);
    if (status != SIT_OK) {
        json_decref(rows);
        return status;
    }
    *code = json_out(json_pack("{s:o, s:f, s:I, s:I, s:o}", "features",
                               json_safe_text(o->list->features), "c", o->list->c,
                               "n_labelled", (json_int_t)o->list->n, "n_suspect",
                               (json_int_t)o->list->n_suspect, "suspects", rows));
    return SIT_OK;
}

static enum sit_status print_csv(const struct output *o, int *code,
                                 struct sit_error *err)
{
    struct sit_buf text = {0};
    sit_buf_append_text(&text, "face,split,label,suggested,self_confidence,margin,"
                               "p_suggested,suspect,confirmed\r\n");
    enum sit_status status = each_row(o, visit_csv, &text, err);
    if (status == SIT_OK && text.failed)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        *code = cli_write_stdout(sit_buf_text(&text), text.n_bytes);
    sit_buf_release(&text);
    return status;
}

static enum sit_status print_text(const struct output *o, int *code,
                                  struct sit_error *err)
{
    struct sit_buf text = {0};
    const struct sit_suspect_list *list = o->list;
    enum sit_status status = each_row(o, visit_text, &text, err);
    if (status == SIT_OK && text.failed)
        status = sit_error_nomem(err);
    if (status == SIT_OK) {
        printf("%zu of %zu labels are suspect (logistic heads on ", list->n_suspect,
               list->n);
        cli_put_safe(list->features);
        printf(", C = %.3g,\neach face judged by heads that saw no face of its "
               "source)\n",
               list->c);
        if (o->n_rows > 0)
            printf("\n  %-28s %-5s  %-11s%-11s%6s %6s\n", "face", "split", "label",
                   "rather", "p", "margin");
        fputs(sit_buf_text(&text), stdout);
        *code = cli_finish_stdout();
    }
    sit_buf_release(&text);
    return status;
}

static int print(const struct cli *cli, struct sit_project *project,
                 const struct sit_suspect_list *list, size_t limit)
{
    struct output o = {.project = project, .list = list};
    struct sit_error err;
    int code = CLI_FAILED;
    if (cli_value(cli, "limit") == NULL)
        limit = list->n_suspect;
    o.n_rows = limit < list->n ? limit : list->n;
    enum sit_status status = sit_project_classes(project, &o.classes, &err);
    if (status == SIT_OK && cli_flag(cli, "json"))
        status = print_json(&o, &code, &err);
    else if (status == SIT_OK && cli_flag(cli, "csv"))
        status = print_csv(&o, &code, &err);
    else if (status == SIT_OK)
        status = print_text(&o, &code, &err);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (code == CLI_DONE && list->n_suspect > 0 && !cli_flag(cli, "json") &&
        !cli_flag(cli, "csv"))
        cli_say_next(cli, "review --list suspects");
    return code;
}

static int run(struct cli *cli)
{
    struct sit_suspect_options options = {.features = cli_value(cli, "features"),
                                          .with_other = cli_flag(cli, "with-other")};
    struct sit_suspect_list list = {0};
    struct sit_project *project = NULL;
    struct sit_error err;
    size_t limit = 0;
    if (!cli_size(cli, "limit", 1, SIZE_MAX, &limit))
        return CLI_USAGE;
    if (cli_flag(cli, "json") && cli_flag(cli, "csv"))
        return cli_usage_error("suspects: either --json or --csv");
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "judging labels");
    enum sit_status status = sit_suspects_find(project, &options, &progress.progress,
                                               &list, &err);
    cli_progress_end(&progress);
    code = status == SIT_OK ? print(cli, project, &list, limit) : cli_fail(&err);
    sit_suspect_list_release(&list);
    sit_project_close(project);
    return code;
}

static const struct cli_option options_table[] = {
    {"features", "NAME", "by which feature set (default: the newest)"},
    {"limit", "N", "the N worst (default: those that are suspect)"},
    {"with-other", NULL, "judge labels of the excluded classes too"},
    {"csv", NULL, "as CSV"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_suspects = {
    .name = "suspects",
    .arguments = "",
    .summary = "labels that may be wrong, by confident learning",
    .text =
        "Train and test faces together, the most suspect first: face, split, label, "
        "the\n"
        "class that speaks against it, the probability of the label, and the "
        "normalised\n"
        "margin (p of the label - greatest other p + 1) / 2. Nothing is changed.",
    .options = options_table,
    .run = run,
};
