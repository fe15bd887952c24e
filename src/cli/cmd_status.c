/*
 * sitter status: where the project stands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/alloc.h"
#include "sitter/text.h"

struct project_status {
    struct sit_class_list classes;
    struct sit_face_table table;
    size_t by_class[SIT_PROJECT_MAX_CLASSES][2];
    size_t n_unlabelled;
    size_t by_split[2];
    struct sit_feature_set *sets;
    size_t n_sets;
    struct sit_model *models;
    size_t n_models;
    size_t n_posters; /* searched by detect */
    struct person *annotators;
    size_t n_annotators, annotator_capacity;
    double overlap, retest;
    size_t n_overlap; /* faces of it */
};

struct person {
    int64_t id;
    char *name;
    bool is_person;
    size_t n_labels, n_adjudications;
    size_t n_overlap; /* of their labels */
};

static enum sit_status take_annotator(void *context, const struct sit_annotator *item,
                                      struct sit_error *err)
{
    struct project_status *out = context;
    void *items = out->annotators;
    if (!sit_grow_array(&items, &out->annotator_capacity, out->n_annotators + 1,
                        sizeof *out->annotators))
        return sit_error_nomem(err);
    out->annotators = items;
    struct person *person = &out->annotators[out->n_annotators];
    *person = (struct person){.id = item->id,
                              .name = sit_strdup(item->name),
                              .is_person = item->is_person,
                              .n_labels = item->n_labels,
                              .n_adjudications = item->n_adjudications};
    if (person->name == NULL)
        return sit_error_nomem(err);
    out->n_annotators++;
    return SIT_OK;
}

/* How far each person is with the faces that all are to label. */
static enum sit_status load_overlap(struct sit_project *project,
                                    struct project_status *out, struct sit_error *err)
{
    enum sit_status status = sit_project_share(project, SIT_SHARE_OVERLAP,
                                               &out->overlap, err);
    if (status == SIT_OK)
        status = sit_project_share(project, SIT_SHARE_RETEST, &out->retest, err);
    for (size_t i = 0; i < out->table.n; i++)
        out->n_overlap += (out->table.flags[i] & SIT_FACE_OVERLAP) != 0;
    const unsigned both = SIT_FACE_OVERLAP | SIT_FACE_OWN;
    for (size_t p = 0; status == SIT_OK && out->n_overlap > 0 && p < out->n_annotators;
         p++) {
        struct sit_face_table table = {0};
        if (!out->annotators[p].is_person)
            continue;
        status = sit_face_table_load(project, out->annotators[p].id, &table, err);
        for (size_t i = 0; status == SIT_OK && i < table.n; i++)
            out->annotators[p].n_overlap += (table.flags[i] & both) == both;
        sit_face_table_release(&table);
    }
    return status;
}

static enum sit_status load(struct sit_project *project, struct project_status *out,
                            struct sit_error *err)
{
    uint8_t *digests = NULL;
    enum sit_status status = sit_project_classes(project, &out->classes, err);
    if (status == SIT_OK)
        status = sit_face_table_load(project, 0, &out->table, err);
    if (status == SIT_OK)
        status = sit_project_feature_sets(project, &out->sets, &out->n_sets, err);
    if (status == SIT_OK)
        status = sit_project_models(project, &out->models, &out->n_models, err);
    if (status == SIT_OK)
        status = sit_project_poster_contents(project, &digests, &out->n_posters, err);
    if (status == SIT_OK)
        status = sit_project_annotators(project, take_annotator, out, err);
    if (status == SIT_OK)
        status = load_overlap(project, out, err);
    free(digests);
    for (size_t i = 0; status == SIT_OK && i < out->table.n; i++) {
        out->by_split[out->table.split[i]]++;
        if (out->table.label[i] == SIT_NO_CLASS)
            out->n_unlabelled++;
        else
            out->by_class[out->table.label[i]][out->table.split[i]]++;
    }
    return status;
}

static void release(struct project_status *status)
{
    for (size_t i = 0; i < status->n_annotators; i++)
        free(status->annotators[i].name);
    free(status->annotators);
    sit_face_table_release(&status->table);
    sit_feature_sets_release(status->sets, status->n_sets);
    sit_models_release(status->models, status->n_models);
}

static json_t *annotators_to_json(const struct project_status *s)
{
    json_t *annotators = json_array();
    for (size_t i = 0; i < s->n_annotators; i++)
        json_array_append_new(
            annotators,
            json_pack("{s:o, s:b, s:I, s:I, s:I}", "name",
                      json_safe_text(s->annotators[i].name), "person",
                      s->annotators[i].is_person, "labels",
                      (json_int_t)s->annotators[i].n_labels, "adjudications",
                      (json_int_t)s->annotators[i].n_adjudications, "overlap_labels",
                      (json_int_t)s->annotators[i].n_overlap));
    return annotators;
}

static json_t *to_json(const struct project_status *s)
{
    json_t *classes = json_array(), *sets = json_array(), *models = json_array();
    for (size_t k = 0; k < s->classes.n; k++)
        json_array_append_new(
            classes, json_pack("{s:o, s:o, s:b, s:I, s:I, s:I}", "key",
                               json_safe_text(s->classes.items[k].key), "name",
                               json_safe_text(s->classes.items[k].name), "excluded",
                               s->classes.items[k].excluded, "labelled",
                               (json_int_t)(s->by_class[k][0] + s->by_class[k][1]),
                               "train", (json_int_t)s->by_class[k][SIT_TRAIN], "test",
                               (json_int_t)s->by_class[k][SIT_TEST]));
    for (size_t i = 0; i < s->n_sets; i++)
        json_array_append_new(sets,
                              json_pack("{s:o, s:I, s:I, s:o, s:o}", "name",
                                        json_safe_text(s->sets[i].name), "dim",
                                        (json_int_t)s->sets[i].dim, "faces",
                                        (json_int_t)s->sets[i].n_faces, "model",
                                        json_safe_text(s->sets[i].model), "provenance",
                                        json_provenance(s->sets[i].provenance)));
    for (size_t i = 0; i < s->n_models; i++)
        json_array_append_new(
            models, json_pack("{s:I, s:o, s:o}", "id", (json_int_t)s->models[i].id,
                              "head", json_safe_text(s->models[i].head), "features",
                              json_safe_text(s->models[i].features)));
    return json_pack(
        "{s:I, s:I, s:I, s:{s:I, s:I}, s:o, s:o, s:o, s:I, s:o, s:I,"
        " s:{s:f, s:I}, s:f}",
        "faces", (json_int_t)s->table.n, "sources", (json_int_t)s->table.n_sources,
        "unlabelled", (json_int_t)s->n_unlabelled, "split", "train",
        (json_int_t)s->by_split[SIT_TRAIN], "test", (json_int_t)s->by_split[SIT_TEST],
        "classes", classes, "feature_sets", sets, "models", models, "posters",
        (json_int_t)s->n_posters, "annotators", annotators_to_json(s), "disputed",
        (json_int_t)s->table.n_disputed, "overlap", "share", s->overlap, "faces",
        (json_int_t)s->n_overlap, "retest_share", s->retest);
}

static void print_annotators(const struct project_status *s)
{
    for (size_t i = 0; i < s->n_annotators; i++) {
        const struct person *person = &s->annotators[i];
        printf("  ");
        cli_put_cell(person->name, 20, false);
        printf(" %8zu label%s", person->n_labels, cli_plural(person->n_labels));
        if (s->n_overlap > 0 && person->is_person)
            printf(", %zu of the %zu overlap faces", person->n_overlap, s->n_overlap);
        if (person->n_adjudications > 0)
            printf(", %zu adjudicated", person->n_adjudications);
        printf("%s\n", person->is_person ? "" : "  (no person)");
    }
    if (s->overlap > 0)
        printf("overlap: %.3g %% of the faces, for every annotator\n",
               s->overlap * 100);
    if (s->retest > 0)
        printf("retest: %.3g %% of the faces, once more for who labelled them\n",
               s->retest * 100);
}

static void print_text(const char *path, const struct project_status *s)
{
    cli_put_safe(path);
    printf(": %zu faces of %zu sources, %zu train and %zu test\n", s->table.n,
           s->table.n_sources, s->by_split[SIT_TRAIN], s->by_split[SIT_TEST]);
    if (s->n_posters > 0)
        printf("%zu poster%s searched for faces\n", s->n_posters,
               cli_plural(s->n_posters));
    printf("  %-3s %-16s %8s %8s %8s\n", "key", "class", "labelled", "train", "test");
    for (size_t k = 0; k < s->classes.n; k++) {
        const struct sit_class *item = &s->classes.items[k];
        printf("  ");
        cli_put_cell(item->key, 3, false);
        printf(" ");
        cli_put_cell(item->name, 16, false);
        printf(" %8zu %8zu %8zu%s\n", s->by_class[k][0] + s->by_class[k][1],
               s->by_class[k][SIT_TRAIN], s->by_class[k][SIT_TEST],
               item->excluded ? "  (not trained on)" : "");
    }
    printf("  unlabelled           %8zu\n", s->n_unlabelled);
    if (s->table.n_disputed > 0)
        printf("  of them disputed     %8zu  (sitter adjudicate)\n",
               s->table.n_disputed);
    print_annotators(s);
    for (size_t i = 0; i < s->n_sets; i++) {
        printf("features ");
        cli_put_safe(s->sets[i].name);
        printf(": %zu faces x %zu\n", s->sets[i].n_faces, s->sets[i].dim);
    }
    for (size_t i = 0; i < s->n_models; i++) {
        printf("model %lld: ", (long long)s->models[i].id);
        cli_put_safe(s->models[i].head);
        printf(" on ");
        cli_put_safe(s->models[i].features);
        printf("\n");
    }
}

static int run(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct project_status status = {0};
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (load(project, &status, &err) != SIT_OK) {
        code = cli_fail(&err);
    } else if (cli_flag(cli, "json")) {
        code = json_out(to_json(&status));
    } else {
        print_text(cli->db, &status);
        code = cli_finish_stdout();
    }
    release(&status);
    sit_project_close(project);
    return code;
}

static const struct cli_option options[] = {
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_status = {
    .name = "status",
    .arguments = "",
    .summary = "faces, labels, features and models in numbers",
    .options = options,
    .run = run,
};
