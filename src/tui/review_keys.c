/*
 * The keys of the review and the adjudication screen.
 */
#include "keymap.h"
#include "sitter/term.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What both tables have, in the words of both. */
/* clang-format off */
#define ROWS_OF_A_FACE                                                                 \
    {SIT_REQUEST_BOOKMARK, {'b', SIT_CTRL('o')}, NULL,                                 \
     "bookmark the face, or take the bookmark away"},                                  \
    {SIT_REQUEST_CONTEXT, {SIT_KEY_TAB}, "poster",                                     \
     "the poster of the face, beside it where there is room"},                         \
    {SIT_REQUEST_ZOOM, {'z', SIT_CTRL('e')}, NULL, "the middle of the face, larger"}
#define ROWS_OF_MOVING                                                                 \
    {SIT_REQUEST_REDO, {SIT_CTRL('r')}, NULL, "redo what was undone"},                 \
    {SIT_REQUEST_BACK, {'h', 'k', SIT_KEY_LEFT, SIT_KEY_UP}, NULL, "one back"},        \
    {SIT_REQUEST_ON, {'l', 'j', SIT_KEY_RIGHT, SIT_KEY_DOWN}, NULL, "one on"},         \
    {SIT_REQUEST_PAGE_BACK, {SIT_KEY_PAGE_UP, SIT_CTRL('b')}, NULL, "ten back"},       \
    {SIT_REQUEST_PAGE_ON, {SIT_KEY_PAGE_DOWN, SIT_CTRL('f')}, NULL, "ten on"}
/* clang-format on */

static struct sit_key_binding review_bindings[] = {
    {SIT_REQUEST_CONFIRM,
     {'y', SIT_KEY_ENTER},
     "keep",
     "keep the label: remembered, not shown again"},
    {SIT_REQUEST_SKIP, {' '}, "next", "the next one, nothing decided"},
    {SIT_REQUEST_UNDO, {'u', SIT_KEY_BACKSPACE}, "undo", "undo your last decision"},
    {SIT_REQUEST_RETRAIN,
     {'t', SIT_CTRL('t')},
     "train",
     "train again on the labels as they are now"},
    {SIT_REQUEST_SCOPE,
     {'s', SIT_CTRL('s')},
     "scope",
     "show all, only test or only train faces"},
    {SIT_REQUEST_LIST,
     {'v', SIT_CTRL('v')},
     "list",
     "the next list: misclassified, suspects, disagreements, bookmarked, abstained"},
    {SIT_REQUEST_BLIND,
     {'B', SIT_CTRL('x')},
     NULL,
     "hide labels and predictions until you decide, or show them again"},
    {SIT_REQUEST_FOR_ALL,
     {'A', SIT_CTRL('a')},
     NULL,
     "what you decided last, or your label here, is to hold for all"},
    ROWS_OF_A_FACE,
    {SIT_REQUEST_COMMAND,
     {':'},
     NULL,
     "a command, such as :filter keyword~war; Tab completes"},
    ROWS_OF_MOVING,
    {SIT_REQUEST_FIRST, {'g', SIT_KEY_HOME}, NULL, "the first (the greatest loss)"},
    {SIT_REQUEST_LAST, {'G', SIT_KEY_END}, NULL, "the last"},
    SIT_ROWS_OF_EVERY_SCREEN,
};

static struct sit_key_binding adjudicate_bindings[] = {
    {SIT_REQUEST_CONFIRM,
     {'y', SIT_KEY_ENTER},
     "keep",
     "keep what the majority says: decides for all"},
    {SIT_REQUEST_SKIP, {' '}, "next", "the next one, nothing decided"},
    {SIT_REQUEST_UNDO, {'u', SIT_KEY_BACKSPACE}, "undo", "undo your last decision"},
    {SIT_REQUEST_SCOPE,
     {'s', SIT_CTRL('s')},
     "scope",
     "show all, only test or only train faces"},
    ROWS_OF_A_FACE,
    {SIT_REQUEST_COMMAND,
     {':'},
     NULL,
     "a command, such as :filter disputed; Tab completes"},
    ROWS_OF_MOVING,
    {SIT_REQUEST_FIRST, {'g', SIT_KEY_HOME}, NULL, "the first (the farthest apart)"},
    {SIT_REQUEST_LAST, {'G', SIT_KEY_END}, NULL, "the last"},
    SIT_ROWS_OF_EVERY_SCREEN,
};

const struct sit_keymap sit_review_keymap = {.name = "review",
                                             .title = "Review: keys",
                                             .class_help = "make the label %s",
                                             .bindings = review_bindings,
                                             .n = COUNT(review_bindings)};

const struct sit_keymap sit_adjudicate_keymap = {.name = "adjudicate",
                                                 .title = "Adjudicating: keys",
                                                 .class_help = "decide for all: %s",
                                                 .bindings = adjudicate_bindings,
                                                 .n = COUNT(adjudicate_bindings)};
