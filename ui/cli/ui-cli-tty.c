/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-tty.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 24
#define MOST_COLUMNS 400
#define MOST_ROWS 400
#define DEPTH 2 /* SCREEN inside LINE or RELAY */

/* Bracketed paste is switched on, so that what was pasted can be told from what was typed. */
#define SCREEN_ON "\033[?1049h\033[?2004h\033[?25h\033[0m\033[2J\033[H"
#define SCREEN_OFF "\033[0m\033[?2004l\033[?1049l"
/* What a program that was killed may have left switched: colours, a hidden cursor, mouse, paste. */
#define RELAY_OFF                                                                                  \
  "\033[0m\033[?25h\033[?1000l\033[?1002l\033[?1003l\033[?1004l\033[?1006l\033[?2004l\033[?"       \
  "1l\033>"
#define LINE_ON "\033[?2004h"
#define LINE_OFF "\033[?2004l"

/* Ended by these meanwhile, the terminal is put back first. */
static const int ending_signals[] = { SIGTERM, SIGHUP };
/* Sent from elsewhere they would stop or end us with the terminal in our state. */
static const int ignored_signals[] = { SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU };

typedef struct {
  UiCliTtyMode mode;
  struct termios before;
} Layer;

struct _UiCliTty {
  int fd;
  gboolean dumb;
  Layer layers[DEPTH];
  guint depth;
  guint sources[G_N_ELEMENTS (ending_signals)];
  struct sigaction former[G_N_ELEMENTS (ignored_signals)];
};

static gboolean
term_is_dumb (void)
{
  const char *term = g_getenv ("TERM");
  return term == NULL || *term == '\0' || strcmp (term, "dumb") == 0
         || strcmp (term, "unknown") == 0;
}

UiCliTty *
ui_cli_tty_new (int fd)
{
  UiCliTty *tty = g_new0 (UiCliTty, 1);
  tty->fd = fd;
  tty->dumb = term_is_dumb ();
  return tty;
}

UiCliTty *
ui_cli_tty_open (void)
{
  cardea_autofd int fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || !isatty (fd))
    return NULL;
  g_autoptr (UiCliTty) tty = ui_cli_tty_new (cardea_fd_steal (&fd));
  return ui_cli_tty_in_foreground (tty) ? g_steal_pointer (&tty) : NULL;
}

void
ui_cli_tty_free (UiCliTty *tty)
{
  while (tty->depth > 0)
    ui_cli_tty_leave (tty);
  cardea_fd_clear (&tty->fd);
  g_free (tty);
}

int
ui_cli_tty_fd (const UiCliTty *tty)
{
  return tty->fd;
}

gboolean
ui_cli_tty_is_dumb (const UiCliTty *tty)
{
  return tty->dumb;
}

gboolean
ui_cli_tty_in_foreground (const UiCliTty *tty)
{
  return tcgetpgrp (tty->fd) == getpgrp ();
}

gboolean
ui_cli_tty_write (UiCliTty *tty, const char *text)
{
  gsize size = strlen (text);
  while (size > 0)
    {
      ssize_t written = write (tty->fd, text, size);
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      text += written;
      size -= (gsize) written;
    }
  return TRUE;
}

/* Puts the terminal back and dies of the signal after all. */
static gboolean
ending_signal (UiCliTty *tty, int number)
{
  while (tty->depth > 0)
    ui_cli_tty_leave (tty);
  signal (number, SIG_DFL);
  raise (number);
  return G_SOURCE_CONTINUE;
}

static gboolean
terminated_cb (gpointer user_data)
{
  return ending_signal (user_data, SIGTERM);
}

static gboolean
hung_up_cb (gpointer user_data)
{
  return ending_signal (user_data, SIGHUP);
}

static const GSourceFunc ending_callbacks[] = { terminated_cb, hung_up_cb };

static void
guard_signals (UiCliTty *tty)
{
  struct sigaction ignore = { .sa_handler = SIG_IGN };
  for (guint i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    tty->sources[i] = g_unix_signal_add (ending_signals[i], ending_callbacks[i], tty);
  for (guint i = 0; i < G_N_ELEMENTS (ignored_signals); i++)
    sigaction (ignored_signals[i], &ignore, &tty->former[i]);
}

static void
release_signals (UiCliTty *tty)
{
  for (guint i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    g_clear_handle_id (&tty->sources[i], g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (ignored_signals); i++)
    sigaction (ignored_signals[i], &tty->former[i], NULL);
}

static const char *
sequence (const UiCliTty *tty, UiCliTtyMode mode, gboolean on)
{
  if (tty->dumb)
    return "";
  if (mode == UI_CLI_TTY_RELAY)
    return on ? "" : RELAY_OFF;
  if (mode == UI_CLI_TTY_SCREEN)
    return on ? SCREEN_ON : SCREEN_OFF;
  return on ? LINE_ON : LINE_OFF;
}

gboolean
ui_cli_tty_enter (UiCliTty *tty, UiCliTtyMode mode)
{
  struct termios raw;
  if (tty->depth == DEPTH || !ui_cli_tty_in_foreground (tty) || tcgetattr (tty->fd, &raw) != 0)
    return FALSE;
  Layer *layer = &tty->layers[tty->depth];
  layer->mode = mode;
  layer->before = raw;

  raw.c_iflag &= ~(tcflag_t) (IXON | ICRNL | INLCR | IGNCR | ISTRIP | BRKINT);
  raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO | ECHONL | ISIG | IEXTEN);
  if (mode == UI_CLI_TTY_RELAY)
    raw.c_oflag &= ~(tcflag_t) OPOST;
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (tcsetattr (tty->fd, TCSAFLUSH, &raw) != 0)
    return FALSE;
  if (tty->depth++ == 0)
    guard_signals (tty);
  ui_cli_tty_write (tty, sequence (tty, mode, TRUE));
  return TRUE;
}

void
ui_cli_tty_leave (UiCliTty *tty)
{
  if (tty->depth == 0)
    return;
  Layer *layer = &tty->layers[--tty->depth];
  ui_cli_tty_write (tty, sequence (tty, layer->mode, FALSE));
  /* FLUSH: what was typed at the question must not reach whoever reads next. */
  tcsetattr (tty->fd, layer->mode == UI_CLI_TTY_SCREEN ? TCSAFLUSH : TCSADRAIN, &layer->before);
  if (tty->depth == 0)
    release_signals (tty);
  else
    ui_cli_tty_write (tty, sequence (tty, tty->layers[tty->depth - 1].mode, TRUE));
}

gboolean
ui_cli_tty_has_screen (const UiCliTty *tty)
{
  return tty->depth > 0 && tty->layers[tty->depth - 1].mode == UI_CLI_TTY_SCREEN;
}

void
ui_cli_tty_drop_input (UiCliTty *tty)
{
  tcflush (tty->fd, TCIFLUSH);
}

void
ui_cli_tty_size (const UiCliTty *tty, guint *ret_columns, guint *ret_rows)
{
  struct winsize size = { 0 };
  if (ioctl (tty->fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    {
      size.ws_col = DEFAULT_COLUMNS;
      size.ws_row = DEFAULT_ROWS;
    }
  *ret_columns = MIN (size.ws_col, MOST_COLUMNS);
  *ret_rows = MIN (size.ws_row, MOST_ROWS);
}
