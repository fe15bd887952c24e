/*
 * What the probe's decision and measuring the window again agree on. Private to the
 * term layer.
 */
#ifndef SITTER_TERM_PROBE_DECIDE_H
#define SITTER_TERM_PROBE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

/** Whether a cell can have this size. */
bool sit_term_is_cell(size_t width_px, size_t height_px);

#endif
