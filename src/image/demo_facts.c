/*
 * What is told about a demo poster: id, title, year, keywords that go with who is
 * shown, and a description of the figures in words. Draws nothing.
 */
#include "demo_facts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct sit_rng demo_rng(uint64_t seed, size_t index, uint64_t stream)
{
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    sit_rng_init(&rng, sit_rng_next(&rng) + (uint64_t)index);
    sit_rng_init(&rng, sit_rng_next(&rng) + stream);
    return rng;
}

bool demo_chance(struct sit_rng *rng, double probability)
{
    return sit_rng_uniform(rng) < probability;
}

size_t demo_pick(struct sit_rng *rng, const float *weights)
{
    double total = 0.0;
    size_t n = 0;
    for (; weights[n] >= 0.0f; n++)
        total += (double)weights[n];
    double at = sit_rng_uniform(rng) * total;
    for (size_t i = 0; i + 1 < n; i++) {
        at -= (double)weights[i];
        if (at < 0.0)
            return i;
    }
    return n - 1;
}

float demo_range(struct sit_rng *rng, float low, float high)
{
    return (float)sit_rng_range(rng, (double)low, (double)high);
}

float demo_normal(struct sit_rng *rng, float mean, float deviation)
{
    return mean + deviation * (float)sit_rng_normal(rng);
}

static const char *const english_titles[] = {
    "Raise the harvest by every hand",  "More steel for the new bridges",
    "Let the looms sing day and night", "Guard the quiet of the border",
    "Read today, build tomorrow",       "Every field watered before spring",
    "The furnace waits for no one",     "Health to every valley",
    "Together to the rice fields",      "Coal from the deep for winter",
    "Our school, our first workshop",   "Faster trains, shorter roads",
    "Let us fill the nets at dawn",     "Light in the last village",
    "A tree for every new house",       "Clean streets, clear mornings",
    "Save the drop, save the grain",    "Strong arms for the great dam",
    "Songs for those who build",        "The people and their soldiers are one",
    "Measure twice, mine once",         "Good cloth for all",
    "Forward with the spring sowing",   "Learn the machine, master the work",
    "Peace in the sky above us",        "Two shifts, one purpose",
};

static const char *const korean_titles[] = {
    "모두 함께 봄씨뿌리기에 나서자!",
    "더 많은 강철을 새 다리에!",
    "베틀 소리 높이 울리자",
    "우리 마을에 밝은 불빛을",
    "배우고 또 배우자",
    "푸른 산을 아이들에게",
    "논물을 제때에 대자!",
    "석탄산을 높이 쌓자",
    "맑은 물, 건강한 아침",
    "어머니의 손, 나라의 힘",
    "기차는 더 빨리 달린다",
    "만선의 기쁨을 안고",
    "한 방울의 물도 아끼자",
    "새 집마다 나무 한 그루",
    "초소의 밤은 조용하다",
    "책은 길을 연다",
    "젊은 힘을 건설장으로!",
    "좋은 천을 더 많이",
    "풍년의 가을을 맞이하자",
    "하늘에 평화를",
    "기계를 배워 주인이 되자",
    "노래하며 일하자",
    "모든 골짜기에 진료소를",
    "발전소에 우리의 땀을",
};

static const char *const artists[] = {
    "",
    "Poster workshop No. 1",
    "Poster workshop No. 4",
    "Studio of the textile mill",
    "Railway house of culture",
    "Publishing house, poster section",
    "Students of the art school",
    "Harbour print shop",
};

/* How strongly a keyword goes with men and with women shown, and the trade it gives
 * the figures in the description ("" for none). */
struct keyword {
    const char *name;
    float with_men, with_women;
    const char *one, *many;
};

static const struct keyword keywords[] = {
    {"agriculture", 4, 5, "farmer", "farmers"},
    {"army", 6, 1.5f, "soldier", "soldiers"},
    {"steel", 5, 0.6f, "steel worker", "steel workers"},
    {"textile", 0.4f, 6, "textile worker", "textile workers"},
    {"education", 2, 4, "teacher", "teachers"},
    {"medicine", 1, 3, "nurse", "nurses"},
    {"mining", 4, 0.3f, "miner", "miners"},
    {"construction", 4, 1.5f, "builder", "builders"},
    {"fishing", 2, 1, "fisher", "fishers"},
    {"railway", 2.5f, 0.8f, "railway worker", "railway workers"},
    {"science", 2, 1.5f, "engineer", "engineers"},
    {"music", 1, 2, "singer", "singers"},
    {"sport", 1.5f, 1.5f, "athlete", "athletes"},
    {"electricity", 2, 1, "", ""},
    {"forestry", 1.2f, 0.8f, "", ""},
    {"harvest", 2, 3, "", ""},
    {"food", 1, 2.5f, "", ""},
    {"youth", 2, 2, "", ""},
    {"family", 0.8f, 2.5f, "", ""},
    {"peace", 1, 1.5f, "", ""},
    {"machines", 3, 0.8f, "", ""},
    {"water", 1.5f, 1.5f, "", ""},
    {"housing", 1, 1, "", ""},
    {"navy", 1.5f, 0.2f, "sailor", "sailors"},
    {"hygiene", 0.6f, 1.5f, "", ""},
};

enum { N_KEYWORDS = sizeof(keywords) / sizeof(keywords[0]) };

bool demo_has_keyword(const struct sit_demo_poster *poster, const char *keyword)
{
    for (size_t i = 0; i < poster->n_keywords; i++)
        if (strcmp(poster->keywords[i], keyword) == 0)
            return true;
    return false;
}

enum demo_setting demo_setting_of(uint64_t seed, size_t index)
{
    static const float weights[] = {4, 2, 4, 2, 2, 3, 1, 3, -1};
    struct sit_rng rng = demo_rng(seed, index, DEMO_STREAM_SCENE);
    return (enum demo_setting)demo_pick(&rng, weights);
}

enum demo_other demo_other_of(uint64_t seed, size_t index, size_t figure)
{
    static const float weights[] = {2, 2, 2, 3, 2, -1};
    struct sit_rng rng = demo_rng(seed, index, DEMO_STREAM_FIGURE + figure);
    return (enum demo_other)demo_pick(&rng, weights);
}

static void choose_truth(struct sit_rng *rng, struct sit_demo_poster *out)
{
    static const float n_weights[] = {0.45f, 0.3f, 0.15f, 0.1f, -1};
    static const float mix_weights[] = {0.42f, 0.38f, 0.2f, -1};
    static const double share_female[] = {0.1, 0.4, 0.88};
    out->n_figures = 2 + demo_pick(rng, n_weights);
    double female = share_female[demo_pick(rng, mix_weights)];
    for (size_t i = 0; i < out->n_figures; i++) {
        if (demo_chance(rng, 0.05))
            out->truth[i] = SIT_DEMO_OTHER;
        else
            out->truth[i] = demo_chance(rng, female) ? SIT_DEMO_FEMALE : SIT_DEMO_MALE;
    }
}

static size_t count(const struct sit_demo_poster *poster, enum sit_demo_class truth)
{
    size_t n = 0;
    for (size_t i = 0; i < poster->n_figures; i++)
        n += poster->truth[i] == truth;
    return n;
}

static void choose_keywords(struct sit_rng *rng, struct sit_demo_poster *out)
{
    float n_men = (float)count(out, SIT_DEMO_MALE);
    float n_women = (float)count(out, SIT_DEMO_FEMALE);
    float weights[N_KEYWORDS + 1];
    for (size_t i = 0; i < N_KEYWORDS; i++)
        weights[i] = 0.1f + n_men * keywords[i].with_men +
                     n_women * keywords[i].with_women;
    weights[N_KEYWORDS] = -1.0f;
    out->n_keywords = 1 + (size_t)sit_rng_below(rng, SIT_DEMO_MAX_KEYWORDS - 1);
    for (size_t i = 0; i < out->n_keywords; i++) {
        size_t chosen = demo_pick(rng, weights);
        weights[chosen] = 0.0f;
        snprintf(out->keywords[i], sizeof(out->keywords[i]), "%s",
                 keywords[chosen].name);
    }
}

/* The trade of a class: a keyword of the poster that goes with it, or none. */
static const struct keyword *trade_of(const struct sit_demo_poster *poster,
                                      enum sit_demo_class truth)
{
    const struct keyword *best = NULL;
    float best_weight = 0.0f;
    for (size_t i = 0; i < N_KEYWORDS; i++) {
        float weight = truth == SIT_DEMO_MALE
                           ? keywords[i].with_men - 0.5f * keywords[i].with_women
                           : keywords[i].with_women - 0.5f * keywords[i].with_men;
        if (keywords[i].one[0] == '\0' || weight <= best_weight ||
            !demo_has_keyword(poster, keywords[i].name))
            continue;
        best = &keywords[i];
        best_weight = weight;
    }
    return best;
}

struct text {
    char *bytes;
    size_t n_bytes, capacity;
};

static void add(struct text *text, const char *part)
{
    int n = snprintf(text->bytes + text->n_bytes, text->capacity - text->n_bytes, "%s",
                     part);
    text->n_bytes += (size_t)n;
    if (text->n_bytes >= text->capacity)
        text->n_bytes = text->capacity - 1;
}

static void add_people(struct text *text, struct sit_rng *rng,
                       const struct sit_demo_poster *poster, enum sit_demo_class truth)
{
    static const char *const moods[] = {"",          "smiling ", "determined ",
                                        "cheering ", "young ",   "singing "};
    size_t n = count(poster, truth);
    const char *mood = moods[sit_rng_below(rng, sizeof(moods) / sizeof(moods[0]))];
    if (n == 0)
        return;
    if (text->n_bytes > 0)
        add(text, "; ");
    const struct keyword *trade = trade_of(poster, truth);
    if (n == 1)
        add(text, "a ");
    add(text, mood);
    if (truth == SIT_DEMO_MALE)
        add(text, n == 1 ? "man" : "men");
    else
        add(text, n == 1 ? "woman" : "women");
    if (trade != NULL) {
        add(text, " ");
        add(text, n == 1 ? trade->one : trade->many);
    }
}

static void describe(uint64_t seed, size_t index, struct sit_rng *rng,
                     struct sit_demo_poster *out)
{
    static const char *const things[] = {"a dove", "a hammer", "a flower", "a child",
                                         "a damaged face"};
    static const char *const settings[] = {
        " in front of a factory",
        " in front of a dam",
        " in a field",
        " before mountains",
        " with a city behind",
        " under red flags",
        " by the sea",
        "",
    };
    struct text text = {out->description, 0, sizeof(out->description)};
    add_people(&text, rng, out, SIT_DEMO_FEMALE);
    add_people(&text, rng, out, SIT_DEMO_MALE);
    for (size_t i = 0; i < out->n_figures; i++) {
        if (out->truth[i] != SIT_DEMO_OTHER)
            continue;
        if (text.n_bytes > 0)
            add(&text, "; ");
        add(&text, things[demo_other_of(seed, index, i)]);
    }
    add(&text, settings[demo_setting_of(seed, index)]);
    out->description[0] = (char)toupper((unsigned char)out->description[0]);
}

void sit_demo_poster_describe(uint64_t seed, size_t index, struct sit_demo_poster *out)
{
    struct sit_rng rng = demo_rng(seed, index, DEMO_STREAM_FACTS);
    struct sit_demo_poster poster = {0};
    snprintf(poster.id, sizeof(poster.id), "%zu", 100000 + index % 1000000000);
    choose_truth(&rng, &poster);
    choose_keywords(&rng, &poster);
    poster.year = demo_chance(&rng, 0.15) ? 0 : 1946 + (int)sit_rng_below(&rng, 67);
    bool is_korean = demo_chance(&rng, 1.0 / 3.0);
    size_t n = is_korean ? sizeof(korean_titles) / sizeof(korean_titles[0])
                         : sizeof(english_titles) / sizeof(english_titles[0]);
    size_t title = (size_t)sit_rng_below(&rng, n);
    snprintf(poster.title, sizeof(poster.title), "%s",
             is_korean ? korean_titles[title] : english_titles[title]);
    snprintf(poster.artist, sizeof(poster.artist), "%s",
             artists[sit_rng_below(&rng, sizeof(artists) / sizeof(artists[0]))]);
    describe(seed, index, &rng, &poster);
    *out = poster;
}
