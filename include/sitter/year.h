/*
 * Years as people write them: "1986", "ca. 1975", "1950s", "1971-05-01", "Juche 75",
 * "n.d.". Read by a closed list of forms; what fits none is told apart from what says
 * that the year is unknown, and nothing is guessed.
 */
#ifndef SITTER_YEAR_H
#define SITTER_YEAR_H

#include <stdbool.h>

enum sit_year_kind {
    SIT_YEAR_UNKNOWN,        /* empty, or says so: "n.d.", "undated" */
    SIT_YEAR_ONE,            /* a year, perhaps with month and day */
    SIT_YEAR_DECADE,         /* "1950s", "early 1960s", "1961-64" */
    SIT_YEAR_NOT_UNDERSTOOD, /* anything else */
};

struct sit_year {
    enum sit_year_kind kind;
    int year;    /* of SIT_YEAR_ONE, else 0 */
    int decade;  /* 1950 for "1950s" and 1957; 0 where unknown */
    bool approx; /* "ca.", "?", "[1975]" */
};

enum { SIT_YEAR_FIRST = 1000, SIT_YEAR_LAST = 2199 };

/**
 * Years from SIT_YEAR_FIRST to SIT_YEAR_LAST. Juche year 1 is 1912. A range within one
 * decade is that decade; a wider one is not understood. Months and days must be
 * possible ("1971-13-01" is not understood). Any text is fine.
 */
void sit_year_parse(const char *text, struct sit_year *out);

#endif
