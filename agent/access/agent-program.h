/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"

/* A program that the guardian runs in a sandbox of its own, from the question to its end. */

#define AGENT_PROGRAM_OUTPUT_MAX (20u * 1024u)      /* bytes of each stream that are kept */
#define AGENT_PROGRAM_READ_MAX (4u * 1024u * 1024u) /* of both: then it is ended */

/* Borrowed; lists are NULL-terminated and may be NULL. */
typedef struct {
  const char *const *arguments; /* the program first */
  const char *const *variables; /* NAME=VALUE */
  const char *const *readable;  /* files and folders that it sees */
  const char *const *writable;  /* and may change */
  const char *folder;           /* where it begins; NULL: an empty home */
  guint seconds;                /* until it is ended; 0: the guardian's limit */
  gboolean network;             /* with the way out of the foreign agent's own program, if any */
} AgentProgramTerms;

typedef struct {
  char *program;   /* the real path */
  GString *output; /* bytes, the first of them */
  GString *errors;
  gboolean cut;      /* it wrote more than is here */
  int status;        /* -1: it was ended */
  int signal;        /* that ended it; 0: none */
  guint discarded;   /* of its changes, those that nobody had allowed */
  guint unkept;      /* new files where it may change nothing: they are gone */
  char *unkept_what; /* the first of them; NULL: none */
  char *reason;      /* why it was ended; NULL: it ended by itself */
} AgentProgram;

/* exec.run as it is asked under id. The caller owns it. */
CardeaMessage *agent_program_request (AgentLink *link, const AgentProgramTerms *terms,
                                      const char *id);

/* Waits until it has ended, while the main context runs. Errors are AGENT_ERROR, or
 * G_IO_ERROR_CANCELLED, when it is ended too. */
AgentProgram *agent_program_run (AgentLink *link, const AgentProgramTerms *terms,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_program_free (AgentProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentProgram, agent_program_free)
