/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-error.h"

#include <string.h>

static void
test_exit_statuses (void)
{
  static const struct {
    const char *code;
    int status;
    const char *says;
  } rows[] = {
    { "denied", 3, "refused by policy" },
    { "declined", 3, "refused by a person" },
    { "unanswered", 3, "nobody answered" },
    { "unauthorized", 3, "not authorised" },
    { "unavailable", 4, "not possible now" },
    { "not-found", 1, "not found" },
    { "ambiguous", 1, "say which folder" },
    { "unsuitable", 1, "cannot be used" },
    { "changed", 1, "changed" },
    { "busy", 1, "limit" },
    { "malformed", 1, "does not take" },
    { "internal", 1, "failed" },
    { "never-heard-of", 1, "guardian failed" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      ui_cli_error_set_refusal (&error, rows[i].code, "because.", NULL, NULL);
      g_autofree char *line = ui_cli_error_line (error, "ask");
      g_assert_cmpint (ui_cli_error_exit_status (error), ==, rows[i].status);
      g_assert_true (g_str_has_prefix (line, "cardeactl: ask: "));
      g_assert_nonnull (strstr (line, rows[i].says));
      g_assert_nonnull (strstr (line, "because"));
      g_assert_null (strstr (line, "because."));
    }
}

static void
test_other_domains (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_ACCES, "no");
  g_assert_cmpint (ui_cli_error_exit_status (error), ==, 1);
  g_assert_cmpstr (ui_cli_error_name (error), ==, "failed");
  g_autoptr (GError) wild = g_error_new_literal (UI_CLI_ERROR, 9999, "no");
  g_assert_cmpint (ui_cli_error_exit_status (wild), ==, 1);
}

/* One line, whatever is quoted in it. */
static void
test_one_line (void)
{
  g_autoptr (GError) error = NULL;
  ui_cli_error_set_refusal (&error, "denied", "a\nb\033[2J\u202e\xff", "rule\n", "note\n");
  g_autofree char *line = ui_cli_error_line (error, NULL);
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_null (strpbrk (line, "\n\033"));
  g_assert_null (strstr (line, "\u202e"));
}

static void
test_json (void)
{
  g_autoptr (GError) error = NULL;
  ui_cli_error_set_refusal (&error, "declined", "no", NULL, NULL);
  g_autofree char *json = ui_cli_error_json (error, "0123");
  g_assert_nonnull (strstr (json, "\"code\":\"declined\""));
  g_assert_nonnull (strstr (json, "\"trace\":\"0123\""));
  g_autofree char *without = ui_cli_error_json (error, NULL);
  g_assert_nonnull (strstr (without, "\"trace\":null"));
}

static void
test_refused_message (void)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("status");
  cardea_message_set_request (request, "1");
  g_autoptr (CardeaMessage) refused
      = cardea_message_new_refusal (request, "ambiguous", "“bank.csv” is there twice");
  CardeaJson *folders = cardea_json_new_array ();
  cardea_json_append (folders, cardea_json_new_string ("/home/eva/Documents"));
  cardea_json_append (folders, cardea_json_new_string ("/home/eva/Downloads"));
  cardea_message_set_json (refused, "candidates", folders);
  g_autoptr (GError) error = NULL;
  ui_cli_error_set_refused (&error, refused);
  g_assert_error (error, UI_CLI_ERROR, UI_CLI_ERROR_AMBIGUOUS);
  g_assert_nonnull (strstr (error->message, "in /home/eva/Documents, /home/eva/Downloads"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/cli/error/exit-statuses", test_exit_statuses);
  g_test_add_func ("/ui/cli/error/other-domains", test_other_domains);
  g_test_add_func ("/ui/cli/error/one-line", test_one_line);
  g_test_add_func ("/ui/cli/error/json", test_json);
  g_test_add_func ("/ui/cli/error/refused-message", test_refused_message);
  return g_test_run ();
}
