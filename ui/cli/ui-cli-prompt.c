/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-prompt.h"

#include "ui/cli/ui-cli-editor.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_PLAIN_LINE (512u * 1024u)

struct _UiCliPrompt {
  UiCliTty *tty; /* borrowed; NULL: plain */
  char *text;
  UiCliEditor *editor;
  UiCliKeys keys;
  GString *plain; /* read from standard input, not yet handed out */
  gboolean plain_ended;
  gboolean reading;
  gboolean ended;
  char *line;
};

UiCliPrompt *
ui_cli_prompt_new (UiCliTty *tty, const char *text)
{
  UiCliPrompt *prompt = g_new0 (UiCliPrompt, 1);
  prompt->tty = tty != NULL && isatty (STDIN_FILENO) && !ui_cli_tty_is_dumb (tty) ? tty : NULL;
  prompt->text = g_strdup (text);
  prompt->editor = ui_cli_editor_new ();
  prompt->plain = g_string_new (NULL);
  return prompt;
}

void
ui_cli_prompt_free (UiCliPrompt *prompt)
{
  g_clear_pointer (&prompt->editor, ui_cli_editor_free);
  g_string_free (prompt->plain, TRUE);
  g_free (prompt->text);
  g_free (prompt->line);
  g_free (prompt);
}

void
ui_cli_prompt_redraw (UiCliPrompt *prompt)
{
  if (prompt->tty == NULL || !prompt->reading)
    return;
  guint columns, rows;
  ui_cli_tty_size (prompt->tty, &columns, &rows);
  g_autofree char *drawn = ui_cli_editor_draw (prompt->editor, prompt->text, columns);
  ui_cli_tty_write (prompt->tty, drawn);
}

/* --- a terminal --- */

static void
line_cancelled (UiCliPrompt *prompt)
{
  gboolean empty = *ui_cli_editor_text (prompt->editor) == '\0';
  ui_cli_tty_write (prompt->tty, "\n");
  if (empty)
    {
      ui_cli_tty_write (prompt->tty, _ ("Leave with /quit or Ctrl-D."));
      ui_cli_tty_write (prompt->tty, "\n");
    }
  ui_cli_editor_clear (prompt->editor, FALSE);
}

static void
key_pressed (UiCliPrompt *prompt, UiCliKey key, gunichar character)
{
  gboolean empty = *ui_cli_editor_text (prompt->editor) == '\0';
  if (key == UI_CLI_KEY_ENTER)
    {
      prompt->line = g_strdup (ui_cli_editor_text (prompt->editor));
      ui_cli_editor_clear (prompt->editor, TRUE);
    }
  else if (key == UI_CLI_KEY_EOF && empty)
    prompt->ended = TRUE;
  else if (key == UI_CLI_KEY_CANCEL)
    line_cancelled (prompt);
  else
    ui_cli_editor_key (prompt->editor, key == UI_CLI_KEY_EOF ? UI_CLI_KEY_DELETE : key, character);
}

static gboolean
tty_input_cb (int fd, GIOCondition condition, gpointer user_data)
{
  UiCliPrompt *prompt = user_data;
  guint8 byte;
  /* Byte by byte: what follows a line stays with the terminal for whoever asks next. */
  do
    {
      if (read (fd, &byte, 1) != 1)
        {
          prompt->ended = TRUE;
          return G_SOURCE_CONTINUE;
        }
      gunichar character = 0;
      UiCliKey key = ui_cli_keys_feed (&prompt->keys, byte, &character);
      if (key != UI_CLI_KEY_NONE)
        key_pressed (prompt, key, character);
    }
  while (prompt->line == NULL && !prompt->ended
         && g_poll (&(GPollFD){ .fd = fd, .events = G_IO_IN }, 1, 0) > 0);
  if (prompt->line == NULL && !prompt->ended)
    ui_cli_prompt_redraw (prompt);
  return G_SOURCE_CONTINUE;
}

static gboolean
resize_cb (gpointer user_data)
{
  ui_cli_prompt_redraw (user_data);
  return G_SOURCE_CONTINUE;
}

/* A question on the screen has its own source on the same descriptor; ours must not steal from
 * it. */
static gboolean
run_tty (UiCliPrompt *prompt, const gboolean *stop)
{
  /* One may still be there from a turn that was stopped. */
  while (ui_cli_tty_has_screen (prompt->tty) && !*stop)
    g_main_context_iteration (NULL, TRUE);
  if (!ui_cli_tty_enter (prompt->tty, UI_CLI_TTY_LINE))
    return FALSE;
  prompt->reading = TRUE;
  ui_cli_prompt_redraw (prompt);
  guint resize = g_unix_signal_add (SIGWINCH, resize_cb, prompt);
  guint input = 0;
  while (prompt->line == NULL && !prompt->ended && !*stop)
    {
      gboolean ours = !ui_cli_tty_has_screen (prompt->tty);
      if (ours && input == 0)
        input = g_unix_fd_add (ui_cli_tty_fd (prompt->tty), G_IO_IN | G_IO_HUP | G_IO_ERR,
                               tty_input_cb, prompt);
      else if (!ours)
        g_clear_handle_id (&input, g_source_remove);
      g_main_context_iteration (NULL, TRUE);
    }
  g_clear_handle_id (&input, g_source_remove);
  g_source_remove (resize);
  prompt->reading = FALSE;
  ui_cli_tty_write (prompt->tty, "\n");
  ui_cli_tty_leave (prompt->tty);
  return TRUE;
}

/* --- anything else --- */

static gboolean
take_plain_line (UiCliPrompt *prompt)
{
  char *newline = memchr (prompt->plain->str, '\n', prompt->plain->len);
  if (newline == NULL && !prompt->plain_ended && prompt->plain->len < LIMIT_PLAIN_LINE)
    return FALSE;
  if (newline == NULL && prompt->plain->len == 0)
    {
      prompt->ended = TRUE;
      return TRUE;
    }
  gsize size = newline != NULL ? (gsize) (newline - prompt->plain->str) : prompt->plain->len;
  prompt->line = g_strndup (prompt->plain->str, size);
  g_string_erase (prompt->plain, 0, (gssize) (size + (newline != NULL ? 1 : 0)));
  return TRUE;
}

static gboolean
plain_input_cb (int fd, GIOCondition condition, gpointer user_data)
{
  UiCliPrompt *prompt = user_data;
  char bytes[4096];
  ssize_t size = read (fd, bytes, sizeof bytes);
  if (size > 0)
    g_string_append_len (prompt->plain, bytes, size);
  else
    prompt->plain_ended = TRUE;
  return take_plain_line (prompt) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
run_plain (UiCliPrompt *prompt, const gboolean *stop)
{
  if (isatty (STDIN_FILENO) && write (STDOUT_FILENO, prompt->text, strlen (prompt->text)) < 0)
    prompt->ended = TRUE;
  if (prompt->ended || take_plain_line (prompt))
    return;
  GSource *source = g_unix_fd_source_new (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_source_set_callback (source, G_SOURCE_FUNC (plain_input_cb), prompt, NULL);
  g_source_attach (source, NULL);
  while (prompt->line == NULL && !prompt->ended && !*stop)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
  g_source_unref (source);
}

char *
ui_cli_prompt_read (UiCliPrompt *prompt, const gboolean *stop)
{
  g_clear_pointer (&prompt->line, g_free);
  if (prompt->ended)
    return NULL;
  if (prompt->tty == NULL || !run_tty (prompt, stop))
    run_plain (prompt, stop);
  return g_steal_pointer (&prompt->line);
}
