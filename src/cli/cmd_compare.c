#include "commands.h"
static int run(struct cli *cli)
{
    (void)cli;
    return 1;
}
const struct cli_command cli_command_compare = {
    .name = "compare",
    .arguments = "A B",
    .summary = "two models on the same faces",
    .run = run,
    .min_arguments = 2,
    .max_arguments = 2};
