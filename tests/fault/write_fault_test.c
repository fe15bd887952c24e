/*
 * The n-th write, sync or truncation of the project file fails, for every n of a
 * session of labels, a batch, undo, an import and a merge: what was acknowledged is
 * there, nothing else is, and memory says what the file says.
 */
#include "unit/project_support.h"

#include "faulty_vfs.h"
#include "sitter/export.h"
#include "sitter/labels.h"
#include "sitter/merge.h"

enum { N_FACES = 12, N_STEPS = 16 };

struct snapshot {
    sit_class_index label[N_FACES];
    uint8_t confirmed[N_FACES];
};

static const struct sit_label_note NOTE = {
    .origin = SIT_ORIGIN_SCREEN, .spent_ms = 1, .suggested = SIT_NO_CLASS};

static const char ROWS[] = "face,label\nf0003_0.jpg,m\nf0003_1.jpg,f\nf0004_0.jpg,o\n"
                           "f0004_1.jpg,m\nf0000_0.jpg,o\n";

/* By a connection of its own, as another process would. */
static enum sit_status import_rows(const char *path, struct sit_error *cause)
{
    struct sit_project *project = NULL;
    struct sit_labels_import_result r;
    enum sit_status status = sit_project_open(path, SIT_PROJECT_WRITE, &project, cause);
    if (status == SIT_OK)
        status = sit_labels_import_bytes(project, ROWS, sizeof ROWS - 1, "rows", NULL,
                                         &r, cause);
    sit_project_close(project);
    return status;
}

/* A copy that bob has labelled: a batch, and a face that only it has. */
static char *other_path;

static void make_other(const char *path)
{
    struct sit_project *project = open_project(path, SIT_PROJECT_READ);
    assert_ok(sit_project_backup(project, other_path, err));
    sit_project_close(project);
    project = open_project(other_path, SIT_PROJECT_WRITE);
    struct sit_labels *labels = NULL;
    struct sit_label_choice choices[4];
    add_faces(project, N_FACES, 2);
    assert_ok(sit_labels_open(project, "bob", &labels, err));
    for (size_t i = 0; i < 4; i++)
        choices[i] = (struct sit_label_choice){.index = N_FACES - 3 + i,
                                               .class_index = (sit_class_index)(i % 3),
                                               .suggested = SIT_NO_CLASS};
    assert_ok(sit_labels_set_batch(labels, choices, 4, &NOTE, err));
    assert_ok(sit_labels_set_comment(labels, 3, "why", err));
    sit_labels_free(labels);
    sit_project_close(project);
}

static enum sit_status merge_other(const char *path, struct sit_error *cause)
{
    const struct sit_merge_options options = {0};
    const char *other = other_path;
    struct sit_project *project = NULL;
    struct sit_merge_result r;
    enum sit_status status = sit_project_open(path, SIT_PROJECT_WRITE, &project, cause);
    if (status == SIT_OK)
        status = sit_merge(project, &other, 1, &options, NULL, &r, cause);
    sit_project_close(project);
    return status;
}

static enum sit_status set_batch(struct sit_labels *labels, struct sit_error *cause)
{
    struct sit_label_choice choices[5];
    for (size_t i = 0; i < 5; i++)
        choices[i] = (struct sit_label_choice){.index = 2 * i,
                                               .class_index = (sit_class_index)(i % 2),
                                               .suggested = SIT_NO_CLASS};
    return sit_labels_set_batch(labels, choices, 5, &NOTE, cause);
}

/* One step of the session; each is one transaction at most. */
static enum sit_status step(struct sit_project *project, struct sit_labels *labels,
                            size_t number, struct sit_error *cause)
{
    switch (number) {
    case 3: return sit_labels_confirm(labels, 1, &NOTE, cause);
    case 5:
    case 6:
    case 12: return sit_labels_undo(labels, SIT_ORIGIN_SCREEN, NULL, cause);
    case 7: return sit_labels_redo(labels, SIT_ORIGIN_SCREEN, NULL, cause);
    case 8: sit_project_checkpoint(project); return SIT_OK;
    case 10: return import_rows(sit_project_path(project), cause);
    case 11: return set_batch(labels, cause);
    case 13: return merge_other(sit_project_path(project), cause);
    default:
        return sit_labels_set(labels, number % N_FACES, (sit_class_index)(number % 3),
                              &NOTE, cause);
    }
}

static struct snapshot snapshot_of(const struct sit_face_table *table)
{
    struct snapshot snapshot;
    assert_in_range(table->n, N_FACES, N_FACES + 1); /* one more once merged */
    memcpy(snapshot.label, table->label, sizeof snapshot.label);
    memcpy(snapshot.confirmed, table->confirmed, sizeof snapshot.confirmed);
    return snapshot;
}

/* As ann sees it. */
static struct snapshot snapshot_of_file(const char *path)
{
    int64_t ann = query_number(
        path, "SELECT coalesce((SELECT id FROM annotator WHERE name = 'ann'), 0)");
    struct sit_project *project = open_project(path, SIT_PROJECT_READ);
    struct sit_face_table table = {0};
    assert_ok(sit_face_table_load(project, ann, &table, err));
    struct snapshot snapshot = snapshot_of(&table);
    sit_face_table_release(&table);
    sit_project_close(project);
    return snapshot;
}

static bool same(const struct snapshot *a, const struct snapshot *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Play until a step fails; returns how many were acknowledged. `after` is filled (where
 * not NULL) with what memory says after each. */
static size_t play(const char *path, struct snapshot *after)
{
    struct sit_project *project = NULL;
    struct sit_labels *labels = NULL;
    struct sit_error cause = {0};
    size_t done = 0;
    enum sit_status status = sit_project_open(path, SIT_PROJECT_WRITE, &project,
                                              &cause);
    if (status == SIT_OK)
        status = sit_labels_open(project, "ann", &labels, &cause);
    for (; status == SIT_OK && done < N_STEPS; done += status == SIT_OK) {
        struct snapshot before = snapshot_of(sit_labels_table(labels));
        status = step(project, labels, done, &cause);
        if (status == SIT_OK)
            assert_ok(sit_labels_refresh(labels, NULL, err));
        struct snapshot now = snapshot_of(sit_labels_table(labels));
        if (status != SIT_OK && !same(&before, &now))
            fail_msg("step %zu failed, but memory has changed", done);
        if (status == SIT_OK && after != NULL)
            after[done] = now;
    }
    if (status != SIT_OK && strstr(cause.message, path) == NULL)
        fail_msg("an error that does not name the file: %s", cause.message);
    if (status != SIT_OK && (status != SIT_E_IO || !faulty_vfs_has_failed()))
        fail_msg("%s: %s", sit_status_name(status), cause.message);
    sit_labels_free(labels);
    sit_project_close(project);
    return done;
}

/* Fail operation n; false where the session ended before it. */
static bool fail_at(const struct fixture *f, const char *copy, size_t n, int how,
                    const struct snapshot *expected)
{
    copy_database(f->path, copy);
    faulty_vfs_arm(n, how & 1, how & 2);
    size_t done = play(copy, NULL);
    bool failed = faulty_vfs_has_failed();
    faulty_vfs_arm(0, false, false);
    if (!failed)
        assert_int_equal(done, N_STEPS);
    assert_sound(copy);
    /* A batch or a merge is there wholly or not at all. */
    assert_query(copy,
                 "SELECT count(*) % 5, (SELECT count(*) FROM event AS e JOIN annotator"
                 " AS a ON a.id = e.annotator_id WHERE a.name = 'bob') +"
                 " (SELECT count(*) FROM remark) + (SELECT count(*) FROM face) IN"
                 " (12, 18) FROM event WHERE batch IS NOT NULL AND annotator_id IN"
                 " (SELECT id FROM annotator WHERE name = 'ann')",
                 "0|1\n");
    struct snapshot now = snapshot_of_file(copy);
    const struct snapshot *acknowledged = &expected[done]; /* [0]: before any step */
    bool in_doubt = done < N_STEPS && same(&now, &expected[done + 1]);
    if (!same(&now, acknowledged) && !in_doubt)
        fail_msg(
            "operation %zu failed (%d): %zu steps were acknowledged, the file says "
            "otherwise",
            n, how, done);
    return failed;
}

static void test_writes_fail(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct snapshot expected[N_STEPS + 1];
    add_faces(project, 0, N_FACES);
    sit_project_close(project);
    other_path = in_dir(f->dir, "other.db");
    make_other(f->path);
    char *copy = in_dir(f->dir, "copy.db");
    copy_database(f->path, copy);
    expected[0] = snapshot_of_file(copy);
    assert_int_equal(play(copy, expected + 1), N_STEPS);
    for (int how = 0; how < 4; how++) {
        size_t n = 1;
        while (fail_at(f, copy, n, how, expected))
            n++;
        assert_true(n > 60);
        print_message("%zu operations failed in turn\n", n - 1);
    }
    free(other_path);
    free(copy);
}

/* After a failed write the session goes on, once there is room again. */
static void test_going_on_afterwards(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_labels *labels = NULL;
    add_faces(project, 0, N_FACES);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    for (size_t n = 1; n < 12; n++) {
        struct sit_error cause = {0};
        faulty_vfs_arm(n % 3 + 1, true, true);
        enum sit_status status = sit_labels_set(labels, n, 1, &NOTE, &cause);
        faulty_vfs_arm(0, false, false);
        assert_int_equal(status, SIT_E_IO);
        assert_non_null(strstr(cause.message, "cannot write"));
        assert_non_null(strstr(cause.message, "the disk is full"));
        assert_int_equal(sit_labels_counts(labels)->n_labelled, n - 1);
        assert_ok(sit_labels_set(labels, n, 2, &NOTE, err));
        struct sit_face_table table = {0};
        assert_ok(sit_face_table_load(project, 0, &table, err));
        assert_memory_equal(table.label, sit_labels_table(labels)->label, N_FACES);
        sit_face_table_release(&table);
    }
    sit_labels_free(labels);
    sit_project_close(project);
    assert_sound(f->path);
    assert_query(f->path, "SELECT count(*), count(DISTINCT class_id) FROM event",
                 "11|1\n");
}

/* Making a project or a copy of one fails without leaving anything. */
static void test_create_and_backup_fail(void **state)
{
    struct fixture *f = *state;
    struct sit_class_list classes;
    sit_class_list_default(&classes);
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, N_FACES);
    char *made = in_dir(f->dir, "made.db");
    for (int backup = 0; backup < 2; backup++) {
        size_t n = 1;
        for (;; n++) {
            struct sit_error cause = {0};
            faulty_vfs_arm(n, n % 2, true);
            enum sit_status status = backup
                                         ? sit_project_backup(project, made, &cause)
                                         : sit_project_create(made, &classes, &cause);
            bool failed = faulty_vfs_has_failed();
            faulty_vfs_arm(0, false, false);
            if (status == SIT_OK) {
                assert_sound(made);
                assert_int_equal(unlink(made), 0);
            } else {
                assert_true(failed);
                assert_non_null(strstr(cause.message, made));
                assert_null(strstr(cause.message, ".new-"));
            }
            char *listing = folder_state(f->dir);
            assert_null(strstr(listing, "made.db"));
            free(listing);
            if (!failed)
                break;
        }
        assert_true(n > 5);
    }
    sit_project_close(project);
    free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_writes_fail),
        with_fixture(test_going_on_afterwards),
        with_fixture(test_create_and_backup_fail),
    };
    faulty_vfs_install();
    return cmocka_run_group_tests_name("write faults", tests, NULL, NULL);
}
