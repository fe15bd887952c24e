/*
 * Labels in memory and in the file: random sequences against a model, undo across runs
 * and annotators, several writers at once.
 */
#include "project_support.h"

#include <sys/wait.h>

#include "sitter/labels.h"
#include "sitter/rng.h"

/*
 * The model: what each annotator says of a face, and per annotator a list of decisions
 * with the states before and after. Nobody's state depends on anybody else's.
 */

enum { N_FACES = 24, N_ANNOTATORS = 2, MAX_DECISIONS = 4000 };

struct state {
    sit_class_index class_index;
    bool confirmed;
};

struct decision {
    size_t face;
    struct state before, after;
};

struct model {
    struct state faces[N_ANNOTATORS][N_FACES];
    struct decision done[N_ANNOTATORS][MAX_DECISIONS],
        undone[N_ANNOTATORS][MAX_DECISIONS];
    size_t n_done[N_ANNOTATORS], n_undone[N_ANNOTATORS];
};

static void model_decide(struct model *m, size_t who, size_t face, struct state after)
{
    m->done[who][m->n_done[who]++] = (struct decision){
        .face = face, .before = m->faces[who][face], .after = after};
    m->n_undone[who] = 0;
    m->faces[who][face] = after;
}

/* From one list to the other; false where there is nothing. */
static bool model_take_back(struct model *m, size_t who, bool undo)
{
    size_t *n_from = undo ? &m->n_done[who] : &m->n_undone[who];
    size_t *n_to = undo ? &m->n_undone[who] : &m->n_done[who];
    if (*n_from == 0)
        return false;
    struct decision top = (undo ? m->done[who] : m->undone[who])[--*n_from];
    (undo ? m->undone[who] : m->done[who])[(*n_to)++] = (struct decision){
        .face = top.face, .before = top.after, .after = top.before};
    m->faces[who][top.face] = top.before;
    return true;
}

/* What an annotator sees: their own label, else the other's. */
static struct state model_sight(const struct model *m, size_t who, size_t face)
{
    struct state own = m->faces[who][face];
    return own.class_index != SIT_NO_CLASS ? own : m->faces[1 - who][face];
}

static void assert_as_model(const struct model *m, size_t who,
                            struct sit_labels *labels)
{
    const struct sit_face_table *table = sit_labels_table(labels);
    const struct sit_label_counts *counts = sit_labels_counts(labels);
    struct sit_label_counts recount = {.n_faces = N_FACES};
    size_t n_disputed = 0;
    assert_int_equal(table->n, N_FACES);
    for (size_t i = 0; i < N_FACES; i++) {
        struct state seen = model_sight(m, who, i);
        sit_class_index own = m->faces[who][i].class_index,
                        other = m->faces[1 - who][i].class_index;
        bool disputed = own != SIT_NO_CLASS && other != SIT_NO_CLASS && own != other;
        assert_int_equal(table->label[i], seen.class_index);
        assert_int_equal(table->confirmed[i], seen.confirmed);
        assert_int_equal(table->flags[i],
                         (disputed ? SIT_FACE_DISPUTED : 0) |
                             (other != SIT_NO_CLASS ? SIT_FACE_OTHERS : 0) |
                             (own != SIT_NO_CLASS ? SIT_FACE_OWN : 0));
        n_disputed += disputed;
        if (table->label[i] == SIT_NO_CLASS)
            recount.unlabelled[table->split[i]]++;
        else
            recount.by_class[table->label[i]][table->split[i]]++;
    }
    recount.n_labelled = N_FACES - recount.unlabelled[0] - recount.unlabelled[1];
    assert_memory_equal(counts, &recount, sizeof recount);
    assert_int_equal(table->n_disputed, n_disputed);
}

struct player {
    struct sit_project *project;
    struct sit_labels *labels;
    const char *name;
};

static void player_open(struct player *player, const char *path)
{
    player->project = open_project(path, SIT_PROJECT_WRITE);
    assert_ok(sit_labels_open(player->project, player->name, &player->labels, err));
}

static void player_close(struct player *player)
{
    sit_labels_free(player->labels);
    sit_project_close(player->project);
}

static void play(struct player *player, size_t who, struct model *m,
                 struct sit_rng *rng)
{
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_SCREEN, .spent_ms = 5, .suggested = SIT_NO_CLASS};
    size_t face = sit_rng_below(rng, N_FACES), what = sit_rng_below(rng, 10);
    struct sit_undo_result result = {0};
    struct sit_error cause;
    if (what < 5) {
        sit_class_index class_index = (sit_class_index)sit_rng_below(rng, 3);
        assert_ok(sit_labels_set(player->labels, face, class_index, &note, err));
        model_decide(m, who, face, (struct state){class_index, false});
    } else if (what == 5) {
        enum sit_status status = sit_labels_confirm(player->labels, face, &note,
                                                    &cause);
        struct state after = model_sight(m, who, face);
        after.confirmed = true;
        assert_int_equal(status,
                         after.class_index == SIT_NO_CLASS ? SIT_E_ARG : SIT_OK);
        if (status == SIT_OK)
            model_decide(m, who, face, after);
    } else {
        bool undo = what < 8;
        enum sit_status status =
            undo ? sit_labels_undo(player->labels, SIT_ORIGIN_SCREEN, &result, &cause)
                 : sit_labels_redo(player->labels, SIT_ORIGIN_SCREEN, &result, &cause);
        bool possible = model_take_back(m, who, undo);
        assert_int_equal(status, possible ? SIT_OK : SIT_E_NOT_FOUND);
        if (possible) {
            assert_false(result.kept);
            assert_int_equal(result.n_faces, 1);
            assert_int_equal(result.after,
                             model_sight(m, who, result.index).class_index);
        }
    }
}

static void test_random_sequences(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, N_FACES);
    sit_project_close(project);
    struct model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    for (size_t i = 0; i < N_FACES; i++)
        m->faces[0][i].class_index = m->faces[1][i].class_index = SIT_NO_CLASS;
    struct player players[N_ANNOTATORS] = {{.name = "ann"}, {.name = "bob"}};
    struct sit_rng rng;
    sit_rng_init(&rng, 2026);
    for (size_t p = 0; p < N_ANNOTATORS; p++)
        player_open(&players[p], f->path);
    for (size_t step = 0; step < 2000; step++) {
        size_t who = sit_rng_below(&rng, N_ANNOTATORS);
        if (sit_rng_below(&rng, 40) == 0) {
            player_close(&players[who]);
            player_open(&players[who], f->path);
        }
        play(&players[who], who, m, &rng);
        assert_as_model(m, who, players[who].labels);
        bool changed;
        assert_ok(sit_labels_refresh(players[1 - who].labels, &changed, err));
        assert_as_model(m, 1 - who, players[1 - who].labels);
        assert_ok(sit_labels_refresh(players[1 - who].labels, &changed, err));
        assert_false(changed);
    }
    for (size_t p = 0; p < N_ANNOTATORS; p++)
        player_close(&players[p]);
    assert_sound(f->path);
    /* The view that researchers read says the same. */
    for (size_t i = 0; i < N_FACES; i++) {
        char sql[128], expected[16] = "";
        snprintf(sql, sizeof sql,
                 "SELECT class_id - 1, confirmed FROM v_label"
                 " WHERE face_id = %zu",
                 i + 1);
        struct state a = m->faces[0][i], b = m->faces[1][i], any = model_sight(m, 0, i);
        bool disputed = a.class_index != b.class_index &&
                        a.class_index != SIT_NO_CLASS && b.class_index != SIT_NO_CLASS;
        if (any.class_index != SIT_NO_CLASS && !disputed)
            snprintf(expected, sizeof expected, "%d|%d\n", any.class_index,
                     a.confirmed || b.confirmed);
        assert_query(f->path, sql, expected);
    }
    free(m);
}

static const struct sit_label_note NOTE = {
    .origin = SIT_ORIGIN_SCREEN, .spent_ms = 7, .suggested = SIT_NO_CLASS};

/* What each event says. */
static void test_events_of_decisions(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    struct sit_labels *labels = NULL;
    struct sit_undo_result result;
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    assert_ok(sit_labels_set(labels, 1, 0, &NOTE, err));                 /* 1 */
    assert_ok(sit_labels_set(labels, 1, 1, &NOTE, err));                 /* 2 */
    assert_ok(sit_labels_confirm(labels, 1, &NOTE, err));                /* 3 */
    assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &result, err)); /* 4 */
    assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &result, err)); /* 5 */
    assert_int_equal(result.before, 1);
    assert_int_equal(result.after, 0);
    assert_ok(sit_labels_redo(labels, SIT_ORIGIN_REVIEW, &result, err)); /* 6 */
    sit_labels_free(labels);
    sit_project_close(project);
    assert_query(f->path,
                 "SELECT id, face_id, kind, origin, class_id, confirmed,"
                 " coalesce(undoes, 0), coalesce(restores, 0), spent_ms FROM event",
                 "1|2|label|screen|1|0|0|0|7\n"
                 "2|2|label|screen|2|0|0|0|7\n"
                 "3|2|confirm|screen|2|1|0|2|7\n"
                 "4|2|undo|screen|2|0|3|2|NULL\n"
                 "5|2|undo|screen|1|0|2|1|NULL\n"
                 "6|2|redo|review|2|0|5|2|NULL\n");
    assert_query(f->path,
                 "SELECT class_key, annotator, labelled_at_ms = (SELECT at_ms FROM"
                 " event WHERE id = 2) FROM v_label",
                 "f|ann|1\n");
}

static void test_refusals(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    struct sit_labels *labels = NULL;
    struct sit_error cause = {0};
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    assert_int_equal(sit_labels_set(labels, 4, 0, &NOTE, &cause), SIT_E_ARG);
    assert_int_equal(sit_labels_set(labels, 0, 3, &NOTE, &cause), SIT_E_ARG);
    assert_int_equal(sit_labels_set(labels, 0, SIT_NO_CLASS, &NOTE, &cause), SIT_E_ARG);
    assert_int_equal(sit_labels_confirm(labels, 0, &NOTE, &cause), SIT_E_ARG);
    assert_int_equal(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, NULL, &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(sit_labels_redo(labels, SIT_ORIGIN_SCREEN, NULL, &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM event"), 0);
    assert_int_equal(sit_labels_counts(labels)->n_labelled, 0);
    sit_labels_free(labels);
    sit_labels_free(NULL);
    sit_project_close(project);
}

/* A label of somebody else is never undone under them. */
static void test_undo_is_ones_own(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    struct player a = {.name = "ann"}, b = {.name = "bob"};
    struct sit_undo_result result;
    player_open(&a, f->path);
    player_open(&b, f->path);
    assert_ok(sit_labels_set(a.labels, 2, 0, &NOTE, err));
    assert_ok(sit_labels_set(b.labels, 2, 1, &NOTE, err));
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_false(result.kept);
    assert_int_equal(result.before, 0);
    assert_int_equal(result.after, 1); /* what ann sees is bob's again */
    assert_int_equal(sit_labels_table(a.labels)->label[2], 1);
    assert_ok(sit_labels_undo(b.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_false(result.kept);
    assert_int_equal(result.after, SIT_NO_CLASS);
    player_close(&a);
    player_close(&b);
    sit_project_close(project);
}

static int64_t append_batch(struct sit_project *project, int64_t annotator,
                            int64_t batch, int64_t first_face, int64_t n)
{
    int64_t id = 0;
    assert_ok(sit_project_begin(project, err));
    for (int64_t i = 0; i < n; i++) {
        struct sit_event event = {.face_id = first_face + i,
                                  .annotator_id = annotator,
                                  .class_index = 1,
                                  .spent_ms = -1,
                                  .batch = batch,
                                  .suggested = SIT_NO_CLASS};
        assert_ok(sit_project_append_event(project, &event, &id, err));
    }
    assert_ok(sit_project_commit(project, err));
    return id;
}

/* Undoing a confirmation used to drop what somebody else had confirmed since. */
static void test_undo_keeps_others_confirmation(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2);
    struct player a = {.name = "ann"}, b = {.name = "bob"};
    player_open(&a, f->path);
    player_open(&b, f->path);
    assert_ok(sit_labels_set(b.labels, 0, 1, &NOTE, err));
    assert_ok(sit_labels_confirm(a.labels, 0, &NOTE, err));
    assert_ok(sit_labels_confirm(b.labels, 0, &NOTE, err));
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, NULL, err));
    assert_query(f->path, "SELECT class_key, confirmed, annotator FROM v_label",
                 "f|1|bob\n");
    assert_int_equal(sit_labels_table(a.labels)->label[0], 1);
    assert_int_equal(sit_labels_table(a.labels)->confirmed[0], 1);
    player_close(&a);
    player_close(&b);
    sit_project_close(project);
}

/* A label that came from a file since under the annotator's name stays. */
static void test_kept(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2);
    struct player a = {.name = "ann"};
    struct sit_undo_result result;
    player_open(&a, f->path);
    assert_ok(sit_labels_set(a.labels, 0, 0, &NOTE, err));
    struct sit_event event = {.face_id = 1,
                              .origin = SIT_ORIGIN_IMPORT,
                              .class_index = 2,
                              .spent_ms = -1,
                              .annotator_id = sit_labels_annotator_id(a.labels),
                              .suggested = SIT_NO_CLASS};
    int64_t id;
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_append_event(project, &event, &id, err));
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_true(result.kept);
    assert_int_equal(result.after, 2);
    player_close(&a);
    sit_project_close(project);
}

/* A batch goes back and comes again as one; a face that somebody else labelled since
 * stays, and the result speaks of the first face only. */
static void test_batches(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 10);
    struct player a = {.name = "ann"}, b = {.name = "bob"};
    struct sit_undo_result result;
    player_open(&a, f->path);
    player_open(&b, f->path);
    append_batch(project, sit_labels_annotator_id(a.labels), 1, 2, 3);
    append_batch(project, sit_labels_annotator_id(a.labels), 2, 6, 4);
    assert_ok(sit_labels_set(b.labels, 7, 0, &NOTE, err)); /* within the second batch */
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.n_faces, 4);
    assert_int_equal(result.index, 5);
    assert_int_equal(result.before, 1);
    assert_int_equal(result.after, SIT_NO_CLASS);
    assert_false(result.kept);
    assert_int_equal(sit_labels_table(a.labels)->label[7], 0); /* bob's */
    assert_int_equal(sit_labels_counts(a.labels)->n_labelled, 4);
    assert_ok(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.n_faces, 3);
    assert_int_equal(sit_labels_counts(a.labels)->n_labelled, 1);
    player_close(&a);
    player_open(&a, f->path); /* the stacks come from the file */
    assert_ok(sit_labels_redo(a.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.n_faces, 3);
    assert_ok(sit_labels_redo(a.labels, SIT_ORIGIN_SCREEN, &result, err));
    assert_int_equal(result.n_faces, 4);
    assert_int_equal(sit_labels_counts(a.labels)->n_labelled, 7);
    assert_int_equal(sit_labels_table(a.labels)->label[7], 1);
    player_close(&a);
    player_close(&b);
    sit_project_close(project);
}

/* Imported labels are no decisions at a screen; undo passes them by. */
static void test_imports_are_not_undone(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    struct player a = {.name = "ann"};
    player_open(&a, f->path);
    struct sit_event event = {.face_id = 1,
                              .origin = SIT_ORIGIN_IMPORT,
                              .spent_ms = -1,
                              .annotator_id = sit_labels_annotator_id(a.labels),
                              .suggested = SIT_NO_CLASS};
    int64_t id;
    struct sit_error cause;
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_append_event(project, &event, &id, err));
    assert_ok(sit_project_commit(project, err));
    assert_int_equal(sit_labels_undo(a.labels, SIT_ORIGIN_SCREEN, NULL, &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(sit_labels_table(a.labels)->label[0], 0);
    player_close(&a);
    sit_project_close(project);
}

/* Faces that another process imports, with labels and without. */
static void test_new_faces_show_up(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    struct player a = {.name = "ann"}, b = {.name = "bob"};
    player_open(&a, f->path);
    bool changed = true;
    assert_ok(sit_labels_refresh(a.labels, &changed, err));
    add_faces(project, 4, 4);
    player_open(&b, f->path);
    assert_ok(sit_labels_set(b.labels, 6, 2, &NOTE, err));
    /* Writing before refreshing takes in events of faces not known yet. */
    assert_ok(sit_labels_set(a.labels, 0, 1, &NOTE, err));
    assert_int_equal(sit_labels_table(a.labels)->n, 4);
    assert_ok(sit_labels_refresh(a.labels, &changed, err));
    assert_true(changed);
    assert_int_equal(sit_labels_table(a.labels)->n, 8);
    assert_int_equal(sit_labels_table(a.labels)->label[6], 2);
    assert_int_equal(sit_labels_counts(a.labels)->n_labelled, 2);
    assert_int_equal(sit_labels_counts(a.labels)->n_faces, 8);
    player_close(&a);
    player_close(&b);
    sit_project_close(project);
}

/* Two processes write 300 labels each at once: none is lost, none refused. */
static void test_two_processes(void **state)
{
    enum { N_EACH = 300 };
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 50);
    sit_project_close(project);
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        assert_true(children[c] >= 0);
        if (children[c] == 0) {
            struct player p = {.name = c == 0 ? "ann" : "bob"};
            player_open(&p, f->path);
            for (size_t i = 0; i < N_EACH; i++)
                assert_ok(sit_labels_set(p.labels, (i * 7) % 50, (sit_class_index)c,
                                         &NOTE, err));
            player_close(&p);
            _exit(0);
        }
    }
    for (int c = 0; c < 2; c++) {
        int code;
        assert_int_equal(waitpid(children[c], &code, 0), children[c]);
        assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    }
    assert_sound(f->path);
    assert_query(f->path,
                 "SELECT a.name, count(*), count(DISTINCT e.id) FROM event AS e"
                 " JOIN annotator AS a ON a.id = e.annotator_id GROUP BY 1",
                 "ann|300|300\nbob|300|300\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_random_sequences),
        with_fixture(test_events_of_decisions),
        with_fixture(test_refusals),
        with_fixture(test_undo_is_ones_own),
        with_fixture(test_undo_keeps_others_confirmation),
        with_fixture(test_kept),
        with_fixture(test_batches),
        with_fixture(test_imports_are_not_undone),
        with_fixture(test_new_faces_show_up),
        with_fixture(test_two_processes),
    };
    return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
