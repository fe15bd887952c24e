/*
 * sitter model list, show, remove, import: the stored heads.
 */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "json_out.h"
#include "keras_out.h"

static json_t *model_object(const struct sit_model *model,
                            const struct sit_class_list *classes)
{
    json_t *keys = json_array();
    for (size_t k = 0; k < model->n_classes; k++)
        if (model->classes[k] >= 0 && (size_t)model->classes[k] < classes->n)
            json_array_append_new(
                keys, json_safe_text(classes->items[model->classes[k]].key));
    char created[32];
    sit_time_format(model->created_at_ms, created);
    json_t *options = json_loads(model->options, 0, NULL);
    json_t *report = json_loads(model->report, 0, NULL);
    return json_pack("{s:I, s:o, s:o, s:o, s:s, s:o, s:o}", "id", (json_int_t)model->id,
                     "head", json_safe_text(model->head), "features",
                     json_safe_text(model->features), "classes", keys, "created_at",
                     created, "options", options != NULL ? options : json_null(),
                     "report", report != NULL ? report : json_null());
}

static void print_model(const struct sit_model *model,
                        const struct sit_class_list *classes)
{
    char created[32];
    sit_time_format(model->created_at_ms, created);
    printf("%lld  ", (long long)model->id);
    cli_put_safe(model->head);
    printf(" on ");
    cli_put_safe(model->features);
    printf(" (");
    for (size_t k = 0; k < model->n_classes; k++) {
        printf("%s", k > 0 ? ", " : "");
        if (model->classes[k] >= 0 && (size_t)model->classes[k] < classes->n)
            cli_put_safe(classes->items[model->classes[k]].name);
    }
    printf(")  %s\n", created);
}

static int run_list(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_class_list classes;
    struct sit_model *models = NULL;
    size_t n = 0;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_classes(project, &classes, &err) != SIT_OK ||
        sit_project_models(project, &models, &n, &err) != SIT_OK) {
        code = cli_fail(&err);
    } else if (cli_flag(cli, "json")) {
        json_t *list = json_array();
        for (size_t i = 0; i < n; i++)
            json_array_append_new(list, model_object(&models[i], &classes));
        code = json_out(list);
    } else {
        for (size_t i = 0; i < n; i++)
            print_model(&models[i], &classes);
        if (n == 0)
            cli_say(cli, "no models yet (sitter train makes one)");
        code = cli_finish_stdout();
    }
    sit_models_release(models, n);
    sit_project_close(project);
    return code;
}

static int run_show(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_class_list classes;
    struct sit_model model = {0};
    struct sit_error err;
    int64_t id = cli_model_id(cli, 0);
    if (id < 0)
        return CLI_USAGE;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_classes(project, &classes, &err) != SIT_OK ||
        sit_project_model(project, id, &model, &err) != SIT_OK)
        code = cli_fail(&err);
    else
        code = json_out(model_object(&model, &classes));
    free(model.options);
    free(model.report);
    sit_project_close(project);
    return code;
}

static int run_remove(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_error err;
    int64_t id = cli_model_id(cli, 0);
    if (id < 0)
        return CLI_USAGE;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_remove_model(project, id, &err) != SIT_OK)
        code = cli_fail(&err);
    else
        cli_say(cli, "removed model %lld and its predictions", (long long)id);
    sit_project_close(project);
    return code;
}

static json_t *class_keys(const struct sit_keras_outputs *outputs)
{
    json_t *keys = json_array();
    for (size_t k = 0; k < outputs->n_classes; k++)
        json_array_append_new(keys, json_safe_text(outputs->classes[k].key));
    return keys;
}

static int run_import(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_keras_outputs outputs;
    struct sit_error err;
    struct sit_keras_import_options options = {.path = cli_value(cli, "keras"),
                                               .features = cli_value(cli, "features"),
                                               .classes = cli_value(cli, "classes")};
    if (options.path == NULL)
        return cli_usage_error("model import: --keras FILE is missing");
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    enum sit_status status = sit_keras_import(project, &options, &outputs, &err);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return json_out(json_pack("{s:I, s:o}", "model", (json_int_t)outputs.model_id,
                                  "classes", class_keys(&outputs)));
    printf("model %lld\n", (long long)outputs.model_id);
    cli_say_keras_outputs(cli, &outputs);
    cli_say_next(cli, "predict, evaluate");
    return cli_finish_stdout();
}

static const struct cli_option import_options[] = {
    {"keras", "FILE", "a Keras 2 file (HDF5), full model or weights"},
    {"features", "SET", "the features it takes (default: the newest set)"},
    {"classes", "KEYS", "its outputs' classes in order (default: f,m by their names)"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_model_import = {
    .name = "model import",
    .arguments = "",
    .summary = "a head that Keras trained",
    .text =
        "Dense layers in a row with ReLU between them and a sigmoid or softmax at the\n"
        "end; dropout is passed over. The head takes the features as they are in the\n"
        "set, so they must be computed as they were for its training. It can predict\n"
        "and be evaluated, reviewed and exported like any other, but not retrained. "
        "One\n"
        "sigmoid output is the probability of the second of two classes: without\n"
        "--classes of male, against female.",
    .options = import_options,
    .run = run_import,
};

static const struct cli_option list_options[] = {
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_model_list = {
    .name = "model list",
    .arguments = "",
    .summary = "the stored heads",
    .options = list_options,
    .run = run_list,
};

const struct cli_command cli_command_model_show = {
    .name = "model show",
    .arguments = "ID",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "how a head was trained, as JSON",
    .run = run_show,
};

const struct cli_command cli_command_model_remove = {
    .name = "model remove",
    .arguments = "ID",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "remove a head and its predictions",
    .run = run_remove,
};
