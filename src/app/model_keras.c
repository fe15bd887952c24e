/*
 * Models of a project from and to Keras files: which class each output is, and where a
 * model came from. The files are keras_head.h's, layers as heads head.h's.
 */
#include "sitter/keras_model.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feature_provenance.h"
#include "model_load.h"
#include "sitter/keras_head.h"

/* The article's head: output 0 would be female, 1 is male. */
static const char *const ARTICLE_CLASSES[2] = {"female", "male"};

/*
 * Which class each output is
 */

struct mapping {
    struct sit_class_list list;
    size_t n;
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES];
};

static enum sit_status add_class(struct mapping *mapping, const char *text,
                                 struct sit_error *err)
{
    sit_class_index index = sit_class_list_find(&mapping->list, text);
    if (index == SIT_NO_CLASS)
        return sit_error_set(err, SIT_E_ARG, "the project has no class '%s'", text);
    if (mapping->n == SIT_PROJECT_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "more than %d classes",
                             SIT_PROJECT_MAX_CLASSES);
    for (size_t k = 0; k < mapping->n; k++)
        if (mapping->classes[k] == index)
            return sit_error_set(err, SIT_E_ARG, "class '%s' is given twice", text);
    mapping->classes[mapping->n++] = index;
    return SIT_OK;
}

/* "f,m" */
static enum sit_status parse_classes(struct mapping *mapping, const char *text,
                                     struct sit_error *err)
{
    for (const char *at = text;;) {
        char one[64];
        size_t n = strcspn(at, ",");
        if (n == 0 || n >= sizeof one)
            return sit_error_set(err, SIT_E_ARG, "'%s' is no list of classes", text);
        memcpy(one, at, n);
        one[n] = '\0';
        enum sit_status status = add_class(mapping, one, err);
        if (status != SIT_OK || at[n] == '\0')
            return status;
        at += n + 1;
    }
}

static enum sit_status map_classes(const struct sit_keras_import_options *options,
                                   size_t n_outputs, struct mapping *mapping,
                                   struct sit_error *err)
{
    size_t n_classes = n_outputs == 1 ? 2 : n_outputs;
    if (options->classes != NULL) {
        enum sit_status status = parse_classes(mapping, options->classes, err);
        if (status != SIT_OK)
            return status;
        if (mapping->n == n_classes)
            return SIT_OK;
        if (n_outputs == 1)
            return sit_error_set(err, SIT_E_ARG,
                                 "'%s' has one output, a sigmoid, which tells two "
                                 "classes apart, not %zu",
                                 options->path, mapping->n);
        return sit_error_set(err, SIT_E_ARG, "'%s' has %zu outputs, not %zu",
                             options->path, n_outputs, mapping->n);
    }
    for (size_t k = 0; n_classes == 2 && k < 2; k++)
        if (add_class(mapping, ARTICLE_CLASSES[k], NULL) != SIT_OK)
            break;
    if (n_classes == 2 && mapping->n == 2)
        return SIT_OK;
    if (n_outputs > 1)
        return sit_error_set(err, SIT_E_ARG,
                             "'%s' has %zu outputs: give their classes in order "
                             "(--classes a,b,...)",
                             options->path, n_outputs);
    return sit_error_set(err, SIT_E_ARG,
                         "'%s' has one output, a sigmoid: give the class at 0 and the "
                         "class at 1 (--classes a,b)",
                         options->path);
}

static void describe(const struct mapping *mapping, bool is_sigmoid, int64_t model_id,
                     struct sit_keras_outputs *out)
{
    *out = (struct sit_keras_outputs){
        .model_id = model_id, .is_sigmoid = is_sigmoid, .n_classes = mapping->n};
    for (size_t k = 0; k < mapping->n; k++)
        out->classes[k] = mapping->list.items[mapping->classes[k]];
}

/*
 * Import
 */

/* Instead of training options: where the head is from. *out is the caller's to free. */
static enum sit_status imported_options(const char *path,
                                        const struct sit_dense_net *net, char **out,
                                        struct sit_error *err)
{
    char hex[SIT_SHA256_HEX_BYTES];
    enum sit_status status = sit_sha256_file(path, hex, err);
    if (status != SIT_OK)
        return status;
    json_t *hidden = json_array();
    for (size_t l = 0; l + 1 < net->n_layers; l++)
        json_array_append_new(hidden, json_integer((json_int_t)net->layers[l].n_out));
    json_t *origin = json_pack("{s:s, s:s}", "format", "keras", "sha256", hex);
    bool is_named = origin != NULL && feature_provenance_add_path(origin, "file", path);
    json_t *object = json_pack("{s:s, s:o, s:o}", "head",
                               sit_head_kind_name(SIT_HEAD_MLP), "hidden", hidden,
                               MODEL_IMPORTED, origin);
    char *text = object != NULL && is_named ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        return sit_error_nomem(err);
    *out = text;
    return SIT_OK;
}

static enum sit_status check_dim(const char *path, const struct sit_dense_net *net,
                                 const struct sit_feature_set *set,
                                 struct sit_error *err)
{
    if (net->layers[0].n_in == set->dim)
        return SIT_OK;
    return sit_error_set(err, SIT_E_ARG,
                         "'%s' takes %zu features, those of set '%s' are %zu "
                         "(--features takes another set)",
                         path, net->layers[0].n_in, set->name, set->dim);
}

static enum sit_status store(struct sit_project *project, struct sit_model *model,
                             const struct sit_head *head, struct sit_error *err)
{
    struct sit_buf bytes = {0};
    enum sit_status status = sit_head_serialise(head, &bytes, err);
    if (status == SIT_OK)
        status = sit_project_begin(project, err);
    if (status == SIT_OK)
        status = sit_project_add_model(project, model, bytes.data, bytes.n_bytes,
                                       &model->id, err);
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    if (status != SIT_OK)
        sit_project_rollback(project);
    sit_buf_release(&bytes);
    return status;
}

static enum sit_status
import_net(struct sit_project *project, const struct sit_keras_import_options *options,
           const struct sit_feature_set *set, const struct mapping *mapping,
           const struct sit_dense_net *net, int64_t *id, struct sit_error *err)
{
    char no_report[] = "{}";
    struct sit_head *head = NULL;
    struct sit_model model = {
        .feature_set_id = set->id, .n_classes = mapping->n, .report = no_report};
    snprintf(model.head, sizeof model.head, "%s", sit_head_kind_name(SIT_HEAD_MLP));
    snprintf(model.features, sizeof model.features, "%s", set->name);
    memcpy(model.classes, mapping->classes, sizeof model.classes);
    enum sit_status status = sit_head_from_layers(net, mapping->n, &head, err);
    if (status == SIT_OK)
        status = imported_options(options->path, net, &model.options, err);
    if (status == SIT_OK)
        status = store(project, &model, head, err);
    if (status == SIT_OK)
        *id = model.id;
    free(model.options);
    sit_head_free(head);
    return status;
}

enum sit_status sit_keras_import(struct sit_project *project,
                                 const struct sit_keras_import_options *options,
                                 struct sit_keras_outputs *out, struct sit_error *err)
{
    struct sit_dense_net net = {0};
    struct sit_feature_set set = {0};
    struct mapping mapping = {0};
    int64_t id = 0;
    enum sit_status status = sit_project_classes(project, &mapping.list, err);
    if (status == SIT_OK)
        status = sit_project_feature_set(project, options->features, &set, err);
    if (status == SIT_OK)
        status = sit_keras_head_read(options->path, &net, err);
    if (status == SIT_OK)
        status = check_dim(options->path, &net, &set, err);
    size_t n_outputs = net.n_layers > 0 ? net.layers[net.n_layers - 1].n_out : 0;
    if (status == SIT_OK)
        status = map_classes(options, n_outputs, &mapping, err);
    if (status == SIT_OK)
        status = import_net(project, options, &set, &mapping, &net, &id, err);
    if (status == SIT_OK)
        describe(&mapping, n_outputs == 1, id, out);
    sit_dense_net_release(&net);
    free(set.provenance);
    return status;
}

/*
 * Export
 */

/* Make the other of two classes the one whose probability the sigmoid is. */
static void flip_sigmoid(struct sit_dense_layer *last, struct mapping *mapping)
{
    for (size_t i = 0; i < last->n_in; i++)
        last->kernel[i] = -last->kernel[i];
    last->bias[0] = -last->bias[0];
    sit_class_index first = mapping->classes[0];
    mapping->classes[0] = mapping->classes[1];
    mapping->classes[1] = first;
}

static bool is_class(const struct mapping *mapping, size_t k, const char *name)
{
    return sit_class_list_find(&mapping->list, name) == mapping->classes[k];
}

enum sit_status sit_keras_export(struct sit_project *project, int64_t model_id,
                                 const char *path, struct sit_keras_outputs *out,
                                 struct sit_error *err)
{
    struct loaded_model loaded = {0};
    struct sit_dense_net net = {0};
    struct mapping mapping = {0};
    enum sit_status status = sit_project_classes(project, &mapping.list, err);
    if (status == SIT_OK)
        status = loaded_model_open(project, model_id, &loaded, err);
    if (status != SIT_OK)
        goto done;
    status = sit_head_get_layers(loaded.head, &net, err);
    if (status != SIT_OK) {
        sit_error_prefix(err, "model %lld", (long long)loaded.model.id);
        goto done;
    }
    mapping.n = loaded.model.n_classes;
    memcpy(mapping.classes, loaded.model.classes, sizeof mapping.classes);
    struct sit_dense_layer *last = &net.layers[net.n_layers - 1];
    if (last->n_out == 1 && is_class(&mapping, 0, ARTICLE_CLASSES[1]) &&
        is_class(&mapping, 1, ARTICLE_CLASSES[0]))
        flip_sigmoid(last, &mapping);
    status = sit_keras_head_write(path, &net, err);
    if (status == SIT_OK)
        describe(&mapping, last->n_out == 1, loaded.model.id, out);
done:
    sit_dense_net_release(&net);
    loaded_model_release(&loaded);
    return status;
}
