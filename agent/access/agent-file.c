/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-file.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-text.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

typedef struct {
  AgentSource base;
  AgentLink *link;
  char *shown; /* for sentences */
  char *handle;
  GBytes *whole; /* a file of one piece is kept, so that a second pass costs nothing */
  GBytes *first; /* the first piece, until it is fetched for the first time */
  gint64 offset; /* of the next piece */
  gboolean end;
} AgentFile;

static gboolean
fail (const AgentFile *file, AgentErrorCode code, const char *what, GError **error)
{
  g_set_error (error, AGENT_ERROR, code, "I could not read %s: %s.", file->shown, what);
  return FALSE;
}

typedef struct {
  void *bytes;
  gsize size;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;
  munmap (mapping->bytes, mapping->size);
  g_free (mapping);
}

static GBytes *
map_piece (const AgentFile *file, int fd, GError **error)
{
  struct stat st;
  int seals = fcntl (fd, F_GET_SEALS);
  if (fd < 0 || fstat (fd, &st) != 0 || seals < 0 || (seals & SEALS) != SEALS)
    {
      fail (file, AGENT_ERROR_UNAVAILABLE,
            "the guardian handed out something that is no sealed piece", error);
      return NULL;
    }
  if (st.st_size > CARDEA_LIMIT_MEMFD)
    {
      fail (file, AGENT_ERROR_LIMIT, "the guardian handed out a piece that is too large", error);
      return NULL;
    }
  if (st.st_size == 0)
    return g_bytes_new_static ("", 0);

  gsize size = (gsize) st.st_size;
  void *bytes = mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED)
    {
      fail (file, AGENT_ERROR_LIMIT, "there is not enough memory", error);
      return NULL;
    }
  Mapping *mapping = g_new (Mapping, 1);
  *mapping = (Mapping){ bytes, size };
  return g_bytes_new_with_free_func (bytes, size, mapping_free, mapping);
}

/* The piece that reply carries, checked against where the reading stands. */
static GBytes *
take_piece (AgentFile *file, CardeaMessage *reply, GError **error)
{
  cardea_autofd int fd = cardea_message_take_fd (reply, "content");
  g_autoptr (GBytes) piece = map_piece (file, fd, error);
  if (piece == NULL)
    return NULL;

  gint64 size = (gint64) g_bytes_get_size (piece);
  gboolean end = cardea_message_get_boolean (reply, "end");
  if (cardea_message_get_int64 (reply, "size", -1) != file->base.size
      || cardea_message_get_int64 (reply, "mtime", -1) != file->base.mtime)
    {
      fail (file, AGENT_ERROR_CHANGED, "it changed while I was reading it", error);
      return NULL;
    }
  if (cardea_message_get_int64 (reply, "offset", -1) != file->offset
      || size > file->base.size - file->offset || (size == 0 && !end)
      || (end && file->offset + size != file->base.size))
    {
      fail (file, AGENT_ERROR_CHANGED, "its pieces do not fit together", error);
      return NULL;
    }
  file->end = end;
  return g_steal_pointer (&piece);
}

static GBytes *
fetch (AgentFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("file.read");
  cardea_message_set_string (request, "handle", file->handle);
  cardea_message_set_int64 (request, "offset", file->offset);
  g_autoptr (CardeaMessage) reply = agent_link_act (file->link, request, "file.opened",
                                                    file->offset > 0 ? AGENT_LINK_GO_ON : "read",
                                                    file->shown, cancellable, error);
  return reply != NULL ? take_piece (file, reply, error) : NULL;
}

static GBytes *
file_next (AgentSource *source, GCancellable *cancellable, GError **error)
{
  AgentFile *file = (AgentFile *) source;
  GBytes *piece = NULL;
  if (file->end && file->offset == file->base.size)
    return NULL;
  if (file->whole != NULL && file->offset == 0)
    piece = g_bytes_ref (file->whole);
  else if (file->first != NULL && file->offset == 0)
    piece = g_steal_pointer (&file->first);
  else
    piece = fetch (file, cancellable, error);
  if (piece == NULL)
    return NULL;

  file->offset += (gint64) g_bytes_get_size (piece);
  if (g_bytes_get_size (piece) > 0)
    return piece;
  g_bytes_unref (piece);
  return NULL;
}

static void
file_rewind (AgentSource *source)
{
  AgentFile *file = (AgentFile *) source;
  file->offset = 0;
  file->end = file->whole != NULL;
  if (file->whole != NULL && file->base.size == 0)
    file->end = TRUE;
}

static void
file_dispose (AgentSource *source)
{
  AgentFile *file = (AgentFile *) source;
  if (file->handle != NULL)
    {
      g_autoptr (CardeaMessage) request = cardea_message_new ("file.close");
      cardea_message_set_string (request, "handle", file->handle);
      agent_link_act_forget (file->link, request);
    }
  g_clear_pointer (&file->whole, g_bytes_unref);
  g_clear_pointer (&file->first, g_bytes_unref);
  g_free (file->shown);
  g_free (file->handle);
}

static gboolean
take_opened (AgentFile *file, CardeaMessage *reply, GError **error)
{
  g_free (file->base.path);
  file->base.path = g_strdup (cardea_message_get_path (reply, "path"));
  file->handle = g_strdup (cardea_message_get_string (reply, "handle"));
  file->base.size = cardea_message_get_int64 (reply, "size", -1);
  file->base.mtime = cardea_message_get_int64 (reply, "mtime", -1);
  if (file->base.path == NULL || file->base.path[0] != '/' || file->handle == NULL
      || file->base.size < 0)
    return fail (file, AGENT_ERROR_UNAVAILABLE, "the guardian's answer is not complete", error);

  g_autoptr (GBytes) piece = take_piece (file, reply, error);
  if (piece == NULL)
    return FALSE;
  if (file->end)
    file->whole = g_steal_pointer (&piece);
  else
    file->first = g_steal_pointer (&piece);
  return TRUE;
}

static AgentFile *
file_new (AgentLink *link, const char *reference)
{
  static const AgentSourceClass class = { file_next, file_rewind, file_dispose };
  AgentFile *file = g_new0 (AgentFile, 1);
  g_autofree char *name = g_path_get_basename (reference);
  file->base.class = &class;
  file->base.path = g_strdup (reference);
  file->link = link;
  file->shown = cardea_text_escape (name, strlen (name), NULL);
  return file;
}

AgentSource *
agent_file_open (AgentLink *link, const char *reference, GCancellable *cancellable, GError **error)
{
  gboolean path = reference[0] == '/' || g_str_has_prefix (reference, "~/");
  if (!path && strchr (reference, '/') != NULL)
    {
      g_set_error_literal (
          error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS,
          "Please name the file from the top (“/…” or “~/…”), or by its bare name.");
      return NULL;
    }
  AgentFile *file = file_new (link, reference);
  g_autoptr (AgentSource) source = &file->base;
  g_autoptr (CardeaMessage) request = cardea_message_new ("file.read");
  cardea_message_set_path (request, path ? "path" : "name", reference);
  if (agent_link_reason (link) != NULL)
    cardea_message_set_string (request, "reason", agent_link_reason (link));
  g_autoptr (CardeaMessage) reply
      = agent_link_act (link, request, "file.opened", "read", file->shown, cancellable, error);
  if (reply == NULL || !take_opened (file, reply, error))
    return NULL;
  return g_steal_pointer (&source);
}

static GBytes *
gather (AgentFile *file, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  if (file->base.size > (gint64) limit)
    {
      g_autofree char *most = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *what = g_strdup_printf ("it is larger than %s", most);
      fail (file, AGENT_ERROR_LIMIT, what, error);
      return NULL;
    }
  for (;;)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GBytes) piece = agent_source_next (&file->base, cancellable, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (piece == NULL)
        return g_byte_array_free_to_bytes (g_steal_pointer (&all));
      g_byte_array_append (all, g_bytes_get_data (piece, NULL), (guint) g_bytes_get_size (piece));
    }
}

GBytes *
agent_file_read_all (AgentLink *link, const char *reference, gsize limit, char **ret_path,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (AgentSource) source = agent_file_open (link, reference, cancellable, error);
  if (source == NULL)
    return NULL;
  GBytes *bytes = gather ((AgentFile *) source, limit, cancellable, error);
  if (bytes != NULL)
    *ret_path = g_strdup (source->path);
  return bytes;
}
