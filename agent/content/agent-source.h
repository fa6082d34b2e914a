/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* Where bytes come from: a file of the guardian in sealed pieces, text that was taken out of a
 * document, or memory. Readers know only this, so that they can be tried without a guardian. */
typedef struct _AgentSource AgentSource;

typedef struct {
  /* The next piece, owned by the caller; NULL without an error: the end. Pieces are never empty
   * and at most CARDEA_LIMIT_MEMFD bytes. May run the main context while it waits. */
  GBytes *(*next) (AgentSource *source, GCancellable *cancellable, GError **error);
  /* Back to the first byte. */
  void (*rewind) (AgentSource *source);
  void (*dispose) (AgentSource *source);
} AgentSourceClass;

struct _AgentSource {
  const AgentSourceClass *class;
  char *path;   /* the real path, as bytes */
  gint64 size;  /* bytes; -1 when not known beforehand */
  gint64 mtime; /* microseconds since 1970; -1 when not known */
};

GBytes *agent_source_next (AgentSource *source, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_source_rewind (AgentSource *source);
void agent_source_free (AgentSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentSource, agent_source_free)

/* Pieces of piece_size bytes of what is in memory. */
AgentSource *agent_source_new_memory (const char *path, GBytes *bytes, gsize piece_size);

/* The last element of a path, fit to be shown; the caller owns it. */
char *agent_source_show_name (const AgentSource *source);
