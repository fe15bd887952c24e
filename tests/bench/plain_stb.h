/*
 * Decoding a picture with stb_image alone, the pixels thrown away.
 */
#ifndef SITTER_PLAIN_STB_H
#define SITTER_PLAIN_STB_H

#include <stdbool.h>
#include <stddef.h>

bool plain_stb_decode(const void *bytes, size_t n_bytes);

#endif
