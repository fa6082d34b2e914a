/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-date.h"
#include "agent/content/agent-query.h"
#include "agent/content/agent-tidy.h"
#include "agent/models/agent-phrase.h"

/* What an English sentence asks for, without any AI: a table of recognisers, each of which takes
 * the words it knows. A sentence with words left over is not understood, rather than half. */

typedef enum {
  AGENT_INTENT_UNKNOWN,
  AGENT_INTENT_HELP,
  AGENT_INTENT_TABLE,      /* figures of a table's column */
  AGENT_INTENT_SUMMARISE,  /* a text, or a table as a whole */
  AGENT_INTENT_COUNT_TEXT, /* words or lines */
  AGENT_INTENT_FIND_TEXT,
  AGENT_INTENT_FIND_FILES,
  AGENT_INTENT_LIST,
  AGENT_INTENT_COMPARE,
  AGENT_INTENT_SHOW,
  AGENT_INTENT_CREATE,      /* a new file with a text */
  AGENT_INTENT_OVERWRITE,   /* a text in place of a file's content */
  AGENT_INTENT_APPEND,      /* a text at a file's end */
  AGENT_INTENT_REPLACE,     /* a text within a file */
  AGENT_INTENT_RENAME,      /* a file or folder, where it is */
  AGENT_INTENT_MOVE,        /* files into a folder */
  AGENT_INTENT_TIDY,        /* a folder's files into folders */
  AGENT_INTENT_DELETE,      /* files, into the trash */
  AGENT_INTENT_MAKE_FOLDER, /* an empty one */
  AGENT_INTENT_RUN,         /* a program */
  AGENT_INTENT_UNDO,        /* which is the person's, not the agent's */
  AGENT_INTENT_FETCH,       /* a page of the web */
  AGENT_INTENT_DOWNLOAD,    /* the same, into a file */
  AGENT_INTENT_PASTE,       /* what is in the clipboard */
  AGENT_INTENT_COPY,        /* a text into it */
} AgentIntentKind;

typedef enum {
  AGENT_FIGURE_TOTAL = 1 << 0,
  AGENT_FIGURE_AVERAGE = 1 << 1,
  AGENT_FIGURE_COUNT = 1 << 2,
  AGENT_FIGURE_MIN = 1 << 3,
  AGENT_FIGURE_MAX = 1 << 4,
  AGENT_FIGURE_DISTINCT = 1 << 5,
  AGENT_FIGURE_SUMMARY = 1 << 6, /* "summarise Amount": the useful ones */
} AgentFigure;

typedef struct {
  AgentIntentKind kind;
  guint figures; /* of AgentFigure */
  char *column;  /* NULL: rows, or the only one */
  char *group;   /* NULL with a period: the column of dates */
  AgentPeriod period;
  char *filter; /* column */
  AgentCompare compare;
  char *operand;
  int year, month;    /* 0: any */
  GPtrArray *files;   /* of char *: paths and names as written */
  GPtrArray *command; /* of char *: a program and its arguments, files of it among files, too */
  char *folder;       /* "": "this folder" */
  char *text;         /* to be found, in lines or in names; to be written */
  char *with;         /* comes in its place */
  char *url;          /* of the web */
  char *target;       /* a new file, folder or name; of a reading kind: where the answer goes */
  gboolean all;       /* every place */
  gboolean shown;     /* with target: the answer is wanted too */
  AgentTidyBy by;
  const char *sort; /* "name", "mtime", "size" */
  guint limit;      /* 0: as is usual */
} AgentIntent;

/* text is the person's; designated is an array of AgentDesignated. Never NULL. */
AgentIntent *agent_intent_read (const char *text, const GPtrArray *designated);
void agent_intent_free (AgentIntent *intent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentIntent, agent_intent_free)

/* Shared by the recognisers (agent-intent.c and agent-intent-table.c). */
extern const char agent_intent_fillers[];
AgentIntent *agent_intent_new (void); /* of kind UNKNOWN */
void agent_intent_take_files (AgentIntent *intent, AgentPhrase *phrase);
gboolean agent_intent_read_table (AgentIntent *intent, AgentPhrase *phrase);
/* What changes something (agent-intent-change.c); nothing is half understood. */
gboolean agent_intent_read_change (AgentIntent *intent, AgentPhrase *phrase);
/* Takes "and save it to X" or "write … to X" out of the phrase; NULL: no such words, else X. */
char *agent_intent_take_target (AgentPhrase *phrase, gboolean *ret_shown);
