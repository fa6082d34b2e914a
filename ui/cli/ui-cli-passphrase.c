/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-passphrase.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-secret.h"
#include "ui/cli/ui-cli-error.h"
#include "ui/cli/ui-cli-tty.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Trusts: the terminal or whoever feeds standard input. Refuses: an empty or overlong passphrase
 * and two that differ. Known gaps: the terminal's own buffer. */

#define LONGEST_PASSPHRASE 1024u
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define CTRL_C 3
#define CTRL_D 4
#define BACKSPACE 8
#define CTRL_U 21
#define DELETE 127

typedef struct {
  CardeaSecret *secret;
  gsize size;
} Line;

static void
clear_line (Line *line)
{
  g_clear_pointer (&line->secret, cardea_secret_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, clear_line)

static void
fail (GError **error, UiCliError code, const char *text)
{
  g_set_error_literal (error, UI_CLI_ERROR, (int) code, text);
}

/* What one byte does to the line: TRUE ends it. */
static gboolean
take_byte (Line *line, guint8 byte, gboolean raw, gboolean *ret_cancelled)
{
  if (byte == '\n' || byte == '\r')
    return TRUE;
  if (raw && (byte == CTRL_C || byte == CTRL_D))
    {
      *ret_cancelled = TRUE;
      return TRUE;
    }
  if (raw && byte == CTRL_U)
    line->size = 0;
  else if (raw && (byte == BACKSPACE || byte == DELETE))
    line->size -= line->size > 0 ? 1 : 0;
  else if (line->size <= LONGEST_PASSPHRASE)
    cardea_secret_writable (line->secret)[line->size++] = byte;
  return FALSE;
}

static gboolean
read_line (int fd, gboolean raw, Line *line, GError **error)
{
  gboolean cancelled = FALSE;
  gboolean ended = FALSE;
  line->secret = cardea_secret_new (LONGEST_PASSPHRASE + 1);
  if (line->secret == NULL)
    {
      fail (error, UI_CLI_ERROR_FAILED, _ ("no memory can be locked: raise “ulimit -l”"));
      return FALSE;
    }
  while (!ended)
    {
      guint8 byte;
      ssize_t got = read (fd, &byte, 1);
      if (got < 0 && errno == EINTR)
        continue;
      ended = got <= 0 || take_byte (line, byte, raw, &cancelled);
    }
  if (cancelled)
    fail (error, UI_CLI_ERROR_CANCELLED, _ ("no passphrase was set"));
  else if (line->size == 0)
    fail (error, UI_CLI_ERROR_USAGE, _ ("the passphrase is empty: type one"));
  else if (line->size > LONGEST_PASSPHRASE)
    fail (error, UI_CLI_ERROR_USAGE, _ ("the passphrase is too long: use at most 1024 bytes"));
  else
    return TRUE;
  return FALSE;
}

static gboolean
ask_on (UiCliTty *tty, const char *question, Line *line, GError **error)
{
  if (!ui_cli_tty_write (tty, question) || !ui_cli_tty_enter (tty, UI_CLI_TTY_LINE))
    {
      fail (error, UI_CLI_ERROR_FAILED,
            _ ("the terminal cannot be used: run it in the foreground"));
      return FALSE;
    }
  gboolean good = read_line (ui_cli_tty_fd (tty), TRUE, line, error);
  ui_cli_tty_leave (tty);
  ui_cli_tty_write (tty, "\n");
  return good;
}

static gboolean
ask_twice (UiCliTty *tty, Line *line, GError **error)
{
  g_auto (Line) again = { 0 };
  if (!ask_on (tty, _ ("Passphrase for the log’s keys: "), line, error)
      || !ask_on (tty, _ ("The same again: "), &again, error))
    return FALSE;
  /* Both are zero behind their size only up to what was erased; compare what counts. */
  if (line->size == again.size
      && memcmp (cardea_secret_bytes (line->secret), cardea_secret_bytes (again.secret), line->size)
             == 0)
    return TRUE;
  fail (error, UI_CLI_ERROR_USAGE, _ ("the two differ: try again"));
  return FALSE;
}

static int
seal (const Line *line, GError **error)
{
  cardea_autofd int fd = memfd_create ("passphrase", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0 && write (fd, cardea_secret_bytes (line->secret), line->size) == (ssize_t) line->size
      && fcntl (fd, F_ADD_SEALS, SEALS) == 0)
    return cardea_fd_steal (&fd);
  fail (error, UI_CLI_ERROR_FAILED, g_strerror (errno));
  return -1;
}

int
ui_cli_passphrase_read (GError **error)
{
  g_auto (Line) line = { 0 };
  g_autoptr (UiCliTty) tty = isatty (STDIN_FILENO) ? ui_cli_tty_open () : NULL;
  gboolean good
      = tty != NULL ? ask_twice (tty, &line, error) : read_line (STDIN_FILENO, FALSE, &line, error);
  return good ? seal (&line, error) : -1;
}
