/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"

/* One transaction on the person's files: operations are collected, all content goes into one
 * sealed memfd, and the guardian does all of it or nothing.
 *
 * Paths are absolute, ~/…, or relative to the front end's working folder (common/protocol/
 * objects.md, Operation). Trusts nothing the reply says until it is checked: as many items as
 * operations, each with a real path. */
typedef struct _AgentChange AgentChange;

#define AGENT_CHANGE_TEXT_MAX (720u * 1024u) /* bytes of the operations as JSON, in one message */

typedef struct {
  char *path;        /* real */
  char *to;          /* real, of a rename; else NULL */
  gint64 size;       /* bytes; -1 when it has none */
  gboolean replaced; /* there was a file before */
} AgentChangedItem;

typedef struct {
  char *id; /* among the person's changes */
  gboolean undoable;
  GPtrArray *items; /* of AgentChangedItem, in the order of the operations */
} AgentChanged;

AgentChange *agent_change_new (void);
void agent_change_free (AgentChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentChange, agent_change_free)

/* What goes into a file as a whole, at its end, or into one that does not exist yet. expect: NULL,
 * or the SHA-256 in hex of the content that is replaced. Errors are AGENT_ERROR: ARGUMENT for a
 * path that is none, LIMIT beyond CARDEA_LIMIT_OPERATIONS, CARDEA_LIMIT_CHANGE and
 * AGENT_CHANGE_TEXT_MAX. */
gboolean agent_change_add_write (AgentChange *change, const char *path, GBytes *content,
                                 const char *expect, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_change_add_append (AgentChange *change, const char *path, GBytes *content,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_change_add_create (AgentChange *change, const char *path, GBytes *content,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_change_add_delete (AgentChange *change, const char *path,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_change_add_folder (AgentChange *change, const char *path,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_change_add_rename (AgentChange *change, const char *path, const char *to,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The message, for its test: content is sealed and belongs to it. The change is used up. */
CardeaMessage *agent_change_build (AgentChange *change, const char *reason,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks for it and waits, while the main context runs; once. doing and object make the sentence of a
 * refusal: "move", "12 files". AGENT_ERROR_STOPPED when the person gave up meanwhile: then it is
 * not known whether it was done, and the message says so. */
AgentChanged *agent_change_make (AgentChange *change, AgentLink *link, const char *doing,
                                 const char *object, GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_changed_free (AgentChanged *changed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentChanged, agent_changed_free)

/* file.changed, checked; for agent_change_make() and its test. */
AgentChanged *agent_changed_read (const CardeaMessage *reply, guint operations,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
