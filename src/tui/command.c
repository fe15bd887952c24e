/*
 * The commands of the screens: a table that reading, completing and the help share.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sitter/filter.h"
#include "sitter/text.h"

/* A command line taken apart. */
struct call {
    const char *arguments; /* without blanks at its beginning */
    bool force;            /* "!" after the name */
    size_t n_positions;
};

typedef void run_fn(const struct call *call, struct sit_screen *screen,
                    struct sit_effect *effect);

static void wrong(struct sit_screen *screen, const char *text)
{
    sit_screen_notice(screen, SIT_STYLE_WARN, "%s", text);
}

static void set(struct sit_effect *effect, enum sit_effect_kind kind, const char *text)
{
    effect->kind = kind;
    snprintf(effect->text, sizeof effect->text, "%s", text);
}

static void run_train(const struct call *call, struct sit_screen *screen,
                      struct sit_effect *effect)
{
    (void)call, (void)screen;
    effect->kind = SIT_EFFECT_WORK;
    effect->work = SIT_WORK_TRAIN;
}

static void run_predict(const struct call *call, struct sit_screen *screen,
                        struct sit_effect *effect)
{
    (void)call, (void)screen;
    effect->kind = SIT_EFFECT_WORK;
    effect->work = SIT_WORK_PREDICT;
}

static const struct {
    const char *name, *ending;
    enum sit_work_kind work;
} formats[] = {{"csv", ".csv", SIT_WORK_EXPORT_CSV},
               {"jsonl", ".jsonl", SIT_WORK_EXPORT_JSONL},
               {"imagefolder", NULL, SIT_WORK_EXPORT_IMAGEFOLDER}};
enum { N_FORMATS = sizeof formats / sizeof formats[0] };

static bool ends_with(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);
    return n > m && strcasecmp(text + n - m, ending) == 0;
}

/* ":export FILE", or ":export FORMAT FILE". */
static void run_export(const struct call *call, struct sit_screen *screen,
                       struct sit_effect *effect)
{
    const char *path = call->arguments;
    effect->force = call->force;
    for (size_t i = 0; i < N_FORMATS; i++) {
        size_t n = strlen(formats[i].name);
        if (strncmp(path, formats[i].name, n) != 0 || path[n] != ' ')
            continue;
        path += n + strspn(path + n, " ");
        if (path[0] == '\0')
            break;
        effect->work = formats[i].work;
        set(effect, SIT_EFFECT_WORK, path);
        return;
    }
    for (size_t i = 0; i < N_FORMATS; i++) {
        if (formats[i].ending == NULL || !ends_with(path, formats[i].ending))
            continue;
        effect->work = formats[i].work;
        set(effect, SIT_EFFECT_WORK, path);
        return;
    }
    wrong(screen, path[0] == '\0'
                      ? "where to? :export FILE.csv or FILE.jsonl"
                      : "which format? FILE.csv, FILE.jsonl, or :export imagefolder "
                        "FOLDER");
}

static void run_goto(const struct call *call, struct sit_screen *screen,
                     struct sit_effect *effect)
{
    if (call->arguments[0] == '\0') {
        wrong(screen, "where to? :goto and a part of a face's name");
        return;
    }
    snprintf(screen->sought, sizeof screen->sought, "%s", call->arguments);
    set(effect, SIT_EFFECT_FIND, call->arguments);
}

/* Only its form is looked at here; the session knows the classes. */
static void run_filter(const struct call *call, struct sit_screen *screen,
                       struct sit_effect *effect)
{
    struct sit_filter_terms terms;
    struct sit_error err;
    if (sit_filter_parse(call->arguments, &terms, &err) != SIT_OK) {
        wrong(screen, err.message);
        return;
    }
    set(effect, SIT_EFFECT_FILTER, terms.n > 0 ? call->arguments : "");
}

static void run_queue(const struct call *call, struct sit_screen *screen,
                      struct sit_effect *effect)
{
    struct sit_error err;
    if (sit_queue_parse(call->arguments, &effect->queue, &err) == SIT_OK)
        effect->kind = SIT_EFFECT_QUEUE;
    else
        wrong(screen, call->arguments[0] != '\0'
                          ? err.message
                          : "which one? given, random, uncertain, spread, least");
}

static void run_order(const struct call *call, struct sit_screen *screen,
                      struct sit_effect *effect)
{
    for (int i = 0; i < SIT_N_PAGE_ORDERS; i++) {
        if (strcmp(sit_page_order_name((enum sit_page_order)i), call->arguments) == 0) {
            effect->kind = SIT_EFFECT_ARRANGE;
            effect->order = (enum sit_page_order)i;
            return;
        }
    }
    wrong(screen, "which one? predicted, similar, source, given");
}

static void run_help(const struct call *call, struct sit_screen *screen,
                     struct sit_effect *effect)
{
    (void)call, (void)effect;
    screen->mode = SIT_MODE_HELP;
    screen->help_page = 0;
}

static void run_quit(const struct call *call, struct sit_screen *screen,
                     struct sit_effect *effect)
{
    if (call->force || sit_screen_may_quit(screen))
        effect->kind = SIT_EFFECT_QUIT;
}

static void run_write(const struct call *call, struct sit_screen *screen,
                      struct sit_effect *effect)
{
    (void)call, (void)effect;
    sit_screen_notice(screen, SIT_STYLE_GOOD,
                      "every decision is saved already, at once");
}

enum {
    IN_LABEL = 1 << SIT_COMMANDS_LABEL,
    IN_REVIEW = 1 << SIT_COMMANDS_REVIEW,
    IN_GRID = 1 << SIT_COMMANDS_GRID,
    IN_BOTH = IN_LABEL | IN_GRID,
    IN_ALL = IN_BOTH | IN_REVIEW
};

static const struct command {
    const char *name, *arguments, *help;
    run_fn *run;
    bool takes_arguments, takes_force;
    unsigned sets; /* bits */
} commands[] = {
    {"filter", " TERMS", "keep to faces that match, label=none p<0.6; alone: all faces",
     run_filter, true, false, IN_ALL},
    {"goto", " NAME", "the next face with that in its name; :12 the 12th face",
     run_goto, true, false, IN_LABEL},
    {"goto", " NAME", "the next face with that in its name; :12 the 12th page",
     run_goto, true, false, IN_GRID},
    {"order", " NAME", "the order: predicted, similar, source, given", run_order, true,
     false, IN_GRID},
    {"queue", " NAME", "the order: given, random, uncertain, spread, least", run_queue,
     true, false, IN_LABEL},
    {"train", "", "train a head on the labels there are, while you go on", run_train,
     false, false, IN_BOTH},
    {"predict", "", "have the newest head predict every face", run_predict, false,
     false, IN_BOTH},
    {"export", " FILE",
     "labels and predictions to FILE.csv or FILE.jsonl; :export! "
     "writes over it",
     run_export, true, true, IN_BOTH},
    {"help", "", "this list", run_help, false, false, IN_ALL},
    {"quit", "", "quit; :quit! though work is running", run_quit, false, true, IN_ALL},
    {"w", "", "nothing: all is saved already", run_write, false, false, IN_ALL},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static bool is_of(const struct command *command, enum sit_command_set set)
{
    return (command->sets >> set & 1u) != 0;
}

/* By its name, or the beginning of the first that it may be; :q is what everybody takes
 * it for. */
static const struct command *find(enum sit_command_set set, const char *name, size_t n)
{
    if (n == 1 && name[0] == 'q')
        return find(set, "quit", 4);
    for (size_t i = 0; i < N_COMMANDS && n > 0; i++) {
        if (is_of(&commands[i], set) && strncmp(commands[i].name, name, n) == 0)
            return &commands[i];
    }
    return NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ":12" */
static bool run_number(const char *text, struct sit_screen *screen, size_t n_positions,
                       struct sit_effect *effect)
{
    size_t n = strspn(text, "0123456789");
    if (n == 0 || text[n + strspn(text + n, " ")] != '\0')
        return false;
    size_t number = n < 10 ? strtoul(text, NULL, 10) : SIZE_MAX;
    if (number == 0 || number > n_positions) {
        sit_screen_notice(screen, SIT_STYLE_WARN, "%s are numbered 1 to %zu",
                          screen->commands == SIT_COMMANDS_GRID ? "pages" : "faces",
                          n_positions);
        return true;
    }
    effect->kind = SIT_EFFECT_GO;
    effect->position = number - 1;
    return true;
}

void sit_command_run(const char *text, struct sit_screen *screen, size_t n_positions,
                     struct sit_effect *effect)
{
    text += strspn(text, " :");
    if (text[0] == '\0' || run_number(text, screen, n_positions, effect))
        return;
    size_t n = 0;
    while (is_letter(text[n]))
        n++;
    const struct command *command = find(screen->commands, text, n);
    struct call call = {.force = text[n] == '!', .n_positions = n_positions};
    const char *rest = text + n + (call.force ? 1 : 0);
    call.arguments = rest + strspn(rest, " ");
    if (command == NULL || (rest[0] != ' ' && rest[0] != '\0'))
        sit_screen_notice(screen, SIT_STYLE_WARN, "no command :%.40s; :help lists them",
                          text);
    else if (call.force && !command->takes_force)
        sit_screen_notice(screen, SIT_STYLE_WARN, ":%s takes no !", command->name);
    else if (call.arguments[0] != '\0' && !command->takes_arguments)
        sit_screen_notice(screen, SIT_STYLE_WARN, ":%s takes nothing after it",
                          command->name);
    else
        command->run(&call, screen, effect);
}

size_t sit_command_n_help(enum sit_command_set set)
{
    size_t n = 0;
    for (size_t i = 0; i < N_COMMANDS; i++)
        n += is_of(&commands[i], set) ? 1 : 0;
    return n;
}

void sit_command_help(enum sit_command_set set, size_t i, struct sit_buf *command,
                      struct sit_buf *help)
{
    for (size_t k = 0; k < N_COMMANDS; k++) {
        if (!is_of(&commands[k], set) || i-- > 0)
            continue;
        sit_buf_appendf(command, ":%s%s", commands[k].name, commands[k].arguments);
        sit_buf_append_text(help, commands[k].help);
        return;
    }
}

/*
 * Completion
 */

/* Candidates as they are found: the one that is wanted is kept. */
struct search {
    enum sit_command_set set;
    const char *kept; /* what stands before the word */
    size_t n_kept;
    const char *word;
    size_t n_word;
    size_t wanted, n_found;
    struct sit_buf *out; /* NULL: only counting */
};

static void offer(struct search *search, const char *text, const char *tail)
{
    if (strncmp(text, search->word, search->n_word) != 0)
        return;
    if (search->out != NULL && search->n_found == search->wanted) {
        sit_buf_append(search->out, search->kept, search->n_kept);
        sit_buf_append_text(search->out, text);
        sit_buf_append_text(search->out, tail);
    }
    search->n_found++;
}

static void offer_value(struct search *search, const char *field, const char *value)
{
    char text[96];
    snprintf(text, sizeof text, "%s=%s", field, value);
    offer(search, text, " ");
}

/* The last term of a filter: a field, or a value where there are but a few. */
static void offer_terms(struct search *search, const struct sit_class_list *classes)
{
    if (search->word[0] == '!' || search->word[0] == '-') {
        search->n_kept++;
        search->word++;
        search->n_word--;
    }
    bool has_value = memchr(search->word, '=', search->n_word) != NULL;
    for (size_t i = 0; i < SIT_N_FILTER_FIELDS && !has_value; i++)
        offer(search, sit_filter_field_name((enum sit_filter_field)i), "");
    static const char *const fields[] = {"label", "predicted"};
    for (size_t f = 0; f < 2 && has_value; f++) {
        for (size_t i = 0; i < classes->n; i++)
            offer_value(search, fields[f], classes->items[i].key);
        offer_value(search, fields[f], "none");
    }
    if (has_value) {
        offer_value(search, "split", sit_split_name(SIT_TRAIN));
        offer_value(search, "split", sit_split_name(SIT_TEST));
    }
}

static void look(struct search *search, const char *typed,
                 const struct sit_class_list *classes)
{
    size_t n = strlen(typed), name = 0, word = n;
    while (is_letter(typed[name]))
        name++;
    while (word > 0 && typed[word - 1] != ' ')
        word--;
    *search = (struct search){.set = search->set,
                              .kept = typed,
                              .n_kept = word,
                              .word = typed + word,
                              .n_word = n - word,
                              .wanted = search->wanted,
                              .out = search->out};
    const struct command *command = find(search->set, typed, name);
    if (word == 0) {
        for (size_t i = 0; i < N_COMMANDS; i++) {
            if (is_of(&commands[i], search->set))
                offer(search, commands[i].name, commands[i].takes_arguments ? " " : "");
        }
    } else if (command != NULL && command->run == run_filter) {
        offer_terms(search, classes);
    } else if (command != NULL && command->run == run_queue) {
        for (int i = 0; i < SIT_N_QUEUES; i++)
            offer(search, sit_queue_name((enum sit_queue)i), "");
    } else if (command != NULL && command->run == run_order) {
        for (int i = 0; i < SIT_N_PAGE_ORDERS; i++)
            offer(search, sit_page_order_name((enum sit_page_order)i), "");
    } else if (command != NULL && command->run == run_export) {
        for (size_t i = 0; i < N_FORMATS; i++)
            offer(search, formats[i].name, " ");
    }
}

bool sit_command_candidate(const char *typed, enum sit_command_set set,
                           const struct sit_class_list *classes, size_t k,
                           struct sit_buf *out)
{
    struct search search = {.set = set};
    look(&search, typed, classes);
    if (search.n_found == 0)
        return false;
    search = (struct search){.set = set, .wanted = k % search.n_found, .out = out};
    look(&search, typed, classes);
    return true;
}

/*
 * History
 */

void sit_history_add(struct sit_history *history, const char *line)
{
    if (line[0] == '\0' || strlen(line) >= SIT_PROMPT_BYTES ||
        (history->n > 0 && strcmp(history->lines[history->n - 1], line) == 0))
        return;
    if (history->n == SIT_HISTORY_LINES) {
        memmove(history->lines[0], history->lines[1],
                sizeof history->lines - sizeof history->lines[0]);
        history->n--;
    }
    snprintf(history->lines[history->n++], SIT_PROMPT_BYTES, "%s", line);
    history->is_new = true;
}

void sit_history_parse(struct sit_history *history, const char *bytes, size_t n_bytes)
{
    struct sit_prompt prompt;
    while (n_bytes > 0) {
        const char *end = memchr(bytes, '\n', n_bytes);
        size_t n = end != NULL ? (size_t)(end - bytes) : n_bytes;
        char line[SIT_PROMPT_BYTES];
        if (n < sizeof line && memchr(bytes, '\0', n) == NULL) {
            memcpy(line, bytes, n);
            line[n] = '\0';
            sit_prompt_set(&prompt, line); /* drops what nobody could have typed */
            sit_history_add(history, prompt.text);
        }
        size_t used = end != NULL ? n + 1 : n;
        bytes += used;
        n_bytes -= used;
    }
}

void sit_history_print(const struct sit_history *history, struct sit_buf *out)
{
    for (size_t i = 0; i < history->n; i++)
        sit_buf_appendf(out, "%s\n", history->lines[i]);
}

/*
 * Keys
 */

static void complete(struct sit_screen *screen, const struct sit_class_list *classes)
{
    struct sit_buf text = {0};
    if (screen->n_completed == 0)
        memcpy(screen->typed, screen->prompt.text, sizeof screen->typed);
    if (sit_command_candidate(screen->typed, screen->commands, classes,
                              screen->n_completed, &text) &&
        !text.failed) { /* else half of it would stand there */
        sit_prompt_set(&screen->prompt, sit_buf_text(&text));
        screen->n_completed++;
    }
    sit_buf_release(&text);
}

/* Up from what is being typed to the newest command, and so on. */
static void recall(struct sit_screen *screen, bool up)
{
    const struct sit_history *history = screen->history;
    if (history == NULL)
        return;
    if (up && screen->recalled < history->n) {
        if (screen->recalled++ == 0)
            memcpy(screen->typed, screen->prompt.text, sizeof screen->typed);
    } else if (!up && screen->recalled > 0) {
        screen->recalled--;
    } else {
        return;
    }
    sit_prompt_set(&screen->prompt,
                   screen->recalled == 0
                       ? screen->typed
                       : history->lines[history->n - screen->recalled]);
}

static bool edits_command(struct sit_screen *screen,
                          const struct sit_class_list *classes, uint32_t key)
{
    if (key == SIT_KEY_TAB) {
        screen->recalled = 0;
        complete(screen, classes);
        return true;
    }
    screen->n_completed = 0;
    if (key == SIT_KEY_UP || key == SIT_KEY_DOWN) {
        recall(screen, key == SIT_KEY_UP);
        return true;
    }
    screen->recalled = 0;
    return false;
}

enum sit_prompt_outcome sit_command_key(struct sit_screen *screen,
                                        const struct sit_class_list *classes,
                                        size_t n_positions, uint32_t key,
                                        struct sit_effect *effect)
{
    bool is_command = screen->purpose == SIT_PROMPT_COMMAND;
    if (is_command && edits_command(screen, classes, key))
        return SIT_PROMPT_GOES_ON;
    enum sit_prompt_outcome outcome = sit_prompt_key(&screen->prompt, key);
    if (outcome == SIT_PROMPT_GOES_ON)
        return outcome;
    screen->mode = SIT_MODE_FACES;
    screen->notice.text[0] = '\0';
    if (outcome == SIT_PROMPT_LEFT || !is_command)
        return outcome;
    if (screen->history != NULL)
        sit_history_add(screen->history, screen->prompt.text);
    sit_command_run(screen->prompt.text, screen, n_positions, effect);
    return SIT_PROMPT_LEFT;
}
