/*
 * Memory that runs short on request: the n-th allocation fails. The linker hands malloc
 * and its kin to the functions here (--wrap), so that a test program includes this
 * once. One thread: the countdown is not made for several.
 */
#ifndef SITTER_ALLOC_FAULTS_H
#define SITTER_ALLOC_FAULTS_H

#include "test_support.h"

void *__real_malloc(size_t n_bytes);
void *__real_calloc(size_t n, size_t item_bytes);
void *__real_realloc(void *block, size_t n_bytes);
void *__wrap_malloc(size_t n_bytes);
void *__wrap_calloc(size_t n, size_t item_bytes);
void *__wrap_realloc(void *block, size_t n_bytes);

static size_t countdown;
static bool has_failed;

static inline bool should_fail(void)
{
    if (countdown == 0 || --countdown > 0)
        return false;
    has_failed = true;
    return true;
}

void *__wrap_malloc(size_t n_bytes)
{
    return should_fail() ? NULL : __real_malloc(n_bytes);
}

void *__wrap_calloc(size_t n, size_t item_bytes)
{
    return should_fail() ? NULL : __real_calloc(n, item_bytes);
}

void *__wrap_realloc(void *block, size_t n_bytes)
{
    return should_fail() ? NULL : __real_realloc(block, n_bytes);
}

/* Does the work once; *context is its own. */
typedef enum sit_status work_fn(void *context, struct sit_error *cause);

/* Fail the first allocations each in turn, and later ones in steps that grow by a part
 * in `growth` (0: never). The work succeeds with `at_last` all the same or says that
 * memory is short. Returns how many allocations there were, about. */
static inline size_t fail_by(work_fn *work, void *context, enum sit_status at_last,
                             size_t growth)
{
    for (size_t n = 1;; n += 1 + (growth > 0 ? n / growth : 0)) {
        struct sit_error cause = {0};
        countdown = n;
        has_failed = false;
        enum sit_status status = work(context, &cause);
        countdown = 0;
        if (!has_failed) {
            if (status != at_last)
                fail_msg("%s: %s", sit_status_name(status), cause.message);
            return n - 1;
        }
        if (status != at_last && status != SIT_E_NOMEM)
            fail_msg("allocation %zu: %s: %s", n, sit_status_name(status),
                     cause.message);
        if (status != SIT_OK && cause.message[0] == '\0')
            fail_msg("allocation %zu: no message", n);
    }
}

#endif
