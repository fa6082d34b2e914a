/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-offline.h"

#include <string.h>

#define OFFLINE "offline: no AI model is connected"
#define GROUPS_WRITTEN 500 /* into a file: all that the tool gives */
#define ENTRIES_WRITTEN 500

static const char abilities[]
    = "- **figures of a table** (CSV, TSV, XLSX, ODS): “Summarise Amount by month in bank.csv”, "
      "“total Amount by Category in bank.csv”, “average price in x.tsv”, “how many rows in "
      "bank.csv "
      "where Category is food”, “largest Amount in March 2024 in bank.csv”\n"
      "- **a text in its own words** (text, PDF, ODT, DOCX): “summarise report.pdf”, “show "
      "notes.txt”, “how many words in notes.txt”\n"
      "- **finding**: “find rent in notes.txt”, “find files named report in ~/Documents”\n"
      "- **folders**: “list recent files in ~/Downloads”, “5 largest files in ~/Documents”\n"
      "- **two files**: “compare old.csv and new.csv”\n"
      "- **keeping an answer**: “write the summary of report.txt to ~/Documents/summary.md”, "
      "“summarise bank.csv by month and save it to months.csv”\n"
      "- **changing a text**: “append “milk” to notes.txt”, “replace “foo” with “bar” everywhere "
      "in "
      "notes.txt”, “create a file todo.md with “…””\n"
      "- **tidying up**: “tidy my Downloads into folders by month” (or year, or type), “rename "
      "a.txt to b.txt”, “move a.txt to Archive”, “make a folder Archive in ~/Documents”, “delete "
      "old.txt”\n"
      "- **programs**: “run wc -l on report.txt”\n"
      "- **the web**: “get https://example.org/page”, “download https://example.org/a.pdf to "
      "~/Downloads”; you are asked about a new host\n"
      "- **the clipboard**, in the window: “show my clipboard”, “copy “…” to the clipboard”\n\n"
      "Before anything is changed you are shown what it would be, unless you have shared the "
      "folder for writing; afterwards you can undo it. A program runs when you have allowed it, "
      "and sees no file but those you name.\n\n";

static const char no_model[]
    = "No AI model is connected: I am Cardea's offline assistant and understand English requests "
      "of these kinds only. You can add a model in Settings → Models, or with "
      "`cardeactl model add`.\n";

/* --- the kinds of requests --- */

static gboolean
answer_help (const AgentOffline *turn, GError **error)
{
  return agent_offline_say (turn, g_strconcat ("What I can do, all of it on this machine:\n\n",
                                               abilities, no_model, NULL));
}

static gboolean
answer_unknown (const AgentOffline *turn, GError **error)
{
  return agent_offline_say (turn, g_strconcat ("I did not understand that. What I can do:\n\n",
                                               abilities, no_model, NULL));
}

/* An agent cannot reach the list of changes, and what is in it is not for it to see. */
static gboolean
answer_undo (const AgentOffline *turn, GError **error)
{
  return agent_offline_say (
      turn,
      g_strdup ("Taking a change back is yours to do, not mine: press *Undo* beside it in the "
                "window, or use `cardeactl undo list` and `cardeactl undo ID`.\n"));
}

static CardeaJson *
new_table_arguments (const AgentIntent *intent, const char *file)
{
  static const char *const periods[] = { NULL, "day", "week", "month", "quarter", "year" };
  static const char *const compares[] = { NULL, "is", "is-not", "contains", "above", "below" };
  gboolean distinct = (intent->figures & AGENT_FIGURE_DISTINCT) != 0;
  gboolean counts = (intent->figures & ~(guint) AGENT_FIGURE_COUNT) == 0;
  gboolean rows = distinct || (counts && intent->column == NULL);

  CardeaJson *arguments = agent_offline_new_arguments ("file", file);
  agent_offline_set_text (arguments, "measure", rows ? "rows" : counts ? "filled" : "numbers");
  agent_offline_set_text (arguments, "group", distinct ? intent->column : intent->group);
  agent_offline_set_text (arguments, "column", distinct ? NULL : intent->column);
  agent_offline_set_text (arguments, "period", periods[intent->period]);
  if (intent->filter != NULL)
    {
      agent_offline_set_text (arguments, "filter", intent->filter);
      agent_offline_set_text (arguments, "compare", compares[intent->compare]);
      agent_offline_set_text (arguments, "operand", intent->operand);
    }
  agent_offline_set_number (arguments, "year", intent->year);
  agent_offline_set_number (arguments, "month", intent->month);
  agent_offline_set_number (arguments, "limit", intent->target != NULL ? GROUPS_WRITTEN : 0);
  return arguments;
}

static gboolean
answer_table (const AgentOffline *turn, GError **error)
{
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  g_autoptr (AgentToolResult) result = agent_offline_run (
      turn, "table", new_table_arguments (turn->intent, files->pdata[0]), error);
  return result != NULL
         && agent_offline_give (turn, agent_answer_table (turn->intent, result), result, error);
}

#define SUMMARIES_MAX 8

static gboolean
answer_summaries (const AgentOffline *turn, char *(*word) (const AgentToolResult *result),
                  GError **error)
{
  guint most = turn->intent->target != NULL ? 1 : SUMMARIES_MAX;
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, most, error);
  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      CardeaJson *arguments = agent_offline_new_arguments ("file", files->pdata[i]);
      agent_offline_set_number (arguments, "sentences", MIN (turn->intent->limit, 40));
      g_autoptr (AgentToolResult) result = agent_offline_run (turn, "summarise", arguments, error);
      if (result == NULL)
        return FALSE;
      if (i > 0)
        agent_offline_say (turn, g_strdup ("\n"));
      if (!agent_offline_give (turn, word (result), result, error))
        return FALSE;
    }
  return files != NULL;
}

static gboolean
answer_summarise (const AgentOffline *turn, GError **error)
{
  return answer_summaries (turn, agent_answer_summary, error);
}

static gboolean
answer_count_text (const AgentOffline *turn, GError **error)
{
  return answer_summaries (turn, agent_answer_count, error);
}

static gboolean
answer_find_text (const AgentOffline *turn, GError **error)
{
  CardeaJson *arguments;
  guint folders, files;
  agent_offline_only_designated (turn, TRUE, &folders);
  agent_offline_only_designated (turn, FALSE, &files);
  if (turn->intent->folder != NULL || (turn->intent->files->len == 0 && files == 0 && folders > 0))
    {
      const char *folder = agent_offline_find_folder (turn, error);
      if (folder == NULL)
        return FALSE;
      arguments = agent_offline_new_arguments ("folder", folder);
    }
  else
    {
      g_autoptr (GPtrArray) found = agent_offline_find_files (turn, 1, error);
      if (found == NULL)
        return FALSE;
      arguments = agent_offline_new_arguments ("file", found->pdata[0]);
    }
  agent_offline_set_text (arguments, "text", turn->intent->text);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "search", arguments, error);
  return result != NULL
         && agent_offline_give (turn, agent_answer_matches (turn->intent->text, result), result,
                                error);
}

static gboolean
answer_find_files (const AgentOffline *turn, GError **error)
{
  const char *folder = agent_offline_find_folder (turn, error);
  if (folder == NULL)
    return FALSE;
  CardeaJson *arguments = agent_offline_new_arguments ("folder", folder);
  agent_offline_set_text (arguments, "name", turn->intent->text);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "search", arguments, error);
  return result != NULL
         && agent_offline_give (turn, agent_answer_listing (turn->intent, result), result, error);
}

static gboolean
answer_list (const AgentOffline *turn, GError **error)
{
  const char *folder = agent_offline_find_folder (turn, error);
  if (folder == NULL)
    return FALSE;
  CardeaJson *arguments = agent_offline_new_arguments ("folder", folder);
  agent_offline_set_text (arguments, "sort", turn->intent->sort);
  gboolean all = turn->intent->target != NULL && turn->intent->limit == 0;
  agent_offline_set_number (arguments, "limit", all ? ENTRIES_WRITTEN : turn->intent->limit);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "list", arguments, error);
  return result != NULL
         && agent_offline_give (turn, agent_answer_listing (turn->intent, result), result, error);
}

/* Two named files; one named and the only designated one; or two designated ones. */
static gboolean
find_pair (const AgentOffline *turn, const char *ret_pair[2], GError **error)
{
  guint found = 0;
  for (guint i = 0; i < turn->intent->files->len && found < 2; i++)
    ret_pair[found++] = turn->intent->files->pdata[i];
  for (guint i = 0; i < turn->request->designated->len && found < 2; i++)
    {
      const AgentDesignated *one = turn->request->designated->pdata[i];
      if (!one->folder && (found == 0 || strcmp (one->path, ret_pair[0]) != 0))
        ret_pair[found++] = one->path;
    }
  return (found == 2 && turn->intent->files->len <= 2)
         || agent_offline_set_ambiguous ("Which two files? Please name both.", error);
}

static gboolean
answer_compare (const AgentOffline *turn, GError **error)
{
  const char *pair[2];
  if (!find_pair (turn, pair, error))
    return FALSE;
  CardeaJson *arguments = agent_offline_new_arguments ("file", pair[0]);
  agent_offline_set_text (arguments, "other", pair[1]);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "compare", arguments, error);
  return result != NULL
         && agent_offline_give (turn, agent_answer_difference (result), result, error);
}

static gboolean
answer_show (const AgentOffline *turn, GError **error)
{
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  CardeaJson *arguments = agent_offline_new_arguments ("file", files->pdata[0]);
  agent_offline_set_number (arguments, "lines", turn->intent->limit);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "read", arguments, error);
  return result != NULL && agent_offline_say (turn, agent_answer_text (result));
}

static gboolean (*const answers[]) (const AgentOffline *turn, GError **error) = {
  [AGENT_INTENT_UNKNOWN] = answer_unknown,
  [AGENT_INTENT_HELP] = answer_help,
  [AGENT_INTENT_TABLE] = answer_table,
  [AGENT_INTENT_SUMMARISE] = answer_summarise,
  [AGENT_INTENT_COUNT_TEXT] = answer_count_text,
  [AGENT_INTENT_FIND_TEXT] = answer_find_text,
  [AGENT_INTENT_FIND_FILES] = answer_find_files,
  [AGENT_INTENT_LIST] = answer_list,
  [AGENT_INTENT_COMPARE] = answer_compare,
  [AGENT_INTENT_SHOW] = answer_show,
  [AGENT_INTENT_CREATE] = agent_offline_create,
  [AGENT_INTENT_OVERWRITE] = agent_offline_overwrite,
  [AGENT_INTENT_APPEND] = agent_offline_append,
  [AGENT_INTENT_REPLACE] = agent_offline_replace,
  [AGENT_INTENT_RENAME] = agent_offline_rename,
  [AGENT_INTENT_MOVE] = agent_offline_move,
  [AGENT_INTENT_TIDY] = agent_offline_tidy,
  [AGENT_INTENT_DELETE] = agent_offline_delete,
  [AGENT_INTENT_MAKE_FOLDER] = agent_offline_make_folder,
  [AGENT_INTENT_RUN] = agent_offline_run_program,
  [AGENT_INTENT_UNDO] = answer_undo,
  [AGENT_INTENT_FETCH] = agent_offline_fetch,
  [AGENT_INTENT_DOWNLOAD] = agent_offline_download,
  [AGENT_INTENT_PASTE] = agent_offline_paste,
  [AGENT_INTENT_COPY] = agent_offline_copy,
};

static gboolean
offline_answer (AgentModel *model, const AgentModelRequest *request, const AgentModelHost *host,
                GError **error)
{
  g_autoptr (AgentIntent) intent = agent_intent_read (request->text, request->designated);
  AgentOffline turn = { request, host, intent };
  host->status (OFFLINE, host->user_data);
  return answers[intent->kind](&turn, error);
}

static void
offline_dispose (AgentModel *model)
{
}

AgentModel *
agent_model_offline_new (void)
{
  static const AgentModelClass class = { offline_answer, offline_dispose };
  AgentModel *model = g_new0 (AgentModel, 1);
  model->class = &class;
  return model;
}
