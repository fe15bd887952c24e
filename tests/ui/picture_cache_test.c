/*
 * The picture cache on a real project file: pictures made ahead, broken ones told
 * apart, memory bounded.
 */
#include "test_support.h"

#include <fcntl.h>
#include <unistd.h>

#include "picture_cache.h"
#include "sitter/project.h"

enum { N_FACES = 30, BROKEN = 3, WAIT_MS = 20000 };

struct fixture {
    char *dir, *path;
    int64_t ids[N_FACES];
    int wake[2];
};

static void add_face(struct sit_project *project, int64_t source_id, size_t i,
                     int64_t *id)
{
    struct sit_image image = {0};
    struct sit_buf bytes = {0};
    assert_ok(sit_image_new(40, 40, &image, err));
    memset(image.rgb, (int)(8 * i), 40 * 40 * 3);
    assert_ok(sit_image_encode_png(&image, &bytes, err));
    char name[32];
    snprintf(name, sizeof name, "face_%zu.png", i);
    struct sit_new_face face = {.name = name,
                                .source_id = source_id,
                                .width_px = 40,
                                .height_px = 40,
                                .sha256 = {(uint8_t)i},
                                .format = "png",
                                .bytes = bytes.data,
                                .n_bytes = i == BROKEN ? 20 : bytes.n_bytes};
    assert_ok(sit_project_add_face(project, &face, id, err));
    sit_image_release(&image);
    sit_buf_release(&bytes);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->dir = test_make_dir();
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/p.db", f->dir);
    f->path = sit_buf_take(&path);
    struct sit_class_list classes;
    sit_class_list_default(&classes);
    assert_ok(sit_project_create(f->path, &classes, err));
    struct sit_project *project = NULL;
    assert_ok(sit_project_open(f->path, SIT_PROJECT_WRITE, &project, err));
    assert_ok(sit_project_begin(project, err));
    int64_t source_id;
    enum sit_split split;
    assert_ok(
        sit_project_add_source(project, "s", true, SIT_TRAIN, &source_id, &split, err));
    for (size_t i = 0; i < N_FACES; i++)
        add_face(project, source_id, i, &f->ids[i]);
    assert_ok(sit_project_commit(project, err));
    sit_project_close(project);
    assert_int_equal(pipe2(f->wake, O_NONBLOCK), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    close(f->wake[0]);
    close(f->wake[1]);
    test_remove_dir(f->dir);
    free(f->path);
    free(f);
    return 0;
}

static const struct sit_picture_format format = {.graphics = SIT_GRAPHICS_SIXEL,
                                                 .n_cols = 10,
                                                 .n_rows = 5,
                                                 .cell_width_px = 10,
                                                 .cell_height_px = 20,
                                                 .n_colours = 16};

static struct sit_picture of_face(int64_t face_id)
{
    return (struct sit_picture){.format = format, .picture_id = face_id};
}

static void want(struct sit_picture_cache *cache, const int64_t *ids, size_t n)
{
    struct sit_picture pictures[N_FACES];
    for (size_t i = 0; i < n; i++)
        pictures[i] = of_face(ids[i]);
    sit_picture_cache_want(cache, pictures, n);
}

static enum sit_picture_state get(struct sit_picture_cache *cache, int64_t face_id,
                                  int timeout_ms, struct sit_buf *bytes,
                                  struct sit_error *why)
{
    struct sit_picture picture = of_face(face_id);
    return sit_picture_cache_get(cache, &picture, timeout_ms, bytes, why);
}

static void test_wanted_pictures_become_ready(void **state)
{
    struct fixture *f = *state;
    struct sit_picture_cache *cache = NULL;
    assert_ok(sit_picture_cache_new(f->path, 1 << 20, f->wake[1], &cache, err));
    assert_int_equal(get(cache, f->ids[0], 0, NULL, NULL), SIT_PICTURE_PENDING);
    want(cache, f->ids, 3);
    for (size_t i = 0; i < 3; i++) {
        struct sit_buf bytes = {0};
        assert_int_equal(get(cache, f->ids[i], WAIT_MS, &bytes, NULL),
                         SIT_PICTURE_READY);
        assert_true(bytes.n_bytes > 4 && memcmp(bytes.data, "\033P", 2) == 0);
        sit_buf_release(&bytes);
    }
    char woken[8];
    assert_true(read(f->wake[0], woken, sizeof woken) > 0);
    struct sit_picture other = of_face(f->ids[0]); /* another size, another picture */
    other.format.n_rows = 4;
    assert_int_equal(sit_picture_cache_get(cache, &other, 0, NULL, NULL),
                     SIT_PICTURE_PENDING);
    sit_picture_cache_free(cache);
}

static void test_broken_pictures_say_why(void **state)
{
    struct fixture *f = *state;
    struct sit_picture_cache *cache = NULL;
    assert_ok(sit_picture_cache_new(f->path, 1 << 20, f->wake[1], &cache, err));
    const int64_t ids[] = {f->ids[BROKEN], 987654};
    want(cache, ids, 2);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 2; i++) {
            struct sit_error why = {0};
            assert_int_equal(get(cache, ids[i], WAIT_MS, NULL, &why),
                             SIT_PICTURE_FAILED);
            assert_true(strlen(why.message) > 0);
        }
        sit_picture_cache_forget_failures(cache); /* and once more */
    }
    sit_picture_cache_free(cache);
}

static void test_a_missing_project_is_a_reason_too(void **state)
{
    struct fixture *f = *state;
    struct sit_picture_cache *cache = NULL;
    assert_ok(
        sit_picture_cache_new("/nonexistent/p.db", 1 << 20, f->wake[1], &cache, err));
    want(cache, f->ids, 1);
    struct sit_error why = {0};
    assert_int_equal(get(cache, f->ids[0], WAIT_MS, NULL, &why), SIT_PICTURE_FAILED);
    assert_non_null(strstr(why.message, "/nonexistent/p.db"));
    sit_picture_cache_free(cache);
}

static void test_the_oldest_make_room(void **state)
{
    struct fixture *f = *state;
    struct sit_picture_cache *cache = NULL;
    assert_ok(sit_picture_cache_new(f->path, 1, f->wake[1], &cache, err));
    for (size_t i = 0; i < N_FACES; i++) {
        if (i == BROKEN)
            continue;
        want(cache, &f->ids[i], 1);
        assert_int_equal(get(cache, f->ids[i], WAIT_MS, NULL, NULL), SIT_PICTURE_READY);
        if (i > 0)
            assert_int_equal(get(cache, f->ids[i - 1], 0, NULL, NULL),
                             SIT_PICTURE_PENDING);
    }
    sit_picture_cache_free(cache);
}

static void test_ending_while_at_work(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < 10; i++) {
        struct sit_picture_cache *cache = NULL;
        assert_ok(sit_picture_cache_new(f->path, 1 << 20, f->wake[1], &cache, err));
        want(cache, f->ids, i);
        sit_picture_cache_free(cache);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wanted_pictures_become_ready),
        cmocka_unit_test(test_broken_pictures_say_why),
        cmocka_unit_test(test_a_missing_project_is_a_reason_too),
        cmocka_unit_test(test_the_oldest_make_room),
        cmocka_unit_test(test_ending_while_at_work),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
