/*
 * Merging copies that were labelled apart: nothing lost, nothing twice, in any order;
 * what is refused; older and damaged files.
 */
#include "project_support.h"

#include <sys/stat.h>

#include "schema_1.h"
#include "sitter/labels.h"
#include "sitter/merge.h"
#include "sitter/rng.h"

static const struct sit_merge_options PLAIN = {0};
static const struct sit_label_note NOTE = {
    .origin = SIT_ORIGIN_SCREEN, .spent_ms = 7, .suggested = SIT_NO_CLASS};

/* Everything that must not depend on the order of merging: no local ids. */
static const char EVENT_DUMP[] =
    "SELECT hex(e.uid), f.name, a.name, e.kind, e.origin, c.key, e.confirmed, e.at_ms,"
    " e.spent_ms, s.key, e.suggested_p, e.suggestion_visible, e.clock, e.reason,"
    " e.queue, e.adjudicates, e.blind, hex(u.uid), hex(r.uid),"
    " (SELECT min(hex(b.uid)) FROM event AS b WHERE b.batch = e.batch)"
    " FROM event AS e JOIN face AS f ON f.id = e.face_id"
    " JOIN annotator AS a ON a.id = e.annotator_id"
    " LEFT JOIN class AS c ON c.id = e.class_id"
    " LEFT JOIN class AS s ON s.id = e.suggested_class_id"
    " LEFT JOIN event AS u ON u.id = e.undoes LEFT JOIN event AS r ON r.id = e.restores"
    " ORDER BY e.uid";
static const char *const VIEW_DUMPS[] = {
    "SELECT f.name, l.class_key, l.annotator, l.labelled_at_ms, l.confirmed, l.votes,"
    " l.adjudicated FROM v_label AS l JOIN face AS f ON f.id = l.face_id ORDER BY 1",
    "SELECT face, annotator, is_person, adjudicates, class_key, confirmed,"
    " labelled_at_ms FROM v_annotator_label ORDER BY 1, 2, 4",
    "SELECT face, source, split, labels, votes FROM v_disputed ORDER BY 1",
    "SELECT face, annotator, kind, text, at_ms FROM v_remark ORDER BY 1, 2, 3",
    "SELECT f.name, f.split, s.name, s.title, hex(f.sha256), p.bytes FROM face AS f"
    " JOIN source AS s ON s.id = f.source_id JOIN face_picture AS p ON p.face_id = f.id"
    " WHERE f.id IN (SELECT face_id FROM event) ORDER BY 1",
};

static char *dump(const char *path)
{
    struct sit_buf out = {0};
    for (size_t i = 0; i < sizeof VIEW_DUMPS / sizeof VIEW_DUMPS[0]; i++) {
        char *text = query_text(path, VIEW_DUMPS[i]);
        sit_buf_appendf(&out, "-- %zu\n%s", i, text != NULL ? text : "");
        free(text);
    }
    char *text = query_text(path, EVENT_DUMP);
    sit_buf_append_text(&out, text != NULL ? text : "");
    free(text);
    return sit_buf_take(&out);
}

static void copy_project(const char *from, const char *to)
{
    struct sit_project *project = open_project(from, SIT_PROJECT_READ);
    assert_ok(sit_project_backup(project, to, err));
    sit_project_close(project);
}

static struct sit_merge_result merge_into(const char *path, const char *other)
{
    struct sit_project *project = open_project(path, SIT_PROJECT_WRITE);
    struct sit_merge_result result;
    assert_ok(sit_merge(project, &other, 1, &PLAIN, NULL, &result, err));
    sit_project_close(project);
    return result;
}

/*
 * Random histories
 */

enum { N_FACES = 20, N_COPIES = 3 };

/* How much is done, and on how many of the faces: with few steps on few faces copies
 * often decide at the same clock. */
struct scenario {
    uint64_t seed;
    size_t n_steps, n_faces;
};

static void act(struct sit_labels *labels, const struct scenario *scenario,
                struct sit_rng *rng)
{
    size_t n = sit_labels_table(labels)->n;
    size_t face = sit_rng_below(rng, scenario->n_faces < n ? scenario->n_faces : n);
    sit_class_index class_index = (sit_class_index)sit_rng_below(rng, 3);
    struct sit_label_note note = NOTE;
    struct sit_error cause;
    note.adjudicates = sit_rng_below(rng, 6) == 0;
    note.blind = sit_rng_below(rng, 2) == 0;
    note.reason = sit_rng_below(rng, 3) == 0 ? "suspect" : NULL;
    note.queue = "random";
    switch (sit_rng_below(rng, 9)) {
    case 0: sit_labels_confirm(labels, face, &note, &cause); break;
    case 1:
    case 2: sit_labels_undo(labels, SIT_ORIGIN_REVIEW, NULL, &cause); break;
    case 3: sit_labels_redo(labels, SIT_ORIGIN_GRID, NULL, &cause); break;
    case 4: {
        struct sit_label_choice choices[4];
        for (size_t i = 0; i < 4; i++)
            choices[i] = (struct sit_label_choice){
                .index = (face + 3 * i) % N_FACES,
                .class_index = (sit_class_index)sit_rng_below(rng, 3),
                .suggested = 1,
                .suggested_p = 0.25 * (double)i};
        assert_ok(sit_labels_set_batch(labels, choices, 4, &note, err));
        break;
    }
    case 5:
        assert_ok(sit_labels_set_bookmark(labels, face, sit_rng_below(rng, 2), err));
        assert_ok(sit_labels_set_comment(labels, face, class_index ? "why" : "", err));
        break;
    default: assert_ok(sit_labels_set(labels, face, class_index, &note, err));
    }
}

/* One copy's work: mostly of its own annotator, now and then of the next one's. */
static void label_apart(const char *path, size_t copy, const struct scenario *scenario,
                        struct sit_rng *rng)
{
    static const char *const names[] = {"ann", "bob", "zoe"};
    struct sit_project *project = open_project(path, SIT_PROJECT_WRITE);
    struct sit_labels *labels[2];
    for (size_t i = 0; i < 2; i++)
        assert_ok(sit_labels_open(project, names[(copy + i) % 3], &labels[i], err));
    for (size_t step = 0; step < scenario->n_steps; step++) {
        assert_ok(sit_labels_refresh(labels[0], NULL, err));
        act(labels[sit_rng_below(rng, 3) == 0], scenario, rng);
    }
    sit_labels_free(labels[0]);
    sit_labels_free(labels[1]);
    sit_project_close(project);
}

/* The labels in C are those of the view. */
static void assert_table_as_view(const char *path)
{
    struct sit_project *project = open_project(path, SIT_PROJECT_READ);
    struct sit_face_table table;
    struct sit_buf seen = {0};
    assert_ok(sit_face_table_load(project, 0, &table, err));
    for (size_t i = 0; i < table.n; i++)
        if (table.label[i] != SIT_NO_CLASS)
            sit_buf_appendf(&seen, "%lld|%d|%d|%d\n", (long long)table.id[i],
                            table.label[i] + 1, table.confirmed[i],
                            (table.flags[i] & SIT_FACE_ADJUDICATED) != 0);
    assert_query(path,
                 "SELECT face_id, class_id, confirmed, adjudicated FROM v_label"
                 " ORDER BY face_id",
                 sit_buf_text(&seen));
    assert_int_equal(query_number(path, "SELECT count(*) FROM v_disputed"),
                     table.n_disputed);
    sit_buf_release(&seen);
    sit_face_table_release(&table);
    sit_project_close(project);
}

static void merge_in_any_order(const struct fixture *f, const struct scenario *scenario)
{
    static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    struct sit_project *project = new_project(f->path);
    struct sit_rng rng;
    char *copies[N_COPIES];
    add_faces(project, 0, N_FACES);
    sit_project_close(project);
    sit_rng_init(&rng, scenario->seed);
    label_apart(f->path, 0, scenario, &rng); /* what all copies begin with */
    for (size_t i = 0; i < N_COPIES; i++) {
        static const char *const names[] = {"0.db", "1.db", "2.db"};
        copies[i] = in_dir(f->dir, names[i]);
        copy_project(f->path, copies[i]);
        project = open_project(copies[i], SIT_PROJECT_WRITE);
        add_faces(project, N_FACES + 2 * i, 2 * i); /* faces of its own */
        sit_project_close(project);
        label_apart(copies[i], i, scenario, &rng);
    }
    char *first = NULL;
    for (size_t o = 0; o < 6; o++) {
        char name[16];
        snprintf(name, sizeof name, "m%zu.db", o);
        char *merged = in_dir(f->dir, name);
        copy_project(copies[orders[o][0]], merged);
        merge_into(merged, copies[orders[o][1]]);
        struct sit_merge_result r = merge_into(merged, copies[orders[o][2]]);
        char *text = dump(merged);
        assert_sound(merged);
        assert_table_as_view(merged);
        if (first == NULL)
            first = strdup(text);
        assert_string_equal(text, first);
        assert_int_equal(r.n_disputed,
                         query_number(merged, "SELECT count(*) FROM v_disputed"));
        /* Again, and a copy that was merged meanwhile: nothing new. */
        char *before = query_text(merged, "SELECT * FROM event ORDER BY id");
        r = merge_into(merged, copies[orders[o][1]]);
        assert_int_equal(
            r.counts.n_events_new + r.counts.n_remarks_new + r.counts.n_faces_new, 0);
        char *back = in_dir(f->dir, "back.db");
        copy_project(copies[orders[o][0]], back);
        merge_into(back, merged);
        free(text);
        text = dump(back);
        assert_string_equal(text, first);
        r = merge_into(merged, back);
        assert_int_equal(r.counts.n_events_new, 0);
        char *after = query_text(merged, "SELECT * FROM event ORDER BY id");
        assert_string_equal(before, after);
        assert_int_equal(unlink(back), 0);
        free(back);
        free(before);
        free(after);
        free(text);
        free(merged);
    }
    for (size_t i = 0; i < N_COPIES; i++)
        free(copies[i]);
    free(first);
}

static void test_any_order(void **state)
{
    static const struct scenario scenarios[] = {
        {1, 120, N_FACES + 4}, {2, 6, 1}, {3, 6, 1}, {4, 6, 2}};
    const struct fixture *f = *state;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        struct fixture own = {.dir = in_dir(f->dir, "run")};
        own.path = in_dir(own.dir, "p.db");
        assert_int_equal(mkdir(own.dir, 0700), 0);
        merge_in_any_order(&own, &scenarios[i]);
        test_remove_dir(own.dir);
        free(own.path);
    }
}

/* Undo goes on over a merge: what one annotator did in two copies is one history. */
static void test_undo_after_merge(void **state)
{
    struct fixture *f = *state;
    char *other = in_dir(f->dir, "other.db");
    struct sit_project *project = new_project(f->path);
    struct sit_labels *labels;
    struct sit_undo_result result;
    add_faces(project, 0, 4);
    assert_ok(sit_project_backup(project, other, err));
    struct sit_project *copy = open_project(other, SIT_PROJECT_WRITE);
    assert_ok(sit_labels_open(copy, "ann", &labels, err));
    struct sit_label_choice choices[] = {
        {.index = 0, .class_index = 1, .suggested = SIT_NO_CLASS},
        {.index = 2, .class_index = 2, .suggested = SIT_NO_CLASS}};
    assert_ok(sit_labels_set_batch(labels, choices, 2, &NOTE, err));
    sit_labels_free(labels);
    sit_project_close(copy);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    const char *path = other;
    struct sit_project *second = open_project(f->path, SIT_PROJECT_WRITE);
    struct sit_merge_result merged;
    assert_ok(sit_merge(second, &path, 1, &PLAIN, NULL, &merged, err));
    assert_int_equal(merged.counts.n_events_new, 2);
    sit_project_close(second);
    /* A screen that was open all the time. */
    assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.n_faces, 2);
    assert_int_equal(sit_labels_counts(labels)->n_labelled, 0);
    assert_ok(sit_labels_redo(labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(sit_labels_counts(labels)->n_labelled, 2);
    sit_labels_free(labels);
    sit_project_close(project);
    free(other);
}

/*
 * Refusals
 */

static enum sit_status try_merge(const char *path, const char *other, bool force,
                                 bool dry_run, struct sit_error *cause)
{
    struct sit_merge_options options = {.force = force, .dry_run = dry_run};
    struct sit_merge_result result;
    struct sit_project *project = open_project(path, SIT_PROJECT_WRITE);
    enum sit_status status = sit_merge(project, &other, 1, &options, NULL, &result,
                                       cause);
    sit_project_close(project);
    return status;
}

static void label_one(const char *path, const char *annotator, size_t index,
                      sit_class_index class_index)
{
    struct sit_project *project = open_project(path, SIT_PROJECT_WRITE);
    struct sit_labels *labels;
    assert_ok(sit_labels_open(project, annotator, &labels, err));
    assert_ok(sit_labels_set(labels, index, class_index, &NOTE, err));
    sit_labels_free(labels);
    sit_project_close(project);
}

static void assert_refused(const char *path, const char *other, enum sit_status wanted,
                           const char *word)
{
    struct sit_error cause = {0};
    char *before = dump(path);
    enum sit_status status = try_merge(path, other, false, false, &cause);
    if (status != wanted || strstr(cause.message, word) == NULL ||
        strstr(cause.message, other) == NULL)
        fail_msg("%s: %s", sit_status_name(status), cause.message);
    char *after = dump(path);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void test_refusals(void **state)
{
    struct fixture *f = *state;
    struct sit_error cause;
    char *other = in_dir(f->dir, "other.db"), *third = in_dir(f->dir, "third.db");
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    assert_ok(sit_project_backup(project, third, err));
    sit_project_close(project);
    label_one(f->path, "ann", 0, 1);
    assert_refused(f->path, f->path, SIT_E_ARG, "itself");
    assert_refused(f->path, other, SIT_E_NOT_FOUND, "no project");
    project = new_project(other);
    add_faces(project, 8, 4);
    sit_project_close(project);
    label_one(other, "bob", 0, 1);
    assert_refused(f->path, other, SIT_E_ARG, "no face in common");
    assert_ok(try_merge(f->path, other, true, true, err)); /* a dry run */
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM face"), 4);
    assert_int_equal(try_merge(f->path, other, true, false, &cause), SIT_OK);
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM face"), 5);
    /* Classes that mean something else. */
    label_one(third, "bob", 1, 1);
    free(query_text(third, "UPDATE class SET name = 'man' WHERE key = 'm'"));
    assert_refused(f->path, third, SIT_E_ARG, "classes differ");
    free(query_text(third, "UPDATE class SET key = 'x', name = 'male' WHERE id = 1"));
    assert_refused(f->path, third, SIT_E_ARG, "classes differ");
    /* One more is welcome. */
    free(query_text(third, "UPDATE class SET name = 'child' WHERE id = 1"));
    label_one(third, "bob", 2, 0);
    assert_ok(try_merge(f->path, third, false, false, err));
    assert_query(f->path, "SELECT key, name FROM class ORDER BY id",
                 "m|male\nf|female\no|other\nx|child\n");
    assert_query(f->path, "SELECT class_key FROM v_label WHERE face_id = 3", "x\n");
    free(other);
    free(third);
}

static void overwrite(const char *path, long offset, const char *bytes, size_t n)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void test_damaged(void **state)
{
    static const struct {
        const char *sql, *word;
    } cases[] = {
        {"UPDATE event SET clock = 9223372036854775807", "clock"},
        {"UPDATE event SET clock = 'x'", "clock"},
        {"UPDATE event SET uid = x'00'", "uid"},
        {"UPDATE event SET class_id = 14", "class"},
        {"UPDATE event SET undoes = 77", "undoes"},
        {"UPDATE event SET annotator_id = 77", "annotator"},
        {"UPDATE event SET face_id = 77", "face"},
        {"PRAGMA ignore_check_constraints = 1; UPDATE event SET kind = 'forged'",
         "damaged"},
    };
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[16];
        snprintf(name, sizeof name, "d%zu.db", i);
        char *other = in_dir(f->dir, name);
        assert_ok(sit_project_backup(project, other, err));
        label_one(other, "bob", 0, 1);
        sqlite3 *db;
        assert_int_equal(sqlite3_open(other, &db), SQLITE_OK);
        sqlite3_exec(db, "DROP TRIGGER event_no_update", NULL, NULL, NULL);
        assert_int_equal(sqlite3_exec(db, cases[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_refused(f->path, other, SIT_E_FORMAT, cases[i].word);
        free(other);
    }
    char *cut = in_dir(f->dir, "cut.db"), *noise = in_dir(f->dir, "noise.db");
    assert_ok(sit_project_backup(project, cut, err));
    assert_int_equal(truncate(cut, 20000), 0);
    assert_refused(f->path, cut, SIT_E_FORMAT, "damaged");
    assert_ok(sit_project_backup(project, noise, err));
    overwrite(noise, 0, "nothing of the kind", 19);
    assert_refused(f->path, noise, SIT_E_FORMAT, "not a sitter project");
    free(cut);
    free(noise);
    sit_project_close(project);
}

/*
 * Faces that only the other has, and files of an older program
 */

static void test_faces_come_along(void **state)
{
    struct fixture *f = *state;
    char *other = in_dir(f->dir, "other.db");
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    assert_ok(sit_project_backup(project, other, err));
    struct sit_project *copy = open_project(other, SIT_PROJECT_WRITE);
    add_faces(copy, 4, 4);
    const char *keywords[] = {"sea", "sky"};
    struct sit_source_facts facts = {
        .title = "T", .year = 1960, .keywords = keywords, .n_keywords = 2};
    assert_ok(sit_project_begin(copy, err));
    assert_ok(sit_project_set_source_facts(copy, "f0003", &facts, err));
    assert_ok(sit_project_commit(copy, err));
    sit_project_close(copy);
    label_one(other, "bob", 7, 1);
    /* Another picture of that name is here. */
    free(query_text(f->path, "UPDATE face SET name = 'f0003_1.jpg' WHERE id = 2"));
    sit_project_close(project);
    struct sit_merge_result r = merge_into(f->path, other);
    assert_int_equal(r.counts.n_faces_new, 1);
    assert_int_equal(r.counts.n_sources_new, 1);
    assert_int_equal(r.counts.n_faces_common, 4);
    char *name = query_text(f->path, "SELECT face FROM v_annotator_label");
    assert_non_null(strstr(name, "f0003_1.jpg~"));
    free(name);
    assert_query(f->path,
                 "SELECT title, year, keywords FROM v_source WHERE source ="
                 " 'f0003'",
                 "T|1960|sea; sky\n");
    assert_query(f->path,
                 "SELECT CAST(bytes AS TEXT) FROM face_picture WHERE face_id"
                 " = 5",
                 "f0003_1.jpg\n");
    free(other);
}

/* A file of version 1 with a face that the project has too. */
static void make_version_1(const char *path)
{
    static const char name[] = "f0000_0.jpg";
    uint8_t digest[SIT_SHA256_BYTES];
    char hex[SIT_SHA256_HEX_BYTES];
    sit_sha256(name, strlen(name), digest);
    sit_sha256_hex(digest, hex);
    struct sit_buf sql = {0};
    sit_buf_appendf(
        &sql,
        "PRAGMA application_id = 1397314644; PRAGMA user_version = 1; %s"
        "INSERT INTO class VALUES (1, 'm', 'male', 0), (2, 'f', 'female', 0);"
        "INSERT INTO annotator VALUES (1, 'zoe');"
        "INSERT INTO source (id, name, split) VALUES (1, 's', 'train');"
        "INSERT INTO face VALUES (1, 's_0', 1, 'train', 8, 8, x'%s', 0);"
        "INSERT INTO event (face_id, annotator_id, kind, origin, class_id, at_ms)"
        " VALUES (1, 1, 'label', 'screen', 2, 5);",
        SCHEMA_1, hex);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql.data, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    sit_buf_release(&sql);
}

/* The file itself stays as it is, also where it could be written to. */
static void test_older_file(void **state)
{
    struct fixture *f = *state;
    char *old = in_dir(f->dir, "old.db");
    struct sit_buf before = {0}, after = {0};
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2);
    sit_project_close(project);
    make_version_1(old);
    assert_ok(sit_file_read(old, 1 << 24, &before, err));
    for (int pass = 0; pass < 2; pass++) {
        struct sit_merge_result r = merge_into(f->path, old);
        assert_int_equal(r.counts.n_events_new, pass == 0);
        assert_int_equal(chmod(old, 0400), 0);
    }
    assert_query(f->path, "SELECT class_key, annotator FROM v_label", "f|zoe\n");
    assert_ok(sit_file_read(old, 1 << 24, &after, err));
    assert_int_equal(before.n_bytes, after.n_bytes);
    assert_memory_equal(before.data, after.data, before.n_bytes);
    sit_buf_release(&before);
    sit_buf_release(&after);
    free(old);
}

/* A file whose process was killed has a log: what is in it counts, and it stays. */
static void test_log_is_left(void **state)
{
    struct fixture *f = *state;
    char *live = in_dir(f->dir, "live.db"), *other = in_dir(f->dir, "other.db"),
         *live_log = in_dir(f->dir, "live.db-wal"),
         *log = in_dir(f->dir, "other.db-wal");
    struct sit_buf file = {0}, wal = {0}, after = {0};
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2);
    assert_ok(sit_project_backup(project, live, err));
    sit_project_close(project);
    struct sit_project *open = open_project(live, SIT_PROJECT_WRITE);
    struct sit_labels *labels;
    assert_ok(sit_labels_open(open, "ann", &labels, err));
    assert_ok(sit_labels_set(labels, 1, 2, &NOTE, err));
    assert_ok(sit_file_read(live, 1 << 24, &file, err));
    assert_ok(sit_file_read(live_log, 1 << 24, &wal, err));
    assert_ok(sit_file_write_atomic(other, file.data, file.n_bytes, err));
    assert_ok(sit_file_write_atomic(log, wal.data, wal.n_bytes, err));
    sit_labels_free(labels);
    sit_project_close(open);
    assert_int_equal(merge_into(f->path, other).counts.n_events_new, 1);
    assert_ok(sit_file_read(other, 1 << 24, &after, err));
    assert_int_equal(after.n_bytes, file.n_bytes);
    assert_memory_equal(after.data, file.data, file.n_bytes);
    assert_int_equal(access(log, F_OK), 0);
    assert_int_equal(merge_into(f->path, other).counts.n_events_known, 1);
    sit_buf_release(&file);
    sit_buf_release(&wal);
    sit_buf_release(&after);
    free(live);
    free(live_log);
    free(other);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_any_order),   with_fixture(test_undo_after_merge),
        with_fixture(test_refusals),    with_fixture(test_damaged),
        with_fixture(test_older_file),  with_fixture(test_faces_come_along),
        with_fixture(test_log_is_left),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
