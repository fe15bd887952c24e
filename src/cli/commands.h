/*
 * Private to the command line: every command, each defined in a file of its own.
 */
#ifndef SITTER_CLI_COMMANDS_H
#define SITTER_CLI_COMMANDS_H

#include "cli.h"

extern const struct cli_command cli_command_demo;
extern const struct cli_command cli_command_init;
extern const struct cli_command cli_command_import;
extern const struct cli_command cli_command_detect;
extern const struct cli_command cli_command_features_extract;
extern const struct cli_command cli_command_features_import;
extern const struct cli_command cli_command_features_list;
extern const struct cli_command cli_command_features_export;
extern const struct cli_command cli_command_features_remove;
extern const struct cli_command cli_command_keys;
extern const struct cli_command cli_command_label;
extern const struct cli_command cli_command_train;
extern const struct cli_command cli_command_evaluate;
extern const struct cli_command cli_command_compare;
extern const struct cli_command cli_command_curve;
extern const struct cli_command cli_command_review;
extern const struct cli_command cli_command_adjudicate;
extern const struct cli_command cli_command_suspects;
extern const struct cli_command cli_command_agreement;
extern const struct cli_command cli_command_predict;
extern const struct cli_command cli_command_report;
extern const struct cli_command cli_command_model_list;
extern const struct cli_command cli_command_model_import;
extern const struct cli_command cli_command_model_show;
extern const struct cli_command cli_command_model_remove;
extern const struct cli_command cli_command_export;
extern const struct cli_command cli_command_labels_import;
extern const struct cli_command cli_command_metadata_import;
extern const struct cli_command cli_command_metadata_export;
extern const struct cli_command cli_command_mine;
extern const struct cli_command cli_command_merge;
extern const struct cli_command cli_command_status;
extern const struct cli_command cli_command_doctor;
extern const struct cli_command cli_command_backup;

#endif
