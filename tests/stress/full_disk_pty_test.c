/*
 * The screens on a disk that refuses for a while: a decision that was not written is
 * said not to be saved, leaves file and screen as they were, and the same key works
 * once there is room.
 */
#include "test_support.h"

#include <errno.h>

#include "project_check.h"
#include "screen_driver.h"
#include "sitter/text.h"

enum { COLS = 110, ROWS = 40 };

/* How the disk refuses. */
static const struct {
    const char *call;
    int cause;
} faults[] = {{"write", ENOSPC}, {"write", EIO}, {"sync", EIO}};
enum { N_FAULTS = sizeof faults / sizeof faults[0] };

struct disk {
    struct driver_project project;
    struct ptyterm term;
    char *flag; /* the disk refuses while this file is there */
};

static void start(struct disk *disk, const char *command, size_t fault)
{
    char number[16];
    struct sit_buf flag = {0};
    sit_buf_appendf(&flag, "%s/full", disk->project.dir);
    disk->flag = sit_buf_take(&flag);
    snprintf(number, sizeof number, "%d", faults[fault].cause);
    setenv("LD_PRELOAD", DISK_CALLS_LIBRARY, 1);
    setenv("FAIL_WHILE", disk->flag, 1);
    setenv("FAIL_CALL", faults[fault].call, 1);
    setenv("FAIL_ERRNO", number, 1);
    const char *asan = getenv("ASAN_OPTIONS");
    char *before = asan != NULL ? strdup(asan) : NULL;
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
    driver_start_size(&disk->term, &ptyterm_sixel_sync, &disk->project, command, "ann",
                      COLS, ROWS);
    unsetenv("LD_PRELOAD");
    if (before != NULL)
        setenv("ASAN_OPTIONS", before, 1);
    else
        unsetenv("ASAN_OPTIONS");
    free(before);
    if (!ptyterm_expect_picture_end(&disk->term, 0, DRIVER_LIMIT_MS))
        driver_fail(&disk->term, "no picture");
}

static void finish(struct disk *disk)
{
    driver_quit(&disk->term, "q");
    ptyterm_stop(&disk->term);
    sit_project_close(disk->project.project);
    disk->project.project = NULL;
    check_file(disk->project.db);
    driver_release_project(&disk->project);
    free(disk->flag);
}

static void refuse(const struct disk *disk)
{
    FILE *file = fopen(disk->flag, "w");
    assert_non_null(file);
    fclose(file);
}

/* A key is refused with a reason, nothing is written; then it works, to `text`. */
static void assert_works_afterwards(struct disk *disk, const char *key,
                                    const char *text)
{
    char *before = check_whole_state(disk->project.db);
    refuse(disk);
    driver_press_to_text(&disk->term, key, "not saved: cannot write ");
    assert_true(ptyterm_screen_has(&disk->term, "not saved: cannot write '"));
    char *now = check_whole_state(disk->project.db);
    assert_string_equal(now, before);
    free(now);
    assert_int_equal(unlink(disk->flag), 0);
    driver_pass_time(&disk->term, 100); /* the key again, and not held down */
    driver_press_to_text(&disk->term, key, text);
    now = check_whole_state(disk->project.db);
    assert_string_not_equal(now, before);
    free(now);
    free(before);
}

static void label_screen(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FAULTS; i++) {
        struct disk disk = {0};
        driver_make_project(&disk.project, 24, false);
        start(&disk, "label", i);
        driver_press_to_text(&disk.term, "m", ": male");
        const char *shown = driver_shown_name(&disk.term);
        char text[256];
        snprintf(text, sizeof text, "%s: female", shown);
        assert_works_afterwards(&disk, "f", text);
        assert_works_afterwards(&disk, "u", "undone: ");
        assert_works_afterwards(&disk, "\x12", "done again: ");
        assert_int_equal(check_last_event(disk.project.db), 4);
        finish(&disk);
    }
}

static void grid(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FAULTS; i++) {
        struct disk disk = {0};
        driver_make_project(&disk.project, 64, false);
        start(&disk, "label --grid", i);
        ptyterm_wait_quiet(&disk.term, 100, DRIVER_LIMIT_MS);
        assert_true(driver_press(&disk.term, "*", DRIVER_LIMIT_MS));
        assert_works_afterwards(&disk, "m", "60 faces: male");
        assert_int_equal(check_last_event(disk.project.db), 60);
        assert_works_afterwards(&disk, "u", "undone: 60 faces at once");
        assert_works_afterwards(&disk, "\x12", "done again: 60 faces at once");
        assert_int_equal(check_last_event(disk.project.db), 180);
        finish(&disk);
    }
}

static void review(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FAULTS; i++) {
        struct disk disk = {0};
        struct sit_buf command = {0};
        driver_make_project(&disk.project, 160, true);
        sit_buf_appendf(&command, "labels import '%s/truth.csv'", disk.project.dir);
        driver_run(&disk.project, sit_buf_text(&command));
        driver_run(&disk.project, "train --c 0.01");
        sit_buf_release(&command);
        int64_t before = check_last_event(disk.project.db);
        start(&disk, "review", i);
        assert_works_afterwards(&disk, "y", ", 1 decided");
        assert_works_afterwards(&disk, "o", ", 2 decided");
        assert_works_afterwards(&disk, "u", ", 1 decided");
        assert_int_equal(check_last_event(disk.project.db), before + 3);
        finish(&disk);
    }
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_screen),
        cmocka_unit_test(grid),
        cmocka_unit_test(review),
    };
    return cmocka_run_group_tests_name("full disk on the screens", tests, NULL, NULL);
}
