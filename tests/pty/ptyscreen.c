/*
 * The screen model: a parser for what programs send, and the pictures it has seen. The
 * cells are ptygrid.c's, decoding pictures is ptyscreen_sixel.c's.
 */
#include "ptyscreen.h"

#include <stdlib.h>
#include <string.h>

#include "ptygrid.h"
#include "sitter/alloc.h"
#include "sitter/text.h"

enum { ESC = 0x1b, BEL = 0x07, MAX_PARAMS = 32 };

/* A CSI sequence taken apart. */
struct csi {
    char prefix, intermediate, final;
    size_t n_params;
    size_t params[MAX_PARAMS];
};

bool ptyscreen_init(struct ptyscreen *screen, size_t n_cols, size_t n_rows,
                    size_t cell_height_px, ptyscreen_query_fn *query,
                    void *query_context)
{
    *screen = (struct ptyscreen){
        .n_cols = n_cols,
        .n_rows = n_rows,
        .cell_height_px = cell_height_px,
        .bottom = n_rows - 1,
        .is_cursor_visible = true,
        .last_code = ' ',
        .query = query,
        .query_context = query_context,
    };
    screen->cells = ptygrid_new_cells(n_cols, n_rows);
    return screen->cells != NULL;
}

void ptyscreen_release(struct ptyscreen *screen)
{
    for (size_t i = 0; i < screen->n_pictures; i++)
        free(screen->pictures[i].bytes);
    free(screen->pictures);
    free(screen->cells);
    free(screen->main_cells);
    sit_buf_release(&screen->pending);
    sit_buf_release(&screen->kitty);
    *screen = (struct ptyscreen){0};
}

bool ptyscreen_resize(struct ptyscreen *screen, size_t n_cols, size_t n_rows)
{
    if (!ptygrid_resize_cells(&screen->cells, screen->n_cols, screen->n_rows, n_cols,
                              n_rows) ||
        !ptygrid_resize_cells(&screen->main_cells, screen->n_cols, screen->n_rows,
                              n_cols, n_rows))
        return false;
    screen->n_cols = n_cols;
    screen->n_rows = n_rows;
    screen->top = 0;
    screen->bottom = n_rows - 1;
    screen->row = screen->row < n_rows ? screen->row : n_rows - 1;
    screen->col = screen->col < n_cols ? screen->col : n_cols - 1;
    screen->is_wrap_pending = false;
    ptygrid_erase_pictures(screen);
    return true;
}

/*
 * Modes
 */

static void set_alternate(struct ptyscreen *screen, bool on)
{
    if (on == screen->is_alternate)
        return;
    if (on) {
        uint32_t *cells = ptygrid_new_cells(screen->n_cols, screen->n_rows);
        if (cells == NULL)
            abort();
        screen->saved_row = screen->row;
        screen->saved_col = screen->col;
        screen->main_cells = screen->cells;
        screen->cells = cells;
        screen->n_alternate_entries++;
    } else {
        free(screen->cells);
        screen->cells = screen->main_cells;
        screen->main_cells = NULL;
        ptygrid_move_to(screen, screen->saved_row, screen->saved_col);
        screen->n_alternate_leaves++;
    }
    screen->is_alternate = on;
    ptygrid_erase_pictures(screen);
}

static void end_sync(struct ptyscreen *screen, int64_t now_us)
{
    screen->is_sync_open = false;
    screen->n_sync_ends++;
    for (size_t i = screen->n_pictures; i > 0; i--) {
        struct ptyscreen_picture *picture = &screen->pictures[i - 1];
        if (picture->frame_us != 0)
            break;
        picture->frame_us = now_us;
    }
}

static void set_mode(struct ptyscreen *screen, size_t mode, bool on, int64_t now_us)
{
    if (mode == 25)
        screen->is_cursor_visible = on;
    else if (mode == 1049 || mode == 1047 || mode == 47)
        set_alternate(screen, on);
    else if (mode == 2026 && on)
        screen->is_sync_open = true;
    else if (mode == 2026)
        end_sync(screen, now_us);
}

/*
 * Sequences
 */

static void note_unknown(struct ptyscreen *screen, const char *bytes, size_t n_bytes)
{
    screen->n_unknown++;
    size_t n = n_bytes < sizeof screen->unknown - 1 ? n_bytes
                                                    : sizeof screen->unknown - 1;
    memcpy(screen->unknown, bytes, n);
    screen->unknown[n] = '\0';
}

static void parse_csi(const char *bytes, size_t n_bytes, struct csi *out)
{
    *out = (struct csi){.final = bytes[n_bytes - 1], .n_params = 1};
    for (size_t i = 2; i + 1 < n_bytes; i++) {
        char c = bytes[i];
        if (c >= '0' && c <= '9') {
            size_t *param = &out->params[out->n_params - 1];
            *param = *param < 100000 ? *param * 10 + (size_t)(c - '0') : *param;
        } else if ((c == ';' || c == ':') && out->n_params < MAX_PARAMS) {
            out->n_params++;
        } else if (c >= '<' && c <= '?') {
            out->prefix = c;
        } else if (c < '0') {
            out->intermediate = c;
        }
    }
}

static bool is_query(const struct csi *csi)
{
    switch (csi->final) {
    case 'c': return csi->prefix != '?';
    case 'S': return csi->prefix == '?';
    case 'p': return csi->intermediate == '$';
    case 'q': return csi->prefix == '>';
    case 'n': return true;
    case 't': {
        size_t what = csi->params[0];
        return csi->prefix == 0 && what >= 11 && what <= 21;
    }
    default: return false;
    }
}

/* Sequences that move the cursor or change cells; false where it is none of them. */
static bool do_edit(struct ptyscreen *screen, const struct csi *csi)
{
    size_t n = csi->params[0] > 0 ? csi->params[0] : 1;
    size_t row = screen->row;
    size_t col = screen->col;
    switch (csi->final) {
    case 'A': ptygrid_move_to(screen, row > n ? row - n : 0, col); return true;
    case 'B': ptygrid_move_to(screen, row + n, col); return true;
    case 'C': ptygrid_move_to(screen, row, col + n); return true;
    case 'D': ptygrid_move_to(screen, row, col > n ? col - n : 0); return true;
    case 'E': ptygrid_move_to(screen, row + n, 0); return true;
    case 'F': ptygrid_move_to(screen, row > n ? row - n : 0, 0); return true;
    case 'G':
    case '`': ptygrid_move_to(screen, row, n - 1); return true;
    case 'd': ptygrid_move_to(screen, n - 1, col); return true;
    case 'H':
    case 'f':
        ptygrid_move_to(screen, n - 1, csi->params[1] > 0 ? csi->params[1] - 1 : 0);
        return true;
    case 'J': ptygrid_erase_display(screen, csi->params[0]); return true;
    case 'K': ptygrid_erase_line(screen, csi->params[0]); return true;
    case 'X': ptygrid_blank(screen, row, col, n); return true;
    case '@': ptygrid_shift_line(screen, n, true); return true;
    case 'P': ptygrid_shift_line(screen, n, false); return true;
    case 'L': ptygrid_scroll(screen, row, screen->bottom, n, false); return true;
    case 'M': ptygrid_scroll(screen, row, screen->bottom, n, true); return true;
    case 'S': ptygrid_scroll(screen, screen->top, screen->bottom, n, true); return true;
    case 'T':
        ptygrid_scroll(screen, screen->top, screen->bottom, n, false);
        return true;
    case 'b':
        for (size_t i = 0; i < n && i < screen->n_cols * screen->n_rows; i++)
            ptygrid_put_code(screen, screen->last_code);
        return true;
    default: return false;
    }
}

static void set_region(struct ptyscreen *screen, const struct csi *csi)
{
    size_t top = csi->params[0] > 0 ? csi->params[0] - 1 : 0;
    size_t bottom = csi->params[1] > 0 ? csi->params[1] - 1 : screen->n_rows - 1;
    if (bottom >= screen->n_rows)
        bottom = screen->n_rows - 1;
    if (top >= bottom)
        return;
    screen->top = top;
    screen->bottom = bottom;
    ptygrid_move_to(screen, 0, 0);
}

static void do_csi(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                   int64_t now_us)
{
    struct csi csi;
    parse_csi(bytes, n_bytes, &csi);
    if (is_query(&csi)) {
        if (screen->query != NULL)
            screen->query(screen->query_context, bytes, n_bytes);
        return;
    }
    if (csi.final == 'h' || csi.final == 'l') {
        for (size_t i = 0; csi.prefix == '?' && i < csi.n_params; i++)
            set_mode(screen, csi.params[i], csi.final == 'h', now_us);
    } else if (csi.final == 'r' && csi.prefix == 0) {
        set_region(screen, &csi);
    } else if (csi.final == 'm' || csi.final == 't' ||
               (csi.final == 'q' && csi.intermediate == ' ')) {
        return; /* attributes, the title stack, the cursor's shape */
    } else if (csi.prefix != 0 || csi.intermediate != 0 || !do_edit(screen, &csi)) {
        note_unknown(screen, bytes, n_bytes);
    }
}

static void do_escape(struct ptyscreen *screen, const char *bytes, size_t n_bytes)
{
    switch (bytes[1]) {
    case '(': screen->is_line_drawing = bytes[2] == '0'; break;
    case 'D': ptygrid_line_feed(screen); break;
    case 'E':
        screen->col = 0;
        ptygrid_line_feed(screen);
        break;
    case 'M': ptygrid_reverse_line_feed(screen); break;
    case '7':
        screen->saved_row = screen->row;
        screen->saved_col = screen->col;
        break;
    case '8': ptygrid_move_to(screen, screen->saved_row, screen->saved_col); break;
    case '=':
    case '>':
    case ')':
    case '\\': break;
    default: note_unknown(screen, bytes, n_bytes); break;
    }
}

static void add_picture(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                        int64_t now_us)
{
    void *items = screen->pictures;
    char *copy = sit_strndup(bytes, n_bytes);
    if (copy == NULL ||
        !sit_grow_array(&items, &screen->pictures_capacity, screen->n_pictures + 1,
                        sizeof *screen->pictures))
        abort();
    screen->pictures = items;
    screen->pictures[screen->n_pictures++] = (struct ptyscreen_picture){
        .row = screen->row,
        .col = screen->col,
        .bytes = copy,
        .n_bytes = n_bytes,
        .max_register = ptyscreen_sixel_max_register(bytes, n_bytes),
        .is_in_sync = screen->is_sync_open,
        .end_us = now_us,
        .frame_us = screen->is_sync_open ? 0 : now_us,
    };
    /* A picture that reaches the last row scrolls the screen: the text cursor goes
     * below it. */
    size_t height_px = ptyscreen_sixel_height_px(bytes, n_bytes);
    size_t n_lines = (height_px + screen->cell_height_px - 1) / screen->cell_height_px;
    size_t below = screen->row + n_lines;
    if (below >= screen->n_rows)
        ptygrid_scroll(screen, 0, screen->n_rows - 1, below - screen->n_rows + 1, true);
}

static void do_string(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                      int64_t now_us)
{
    if (ptyscreen_is_sixel(bytes, n_bytes))
        add_picture(screen, bytes, n_bytes, now_us);
    else if (ptyscreen_is_kitty(bytes, n_bytes) &&
             !ptyscreen_do_kitty(screen, bytes, n_bytes, now_us))
        note_unknown(screen, bytes, n_bytes);
    else if (bytes[1] == 'P' && screen->query != NULL)
        screen->query(screen->query_context, bytes, n_bytes);
}

/*
 * The parser
 */

/* What is pending is an escape sequence: true where `pending` is complete now. */
static bool finish_sequence(struct ptyscreen *screen, int64_t now_us)
{
    const char *bytes = screen->pending.data;
    size_t n = screen->pending.n_bytes;
    if (n < 2)
        return false;
    unsigned char last = (unsigned char)bytes[n - 1];
    switch (bytes[1]) {
    case '[':
        if (n < 3 || last < 0x40 || last > 0x7e)
            return false;
        do_csi(screen, bytes, n, now_us);
        return true;
    case 'P':
    case ']':
    case 'X':
    case '^':
    case '_':
        if (!(bytes[1] == ']' && last == BEL) &&
            !(n > 3 && bytes[n - 2] == ESC && last == '\\'))
            return false;
        do_string(screen, bytes, n, now_us);
        return true;
    case '(':
    case ')':
        if (n < 3)
            return false;
        break;
    default: break;
    }
    do_escape(screen, bytes, n);
    return true;
}

static size_t utf8_length(unsigned char lead)
{
    return lead < 0xc2 || lead > 0xf4 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

static void feed_byte(struct ptyscreen *screen, char byte, int64_t now_us)
{
    struct sit_buf *pending = &screen->pending;
    bool is_escape = pending->n_bytes > 0 ? pending->data[0] == ESC : byte == ESC;
    if (is_escape) {
        sit_buf_append_char(pending, byte);
        if (finish_sequence(screen, now_us))
            sit_buf_reset(pending);
        return;
    }
    if (pending->n_bytes == 0 && ((unsigned char)byte < 0x20 || byte == 0x7f)) {
        ptygrid_put_control(screen, byte);
        return;
    }
    sit_buf_append_char(pending, byte);
    if (pending->n_bytes < utf8_length((unsigned char)pending->data[0]))
        return;
    uint32_t code;
    sit_utf8_decode(pending->data, pending->n_bytes, &code);
    if (code == UINT32_MAX)
        note_unknown(screen, pending->data, pending->n_bytes);
    else
        ptygrid_put_code(screen, code);
    sit_buf_reset(pending);
}

void ptyscreen_feed(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                    int64_t now_us)
{
    for (size_t i = 0; i < n_bytes; i++)
        feed_byte(screen, bytes[i], now_us);
}

bool ptyscreen_is_ground(const struct ptyscreen *screen)
{
    return screen->pending.n_bytes == 0;
}

void ptyscreen_row_text(const struct ptyscreen *screen, size_t row, struct sit_buf *out)
{
    if (row >= screen->n_rows)
        return;
    const uint32_t *cells = screen->cells + row * screen->n_cols;
    size_t n = screen->n_cols;
    while (n > 0 && cells[n - 1] == ' ')
        n--;
    for (size_t i = 0; i < n; i++) {
        char bytes[4];
        if (cells[i] != 0)
            sit_buf_append(out, bytes, sit_utf8_encode(cells[i], bytes));
    }
}
