/*
 * The one place where stb's code is compiled, from the Debian package's headers. It
 * also holds the allocators that stb is given: a cap for the reader, against files
 * that unpack to far more than their header says, and for the PNG writer a way out
 * where memory ends.
 */
#include "stb_limits.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

static _Thread_local size_t max_allocation_bytes;
static _Thread_local bool allocation_refused, allocation_failed;

void sit_stb_limit_allocation(size_t max_bytes)
{
    max_allocation_bytes = max_bytes;
    allocation_refused = allocation_failed = false;
}

bool sit_stb_allocation_refused(void)
{
    return allocation_refused;
}

bool sit_stb_allocation_failed(void)
{
    return allocation_failed;
}

static bool allowed(size_t n_bytes)
{
    if (n_bytes <= max_allocation_bytes)
        return true;
    allocation_refused = true;
    return false;
}

/* Zeroed: stb_image uses Huffman tables that a JPEG never defined, and leaves pixels
 * unset where data are corrupt. */
static void *reader_malloc(size_t n_bytes)
{
    void *block = allowed(n_bytes) ? calloc(n_bytes, 1) : NULL;
    allocation_failed = allocation_failed || block == NULL;
    return block;
}

static void *reader_realloc(void *block, size_t n_bytes)
{
    void *grown = allowed(n_bytes) ? realloc(block, n_bytes) : NULL;
    allocation_failed = allocation_failed || grown == NULL;
    return grown;
}

/* Every block of the writer is in this list, so that all can be freed at once. */
struct writer_block {
    alignas(max_align_t) struct writer_block *next;
    struct writer_block *previous;
};

static _Thread_local struct {
    struct writer_block *first;
    jmp_buf out_of_memory;
} writer;

static void writer_link(struct writer_block *block)
{
    block->previous = NULL;
    block->next = writer.first;
    if (writer.first != NULL)
        writer.first->previous = block;
    writer.first = block;
}

static void writer_unlink(struct writer_block *block)
{
    if (block->previous != NULL)
        block->previous->next = block->next;
    else
        writer.first = block->next;
    if (block->next != NULL)
        block->next->previous = block->previous;
}

static void writer_free(void *bytes)
{
    if (bytes == NULL)
        return;
    struct writer_block *block = (struct writer_block *)bytes - 1;
    writer_unlink(block);
    free(block);
}

static void *writer_realloc(void *bytes, size_t n_bytes)
{
    struct writer_block *block = NULL;
    if (bytes != NULL) {
        block = (struct writer_block *)bytes - 1;
        writer_unlink(block);
    }
    struct writer_block *grown = realloc(block, sizeof(*block) + n_bytes);
    if (grown == NULL) {
        if (block != NULL)
            writer_link(block);
        longjmp(writer.out_of_memory, 1);
    }
    writer_link(grown);
    return grown + 1;
}

static void *writer_malloc(size_t n_bytes)
{
    return writer_realloc(NULL, n_bytes);
}

#define STBI_MALLOC(n)     reader_malloc(n)
#define STBI_REALLOC(p, n) reader_realloc(p, n)
#define STBI_FREE(p)       free(p)
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

#define STBIW_MALLOC(n)     writer_malloc(n)
#define STBIW_REALLOC(p, n) writer_realloc(p, n)
#define STBIW_FREE(p)       writer_free(p)
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize.h>

bool sit_stb_write_png(void (*write)(void *context, void *bytes, int n_bytes),
                       void *context, int width_px, int height_px, const void *rgb)
{
    volatile bool written = false;
    writer.first = NULL;
    if (setjmp(writer.out_of_memory) == 0)
        written = stbi_write_png_to_func(write, context, width_px, height_px, 3, rgb,
                                         width_px * 3) != 0;
    while (writer.first != NULL)
        writer_free(writer.first + 1);
    return written;
}
