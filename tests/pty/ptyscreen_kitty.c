/*
 * The kitty graphics protocol as a terminal reads it: pieces put together, base64 taken
 * apart, pictures placed, replaced and deleted by their ids. Only what a program may
 * reasonably send: anything else is counted as unknown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ptyscreen.h"
#include "sitter/alloc.h"

/* ESC _ G key=value,... ; payload ESC \ */
struct command {
    char action, delete_what;
    unsigned format, more, quiet, stays;
    uint32_t id;
    const char *payload;
    size_t n_payload;
};

bool ptyscreen_is_kitty(const char *bytes, size_t n_bytes)
{
    return n_bytes > 5 && bytes[1] == '_' && bytes[2] == 'G';
}

static void parse(const char *bytes, size_t n_bytes, struct command *out)
{
    *out = (struct command){.action = 't'};
    const char *end = bytes + n_bytes - 2, *at = bytes + 3;
    while (at + 2 < end && at[1] == '=') {
        char key = *at;
        const char *value = at + 2;
        unsigned long number = strtoul(value, NULL, 10);
        switch (key) {
        case 'a': out->action = *value; break;
        case 'd': out->delete_what = *value; break;
        case 'f': out->format = (unsigned)number; break;
        case 'm': out->more = (unsigned)number; break;
        case 'q': out->quiet = (unsigned)number; break;
        case 'C': out->stays = (unsigned)number; break;
        case 'i': out->id = (uint32_t)number; break;
        default: break;
        }
        while (at < end && *at != ',' && *at != ';')
            at++;
        if (at >= end || *at == ';')
            break;
        at++;
    }
    const char *semicolon = memchr(bytes, ';', n_bytes);
    out->payload = semicolon != NULL ? semicolon + 1 : end;
    out->n_payload = (size_t)(end - out->payload);
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* False where it is no base64. */
static bool decode_base64(const char *text, size_t n, struct sit_buf *out)
{
    if (n % 4 != 0)
        return false;
    for (size_t i = 0; i < n; i += 4) {
        uint32_t group = 0;
        size_t n_pad = 0;
        for (size_t k = 0; k < 4; k++) {
            int value = base64_value(text[i + k]);
            bool is_pad = text[i + k] == '=' && i + 4 == n && k >= 2;
            if ((value < 0 && !is_pad) || (value >= 0 && n_pad > 0))
                return false;
            n_pad += is_pad ? 1 : 0;
            group = group << 6 | (uint32_t)(value < 0 ? 0 : value);
        }
        for (size_t b = 0; b < 3 - n_pad; b++)
            sit_buf_append_char(out, (char)(group >> (16 - 8 * b) & 0xff));
    }
    return !out->failed;
}

static void delete_pictures(struct ptyscreen *screen, uint32_t id)
{
    for (size_t i = 0; i < screen->n_pictures; i++) {
        struct ptyscreen_picture *picture = &screen->pictures[i];
        if (picture->is_kitty && (id == 0 || picture->id == id))
            picture->is_erased = true;
    }
}

static bool transmit(struct ptyscreen *screen, const struct command *command,
                     int64_t now_us)
{
    if (!screen->kitty_open) {
        if (command->action != 'T' || command->format != 100 || command->stays != 1 ||
            command->id == 0)
            return false;
        sit_buf_reset(&screen->kitty);
        screen->kitty_id = command->id;
        screen->kitty_open = true;
    }
    if (command->n_payload > 4096 ||
        !decode_base64(command->payload, command->n_payload, &screen->kitty))
        return false;
    if (command->more != 0)
        return true;
    screen->kitty_open = false;
    delete_pictures(screen, screen->kitty_id);
    void *items = screen->pictures;
    char *bytes = malloc(screen->kitty.n_bytes + 1);
    if (bytes == NULL ||
        !sit_grow_array(&items, &screen->pictures_capacity, screen->n_pictures + 1,
                        sizeof *screen->pictures))
        abort();
    memcpy(bytes, sit_buf_text(&screen->kitty), screen->kitty.n_bytes);
    screen->pictures = items;
    screen->pictures[screen->n_pictures++] = (struct ptyscreen_picture){
        .row = screen->row,
        .col = screen->col,
        .bytes = bytes,
        .n_bytes = screen->kitty.n_bytes,
        .is_kitty = true,
        .id = screen->kitty_id,
        .is_in_sync = screen->is_sync_open,
        .end_us = now_us,
        .frame_us = screen->is_sync_open ? 0 : now_us,
    };
    return true;
}

bool ptyscreen_do_kitty(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                        int64_t now_us)
{
    struct command command;
    parse(bytes, n_bytes, &command);
    if (command.action == 'q') {
        if (screen->query != NULL)
            screen->query(screen->query_context, bytes, n_bytes);
        return true;
    }
    if (command.quiet != 2) /* its answer would arrive as keys */
        return false;
    if (command.action == 'd') {
        if (screen->kitty_open || (command.delete_what == 'I' && command.id == 0) ||
            (command.delete_what != 'I' && command.delete_what != 'A'))
            return false;
        delete_pictures(screen, command.delete_what == 'A' ? 0 : command.id);
        return true;
    }
    return transmit(screen, &command, now_us);
}

size_t ptyscreen_n_standing(const struct ptyscreen *screen)
{
    size_t n = 0;
    for (size_t i = 0; i < screen->n_pictures; i++)
        n += screen->pictures[i].is_erased ? 0 : 1;
    return n;
}
