/*
 * The drawn demo: the same from the same seed, whatever else is drawn; the promised
 * shares; facts that agree with each other.
 */
#include "test_support.h"

#include "sitter/demo.h"
#include "sitter/text.h"

static struct sit_image face_of(uint64_t seed, size_t index, size_t figure,
                                size_t face_px)
{
    struct sit_image image = {0};
    assert_ok(sit_demo_draw_face(seed, index, figure, face_px, &image, err));
    assert_int_equal(image.width_px, face_px);
    assert_int_equal(image.height_px, face_px);
    return image;
}

static bool same_pixels(const struct sit_image *a, const struct sit_image *b)
{
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           memcmp(a->rgb, b->rgb, a->width_px * a->height_px * 3) == 0;
}

static void faces_follow_from_the_seed_alone(void **state)
{
    (void)state;
    struct sit_image first = face_of(5, 17, 1, 64);
    struct sit_image other = face_of(5, 3, 0, 112); /* something in between */
    struct sit_image again = face_of(5, 17, 1, 64);
    struct sit_image seeded = face_of(6, 17, 1, 64);
    struct sit_image next = face_of(5, 17, 0, 64);
    assert_true(same_pixels(&first, &again));
    assert_false(same_pixels(&first, &seeded));
    assert_false(same_pixels(&first, &next));
    sit_image_release(&first);
    sit_image_release(&other);
    sit_image_release(&again);
    sit_image_release(&seeded);
    sit_image_release(&next);
}

static void posters_follow_from_the_seed_alone(void **state)
{
    (void)state;
    for (size_t index = 0; index < 12; index++) {
        struct sit_image first = {0}, again = {0};
        assert_ok(sit_demo_draw_poster(5, index, 100, &first, err));
        assert_ok(sit_demo_draw_poster(5, index, 100, &again, err));
        assert_int_equal(first.width_px, 100);
        assert_int_equal(first.height_px, 140);
        assert_true(same_pixels(&first, &again));
        sit_image_release(&first);
        sit_image_release(&again);
    }
}

static void every_size_can_be_drawn(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 2, 3, 17, 48, 224, 301};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct sit_image image = face_of(1, i, 0, sizes[i]);
        sit_image_release(&image);
        assert_ok(sit_demo_draw_poster(1, i, sizes[i], &image, err));
        sit_image_release(&image);
    }
    struct sit_image image = {0};
    struct sit_error error = {0};
    assert_int_equal(
        sit_demo_draw_face(1, 0, SIT_DEMO_MAX_FIGURES, 112, &image, &error), SIT_E_ARG);
    assert_int_equal(sit_demo_draw_face(1, 0, 0, 0, &image, &error), SIT_E_ARG);
    assert_int_equal(sit_demo_draw_face(1, 0, 0, 100000, &image, &error), SIT_E_LIMIT);
    assert_int_equal(sit_demo_draw_poster(1, 0, 0, &image, &error), SIT_E_ARG);
    assert_int_equal(sit_demo_draw_poster(1, 0, SIZE_MAX, &image, &error), SIT_E_LIMIT);
    assert_null(image.rgb);
}

/* Faces are not blank, and not all alike. */
static void faces_have_contrast(void **state)
{
    (void)state;
    for (size_t index = 0; index < 40; index++) {
        struct sit_image image = face_of(2, index, 0, SIT_DEMO_FACE_PX);
        int low = 255, high = 0;
        for (size_t i = 0; i < (size_t)SIT_DEMO_FACE_PX * SIT_DEMO_FACE_PX; i++) {
            int g = image.rgb[i * 3 + 1];
            low = g < low ? g : low;
            high = g > high ? g : high;
        }
        assert_true(high - low > 50);
        sit_image_release(&image);
    }
}

static void shares_are_as_promised(void **state)
{
    (void)state;
    size_t n[3] = {0}, n_faces = 0, n_korean = 0, n_undated = 0;
    enum { N = 3000 };
    for (size_t index = 0; index < N; index++) {
        struct sit_demo_poster poster;
        sit_demo_poster_describe(11, index, &poster);
        assert_in_range(poster.n_figures, 2, SIT_DEMO_MAX_FIGURES);
        for (size_t i = 0; i < poster.n_figures; i++) {
            assert_in_range(poster.truth[i], SIT_DEMO_MALE, SIT_DEMO_OTHER);
            n[poster.truth[i]]++;
            n_faces++;
        }
        n_korean += (unsigned char)poster.title[0] >= 0xea;
        n_undated += poster.year == 0;
    }
    assert_in_range(n[SIT_DEMO_MALE] * 1000 / n_faces, 560, 640);
    assert_in_range(n[SIT_DEMO_OTHER] * 1000 / n_faces, 40, 60);
    assert_in_range(n_korean * 1000 / N, 300, 370);
    assert_in_range(n_undated * 1000 / N, 120, 180);
}

static size_t count(const struct sit_demo_poster *poster, enum sit_demo_class truth)
{
    size_t n = 0;
    for (size_t i = 0; i < poster->n_figures; i++)
        n += poster->truth[i] == truth;
    return n;
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        bool begins = at == text || !((at[-1] | 32) >= 'a' && (at[-1] | 32) <= 'z');
        bool ends = !((at[n] | 32) >= 'a' && (at[n] | 32) <= 'z');
        if (begins && ends)
            return true;
    }
    return false;
}

static void facts_agree_with_each_other(void **state)
{
    (void)state;
    char last_id[16] = "";
    for (size_t index = 0; index < 500; index++) {
        struct sit_demo_poster poster, again;
        sit_demo_poster_describe(4, index, &poster);
        sit_demo_poster_describe(4, index, &again);
        assert_memory_equal(&poster, &again, sizeof(poster));
        assert_true(strcmp(last_id, poster.id) < 0);
        memcpy(last_id, poster.id, sizeof(last_id));
        assert_true(sit_utf8_valid(poster.title, strlen(poster.title)));
        assert_true(strlen(poster.title) > 5);
        assert_true(poster.year == 0 || (poster.year >= 1946 && poster.year <= 2012));
        assert_in_range(poster.n_keywords, 1, SIT_DEMO_MAX_KEYWORDS);
        for (size_t i = 0; i < poster.n_keywords; i++)
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(poster.keywords[i], poster.keywords[k]);
        size_t men = count(&poster, SIT_DEMO_MALE),
               women = count(&poster, SIT_DEMO_FEMALE);
        assert_int_equal(has_word(poster.description, "man"), men == 1);
        assert_int_equal(has_word(poster.description, "men") ||
                             has_word(poster.description, "Men"),
                         men > 1);
        assert_int_equal(has_word(poster.description, "woman"), women == 1);
        assert_int_equal(has_word(poster.description, "women") ||
                             has_word(poster.description, "Women"),
                         women > 1);
        assert_true(strlen(poster.description) < sizeof(poster.description) - 1);
    }
}

static void keywords_go_with_who_is_shown(void **state)
{
    (void)state;
    size_t textile[2] = {0}, steel[2] = {0}, people[2] = {0};
    for (size_t index = 0; index < 2000; index++) {
        struct sit_demo_poster poster;
        sit_demo_poster_describe(8, index, &poster);
        for (size_t i = 0; i < poster.n_figures; i++) {
            if (poster.truth[i] == SIT_DEMO_OTHER)
                continue;
            size_t row = poster.truth[i];
            people[row]++;
            for (size_t k = 0; k < poster.n_keywords; k++) {
                textile[row] += strcmp(poster.keywords[k], "textile") == 0;
                steel[row] += strcmp(poster.keywords[k], "steel") == 0;
            }
        }
    }
    /* Twice as often, at least, per person shown. */
    assert_true(textile[1] * people[0] > 2 * textile[0] * people[1]);
    assert_true(steel[0] * people[1] > 3 * steel[1] * people[0] / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_follow_from_the_seed_alone),
        cmocka_unit_test(posters_follow_from_the_seed_alone),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(faces_have_contrast),
        cmocka_unit_test(shares_are_as_promised),
        cmocka_unit_test(facts_agree_with_each_other),
        cmocka_unit_test(keywords_go_with_who_is_shown),
    };
    return cmocka_run_group_tests_name("demo pictures", tests, NULL, NULL);
}
