/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-editor.h"

#include <string.h>

static void
type (UiCliEditor *editor, const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    ui_cli_editor_key (editor, UI_CLI_KEY_CHARACTER, g_utf8_get_char (text));
}

static void
press (UiCliEditor *editor, UiCliKey key)
{
  ui_cli_editor_key (editor, key, 0);
}

static void
test_editing (void)
{
  g_autoptr (UiCliEditor) editor = ui_cli_editor_new ();
  type (editor, "grün blau");
  press (editor, UI_CLI_KEY_HOME);
  press (editor, UI_CLI_KEY_RIGHT);
  press (editor, UI_CLI_KEY_RIGHT);
  press (editor, UI_CLI_KEY_DELETE);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "grn blau");
  type (editor, "ü");
  press (editor, UI_CLI_KEY_END);
  press (editor, UI_CLI_KEY_KILL_WORD);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "grün ");
  press (editor, UI_CLI_KEY_BACKSPACE);
  press (editor, UI_CLI_KEY_LEFT);
  press (editor, UI_CLI_KEY_KILL_AFTER);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "grü");
  press (editor, UI_CLI_KEY_BACKSPACE);
  press (editor, UI_CLI_KEY_KILL_BEFORE);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "");
  press (editor, UI_CLI_KEY_BACKSPACE);
  press (editor, UI_CLI_KEY_DELETE);
  press (editor, UI_CLI_KEY_LEFT);
  press (editor, UI_CLI_KEY_RIGHT);
  press (editor, UI_CLI_KEY_KILL_WORD);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "");
}

static void
test_history (void)
{
  g_autoptr (UiCliEditor) editor = ui_cli_editor_new ();
  press (editor, UI_CLI_KEY_UP);
  type (editor, "one");
  ui_cli_editor_clear (editor, TRUE);
  type (editor, "two");
  ui_cli_editor_clear (editor, TRUE);
  type (editor, "draft");
  press (editor, UI_CLI_KEY_UP);
  press (editor, UI_CLI_KEY_UP);
  press (editor, UI_CLI_KEY_UP);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "one");
  press (editor, UI_CLI_KEY_DOWN);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "two");
  press (editor, UI_CLI_KEY_DOWN);
  press (editor, UI_CLI_KEY_DOWN);
  g_assert_cmpstr (ui_cli_editor_text (editor), ==, "draft");
}

/* However long the line, the cursor's column is inside the terminal. */
static void
test_drawing (void)
{
  g_autoptr (UiCliEditor) editor = ui_cli_editor_new ();
  g_autofree char *empty = ui_cli_editor_draw (editor, "> ", 20);
  g_assert_cmpstr (empty, ==, "\r> \033[K\r\033[2C");
  for (guint i = 0; i < 100; i++)
    type (editor, "語x");
  g_autofree char *at_end = ui_cli_editor_draw (editor, "> ", 20);
  g_assert_cmpuint (g_utf8_strlen (at_end, -1), <, 40);
  press (editor, UI_CLI_KEY_HOME);
  g_autofree char *at_start = ui_cli_editor_draw (editor, "> ", 20);
  g_assert_true (g_str_has_suffix (at_start, "\r\033[2C"));
  g_autofree char *narrow = ui_cli_editor_draw (editor, "> ", 1);
  g_assert_nonnull (narrow);
}

static void
test_limit (void)
{
  g_autoptr (UiCliEditor) editor = ui_cli_editor_new ();
  for (guint i = 0; i < 70000; i++)
    type (editor, "x");
  g_assert_cmpuint (strlen (ui_cli_editor_text (editor)), ==, 65536);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/cli/editor/editing", test_editing);
  g_test_add_func ("/ui/cli/editor/history", test_history);
  g_test_add_func ("/ui/cli/editor/drawing", test_drawing);
  g_test_add_func ("/ui/cli/editor/limit", test_limit);
  return g_test_run ();
}
