/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A request cut into words, quoted texts, files and folders. A word that someone has understood is
 * marked as used: what nobody used is a reason to say "I did not understand". */

#define AGENT_PHRASE_TOKENS_MAX 400u

typedef enum {
  AGENT_TOKEN_WORD,
  AGENT_TOKEN_QUOTED, /* text between quotes that does not look like a file */
  AGENT_TOKEN_FILE,   /* a name with an ending, a path, or the name of something designated */
  AGENT_TOKEN_FOLDER, /* "~/Documents" for "my Documents folder"; a designated folder */
} AgentTokenType;

typedef struct {
  AgentTokenType type;
  char *text; /* as it was written, without quotes and punctuation around it */
  char *folded;
  char *raw;       /* exactly as it was written, between its quotes when it had any */
  gboolean quoted; /* of whatever type: it stood between quotes */
  gboolean used;
} AgentToken;

/* What the person has designated. */
typedef struct {
  char *path;
  char *name;
  gboolean folder;
  gboolean writable; /* shared for changing */
} AgentDesignated;

AgentDesignated *agent_designated_new (const char *path, const char *name, gboolean folder);
void agent_designated_free (AgentDesignated *designated);

typedef struct {
  GPtrArray *tokens; /* of AgentToken */
} AgentPhrase;

/* text is the person's; designated is an array of AgentDesignated. */
AgentPhrase *agent_phrase_new (const char *text, const GPtrArray *designated);
void agent_phrase_free (AgentPhrase *phrase);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentPhrase, agent_phrase_free)

void agent_phrase_reset (AgentPhrase *phrase);                         /* nothing is used */
AgentToken *agent_phrase_nth (const AgentPhrase *phrase, guint index); /* NULL beyond the end */

/* words: " one two " (blanks around each). Is a word among them? The index, or -1. */
int agent_phrase_find (const AgentPhrase *phrase, const char *words);
/* Marks every word of the list; the number of words marked. */
guint agent_phrase_use (AgentPhrase *phrase, const char *words);
/* Marks the first unused token of a type and returns it, or NULL. */
AgentToken *agent_phrase_take (AgentPhrase *phrase, AgentTokenType type);
guint agent_phrase_count (const AgentPhrase *phrase, AgentTokenType type);
/* Marks the first number written in digits or words; 0 when there is none. */
guint agent_phrase_take_number (AgentPhrase *phrase);

/* Takes tokens from..to (to not included) out of the phrase. */
void agent_phrase_cut (AgentPhrase *phrase, guint from, guint to);

/* The unused tokens from..to (to not included), joined and marked; NULL when there are none.
 * Words of fillers at both ends are dropped. The caller owns it. */
char *agent_phrase_join (AgentPhrase *phrase, guint from, guint to, const char *fillers);
/* TRUE when every word but those of fillers is used. */
gboolean agent_phrase_is_used_up (const AgentPhrase *phrase, const char *fillers);
/* TRUE for what looks like a file's name: "notes.txt", not "bob.com", "e.g." or "1.5". */
gboolean agent_phrase_has_ending (const char *text);
gboolean agent_phrase_is_listed (const char *words, const char *word);
