/*
 * What the import and the export of a Keras file both say.
 */
#include "keras_out.h"

void cli_say_keras_outputs(const struct cli *cli,
                           const struct sit_keras_outputs *outputs)
{
    struct sit_buf text = {0};
    if (outputs->is_sigmoid) {
        cli_say(cli, "the output is the probability of %s (of %s at 0)",
                outputs->classes[1].name, outputs->classes[0].name);
        return;
    }
    for (size_t k = 0; k < outputs->n_classes; k++)
        sit_buf_appendf(&text, "%s%s", k > 0 ? ", " : "", outputs->classes[k].name);
    cli_say(cli, "the outputs are the probabilities of %s", sit_buf_text(&text));
    sit_buf_release(&text);
}
