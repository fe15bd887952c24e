/*
 * Facts of a demo poster that its drawing needs, beyond what demo.h tells.
 */
#ifndef SITTER_DEMO_FACTS_H
#define SITTER_DEMO_FACTS_H

#include "demo_figure.h"

/** What stands behind the figures; the description names it. */
enum demo_setting {
    SETTING_FACTORY,
    SETTING_DAM,
    SETTING_FIELD,
    SETTING_MOUNTAINS,
    SETTING_CITY,
    SETTING_FLAGS,
    SETTING_SEA,
    SETTING_PLAIN,
};

enum demo_setting demo_setting_of(uint64_t seed, size_t index);

/** Which thing an "other" figure is. */
enum demo_other demo_other_of(uint64_t seed, size_t index, size_t figure);

bool demo_has_keyword(const struct sit_demo_poster *poster, const char *keyword);

#endif
