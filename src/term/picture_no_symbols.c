/*
 * A program that was built without libchafa has half blocks only.
 */
#include "picture.h"

void sit_picture_encode_symbols(const struct sit_image *image,
                                enum sit_graphics graphics, struct sit_buf *out)
{
    sit_picture_encode_blocks(image, graphics, out);
}

const char *sit_term_chafa_version(void)
{
    return NULL;
}
