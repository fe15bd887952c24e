/*
 * sitter adjudicate: faces on which labels differ, decided for all; or a list of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "screen_script.h"
#include "screens.h"
#include "sitter/alloc.h"
#include "sitter/export.h"
#include "sitter/filter.h"
#include "sitter/text.h"

/* What the list is printed with. */
struct output {
    struct sit_project *project;
    struct sit_class_list classes;
    const struct sit_review_item *items; /* that are asked for */
    size_t n_items, n_disputed;
    bool hides_names;
};

/* One row. */
struct row {
    const struct sit_review_item *item;
    const char *name;
    struct sit_buf says; /* "ann: female; bob: male" */
    json_t *json_says;   /* the same; NULL: not wanted */
};

struct saying {
    const struct output *output;
    struct row *row;
};

static const char *class_name(const struct output *o, sit_class_index index)
{
    return index >= 0 && (size_t)index < o->classes.n ? o->classes.items[index].name
                                                      : "-";
}

static enum sit_status take_say(void *context, const struct sit_standing_label *label,
                                struct sit_error *err)
{
    const struct saying *saying = context;
    const struct output *o = saying->output;
    struct row *row = saying->row;
    (void)err;
    const char *class_text = class_name(o, label->class_index);
    const char *name = o->hides_names ? label->is_person ? "one" : "a file"
                                      : label->annotator;
    sit_buf_appendf(&row->says, "%s%s: %s", row->says.n_bytes > 0 ? "; " : "", name,
                    class_text);
    if (row->json_says != NULL)
        json_array_append_new(
            row->json_says,
            json_pack("{s:o, s:o, s:b}", "annotator",
                      o->hides_names ? json_null() : json_safe_text(label->annotator),
                      "label", json_safe_text(class_text), "is_person",
                      label->is_person));
    return SIT_OK;
}

typedef void row_fn(void *context, const struct output *o, const struct row *row);

static enum sit_status each_row(const struct output *o, bool as_json, row_fn *visit,
                                void *context, struct sit_error *err)
{
    struct sit_face_detail detail = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < o->n_items; i++) {
        struct row row = {.item = &o->items[i],
                          .json_says = as_json ? json_array() : NULL};
        struct saying saying = {o, &row};
        status = sit_project_face_detail(o->project, row.item->face_id, 0, &detail,
                                         err);
        if (status == SIT_OK)
            status = sit_project_standing_labels(o->project, row.item->face_id,
                                                 take_say, &saying, err);
        row.name = detail.name;
        if (status == SIT_OK)
            visit(context, o, &row);
        json_decref(row.json_says);
        sit_buf_release(&row.says);
    }
    sit_face_detail_release(&detail);
    return status;
}

static bool is_disputed(const struct row *row)
{
    return row->item->given == SIT_NO_CLASS;
}

static void visit_text(void *context, const struct output *o, const struct row *row)
{
    sit_buf_append_text(context, "  ");
    sit_text_append_cell(context, row->name, 28, false);
    sit_buf_appendf(context, " %-5s  ", sit_split_name(row->item->split));
    sit_text_append_cell(
        context, is_disputed(row) ? "disputed" : class_name(o, row->item->given), 11,
        false);
    sit_buf_append_char(context, ' ');
    sit_text_fit(context, sit_buf_text(&row->says), 200);
    sit_buf_append_char(context, '\n');
}

static void visit_csv(void *context, const struct output *o, const struct row *row)
{
    sit_csv_append(context, row->name);
    sit_buf_appendf(context, ",%s,%d,", sit_split_name(row->item->split),
                    is_disputed(row));
    sit_csv_append(context, is_disputed(row) ? "" : class_name(o, row->item->given));
    sit_buf_append_char(context, ',');
    sit_csv_append(context, sit_buf_text(&row->says));
    sit_buf_append_text(context, "\r\n");
}

static void visit_json(void *context, const struct output *o, const struct row *row)
{
    json_array_append_new(
        context,
        json_pack("{s:o, s:s, s:b, s:o, s:O}", "face", json_safe_text(row->name),
                  "split", sit_split_name(row->item->split), "disputed",
                  is_disputed(row), "label",
                  is_disputed(row) ? json_null()
                                   : json_safe_text(class_name(o, row->item->given)),
                  "says", row->json_says));
}

static enum sit_status print_json(const struct output *o, int *code,
                                  struct sit_error *err)
{
    json_t *rows = json_array();
    enum sit_status status = each_row(o, true, visit_json, rows, err);
    if (status != SIT_OK) {
        json_decref(rows);
        return status;
    }
    *code = json_out(json_pack("{s:I, s:I, s:o}", "n", (json_int_t)o->n_items,
                               "n_disputed", (json_int_t)o->n_disputed, "faces", rows));
    return SIT_OK;
}

static enum sit_status print_rows(const struct cli *cli, const struct output *o,
                                  int *code, struct sit_error *err)
{
    struct sit_buf text = {0};
    bool csv = cli_flag(cli, "csv");
    if (csv)
        sit_buf_append_text(&text, "face,split,disputed,label,says\r\n");
    else if (o->n_items == 0)
        sit_buf_append_text(&text, "labels differ on no face\n");
    else
        sit_buf_appendf(&text, "labels differ on %zu %s, %zu without a majority\n",
                        o->n_items, o->n_items == 1 ? "face" : "faces", o->n_disputed);
    enum sit_status status = each_row(o, false, csv ? visit_csv : visit_text, &text,
                                      err);
    if (status == SIT_OK && text.failed)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        *code = cli_write_stdout(sit_buf_text(&text), text.n_bytes);
    sit_buf_release(&text);
    if (status == SIT_OK && *code == CLI_DONE && !csv && o->n_items > 0)
        cli_say_next(cli, "adjudicate");
    return status;
}

/* Leave only what --split and --filter ask for. */
static enum sit_status choose(const struct cli *cli, struct sit_project *project,
                              enum sit_review_scope scope, struct sit_review_list *list,
                              struct sit_error *err)
{
    struct sit_face_table table = {0};
    struct sit_filter_terms terms = {0};
    struct sit_filter *filter = NULL;
    const char *text = cli_value(cli, "filter");
    enum sit_status status = sit_face_table_load(project, 0, &table, err);
    if (status == SIT_OK && text != NULL)
        status = sit_filter_parse(text, &terms, err);
    if (status == SIT_OK && terms.n > 0)
        status = sit_filter_new(project, &table, &terms, &filter, err);
    size_t n = 0;
    for (size_t i = 0; status == SIT_OK && i < list->n; i++) {
        const struct sit_review_item *item = &list->items[i];
        size_t at = sit_face_table_find(&table, item->face_id);
        bool in_scope = scope == SIT_REVIEW_ALL ||
                        (scope == SIT_REVIEW_TEST) == (item->split == SIT_TEST);
        if (in_scope &&
            (filter == NULL || sit_filter_matches(filter, &table, at, SIT_NO_CLASS, 0)))
            list->items[n++] = *item;
    }
    list->n = n;
    sit_filter_free(filter);
    sit_face_table_release(&table);
    return status;
}

static int run_list(const struct cli *cli, enum sit_review_scope scope)
{
    struct output o = {.hides_names = cli_flag(cli, "blind")};
    struct sit_review_list list = {0};
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &o.project);
    if (code != CLI_DONE)
        return code;
    code = CLI_FAILED;
    enum sit_status status = sit_project_classes(o.project, &o.classes, &err);
    if (status == SIT_OK)
        status = sit_review_compute(cli->db, SIT_REVIEW_DISAGREEMENTS, NULL, NULL,
                                    &list, &err);
    if (status == SIT_OK)
        status = choose(cli, o.project, scope, &list, &err);
    o.items = list.items;
    o.n_items = list.n;
    for (size_t i = 0; i < list.n; i++)
        o.n_disputed += list.items[i].given == SIT_NO_CLASS ? 1 : 0;
    if (status == SIT_OK && cli_flag(cli, "json"))
        status = print_json(&o, &code, &err);
    else if (status == SIT_OK)
        status = print_rows(cli, &o, &code, &err);
    if (status != SIT_OK)
        code = cli_fail(&err);
    sit_review_list_release(&list);
    sit_project_close(o.project);
    return code;
}

static int run_adjudicate(struct cli *cli)
{
    struct sit_review_settings settings = {.is_adjudication = true,
                                           .hides_names = cli_flag(cli, "blind")};
    struct sit_review_options options = {0};
    int code = cli_review_scope(cli, &settings.scope);
    if (code != CLI_DONE)
        return code;
    if (!cli_flag(cli, "list")) {
        if (cli_flag(cli, "csv"))
            return cli_usage_error("adjudicate: --csv is of --list");
        return run_review_screen(cli, SIT_REVIEW_DISAGREEMENTS, &settings, &options);
    }
    if (cli_is_script(cli))
        return cli_usage_error("adjudicate: either --list or --script");
    if (cli_flag(cli, "csv") && cli_flag(cli, "json"))
        return cli_usage_error("adjudicate: either --json or --csv");
    return run_list(cli, settings.scope);
}

static const struct cli_option adjudicate_options[] = {
    {"split", "SPLIT", "all (default), test or train faces"},
    {"filter", "TERMS", "keep to faces that match, such as 'disputed keyword~war'"},
    {"blind", NULL, "do not tell who said what"},
    {"list", NULL, "print the faces and who says what, and decide nothing"},
    {"csv", NULL, "of --list: as CSV"},
    {"annotator", "NAME", "who decides (default: the login name)"},
    CLI_SCRIPT_OPTIONS,
    {"json", NULL, "of --list, or of a script: as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_adjudicate = {
    .name = "adjudicate",
    .arguments = "",
    .summary = "decide for all where labels differ",
    .text =
        "Faces without a majority first, then those where somebody is outvoted, "
        "then those\n"
        "where a person's label is not the file's. A class's key decides for all, y "
        "keeps\n"
        "what the majority says; nobody's own label changes.",
    .options = adjudicate_options,
    .run = run_adjudicate,
};
