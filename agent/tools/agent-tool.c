/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool.h"

#include "agent/content/agent-edit.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-url.h"

#include <string.h>

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PARAMETERS(...) ((const AgentParameter[]){ __VA_ARGS__, { NULL } })
#define TEXT(name_, need, max_, what_)                                                             \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_TEXT, .required = need, .min = 1, .max = max_,          \
    .what = what_                                                                                  \
  }
#define INTEGER(name_, min_, max_, what_)                                                          \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_INTEGER, .min = min_, .max = max_, .what = what_        \
  }
#define ENUM(name_, values_, what_)                                                                \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_ENUM, .values = values_, .what = what_                  \
  }

#define REQUIRED_ENUM(name_, values_, what_)                                                       \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_ENUM, .required = TRUE, .values = values_,              \
    .what = what_                                                                                  \
  }
#define BOOLEAN(name_, what_)                                                                      \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_BOOLEAN, .what = what_                                  \
  }
/* min..max bytes; for what is written or replaced, which may be nothing. */
#define CONTENT(name_, need, min_, max_, what_)                                                    \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_TEXT, .required = need, .min = min_, .max = max_,       \
    .what = what_                                                                                  \
  }
#define TEXTS(name_, need, most_, min_, max_, what_)                                               \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_TEXTS, .required = need, .least = 1, .most = most_,     \
    .min = min_, .max = max_, .what = what_                                                        \
  }
#define OBJECTS(name_, need, most_, items_, what_)                                                 \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_OBJECTS, .required = need, .least = 1, .most = most_,   \
    .items = items_, .what = what_                                                                 \
  }

#define LIMIT_DELETED 200
#define LIMIT_FOLDERS 100
#define LIMIT_ROWS 5000
#define LIMIT_CELLS 64
#define LIMIT_CELL 1024
#define LIMIT_ARGUMENTS 500
#define LIMIT_SEEN 32
#define LIMIT_VARIABLES 32

#define PLACE "absolute path, ~/…, or relative to the person's working folder"
#define FILE_PARAMETER(need)                                                                       \
  TEXT ("file", need, AGENT_TOOL_NAME_MAX, "absolute path, ~/…, or a bare name")

static const AgentTool tools[] = {
  { "list", "Listing", "Names, sizes and times of what is in a folder",
    PARAMETERS (TEXT ("folder", TRUE, AGENT_TOOL_NAME_MAX, "absolute path or ~/…"),
                ENUM ("sort", VALUES ("name", "mtime", "size"), "newest or largest first"),
                INTEGER ("limit", 1, 500, "how many; 50")),
    agent_tool_list },
  { "search", "Searching", "Files of a folder by a part of their name, or lines that hold a text",
    PARAMETERS (TEXT ("folder", FALSE, AGENT_TOOL_NAME_MAX, "absolute path or ~/…"),
                FILE_PARAMETER (FALSE),
                TEXT ("name", FALSE, 255, "a part of the name, any case; with folder"),
                TEXT ("text", FALSE, 1024, "plain text, any case; with folder or file"),
                INTEGER ("limit", 1, 200, "how many; 50")),
    agent_tool_search },
  { "read", "Reading",
    "The beginning of a file's text, or from a line on; a picture is shown to the person",
    PARAMETERS (
        FILE_PARAMETER (TRUE), INTEGER ("line", 1, G_MAXINT32, "the first; 1"),
        INTEGER ("lines", 1, AGENT_TOOL_LINES_MAX, "how many; 100"),
        BOOLEAN ("exact", "as it is, and more at once; else what cannot be seen is escaped")),
    agent_tool_read },
  { "table", "Calculating", "Exact figures of a column of a CSV, TSV, XLSX or ODS table",
    PARAMETERS (
        FILE_PARAMETER (TRUE), TEXT ("column", FALSE, 400, "to add up; absent: rows are counted"),
        TEXT ("group", FALSE, 400, "one line for each value of this column"),
        ENUM ("period", VALUES ("day", "week", "month", "quarter", "year"),
              "group by dates: those of group, or of the column of dates"),
        TEXT ("filter", FALSE, 400, "only rows in which this column …"),
        ENUM ("compare", VALUES ("is", "is-not", "contains", "above", "below"), "… is"),
        TEXT ("operand", FALSE, 400, "… this"), INTEGER ("year", 1800, 2199, "only rows dated so"),
        INTEGER ("month", 1, 12, "only rows dated so"),
        ENUM ("measure", VALUES ("numbers", "filled", "rows"),
              "numbers: add column up; filled: count its cells; rows: count rows"),
        INTEGER ("limit", 1, 500, "groups; 60")),
    agent_tool_table },
  { "summarise", "Reading", "The sentences that stand for a text, or the columns of a table",
    PARAMETERS (FILE_PARAMETER (TRUE), INTEGER ("sentences", 1, 40, "5")), agent_tool_summarise },
  { "compare", "Comparing", "The lines in which two files differ",
    PARAMETERS (FILE_PARAMETER (TRUE),
                TEXT ("other", TRUE, AGENT_TOOL_NAME_MAX, "the file to compare with"),
                INTEGER ("limit", 1, 400, "lines; 60")),
    agent_tool_compare },
  { "write", "Writing", "A text file as a whole: a new one, or in place of what is there",
    PARAMETERS (TEXT ("file", TRUE, AGENT_TOOL_NAME_MAX, PLACE),
                CONTENT ("content", TRUE, 0, AGENT_TOOL_WRITE_MAX, "all of it, UTF-8"),
                ENUM ("if_exists", VALUES ("replace", "refuse"), "replace")),
    agent_tool_write },
  { "edit", "Changing", "Search and replace in a text file, exactly as written; all edits or none",
    PARAMETERS (FILE_PARAMETER (TRUE),
                OBJECTS ("edits", TRUE, AGENT_EDIT_COUNT_MAX,
                         PARAMETERS (CONTENT ("find", TRUE, 1, AGENT_EDIT_TEXT_MAX,
                                              "must be there exactly once, unless all is true"),
                                     CONTENT ("replace", TRUE, 0, AGENT_EDIT_TEXT_MAX,
                                              "comes in its place"),
                                     BOOLEAN ("all", "every place; false")),
                         "done one after another")),
    agent_tool_edit },
  { "append", "Adding to", "Lines at the end of a text file, which is made when there is none",
    PARAMETERS (FILE_PARAMETER (TRUE),
                CONTENT ("text", TRUE, 1, AGENT_TOOL_WRITE_MAX, "begins on a line of its own")),
    agent_tool_append },
  { "report", "Writing", "A report: Markdown, or CSV/TSV when the file's name ends so",
    PARAMETERS (TEXT ("file", TRUE, AGENT_TOOL_NAME_MAX, PLACE),
                TEXT ("title", FALSE, LIMIT_CELL, "a heading; Markdown only"),
                CONTENT ("text", FALSE, 1, AGENT_TOOL_WRITE_MAX, "Markdown; Markdown only"),
                TEXTS ("columns", FALSE, LIMIT_CELLS, 0, LIMIT_CELL, "names, for a table"),
                OBJECTS ("rows", FALSE, LIMIT_ROWS,
                         PARAMETERS (TEXTS ("cells", TRUE, LIMIT_CELLS, 0, LIMIT_CELL,
                                            "one for each column")),
                         "of the table"),
                ENUM ("if_exists", VALUES ("replace", "refuse"), "replace")),
    agent_tool_report },
  { "move", "Moving", "Files or folders to new names or places; all or none, nothing overwritten",
    PARAMETERS (OBJECTS ("moves", TRUE, CARDEA_LIMIT_OPERATIONS,
                         PARAMETERS (TEXT ("from", TRUE, AGENT_TOOL_NAME_MAX, PLACE),
                                     TEXT ("to", TRUE, AGENT_TOOL_NAME_MAX, "the new path")),
                         "one for each"),
                TEXTS ("folders", FALSE, LIMIT_FOLDERS, 1, AGENT_TOOL_NAME_MAX,
                       "to be made first; one that all go into is made when it is missing")),
    agent_tool_move },
  { "tidy", "Tidying", "The files that lie directly in a folder, into folders below it",
    PARAMETERS (TEXT ("folder", TRUE, AGENT_TOOL_NAME_MAX, "absolute path or ~/…"),
                REQUIRED_ENUM ("by", VALUES ("month", "year", "type"),
                               "month and year of the last change, type by the name's ending")),
    agent_tool_tidy },
  { "delete", "Deleting", "Files and empty folders, into the trash where there is one",
    PARAMETERS (TEXTS ("files", TRUE, LIMIT_DELETED, 1, AGENT_TOOL_NAME_MAX, PLACE)),
    agent_tool_delete },
  { "make-folder", "Making", "A new folder",
    PARAMETERS (TEXT ("folder", TRUE, AGENT_TOOL_NAME_MAX, PLACE)), agent_tool_make_folder },
  { "clipboard-read", "Reading the clipboard", "The text that the person copied; asked each time",
    PARAMETERS ({ NULL }), agent_tool_clipboard_read },
  { "clipboard-write", "Copying", "A text into the person's clipboard, for pasting elsewhere",
    PARAMETERS (CONTENT ("text", TRUE, 1, CARDEA_LIMIT_CLIPBOARD, "in place of what is there")),
    agent_tool_clipboard_write },
  { "fetch", "Getting",
    "The text of a web page or of a document on the web, written by strangers; a picture is "
    "shown to the person",
    PARAMETERS (TEXT ("url", TRUE, CARDEA_URL_LIMIT, "https://… or http://…")), agent_tool_fetch },
  { "download", "Downloading", "What is at a web address into a file, as it is, up to 16 MiB",
    PARAMETERS (TEXT ("url", TRUE, CARDEA_URL_LIMIT, "https://… or http://…"),
                TEXT ("file", FALSE, AGENT_TOOL_NAME_MAX,
                      PLACE "; ends in / for a folder; absent: the address's own name there"),
                ENUM ("if_exists", VALUES ("refuse", "replace"), "refuse")),
    agent_tool_download },
  { "run", "Running",
    "A program of this computer, once, in a sandbox that has no network and sees nothing but the "
    "files listed here; what it writes comes back",
    PARAMETERS (TEXT ("program", TRUE, AGENT_TOOL_NAME_MAX, "a bare name (ls, python3) or a path"),
                TEXTS ("arguments", FALSE, LIMIT_ARGUMENTS, 0, AGENT_TOOL_WRITE_MAX / 4,
                       "one each; nothing is split or expanded"),
                TEXTS ("files", FALSE, LIMIT_SEEN, 1, AGENT_TOOL_NAME_MAX,
                       "files and folders that it may read"),
                TEXTS ("writable", FALSE, LIMIT_SEEN, 1, AGENT_TOOL_NAME_MAX,
                       "files and folders that it may change"),
                TEXT ("folder", FALSE, AGENT_TOOL_NAME_MAX, "of these, where it begins"),
                TEXTS ("variables", FALSE, LIMIT_VARIABLES, 1, LIMIT_CELL, "NAME=VALUE"),
                INTEGER ("seconds", 1, 3600, "until it is ended; 120")),
    agent_tool_run_program },
};

const AgentTool *
agent_tool_nth (guint index)
{
  return index < G_N_ELEMENTS (tools) ? &tools[index] : NULL;
}

const AgentTool *
agent_tool_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    if (strcmp (tools[i].name, name) == 0)
      return &tools[i];
  return NULL;
}

static gboolean
check_result (const AgentTool *tool, const AgentToolResult *result, GError **error)
{
  gsize size;
  g_autofree char *text = cardea_json_write (result->data, &size, error);
  if (text == NULL)
    return FALSE;
  if (size <= AGENT_TOOL_RESULT_MAX)
    return TRUE;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
               "There is more in it than one answer holds; please ask for a part.");
  return FALSE;
}

AgentToolResult *
agent_tool_run (const AgentTool *tool, AgentLink *link, const CardeaJson *arguments,
                GCancellable *cancellable, GError **error)
{
  AgentToolCall call = { link, arguments, cancellable };
  if (!agent_tool_check (tool, arguments, error))
    return NULL;
  g_autoptr (AgentToolResult) result = tool->run (&call, error);
  if (result == NULL || !check_result (tool, result, error))
    return NULL;
  return g_steal_pointer (&result);
}

AgentToolResult *
agent_tool_result_new (void)
{
  AgentToolResult *result = g_new0 (AgentToolResult, 1);
  result->data = cardea_json_new_object ();
  result->sources = g_ptr_array_new_with_free_func (g_free);
  return result;
}

void
agent_tool_result_free (AgentToolResult *result)
{
  cardea_json_unref (result->data);
  g_ptr_array_unref (result->sources);
  g_free (result->path);
  g_free (result->change);
  g_free (result);
}

void
agent_tool_result_add_source (AgentToolResult *result, const char *path)
{
  g_ptr_array_add (result->sources, g_strdup (path));
}

void
agent_tool_result_set_notes (AgentToolResult *result, const GPtrArray *first,
                             const GPtrArray *second)
{
  const GPtrArray *lists[] = { first, second };
  CardeaJson *notes = cardea_json_new_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++)
      cardea_json_append (notes, cardea_json_new_string (lists[i]->pdata[j]));
  cardea_json_set (result->data, "notes", notes);
}

const char *
agent_tool_text (const AgentToolCall *call, const char *name)
{
  return cardea_json_get_string (call->arguments, name);
}

gint64
agent_tool_integer (const AgentToolCall *call, const char *name, gint64 fallback)
{
  gint64 value = fallback;
  return cardea_json_get_int (call->arguments, name, &value) ? value : fallback;
}

gboolean
agent_tool_boolean (const AgentToolCall *call, const char *name)
{
  gboolean value = FALSE;
  return cardea_json_get_boolean (call->arguments, name, &value) && value;
}

const CardeaJson *
agent_tool_items (const AgentToolCall *call, const char *name)
{
  return cardea_json_get (call->arguments, name);
}
