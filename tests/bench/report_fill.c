/*
 * Makes a large project to report on: drawn faces of 112 px, titles, years, keywords
 * and eight generated features, one face in thirty labelled. Portraits repeat after the
 * first 3,000, each file with a number of its own in a JPEG comment.
 *
 *     report_fill FILE.db FACES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/demo.h"
#include "sitter/file.h"
#include "sitter/image.h"
#include "sitter/progress.h"
#include "sitter/project.h"
#include "sitter/rng.h"

enum { N_PORTRAITS = 3000, DIM = 8, POSTERS_PER_TRANSACTION = 5000, LABEL_EVERY = 30 };

struct filling {
    struct sit_project *project;
    struct sit_buf portraits[N_PORTRAITS];
    size_t n_portraits;
    struct sit_rng rng;
    int64_t set_id, annotator_id;
    size_t n_faces;
};

/* The portrait's file, a comment with the face's number after its first marker. */
static enum sit_status face_file(struct filling *filling,
                                 const struct sit_demo_poster *poster, size_t index,
                                 size_t figure, struct sit_buf *out,
                                 struct sit_error *err)
{
    struct sit_buf *portrait;
    (void)poster;
    if (filling->n_portraits < N_PORTRAITS) {
        struct sit_image image = {0};
        portrait = &filling->portraits[filling->n_portraits];
        enum sit_status status = sit_demo_draw_face(1, index, figure, SIT_DEMO_FACE_PX,
                                                    &image, err);
        if (status == SIT_OK)
            status = sit_image_encode_jpeg(&image, 88, portrait, err);
        sit_image_release(&image);
        if (status != SIT_OK)
            return status;
        filling->n_portraits++;
    } else {
        portrait = &filling->portraits[sit_rng_below(&filling->rng, N_PORTRAITS)];
    }
    unsigned char comment[] = {0xff, 0xfe, 0, 6, 0, 0, 0, 0};
    for (int i = 0; i < 4; i++)
        comment[4 + i] = (unsigned char)(filling->n_faces >> 8 * i);
    sit_buf_reset(out);
    sit_buf_append(out, portrait->data, 2);
    sit_buf_append(out, comment, sizeof comment);
    sit_buf_append(out, portrait->data + 2, portrait->n_bytes - 2);
    return SIT_OK;
}

static enum sit_status add_face(struct filling *filling, int64_t source_id,
                                enum sit_split split,
                                const struct sit_demo_poster *poster, size_t index,
                                size_t figure, struct sit_buf *file,
                                struct sit_error *err)
{
    char name[48];
    float x[DIM];
    int64_t face_id = 0, event_id;
    enum sit_status status = face_file(filling, poster, index, figure, file, err);
    if (status != SIT_OK)
        return status;
    snprintf(name, sizeof name, "p%07zu_%zu.jpg", index, figure);
    struct sit_new_face face = {.name = name,
                                .source_id = source_id,
                                .split = split,
                                .width_px = SIT_DEMO_FACE_PX,
                                .height_px = SIT_DEMO_FACE_PX,
                                .format = "jpeg",
                                .bytes = file->data,
                                .n_bytes = file->n_bytes};
    sit_sha256(file->data, file->n_bytes, face.sha256);
    status = sit_project_add_face(filling->project, &face, &face_id, err);
    enum sit_demo_class truth = poster->truth[figure];
    for (size_t k = 0; k < DIM; k++)
        x[k] = (float)(sit_rng_normal(&filling->rng) +
                       (truth == SIT_DEMO_FEMALE ? 0.8 : -0.8));
    if (status == SIT_OK)
        status = sit_project_put_feature(filling->project, filling->set_id, face_id, x,
                                         DIM, err);
    struct sit_event event = {.face_id = face_id,
                              .annotator_id = filling->annotator_id,
                              .origin = SIT_ORIGIN_IMPORT,
                              .class_index = (sit_class_index)truth,
                              .at_ms = sit_time_ms(),
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS};
    if (status == SIT_OK && filling->n_faces++ % LABEL_EVERY == 0)
        status = sit_project_append_event(filling->project, &event, &event_id, err);
    return status;
}

static enum sit_status add_poster(struct filling *filling, size_t index, size_t n_most,
                                  struct sit_buf *file, struct sit_error *err)
{
    struct sit_demo_poster poster;
    const char *keywords[SIT_DEMO_MAX_KEYWORDS];
    char name[32];
    int64_t source_id;
    enum sit_split split;
    sit_demo_poster_describe(1, index, &poster);
    snprintf(name, sizeof name, "p%07zu", index);
    for (size_t i = 0; i < poster.n_keywords; i++)
        keywords[i] = poster.keywords[i];
    const struct sit_source_facts facts = {.title = poster.title,
                                           .artist = poster.artist,
                                           .year = poster.year,
                                           .decade = poster.year / 10 * 10,
                                           .keywords = keywords,
                                           .n_keywords = poster.n_keywords,
                                           .description = poster.description};
    enum sit_status status = sit_project_add_source(filling->project, name, true,
                                                    SIT_TRAIN, &source_id, &split, err);
    if (status == SIT_OK)
        status = sit_project_set_source_facts(filling->project, name, &facts, err);
    for (size_t f = 0; status == SIT_OK && f < poster.n_figures; f++)
        if (filling->n_faces < n_most)
            status = add_face(filling, source_id, split, &poster, index, f, file, err);
    return status;
}

static enum sit_status fill(struct filling *filling, size_t n, struct sit_error *err)
{
    struct sit_buf file = {0};
    enum sit_status status = sit_project_begin_feature_set(
        filling->project, "generated", DIM, "npy", "{}", &filling->set_id, err);
    if (status == SIT_OK)
        status = sit_project_begin(filling->project, err);
    if (status == SIT_OK)
        status = sit_project_annotator(filling->project, "bench",
                                       &filling->annotator_id, err);
    for (size_t i = 0; status == SIT_OK && filling->n_faces < n; i++) {
        status = add_poster(filling, i, n, &file, err);
        if (status == SIT_OK && (i + 1) % POSTERS_PER_TRANSACTION == 0) {
            status = sit_project_commit(filling->project, err);
            if (status == SIT_OK)
                status = sit_project_begin(filling->project, err);
        }
    }
    if (status == SIT_OK)
        status = sit_project_commit(filling->project, err);
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(filling->project, filling->set_id, err);
    sit_buf_release(&file);
    return status;
}

int main(int argc, char **argv)
{
    size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (n == 0 || n >= 1 << 24) {
        fprintf(stderr, "usage: report_fill FILE.db FACES\n");
        return 2;
    }
    static struct filling filling;
    struct sit_class_list classes;
    struct sit_error err;
    sit_class_list_default(&classes);
    sit_rng_init(&filling.rng, 1);
    enum sit_status status = sit_project_create(argv[1], &classes, &err);
    if (status == SIT_OK)
        status = sit_project_open(argv[1], SIT_PROJECT_WRITE, &filling.project, &err);
    if (status == SIT_OK)
        status = fill(&filling, n, &err);
    sit_project_close(filling.project);
    for (size_t i = 0; i < N_PORTRAITS; i++)
        sit_buf_release(&filling.portraits[i]);
    if (status != SIT_OK)
        fprintf(stderr, "report_fill: %s\n", err.message);
    return status != SIT_OK;
}
