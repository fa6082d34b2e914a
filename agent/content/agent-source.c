/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-source.h"

#include "common/base/cardea-text.h"

#include <string.h>

typedef struct {
  AgentSource base;
  GBytes *bytes;
  gsize piece_size;
  gsize offset;
} MemorySource;

GBytes *
agent_source_next (AgentSource *source, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return source->class->next (source, cancellable, error);
}

void
agent_source_rewind (AgentSource *source)
{
  source->class->rewind (source);
}

void
agent_source_free (AgentSource *source)
{
  source->class->dispose (source);
  g_free (source->path);
  g_free (source);
}

char *
agent_source_show_name (const AgentSource *source)
{
  const char *slash = strrchr (source->path, '/');
  const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : source->path;
  return cardea_text_escape (name, strlen (name), NULL);
}

static GBytes *
memory_next (AgentSource *source, GCancellable *cancellable, GError **error)
{
  MemorySource *self = (MemorySource *) source;
  gsize left = g_bytes_get_size (self->bytes) - self->offset;
  if (left == 0)
    return NULL;

  gsize size = MIN (left, self->piece_size);
  GBytes *piece = g_bytes_new_from_bytes (self->bytes, self->offset, size);
  self->offset += size;
  return piece;
}

static void
memory_rewind (AgentSource *source)
{
  ((MemorySource *) source)->offset = 0;
}

static void
memory_dispose (AgentSource *source)
{
  g_bytes_unref (((MemorySource *) source)->bytes);
}

AgentSource *
agent_source_new_memory (const char *path, GBytes *bytes, gsize piece_size)
{
  static const AgentSourceClass class = { memory_next, memory_rewind, memory_dispose };
  MemorySource *self = g_new0 (MemorySource, 1);
  self->base.class = &class;
  self->base.path = g_strdup (path);
  self->base.size = (gint64) g_bytes_get_size (bytes);
  self->base.mtime = -1;
  self->bytes = g_bytes_ref (bytes);
  self->piece_size = piece_size;
  return &self->base;
}
