/*
 * Deciding in a review: whose label a decision is, what it leads to where others have
 * labelled the face as well, and taking it back. docs/annotators.md has the rule.
 */
#include "review_parts.h"

#include "sitter/alloc.h"

/* What others say of a face. */
struct others {
    int64_t annotator_id;
    const struct sit_class_list *classes;
    struct sit_buf *text; /* "ann says female, bob says other"; NULL: not wanted */
    size_t n_persons;     /* with a label of their own, apart from the annotator */
    bool is_adjudicated;  /* by anybody */
    sit_class_index own;  /* the annotator's own label */
};

static enum sit_status take_other(void *context, const struct sit_standing_label *label,
                                  struct sit_error *err)
{
    struct others *others = context;
    (void)err;
    bool is_own = label->annotator_id == others->annotator_id;
    if (label->adjudicates)
        others->is_adjudicated = true;
    else if (is_own)
        others->own = label->class_index;
    else if (label->is_person)
        others->n_persons++;
    if (others->text == NULL || (is_own && !label->adjudicates) ||
        (!label->is_person && !label->adjudicates))
        return SIT_OK;
    sit_buf_appendf(others->text, "%s%s %s %s", others->text->n_bytes > 0 ? ", " : "",
                    is_own ? "you" : label->annotator,
                    label->adjudicates ? "decided for all:"
                    : is_own           ? "say"
                                       : "says",
                    label->class_index >= 0 &&
                            (size_t)label->class_index < others->classes->n
                        ? others->classes->items[label->class_index].name
                        : "?");
    return SIT_OK;
}

static enum sit_status ask_others(const struct sit_review *review, int64_t face_id,
                                  struct sit_buf *text, struct others *out,
                                  struct sit_error *err)
{
    *out = (struct others){.annotator_id = review->view.annotator_id,
                           .classes = review->view.classes,
                           .text = text,
                           .own = SIT_NO_CLASS};
    return sit_project_standing_labels(sit_labels_project(review->labels), face_id,
                                       take_other, out, err);
}

static const char *reason_of(const struct sit_review *review,
                             const struct sit_review_item *item)
{
    if (item->is_control)
        return "control";
    switch (review->view.kind) {
    case SIT_REVIEW_SUSPECTS: return "suspect";
    case SIT_REVIEW_DISAGREEMENTS: return "disagreement";
    case SIT_REVIEW_BOOKMARKED: return "bookmarked";
    case SIT_REVIEW_ABSTAINED: return "abstained";
    default: return "misclassified";
    }
}

static struct sit_label_note make_note(const struct sit_review *review,
                                       const struct sit_review_item *raw,
                                       int64_t spent_ms)
{
    const struct sit_review_view *view = &review->view;
    return (struct sit_label_note){
        .origin = view->is_adjudication ? SIT_ORIGIN_ADJUDICATE : SIT_ORIGIN_REVIEW,
        .spent_ms = spent_ms,
        .suggested = raw->predicted,
        .suggested_p = raw->p_predicted,
        .suggestion_visible = raw->predicted != SIT_NO_CLASS &&
                              view->item->predicted != SIT_NO_CLASS,
        .blind = view->is_hidden,
        .reason = reason_of(review, raw)};
}

/* What came of a decision that is written: nothing fails any more. */
static void tell_outcome(struct sit_review *review, const struct sit_review_item *raw,
                         const struct sit_label_note *note, sit_class_index before,
                         sit_class_index decided)
{
    struct sit_review_outcome *outcome = &review->outcome;
    review_forget_outcome(review);
    outcome->face_id = raw->face_id;
    outcome->was_blind = note->blind;
    outcome->before = before;
    outcome->decided = decided;
    outcome->predicted = raw->predicted;
    outcome->p_predicted = raw->p_predicted;
    outcome->for_all = note->adjudicates;
    outcome->resolved = decided;
    struct others others;
    struct sit_face_state state;
    if (note->adjudicates ||
        ask_others(review, raw->face_id, &outcome->others, &others, NULL) != SIT_OK ||
        sit_project_face_state(sit_labels_project(review->labels), raw->face_id, 0,
                               &state, NULL) != SIT_OK)
        return;
    outcome->resolved = state.label;
    outcome->is_contested = state.label != decided;
}

/* Decide on the current face; SIT_NO_CLASS confirms. */
static enum sit_status decide(struct sit_review *review, sit_class_index class_index,
                              int64_t spent_ms, struct sit_error *err)
{
    struct sit_review_view *view = &review->view;
    struct sit_review_item *raw = review_raw_item(review, view->position);
    if (view->item == NULL || raw == NULL)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no face to decide on");
    if (class_index == SIT_NO_CLASS && view->is_hidden)
        return sit_error_set(err, SIT_E_ARG,
                             "the label is hidden: type the class that you see");
    const struct sit_face_table *table = sit_labels_table(review->labels);
    size_t index = sit_face_table_find(table, raw->face_id);
    sit_class_index before = index < table->n ? table->label[index] : SIT_NO_CLASS;
    struct sit_label_note note = make_note(review, raw, spent_ms);
    enum sit_status status = SIT_OK;
    if (view->is_adjudication) {
        note.adjudicates = true;
    } else if (view->adjudicates) {
        struct others others;
        status = ask_others(review, raw->face_id, NULL, &others, err);
        note.adjudicates = others.n_persons > 0 || others.is_adjudicated;
    }
    if (status != SIT_OK)
        return status;
    if (class_index == SIT_NO_CLASS && before == SIT_NO_CLASS)
        return sit_error_set(err, SIT_E_ARG,
                             view->adjudicates ? "no majority to keep: type a class"
                                               : "no label to keep: type a class");
    /* The label's own key says that it is right. */
    if (class_index == SIT_NO_CLASS || class_index == before)
        status = sit_labels_confirm(review->labels, index, &note, err);
    else
        status = sit_labels_set(review->labels, index, class_index, &note, err);
    if (status != SIT_OK)
        return status;
    raw->is_decided = true;
    tell_outcome(review, raw, &note, before,
                 class_index != SIT_NO_CLASS ? class_index : before);
    return review_show(review, review_next_open(review), err);
}

enum sit_status sit_review_relabel(struct sit_review *review,
                                   sit_class_index class_index, int64_t spent_ms,
                                   struct sit_error *err)
{
    if (class_index < 0 || (size_t)class_index >= review->view.classes->n)
        return sit_error_set(err, SIT_E_ARG, "there is no class number %d",
                             class_index);
    return decide(review, class_index, spent_ms, err);
}

enum sit_status sit_review_confirm(struct sit_review *review, int64_t spent_ms,
                                   struct sit_error *err)
{
    return decide(review, SIT_NO_CLASS, spent_ms, err);
}

/* The item of a face in the list shown, in the scope or not. */
static struct sit_review_item *find_item(const struct sit_review *review,
                                         int64_t face_id)
{
    const struct sit_review_list *list = review->view.list;
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].face_id == face_id)
            return &list->items[i];
    return NULL;
}

enum sit_status sit_review_decide_for_all(struct sit_review *review, int64_t spent_ms,
                                          struct sit_error *err)
{
    struct sit_review_view *view = &review->view;
    const struct sit_review_outcome *outcome = &review->outcome;
    bool is_last = outcome->face_id != 0 && !outcome->for_all && outcome->is_contested;
    struct sit_review_item *raw = is_last ? find_item(review, outcome->face_id)
                                          : review_raw_item(review, view->position);
    if (raw == NULL || (!is_last && view->is_hidden))
        return sit_error_set(err, SIT_E_NOT_FOUND, "decide on a face first");
    struct others others;
    enum sit_status status = ask_others(review, raw->face_id, NULL, &others, err);
    if (status == SIT_OK && others.own == SIT_NO_CLASS)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "you have not labelled this face: type a class first");
    else if (status == SIT_OK && others.n_persons == 0 && !others.is_adjudicated)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "nobody else has labelled this face: yours holds");
    if (status != SIT_OK)
        return status;
    const struct sit_face_table *table = sit_labels_table(review->labels);
    size_t index = sit_face_table_find(table, raw->face_id);
    struct sit_label_note note = make_note(review, raw, is_last ? -1 : spent_ms);
    note.adjudicates = true;
    note.blind = false; /* what others say has been shown by now */
    status = sit_labels_set(review->labels, index, others.own, &note, err);
    if (status != SIT_OK)
        return status;
    raw->is_decided = true;
    tell_outcome(review, raw, &note, others.own, others.own);
    return review_show(review, is_last ? view->position : review_next_open(review),
                       err);
}

enum sit_status sit_review_toggle_bookmark(struct sit_review *review,
                                           struct sit_error *err)
{
    const struct sit_review_item *raw = review_raw_item(review, review->view.position);
    if (raw == NULL)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no face to bookmark");
    size_t index = sit_face_table_find(sit_labels_table(review->labels), raw->face_id);
    enum sit_status status = sit_labels_set_bookmark(review->labels, index,
                                                     !review->view.bookmarked, err);
    return status == SIT_OK ? review_show(review, review->view.position, err) : status;
}

/* After an undo or redo: go to its face if it is shown. */
static enum sit_status show_result(struct sit_review *review, enum sit_status status,
                                   const struct sit_undo_result *result,
                                   bool is_decided, struct sit_error *err)
{
    if (status != SIT_OK)
        return status;
    const struct sit_face_table *table = sit_labels_table(review->labels);
    review_forget_outcome(review);
    size_t position = review->view.position;
    int64_t face_id = result->index < table->n ? table->id[result->index] : 0;
    for (size_t kind = 0; kind < SIT_REVIEW_N_KINDS; kind++)
        for (size_t i = 0; i < review->lists[kind].n; i++)
            if (review->lists[kind].items[i].face_id == face_id)
                review->lists[kind].items[i].is_decided = is_decided;
    for (size_t i = 0; i < review->view.n_shown; i++)
        if (review_raw_item(review, i)->face_id == face_id)
            position = i;
    return review_show(review, position, err);
}

static enum sit_event_origin origin_of(const struct sit_review *review)
{
    return review->view.is_adjudication ? SIT_ORIGIN_ADJUDICATE : SIT_ORIGIN_REVIEW;
}

enum sit_status sit_review_undo(struct sit_review *review,
                                struct sit_undo_result *result, struct sit_error *err)
{
    return show_result(review,
                       sit_labels_undo(review->labels, origin_of(review), result, err),
                       result, false, err);
}

enum sit_status sit_review_redo(struct sit_review *review,
                                struct sit_undo_result *result, struct sit_error *err)
{
    return show_result(review,
                       sit_labels_redo(review->labels, origin_of(review), result, err),
                       result, true, err);
}
