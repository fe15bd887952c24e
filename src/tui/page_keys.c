/*
 * The keys of the grid, and the letters that faces have while one picks some.
 */
#include "glyph.h"
#include "keymap.h"
#include "page_screen.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct sit_key_binding page_bindings[] = {
    {SIT_REQUEST_ACCEPT,
     {'A', SIT_CTRL('a')},
     "accept",
     "label the page as suggested, marked faces as told; then the next page"},
    {SIT_REQUEST_PICK,
     {';', SIT_CTRL('g')},
     "pick",
     "mark faces by their letters; a class key then says what they are"},
    {SIT_REQUEST_MARK,
     {' ', 'x'},
     "mark",
     "mark as wrong, or not; a class key on a marked face says what it is"},
    {SIT_REQUEST_UNDO, {'u', SIT_KEY_BACKSPACE}, "undo", "undo your last decision"},
    {SIT_REQUEST_ORDER,
     {'o', SIT_CTRL('t')},
     "order",
     "the next order: predicted, similar to this face, by source, given"},
    {SIT_REQUEST_SCOPE,
     {'s', SIT_CTRL('s')},
     NULL,
     "show unlabelled, labelled, or all faces"},
    {SIT_REQUEST_DOUBT_NEXT,
     {SIT_KEY_TAB, SIT_CTRL('n')},
     NULL,
     "to the face that is next in doubt"},
    {SIT_REQUEST_DOUBT_PREVIOUS,
     {SIT_KEY_BACKTAB, SIT_CTRL('p')},
     NULL,
     "back to one more in doubt"},
    {SIT_REQUEST_RANGE,
     {'V', SIT_CTRL('v')},
     NULL,
     "select from here to where the cursor goes"},
    {SIT_REQUEST_ROW, {'r', SIT_CTRL('o')}, NULL, "select the row, or not"},
    {SIT_REQUEST_ALL, {'*', SIT_CTRL('e')}, NULL, "select the whole page, or not"},
    {SIT_REQUEST_CLEAR,
     {SIT_KEY_ESCAPE, SIT_CTRL('k')},
     NULL,
     "select nothing; once more: mark nothing"},
    {SIT_REQUEST_COMMAND,
     {':'},
     NULL,
     "a command, such as :filter p<0.6 or :order similar; Tab completes"},
    {SIT_REQUEST_REDO, {SIT_CTRL('r')}, NULL, "redo what was undone"},
    {SIT_REQUEST_BACK, {'h', SIT_KEY_LEFT}, NULL, "one face to the left"},
    {SIT_REQUEST_ON, {'l', SIT_KEY_RIGHT}, NULL, "one face to the right"},
    {SIT_REQUEST_UP, {'k', SIT_KEY_UP}, NULL, "one row up"},
    {SIT_REQUEST_DOWN, {'j', SIT_KEY_DOWN}, NULL, "one row down"},
    {SIT_REQUEST_PAGE_BACK, {SIT_KEY_PAGE_UP, SIT_CTRL('b')}, NULL, "the page before"},
    {SIT_REQUEST_PAGE_ON, {SIT_KEY_PAGE_DOWN, SIT_CTRL('f')}, NULL, "the next page"},
    {SIT_REQUEST_FIRST, {'g', SIT_KEY_HOME}, NULL, "the first page"},
    {SIT_REQUEST_LAST, {'G', SIT_KEY_END}, NULL, "the last page"},
    {SIT_REQUEST_GRID,
     {'v', SIT_KEY_ENTER},
     "face",
     "this face alone, on the labelling screen"},
    SIT_ROWS_OF_EVERY_SCREEN,
};

const struct sit_keymap sit_page_keymap = {
    .name = "grid",
    .title = "Grid: keys",
    .class_help = "label the selected faces, or this one, as %s",
    .bindings = page_bindings,
    .n = COUNT(page_bindings)};

/* What goes on meaning something while one picks. */
static bool is_taken(const struct sit_class_list *classes, char letter)
{
    sit_class_index class_index;
    switch (
        sit_keymap_find(&sit_page_keymap, classes, (uint32_t)letter, &class_index)) {
    case SIT_REQUEST_CLASS:
    case SIT_REQUEST_ACCEPT:
    case SIT_REQUEST_PICK:
    case SIT_REQUEST_HELP: return true;
    default: return false;
    }
}

char sit_page_hint(const struct sit_class_list *classes, size_t at)
{
    static const char letters[] = "asdfghjklqwertyuiopzxcvbnm1234567890"
                                  "SDFGHJKLQWERTYUIOPZXCVBNMA+-=.,*/#!";
    for (size_t i = 0; i + 1 < sizeof letters; i++) {
        if (is_taken(classes, letters[i]))
            continue;
        if (at-- == 0)
            return letters[i];
    }
    return 0;
}
