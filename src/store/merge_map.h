/*
 * Private to the store: how the ids of another copy of a project translate.
 */
#ifndef SITTER_STORE_MERGE_MAP_H
#define SITTER_STORE_MERGE_MAP_H

#include "db.h"
#include "sitter/merge_rows.h"

struct merge_pair {
    int64_t from, into;
};

/* Pairs in ascending order of `from`. */
struct merge_map {
    struct merge_pair *items;
    size_t n, capacity;
};

struct merge {
    struct sit_project *into, *from;
    const struct sit_notes *notes;
    struct sit_merge_counts *counts;
    int64_t
        class_ids[SIT_PROJECT_MAX_CLASSES + 1]; /* by the id in `from`; [0] unused */
    struct merge_map faces; /* all of `from`; into 0: not there (yet) */
    struct merge_map annotators;
    struct merge_map events;
    struct merge_map batches; /* in order of coming, not of number */
    size_t n_noted;
};

void merge_map_release(struct merge_map *map);
bool merge_map_push(struct merge_map *map, int64_t from, int64_t into);
/* NULL where there is none. */
struct merge_pair *merge_map_find(const struct merge_map *map, int64_t from);

/* "'FILE' is damaged: WHAT". */
enum sit_status merge_damaged(const struct merge *merge, const char *what,
                              struct sit_error *err);

/* merge_faces.c: classes, annotators; the faces of both, without bringing any. */
enum sit_status merge_read_maps(struct merge *merge, bool force, struct sit_error *err);

/* The face of `into`, brought along where it lacks it. */
enum sit_status merge_face(struct merge *merge, int64_t from_id, int64_t *into_id,
                           struct sit_error *err);
enum sit_status merge_annotator(struct merge *merge, int64_t from_id, int64_t *into_id,
                                struct sit_error *err);

#endif
