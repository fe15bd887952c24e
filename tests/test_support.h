/*
 * What most tests need: cmocka in its required order, the shared data's folder, a
 * scratch folder that is removed again.
 */
#ifndef SITTER_TEST_SUPPORT_H
#define SITTER_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sitter/buf.h"
#include "sitter/status.h"

enum { TEST_SKIPPED = 77 };

/* Fail with the library's own words. */
#define assert_ok(call)                                                                \
    do {                                                                               \
        struct sit_error assert_err_ = {0};                                            \
        struct sit_error *const err = &assert_err_;                                    \
        enum sit_status assert_status_ = (call);                                       \
        if (assert_status_ != SIT_OK)                                                  \
            fail_msg("%s: %s", sit_status_name(assert_status_), err->message);         \
    } while (0)

/* A path below the shared data, to be freed; NULL where the data is missing. */
static inline char *test_shared_path(const char *name)
{
    const char *dir = getenv("SITTER_SHARED");
    if (dir == NULL)
        return NULL;
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/%s", dir, name);
    if (access(sit_buf_text(&path), R_OK) != 0)
        sit_buf_release(&path);
    return sit_buf_take(&path);
}

/* For tests that need the shared data: skip the one test, saying so. */
#define skip_without(path)                                                             \
    do {                                                                               \
        if ((path) == NULL) {                                                          \
            print_message("skipped: the shared data is not here ($SITTER_SHARED)\n");  \
            skip();                                                                    \
        }                                                                              \
    } while (0)

/* A fresh scratch folder, to be freed after test_remove_dir(). */
static inline char *test_make_dir(void)
{
    const char *base = getenv("TMPDIR");
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/sitter-test-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(path.data);
    assert_non_null(mkdtemp(path.data));
    return sit_buf_take(&path);
}

static inline void test_remove_dir(char *path)
{
    struct sit_buf command = {0};
    sit_buf_appendf(&command, "rm -rf -- '%s'", path);
    if (system(sit_buf_text(&command)) != 0)
        print_message("could not remove %s\n", path);
    sit_buf_release(&command);
    free(path);
}

#endif
