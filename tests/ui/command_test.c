/*
 * Commands: what they ask for, what is said of wrong ones, completion and history.
 */
#include "screen_support.h"

#include "command.h"

static struct sit_effect run(struct sit_screen *screen, const char *text)
{
    struct sit_effect effect = {0};
    screen->notice.text[0] = '\0';
    sit_command_run(text, screen, 290, &effect);
    return effect;
}

static void test_effects(void **state)
{
    (void)state;
    struct sit_screen screen = {0};
    struct sit_effect effect = run(&screen, "train");
    assert_int_equal(effect.kind, SIT_EFFECT_WORK);
    assert_int_equal(effect.work, SIT_WORK_TRAIN);
    assert_int_equal(run(&screen, "pre").work, SIT_WORK_PREDICT);
    effect = run(&screen, "export a b.csv");
    assert_int_equal(effect.kind, SIT_EFFECT_WORK);
    assert_int_equal(effect.work, SIT_WORK_EXPORT_CSV);
    assert_string_equal(effect.text, "a b.csv");
    assert_false(effect.force);
    effect = run(&screen, "export! x.JSONL");
    assert_int_equal(effect.work, SIT_WORK_EXPORT_JSONL);
    assert_true(effect.force);
    effect = run(&screen, "e csv  notes.txt");
    assert_int_equal(effect.work, SIT_WORK_EXPORT_CSV);
    assert_string_equal(effect.text, "notes.txt");
    effect = run(&screen, "export imagefolder out");
    assert_int_equal(effect.work, SIT_WORK_EXPORT_IMAGEFOLDER);
    effect = run(&screen, "goto 1327");
    assert_int_equal(effect.kind, SIT_EFFECT_FIND);
    assert_string_equal(effect.text, "1327");
    assert_string_equal(screen.sought, "1327");
    effect = run(&screen, " 12 ");
    assert_int_equal(effect.kind, SIT_EFFECT_GO);
    assert_int_equal(effect.position, 11);
    effect = run(&screen, "filter  label=none p<0.6");
    assert_int_equal(effect.kind, SIT_EFFECT_FILTER);
    assert_string_equal(effect.text, "label=none p<0.6");
    effect = run(&screen, "f");
    assert_int_equal(effect.kind, SIT_EFFECT_FILTER);
    assert_string_equal(effect.text, "");
    effect = run(&screen, "queue spread");
    assert_int_equal(effect.kind, SIT_EFFECT_QUEUE);
    assert_int_equal(effect.queue, SIT_QUEUE_SPREAD);
    assert_int_equal(run(&screen, "q").kind, SIT_EFFECT_QUIT);
    assert_int_equal(run(&screen, "qu random").kind, SIT_EFFECT_QUEUE);
    assert_int_equal(run(&screen, ":quit").kind, SIT_EFFECT_QUIT);
    assert_int_equal(run(&screen, "").kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.notice.text, "");
    assert_int_equal(run(&screen, "w").kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.notice.text, "every decision is saved already, at once");
    assert_int_equal(screen.mode, SIT_MODE_FACES);
    run(&screen, "help");
    assert_int_equal(screen.mode, SIT_MODE_HELP);
}

static void test_wrong_ones(void **state)
{
    (void)state;
    static const struct {
        const char *text, *notice;
    } cases[] = {
        {"frobnicate", "no command :frobnicate; :help lists them"},
        {"trainx", "no command :trainx; :help lists them"},
        {"train now", ":train takes nothing after it"},
        {"train!", ":train takes no !"},
        {"0", "faces are numbered 1 to 290"},
        {"291", "faces are numbered 1 to 290"},
        {"99999999999999999999", "faces are numbered 1 to 290"},
        {"12x", "no command :12x; :help lists them"},
        {"export", "where to? :export FILE.csv or FILE.jsonl"},
        {"export csv", "which format? FILE.csv, FILE.jsonl, or :export imagefolder "
                       "FOLDER"},
        {"export .csv", "which format? FILE.csv, FILE.jsonl, or :export imagefolder "
                        "FOLDER"},
        {"goto", "where to? :goto and a part of a face's name"},
        {"queue", "which one? given, random, uncertain, spread, least"},
        {"queue fast", "no queue 'fast' (given, random, uncertain, spread, least)"},
        {"filter p=1", "filter, character 2: p is followed by <, >, <= or >="},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_screen screen = {0};
        assert_int_equal(run(&screen, cases[i].text).kind, SIT_EFFECT_NONE);
        assert_string_equal(screen.notice.text, cases[i].notice);
        assert_int_equal(screen.notice.style, SIT_STYLE_WARN);
    }
}

static void test_quitting_while_work_runs(void **state)
{
    (void)state;
    struct sit_screen screen = {0};
    sit_screen_work_began(&screen, "exporting");
    assert_int_equal(run(&screen, "quit").kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.notice.text,
                        "still exporting; once more stops it and quits");
    assert_int_equal(run(&screen, "quit").kind, SIT_EFFECT_QUIT);
    sit_screen_work_began(&screen, "training");
    assert_int_equal(run(&screen, "quit!").kind, SIT_EFFECT_QUIT);
    assert_int_equal(run(&screen, "quit").kind, SIT_EFFECT_NONE);
    sit_screen_work_ended(&screen, SIT_OK, "trained");
    assert_int_equal(run(&screen, "quit").kind, SIT_EFFECT_QUIT);
}

static void assert_completes(const char *typed, const char *const *candidates, size_t n)
{
    struct sit_class_list classes;
    struct sit_buf out = {0};
    test_classes(&classes);
    assert_int_equal(
        sit_command_candidate(typed, SIT_COMMANDS_LABEL, &classes, 0, &out), n > 0);
    for (size_t k = 0; k < 2 * n; k++) {
        sit_buf_reset(&out);
        assert_true(
            sit_command_candidate(typed, SIT_COMMANDS_LABEL, &classes, k, &out));
        assert_string_equal(sit_buf_text(&out), candidates[k % n]);
    }
    sit_buf_release(&out);
}

static void test_completion(void **state)
{
    (void)state;
    assert_completes("fi", (const char *const[]){"filter "}, 1);
    assert_completes("q", (const char *const[]){"queue ", "quit"}, 2);
    assert_completes("x", NULL, 0);
    assert_completes("queue u", (const char *const[]){"queue uncertain"}, 1);
    assert_completes("queue ",
                     (const char *const[]){"queue given", "queue random",
                                           "queue uncertain", "queue spread",
                                           "queue least"},
                     5);
    assert_completes("filter so", (const char *const[]){"filter source"}, 1);
    assert_completes("filter p<0.5 !so", (const char *const[]){"filter p<0.5 !source"},
                     1);
    assert_completes("f label=",
                     (const char *const[]){"f label=m ", "f label=f ", "f label=o ",
                                           "f label=none "},
                     4);
    assert_completes("filter -split=te", (const char *const[]){"filter -split=test "},
                     1);
    assert_completes("filter title~", NULL, 0);
    assert_completes("export j", (const char *const[]){"export jsonl "}, 1);
    assert_completes("train ", NULL, 0);
}

static void type(struct sit_screen *screen, const struct sit_class_list *classes,
                 uint32_t key)
{
    struct sit_effect effect = {0};
    assert_int_equal(sit_command_key(screen, classes, 290, key, &effect),
                     SIT_PROMPT_GOES_ON);
    assert_int_equal(effect.kind, SIT_EFFECT_NONE);
}

static void test_tab_and_arrows(void **state)
{
    (void)state;
    struct sit_effect effect;
    struct sit_class_list classes;
    test_classes(&classes);
    struct sit_history history = {0};
    struct sit_screen screen = {.history = &history};
    sit_history_add(&history, "train");
    sit_history_add(&history, "filter p<0.6");
    sit_history_add(&history, "filter p<0.6"); /* once is enough */
    sit_history_add(&history, "");
    assert_int_equal(history.n, 2);
    sit_screen_ask(&screen, SIT_PROMPT_COMMAND, "q");
    type(&screen, &classes, SIT_KEY_TAB);
    assert_string_equal(screen.prompt.text, "queue ");
    type(&screen, &classes, SIT_KEY_TAB);
    assert_string_equal(screen.prompt.text, "quit");
    type(&screen, &classes, SIT_KEY_TAB);
    assert_string_equal(screen.prompt.text, "queue ");
    type(&screen, &classes, 'g');
    type(&screen, &classes, SIT_KEY_TAB);
    assert_string_equal(screen.prompt.text, "queue given");
    type(&screen, &classes, SIT_KEY_UP);
    assert_string_equal(screen.prompt.text, "filter p<0.6");
    type(&screen, &classes, SIT_KEY_UP);
    type(&screen, &classes, SIT_KEY_UP);
    assert_string_equal(screen.prompt.text, "train");
    type(&screen, &classes, SIT_KEY_DOWN);
    type(&screen, &classes, SIT_KEY_DOWN);
    type(&screen, &classes, SIT_KEY_DOWN);
    assert_string_equal(screen.prompt.text, "queue given");
    effect = (struct sit_effect){0};
    assert_int_equal(sit_command_key(&screen, &classes, 290, SIT_KEY_ENTER, &effect),
                     SIT_PROMPT_LEFT); /* done already */
    assert_int_equal(effect.kind, SIT_EFFECT_QUEUE);
    assert_int_equal(history.n, 3);
    assert_int_equal(screen.mode, SIT_MODE_FACES);
    /* What is entered elsewhere is the screen's to do, and no command. */
    sit_screen_ask(&screen, SIT_PROMPT_FIND, "quit");
    effect = (struct sit_effect){0};
    assert_int_equal(sit_command_key(&screen, &classes, 290, SIT_KEY_ENTER, &effect),
                     SIT_PROMPT_ACCEPTED);
    assert_int_equal(effect.kind, SIT_EFFECT_NONE);
    assert_int_equal(history.n, 3);
}

static void test_the_grid_has_its_own(void **state)
{
    (void)state;
    struct sit_screen screen = {.commands = SIT_COMMANDS_GRID};
    struct sit_effect effect = run(&screen, "order similar");
    assert_int_equal(effect.kind, SIT_EFFECT_ARRANGE);
    assert_int_equal(effect.order, SIT_PAGE_SIMILAR);
    assert_int_equal(run(&screen, "order best").kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.notice.text,
                        "which one? predicted, similar, source, given");
    assert_int_equal(run(&screen, "queue spread").kind, SIT_EFFECT_NONE);
    assert_int_equal(run(&screen, "goto 1327").kind, SIT_EFFECT_FIND);
    assert_int_equal(run(&screen, "filter p<0.5").kind, SIT_EFFECT_FILTER);
    assert_int_equal(run(&screen, "train").kind, SIT_EFFECT_WORK);
    assert_int_equal(run(&screen, "291").kind, SIT_EFFECT_NONE);
    assert_string_equal(screen.notice.text, "pages are numbered 1 to 290");
    screen.commands = SIT_COMMANDS_LABEL;
    assert_int_equal(run(&screen, "order similar").kind, SIT_EFFECT_NONE);
}

static void test_history_of_a_file(void **state)
{
    (void)state;
    struct sit_history history = {0};
    static const char bytes[] =
        "train\n\n\033]0;x\007evil\nfilter p<1\nlast without end";
    sit_history_parse(&history, bytes, sizeof bytes - 1);
    struct sit_buf out = {0};
    sit_history_print(&history, &out);
    assert_string_equal(sit_buf_text(&out),
                        "train\n]0;xevil\nfilter p<1\nlast without end\n");
    for (int i = 0; i < 3 * SIT_HISTORY_LINES; i++) {
        char line[16];
        snprintf(line, sizeof line, "goto %d", i);
        sit_history_add(&history, line);
    }
    assert_int_equal(history.n, SIT_HISTORY_LINES);
    assert_string_equal(history.lines[SIT_HISTORY_LINES - 1], "goto 149");
    assert_string_equal(history.lines[0], "goto 100");
    sit_buf_release(&out);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_effects),
        cmocka_unit_test(test_wrong_ones),
        cmocka_unit_test(test_quitting_while_work_runs),
        cmocka_unit_test(test_completion),
        cmocka_unit_test(test_tab_and_arrows),
        cmocka_unit_test(test_the_grid_has_its_own),
        cmocka_unit_test(test_history_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
