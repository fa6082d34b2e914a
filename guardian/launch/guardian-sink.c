/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-sink.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define PIECE 4096
#define LIMIT_SHOWN (64 * 1024) /* of one sandbox, with CARDEA_DEBUG */
#define LIMIT_PIECES 16         /* at a time: a flood has to wait its turn */

struct _GuardianSink {
  int fd;
  guint source;
  gsize shown;
  GString *text;
};

static void
keep (GuardianSink *sink, const char *piece, gsize size)
{
  for (gsize i = 0; i < size; i++)
    g_string_append_c (sink->text, piece[i] != '\0' ? piece[i] : ' ');
  if (sink->text->len > GUARDIAN_SINK_KEPT)
    g_string_erase (sink->text, 0, (gssize) (sink->text->len - GUARDIAN_SINK_KEPT));
  if (sink->shown < LIMIT_SHOWN)
    g_debug ("sandbox: %.*s", (int) size, piece);
  sink->shown += size;
}

/* FALSE at the end. */
static gboolean
drain (GuardianSink *sink)
{
  char piece[PIECE];

  for (guint i = 0; i < LIMIT_PIECES; i++)
    {
      ssize_t size = read (sink->fd, piece, sizeof piece);
      if (size < 0)
        return errno == EAGAIN || errno == EINTR;
      if (size == 0)
        return FALSE;
      keep (sink, piece, (gsize) size);
    }
  return TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianSink *sink = user_data;

  if (drain (sink))
    return G_SOURCE_CONTINUE;
  sink->source = 0;
  return G_SOURCE_REMOVE;
}

GuardianSink *
guardian_sink_new (int fd)
{
  GuardianSink *sink = g_new0 (GuardianSink, 1);

  sink->fd = fd;
  sink->text = g_string_new (NULL);
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  sink->source = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, sink);
  return sink;
}

void
guardian_sink_free (GuardianSink *sink)
{
  if (sink->source != 0)
    g_source_remove (sink->source);
  cardea_fd_clear (&sink->fd);
  g_string_free (sink->text, TRUE);
  g_free (sink);
}

const char *
guardian_sink_text (GuardianSink *sink)
{
  drain (sink);
  return sink->text->str;
}
