/*
 * A row of faces as one picture, what is known of each drawn into its pixels: so a
 * page of faces needs few pictures, and a moved cursor sends one or two of them anew.
 */
#ifndef SITTER_TUI_STRIP_H
#define SITTER_TUI_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIT_STRIP_MAX_TILES = 16 };

/** What is drawn around a face, together. */
enum sit_tile_look {
    SIT_TILE_CURSOR = 1,
    SIT_TILE_SELECTED = 2,
    SIT_TILE_LABELLED = 4,  /* the class is the face's label: a closed frame */
    SIT_TILE_SUGGESTED = 8, /* the class is a suggestion: corners */
    SIT_TILE_MARKED = 16,   /* not as suggested: crossed out */
};

/** One face of a strip; face_id 0: nothing there. */
struct sit_tile {
    int64_t face_id;
    unsigned look;
    uint8_t colour; /* of the class, modulo SIT_N_CLASS_STYLES */
    char letter;    /* of the class; 0: none. Printable ASCII, as the hint */
    char hint;      /* the key that reaches this face; 0: none */
};

/** Zero-initialise. All tiles are as wide as the strip divided by n_tiles. */
struct sit_strip {
    size_t n_tiles;
    struct sit_tile tiles[SIT_STRIP_MAX_TILES];
};

static inline bool sit_tile_equals(const struct sit_tile *a, const struct sit_tile *b)
{
    return a->face_id == b->face_id && a->look == b->look && a->colour == b->colour &&
           a->letter == b->letter && a->hint == b->hint;
}

static inline bool sit_strip_equals(const struct sit_strip *a,
                                    const struct sit_strip *b)
{
    if (a->n_tiles != b->n_tiles)
        return false;
    for (size_t i = 0; i < a->n_tiles; i++) {
        if (!sit_tile_equals(&a->tiles[i], &b->tiles[i]))
            return false;
    }
    return true;
}

#endif
