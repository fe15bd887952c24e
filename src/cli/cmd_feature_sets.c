/*
 * sitter features list, remove: the feature sets as such.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"

/*
 * list
 */

static json_t *set_object(const struct sit_feature_set *set)
{
    return json_pack("{s:o, s:I, s:I, s:o, s:b, s:o}", "name",
                     json_safe_text(set->name), "dim", (json_int_t)set->dim, "faces",
                     (json_int_t)set->n_faces, "model", json_safe_text(set->model),
                     "complete", set->complete, "provenance",
                     json_provenance(set->provenance));
}

/* "revision 2, side_px 64, ...": digests by their beginning. */
static void put_provenance(const char *text)
{
    enum { DIGEST_CHARACTERS = 16 };
    json_t *object = json_provenance(text);
    const char *key;
    json_t *value;
    bool is_first = true;
    json_object_foreach(object, key, value)
    {
        printf("%s", is_first ? "    " : ", ");
        is_first = false;
        cli_put_safe(key);
        printf(" ");
        char *dumped = json_is_string(value)
                           ? strdup(json_string_value(value))
                           : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        if (dumped != NULL && strstr(key, "sha256") != NULL &&
            strlen(dumped) > DIGEST_CHARACTERS)
            dumped[DIGEST_CHARACTERS] = '\0';
        cli_put_safe(dumped != NULL ? dumped : "?");
        free(dumped);
    }
    if (!is_first)
        printf("\n");
    json_decref(object);
}

static void put_set(const struct sit_feature_set *set)
{
    cli_put_safe(set->name);
    printf("  %zu faces x %zu  ", set->n_faces, set->dim);
    cli_put_safe(set->model);
    printf("%s\n", set->complete ? "" : "  unfinished");
    put_provenance(set->provenance);
}

static int print_sets(const struct cli *cli, const struct sit_feature_set *sets,
                      size_t n, const struct sit_feature_set *unfinished,
                      size_t n_unfinished)
{
    if (cli_flag(cli, "json")) {
        json_t *list = json_array();
        for (size_t i = 0; i < n; i++)
            json_array_append_new(list, set_object(&sets[i]));
        for (size_t i = 0; i < n_unfinished; i++)
            json_array_append_new(list, set_object(&unfinished[i]));
        return json_out(list);
    }
    for (size_t i = 0; i < n; i++)
        put_set(&sets[i]);
    for (size_t i = 0; i < n_unfinished; i++)
        put_set(&unfinished[i]);
    if (n + n_unfinished == 0)
        cli_say(cli, "no features yet (sitter features extract or import)");
    return cli_finish_stdout();
}

static int run_list(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_feature_set *sets = NULL, *unfinished = NULL;
    size_t n = 0, n_unfinished = 0;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_feature_sets(project, &sets, &n, &err) != SIT_OK ||
        sit_project_unfinished_feature_sets(project, &unfinished, &n_unfinished,
                                            &err) != SIT_OK)
        code = cli_fail(&err);
    else
        code = print_sets(cli, sets, n, unfinished, n_unfinished);
    sit_feature_sets_release(sets, n);
    sit_feature_sets_release(unfinished, n_unfinished);
    sit_project_close(project);
    return code;
}

static const struct cli_option list_options[] = {
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_list = {
    .name = "features list",
    .arguments = "",
    .summary = "the feature sets of the project",
    .text = "With what they were made of, digests cut short; unfinished ones last.",
    .options = list_options,
    .run = run_list,
};

/*
 * remove
 */

static enum sit_status count_models(struct sit_project *project, int64_t set_id,
                                    size_t *n_of_set, struct sit_error *err)
{
    struct sit_model *models = NULL;
    size_t n = 0, found = 0;
    enum sit_status status = sit_project_models(project, &models, &n, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        found += models[i].feature_set_id == set_id;
    sit_models_release(models, n);
    *n_of_set = found;
    return SIT_OK;
}

static enum sit_status remove_set(struct sit_project *project, const char *name,
                                  bool with_models, struct sit_feature_set *set,
                                  size_t *n_models, struct sit_error *err)
{
    enum sit_status status = sit_project_any_feature_set(project, name, set, err);
    if (status == SIT_OK)
        status = count_models(project, set->id, n_models, err);
    if (status == SIT_OK && *n_models > 0 && !with_models)
        status = sit_error_set(err, SIT_E_ARG,
                               "%zu model%s made from feature set '%s', and would go "
                               "with it (--force)",
                               *n_models, *n_models == 1 ? " was" : "s were", name);
    if (status == SIT_OK)
        status = sit_project_remove_feature_set(project, set->id, err);
    return status;
}

static int run_remove(struct cli *cli)
{
    const char *name = cli_value(cli, "set");
    if (name == NULL)
        return cli_usage_error("features remove: needs --set NAME");
    struct sit_project *project = NULL;
    struct sit_feature_set set = {0};
    size_t n_models = 0;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    if (remove_set(project, name, cli_flag(cli, "force"), &set, &n_models, &err) !=
        SIT_OK) {
        code = cli_fail(&err);
    } else {
        printf("feature set ");
        cli_put_safe(name);
        printf(" removed: %zu vector%s, %zu model%s\n", set.n_faces,
               cli_plural(set.n_faces), n_models, cli_plural(n_models));
        code = cli_finish_stdout();
    }
    free(set.provenance);
    sit_project_close(project);
    return code;
}

static const struct cli_option remove_options[] = {
    {"set", "NAME", "which set"},
    {"force", NULL, "also the models made from it, with their predictions"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_remove = {
    .name = "features remove",
    .arguments = "",
    .summary = "remove a feature set",
    .options = remove_options,
    .run = run_remove,
};
