#include "commands.h"
static int run(struct cli *cli)
{
    (void)cli;
    return 1;
}
const struct cli_command cli_command_curve = {
    .name = "curve",
    .arguments = "",
    .summary = "accuracy against number of labels",
    .run = run};
