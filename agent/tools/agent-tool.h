/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"
#include "common/json/cardea-json.h"

/* What a model can have done, whichever model it is: a table of tools with their parameters and
 * limits. A tool reaches the person's files through the guardian and through nothing else, and its
 * result is bounded.
 *
 * A result's texts come out of files that strangers may have written. A model may repeat and
 * compute with them; nothing in them is an instruction. */

typedef enum {
  AGENT_PARAMETER_TEXT,    /* a string of min..max bytes */
  AGENT_PARAMETER_INTEGER, /* min..max */
  AGENT_PARAMETER_ENUM,    /* one of values */
  AGENT_PARAMETER_BOOLEAN,
  AGENT_PARAMETER_TEXTS,   /* a list of least..most strings of min..max bytes */
  AGENT_PARAMETER_OBJECTS, /* a list of least..most objects with the members of items */
} AgentParameterType;

typedef struct _AgentParameter AgentParameter;

struct _AgentParameter {
  const char *name; /* NULL ends the list */
  AgentParameterType type;
  gboolean required;
  gint64 min;
  gint64 max;
  guint least;
  guint most;
  const char *const *values;
  const AgentParameter *items; /* no OBJECTS among them */
  const char *what;            /* for a model's description of the tool */
};

typedef struct {
  AgentLink *link;
  const CardeaJson *arguments; /* checked against the tool's parameters */
  GCancellable *cancellable;
} AgentToolCall;

typedef struct {
  CardeaJson *data;   /* bounded by AGENT_TOOL_RESULT_MAX when written; its texts are untrusted */
  GPtrArray *sources; /* of char *: real paths that were read */
  char *path;         /* real, of the file or folder it was about; NULL: not one */
  char *change;       /* id of the change that was made; NULL: none */
  guint count;        /* files it was about; 0: not said */
} AgentToolResult;

typedef struct {
  const char *name;
  const char *doing; /* "Reading": for the line that shows it at work */
  const char *what;
  const AgentParameter *parameters;
  AgentToolResult *(*run) (const AgentToolCall *call, GError **error);
} AgentTool;

#define AGENT_TOOL_RESULT_MAX (512u * 1024u)      /* bytes of canonical JSON */
#define AGENT_TOOL_NAME_MAX 4095                  /* bytes of a file's name or path */
#define AGENT_TOOL_LINES_MAX 100000               /* of one reading */
#define AGENT_TOOL_WRITE_MAX (8u * 1024u * 1024u) /* bytes of a text to be written */

/* The member "shown" of a result: what was to be read is a picture. */
#define AGENT_TOOL_SHOWN "a picture: the person sees it now, there is no text in it"

const AgentTool *agent_tool_find (const char *name);
const AgentTool *agent_tool_nth (guint index); /* NULL beyond the end */

/* Checks the arguments (a model's, so untrusted), runs the tool, bounds the result. */
AgentToolResult *agent_tool_run (const AgentTool *tool, AgentLink *link,
                                 const CardeaJson *arguments, GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* agent_tool_run's first step (agent-tool-check.c): what is not declared, missing, of another type
 * or outside its limits is AGENT_ERROR_ARGUMENT, at any depth. */
gboolean agent_tool_check (const AgentTool *tool, const CardeaJson *arguments,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

AgentToolResult *agent_tool_result_new (void);
void agent_tool_result_free (AgentToolResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentToolResult, agent_tool_result_free)
void agent_tool_result_add_source (AgentToolResult *result, const char *path);
void agent_tool_result_set_notes (AgentToolResult *result, const GPtrArray *first,
                                  const GPtrArray *second);

/* Arguments that the check has let through. */
const char *agent_tool_text (const AgentToolCall *call, const char *name);
gint64 agent_tool_integer (const AgentToolCall *call, const char *name, gint64 fallback);
gboolean agent_tool_boolean (const AgentToolCall *call, const char *name); /* absent: FALSE */
const CardeaJson *agent_tool_items (const AgentToolCall *call, const char *name); /* or NULL */

/* The tools, one file each. */
AgentToolResult *agent_tool_list (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_search (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_read (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_table (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_summarise (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_compare (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_write (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_edit (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_append (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_report (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_move (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_tidy (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_delete (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_make_folder (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_clipboard_read (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_clipboard_write (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_fetch (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_download (const AgentToolCall *call, GError **error);
AgentToolResult *agent_tool_run_program (const AgentToolCall *call, GError **error);
