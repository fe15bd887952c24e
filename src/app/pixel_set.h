/*
 * Private to app: the feature set "pixels", whose vectors are never stored: the grey
 * values of a face at 200 x 200, as Fisherfaces takes them, computed from its picture
 * whenever they are asked for.
 */
#ifndef SITTER_APP_PIXEL_SET_H
#define SITTER_APP_PIXEL_SET_H

#include "sitter/head.h"
#include "sitter/project.h"

enum { PIXEL_SET_SIDE_PX = 200, PIXEL_SET_DIM = PIXEL_SET_SIDE_PX * PIXEL_SET_SIDE_PX };

extern const char PIXEL_SET_NAME[];

/* The set a head of that kind takes: the named one; without a name the pixels for
 * Fisherfaces, made where they are not there yet (own transaction), and the newest
 * stored one for others. */
enum sit_status feature_set_for_head(struct sit_project *project,
                                     enum sit_head_kind kind, const char *name,
                                     struct sit_feature_set *out,
                                     struct sit_error *err);

/* The same for who only reads: where the pixels are not there yet, nothing is made, and
 * *out is a set that is not in the project, which feature_walk() takes all the same. */
enum sit_status feature_set_to_read(struct sit_project *project,
                                    enum sit_head_kind kind, const char *name,
                                    struct sit_feature_set *out, struct sit_error *err);

/* Whether the set's vectors are stored, not computed. */
enum sit_status feature_set_is_stored(struct sit_project *project, int64_t set_id,
                                      bool *stored, struct sit_error *err);

/* Whether a face's vector is wanted at all; computing one takes a decoded picture. */
typedef bool feature_wanted_fn(const void *context, int64_t face_id);

/*
 * Walk a set's vectors by face id, stored or computed, of faces with id > after_id;
 * those not `wanted` (NULL: all are) may be left out. As sit_project_features()
 * otherwise. A picture that cannot be decoded has no vector.
 */
enum sit_status feature_walk(struct sit_project *project, int64_t set_id, size_t dim,
                             int64_t after_id, feature_wanted_fn *wanted,
                             sit_feature_fn *visit, void *context,
                             struct sit_error *err);

#endif
