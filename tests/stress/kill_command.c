/*
 * Commands without a screen: a script of keys, and merges. What is acknowledged is exit
 * code 0; until then a script's decisions come one after the other, a merge at once.
 */
#include "kill_stress.h"

#include "unit/project_support.h"

#include "project_check.h"
#include "sitter/demo_project.h"

enum { MAX_UNITS = 512, SCRIPT_PARTS = 5 };

static void run(const char *db, const char *arguments)
{
    const struct kill_plan never = {.by_call = true, .call = 0};
    assert_false(kill_run(&never, db, arguments));
}

static void run_script(const char *db, const char *annotator, const char *keys)
{
    struct sit_buf file = {0}, arguments = {0};
    sit_buf_appendf(&file, "%s.keys", db);
    write_text(sit_buf_text(&file), keys);
    sit_buf_appendf(&arguments, "label --annotator %s --no-live --script @%s",
                    annotator, sit_buf_text(&file));
    run(db, sit_buf_text(&arguments));
    sit_buf_release(&arguments);
    sit_buf_release(&file);
}

static void run_key(const char *db, const char *annotator, const char *key, size_t n)
{
    struct sit_buf keys = {0};
    for (size_t i = 0; i < n; i++)
        sit_buf_appendf(&keys, "%s\n", key);
    if (n > 0)
        run_script(db, annotator, sit_buf_text(&keys));
    sit_buf_release(&keys);
}

void stress_check_undo(const char *db, const char *annotator, size_t depth_before,
                       const char *state_before, bool leave)
{
    size_t depth = check_depth(db, annotator);
    assert_true(depth >= depth_before);
    char *killed = check_state(db, annotator);
    run_key(db, annotator, "u", depth - depth_before);
    char *undone = check_state(db, annotator);
    assert_string_equal(undone, state_before);
    run_key(db, annotator, "Ctrl-R", depth - depth_before);
    char *redone = check_state(db, annotator);
    assert_string_equal(redone, killed);
    if (!leave)
        run_key(db, annotator, "u", depth - depth_before);
    check_file(db);
    assert_int_equal(check_depth(db, annotator), leave ? depth : depth_before);
    free(redone);
    free(undone);
    free(killed);
}

static char *make_demo(char *dir, size_t n_faces)
{
    struct sit_demo_options options = {.n_faces = n_faces, .seed = 7};
    size_t n;
    assert_ok(sit_demo_make(dir, &options, NULL, NULL, &n, err));
    return in_dir(dir, "sitter.db");
}

/*
 * Scripts
 */

struct script_stress {
    char *dir, *base, *db, *arguments;
    struct check_unit units[MAX_UNITS]; /* of the whole script */
    size_t n_units, n_calls;
};

static void append_keys(struct sit_buf *keys, struct sit_rng *rng)
{
    static const char *const on_faces[] = {
        "m", "f", "o", "m", "f", "Space", "u", "u Ctrl-R", "\"c\" \"a hat\" Enter b"};
    static const char *const on_pages[] = {"r m",   "u",           "u Ctrl-R", "* f",
                                           "V j o", "x f l x m A", "g r o"};
    for (size_t part = 0; part < SCRIPT_PARTS; part++) {
        sit_buf_append_text(keys, "m f m ");
        for (size_t i = 0; i < 20; i++)
            sit_buf_appendf(keys, "%s ", on_faces[sit_rng_below(rng, 9)]);
        sit_buf_append_text(keys, "v g r f ");
        for (size_t i = 0; i < 4; i++)
            sit_buf_appendf(keys, "%s ", on_pages[sit_rng_below(rng, 7)]);
        sit_buf_append_text(keys, "v ");
    }
    sit_buf_append_text(keys, "m f m\n");
}

struct script_stress *script_stress_new(struct sit_rng *rng)
{
    struct script_stress *stress = calloc(1, sizeof *stress);
    assert_non_null(stress);
    stress->dir = test_make_dir();
    stress->base = make_demo(stress->dir, 700);
    stress->db = in_dir(stress->dir, "killed.db");
    struct sit_buf keys = {0}, file = {0}, arguments = {0};
    append_keys(&keys, rng);
    sit_buf_appendf(&file, "%s/script.keys", stress->dir);
    write_text(sit_buf_text(&file), sit_buf_text(&keys));
    sit_buf_appendf(&arguments,
                    "label --annotator ann --no-live --size 110x40 --script @%s",
                    sit_buf_text(&file));
    stress->arguments = sit_buf_take(&arguments);
    copy_database(stress->base, stress->db);
    stress->n_calls = kill_count_calls(stress->db, stress->arguments);
    check_file(stress->db);
    stress->n_units = check_units(stress->db, "ann", 0, stress->units, MAX_UNITS);
    assert_true(stress->n_units > 50 && stress->n_calls > 100);
    sit_buf_release(&keys);
    sit_buf_release(&file);
    return stress;
}

void script_stress_free(struct script_stress *stress)
{
    free(stress->arguments);
    free(stress->base);
    free(stress->db);
    test_remove_dir(stress->dir);
    free(stress);
}

void script_stress_round(struct script_stress *stress, struct sit_rng *rng,
                         struct kill_tally *tally)
{
    struct kill_plan plan = kill_make_plan(rng, 0, 300000, stress->n_calls);
    for (;; plan.delay_us /= 2) { /* too late: sooner */
        copy_database(stress->base, stress->db);
        if (kill_run(&plan, stress->db, stress->arguments))
            break;
    }
    kill_count_moment(&plan, stress->db, tally);
    check_file(stress->db);
    static struct check_unit found[MAX_UNITS];
    size_t n = check_units(stress->db, "ann", 0, found, MAX_UNITS);
    if (n > stress->n_units)
        fail_msg("%zu decisions of %zu", n, stress->n_units);
    for (size_t i = 0; i < n; i++) {
        const struct check_unit *want = &stress->units[i];
        if (found[i].kind != want->kind || found[i].n != want->n ||
            found[i].face_id != want->face_id ||
            found[i].class_index != want->class_index)
            fail_msg("decision %zu of the script is another, or half of it", i);
    }
    tally->n_not_at_all += n == 0;
    tally->n_units += n;
    for (size_t i = 0; i < n; i++)
        tally->n_batches += found[i].n > 1;
    stress_check_undo(stress->db, "ann", 0, "", true);
}

/*
 * Merges
 */

struct merge_stress {
    char *dir, *base, *db, *arguments;
    char *before, *merged; /* all rows of all tables */
    size_t n_calls;
};

static char *label_copy(const struct merge_stress *stress, const char *name,
                        const char *annotator, const char *keys)
{
    char *path = in_dir(stress->dir, name);
    copy_database(stress->base, path);
    run_script(path, annotator, keys);
    check_file(path);
    return path;
}

struct merge_stress *merge_stress_new(void)
{
    struct merge_stress *stress = calloc(1, sizeof *stress);
    assert_non_null(stress);
    stress->dir = test_make_dir();
    stress->base = make_demo(stress->dir, 200);
    stress->db = in_dir(stress->dir, "killed.db");
    run_script(stress->base, "ann", "m f m Space o u f");
    char *ann = label_copy(stress, "ann.db", "ann",
                           "u Ctrl-R m f \"c\" \"a hat\" Enter b m f o u u Ctrl-R"
                           " v r m u Ctrl-R j * f v m");
    char *bob = label_copy(stress, "bob.db", "bob",
                           "f m b f o m m f u v * o u g r m j r f v f");
    run_script(stress->base, "cho", "f m f u");
    struct sit_buf arguments = {0};
    sit_buf_appendf(&arguments, "merge %s %s", ann, bob);
    stress->arguments = sit_buf_take(&arguments);
    stress->before = dump_tables(stress->base);
    copy_database(stress->base, stress->db);
    stress->n_calls = kill_count_calls(stress->db, stress->arguments);
    check_file(stress->db);
    stress->merged = dump_tables(stress->db);
    assert_string_not_equal(stress->merged, stress->before);
    assert_true(stress->n_calls > 10);
    free(ann);
    free(bob);
    return stress;
}

void merge_stress_free(struct merge_stress *stress)
{
    free(stress->before);
    free(stress->merged);
    free(stress->arguments);
    free(stress->base);
    free(stress->db);
    test_remove_dir(stress->dir);
    free(stress);
}

/* All of it or nothing; then, killed or not, merging again gives the same. */
static void check_merge(struct merge_stress *stress, const struct kill_plan *again,
                        struct kill_tally *tally)
{
    check_file(stress->db);
    char *now = dump_tables(stress->db);
    bool whole = strcmp(now, stress->merged) == 0;
    if (!whole)
        assert_string_equal(now, stress->before);
    tally->n_whole += whole;
    tally->n_not_at_all += !whole;
    free(now);
    if (again != NULL)
        kill_run(again, stress->db, stress->arguments);
    run(stress->db, stress->arguments);
    check_file(stress->db);
    now = dump_tables(stress->db);
    assert_string_equal(now, stress->merged);
    free(now);
}

void merge_stress_round(struct merge_stress *stress, struct sit_rng *rng,
                        struct kill_tally *tally)
{
    struct kill_plan plan = kill_make_plan(rng, 0, 40000, stress->n_calls);
    struct kill_plan again = kill_make_plan(rng, 0, 40000, stress->n_calls);
    for (;; plan.delay_us /= 2) {
        copy_database(stress->base, stress->db);
        if (kill_run(&plan, stress->db, stress->arguments))
            break;
    }
    kill_count_moment(&plan, stress->db, tally);
    check_merge(stress, &again, tally);
}

size_t merge_stress_sweep(struct merge_stress *stress, size_t stride,
                          struct kill_tally *tally)
{
    size_t n_kills = 0;
    for (size_t call = 1; call <= stress->n_calls; call += stride) {
        struct kill_plan plan = {.by_call = true, .call = call, .half = call % 2 == 0};
        copy_database(stress->base, stress->db);
        if (!kill_run(&plan, stress->db, stress->arguments))
            break;
        kill_count_moment(&plan, stress->db, tally);
        check_merge(stress, NULL, tally);
        n_kills++;
    }
    return n_kills;
}
