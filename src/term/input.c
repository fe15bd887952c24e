/*
 * The key filter: bytes to keys. Sequences are split by sequence.c; here is what they
 * mean, what is dropped in silence, what is pasted text, and what time decides.
 */
#include "sitter/term.h"

#include <string.h>

#include "sequence.h"
#include "sitter/text.h"

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a };

/* struct sit_input's string_state */
enum { OUTSIDE_STRING = 0, INSIDE_STRING, INSIDE_STRING_AFTER_ESC };

enum { N_RING = sizeof((struct sit_input *)0)->keys / sizeof(uint32_t) };

/* By the final character of CSI and SS3, lower case being rxvt's modified arrows. */
static const uint32_t keys_by_letter[128] = {
    ['A'] = SIT_KEY_UP,     ['B'] = SIT_KEY_DOWN,    ['C'] = SIT_KEY_RIGHT,
    ['D'] = SIT_KEY_LEFT,   ['H'] = SIT_KEY_HOME,    ['F'] = SIT_KEY_END,
    ['a'] = SIT_KEY_UP,     ['b'] = SIT_KEY_DOWN,    ['c'] = SIT_KEY_RIGHT,
    ['d'] = SIT_KEY_LEFT,   ['Z'] = SIT_KEY_BACKTAB, ['P'] = SIT_KEY_F1,
    ['Q'] = SIT_KEY_F1 + 1, ['R'] = SIT_KEY_F1 + 2,  ['S'] = SIT_KEY_F1 + 3,
};

/* By the number of CSI number ~ */
static const uint32_t keys_by_number[] = {
    [1] = SIT_KEY_HOME,     [2] = SIT_KEY_INSERT,   [3] = SIT_KEY_DELETE,
    [4] = SIT_KEY_END,      [5] = SIT_KEY_PAGE_UP,  [6] = SIT_KEY_PAGE_DOWN,
    [7] = SIT_KEY_HOME,     [8] = SIT_KEY_END,      [11] = SIT_KEY_F1,
    [12] = SIT_KEY_F1 + 1,  [13] = SIT_KEY_F1 + 2,  [14] = SIT_KEY_F1 + 3,
    [15] = SIT_KEY_F1 + 4,  [17] = SIT_KEY_F1 + 5,  [18] = SIT_KEY_F1 + 6,
    [19] = SIT_KEY_F1 + 7,  [20] = SIT_KEY_F1 + 8,  [21] = SIT_KEY_F1 + 9,
    [23] = SIT_KEY_F1 + 10, [24] = SIT_KEY_F1 + 11,
};
enum { N_NUMBERS = sizeof keys_by_number / sizeof *keys_by_number };

enum { PASTE_BEGINS = 200, PASTE_ENDS = 201 };

void sit_input_init(struct sit_input *input)
{
    *input = (struct sit_input){0};
}

static void push_key(struct sit_input *input, uint32_t key)
{
    if (input->n_keys == N_RING)
        return;
    input->keys[(input->first + input->n_keys) % N_RING] = key;
    input->n_keys++;
}

static uint32_t known_or_unknown(uint32_t key)
{
    return key != SIT_KEY_NONE ? key : SIT_KEY_UNKNOWN;
}

/* What the probe's questions are answered with; never the keys of anyone. */
static bool is_late_answer(const struct sit_csi *csi)
{
    switch (csi->final) {
    case 'S':
    case 't':
    case 'y':
    case 'n':
    case 'R': return true;
    case 'c': return csi->prefix != 0 || csi->n_params > 0;
    default: return false;
    }
}

uint32_t sit_mouse_key(unsigned button, size_t row, size_t col)
{
    return SIT_KEY_MOUSE | (uint32_t)(button & 0x7f) << 24 |
           (uint32_t)(row & SIT_MOUSE_MAX_CELL) << 12 |
           (uint32_t)(col & SIT_MOUSE_MAX_CELL);
}

bool sit_key_is_mouse(uint32_t key, unsigned *button, size_t *row, size_t *col)
{
    if ((key & SIT_KEY_MOUSE) == 0)
        return false;
    if (button != NULL)
        *button = key >> 24 & 0x7f;
    if (row != NULL)
        *row = key >> 12 & SIT_MOUSE_MAX_CELL;
    if (col != NULL)
        *col = key & SIT_MOUSE_MAX_CELL;
    return true;
}

/* CSI < code ; col ; row M, or m for a release. */
static void push_mouse(struct sit_input *input, const struct sit_csi *csi)
{
    enum { CODE_BUTTON = 3, CODE_KEYS = 0x1c, CODE_MOVED = 0x20, CODE_WHEEL = 0x40 };
    unsigned code = csi->params[0], col = csi->params[1], row = csi->params[2];
    unsigned button = code & CODE_BUTTON;
    if (csi->final != 'M' || csi->n_params != 3 || col == 0 || row == 0 ||
        col - 1 > SIT_MOUSE_MAX_CELL || row - 1 > SIT_MOUSE_MAX_CELL)
        return;
    if (code > (CODE_WHEEL | CODE_KEYS | CODE_BUTTON) || (code & CODE_MOVED) != 0)
        return;
    if ((code & CODE_WHEEL) != 0 ? button > 1 : button > SIT_MOUSE_RIGHT)
        return; /* a wheel that turns sideways; a release as older modes have it */
    if ((code & CODE_WHEEL) != 0)
        button += SIT_MOUSE_WHEEL_UP;
    push_key(input, sit_mouse_key(button | (code & CODE_KEYS) << 1, row - 1, col - 1));
}

static void push_csi(struct sit_input *input, const char *bytes, size_t n_bytes)
{
    /* The Linux console's function keys and X10 mouse reports have a tail that looks
     * like a sequence's end. */
    if (bytes[2] == '[' || bytes[2] == 'M') {
        char letter = bytes[n_bytes - 1];
        push_key(input, bytes[2] == '[' && letter >= 'A' && letter <= 'E'
                            ? SIT_KEY_F1 + (uint32_t)(letter - 'A')
                            : SIT_KEY_UNKNOWN);
        return;
    }
    struct sit_csi csi;
    sit_csi_parse(bytes, n_bytes, &csi);
    if (csi.final == 'n' && csi.prefix == 0 && csi.params[0] == 0)
        input->n_reports++;
    if (is_late_answer(&csi))
        return;
    if (csi.prefix == '<' && (csi.final == 'M' || csi.final == 'm')) {
        push_mouse(input, &csi);
        return;
    }
    uint32_t key = SIT_KEY_NONE;
    unsigned number = csi.params[0];
    if (csi.prefix == 0 && strchr("~^$@", csi.final) != NULL) {
        if (number == PASTE_BEGINS || number == PASTE_ENDS) {
            input->in_paste = number == PASTE_BEGINS;
            return;
        }
        key = number < N_NUMBERS ? keys_by_number[number] : SIT_KEY_NONE;
    } else if (csi.prefix == 0 && csi.intermediate == 0) {
        key = keys_by_letter[(unsigned char)csi.final & 0x7f];
    }
    /* Shift-F1 is another key than F1. */
    if (key >= SIT_KEY_F1 && key <= SIT_KEY_F12 && csi.params[1] > 1)
        key = SIT_KEY_NONE;
    push_key(input, known_or_unknown(key));
}

/* SS3: cursor keys in application mode, and the keypad's. */
static void push_ss3(struct sit_input *input, char letter)
{
    uint32_t key = SIT_KEY_NONE;
    if (letter == 'M')
        key = SIT_KEY_ENTER;
    else if (letter == 'I')
        key = SIT_KEY_TAB;
    else if (letter == ' ')
        key = ' ';
    else if (letter >= 'j' && letter <= 'y')
        key = (uint32_t)(letter - 'j' + '*');
    else if (letter != 'Z')
        key = keys_by_letter[(unsigned char)letter & 0x7f];
    push_key(input, known_or_unknown(key));
}

static void push_code(struct sit_input *input, uint32_t code)
{
    if (code == '\n')
        code = SIT_KEY_ENTER;
    else if (code == '\b')
        code = SIT_KEY_BACKSPACE;
    if (input->in_paste)
        code |= SIT_KEY_PASTED;
    push_key(input, code); /* NUL, Ctrl-Space, is no key: the ring never holds NONE */
}

static void feed_byte(struct sit_input *input, char byte);

static void feed_sequence_byte(struct sit_input *input, char byte)
{
    char *pending = input->pending;
    /* Two escapes are the key twice, or rxvt's prefix for Alt with a cursor key. */
    if (input->n_pending == 2 && pending[1] == ESC) {
        input->n_pending = 1;
        if (byte != '[' && byte != 'O')
            push_key(input, SIT_KEY_ESCAPE);
    }
    /* Of an overlong sequence only the end matters. */
    if (input->n_pending == sizeof input->pending)
        input->n_pending--;
    pending[input->n_pending++] = byte;
    size_t n = input->n_pending;
    if (n == 2 && byte == ESC)
        return;
    switch (sit_sequence_classify(pending, n)) {
    case SIT_SEQUENCE_OPEN: return;
    case SIT_SEQUENCE_STRING_OPEN:
        input->n_pending = 0;
        input->string_state = INSIDE_STRING;
        return;
    case SIT_SEQUENCE_ABORTED:
        input->n_pending = 0;
        push_key(input, SIT_KEY_UNKNOWN);
        feed_byte(input, byte);
        return;
    case SIT_SEQUENCE_CSI: push_csi(input, pending, n); break;
    case SIT_SEQUENCE_SS3: push_ss3(input, byte); break;
    case SIT_SEQUENCE_ESCAPE: /* Alt and a key: not that key */
    case SIT_SEQUENCE_STRING: push_key(input, SIT_KEY_UNKNOWN); break;
    }
    input->n_pending = 0;
}

static void feed_string_byte(struct sit_input *input, char byte)
{
    bool after_escape = input->string_state == INSIDE_STRING_AFTER_ESC;
    if (byte == ESC) {
        input->string_state = INSIDE_STRING_AFTER_ESC;
    } else if (after_escape) {
        input->string_state = OUTSIDE_STRING;
        if (byte != '\\') { /* another sequence has begun; the string ends too */
            feed_byte(input, ESC);
            feed_byte(input, byte);
        }
    } else if (byte == BEL || byte == CAN || byte == SUB) {
        input->string_state = OUTSIDE_STRING;
    }
}

static size_t utf8_length(char lead)
{
    unsigned char c = (unsigned char)lead;
    return c < 0xc2 || c > 0xf4 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
}

static void feed_text_byte(struct sit_input *input, char byte)
{
    /* A character that was cut off is dropped; the byte stands for itself. */
    if (input->n_pending > 0 && ((unsigned char)byte & 0xc0) != 0x80) {
        input->n_pending = 0;
        feed_byte(input, byte);
        return;
    }
    input->pending[input->n_pending++] = byte;
    if (input->n_pending < utf8_length(input->pending[0]))
        return;
    uint32_t code;
    sit_utf8_decode(input->pending, input->n_pending, &code);
    input->n_pending = 0;
    if (code != UINT32_MAX && code != 0)
        push_code(input, code);
}

/* In a paste only its end is a sequence: any other is text, ESC and all. */
static void feed_paste_escape(struct sit_input *input, char byte)
{
    static const char end[] = "\033[201~";
    if (byte != end[input->n_pending]) {
        char text[sizeof end];
        size_t n = input->n_pending;
        memcpy(text, input->pending, n);
        input->n_pending = 0;
        for (size_t i = 0; i < n; i++)
            push_code(input, (unsigned char)text[i]);
        feed_byte(input, byte);
        return;
    }
    input->pending[input->n_pending++] = byte;
    if (input->n_pending == sizeof end - 1) {
        input->n_pending = 0;
        input->in_paste = false;
    }
}

static void feed_byte(struct sit_input *input, char byte)
{
    if (input->string_state != OUTSIDE_STRING)
        feed_string_byte(input, byte);
    else if (input->n_pending > 0 && input->pending[0] == ESC && input->in_paste)
        feed_paste_escape(input, byte);
    else if (input->n_pending > 0 && input->pending[0] == ESC)
        feed_sequence_byte(input, byte);
    else if (byte == ESC) {
        input->pending[0] = byte;
        input->n_pending = 1;
    } else {
        feed_text_byte(input, byte);
    }
}

/* When what has begun is given up; -1 where nothing waits for the time. */
static int64_t deadline_ms(const struct sit_input *input)
{
    if (input->in_paste)
        return input->pending_since_ms + SIT_INPUT_PASTE_MS;
    if (input->string_state != OUTSIDE_STRING)
        return input->pending_since_ms + SIT_INPUT_SEQUENCE_MS;
    if (input->n_pending == 0 || input->pending[0] != ESC)
        return -1;
    bool is_bare = input->pending[input->n_pending - 1] == ESC;
    return input->pending_since_ms +
           (is_bare ? SIT_INPUT_ESCAPE_MS : SIT_INPUT_SEQUENCE_MS);
}

static void expire(struct sit_input *input, int64_t now_ms)
{
    int64_t at_ms = deadline_ms(input);
    if (at_ms < 0 || now_ms < at_ms)
        return;
    if (input->string_state == OUTSIDE_STRING && !input->in_paste) {
        bool is_bare = input->pending[input->n_pending - 1] == ESC;
        for (size_t i = 0; is_bare && i < input->n_pending; i++)
            push_key(input, SIT_KEY_ESCAPE);
        if (!is_bare)
            push_key(input, SIT_KEY_UNKNOWN);
    }
    input->string_state = OUTSIDE_STRING;
    input->in_paste = false;
    input->n_pending = 0;
}

void sit_input_feed(struct sit_input *input, const char *bytes, size_t n_bytes,
                    int64_t now_ms)
{
    if (n_bytes == 0)
        return;
    /* A paste ends in silence only while somebody listens: its rest may have waited for
     * a reader who was busy. */
    if (!input->in_paste)
        expire(input, now_ms);
    for (size_t i = 0; i < n_bytes; i++)
        feed_byte(input, bytes[i]);
    input->pending_since_ms = now_ms;
}

uint32_t sit_input_next(struct sit_input *input, int64_t now_ms)
{
    if (input->n_keys == 0)
        expire(input, now_ms);
    if (input->n_keys == 0)
        return SIT_KEY_NONE;
    uint32_t key = input->keys[input->first];
    input->first = (input->first + 1) % N_RING;
    input->n_keys--;
    return key;
}

int sit_input_timeout_ms(const struct sit_input *input, int64_t now_ms)
{
    if (input->n_keys > 0)
        return 0;
    int64_t at_ms = deadline_ms(input);
    if (at_ms < 0)
        return -1;
    return at_ms > now_ms ? (int)(at_ms - now_ms) : 0;
}
