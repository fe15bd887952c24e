/*
 * A disk that is really full: a small file system in memory where one may be mounted,
 * and a limit on the size of files everywhere. Each job says which file could not be
 * written and leaves nothing half-done.
 */
#include "unit/picture_support.h"

#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "sitter/export.h"
#include "sitter/feature_job.h"
#include "sitter/labels.h"

enum { N_PICTURES = 1200, LIMIT_BYTES = 420 * 1024, DISK_BYTES = 1000 * 1024 };

struct small_disk {
    struct fixture base; /* of the roomy place: pictures */
    char *pictures;
    char *dir; /* the place that is small */
    bool mounted;
    struct rlimit old;
};

static int setup(struct small_disk **out)
{
    struct small_disk *disk = calloc(1, sizeof *disk);
    assert_non_null(disk);
    disk->base.dir = test_make_dir();
    disk->pictures = in_dir(disk->base.dir, "pictures");
    disk->dir = in_dir(disk->base.dir, "small");
    assert_int_equal(mkdir(disk->dir, 0700), 0);
    make_pictures(disk->pictures, N_PICTURES);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &disk->old), 0);
    *out = disk;
    return 0;
}

static int setup_mount(void **state)
{
    struct small_disk *disk;
    setup(&disk);
    char options[64];
    snprintf(options, sizeof options, "size=%d", DISK_BYTES);
    disk->mounted = mount("sitter-test", disk->dir, "tmpfs", 0, options) == 0;
    if (!disk->mounted)
        print_message("cannot mount a small file system: %s\n", strerror(errno));
    *state = disk;
    return 0;
}

static int setup_limit(void **state)
{
    struct small_disk *disk;
    setup(&disk);
    signal(SIGXFSZ, SIG_IGN);
    *state = disk;
    return 0;
}

static void limit(const struct small_disk *disk, bool on)
{
    struct rlimit low = {.rlim_cur = LIMIT_BYTES, .rlim_max = disk->old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, on && !disk->mounted ? &low : &disk->old),
                     0);
}

static int teardown(void **state)
{
    struct small_disk *disk = *state;
    setrlimit(RLIMIT_FSIZE, &disk->old);
    if (disk->mounted)
        umount(disk->dir);
    free(disk->dir);
    free(disk->pictures);
    test_remove_dir(disk->base.dir);
    free(disk);
    return 0;
}

static void assert_full(enum sit_status status, const struct sit_error *cause,
                        const char *path)
{
    if (status != SIT_E_IO || strstr(cause->message, path) == NULL)
        fail_msg("%s: %s", sit_status_name(status), cause->message);
}

/* A project with all pictures and labels, where there is room. */
static struct sit_project *roomy_project(struct small_disk *disk, const char *path)
{
    struct sit_project *project = new_project(path);
    struct sit_label_note note = {.origin = SIT_ORIGIN_SCREEN,
                                  .suggested = SIT_NO_CLASS};
    struct sit_labels *labels = NULL;
    import_path(path, disk->pictures, NULL, NULL);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    for (size_t i = 0; i < 40; i++) /* those in force are imported by one transaction */
        assert_ok(sit_labels_set(labels, i, 1, &note, err));
    sit_labels_free(labels);
    free(query_text(
        path, "INSERT INTO event (face_id, annotator_id, kind, origin, class_id,"
              " at_ms, clock) SELECT id, 1, 'label', 'import', 1, 0, 1000 FROM face"));
    return project;
}

static void test_import(void **state)
{
    struct small_disk *disk = *state;
    char *db = in_dir(disk->dir, "p.db");
    struct sit_project *project = new_project(db);
    struct sit_import_options options = {0};
    struct sit_import_result r;
    struct sit_error cause = {0};
    const char *path = disk->pictures;
    limit(disk, true);
    enum sit_status status = sit_import_paths(project, &path, 1, &options, NULL, NULL,
                                              &r, &cause);
    sit_project_close(project);
    limit(disk, false);
    assert_full(status, &cause, db);
    if (!disk->mounted) { /* with room it goes on to the same end */
        assert_sound(db);
        assert_int_equal(query_number(db, "SELECT count(*) FROM face"), r.n_added);
        assert_true(r.n_added < N_PICTURES);
        import_path(db, disk->pictures, NULL, NULL);
        assert_int_equal(query_number(db, "SELECT count(*) FROM face"), N_PICTURES);
        assert_int_equal(query_number(db, "SELECT count(*) FROM source WHERE (split ="
                                          " 'test') != (split_index % 4 = 0)"),
                         0);
    }
    free(db);
}

static void test_exports(void **state)
{
    struct small_disk *disk = *state;
    char *db = in_dir(disk->base.dir, "roomy.db"), *out = in_dir(disk->dir, "out"),
         *names = in_dir(disk->dir, "names.txt");
    struct sit_project *project = roomy_project(disk, db);
    struct sit_error cause = {0};
    struct sit_feature_result r;
    size_t n;
    struct sit_extract_options extract = {.limit = 200};
    assert_ok(sit_features_extract(project, &extract, NULL, NULL, &r, err));
    char *before = folder_state(disk->dir);
    limit(disk, true);
    enum sit_status features = sit_features_export(project, "hog", out, names, NULL,
                                                   NULL, &n, &cause);
    assert_full(features, &cause, out);
    enum sit_status backup = sit_project_backup(project, out, &cause);
    assert_full(backup, &cause, out);
    if (disk->mounted) { /* many small files fill a disk, but break no limit */
        enum sit_status folder = sit_export_imagefolder(project, out, &n, &cause);
        if (folder != SIT_E_IO || strstr(cause.message, disk->dir) == NULL)
            fail_msg("%s: %s", sit_status_name(folder), cause.message);
    }
    char *big = calloc(1, 2 * DISK_BYTES);
    assert_full(sit_file_write_atomic(out, big, 2 * DISK_BYTES, &cause), &cause, out);
    free(big);
    limit(disk, false);
    char *after = folder_state(disk->dir);
    assert_string_equal(after, before);
    free(before);
    free(after);
    sit_project_close(project);
    free(db);
    free(out);
    free(names);
}

/* Features into a project on the full disk: the set stays hidden. */
static void test_features(void **state)
{
    struct small_disk *disk = *state;
    char *db = in_dir(disk->dir, "p.db");
    struct sit_project *project = new_project(db);
    struct sit_feature_result r;
    struct sit_feature_set *sets = NULL;
    struct sit_error cause = {0};
    size_t n_sets;
    struct sit_import_options options = {0};
    struct sit_extract_options extract = {0};
    struct sit_import_result imported;
    char *few = in_dir(disk->base.dir, "few");
    make_pictures(few, 60);
    const char *path = few;
    assert_ok(
        sit_import_paths(project, &path, 1, &options, NULL, NULL, &imported, err));
    limit(disk, true);
    enum sit_status status = sit_features_extract(project, &extract, NULL, NULL, &r,
                                                  &cause);
    limit(disk, false);
    assert_full(status, &cause, db);
    assert_ok(sit_project_feature_sets(project, &sets, &n_sets, err));
    assert_int_equal(n_sets, 0);
    sit_feature_sets_release(sets, n_sets);
    sit_project_close(project);
    assert_sound(db);
    assert_int_equal(query_number(db, "SELECT count(*) FROM face"), 60);
    free(few);
    free(db);
}

static void only_mounted(void **state, void (*test)(void **))
{
    struct small_disk *disk = *state;
    if (!disk->mounted)
        skip();
    test(state);
}

static void test_import_mounted(void **state)
{
    only_mounted(state, test_import);
}

static void test_exports_mounted(void **state)
{
    only_mounted(state, test_exports);
}

static void test_features_mounted(void **state)
{
    only_mounted(state, test_features);
}

#define with_mount(test) cmocka_unit_test_setup_teardown(test, setup_mount, teardown)
#define with_limit(test) cmocka_unit_test_setup_teardown(test, setup_limit, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_mount(test_import_mounted),   with_mount(test_exports_mounted),
        with_mount(test_features_mounted), with_limit(test_import),
        with_limit(test_exports),          with_limit(test_features),
    };
    return cmocka_run_group_tests_name("full disk", tests, NULL, NULL);
}
