/*
 * What a project file must be after whatever has happened to it, by SQL of its own and
 * not by the library's code: nothing damaged, the labels in force are those that the
 * events say, batches are whole. And an annotator's decisions, one a unit of undo.
 */
#ifndef SITTER_PROJECT_CHECK_H
#define SITTER_PROJECT_CHECK_H

#include <stddef.h>
#include <stdint.h>

/** Fails the test where something is wrong with the file. */
void check_file(const char *path);

/** An annotator's labels in force, computed from the events: a line each. Freed by the
 * caller. */
char *check_state(const char *path, const char *annotator);

/** Everybody else's. */
char *check_others_state(const char *path, const char *annotator);

/** Everybody's with how many events, and remarks, there are. */
char *check_whole_state(const char *path);

/** The id of the newest event. */
int64_t check_last_event(const char *path);

/** Events that were written together, or one alone. */
struct check_unit {
    char kind;       /* 'l'abel, 'c'onfirm, 'u'ndo, 'r'edo */
    int64_t batch;   /* 0: none */
    size_t n;        /* events */
    int64_t face_id; /* of the first */
    int class_index; /* after the first; -1: none */
};

/** An annotator's units after an event, in order; at most `max` of them. */
size_t check_units(const char *path, const char *annotator, int64_t after_id,
                   struct check_unit *out, size_t max);

/** How many units the annotator could undo, replayed from the events. */
size_t check_depth(const char *path, const char *annotator);

#endif
