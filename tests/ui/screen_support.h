/*
 * Views made by hand for the tests of the screens, and golden screens: texts under
 * golden/ that a drawing must equal; SITTER_REWRITE_GOLDEN=1 rewrites them.
 */
#ifndef SITTER_SCREEN_SUPPORT_H
#define SITTER_SCREEN_SUPPORT_H

#include "test_support.h"

#include "label_screen.h"
#include "review_screen.h"
#include "sitter/file.h"
#include "sitter/text.h"

static const struct sit_screen_metrics test_metrics = {.graphics = SIT_GRAPHICS_SIXEL,
                                                       .cell_width_px = 10,
                                                       .cell_height_px = 20,
                                                       .max_picture_px = 1000};

/* A project of 290 faces with some history. */
struct test_view {
    struct sit_session_view view;
    struct sit_class_list classes;
    struct sit_label_counts counts;
    struct sit_face_detail face;
    struct sit_recent_event recent[SIT_SESSION_N_RECENT];
    char names[SIT_SESSION_N_RECENT][32];
};

static inline void test_classes(struct sit_class_list *classes)
{
    *classes = (struct sit_class_list){
        .n = 3,
        .items = {{"m", "male", false}, {"f", "female", false}, {"o", "other", true}}};
}

static inline void test_view_init(struct test_view *t)
{
    *t = (struct test_view){0};
    test_classes(&t->classes);
    t->counts = (struct sit_label_counts){.n_faces = 290,
                                          .n_labelled = 123,
                                          .by_class = {{48, 15}, {41, 12}, {5, 2}},
                                          .unlabelled = {126, 41}};
    t->face = (struct sit_face_detail){
        .face_id = 37,
        .name = "132771_1.jpg",
        .source = "132771",
        .split = SIT_TRAIN,
        .width_px = 224,
        .height_px = 224,
        .title = "More coal for the power stations",
        .artist = "unknown",
        .year = "1974",
        .keywords = "mining; energy; worker",
        .description = "A miner with a lamp on his helmet raises a hammer; behind him "
                       "a woman in overalls waves from a locomotive.",
        .label = SIT_NO_CLASS,
    };
    for (size_t i = 0; i < SIT_SESSION_N_RECENT; i++) {
        snprintf(t->names[i], sizeof t->names[i], "1327%02zu_0.jpg", 70 - i);
        t->recent[i] = (struct sit_recent_event){
            .event_id = (int64_t)(500 - i),
            .face_id = (int64_t)(36 - i),
            .kind = i == 2 ? SIT_EVENT_UNDO : SIT_EVENT_LABEL,
            .class_index = i == 2 ? SIT_NO_CLASS : (sit_class_index)(i % 3),
            .name = t->names[i]};
    }
    t->view = (struct sit_session_view){.project_path = "posters.db",
                                        .annotator = "ann",
                                        .position = 36,
                                        .n_faces = 290,
                                        .classes = &t->classes,
                                        .counts = &t->counts,
                                        .face = &t->face,
                                        .recent = t->recent,
                                        .n_recent = SIT_SESSION_N_RECENT,
                                        .suggestion = {.class_index = SIT_NO_CLASS},
                                        .left_ms = -1,
                                        .filter = "",
                                        .n_matching = 290,
                                        .comment = ""};
}

enum { TEST_N_ITEMS = 17 };

struct test_review {
    struct sit_review_screen_view view;
    struct sit_review_view review;
    struct sit_class_list classes;
    struct sit_review_list list;
    struct sit_review_item items[TEST_N_ITEMS];
    struct sit_review_row rows[TEST_N_ITEMS];
    struct sit_face_detail face;
    char names[TEST_N_ITEMS][32];
};

static inline void test_review_init(struct test_review *t)
{
    *t = (struct test_review){0};
    test_classes(&t->classes);
    for (size_t i = 0; i < TEST_N_ITEMS; i++) {
        snprintf(t->names[i], sizeof t->names[i], "1329%02zu_1.jpg", i);
        t->items[i] = (struct sit_review_item){
            .face_id = (int64_t)(100 + i),
            .split = i % 4 == 0 ? SIT_TEST : SIT_TRAIN,
            .given = (sit_class_index)(i % 2),
            .predicted = (sit_class_index)(1 - i % 2),
            .p_predicted = 0.99 - 0.02 * (double)i,
            .p_given = 0.01 + 0.02 * (double)i,
            .loss = 4.6 - 0.2 * (double)i};
    }
    t->list = (struct sit_review_list){.items = t->items,
                                       .n = TEST_N_ITEMS,
                                       .model_id = 3,
                                       .head = "logistic",
                                       .features = "facenet",
                                       .n_test = 70,
                                       .n_test_correct = 66,
                                       .n_train = 220,
                                       .n_train_correct = 207};
    t->face = (struct sit_face_detail){.face_id = 101,
                                       .name = t->names[1],
                                       .source = "132901",
                                       .split = SIT_TRAIN,
                                       .title = "Songun is our life",
                                       .year = "2003",
                                       .label = 1,
                                       .annotator = "ann"};
    t->review = (struct sit_review_view){.project_path = "posters.db",
                                         .annotator = "ann",
                                         .scope = SIT_REVIEW_ALL,
                                         .filter = "",
                                         .classes = &t->classes,
                                         .list = &t->list,
                                         .n_shown = TEST_N_ITEMS,
                                         .position = 1,
                                         .n_decided = 1,
                                         .item = &t->items[1],
                                         .state = SIT_REVIEW_OPEN,
                                         .face = &t->face};
    for (size_t i = 0; i < TEST_N_ITEMS; i++)
        t->rows[i] = (struct sit_review_row){.item = t->items[i],
                                             .state = i == 0 ? SIT_REVIEW_CONFIRMED
                                                             : SIT_REVIEW_OPEN,
                                             .name = t->names[i]};
    t->view = (struct sit_review_screen_view){
        .review = &t->review, .rows = t->rows, .first_row = 0, .n_rows = TEST_N_ITEMS};
}

static inline struct sit_ui_event test_key(uint32_t key, int64_t at_ms)
{
    return (struct sit_ui_event){.kind = SIT_UI_KEY, .key = key, .at_ms = at_ms};
}

static inline struct sit_ui_event test_shown(int64_t face_id, int64_t at_ms)
{
    return (struct sit_ui_event){
        .kind = SIT_UI_SHOWN, .face_id = face_id, .at_ms = at_ms};
}

/* Every row must be as wide as the terminal would make it. */
static inline void assert_grid_sound(const struct sit_grid *grid)
{
    for (size_t row = 0; row < grid->n_rows; row++) {
        size_t col = 0;
        while (col < grid->n_cols) {
            const struct sit_cell *cell = &grid->cells[row * grid->n_cols + col];
            assert_in_range(cell->width, 1, 2);
            assert_int_equal(sit_text_width(cell->text), cell->width);
            for (size_t i = 0; i < cell->n_bytes; i++)
                assert_true((unsigned char)cell->text[i] >= 0x20 &&
                            cell->text[i] != 0x7f);
            col += cell->width;
            if (cell->width == 2) {
                assert_true(col <= grid->n_cols);
                assert_int_equal(cell[1].width, 0);
            }
        }
        assert_int_equal(col, grid->n_cols);
    }
}

static inline void assert_golden(const struct sit_grid *grid, const char *name)
{
    struct sit_buf drawn = {0}, path = {0}, golden = {0};
    sit_grid_dump(grid, &drawn);
    sit_buf_appendf(&path, "%s/%s.txt", getenv("SITTER_GOLDEN"), name);
    if (getenv("SITTER_REWRITE_GOLDEN") != NULL) {
        FILE *file = fopen(sit_buf_text(&path), "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(drawn.data, 1, drawn.n_bytes, file), drawn.n_bytes);
        assert_int_equal(fclose(file), 0);
    } else {
        assert_ok(sit_file_read(sit_buf_text(&path), 1 << 20, &golden, err));
        assert_string_equal(sit_buf_text(&drawn), sit_buf_text(&golden));
    }
    sit_buf_release(&drawn);
    sit_buf_release(&path);
    sit_buf_release(&golden);
}

#endif
