/*
 * Makes a project of any number of faces with generated features and metadata, in
 * the time that writing it takes: three faces a source, years from 1945 on, three of
 * 400 keywords; pictures of one pixel, or those of another project in turn, each made
 * unlike the others by a comment in it.
 *
 *     large_project_fill FILE.db FACES DIM [LABELLED [PICTURES.db]]
 *
 * LABELLED faces, evenly spread, have a label (default: all of them).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "large_features.h"
#include "sitter/file.h"
#include "sitter/progress.h"
#include "sitter/project.h"

enum {
    FACES_PER_SOURCE = 3,
    FACES_PER_TRANSACTION = 20000,
    N_KEYWORDS = 400,
    KEYWORDS_PER_SOURCE = 3
};

struct picture {
    struct sit_buf bytes;
    size_t width_px, height_px;
};

struct filling {
    struct sit_project *project;
    struct picture *pictures; /* (n_pictures) JPEGs; none: of one pixel */
    size_t n_pictures;
    size_t n_faces, n_labelled;
    struct large_features features;
    float x[LARGE_MAX_DIM];
    int64_t set_id, annotator_id, source_id;
    enum sit_split split;
};

/* Three bytes that say which face it is. */
static void put_number(size_t i, char *out)
{
    for (size_t k = 0; k < 3; k++)
        out[k] = (char)(i >> (8 * k) & 255);
}

/* The picture of face i into *bytes. */
static void make_picture(const struct filling *filling, size_t i, struct sit_buf *bytes,
                         struct sit_new_face *face)
{
    static const char one_pixel[] = "P6 1 1 255\n";
    char number[3];
    put_number(i, number);
    sit_buf_reset(bytes);
    if (filling->n_pictures == 0) {
        sit_buf_append(bytes, one_pixel, sizeof one_pixel - 1);
        sit_buf_append(bytes, number, sizeof number);
        face->width_px = face->height_px = 1;
        face->format = "other";
        return;
    }
    enum { START_BYTES = 2 };
    static const char comment[] = {(char)0xff, (char)0xfe, 0, 2 + sizeof number};
    const struct picture *picture = &filling->pictures[i % filling->n_pictures];
    sit_buf_append(bytes, picture->bytes.data, START_BYTES);
    sit_buf_append(bytes, comment, sizeof comment);
    sit_buf_append(bytes, number, sizeof number);
    sit_buf_append(bytes, picture->bytes.data + START_BYTES,
                   picture->bytes.n_bytes - START_BYTES);
    face->width_px = picture->width_px;
    face->height_px = picture->height_px;
    face->format = "jpeg";
}

/* Whether face i is one of those that have a label. */
static bool is_labelled(const struct filling *filling, size_t i)
{
    size_t n = filling->n_faces, labelled = filling->n_labelled;
    return (i + 1) * labelled / n > i * labelled / n;
}

/* Low numbers are frequent: the product of two even ones. */
static size_t keyword_of(size_t source, size_t k)
{
    uint64_t mixed = (source * KEYWORDS_PER_SOURCE + k + 1) * 0x9e3779b97f4a7c15u;
    return (size_t)((mixed >> 40) % N_KEYWORDS * ((mixed >> 16) % N_KEYWORDS) /
                    N_KEYWORDS);
}

static enum sit_status add_facts(struct filling *filling, const char *source, size_t s,
                                 struct sit_error *err)
{
    char year[16], words[KEYWORDS_PER_SOURCE][24];
    const char *keywords[KEYWORDS_PER_SOURCE];
    snprintf(year, sizeof year, "%zu", 1945 + s % 75);
    for (size_t k = 0; k < KEYWORDS_PER_SOURCE; k++) {
        snprintf(words[k], sizeof words[k], "keyword %zu", keyword_of(s, k));
        keywords[k] = words[k];
    }
    struct sit_source_facts facts = {.title = source,
                                     .artist = words[0],
                                     .year_text = year,
                                     .year = (int)(1945 + s % 75),
                                     .decade = (int)((1945 + s % 75) / 10 * 10),
                                     .keywords = keywords,
                                     .n_keywords = KEYWORDS_PER_SOURCE};
    return sit_project_set_source_facts(filling->project, source, &facts, err);
}

static enum sit_status add_face(struct filling *filling, size_t i,
                                struct sit_error *err)
{
    char name[40], source[40];
    int64_t face_id = 0, event_id;
    enum sit_status status = SIT_OK;
    snprintf(source, sizeof source, "s%06zu", i / FACES_PER_SOURCE);
    snprintf(name, sizeof name, "s%06zu_%zu.jpg", i / FACES_PER_SOURCE,
             i % FACES_PER_SOURCE);
    if (i % FACES_PER_SOURCE == 0)
        status = sit_project_add_source(filling->project, source, true, SIT_TRAIN,
                                        &filling->source_id, &filling->split, err);
    if (status == SIT_OK && i % FACES_PER_SOURCE == 0)
        status = add_facts(filling, source, i / FACES_PER_SOURCE, err);
    static struct sit_buf picture;
    struct sit_new_face face = {
        .name = name, .source_id = filling->source_id, .split = filling->split};
    make_picture(filling, i, &picture, &face);
    if (picture.failed)
        return sit_error_nomem(err);
    face.bytes = picture.data;
    face.n_bytes = picture.n_bytes;
    sit_sha256(picture.data, picture.n_bytes, face.sha256);
    if (status == SIT_OK)
        status = sit_project_add_face(filling->project, &face, &face_id, err);
    uint8_t label = large_features_row(&filling->features, i, filling->x);
    if (status == SIT_OK)
        status = sit_project_put_feature(filling->project, filling->set_id, face_id,
                                         filling->x, filling->features.d, err);
    struct sit_event event = {.face_id = face_id,
                              .annotator_id = filling->annotator_id,
                              .origin = SIT_ORIGIN_IMPORT,
                              .class_index = (sit_class_index)label,
                              .at_ms = sit_time_ms(),
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS};
    if (status == SIT_OK && is_labelled(filling, i))
        status = sit_project_append_event(filling->project, &event, &event_id, err);
    return status;
}

/* Take over the first pictures of another project: JPEGs. */
static enum sit_status load_pictures(struct filling *filling, const char *path,
                                     struct sit_error *err)
{
    enum { MAX_PICTURES = 1000 };
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    struct sit_face_detail detail = {0};
    enum sit_status status = sit_project_open(path, SIT_PROJECT_READ, &project, err);
    if (status == SIT_OK)
        status = sit_face_table_load(project, 0, &table, err);
    size_t n = table.n < MAX_PICTURES ? table.n : MAX_PICTURES;
    filling->pictures = calloc(n > 0 ? n : 1, sizeof *filling->pictures);
    if (status == SIT_OK && filling->pictures == NULL)
        status = sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        struct picture *picture = &filling->pictures[i];
        status = sit_project_face_picture(project, table.id[i], &picture->bytes, err);
        if (status == SIT_OK)
            status = sit_project_face_detail(project, table.id[i], 0, &detail, err);
        if (status == SIT_OK && (picture->bytes.n_bytes < 4 ||
                                 memcmp(picture->bytes.data, "\xff\xd8", 2) != 0))
            status = sit_error_set(err, SIT_E_FORMAT, "'%s' is no JPEG", detail.name);
        picture->width_px = detail.width_px;
        picture->height_px = detail.height_px;
        filling->n_pictures = i + 1;
    }
    sit_face_detail_release(&detail);
    sit_face_table_release(&table);
    sit_project_close(project);
    return status;
}

static enum sit_status fill(struct filling *filling, struct sit_error *err)
{
    size_t n = filling->n_faces;
    enum sit_status status = sit_project_begin_feature_set(
        filling->project, "generated", filling->features.d, "npy", "{}",
        &filling->set_id, err);
    if (status == SIT_OK)
        status = sit_project_begin(filling->project, err);
    if (status == SIT_OK)
        status = sit_project_annotator(filling->project, "bench",
                                       &filling->annotator_id, err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        status = add_face(filling, i, err);
        if (status == SIT_OK && (i + 1) % FACES_PER_TRANSACTION == 0) {
            status = sit_project_commit(filling->project, err);
            if (status == SIT_OK)
                status = sit_project_begin(filling->project, err);
        }
    }
    if (status == SIT_OK)
        status = sit_project_commit(filling->project, err);
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(filling->project, filling->set_id, err);
    return status;
}

int main(int argc, char **argv)
{
    size_t n = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    size_t d = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    size_t n_labelled = argc > 4 ? strtoul(argv[4], NULL, 10) : n;
    if (n == 0 || n >= 1 << 24 || d == 0 || d > LARGE_MAX_DIM || n_labelled > n) {
        fprintf(
            stderr,
            "usage: large_project_fill FILE.db FACES DIM [LABELLED [PICTURES.db]]\n");
        return 2;
    }
    static struct filling filling;
    struct sit_class_list classes;
    struct sit_error err;
    filling.n_faces = n;
    filling.n_labelled = n_labelled;
    sit_class_list_default(&classes);
    large_features_init(&filling.features, d);
    enum sit_status status = SIT_OK;
    if (argc > 5)
        status = load_pictures(&filling, argv[5], &err);
    if (status == SIT_OK)
        status = sit_project_create(argv[1], &classes, &err);
    if (status == SIT_OK)
        status = sit_project_open(argv[1], SIT_PROJECT_WRITE, &filling.project, &err);
    if (status == SIT_OK)
        status = fill(&filling, &err);
    sit_project_close(filling.project);
    if (status != SIT_OK)
        fprintf(stderr, "large_project_fill: %s\n", err.message);
    return status != SIT_OK;
}
