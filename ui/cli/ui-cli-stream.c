/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-stream.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

#define PIECE 65536

struct _UiCliStream {
  int from;
  int to;
  UiCliFilter *filter;
  void (*seen) (const guint8 *bytes, gsize size, gpointer user_data);
  gpointer user_data;
  GByteArray *waiting; /* to be written */
  guint written;       /* of it */
  guint source;
  gboolean held;
};

static void watch (UiCliStream *stream);

static void
end (UiCliStream *stream)
{
  cardea_fd_clear (&stream->from);
  cardea_fd_clear (&stream->to);
}

static gboolean
would_wait (void)
{
  return errno == EAGAIN || errno == EINTR;
}

static void
read_some (UiCliStream *stream)
{
  guint8 piece[PIECE];
  gssize size = read (stream->from, piece, sizeof piece);

  if (size < 0 && would_wait ())
    return;
  if (size <= 0) /* a terminal whose other side is gone says EIO */
    {
      end (stream);
      return;
    }
  if (stream->filter != NULL)
    ui_cli_filter_pass (stream->filter, piece, (gsize) size, stream->waiting);
  else
    g_byte_array_append (stream->waiting, piece, (guint) size);
  if (stream->seen != NULL)
    stream->seen (piece, (gsize) size, stream->user_data);
}

static void
write_some (UiCliStream *stream)
{
  gssize size = write (stream->to, stream->waiting->data + stream->written,
                       stream->waiting->len - stream->written);

  if (size < 0 && would_wait ())
    return;
  if (size < 0)
    {
      end (stream); /* who wrote it learns of it as with any pipe */
      return;
    }
  stream->written += (guint) size;
  if (stream->written == stream->waiting->len)
    {
      g_byte_array_set_size (stream->waiting, 0);
      stream->written = 0;
    }
}

static gboolean
ready_cb (int fd, GIOCondition condition, gpointer user_data)
{
  UiCliStream *stream = user_data;

  stream->source = 0;
  if (stream->waiting->len > 0)
    write_some (stream);
  else
    read_some (stream);
  watch (stream);
  return G_SOURCE_REMOVE;
}

static void
watch (UiCliStream *stream)
{
  gboolean writing = stream->waiting->len > 0;

  if (stream->source != 0 || stream->held || stream->from < 0)
    return;
  stream->source = g_unix_fd_add (writing ? stream->to : stream->from,
                                  writing ? G_IO_OUT | G_IO_ERR : G_IO_IN | G_IO_HUP | G_IO_ERR,
                                  ready_cb, stream);
}

UiCliStream *
ui_cli_stream_new (const UiCliStreamPlan *plan)
{
  UiCliStream *stream = g_new0 (UiCliStream, 1);

  stream->from = plan->from;
  stream->to = plan->to;
  stream->filter = plan->filter;
  stream->seen = plan->seen;
  stream->user_data = plan->user_data;
  stream->waiting = g_byte_array_new ();
  watch (stream);
  return stream;
}

void
ui_cli_stream_free (UiCliStream *stream)
{
  g_clear_handle_id (&stream->source, g_source_remove);
  end (stream);
  g_clear_pointer (&stream->filter, ui_cli_filter_free);
  g_byte_array_unref (stream->waiting);
  g_free (stream);
}

void
ui_cli_stream_set_held (UiCliStream *stream, gboolean held)
{
  stream->held = held;
  if (held)
    g_clear_handle_id (&stream->source, g_source_remove);
  else
    watch (stream);
}

gboolean
ui_cli_stream_has_ended (const UiCliStream *stream)
{
  return stream->from < 0;
}
