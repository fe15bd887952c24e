/*
 * Several annotators: whose label counts, what each sees, shares, remarks, batches,
 * adjudications; projects of an older schema.
 */
#include "project_support.h"

#include "schema_1.h"
#include "sitter/labels.h"
#include "sitter/rng.h"

static const struct sit_label_note NOTE = {
    .origin = SIT_ORIGIN_SCREEN, .spent_ms = 7, .suggested = SIT_NO_CLASS};

struct player {
    struct sit_project *project;
    struct sit_labels *labels;
};

static struct player open_player(const char *path, const char *name)
{
    struct player player = {.project = open_project(path, SIT_PROJECT_WRITE)};
    assert_ok(sit_labels_open(player.project, name, &player.labels, err));
    return player;
}

static void close_player(struct player *player)
{
    sit_labels_free(player->labels);
    sit_project_close(player->project);
}

static sit_class_index seen(struct player *player, size_t index)
{
    assert_ok(sit_labels_refresh(player->labels, NULL, err));
    return sit_labels_table(player->labels)->label[index];
}

static unsigned flags(struct player *player, size_t index)
{
    assert_ok(sit_labels_refresh(player->labels, NULL, err));
    return sit_labels_table(player->labels)->flags[index];
}

/* The view and the table, each by its own code. */
static void assert_table_as_view(struct sit_project *project)
{
    const char *path = sit_project_path(project);
    struct sit_face_table table;
    struct sit_buf text = {0};
    assert_ok(sit_face_table_load(project, 0, &table, err));
    for (size_t i = 0; i < table.n; i++) {
        struct sit_face_state state;
        assert_ok(sit_project_face_state(project, table.id[i], 0, &state, err));
        assert_int_equal(state.label, table.label[i]);
        assert_int_equal(state.confirmed, table.confirmed[i]);
        assert_int_equal(state.flags, table.flags[i]);
        if (state.label != SIT_NO_CLASS)
            sit_buf_appendf(&text, "%lld|%d|%d|%lld|%d\n", (long long)table.id[i],
                            state.label + 1, state.confirmed, (long long)state.event_id,
                            (state.flags & SIT_FACE_ADJUDICATED) != 0);
    }
    assert_query(path,
                 "SELECT face_id, class_id, confirmed, event_id, adjudicated FROM"
                 " v_label ORDER BY face_id",
                 sit_buf_text(&text));
    assert_int_equal(query_number(path, "SELECT count(*) FROM v_disputed"),
                     table.n_disputed);
    sit_buf_release(&text);
    sit_face_table_release(&table);
}

/* Five persons and two that are none, with clocks that are often the same. */
static void test_resolved_as_view(void **state)
{
    enum { N_FACES = 30, N_WHO = 7, N_EVENTS = 600 };
    static const char *const names[N_WHO] = {"a", "b", "c", "d", "e", "import", "demo"};
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_rng rng;
    int64_t who[N_WHO], id;
    add_faces(project, 0, N_FACES);
    sit_rng_init(&rng, 11);
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < N_WHO; i++)
        assert_ok(sit_project_annotator(project, names[i], &who[i], err));
    assert_ok(sit_project_commit(project, err));
    for (size_t round = 0; round < 6; round++) {
        assert_ok(sit_project_begin(project, err));
        for (size_t i = 0; i < N_EVENTS / 6; i++) {
            struct sit_event event = {
                .face_id = 1 + (int64_t)sit_rng_below(&rng, N_FACES),
                .annotator_id = who[sit_rng_below(&rng, N_WHO)],
                .class_index = (sit_class_index)sit_rng_below(&rng, 4) - 1,
                .confirmed = sit_rng_below(&rng, 4) == 0,
                .adjudicates = sit_rng_below(&rng, 8) == 0,
                .spent_ms = -1,
                .suggested = SIT_NO_CLASS,
                .clock = 1 + (int64_t)sit_rng_below(&rng, 40)};
            if (event.class_index == SIT_NO_CLASS)
                event.confirmed = false;
            assert_ok(sit_project_append_event(project, &event, &id, err));
        }
        assert_ok(sit_project_commit(project, err));
        assert_table_as_view(project);
    }
    assert_true(query_number(f->path, "SELECT count(*) FROM v_disputed") > 0);
    assert_sound(f->path);
    sit_project_close(project);
}

/* The majority; a tie is nobody's; files count where no person has spoken. */
static void test_majority(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2);
    struct player file = open_player(f->path, "import"),
                  a = open_player(f->path, "ann"), b = open_player(f->path, "bob"),
                  c = open_player(f->path, "cyd");
    static const char label[] = "SELECT class_key, annotator, votes FROM v_label";
    assert_ok(sit_labels_set(file.labels, 0, 2, &NOTE, err));
    assert_query(f->path, label, "o|import|1\n");
    assert_int_equal(seen(&a, 0), 2);
    assert_int_equal(flags(&a, 0), 0);
    assert_ok(sit_labels_set(a.labels, 0, 0, &NOTE, err));
    assert_query(f->path, label, "m|ann|1\n");
    assert_ok(sit_labels_set(b.labels, 0, 1, &NOTE, err));
    assert_query(f->path, label, "");
    assert_query(f->path, "SELECT face, labels, votes FROM v_disputed",
                 "f0000_0.jpg|2|ann: m; bob: f\n");
    assert_int_equal(seen(&a, 0), 0);
    assert_int_equal(flags(&a, 0), SIT_FACE_OWN | SIT_FACE_OTHERS | SIT_FACE_DISPUTED);
    assert_int_equal(seen(&c, 0), SIT_NO_CLASS);
    assert_ok(sit_labels_set(c.labels, 0, 1, &NOTE, err));
    assert_query(f->path, label, "f|cyd|2\n");
    assert_ok(sit_labels_set(file.labels, 0, 2, &NOTE, err)); /* later, but a file's */
    assert_query(f->path, label, "f|cyd|2\n");
    assert_table_as_view(project);
    close_player(&file);
    close_player(&a);
    close_player(&b);
    close_player(&c);
    sit_project_close(project);
}

static void test_adjudication(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_labels *chief;
    struct sit_label_note note = NOTE;
    struct sit_undo_result result;
    add_faces(project, 0, 2);
    struct player a = open_player(f->path, "ann"), b = open_player(f->path, "bob");
    assert_ok(sit_labels_open_resolved(project, "ann", &chief, err));
    note.adjudicates = true;
    note.origin = SIT_ORIGIN_ADJUDICATE;
    note.reason = "disagreement";
    assert_ok(sit_labels_set(a.labels, 0, 0, &NOTE, err));
    assert_ok(sit_labels_set(b.labels, 0, 1, &NOTE, err));
    assert_ok(sit_labels_refresh(chief, NULL, err));
    assert_int_equal(sit_labels_table(chief)->n_disputed, 1);
    assert_int_equal(sit_labels_table(chief)->label[0], SIT_NO_CLASS);
    assert_ok(sit_labels_set(chief, 0, 2, &note, err));
    assert_int_equal(sit_labels_table(chief)->n_disputed, 0);
    assert_int_equal(sit_labels_table(chief)->label[0], 2);
    assert_int_equal(sit_labels_table(chief)->flags[0],
                     SIT_FACE_ADJUDICATED | SIT_FACE_OTHERS);
    assert_query(f->path, "SELECT class_key, annotator, adjudicated FROM v_label",
                 "o|ann|1\n");
    assert_int_equal(seen(&a, 0), 0); /* one's own word stays */
    assert_ok(sit_labels_undo(chief, SIT_ORIGIN_ADJUDICATE, &result, err));
    assert_true(result.adjudicates);
    assert_int_equal(result.before, 2);
    assert_int_equal(result.after, SIT_NO_CLASS);
    assert_int_equal(sit_labels_table(chief)->n_disputed, 1);
    assert_int_equal(seen(&a, 0), 0);
    assert_ok(sit_labels_redo(chief, SIT_ORIGIN_ADJUDICATE, &result, err));
    assert_query(f->path, "SELECT class_key FROM v_label", "o\n");
    /* The newest adjudication, whoever gave it. */
    assert_ok(sit_labels_set(b.labels, 0, 1, &note, err));
    assert_query(f->path, "SELECT class_key, annotator FROM v_label", "f|bob\n");
    assert_ok(sit_labels_undo(b.labels, SIT_ORIGIN_ADJUDICATE, &result, err));
    assert_query(f->path, "SELECT class_key, annotator FROM v_label", "o|ann\n");
    /* A decision with a reason says it. */
    assert_query(f->path,
                 "SELECT origin, reason, adjudicates FROM event WHERE adjudicates"
                 " AND kind = 'label' ORDER BY id",
                 "adjudicate|disagreement|1\nadjudicate|disagreement|1\n");
    assert_table_as_view(project);
    sit_labels_free(chief);
    close_player(&a);
    close_player(&b);
    sit_project_close(project);
}

/* On faces of the overlap nobody sees what others said before saying it themselves. */
static void test_overlap(void **state)
{
    enum { N_FACES = 200 };
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_error cause;
    double share = 1;
    add_faces(project, 0, N_FACES);
    struct player a = open_player(f->path, "ann"), b = open_player(f->path, "bob");
    assert_ok(sit_project_share(project, SIT_SHARE_OVERLAP, &share, err));
    assert_true(share == 0);
    for (size_t i = 0; i < N_FACES; i += 2)
        assert_ok(sit_labels_set(a.labels, i, 1, &NOTE, err));
    assert_int_equal(seen(&b, 0), 1);
    assert_ok(sit_project_begin(project, err));
    assert_int_equal(sit_project_set_share(project, SIT_SHARE_OVERLAP, 1.5, &cause),
                     SIT_E_ARG);
    assert_ok(sit_project_set_share(project, SIT_SHARE_OVERLAP, 0.3, err));
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_share(project, SIT_SHARE_OVERLAP, &share, err));
    assert_true(share == 0.3);
    size_t n_overlap = 0, at = SIZE_MAX;
    for (size_t i = 0; i < N_FACES; i++) {
        bool is_in = (flags(&b, i) & SIT_FACE_OVERLAP) != 0;
        struct sit_face_detail detail = {0};
        n_overlap += is_in;
        assert_int_equal(seen(&b, i), i % 2 == 0 && !is_in ? 1 : SIT_NO_CLASS);
        assert_int_equal(seen(&a, i), i % 2 == 0 ? 1 : SIT_NO_CLASS);
        assert_ok(sit_project_face_detail(b.project, (int64_t)i + 1,
                                          sit_labels_annotator_id(b.labels), &detail,
                                          err));
        assert_int_equal(detail.label, seen(&b, i));
        assert_true((detail.annotator != NULL) == (detail.label != SIT_NO_CLASS));
        sit_face_detail_release(&detail);
        if (is_in && i % 2 == 0)
            at = i;
    }
    assert_true(n_overlap > N_FACES / 5 && n_overlap < N_FACES * 2 / 5);
    assert_ok(sit_labels_set(b.labels, at, 0, &NOTE, err));
    assert_int_equal(seen(&b, at), 0);
    assert_int_equal(flags(&b, at) & SIT_FACE_DISPUTED, SIT_FACE_DISPUTED);
    assert_ok(sit_labels_undo(b.labels, SIT_ORIGIN_SCREEN, NULL, err));
    assert_int_equal(seen(&b, at), SIT_NO_CLASS);
    close_player(&a);
    close_player(&b);
    sit_project_close(project);
}

static void test_shares(void **state)
{
    (void)state;
    struct sit_rng rng;
    size_t n[2] = {0, 0}, n_both = 0;
    sit_rng_init(&rng, 3);
    for (size_t i = 0; i < 4000; i++) {
        char text[24];
        uint8_t digest[SIT_SHA256_BYTES];
        snprintf(text, sizeof text, "%zu", i);
        sit_sha256(text, strlen(text), digest);
        bool overlap = sit_share_has(SIT_SHARE_OVERLAP, 0.2, digest);
        bool retest = sit_share_has(SIT_SHARE_RETEST, 0.1, digest);
        n[0] += overlap;
        n[1] += retest;
        n_both += overlap && retest;
        assert_true(!overlap || sit_share_has(SIT_SHARE_OVERLAP, 0.21, digest));
        assert_false(sit_share_has(SIT_SHARE_OVERLAP, 0, digest));
        assert_true(sit_share_has(SIT_SHARE_OVERLAP, 1, digest));
    }
    assert_in_range(n[0], 720, 880);
    assert_in_range(n[1], 340, 460);
    assert_in_range(n_both, 50, 115); /* independent: 80 */
}

static enum sit_status write_down(void *context, const struct sit_remark *remark,
                                  struct sit_error *cause)
{
    (void)cause;
    sit_buf_appendf(context, "%s %s %s %s\n", remark->face, remark->annotator,
                    remark->kind == SIT_REMARK_COMMENT ? "comment" : "bookmark",
                    remark->text);
    return SIT_OK;
}

static void test_remarks(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_buf text = {0};
    struct sit_error cause;
    struct sit_face_detail detail = {0};
    add_faces(project, 0, 4);
    struct player a = open_player(f->path, "ann"), b = open_player(f->path, "bob");
    assert_ok(sit_labels_set_comment(a.labels, 1, "first", err));
    assert_ok(sit_labels_set_comment(b.labels, 1, "\x1b[31m", err));
    assert_ok(sit_labels_set_comment(a.labels, 1, "second", err));
    assert_ok(sit_labels_set_bookmark(a.labels, 2, true, err));
    assert_ok(sit_labels_set_bookmark(a.labels, 3, true, err));
    assert_ok(sit_labels_set_bookmark(a.labels, 3, false, err));
    assert_int_equal(sit_labels_set_comment(a.labels, 4, "x", &cause), SIT_E_ARG);
    assert_int_equal(sit_labels_table(a.labels)->flags[2], SIT_FACE_BOOKMARKED);
    assert_int_equal(sit_labels_table(a.labels)->flags[3], 0);
    assert_int_equal(seen(&b, 2), SIT_NO_CLASS);
    assert_int_equal(flags(&b, 2), 0);
    assert_ok(sit_project_remarks(project, write_down, &text, err));
    assert_string_equal(sit_buf_text(&text), "f0000_1.jpg bob comment \x1b[31m\n"
                                             "f0000_1.jpg ann comment second\n"
                                             "f0001_0.jpg ann bookmark 1\n");
    assert_ok(sit_project_face_detail(project, 2, sit_labels_annotator_id(a.labels),
                                      &detail, err));
    assert_string_equal(detail.comment, "second");
    assert_ok(sit_project_face_detail(project, 2, 0, &detail, err));
    assert_null(detail.comment);
    sit_face_detail_release(&detail);
    close_player(&a); /* what a screen reads when it opens */
    a = open_player(f->path, "ann");
    assert_int_equal(sit_labels_table(a.labels)->flags[2], SIT_FACE_BOOKMARKED);
    assert_int_equal(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, NULL, &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM remark"), 6);
    char *deleted = query_text(f->path, "DELETE FROM remark");
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM remark"), 6);
    free(deleted);
    sit_buf_release(&text);
    close_player(&a);
    close_player(&b);
    sit_project_close(project);
}

static void test_batch(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_error cause;
    struct sit_undo_result result;
    struct sit_label_note note = NOTE;
    add_faces(project, 0, 8);
    struct player a = open_player(f->path, "ann");
    struct sit_label_choice choices[] = {
        {.index = 5, .class_index = 1, .suggested = 1, .suggested_p = 0.5},
        {.index = 2, .class_index = 0, .suggested = SIT_NO_CLASS},
        {.index = 7, .class_index = 1, .suggested = 0, .suggestion_visible = true}};
    note.origin = SIT_ORIGIN_GRID;
    note.queue = "grid";
    note.reason = "held key";
    note.blind = true;
    assert_ok(sit_labels_set_batch(a.labels, choices, 0, &note, err));
    assert_ok(sit_labels_set(a.labels, 0, 2, &NOTE, err));
    assert_ok(sit_labels_set_batch(a.labels, choices, 3, &note, err));
    assert_int_equal(sit_labels_counts(a.labels)->n_labelled, 4);
    assert_query(
        f->path,
        "SELECT face_id, origin, class_id, suggested_class_id, suggested_p,"
        " suggestion_visible, batch = 2, queue, reason, blind, clock FROM event"
        " WHERE batch IS NOT NULL ORDER BY id",
        "6|grid|2|2|0.5|0|1|grid|held key|1|2\n"
        "3|grid|1|NULL|NULL|0|1|grid|held key|1|3\n"
        "8|grid|2|1|0.0|1|1|grid|held key|1|4\n");
    choices[0].class_index = 0;
    assert_ok(sit_labels_set_batch(a.labels, choices, 2, &note, err));
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_GRID, &result, err));
    assert_int_equal(result.n_faces, 2);
    assert_int_equal(sit_labels_table(a.labels)->label[5], 1);
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_GRID, &result, err));
    assert_int_equal(result.n_faces, 3);
    assert_int_equal(sit_labels_counts(a.labels)->n_labelled, 1);
    assert_ok(sit_labels_redo(a.labels, SIT_ORIGIN_GRID, &result, err));
    assert_int_equal(result.n_faces, 3);
    int64_t n_events = query_number(f->path, "SELECT count(*) FROM event");
    choices[1].index = 5; /* twice */
    assert_int_equal(sit_labels_set_batch(a.labels, choices, 3, &note, &cause),
                     SIT_E_ARG);
    choices[1].index = 8;
    assert_int_equal(sit_labels_set_batch(a.labels, choices, 3, &note, &cause),
                     SIT_E_ARG);
    choices[1] = (struct sit_label_choice){.index = 3, .class_index = 3};
    assert_int_equal(sit_labels_set_batch(a.labels, choices, 3, &note, &cause),
                     SIT_E_ARG);
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM event"), n_events);
    close_player(&a);
    sit_project_close(project);
}

/* What two annotators had done before there were labels of one's own. */
static void test_migrated_history(void **state)
{
    static const char sql[] =
        "PRAGMA application_id = 1397314644; PRAGMA user_version = 1;"
        "INSERT INTO class VALUES (1, 'm', 'male', 0), (2, 'f', 'female', 0);"
        "INSERT INTO annotator VALUES (1, 'ann'), (2, 'bob'), (3, 'import');"
        "INSERT INTO source (id, name, split) VALUES (1, 's', 'train');"
        "INSERT INTO face SELECT value, 's_' || value, 1, 'train', 8, 8,"
        "  randomblob(32), 0 FROM json_each('[1,2,3,4,5]');"
        "INSERT INTO event (id, face_id, annotator_id, kind, origin, class_id,"
        "  confirmed, at_ms, undoes, restores) VALUES"
        /* bob labels, ann relabels and undoes: bob's came back. */
        " (1, 1, 2, 'label', 'screen', 1, 0, 100, NULL, NULL),"
        " (2, 1, 1, 'label', 'screen', 2, 0, 200, NULL, NULL),"
        " (3, 1, 1, 'undo', 'screen', 1, 0, 300, 2, 1),"
        /* ann confirms bob's, and undoes it. */
        " (4, 2, 2, 'label', 'screen', 1, 0, 400, NULL, NULL),"
        " (5, 2, 1, 'confirm', 'review', 1, 1, 500, NULL, 4),"
        " (6, 2, 1, 'undo', 'review', 1, 0, 600, 5, 4),"
        /* ann: m, f, undo, undo, redo. */
        " (7, 3, 1, 'label', 'screen', 1, 0, 700, NULL, NULL),"
        " (8, 3, 1, 'label', 'screen', 2, 0, 800, NULL, NULL),"
        " (9, 3, 1, 'undo', 'screen', 1, 0, 900, 8, 7),"
        " (10, 3, 1, 'undo', 'screen', NULL, 0, 1000, 7, NULL),"
        " (11, 3, 1, 'redo', 'screen', 1, 0, 1100, 10, 7),"
        /* A file's label that ann confirms. */
        " (12, 4, 3, 'label', 'import', 2, 0, 1200, NULL, NULL),"
        " (13, 4, 1, 'confirm', 'review', 2, 1, 1300, NULL, 12),"
        /* ann labels, bob too, ann undoes: bob's was kept. */
        " (14, 5, 1, 'label', 'screen', 1, 0, 1400, NULL, NULL),"
        " (15, 5, 2, 'label', 'screen', 2, 0, 1500, NULL, NULL),"
        " (16, 5, 1, 'undo', 'screen', 2, 0, 1600, 14, 15);";
    struct fixture *f = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, SCHEMA_1, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct sit_project *project = open_project(f->path, SIT_PROJECT_WRITE);
    assert_sound(f->path);
    assert_query(f->path,
                 "SELECT f.name, l.class_key, l.annotator, l.labelled_at_ms,"
                 " l.confirmed FROM v_label AS l JOIN face AS f ON f.id = l.face_id"
                 " ORDER BY 1",
                 "s_1|m|bob|100|0\ns_2|m|bob|400|0\ns_3|m|ann|700|0\n"
                 "s_4|f|ann|1300|1\ns_5|f|bob|1500|0\n");
    assert_query(f->path,
                 "SELECT face, annotator, class_key FROM v_annotator_label"
                 " ORDER BY 1, 2",
                 "s_1|bob|m\ns_2|bob|m\ns_3|ann|m\ns_4|ann|f\ns_4|import|f\n"
                 "s_5|bob|f\n");
    assert_query(f->path, "SELECT count(*), sum(clock = id) FROM event", "16|16\n");
    /* ann's undo goes on where it was. */
    struct sit_labels *labels;
    struct sit_undo_result result;
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    assert_ok(sit_labels_redo(labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.index, 4);
    assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.index, 3);
    assert_true(result.was_confirm);
    assert_query(f->path, "SELECT annotator FROM v_label WHERE face_id = 4",
                 "import\n");
    assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.index, 2);
    assert_int_equal(result.after, SIT_NO_CLASS);
    assert_table_as_view(project);
    sit_labels_free(labels);
    sit_project_close(project);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_resolved_as_view),
        with_fixture(test_majority),
        with_fixture(test_adjudication),
        with_fixture(test_overlap),
        cmocka_unit_test(test_shares),
        with_fixture(test_remarks),
        with_fixture(test_batch),
        with_fixture(test_migrated_history),
    };
    return cmocka_run_group_tests_name("annotators", tests, NULL, NULL);
}
