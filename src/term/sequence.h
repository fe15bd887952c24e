/*
 * Splitting terminal input into control sequences; shared by the probe and the key
 * filter. What a sequence means is theirs. Private to the term layer.
 */
#ifndef SITTER_TERM_SEQUENCE_H
#define SITTER_TERM_SEQUENCE_H

#include <stddef.h>

enum sit_sequence {
    SIT_SEQUENCE_OPEN,        /* more bytes are needed */
    SIT_SEQUENCE_STRING_OPEN, /* within a DCS, OSC, SOS, PM or APC string */
    SIT_SEQUENCE_ABORTED,     /* the last byte does not belong to it */
    SIT_SEQUENCE_ESCAPE,      /* ESC and one character */
    SIT_SEQUENCE_SS3,
    SIT_SEQUENCE_CSI,
    SIT_SEQUENCE_STRING, /* a string with its terminator */
};

/**
 * What bytes[0..n_bytes), which begin with ESC, are. Meant to be asked after each byte,
 * so a complete sequence ends with the last byte. Knows the ones outside ECMA-48: mouse
 * reports of X10 (CSI M and three bytes), function keys of the Linux console (CSI [ and
 * a letter), shifted keys of rxvt (CSI digits $).
 */
enum sit_sequence sit_sequence_classify(const char *bytes, size_t n_bytes);

enum { SIT_SEQUENCE_MAX_PARAMS = 32 };

/** A CSI sequence taken apart. */
struct sit_csi {
    char prefix;       /* '?', '>', '=', '<', or 0 */
    char intermediate; /* the last one, or 0 */
    char final;
    size_t n_params;
    unsigned params[SIT_SEQUENCE_MAX_PARAMS]; /* missing ones are 0; at most 1000000 */
};

/** Take a complete CSI sequence apart. Sub-parameters (':') count as parameters. */
void sit_csi_parse(const char *bytes, size_t n_bytes, struct sit_csi *out);

#endif
