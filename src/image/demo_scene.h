/*
 * What a demo poster shows besides its figures. Coordinates: the poster is 1 wide and
 * 1.4 high.
 */
#ifndef SITTER_DEMO_SCENE_H
#define SITTER_DEMO_SCENE_H

#include "demo_facts.h"

/** Where the slogan's band begins. */
#define DEMO_BAND_TOP 1.2f

/** Buildings, land or flags behind the figures. */
void demo_scene_draw(struct paint *paint, enum demo_setting setting,
                     const struct demo_style *style, struct sit_rng *rng);

/** The slogan: a band with a row of signs, one for each letter, that spell nothing. */
void demo_slogan_draw(struct paint *paint, const struct sit_demo_poster *poster,
                      const struct demo_style *style, struct sit_rng *rng);

#endif
