/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* Every verb there is, in the order of the help. */
const UiCliVerb *ui_cli_verbs (gsize *ret_count);

/* Matches the longest name at the beginning of words; ret_used: how many words it took. NULL: none
 * (a group's name alone, too). */
const UiCliVerb *ui_cli_verbs_find (char **words, guint *ret_used);

/* TRUE when word begins the name of a group ("consent"). */
gboolean ui_cli_verbs_is_group (const char *word);

/* One file a group of verbs. */
gboolean ui_cli_ask_run (UiCli *cli, char **args, GError **error);
gboolean ui_cli_chat_run (UiCli *cli, char **args, GError **error);
gboolean ui_cli_run_run (UiCli *cli, char **args, GError **error);
gboolean ui_cli_profile_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_profile_show (UiCli *cli, char **args, GError **error);
gboolean ui_cli_consent_watch (UiCli *cli, char **args, GError **error);
gboolean ui_cli_consent_answer (UiCli *cli, char **args, GError **error);
gboolean ui_cli_sessions_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_sessions_show (UiCli *cli, char **args, GError **error);
gboolean ui_cli_sessions_end (UiCli *cli, char **args, GError **error);
gboolean ui_cli_grants_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_grants_add (UiCli *cli, char **args, GError **error);
gboolean ui_cli_grants_revoke (UiCli *cli, char **args, GError **error);
gboolean ui_cli_undo_run (UiCli *cli, char **args, GError **error);
gboolean ui_cli_undo_show (UiCli *cli, char **args, GError **error);
gboolean ui_cli_undo_clear (UiCli *cli, char **args, GError **error);
gboolean ui_cli_model_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_model_add (UiCli *cli, char **args, GError **error);
gboolean ui_cli_model_remove (UiCli *cli, char **args, GError **error);
gboolean ui_cli_model_test_run (UiCli *cli, char **args, GError **error);
gboolean ui_cli_badge_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_badge_revoke (UiCli *cli, char **args, GError **error);
gboolean ui_cli_credential_set (UiCli *cli, char **args, GError **error);
gboolean ui_cli_credential_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_credential_login (UiCli *cli, char **args, GError **error);
gboolean ui_cli_credential_remove (UiCli *cli, char **args, GError **error);
gboolean ui_cli_settings_get (UiCli *cli, char **args, GError **error);
gboolean ui_cli_settings_set (UiCli *cli, char **args, GError **error);
gboolean ui_cli_audit_list (UiCli *cli, char **args, GError **error);
gboolean ui_cli_audit_show (UiCli *cli, char **args, GError **error);
gboolean ui_cli_audit_tail (UiCli *cli, char **args, GError **error);
gboolean ui_cli_audit_redact (UiCli *cli, char **args, GError **error);
gboolean ui_cli_dlp_scan (UiCli *cli, char **args, GError **error);
gboolean ui_cli_dlp_rules (UiCli *cli, char **args, GError **error);
gboolean ui_cli_schema_run (UiCli *cli, char **args, GError **error);
gboolean ui_cli_report_doctor (UiCli *cli, char **args, GError **error);
gboolean ui_cli_report_status (UiCli *cli, char **args, GError **error);
