/*
 * Where the commands of before are kept between runs: with the user's state, not in the
 * project, which others get copies of.
 */
#include <stdlib.h>

#include "command.h"
#include "sitter/file.h"

/* $XDG_STATE_HOME/sitter, or what stands for it; NULL: nowhere. The caller frees it. */
static char *state_dir(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state != NULL && state[0] == '/')
        return sit_file_join(state, "sitter");
    return home != NULL && home[0] == '/' ? sit_file_join(home, ".local/state/sitter")
                                          : NULL;
}

void sit_history_load(struct sit_history *history)
{
    enum { MAX_BYTES = 1 << 16 };
    char *dir = state_dir();
    char *path = dir != NULL ? sit_file_join(dir, "commands") : NULL;
    struct sit_buf bytes = {0};
    if (path != NULL && sit_file_read(path, MAX_BYTES, &bytes, NULL) == SIT_OK)
        sit_history_parse(history, sit_buf_text(&bytes), bytes.n_bytes);
    history->is_new = false;
    sit_buf_release(&bytes);
    free(path);
    free(dir);
}

void sit_history_save(const struct sit_history *history)
{
    if (!history->is_new)
        return;
    char *dir = state_dir();
    char *path = dir != NULL ? sit_file_join(dir, "commands") : NULL;
    struct sit_buf bytes = {0};
    sit_history_print(history, &bytes);
    if (path != NULL && !bytes.failed && sit_file_make_dir(dir, NULL) == SIT_OK)
        sit_file_write_atomic(path, sit_buf_text(&bytes), bytes.n_bytes, NULL);
    sit_buf_release(&bytes);
    free(path);
    free(dir);
}
