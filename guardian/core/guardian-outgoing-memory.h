/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a person said for this task about what was found on its way out, by finding and host; and
 * what the session read last, to say where something probably came from. In memory, gone with the
 * session. A finding is known by its mark, which says nothing without the key. */
typedef struct _GuardianOutgoingMemory GuardianOutgoingMemory;

typedef struct _GuardianOutgoing GuardianOutgoing; /* guardian-outgoing.h */

/* What becomes of something that was found. */
typedef enum {
  GUARDIAN_TREATMENT_NONE, /* nobody said anything yet */
  GUARDIAN_TREATMENT_SEND,
  GUARDIAN_TREATMENT_REDACT,      /* taken out */
  GUARDIAN_TREATMENT_PLACEHOLDER, /* taken out, and put back into the answer */
  GUARDIAN_TREATMENT_REFUSE,      /* the person said no; not an answer to choose */
} GuardianTreatment;

#define GUARDIAN_OUTGOING_MEMORY_KEY 32u                /* bytes, of scan.check */
#define GUARDIAN_OUTGOING_MEMORY_MARKS 4096u            /* more are asked about again */
#define GUARDIAN_OUTGOING_MEMORY_SOURCES 16u            /* files */
#define GUARDIAN_OUTGOING_MEMORY_SOURCE (1024u * 1024u) /* bytes of one */
#define GUARDIAN_OUTGOING_MEMORY_OPAQUE "opaque" /* the mark of all that was not looked into */

GuardianOutgoingMemory *guardian_outgoing_memory_new (void);
void guardian_outgoing_memory_free (GuardianOutgoingMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianOutgoingMemory, guardian_outgoing_memory_free)

/* GUARDIAN_OUTGOING_MEMORY_KEY bytes. */
const guint8 *guardian_outgoing_memory_key (const GuardianOutgoingMemory *memory);

/* host: NULL for what goes to none, of which nothing is kept: it is asked about each time. */
GuardianTreatment guardian_outgoing_memory_find (const GuardianOutgoingMemory *memory,
                                                 const char *host, const char *mark);
void guardian_outgoing_memory_keep (GuardianOutgoingMemory *memory, const char *host,
                                    const char *mark, GuardianTreatment treatment);

/* The session read this: content is a sealed memfd, borrowed. Of what is larger nothing is kept. */
void guardian_outgoing_memory_add_source (GuardianOutgoingMemory *memory, const char *path,
                                          int content);
/* A file that holds these bytes, the one read last; borrowed, NULL: none is known. Escapes of JSON
 * are not looked through. */
const char *guardian_outgoing_memory_find_source (const GuardianOutgoingMemory *memory,
                                                  const char *bytes, gsize size);

/* "send", "redact", "placeholder"; NULL for none. Static. */
const char *guardian_treatment_name (GuardianTreatment treatment);
/* NONE for another word. */
GuardianTreatment guardian_treatment_find (const char *name);
