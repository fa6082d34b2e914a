/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes of a terminal, as keys and into a line being edited. */

#include "tests/fuzz/fuzz.h"
#include "ui/cli/ui-cli-editor.h"

static void
check_line (const UiCliEditor *editor)
{
  const char *text = ui_cli_editor_text (editor);
  g_autofree char *drawn = ui_cli_editor_draw (editor, "> ", 20);
  FUZZ_CHECK (g_utf8_validate (text, -1, NULL));
  FUZZ_CHECK (g_utf8_validate (drawn, -1, NULL));
  for (; *text != '\0'; text = g_utf8_next_char (text))
    FUZZ_CHECK (!g_unichar_iscntrl (g_utf8_get_char (text)));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  UiCliKeys keys = { 0 };
  g_autoptr (UiCliEditor) editor = ui_cli_editor_new ();
  for (gsize i = 0; i < size; i++)
    {
      gunichar character = 0;
      UiCliKey key = ui_cli_keys_feed (&keys, data[i], &character);
      FUZZ_CHECK (keys.count <= UI_CLI_KEYS_SEQUENCE);
      /* Whatever came before: Ctrl-C is always heard. */
      FUZZ_CHECK (data[i] != 3 || key == UI_CLI_KEY_CANCEL);
      if (key == UI_CLI_KEY_ENTER)
        ui_cli_editor_clear (editor, TRUE);
      else
        ui_cli_editor_key (editor, key, character);
    }
  check_line (editor);
  return 0;
}
