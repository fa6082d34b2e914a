/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Which file of a folder goes into which folder below it. Pure: names and times in, moves out.
 *
 * Files are moved that lie directly in the folder. Left out, and counted: hidden files, downloads
 * that are not finished (and the empty files that hold their places), and what cannot be moved
 * because something of that name is there already. */

typedef enum {
  AGENT_TIDY_NONE,
  AGENT_TIDY_MONTH, /* of the last change, UTC: "2024-03" */
  AGENT_TIDY_YEAR,
  AGENT_TIDY_TYPE, /* by the ending of the name: "Pictures", …, "Other" */
} AgentTidyBy;

typedef struct {
  const char *name; /* relative to the folder: "a.pdf", "2024-03", "2024-03/a.pdf" */
  gboolean file;    /* a regular file */
  gint64 mtime;     /* microseconds since 1970 */
} AgentTidyEntry;

typedef struct {
  char *name;
  char *folder; /* name of the folder it goes into */
} AgentTidyMove;

typedef struct {
  GPtrArray *folders; /* of char *: names of folders that have to be made */
  GPtrArray *moves;   /* of AgentTidyMove */
  GPtrArray *taken;   /* of char *: "2024-03/a.pdf", where something is already */
  guint hidden;
  guint unfinished;
  guint left; /* beyond what one transaction takes: ask again */
} AgentTidy;

/* entries as listed, at least two levels deep in the folders that files may go into. folder: its
 * real path. max_operations and max_bytes (as the guardian writes them into its messages) bound
 * what the plan asks for. */
AgentTidy *agent_tidy_plan (const AgentTidyEntry *entries, gsize n_entries, AgentTidyBy by,
                            const char *folder, guint max_operations, gsize max_bytes);
void agent_tidy_free (AgentTidy *tidy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentTidy, agent_tidy_free)

/* The folder's name that an entry would go into; the caller owns it. */
char *agent_tidy_folder_for (const AgentTidyEntry *entry, AgentTidyBy by);
