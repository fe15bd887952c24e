/*
 * Drawing the review screen.
 */
#include "review_screen.h"

#include <stdio.h>
#include <string.h>

static double percent(size_t part, size_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

/* "model female 0.970, loss 3.51". Returns the rows used. */
static size_t draw_prediction(const struct sit_review_view *view, struct sit_grid *grid,
                              struct sit_area area, size_t row)
{
    const struct sit_review_item *item = view->item;
    if (item->predicted == SIT_NO_CLASS)
        return 0;
    bool suspect = view->kind == SIT_REVIEW_SUSPECTS && !item->is_control;
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM,
                              suspect ? "rather " : "model ");
    col += sit_grid_put(grid, area, row, col, SIZE_MAX,
                        sit_class_style(item->predicted),
                        sit_class_display_name(view->classes, item->predicted));
    if (suspect)
        sit_grid_putf(grid, area, row, col, SIT_STYLE_NORMAL, " %.3f, label %.3f",
                      item->p_predicted, item->p_given);
    else if (view->kind == SIT_REVIEW_MISTAKES)
        sit_grid_putf(grid, area, row, col, SIT_STYLE_NORMAL, " %.3f, loss %.2f",
                      item->p_predicted, item->loss);
    else
        sit_grid_putf(grid, area, row, col, SIT_STYLE_NORMAL, " %.3f",
                      item->p_predicted);
    return 1;
}

/* "ann says female", one line each, where there is more to tell than the label line
 * does. */
static size_t draw_says(const struct sit_review_view *view, struct sit_grid *grid,
                        struct sit_area area, size_t row)
{
    enum { MOST_ROWS = 4 };
    size_t n = view->n_says, at = row;
    if (n == 0 || (n == 1 && view->kind != SIT_REVIEW_DISAGREEMENTS))
        return 0;
    size_t n_known = n < SIT_REVIEW_MAX_SAYS ? n : SIT_REVIEW_MAX_SAYS;
    size_t n_rows = n_known <= MOST_ROWS ? n_known : MOST_ROWS - 1;
    for (size_t i = 0; i < n_rows; i++) {
        const struct sit_review_say *say = &view->says[i];
        const char *name = say->name[0] != '\0' ? say->name
                           : say->is_person     ? "one"
                                                : "a file";
        /* Whoever has a long name: what they say is to be seen. */
        size_t col = sit_grid_put(grid, area, at, 0, area.n_cols / 2, SIT_STYLE_DIM,
                                  name);
        col += sit_grid_put(grid, area, at, col, SIZE_MAX, SIT_STYLE_DIM,
                            say->adjudicates ? " for all: " : " says ");
        sit_grid_put(grid, area, at++, col, SIZE_MAX, sit_class_style(say->class_index),
                     sit_class_display_name(view->classes, say->class_index));
    }
    if (n > n_rows)
        sit_grid_putf(grid, area, at++, 0, SIT_STYLE_DIM, "and %zu more", n - n_rows);
    return at - row;
}

/* The label, and who says what. Returns the rows used. */
static size_t draw_label(const struct sit_review_view *view, struct sit_grid *grid,
                         struct sit_area area, size_t row)
{
    const struct sit_face_detail *face = view->face;
    if (view->adjudicates && (face->flags & SIT_FACE_DISPUTED) != 0) {
        sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_WARN,
                     "disputed, no majority");
        return 1;
    }
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM,
                              view->adjudicates ? "for all " : "label ");
    col += sit_grid_put(grid, area, row, col, SIZE_MAX, sit_class_style(face->label),
                        sit_class_display_name(view->classes, face->label));
    if (face->annotator != NULL && !view->adjudicates)
        sit_grid_putf(grid, area, row, col, SIT_STYLE_DIM, " by %s", face->annotator);
    return 1;
}

/* Name, source and split, label and prediction. Returns the rows used. */
static size_t draw_face(const struct sit_review_view *view, struct sit_grid *grid,
                        struct sit_area area)
{
    const struct sit_face_detail *face = view->face;
    sit_grid_put(grid, area, 0, 0, SIZE_MAX, SIT_STYLE_BOLD, face->name);
    sit_grid_putf(grid, area, 1, 0, SIT_STYLE_DIM, "%s,%s source %s",
                  sit_split_name(face->split), view->bookmarked ? " bookmarked," : "",
                  face->source);
    if (view->is_hidden) {
        sit_grid_put(grid, area, 2, 0, SIZE_MAX, SIT_STYLE_DIM, "label and model are");
        sit_grid_put(grid, area, 3, 0, SIZE_MAX, SIT_STYLE_DIM, "hidden until decided");
        return 4;
    }
    size_t row = 2;
    row += draw_label(view, grid, area, row);
    row += draw_prediction(view, grid, area, row);
    row += draw_says(view, grid, area, row);
    if (view->state == SIT_REVIEW_OPEN)
        return row;
    bool kept = view->state == SIT_REVIEW_CONFIRMED;
    sit_grid_putf(grid, area, row, 0, SIT_STYLE_GOOD, "decided: %s (was %s)%s",
                  kept ? "label kept" : "relabelled",
                  sit_class_display_name(view->classes, view->item->given),
                  view->item->is_control ? ", a control" : "");
    return row + 1;
}

static void draw_split_score(enum sit_split split, size_t n_correct, size_t n,
                             struct sit_grid *grid, struct sit_area area, size_t row)
{
    if (n == 0)
        sit_grid_putf(grid, area, row, 0, SIT_STYLE_DIM, "no labelled %s faces",
                      sit_split_name(split));
    else
        sit_grid_putf(grid, area, row, 0, SIT_STYLE_NORMAL, "%-5s %zu of %zu (%.1f %%)",
                      sit_split_name(split), n_correct, n, percent(n_correct, n));
}

static size_t draw_score(const struct sit_review_list *list, struct sit_grid *grid,
                         struct sit_area area, size_t row)
{
    if (list->kind == SIT_REVIEW_SUSPECTS) {
        sit_grid_putf(grid, area, row++, 0, SIT_STYLE_DIM, "features %s",
                      list->features);
        sit_grid_putf(grid, area, row++, 0, SIT_STYLE_NORMAL,
                      "%zu of %zu labels suspect", list->n_suspect, list->n_judged);
        sit_grid_put(grid, area, row++, 0, SIZE_MAX, SIT_STYLE_DIM,
                     "judged by faces of other sources");
        return row;
    }
    if (list->kind == SIT_REVIEW_DISAGREEMENTS) {
        sit_grid_putf(grid, area, row++, 0, SIT_STYLE_NORMAL,
                      "%zu differ, %zu without a majority", list->n - list->n_controls,
                      list->n_disputed);
        return row;
    }
    if (list->kind == SIT_REVIEW_BOOKMARKED)
        return row;
    sit_grid_putf(grid, area, row++, 0, SIT_STYLE_DIM, "model %lld: %s, %s",
                  (long long)list->model_id, list->head, list->features);
    if (list->kind == SIT_REVIEW_ABSTAINED) {
        sit_grid_putf(grid, area, row++, 0, SIT_STYLE_NORMAL, "%zu with p below %.2f",
                      list->n - list->n_controls, list->threshold);
        return row;
    }
    draw_split_score(SIT_TEST, list->n_test_correct, list->n_test, grid, area, row++);
    draw_split_score(SIT_TRAIN, list->n_train_correct, list->n_train, grid, area,
                     row++);
    return row;
}

static const char *state_mark(enum sit_review_state state)
{
    switch (state) {
    case SIT_REVIEW_CONFIRMED: return "kept";
    case SIT_REVIEW_RELABELLED: return "new";
    default: return "";
    }
}

static const char *class_key(const struct sit_class_list *classes,
                             sit_class_index index)
{
    return index >= 0 && (size_t)index < classes->n ? classes->items[index].key : "-";
}

/* "> name   m -> f 0.97 kept" */
static void draw_row(const struct sit_review_screen_view *view, size_t i,
                     struct sit_grid *grid, struct sit_area area, size_t at)
{
    const struct sit_review_row *row = &view->rows[i];
    const struct sit_class_list *classes = view->review->classes;
    bool current = view->first_row + i == view->review->position;
    enum { FULL_COLS = 28 };
    const char *given = class_key(classes, row->item.given);
    const char *predicted = class_key(classes, row->item.predicted);
    char text[64];
    if (row->item.given == SIT_NO_CLASS && row->item.predicted == SIT_NO_CLASS)
        snprintf(text, sizeof text, " %-4s", state_mark(row->state));
    else if (row->item.predicted == SIT_NO_CLASS)
        snprintf(text, sizeof text, " %s %-4s", given, state_mark(row->state));
    else if (area.n_cols >= FULL_COLS)
        snprintf(text, sizeof text, " %s > %s %.2f %-4s", given, predicted,
                 row->item.p_predicted, state_mark(row->state));
    else
        snprintf(text, sizeof text, " %s>%s", given, predicted);
    enum sit_style style = row->state != SIT_REVIEW_OPEN ? SIT_STYLE_DIM
                           : current                     ? SIT_STYLE_BOLD
                                                         : SIT_STYLE_NORMAL;
    size_t used = sit_grid_put_right(grid, area, at, area.n_cols, style, text);
    sit_grid_put(grid, area, at, 0, 1, SIT_STYLE_KEY, current ? ">" : " ");
    if (area.n_cols > used + 2)
        sit_grid_put(grid, area, at, 2, area.n_cols - used - 2, style,
                     row->name != NULL ? row->name : "...");
}

static void draw_list(const struct sit_review_screen_view *view, struct sit_grid *grid,
                      struct sit_area area)
{
    for (size_t i = 0; i < view->n_rows && i < area.n_rows; i++)
        draw_row(view, i, grid, area, i);
}

static void draw_panel(const struct sit_review_screen_view *view, struct sit_grid *grid,
                       struct sit_area area)
{
    const struct sit_review_view *review = view->review;
    size_t row = draw_face(review, grid, area);
    enum { LEAST_LIST_ROWS = 4 };
    if (area.n_rows >= row + 3 + LEAST_LIST_ROWS) {
        row += area.n_rows > 18 ? 1 : 0;
        row = draw_score(review->list, grid, area, row);
        row += area.n_rows > 18 ? 1 : 0;
    }
    size_t spare = area.n_rows > row ? area.n_rows - row : 0;
    struct sit_area rest = sit_area_within(
        area, (struct sit_area){0, row, area.n_cols, spare});
    size_t facts = 0;
    if (spare >= 10) { /* at most half, and the list after them */
        struct sit_area top = sit_area_within(
            rest, (struct sit_area){0, 0, rest.n_cols, spare / 2});
        facts = sit_screen_draw_facts(grid, top, review->face);
        facts += facts > 0 ? 1 : 0;
    }
    draw_list(view, grid,
              sit_area_within(rest, (struct sit_area){0, facts, rest.n_cols, spare}));
}

/* Why there is no face to show. */
static void draw_nothing(const struct sit_review_screen *screen,
                         const struct sit_review_view *view, struct sit_grid *grid,
                         struct sit_area area)
{
    char text[SIT_ERROR_MESSAGE_BYTES];
    const char *scope = view->scope == SIT_REVIEW_TEST    ? "test "
                        : view->scope == SIT_REVIEW_TRAIN ? "train "
                                                          : "";
    if (screen->work == SIT_WORK_COMPUTING)
        snprintf(text, sizeof text, "computing the list of %s",
                 sit_review_list_words(view));
    else if (screen->work == SIT_WORK_RETRAINING)
        snprintf(text, sizeof text, "training");
    else if (screen->problem[0] != '\0')
        snprintf(text, sizeof text, "%s", screen->problem);
    else if (view->filter[0] != '\0' && view->list->n > 0)
        snprintf(text, sizeof text, "none of the %zu %s matches the filter",
                 view->list->n, sit_review_list_words(view));
    else if (view->kind == SIT_REVIEW_DISAGREEMENTS)
        snprintf(text, sizeof text, "no %sface is left on which labels differ", scope);
    else if (view->kind == SIT_REVIEW_BOOKMARKED)
        snprintf(text, sizeof text, "you have no bookmark on a %sface", scope);
    else if (view->kind == SIT_REVIEW_ABSTAINED)
        snprintf(text, sizeof text, "no %sface has a prediction below %.2f", scope,
                 view->list->threshold);
    else
        snprintf(text, sizeof text, "no %s %sface is left to review",
                 view->kind == SIT_REVIEW_SUSPECTS ? "suspect" : "misclassified",
                 scope);
    sit_screen_draw_no_picture(grid, area, text);
}

/* "suspects, all: 2 of 17, 1 decided" */
static void draw_counts(const struct sit_review_view *review, char *out, size_t n_bytes)
{
    bool named = review->kind != SIT_REVIEW_MISTAKES && !review->is_adjudication;
    bool shown = review->item != NULL;
    size_t n_left = review->n_shown - review->n_decided;
    snprintf(out, n_bytes, "%s%s%s%s%s: %zu of %zu, %zu %s",
             review->blind ? "blind, " : "",
             named ? sit_review_kind_name(review->kind) : "", named ? ", " : "",
             review->filter[0] != '\0' ? "filtered, " : "",
             sit_review_scope_name(review->scope), shown ? review->position + 1 : 0,
             review->n_shown, review->is_adjudication ? n_left : review->n_decided,
             review->is_adjudication ? "left" : "decided");
}

void sit_review_screen_draw(const struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_screen_metrics *metrics,
                            struct sit_grid *grid)
{
    const struct sit_screen *base = &screen->base;
    const struct sit_review_view *review = view->review;
    struct sit_layout layout;
    if (base->mode == SIT_MODE_HELP) {
        sit_screen_draw_help(base, sit_review_screen_keymap(review), review->classes,
                             grid);
        return;
    }
    if (!sit_screen_layout(grid, metrics, &layout))
        return;
    bool shown = review->item != NULL && review->face != NULL;
    if (!shown)
        layout.separator_col = 0;
    else
        sit_screen_place_face(base, grid, &layout, metrics, review->item->face_id);
    struct sit_buf left = {0};
    sit_buf_appendf(&left, "sitter %s  %s  %s",
                    review->is_adjudication ? "adjudicate" : "review",
                    review->project_path, review->annotator);
    char right[128];
    draw_counts(review, right, sizeof right);
    sit_screen_draw_frame(base, &layout, sit_review_screen_keymap(review),
                          review->classes, sit_buf_text(&left), right, grid);
    sit_buf_release(&left);
    sit_screen_draw_work(base, grid, layout.notice);
    if (!shown) {
        struct sit_area body = {0, 1, grid->n_cols, grid->n_rows - 3};
        draw_nothing(screen, review, grid, body);
        return;
    }
    draw_panel(view, grid, layout.panel);
}
