/*
 * What follows from the probe's answers, the window size and the environment: the way
 * pictures are drawn, the cell size, the colours. Parsing is probe.c's.
 */
#include "sitter/term.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe_decide.h"

static const char *const graphics_names[] = {
    [SIT_GRAPHICS_NONE] = "none",
    [SIT_GRAPHICS_BLOCKS_16] = "blocks-16",
    [SIT_GRAPHICS_BLOCKS_256] = "blocks-256",
    [SIT_GRAPHICS_BLOCKS_RGB] = "blocks-rgb",
    [SIT_GRAPHICS_SIXEL] = "sixel",
    [SIT_GRAPHICS_KITTY] = "kitty",
};
enum { N_GRAPHICS = sizeof graphics_names / sizeof *graphics_names };
_Static_assert((int)N_GRAPHICS == (int)SIT_N_GRAPHICS, "each has a name");

enum { RGB_COLOURS = 1 << 24 };

/* Terminals by the beginning of XTVERSION's answer. */
static const struct {
    const char *name;
    int n_colours;
    bool has_kitty;
} known_terminals[] = {
    {"kitty", RGB_COLOURS, true},    {"ghostty", RGB_COLOURS, true},
    {"foot", RGB_COLOURS, false},    {"WezTerm", RGB_COLOURS, false},
    {"contour", RGB_COLOURS, false}, {"iTerm2", RGB_COLOURS, false},
    {"Konsole", RGB_COLOURS, false}, {"XTerm", 256, false},
    {"mlterm", 256, false},          {"tmux", 256, false},
};
enum { N_KNOWN = sizeof known_terminals / sizeof *known_terminals };

/* $TERM of terminals without colours, or with few. */
static const struct {
    const char *term;
    int n_colours;
} known_terms[] = {
    {"", 2},
    {"dumb", 2},
    {"unknown", 2},
    {"vt100", 2},
    {"vt102", 2},
    {"vt220", 2},
    {"linux", 16},
    {"xterm-kitty", RGB_COLOURS},
    {"xterm-ghostty", RGB_COLOURS},
};
enum { N_TERMS = sizeof known_terms / sizeof *known_terms };

const char *sit_graphics_name(enum sit_graphics graphics)
{
    return (size_t)graphics < N_GRAPHICS ? graphics_names[graphics] : "unknown";
}

/* "" where the variable is unset. */
static const char *variable(sit_getenv_fn *env, void *env_context, const char *name)
{
    const char *value = env(env_context, name);
    return value != NULL ? value : "";
}

static size_t find_known_terminal(const char *name)
{
    size_t i = 0;
    while (i < N_KNOWN && strncasecmp(name, known_terminals[i].name,
                                      strlen(known_terminals[i].name)) != 0)
        i++;
    return i;
}

static int count_colours(const struct sit_term_caps *caps, const char *term,
                         const char *colorterm)
{
    if (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0 ||
        strstr(term, "-direct") != NULL)
        return RGB_COLOURS;
    int n_colours = 16;
    if (strstr(term, "256color") != NULL)
        n_colours = 256;
    for (size_t i = 0; i < N_TERMS; i++) {
        if (strcmp(term, known_terms[i].term) == 0)
            n_colours = known_terms[i].n_colours;
    }
    /* The name was answered by the terminal itself, $TERM was only inherited. */
    size_t known = find_known_terminal(caps->name);
    if (known < N_KNOWN && known_terminals[known].n_colours > n_colours)
        n_colours = known_terminals[known].n_colours;
    return n_colours;
}

static enum sit_graphics choose_graphics(const struct sit_term_caps *caps, bool utf8,
                                         const char *wish)
{
    for (size_t i = 0; i < N_GRAPHICS; i++) {
        if (strcmp(wish, graphics_names[i]) == 0)
            return (enum sit_graphics)i;
    }
    /* Where there are both it is sixel: a quarter of the bytes, and those terminals
     * (WezTerm, Konsole) know only a part of kitty's protocol. */
    if (caps->has_sixel)
        return SIT_GRAPHICS_SIXEL;
    if (caps->has_kitty)
        return SIT_GRAPHICS_KITTY;
    if (!utf8 || caps->n_colours < 16)
        return SIT_GRAPHICS_NONE;
    if (caps->n_colours >= RGB_COLOURS)
        return SIT_GRAPHICS_BLOCKS_RGB;
    return caps->n_colours >= 256 ? SIT_GRAPHICS_BLOCKS_256 : SIT_GRAPHICS_BLOCKS_16;
}

static bool parse_cell(const char *text, size_t *width_px, size_t *height_px)
{
    char *end;
    long width = strtol(text, &end, 10);
    if (end == text || *end != 'x')
        return false;
    const char *second = end + 1;
    long height = strtol(second, &end, 10);
    if (end == second || *end != '\0' || width < 1 || width > 255 || height < 1 ||
        height > 255)
        return false;
    *width_px = (size_t)width;
    *height_px = (size_t)height;
    return true;
}

bool sit_term_is_cell(size_t width_px, size_t height_px)
{
    return width_px >= 2 && width_px <= 255 && height_px >= 4 && height_px <= 255;
}

/* Use this source if it gives a size that a cell can have. */
static bool take_cell(struct sit_term_caps *caps, size_t width_px, size_t height_px,
                      size_t n_cols, size_t n_rows, const char *source)
{
    if (n_cols == 0 || n_rows == 0)
        return false;
    size_t cell_width = width_px / n_cols;
    size_t cell_height = height_px / n_rows;
    if (!sit_term_is_cell(cell_width, cell_height))
        return false;
    caps->cell_width_px = cell_width;
    caps->cell_height_px = cell_height;
    caps->cell_source = source;
    return true;
}

void sit_term_probe_finish(struct sit_term_probe *probe, size_t n_cols, size_t n_rows,
                           size_t width_px, size_t height_px, bool utf8,
                           sit_getenv_fn *env, void *env_context,
                           struct sit_term_caps *out)
{
    struct sit_term_caps caps = probe->caps;
    /* CSI 18 t only where the kernel does not know: tmux 3.3 answers columns first. */
    if (n_cols > 0 && n_rows > 0) {
        caps.n_cols = n_cols;
        caps.n_rows = n_rows;
    }
    n_cols = caps.n_cols;
    n_rows = caps.n_rows;
    if (n_cols > 0 && n_rows > 0 && width_px > 0 && height_px > 0) {
        caps.window_cell_width_px = (double)width_px / (double)n_cols;
        caps.window_cell_height_px = (double)height_px / (double)n_rows;
    }

    size_t width, height;
    if (parse_cell(variable(env, env_context, "SITTER_CELL"), &width, &height)) {
        caps.cell_width_px = width;
        caps.cell_height_px = height;
        caps.cell_source = "$SITTER_CELL";
    } else if (!take_cell(&caps, caps.cell_width_px, caps.cell_height_px, 1, 1,
                          "CSI 16t") &&
               !take_cell(&caps, width_px, height_px, n_cols, n_rows, "TIOCGWINSZ") &&
               !take_cell(&caps, probe->text_width_px, probe->text_height_px, n_cols,
                          n_rows, "CSI 14t") &&
               !take_cell(&caps, caps.max_width_px, caps.max_height_px, n_cols, n_rows,
                          "XTSMGRAPHICS")) {
        caps.cell_width_px = 10;
        caps.cell_height_px = 20;
        caps.cell_source = "assumed";
    }

    const char *term = variable(env, env_context, "TERM");
    size_t known = find_known_terminal(caps.name);
    caps.in_tmux = variable(env, env_context, "TMUX")[0] != '\0';
    /* A name that the terminal itself has told counts like its answer; $TERM, which is
     * inherited by whatever runs inside, does not. */
    caps.has_kitty = caps.has_kitty ||
                     (known < N_KNOWN && known_terminals[known].has_kitty);
    caps.half_blocks = strcmp(term, "linux") == 0;
    caps.n_colours = count_colours(&caps, term,
                                   variable(env, env_context, "COLORTERM"));
    caps.is_utf8 = probe->utf8_answer != 0 ? probe->utf8_answer > 0 : utf8;
    caps.graphics = choose_graphics(&caps, caps.is_utf8,
                                    variable(env, env_context, "SITTER_GRAPHICS"));
    /* NO_COLOR is about coloured text. A picture without its colours is another
     * picture, so that choice is made above. */
    if (variable(env, env_context, "NO_COLOR")[0] != '\0')
        caps.n_colours = 2;
    *out = caps;
}
