/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-keys.h"

#include <string.h>

/* Every key of bytes as a word: characters as themselves, pasted ones in brackets, others as #N. */
static char *
decode (UiCliKeys *keys, const char *bytes)
{
  GString *out = g_string_new (NULL);
  for (; *bytes != '\0'; bytes++)
    {
      gunichar character = 0;
      UiCliKey key = ui_cli_keys_feed (keys, (guint8) *bytes, &character);
      if (key == UI_CLI_KEY_CHARACTER)
        g_string_append_unichar (out, character);
      else if (key == UI_CLI_KEY_PASTED)
        {
          g_string_append_c (out, '<');
          g_string_append_unichar (out, character);
          g_string_append_c (out, '>');
        }
      else if (key != UI_CLI_KEY_NONE)
        g_string_append_printf (out, "#%d", key);
    }
  return g_string_free (out, FALSE);
}

static void
expect (const char *bytes, const char *expected)
{
  UiCliKeys keys = { 0 };
  g_autofree char *decoded = decode (&keys, bytes);
  g_assert_cmpstr (decoded, ==, expected);
}

static void
test_characters (void)
{
  expect ("aß€𝄞", "aß€𝄞");
  expect ("a\xff"
          "b",
          "ab");
  expect ("\xe2\x82x", "x"); /* cut off, then an ordinary one */
  expect ("\xc2\x9b"
          "31m",
          "31m"); /* a C1 control is none, what follows is only text */
  expect ("\xf5\x80\x80\x80z", "z");
}

static void
test_controls (void)
{
  g_autofree char *expected
      = g_strdup_printf ("#%d#%d#%d#%d#%d#%d", UI_CLI_KEY_CANCEL, UI_CLI_KEY_EOF, UI_CLI_KEY_ENTER,
                         UI_CLI_KEY_ENTER, UI_CLI_KEY_BACKSPACE, UI_CLI_KEY_KILL_BEFORE);
  expect ("\003\004\r\n\177\025", expected);
  expect ("\002\006\t", "");
}

static void
test_sequences (void)
{
  g_autofree char *expected = g_strdup_printf ("#%d#%d#%d#%d", UI_CLI_KEY_UP, UI_CLI_KEY_DOWN,
                                               UI_CLI_KEY_PAGE_DOWN, UI_CLI_KEY_HOME);
  expect ("\033[A\033OB\033[6~\033[H", expected);
  expect ("\033[1;5Cx", "x");
  expect ("\033[?2026;1234567890123456789012345678901234567890$yx", "x");
  expect ("\033ax", "x"); /* Alt-a */
}

/* A key that ends a line is never swallowed by a sequence that was cut off. */
static void
test_cut_off_sequence (void)
{
  g_autofree char *expected = g_strdup_printf ("#%d", UI_CLI_KEY_CANCEL);
  expect ("\033[\003", expected);
  expect ("\033\003", expected);
  g_autofree char *up = g_strdup_printf ("#%d", UI_CLI_KEY_UP);
  expect ("\033[1;\033[A", up);
}

static void
test_paste (void)
{
  expect ("\033[200~ab\nc\033[201~d", "<a><b>< ><c>d");
  /* What looks like a key inside a paste is none. */
  expect ("\033[200~\033[A\004\177x\033[201~", "<x>");
  g_autofree char *cancel = g_strdup_printf ("#%d", UI_CLI_KEY_CANCEL);
  expect ("\033[200~\003", cancel);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/cli/keys/characters", test_characters);
  g_test_add_func ("/ui/cli/keys/controls", test_controls);
  g_test_add_func ("/ui/cli/keys/sequences", test_sequences);
  g_test_add_func ("/ui/cli/keys/cut-off-sequence", test_cut_off_sequence);
  g_test_add_func ("/ui/cli/keys/paste", test_paste);
  return g_test_run ();
}
