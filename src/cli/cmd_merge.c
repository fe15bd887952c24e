/*
 * sitter merge: what others have labelled in copies of the project.
 */
#include <stdio.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/merge.h"

static int print_json(const struct sit_merge_result *r, bool dry_run)
{
    const struct sit_merge_counts *c = &r->counts;
    return json_out(json_pack(
        "{s:{s:I, s:I}, s:{s:I, s:I}, s:{s:I, s:I}, s:I, s:I, s:I, s:I, s:I, s:b}",
        "events", "new", (json_int_t)c->n_events_new, "known",
        (json_int_t)c->n_events_known, "remarks", "new", (json_int_t)c->n_remarks_new,
        "known", (json_int_t)c->n_remarks_known, "faces", "new",
        (json_int_t)c->n_faces_new, "total", (json_int_t)r->n_faces, "sources_new",
        (json_int_t)c->n_sources_new, "annotators_new", (json_int_t)c->n_annotators_new,
        "classes_new", (json_int_t)c->n_classes_new, "disputed_before",
        (json_int_t)r->n_disputed_before, "disputed", (json_int_t)r->n_disputed,
        "dry_run", dry_run));
}

static int print_text(const struct sit_merge_result *r, bool dry_run)
{
    const struct sit_merge_counts *c = &r->counts;
    printf("%s%zu new event%s, %zu known\n", dry_run ? "would bring " : "",
           c->n_events_new, cli_plural(c->n_events_new), c->n_events_known);
    if (c->n_remarks_new + c->n_remarks_known > 0)
        printf("%zu new remark%s, %zu known\n", c->n_remarks_new,
               cli_plural(c->n_remarks_new), c->n_remarks_known);
    printf("%zu new face%s, %zu in all", c->n_faces_new, cli_plural(c->n_faces_new),
           r->n_faces);
    if (c->n_annotators_new > 0)
        printf("; %zu new annotator%s", c->n_annotators_new,
               cli_plural(c->n_annotators_new));
    printf("\n%s disputed: %zu face%s (%zu before)\n", dry_run ? "then" : "now",
           r->n_disputed, cli_plural(r->n_disputed), r->n_disputed_before);
    return cli_finish_stdout();
}

static int run(struct cli *cli)
{
    struct sit_merge_options options = {.force = cli_flag(cli, "force"),
                                        .dry_run = cli_flag(cli, "dry-run")};
    struct sit_merge_result result;
    struct sit_project *project = NULL;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    enum sit_status status = sit_merge(project, (const char *const *)cli->arguments,
                                       cli->n_arguments, &options, &notes, &result,
                                       &err);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return print_json(&result, options.dry_run);
    code = print_text(&result, options.dry_run);
    if (code == CLI_DONE && result.n_disputed > 0 && !options.dry_run)
        cli_say_next(cli, "adjudicate");
    return code;
}

static const struct cli_option options[] = {
    {"dry-run", NULL, "only say what would come"},
    {"force", NULL, "also where no face is in both"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_merge = {
    .name = "merge",
    .arguments = "FILE...",
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .summary = "what others have labelled in copies of the project",
    .text =
        "Labels, adjudications, comments and bookmarks of all FILEs come in, in one\n"
        "transaction: all or nothing. Faces are matched by their pictures, classes by\n"
        "key, annotators by name. Nothing comes twice, and in whatever order copies\n"
        "are merged, the labels are the same. Faces that only a FILE has come along\n"
        "where they are labelled there. A FILE is only read; its features and models\n"
        "are not taken over.",
    .options = options,
    .run = run,
};
