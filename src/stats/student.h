/*
 * Student's t distribution.
 */
#ifndef SITTER_STATS_STUDENT_H
#define SITTER_STATS_STUDENT_H

/** P(|T| > |t|) with df > 0 degrees of freedom, not necessarily a whole number. */
double sit_student_two_sided(double t, double df);

/** The t that |T| stays below with probability .95. */
double sit_student_95(double df);

#endif
