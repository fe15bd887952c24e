/*
 * What most commands begin with: the project, the annotator.
 */
#include "cli.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/term.h"

int cli_open(const struct cli *cli, enum sit_project_mode mode,
             struct sit_project **project)
{
    struct sit_error err;
    if (sit_project_open(cli->db, mode, project, &err) != SIT_OK)
        return cli_fail(&err);
    return CLI_DONE;
}

int cli_check_paths(const struct cli *cli)
{
    struct sit_error err;
    for (size_t i = 0; i < cli->n_arguments; i++) {
        if (access(cli->arguments[i], R_OK) != 0) {
            sit_error_set_errno(&err, SIT_E_IO, "cannot open '%s'", cli->arguments[i]);
            return cli_fail(&err);
        }
    }
    return CLI_DONE;
}

int cli_open_or_make(const struct cli *cli, struct sit_project **project, bool *is_new)
{
    struct sit_error err;
    *is_new = access(cli->db, F_OK) != 0;
    if (*is_new) {
        struct sit_class_list classes;
        sit_class_list_default(&classes);
        if (sit_project_create(cli->db, &classes, &err) != SIT_OK)
            return cli_fail(&err);
    }
    return cli_open(cli, SIT_PROJECT_WRITE, project);
}

void cli_keep_new(const struct cli *cli, bool is_new, bool empty)
{
    if (is_new && empty)
        unlink(cli->db); /* nobody asked for an empty project */
    else if (is_new)
        cli_say(cli, "made '%s'", cli->db);
}

int cli_fail_without_pictures(const struct cli *cli)
{
    struct sit_error err;
    if (cli->n_arguments == 1)
        sit_error_set(&err, SIT_E_NOT_FOUND, "no picture in '%s'", cli->arguments[0]);
    else
        sit_error_set(&err, SIT_E_NOT_FOUND, "no picture in any of the %zu paths",
                      cli->n_arguments);
    return cli_fail(&err);
}

int cli_check_out(const struct cli *cli, const char *path)
{
    struct stat project, out;
    struct sit_error err;
    if (path == NULL || stat(path, &out) != 0 || !S_ISREG(out.st_mode))
        return CLI_DONE;
    bool same = stat(cli->db, &project) == 0 && project.st_dev == out.st_dev &&
                project.st_ino == out.st_ino;
    char magic[16] = "";
    /* Never the project itself: closing it again would drop SQLite's locks on it. */
    FILE *file = same ? NULL : fopen(path, "rbe");
    if (file != NULL) {
        size_t n = fread(magic, 1, sizeof magic, file);
        fclose(file);
        same = n == sizeof magic && memcmp(magic, "SQLite format 3", 16) == 0;
    }
    if (!same)
        return CLI_DONE;
    sit_error_set(&err, SIT_E_EXISTS,
                  "'%s' is a project or another database; nothing is "
                  "written over it",
                  path);
    return cli_fail(&err);
}

int cli_check_environment(void)
{
    int code = cli_load_keys();
    if (code != CLI_DONE)
        return code;
    const char *graphics = getenv("SITTER_GRAPHICS");
    if (graphics == NULL || graphics[0] == '\0')
        return CLI_DONE;
    struct sit_buf names = {0};
    bool known = false;
    for (int g = SIT_GRAPHICS_NONE; g < SIT_N_GRAPHICS; g++) {
        const char *name = sit_graphics_name((enum sit_graphics)g);
        known = known || strcmp(graphics, name) == 0;
        sit_buf_appendf(&names, "%s%s", g > 0 ? ", " : "", name);
    }
    code = known ? CLI_DONE
                 : cli_usage_error("$SITTER_GRAPHICS is '%s', not one of %s", graphics,
                                   sit_buf_text(&names));
    sit_buf_release(&names);
    return code;
}

bool cli_locale_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return strcasestr(value, "utf-8") != NULL ||
                   strcasestr(value, "utf8") != NULL;
    }
    return false;
}

const char *cli_annotator(const struct cli *cli)
{
    const char *name = cli_value(cli, "annotator");
    if (name != NULL && name[strspn(name, " \t")] != '\0')
        return name;
    const struct passwd *user = getpwuid(geteuid());
    if (user != NULL && user->pw_name[0] != '\0')
        return user->pw_name;
    name = getenv("USER");
    return name != NULL && name[0] != '\0' ? name : "annotator";
}

void cli_say_disputed(const struct cli *cli, struct sit_project *project)
{
    struct sit_face_table table = {0};
    if (sit_face_table_load(project, 0, &table, NULL) == SIT_OK && table.n_disputed > 0)
        cli_say(cli, "%zu disputed face%s left out: annotators tie (sitter adjudicate)",
                table.n_disputed, table.n_disputed == 1 ? " is" : "s are");
    sit_face_table_release(&table);
}
