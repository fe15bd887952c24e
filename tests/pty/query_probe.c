/*
 * A helper for the tests of the harness: asks the terminal it runs in, as sitter does,
 * and prints what came out. With "guard" it dies of a fatal signal in the middle of a
 * picture instead; with "picture" it draws one.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "sitter/term.h"
#include "sitter/text.h"

static int print_caps(void)
{
    struct sit_error err = {0};
    struct sit_term_caps caps;
    struct sit_buf typed = {0};
    if (sit_term_query(STDIN_FILENO, STDOUT_FILENO, 1200, &typed, &caps, &err) !=
        SIT_OK) {
        printf("failed: %s\n", err.message);
        return 1;
    }
    printf("graphics %s\nanswered %d sixel %d kitty %d sync %d tmux %d\n",
           sit_graphics_name(caps.graphics), caps.answered, caps.has_sixel,
           caps.has_kitty, caps.has_sync, caps.in_tmux);
    printf("registers %zu max %zux%zu\n", caps.n_registers, caps.max_width_px,
           caps.max_height_px);
    printf("cell %zux%zu by %s\n", caps.cell_width_px, caps.cell_height_px,
           caps.cell_source);
    printf("window %zux%zu colours %d\nname %s|\ntyped %s|\n", caps.n_cols, caps.n_rows,
           caps.n_colours, caps.name, sit_buf_text(&typed));
    sit_buf_release(&typed);
    fflush(stdout);
    /* Stay until a line comes, so that a test can look and resize. */
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL && line[0] == 'm') {
        sit_term_measure(STDOUT_FILENO, &caps);
        printf("measured %zux%zu cells of %zux%zu\n", caps.n_cols, caps.n_rows,
               caps.cell_width_px, caps.cell_height_px);
        fflush(stdout);
    }
    return 0;
}

static int die_guarded(void)
{
    struct sit_error err = {0};
    if (sit_term_guard_install(STDOUT_FILENO, &err) != SIT_OK)
        return 1;
    struct termios raw;
    tcgetattr(STDOUT_FILENO, &raw);
    cfmakeraw(&raw);
    tcsetattr(STDOUT_FILENO, TCSANOW, &raw);
    const char text[] = "\033[?1049h\033[?25l\033[?2026h\033Pq\"1;1;10;6#0";
    sit_term_write(STDOUT_FILENO, text, sizeof text - 1, &err);
    raise(SIGSEGV);
    return 1;
}

static int draw_picture(void)
{
    struct sit_error err = {0};
    struct sit_image image = {0};
    struct sit_picture_format format = {.graphics = SIT_GRAPHICS_SIXEL,
                                        .n_cols = 12,
                                        .n_rows = 6,
                                        .cell_width_px = 10,
                                        .cell_height_px = 20,
                                        .n_colours = 64};
    struct sit_buf bytes = {0};
    if (sit_image_new(120, 120, &image, &err) != SIT_OK)
        return 1;
    for (size_t y = 0; y < 120; y++) {
        for (size_t x = 0; x < 120; x++) {
            image.rgb[(y * 120 + x) * 3] = (uint8_t)(2 * x);
            image.rgb[(y * 120 + x) * 3 + 1] = (uint8_t)(2 * y);
        }
    }
    sit_buf_append_text(&bytes, "\033[2J\033[?2026h\033[3;5H");
    enum sit_status status = sit_picture_encode(&format, &image, &bytes, &err);
    sit_buf_append_text(&bytes, "\033[3;5H\033[?2026l");
    if (status == SIT_OK)
        status = sit_term_write(STDOUT_FILENO, bytes.data, bytes.n_bytes, &err);
    sit_image_release(&image);
    sit_buf_release(&bytes);
    return status == SIT_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    sit_text_init_locale();
    if (argc == 2 && strcmp(argv[1], "guard") == 0)
        return die_guarded();
    if (argc == 2 && strcmp(argv[1], "picture") == 0)
        return draw_picture();
    return print_caps();
}
