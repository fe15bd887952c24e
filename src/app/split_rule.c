/*
 * Train or test: every 4th source, or every 4th face, counted over all imports; the
 * unit is the project's from its first import on.
 */
#include "split_rule.h"

#include <string.h>

enum sit_status split_rule_settle(struct sit_project *project,
                                  const enum sit_split_unit *wanted,
                                  struct split_rule *out, struct sit_error *err)
{
    struct split_rule rule = {.unit = SIT_SPLIT_BY_SOURCE};
    struct sit_buf value = {0};
    enum sit_status status = sit_project_setting(project, "split_unit", &value, err);
    if (status == SIT_E_NOT_FOUND) {
        rule.unit = wanted != NULL ? *wanted : SIT_SPLIT_BY_SOURCE;
        status = SIT_OK;
    } else if (status == SIT_OK) {
        if (strcmp(sit_buf_text(&value), "face") == 0)
            rule.unit = SIT_SPLIT_BY_FACE;
        if (wanted != NULL && *wanted != rule.unit)
            status = sit_error_set(
                err, SIT_E_ARG,
                "the project splits by %s since its first import; that "
                "cannot be changed",
                sit_buf_text(&value));
    }
    sit_buf_release(&value);
    if (status == SIT_OK)
        status = sit_project_count_faces(project, &rule.n_counted_faces, err);
    if (status == SIT_OK)
        *out = rule;
    return status;
}

enum sit_status split_rule_store(const struct split_rule *rule,
                                 struct sit_project *project, struct sit_error *err)
{
    return sit_project_set_setting(project, "split_unit",
                                   rule->unit == SIT_SPLIT_BY_FACE ? "face" : "source",
                                   err);
}

enum sit_status split_rule_choose(const struct split_rule *rule,
                                  struct sit_project *project, const char *source,
                                  const enum sit_split *given, int64_t *source_id,
                                  enum sit_split *split, struct sit_error *err)
{
    bool by_source = rule->unit == SIT_SPLIT_BY_SOURCE && given == NULL;
    enum sit_split own = SIT_TRAIN, of_source;
    if (given != NULL)
        own = *given;
    else if (rule->unit == SIT_SPLIT_BY_FACE && rule->n_counted_faces % 4 == 0)
        own = SIT_TEST;
    enum sit_status status = sit_project_add_source(project, source, by_source, own,
                                                    source_id, &of_source, err);
    if (status == SIT_OK)
        *split = by_source ? of_source : own;
    return status;
}
