/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-tail.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define READS_AT_ONCE 64u /* other things have their turn in between */

struct _UiProgramTail {
  GString *said;
  int fd;
  guint source;
};

/* FALSE: there will be no more. */
static gboolean
read_more (UiProgramTail *tail)
{
  char bytes[UI_PROGRAM_TAIL_KEPT];

  for (guint i = 0; i < READS_AT_ONCE; i++)
    {
      gssize size = read (tail->fd, bytes, sizeof bytes);
      if (size < 0)
        return errno == EAGAIN || errno == EINTR;
      if (size == 0)
        return FALSE;
      g_string_append_len (tail->said, bytes, size);
      if (tail->said->len > UI_PROGRAM_TAIL_KEPT)
        g_string_erase (tail->said, 0, (gssize) (tail->said->len - UI_PROGRAM_TAIL_KEPT));
    }
  return TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  UiProgramTail *tail = user_data;

  if (read_more (tail))
    return G_SOURCE_CONTINUE;
  tail->source = 0;
  cardea_fd_clear (&tail->fd);
  return G_SOURCE_REMOVE;
}

UiProgramTail *
ui_program_tail_new (int fd)
{
  UiProgramTail *tail = g_new0 (UiProgramTail, 1);

  tail->said = g_string_new (NULL);
  tail->fd = fd;
  if (g_unix_set_fd_nonblocking (fd, TRUE, NULL))
    tail->source = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP, readable_cb, tail);
  else
    cardea_fd_clear (&tail->fd);
  return tail;
}

void
ui_program_tail_free (UiProgramTail *tail)
{
  g_clear_handle_id (&tail->source, g_source_remove);
  cardea_fd_clear (&tail->fd);
  g_string_free (tail->said, TRUE);
  g_free (tail);
}

/* Bytes of a stranger: a NUL ends nothing. */
static void
find_line (const GString *said, gsize *ret_begin, gsize *ret_end)
{
  gsize end = said->len;

  while (end > 0 && g_ascii_isspace (said->str[end - 1]))
    end--;
  gsize begin = end;
  while (begin > 0 && said->str[begin - 1] != '\n')
    begin--;
  while (begin < end && g_ascii_isspace (said->str[begin]))
    begin++;
  *ret_begin = begin;
  *ret_end = end;
}

char *
ui_program_tail_line (UiProgramTail *tail)
{
  gsize begin, end;

  if (tail->fd >= 0)
    read_more (tail);
  find_line (tail->said, &begin, &end);
  if (begin == end)
    return NULL;
  g_autofree char *shown = cardea_text_escape (tail->said->str + begin, end - begin, NULL);
  return cardea_text_shorten (shown, UI_PROGRAM_TAIL_LINE);
}
