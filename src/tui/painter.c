/*
 * The grid onto the terminal through curses.
 */
#include "painter.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "palette.h"
#include "sitter/alloc.h"
#include "sitter/term.h"
#include "sitter/text.h"
#include "sitter/tui.h"

struct sit_painter {
    SCREEN *screen;
    FILE *output;  /* curses's own way to the terminal */
    int memory_fd; /* where it leads instead during a flush; -1: not to be had */
    struct sit_grid drawn; /* what is on the terminal */
    struct sit_grid next;  /* what the next flush shows */
    bool due;              /* a repaint or an erasure */
    struct {
        attr_t attributes;
        short pair;
    } styles[SIT_N_STYLES];
};

/* What each style is without the 256 colours: attributes, which can be read on any
 * background. What the eight colours look like nobody knows. */
static const attr_t plain_styles[SIT_N_STYLES] = {
    [SIT_STYLE_NORMAL] = A_NORMAL,
    [SIT_STYLE_DIM] = A_DIM,
    [SIT_STYLE_BOLD] = A_BOLD,
    [SIT_STYLE_TITLE] = A_REVERSE,
    [SIT_STYLE_KEY] = A_BOLD,
    [SIT_STYLE_CURSOR] = A_REVERSE,
    [SIT_STYLE_GOOD] = A_NORMAL,
    [SIT_STYLE_WARN] = A_BOLD,
    [SIT_STYLE_BAD] = A_BOLD | A_REVERSE,
    [SIT_STYLE_CLASS] = A_BOLD,
    [SIT_STYLE_CLASS + 1] = A_UNDERLINE,
    [SIT_STYLE_CLASS + 2] = A_NORMAL,
    [SIT_STYLE_CLASS + 3] = A_BOLD | A_UNDERLINE,
    [SIT_STYLE_CLASS + 4] = A_REVERSE,
    [SIT_STYLE_CLASS + 5] = A_DIM,
};

/* Where a row begins with plain blanks and its text begins further right than before,
 * ncurses erases from the left margin (el1), and with it the picture that is there. A
 * blank of another attribute keeps it from that; terminals do nothing about this one.
 */
#define NO_PLAIN_BLANK A_PROTECT

/* Coloured text is bold, but for what is not to stand out. */
static attr_t coloured_style(size_t style)
{
    return style == SIT_STYLE_GOOD ? A_NORMAL : A_BOLD;
}

static void set_up_styles(struct sit_painter *painter, int n_colours,
                          const uint8_t *background)
{
    bool coloured = n_colours > 0 && has_colors() && start_color() != ERR &&
                    use_default_colors() != ERR && COLORS >= 256;
    for (size_t i = 0; i < SIT_N_STYLES; i++) {
        painter->styles[i].attributes = plain_styles[i];
        painter->styles[i].pair = 0;
        short pair = (short)(i + 1);
        short colour = (short)sit_palette_colour((enum sit_style)i, background);
        if (coloured && colour >= 0 && pair < COLOR_PAIRS &&
            init_pair(pair, colour, -1) != ERR) {
            painter->styles[i].pair = pair;
            painter->styles[i].attributes = coloured_style(i);
        }
    }
}

static enum sit_status unsuitable(struct sit_error *err)
{
    const char *type = getenv("TERM");
    return sit_error_set(err, SIT_E_UNSUPPORTED,
                         "no full-screen display on a terminal of type '%s' ($TERM)",
                         type != NULL ? type : "");
}

enum sit_status sit_painter_check(struct sit_error *err)
{
    int code;
    if (setupterm(NULL, STDOUT_FILENO, &code) == ERR)
        return unsuitable(err);
    bool can_move = cursor_address != NULL;
    del_curterm(cur_term);
    return can_move ? SIT_OK : unsuitable(err);
}

/* A descriptor of its own for curses, so that standard output leads to the terminal at
 * all times. */
static enum sit_status open_output(struct sit_painter *painter, struct sit_error *err)
{
    painter->memory_fd = memfd_create("sitter", MFD_CLOEXEC);
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    painter->output = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (painter->output != NULL)
        return SIT_OK;
    if (fd >= 0)
        close(fd);
    return sit_error_set_errno(err, SIT_E_IO, "cannot open the terminal");
}

static void release(struct sit_painter *painter)
{
    if (painter->output != NULL)
        fclose(painter->output);
    if (painter->memory_fd >= 0)
        close(painter->memory_fd);
    sit_grid_release(&painter->drawn);
    sit_grid_release(&painter->next);
    free(painter);
}

/* xterm calls itself that, with eight colours, unless it is told otherwise: where it
 * is known to have 256, its description with them is used, if there is one. False:
 * $TERM as it is. */
static bool find_better_type(int n_colours, char *type, size_t n_bytes)
{
    const char *term = getenv("TERM");
    int code;
    if (n_colours < 256 || term == NULL || setupterm(NULL, STDOUT_FILENO, &code) == ERR)
        return false;
    int n_known = tigetnum("colors");
    del_curterm(cur_term);
    if (n_known >= 256 ||
        (size_t)snprintf(type, n_bytes, "%s-256color", term) >= n_bytes ||
        setupterm(type, STDOUT_FILENO, &code) == ERR)
        return false;
    del_curterm(cur_term);
    return true;
}

enum sit_status sit_painter_open(int n_colours, const uint8_t *background,
                                 struct sit_painter **out, struct sit_error *err)
{
    struct sit_painter *painter = sit_calloc(1, sizeof *painter);
    if (painter == NULL)
        return sit_error_nomem(err);
    enum sit_status status = open_output(painter, err);
    if (status != SIT_OK) {
        release(painter);
        return status;
    }
    use_tioctl(TRUE); /* $LINES and $COLUMNS may be old */
    char type[64];
    bool better = find_better_type(n_colours, type, sizeof type);
    painter->screen = newterm(better ? type : NULL, painter->output, stdin);
    if (painter->screen == NULL) {
        release(painter);
        return unsuitable(err);
    }
    raw();
    noecho();
    nonl();
    typeahead(-1); /* else curses would put off a refresh while keys are waiting */
    curs_set(0);
    idlok(stdscr, FALSE);
    idcok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    set_up_styles(painter, n_colours, background);
    painter->due = true;
    *out = painter;
    return SIT_OK;
}

/* Without a second screen to leave, what was drawn would stay around the prompt. */
static void leave_screen(void)
{
    endwin();
    if (enter_ca_mode == NULL && clear_screen != NULL) {
        tputs(clear_screen, lines, putchar);
        fflush(stdout);
    }
}

void sit_painter_close(struct sit_painter *painter)
{
    if (painter == NULL)
        return;
    leave_screen();
    delscreen(painter->screen);
    release(painter);
}

void sit_painter_leave(struct sit_painter *painter)
{
    (void)painter;
    leave_screen();
}

void sit_painter_return(struct sit_painter *painter)
{
    reset_prog_mode();
    curs_set(1); /* so that the next call says it again */
    curs_set(0);
    sit_painter_repaint(painter);
}

void sit_painter_resize(struct sit_painter *painter, size_t n_cols, size_t n_rows)
{
    if (n_cols > 0 && n_rows > 0 && n_cols <= INT16_MAX && n_rows <= INT16_MAX)
        resizeterm((int)n_rows, (int)n_cols);
    sit_painter_repaint(painter);
}

void sit_painter_repaint(struct sit_painter *painter)
{
    clearok(curscr, TRUE);
    sit_grid_release(&painter->drawn);
    painter->due = true;
}

void sit_painter_erase_rows(struct sit_painter *painter, size_t row, size_t n_rows)
{
    size_t height = (size_t)getmaxy(stdscr);
    if (row >= height)
        return;
    if (n_rows > height - row)
        n_rows = height - row;
    wredrawln(stdscr, (int)row, (int)n_rows);
    painter->due = true;
}

static void put_cell(const struct sit_painter *painter, size_t row, size_t col,
                     const struct sit_cell *cell)
{
    wchar_t text[SIT_CELL_MAX_CODES + 1];
    size_t n = 0;
    for (size_t i = 0; i < cell->n_bytes && n < SIT_CELL_MAX_CODES;) {
        uint32_t code;
        i += sit_utf8_decode(cell->text + i, cell->n_bytes - i, &code);
        text[n++] = (wchar_t)code;
    }
    text[n] = L'\0';
    attr_t attributes = painter->styles[cell->style].attributes;
    if (col == 0 && cell->n_bytes == 1 && cell->text[0] == ' ')
        attributes |= NO_PLAIN_BLANK;
    cchar_t out;
    if (setcchar(&out, text, attributes, painter->styles[cell->style].pair, NULL) !=
        ERR)
        mvadd_wch((int)row, (int)col, &out);
}

static bool same_row(const struct sit_grid *a, const struct sit_grid *b, size_t row)
{
    const struct sit_cell *x = a->cells + row * a->n_cols;
    const struct sit_cell *y = b->cells + row * b->n_cols;
    for (size_t col = 0; col < a->n_cols; col++) {
        if (x[col].style != y[col].style || x[col].width != y[col].width ||
            x[col].n_bytes != y[col].n_bytes ||
            memcmp(x[col].text, y[col].text, x[col].n_bytes) != 0)
            return false;
    }
    return true;
}

static bool copy_grid(struct sit_grid *to, const struct sit_grid *from)
{
    if (!sit_grid_resize(to, from->n_cols, from->n_rows))
        return false;
    memcpy(to->cells, from->cells, from->n_cols * from->n_rows * sizeof *from->cells);
    return true;
}

static bool is_other_size(const struct sit_painter *painter)
{
    return painter->drawn.n_cols != painter->next.n_cols ||
           painter->drawn.n_rows != painter->next.n_rows;
}

bool sit_painter_draw(struct sit_painter *painter, const struct sit_grid *grid)
{
    if (!copy_grid(&painter->next, grid))
        return false;
    bool changed = painter->due || is_other_size(painter);
    for (size_t row = 0; !changed && row < grid->n_rows; row++)
        changed = !same_row(&painter->drawn, grid, row);
    return changed;
}

static void put_row(const struct sit_painter *painter, size_t row)
{
    const struct sit_grid *grid = &painter->next;
    for (size_t col = 0; col < grid->n_cols; col++) {
        const struct sit_cell *cell = &grid->cells[row * grid->n_cols + col];
        if (cell->width > 0)
            put_cell(painter, row, col, cell);
    }
}

static void send_changes(void)
{
    wnoutrefresh(stdscr);
    doupdate();
}

/* Row by row. ncurses scrolls a part of the screen where it finds rows in another
 * place, whatever idlok() was told, and the terminal then moves the picture along.
 * Where one row alone has changed it finds none. */
static void send_rows(struct sit_painter *painter, size_t row, size_t col)
{
    bool all = is_other_size(painter); /* every picture is sent again */
    if (all)
        erase();
    else if (painter->due)
        send_changes(); /* what is erased is found in no other place either */
    for (size_t r = 0; r < painter->next.n_rows; r++) {
        if (!all && same_row(&painter->drawn, &painter->next, r))
            continue;
        put_row(painter, r);
        if (!all)
            send_changes();
    }
    wmove(stdscr, (int)row, (int)col);
    send_changes();
    fflush(painter->output);
}

/* Let curses write into memory. */
static bool begin_capture(const struct sit_painter *painter)
{
    return painter->memory_fd >= 0 && lseek(painter->memory_fd, 0, SEEK_SET) == 0 &&
           dup3(painter->memory_fd, fileno(painter->output), O_CLOEXEC) >= 0;
}

static void end_capture(const struct sit_painter *painter, struct sit_buf *out)
{
    char bytes[4096];
    off_t n_bytes = lseek(painter->memory_fd, 0, SEEK_CUR), at = 0;
    dup3(STDOUT_FILENO, fileno(painter->output), O_CLOEXEC);
    while (at < n_bytes) {
        size_t left = (size_t)(n_bytes - at);
        ssize_t n = pread(painter->memory_fd, bytes,
                          left < sizeof bytes ? left : sizeof bytes, at);
        if (n <= 0) {
            out->failed = true;
            return;
        }
        sit_buf_append(out, bytes, (size_t)n);
        at += n;
    }
}

void sit_painter_flush(struct sit_painter *painter, size_t row, size_t col,
                       struct sit_buf *out)
{
    bool captures = out != NULL && begin_capture(painter);
    if (!captures && out != NULL) {
        sit_term_write(STDOUT_FILENO, sit_buf_text(out), out->n_bytes, NULL);
        sit_buf_reset(out);
    }
    send_rows(painter, row, col);
    if (captures)
        end_capture(painter, out);
    painter->due = !copy_grid(&painter->drawn, &painter->next);
}

const char *sit_tui_curses_version(void)
{
    return curses_version();
}
