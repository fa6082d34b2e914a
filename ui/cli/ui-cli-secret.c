/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-secret.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-secret.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-descriptor.h"
#include "ui/cli/ui-cli-error.h"
#include "ui/cli/ui-cli-tty.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Trusts: the terminal or whoever feeds standard input. Refuses: an empty or overlong secret, two
 * that differ, more than one line, and in a credential what could break out of a header's line (the
 * guardian looks again). Known gaps: the terminal's own buffer. */

#define LONGEST_PASSPHRASE 1024u
#define LONGEST_CREDENTIAL 8192u
#define CTRL_C 3
#define CTRL_D 4
#define BACKSPACE 8
#define CTRL_U 21
#define DELETE 127

static const struct {
  gsize limit;
  gboolean plain;    /* printable ASCII alone, no blanks at its ends; all of the input */
  const char *again; /* NULL: asked once */
  const char *cancelled;
  const char *empty;
  const char *too_long;
} kinds[] = {
  [UI_CLI_SECRET_PASSPHRASE]
  = { LONGEST_PASSPHRASE, FALSE, N_ ("The same again: "), N_ ("no passphrase was set"),
      N_ ("the passphrase is empty: type one"),
      N_ ("the passphrase is too long: use at most 1024 bytes") },
  [UI_CLI_SECRET_CREDENTIAL] = { LONGEST_CREDENTIAL, TRUE, NULL, N_ ("no secret was set"),
                                 N_ ("the secret is empty: type it, or give it on standard input"),
                                 N_ ("the secret is too long: use at most 8192 bytes") },
};

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

static gboolean
fail (GError **error, UiCliError code, const char *text)
{
  g_set_error_literal (error, UI_CLI_ERROR, (int) code, text);
  return FALSE;
}

/* What one key does to the line: TRUE ends it. */
static gboolean
take_key (Line *line, guint8 byte, gsize limit, gboolean *ret_cancelled)
{
  if (byte == '\n' || byte == '\r')
    return TRUE;
  if (byte == CTRL_C || byte == CTRL_D)
    {
      *ret_cancelled = TRUE;
      return TRUE;
    }
  if (byte == CTRL_U)
    line->size = 0;
  else if (byte == BACKSPACE || byte == DELETE)
    line->size -= line->size > 0 ? 1 : 0;
  else if (line->size <= limit)
    cardea_secret_writable (line->secret)[line->size++] = byte;
  return FALSE;
}

static gboolean
read_byte (int fd, guint8 *ret_byte)
{
  ssize_t got;
  do
    got = read (fd, ret_byte, 1);
  while (got < 0 && errno == EINTR);
  return got == 1;
}

static void
read_keys (int fd, Line *line, gsize limit, gboolean *ret_cancelled)
{
  guint8 byte;
  while (read_byte (fd, &byte) && !take_key (line, byte, limit, ret_cancelled))
    continue;
}

/* The first line or, whole, all there is as far as it may be one secret: the newline at the end is
 * the shell's. */
static void
read_input (int fd, Line *line, gsize limit, gboolean whole)
{
  guint8 byte;
  gboolean ended = FALSE;
  guint8 *bytes = cardea_secret_writable (line->secret);

  while (!ended && line->size <= limit + 1 && read_byte (fd, &byte))
    {
      bytes[line->size++] = byte;
      ended = !whole && byte == '\n';
    }
  if (line->size > 0 && bytes[line->size - 1] == '\n')
    line->size--;
  if (line->size > 0 && bytes[line->size - 1] == '\r')
    line->size--;
}

static gboolean
check (const Line *line, UiCliSecretKind kind, GError **error)
{
  const guint8 *bytes = cardea_secret_bytes (line->secret);
  gsize size = line->size;

  if (size == 0)
    return fail (error, UI_CLI_ERROR_USAGE, _ (kinds[kind].empty));
  if (size > kinds[kind].limit)
    return fail (error, UI_CLI_ERROR_USAGE, _ (kinds[kind].too_long));
  if (kinds[kind].plain && memchr (bytes, '\n', size) != NULL)
    return fail (error, UI_CLI_ERROR_USAGE, _ ("it has more than one line: give one"));
  for (gsize i = 0; kinds[kind].plain && i < size; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7e || (bytes[i] == ' ' && (i == 0 || i == size - 1)))
      return fail (error, UI_CLI_ERROR_USAGE,
                   _ ("it has blanks at its ends or characters that no header takes: give it "
                      "without them"));
  return TRUE;
}

static gboolean
make_room (Line *line, UiCliSecretKind kind, GError **error)
{
  line->size = 0;
  line->secret = cardea_secret_new (kinds[kind].limit + 2);
  return line->secret != NULL
         || fail (error, UI_CLI_ERROR_FAILED, _ ("no memory can be locked: raise “ulimit -l”"));
}

/* Raw keys, so that nothing is shown. */
static gboolean
ask_on (UiCliTty *tty, const char *question, UiCliSecretKind kind, Line *line, GError **error)
{
  gboolean cancelled = FALSE;

  if (!make_room (line, kind, error))
    return FALSE;
  if (!ui_cli_tty_write (tty, question) || !ui_cli_tty_enter (tty, UI_CLI_TTY_LINE))
    return fail (error, UI_CLI_ERROR_FAILED,
                 _ ("the terminal cannot be used: run it in the foreground"));
  read_keys (ui_cli_tty_fd (tty), line, kinds[kind].limit, &cancelled);
  ui_cli_tty_leave (tty);
  ui_cli_tty_write (tty, "\n");
  if (cancelled)
    return fail (error, UI_CLI_ERROR_CANCELLED, _ (kinds[kind].cancelled));
  return check (line, kind, error);
}

static gboolean
ask (UiCliTty *tty, UiCliSecretKind kind, const char *name, Line *line, GError **error)
{
  g_auto (Line) again = { 0 };
  g_autofree char *safe = name != NULL ? cardea_text_escape (name, strlen (name), NULL) : NULL;
  g_autofree char *question = safe != NULL
                                  ? g_strdup_printf (_ ("Secret for %s (it is not shown): "), safe)
                                  : g_strdup (_ ("Passphrase for the log’s keys: "));

  if (!ask_on (tty, question, kind, line, error))
    return FALSE;
  if (kinds[kind].again == NULL)
    return TRUE;
  if (!ask_on (tty, _ (kinds[kind].again), kind, &again, error))
    return FALSE;
  /* Both are zero behind their size only up to what was erased; compare what counts. */
  return (line->size == again.size
          && memcmp (cardea_secret_bytes (line->secret), cardea_secret_bytes (again.secret),
                     line->size)
                 == 0)
         || fail (error, UI_CLI_ERROR_USAGE, _ ("the two differ: try again"));
}

int
ui_cli_secret_read (UiCliSecretKind kind, const char *name, GError **error)
{
  g_auto (Line) line = { 0 };
  g_autoptr (UiCliTty) tty = isatty (STDIN_FILENO) ? ui_cli_tty_open () : NULL;

  if (tty != NULL)
    {
      if (!ask (tty, kind, name, &line, error))
        return -1;
    }
  else
    {
      if (!make_room (&line, kind, error))
        return -1;
      read_input (STDIN_FILENO, &line, kinds[kind].limit, kinds[kind].plain);
      if (!check (&line, kind, error))
        return -1;
    }
  int fd = cardea_descriptor_new_memfd ("secret", cardea_secret_bytes (line.secret), line.size);
  if (fd < 0)
    fail (error, UI_CLI_ERROR_FAILED, g_strerror (errno));
  return fd;
}
