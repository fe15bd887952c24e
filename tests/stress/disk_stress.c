/*
 * A disk that fails: the n-th write, sync, truncation or use of the shared memory, for
 * every n of each thing that decides, and of opening files of older versions. What was
 * acknowledged is there, what failed is not, memory says what the file says, and the
 * same again works once the disk does. disk_stress [STRIDE]: with 1 every n and every
 * way to fail; otherwise half of the ways, and n further and further apart.
 */
#include "unit/project_support.h"

#include "fault/faulty_vfs.h"
#include "project_check.h"
#include "schema_3.h"
#include "sitter/labels.h"
#include "sitter/merge.h"
#include "unit/schema_1.h"

enum { N_FACES = 80, N_BATCH = 60, FOREVER = 1, FULL = 2, MEMORY = 4, COLD = 8 };

static size_t stride = 9, n_faults;

/* The operation to fail after number n. */
static size_t next_fault(size_t n)
{
    return stride == 1 ? n + 1 : n + stride + n / 2;
}

/* With a stride of 1 all ways to fail; else some that have each flag once or twice. */
static bool is_way_tested(int how)
{
    return stride == 1 || how == 0 || how == (FOREVER | FULL) ||
           how == (FULL | MEMORY) || how == (FOREVER | MEMORY | COLD) ||
           how == (COLD | FULL);
}

static const struct sit_label_note NOTE = {
    .origin = SIT_ORIGIN_SCREEN, .spent_ms = 1, .suggested = SIT_NO_CLASS};

static char *other_path;

/*
 * What is done while the disk fails
 */

typedef enum sit_status operation_fn(struct sit_labels *labels, struct sit_error *err);

static enum sit_status do_label(struct sit_labels *labels, struct sit_error *err)
{
    return sit_labels_set(labels, 70, 1, &NOTE, err);
}

static enum sit_status do_confirm(struct sit_labels *labels, struct sit_error *err)
{
    return sit_labels_confirm(labels, 6, &NOTE, err);
}

static enum sit_status do_batch(struct sit_labels *labels, struct sit_error *err)
{
    struct sit_label_choice choices[N_BATCH];
    for (size_t i = 0; i < N_BATCH; i++)
        choices[i] = (struct sit_label_choice){.index = N_FACES - 1 - i,
                                               .class_index = (sit_class_index)(i % 3),
                                               .suggested = SIT_NO_CLASS};
    return sit_labels_set_batch(labels, choices, N_BATCH, &NOTE, err);
}

static enum sit_status do_undo(struct sit_labels *labels, struct sit_error *err)
{
    return sit_labels_undo(labels, SIT_ORIGIN_SCREEN, NULL, err);
}

static enum sit_status do_redo(struct sit_labels *labels, struct sit_error *err)
{
    return sit_labels_redo(labels, SIT_ORIGIN_SCREEN, NULL, err);
}

static enum sit_status do_adjudicate(struct sit_labels *labels, struct sit_error *err)
{
    struct sit_label_note note = NOTE;
    note.adjudicates = true;
    note.origin = SIT_ORIGIN_ADJUDICATE;
    return sit_labels_set(labels, 1, 2, &note, err);
}

static enum sit_status do_comment(struct sit_labels *labels, struct sit_error *err)
{
    return sit_labels_set_comment(labels, 3, "a hat", err);
}

static enum sit_status do_bookmark(struct sit_labels *labels, struct sit_error *err)
{
    return sit_labels_set_bookmark(labels, 4, true, err);
}

static enum sit_status do_merge(struct sit_labels *labels, struct sit_error *err)
{
    const struct sit_merge_options options = {0};
    const char *other = other_path;
    struct sit_merge_result result;
    return sit_merge(sit_labels_project(labels), &other, 1, &options, NULL, &result,
                     err);
}

static const struct operation {
    const char *name;
    operation_fn *run;
} operations[] = {
    {"label", do_label},         {"confirm", do_confirm},
    {"a batch of 60", do_batch}, {"undo of a batch", do_undo},
    {"redo", do_redo},           {"adjudication", do_adjudicate},
    {"comment", do_comment},     {"bookmark", do_bookmark},
    {"merge", do_merge},
};
enum { N_OPERATIONS = sizeof operations / sizeof operations[0] };

/*
 * Projects
 */

static void label_some(struct sit_project *project, const char *annotator, size_t step)
{
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(project, annotator, &labels, err));
    for (size_t i = 0; i < 12; i++)
        assert_ok(
            sit_labels_set(labels, i, (sit_class_index)(i * step % 3), &NOTE, err));
    assert_ok(do_batch(labels, err));
    assert_ok(do_undo(labels, err));
    assert_ok(do_redo(labels, err));
    sit_labels_free(labels);
}

/* ann has a batch of 60 to undo and one label to do again; bob disputes. */
static void make_project(const struct fixture *f)
{
    struct sit_project *project = new_project(f->path);
    struct sit_labels *labels = NULL;
    add_faces(project, 0, N_FACES);
    label_some(project, "bob", 2);
    assert_ok(sit_project_backup(project, other_path, err));
    label_some(project, "ann", 1);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    assert_ok(sit_labels_set(labels, 2, 1, &NOTE, err));
    assert_ok(do_undo(labels, err));
    sit_labels_free(labels);
    sit_project_close(project);
    project = open_project(other_path, SIT_PROJECT_WRITE);
    add_faces(project, N_FACES, 2);
    label_some(project, "cho", 1);
    assert_ok(sit_labels_open(project, "cho", &labels, err));
    assert_ok(do_comment(labels, err));
    sit_labels_free(labels);
    sit_project_close(project);
}

struct memory {
    struct sit_label_counts counts;
    sit_class_index label[N_FACES];
    uint8_t confirmed[N_FACES], flags[N_FACES];
};

static struct memory memory_of(const struct sit_labels *labels)
{
    const struct sit_face_table *table = sit_labels_table(labels);
    struct memory memory;
    memset(&memory, 0, sizeof memory);
    memory.counts = *sit_labels_counts(labels);
    memcpy(memory.label, table->label, sizeof memory.label);
    memcpy(memory.confirmed, table->confirmed, sizeof memory.confirmed);
    memcpy(memory.flags, table->flags, sizeof memory.flags);
    return memory;
}

/*
 * One fault
 */

struct trial {
    const struct operation *operation;
    const char *base, *path;
    size_t n;
    int how;
    char *before, *after;
};

static void assert_state(const struct trial *trial, const char *when, const char *want)
{
    char *now = check_whole_state(trial->path);
    if (strcmp(now, want) != 0)
        fail_msg("%s, fault %zu (%d), %s: the file says otherwise",
                 trial->operation->name, trial->n, trial->how, when);
    free(now);
}

/* The disk's refusal is reported, nothing has changed, and the same works then. */
static void assert_refused(const struct trial *trial, struct sit_labels *labels,
                           const struct memory *before, enum sit_status status,
                           const struct sit_error *cause)
{
    if (status != SIT_E_IO || (strstr(cause->message, trial->path) == NULL &&
                               strstr(cause->message, other_path) == NULL))
        fail_msg("%s, fault %zu (%d): %s: %s", trial->operation->name, trial->n,
                 trial->how, sit_status_name(status), cause->message);
    struct memory now = memory_of(labels);
    if (memcmp(&now, before, sizeof now) != 0)
        fail_msg("%s, fault %zu: memory has changed", trial->operation->name, trial->n);
    assert_state(trial, "after the fault", trial->before);
    assert_ok(trial->operation->run(labels, err));
}

/* False where no operation was left to fail. */
static bool try(const struct trial *trial)
{
    struct sit_labels *labels = NULL;
    struct sit_error cause = {0};
    copy_database(trial->base, trial->path);
    struct sit_project *project = open_project(trial->path, SIT_PROJECT_WRITE);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    if (!(trial->how & COLD)) { /* a log is there, and a history in memory */
        assert_ok(do_undo(labels, err));
        assert_ok(do_redo(labels, err));
    }
    struct memory before = memory_of(labels);
    size_t n_written = sit_labels_n_written(labels);
    faulty_vfs_count_memory(trial->how & MEMORY);
    faulty_vfs_skip_temporary(trial->how != 0); /* hundreds, and one like the other */
    faulty_vfs_arm(trial->n, trial->how & FULL, trial->how & FOREVER);
    enum sit_status status = trial->operation->run(labels, &cause);
    bool failed = faulty_vfs_has_failed();
    faulty_vfs_arm(0, false, false);
    if (status != SIT_OK) {
        assert_true(failed);
        assert_refused(trial, labels, &before, status, &cause);
    }
    assert_state(trial, "in the end", trial->after);
    if (trial->operation->run != do_merge)
        assert_int_equal(sit_labels_n_written(labels), n_written + 1);
    sit_labels_free(labels);
    sit_project_close(project);
    if (failed) {
        check_file(trial->path);
        assert_state(trial, "when closed", trial->after);
    }
    n_faults += failed;
    return failed;
}

/* The states before and after, without a fault. */
static void learn_states(struct trial *trial)
{
    struct sit_labels *labels = NULL;
    copy_database(trial->base, trial->path);
    struct sit_project *project = open_project(trial->path, SIT_PROJECT_WRITE);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    if (!(trial->how & COLD)) {
        assert_ok(do_undo(labels, err));
        assert_ok(do_redo(labels, err));
    }
    trial->before = check_whole_state(trial->path);
    assert_ok(trial->operation->run(labels, err));
    trial->after = check_whole_state(trial->path);
    assert_string_not_equal(trial->after, trial->before);
    sit_labels_free(labels);
    sit_project_close(project);
}

static void test_decisions(void **state)
{
    struct fixture *f = *state;
    char *copy = in_dir(f->dir, "copy.db");
    other_path = in_dir(f->dir, "other.db");
    make_project(f);
    for (size_t i = 0; i < N_OPERATIONS; i++) {
        size_t before = n_faults;
        for (int how = 0; how < 16; how++) {
            if (!is_way_tested(how))
                continue;
            struct trial trial = {&operations[i], f->path, copy, 1, how, NULL, NULL};
            learn_states(&trial);
            for (; try(&trial); trial.n = next_fault(trial.n))
                continue;
            free(trial.before);
            free(trial.after);
        }
        print_message("%s: %zu faults\n", operations[i].name, n_faults - before);
        assert_true(n_faults - before >= 5);
    }
    free(other_path);
    free(copy);
}

/*
 * Older files
 */

static void make_old(const char *path, int version)
{
    static const char rows[] =
        "INSERT INTO class VALUES (1, 'm', 'male', 0), (2, 'f', 'female', 0);"
        "INSERT INTO annotator VALUES (1, 'ann'), (2, 'bob'), (3, 'import');"
        "INSERT INTO source (id, name, split, year) VALUES (1, 's', 'train', 1953);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
        " INSERT INTO face SELECT i, 's_' || i, 1, 'train', 8, 8, randomblob(32), 0"
        "  FROM n;"
        "INSERT INTO event (id, face_id, annotator_id, kind, origin, class_id, at_ms)"
        "  SELECT id, id, 1 + id % 2, 'label', 'screen', 1 + id % 2, id FROM face;"
        "INSERT INTO event (face_id, annotator_id, kind, origin, class_id, at_ms, "
        "undoes)"
        "  SELECT id, 1 + id % 2, 'undo', 'screen', NULL, id, id FROM face"
        "  WHERE id > 290 ORDER BY id DESC;";
    sqlite3 *db;
    struct sit_buf sql = {0};
    sit_buf_appendf(&sql,
                    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                    "PRAGMA application_id = 1397314644; PRAGMA user_version = %d;"
                    "BEGIN; %s %s %s %s COMMIT;",
                    version, SCHEMA_1, version > 1 ? SCHEMA_2_ADDS : "",
                    version > 2 ? SCHEMA_3_ADDS : "", rows);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sit_buf_text(&sql), NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    sit_buf_release(&sql);
}

struct old_trial {
    const char *base, *path;
    char *old, *migrated;
    size_t n;
    int how;
    enum sit_project_mode mode;
};

/* Opened or not, it is wholly old or wholly new; then it opens. */
static bool try_old(const struct old_trial *trial)
{
    struct sit_project *project = NULL;
    struct sit_error cause = {0};
    copy_database(trial->base, trial->path);
    faulty_vfs_count_memory(trial->how & MEMORY);
    faulty_vfs_arm(trial->n, trial->how & FULL, trial->how & FOREVER);
    enum sit_status status = sit_project_open(trial->path, trial->mode, &project,
                                              &cause);
    sit_project_close(project);
    bool failed = faulty_vfs_has_failed();
    faulty_vfs_arm(0, false, false);
    if (status != SIT_OK &&
        (status != SIT_E_IO || strstr(cause.message, trial->path) == NULL))
        fail_msg("fault %zu (%d): %s: %s", trial->n, trial->how,
                 sit_status_name(status), cause.message);
    assert_query(trial->path, "PRAGMA integrity_check", "ok\n");
    char *now = dump_tables(trial->path);
    if (strcmp(now, trial->migrated) != 0 &&
        (status == SIT_OK || strcmp(now, trial->old) != 0))
        fail_msg("fault %zu (%d): half migrated", trial->n, trial->how);
    free(now);
    project = open_project(trial->path, SIT_PROJECT_WRITE);
    sit_project_close(project);
    if (failed) {
        check_file(trial->path);
        now = dump_tables(trial->path);
        assert_string_equal(now, trial->migrated);
        free(now);
    }
    n_faults += failed;
    return failed;
}

static void test_older_files(void **state)
{
    struct fixture *f = *state;
    char *copy = in_dir(f->dir, "copy.db");
    for (int version = 1; version <= 3; version += 2) {
        struct old_trial trial = {.base = f->path, .path = copy};
        size_t before = n_faults;
        unlink(f->path);
        make_old(f->path, version);
        copy_database(f->path, copy);
        trial.old = dump_tables(copy);
        sit_project_close(open_project(copy, SIT_PROJECT_WRITE));
        check_file(copy);
        trial.migrated = dump_tables(copy);
        for (trial.how = 0; trial.how < 16; trial.how++) {
            if (!is_way_tested(trial.how))
                continue;
            trial.mode = trial.how & COLD ? SIT_PROJECT_READ : SIT_PROJECT_WRITE;
            for (trial.n = 1; try_old(&trial); trial.n = next_fault(trial.n))
                continue;
        }
        print_message("opening version %d: %zu faults\n", version, n_faults - before);
        free(trial.old);
        free(trial.migrated);
    }
    free(copy);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        stride = strtoul(argv[1], NULL, 10);
    const struct CMUnitTest tests[] = {
        with_fixture(test_decisions),
        with_fixture(test_older_files),
    };
    faulty_vfs_install();
    int n_failed = cmocka_run_group_tests_name("disk stress", tests, NULL, NULL);
    print_message("%zu faults in all\n", n_faults);
    return n_failed;
}
