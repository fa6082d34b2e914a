/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer.h"
#include "agent/models/agent-model.h"

#include <string.h>

#define OFFLINE "offline: no AI model is connected"

typedef struct {
  const AgentModelRequest *request;
  const AgentModelHost *host;
  const AgentIntent *intent;
} Turn;

static const char abilities[]
    = "- **figures of a table** (CSV, TSV, XLSX, ODS): “Summarise Amount by month in bank.csv”, "
      "“total Amount by Category in bank.csv”, “average price in x.tsv”, “how many rows in "
      "bank.csv "
      "where Category is food”, “largest Amount in March 2024 in bank.csv”\n"
      "- **a text in its own words** (text, PDF, ODT, DOCX): “summarise report.pdf”, “show "
      "notes.txt”, “how many words in notes.txt”\n"
      "- **finding**: “find rent in notes.txt”, “find files named report in ~/Documents”\n"
      "- **folders**: “list recent files in ~/Downloads”, “5 largest files in ~/Documents”\n"
      "- **two files**: “compare old.csv and new.csv”\n\n";

static const char no_model[]
    = "No AI model is connected: I am Cardea's offline assistant and understand English requests "
      "of these kinds only. This version cannot connect a model yet; a later one will, in "
      "Settings → Models.\n";

/* --- which files are meant --- */

static gboolean
set_ambiguous (const char *what, GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS, what);
  return FALSE;
}

/* The only designated one of its kind; NULL when there is none or there are several. */
static const char *
only_designated (const Turn *turn, gboolean folder, guint *ret_count)
{
  const char *found = NULL;
  *ret_count = 0;
  for (guint i = 0; i < turn->request->designated->len; i++)
    {
      const AgentDesignated *one = turn->request->designated->pdata[i];
      if (one->folder != folder)
        continue;
      found = one->path;
      (*ret_count)++;
    }
  return *ret_count == 1 ? found : NULL;
}

/* The files a request names, else the designated one. at_most: more are refused. */
static GPtrArray *
find_files (const Turn *turn, guint at_most, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  guint count;
  for (guint i = 0; i < turn->intent->files->len; i++)
    g_ptr_array_add (files, turn->intent->files->pdata[i]);
  if (files->len == 0)
    {
      const char *only = only_designated (turn, FALSE, &count);
      if (only == NULL)
        {
          set_ambiguous (count == 0 ? "Which file? Name it in your request, or add it to the chat."
                                    : "Which of the files? Please name it in your request.",
                         error);
          return NULL;
        }
      g_ptr_array_add (files, (char *) only);
    }
  if (files->len > at_most)
    {
      set_ambiguous (at_most == 1 ? "Please ask about one file at a time."
                                  : "These are more files than I take at once.",
                     error);
      return NULL;
    }
  return g_steal_pointer (&files);
}

static const char *
find_folder (const Turn *turn, GError **error)
{
  guint count;
  const char *folder
      = turn->intent->folder != NULL ? turn->intent->folder : only_designated (turn, TRUE, &count);
  if (folder == NULL)
    set_ambiguous ("Which folder? Name it in your request, for example ~/Documents.", error);
  return folder;
}

static CardeaJson *
new_arguments (const char *name, const char *value)
{
  CardeaJson *arguments = cardea_json_new_object ();
  cardea_json_set_string (arguments, name, value);
  return arguments;
}

static void
set_text (CardeaJson *arguments, const char *name, const char *value)
{
  if (value != NULL && value[0] != '\0')
    cardea_json_set_string (arguments, name, value);
}

static void
set_number (CardeaJson *arguments, const char *name, gint64 value)
{
  if (value > 0)
    cardea_json_set_int (arguments, name, value);
}

static AgentToolResult *
run (const Turn *turn, const char *tool, CardeaJson *arguments, GError **error)
{
  return turn->host->run (tool, arguments, turn->host->user_data, error);
}

static gboolean
say (const Turn *turn, char *answer)
{
  turn->host->say (answer, turn->host->user_data);
  g_free (answer);
  return TRUE;
}

/* --- the kinds of requests --- */

static gboolean
answer_help (const Turn *turn, GError **error)
{
  return say (turn, g_strconcat ("What I can do, all of it on this machine:\n\n", abilities,
                                 no_model, NULL));
}

static gboolean
answer_unknown (const Turn *turn, GError **error)
{
  return say (turn, g_strconcat ("I did not understand that. What I can do:\n\n", abilities,
                                 no_model, NULL));
}

static CardeaJson *
new_table_arguments (const AgentIntent *intent, const char *file)
{
  static const char *const periods[] = { NULL, "day", "week", "month", "quarter", "year" };
  static const char *const compares[] = { NULL, "is", "is-not", "contains", "above", "below" };
  gboolean distinct = (intent->figures & AGENT_FIGURE_DISTINCT) != 0;
  gboolean counts = (intent->figures & ~(guint) AGENT_FIGURE_COUNT) == 0;
  gboolean rows = distinct || (counts && intent->column == NULL);

  CardeaJson *arguments = new_arguments ("file", file);
  set_text (arguments, "measure", rows ? "rows" : counts ? "filled" : "numbers");
  set_text (arguments, "group", distinct ? intent->column : intent->group);
  set_text (arguments, "column", distinct ? NULL : intent->column);
  set_text (arguments, "period", periods[intent->period]);
  if (intent->filter != NULL)
    {
      set_text (arguments, "filter", intent->filter);
      set_text (arguments, "compare", compares[intent->compare]);
      set_text (arguments, "operand", intent->operand);
    }
  set_number (arguments, "year", intent->year);
  set_number (arguments, "month", intent->month);
  return arguments;
}

static gboolean
answer_table (const Turn *turn, GError **error)
{
  g_autoptr (GPtrArray) files = find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  g_autoptr (AgentToolResult) result
      = run (turn, "table", new_table_arguments (turn->intent, files->pdata[0]), error);
  return result != NULL && say (turn, agent_answer_table (turn->intent, result));
}

#define SUMMARIES_MAX 8

static gboolean
answer_summaries (const Turn *turn, char *(*word) (const AgentToolResult *result), GError **error)
{
  g_autoptr (GPtrArray) files = find_files (turn, SUMMARIES_MAX, error);
  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      CardeaJson *arguments = new_arguments ("file", files->pdata[i]);
      set_number (arguments, "sentences", MIN (turn->intent->limit, 40));
      g_autoptr (AgentToolResult) result = run (turn, "summarise", arguments, error);
      if (result == NULL)
        return FALSE;
      if (i > 0)
        say (turn, g_strdup ("\n"));
      say (turn, word (result));
    }
  return files != NULL;
}

static gboolean
answer_summarise (const Turn *turn, GError **error)
{
  return answer_summaries (turn, agent_answer_summary, error);
}

static gboolean
answer_count_text (const Turn *turn, GError **error)
{
  return answer_summaries (turn, agent_answer_count, error);
}

static gboolean
answer_find_text (const Turn *turn, GError **error)
{
  CardeaJson *arguments;
  guint folders, files;
  only_designated (turn, TRUE, &folders);
  only_designated (turn, FALSE, &files);
  if (turn->intent->folder != NULL || (turn->intent->files->len == 0 && files == 0 && folders > 0))
    {
      const char *folder = find_folder (turn, error);
      if (folder == NULL)
        return FALSE;
      arguments = new_arguments ("folder", folder);
    }
  else
    {
      g_autoptr (GPtrArray) found = find_files (turn, 1, error);
      if (found == NULL)
        return FALSE;
      arguments = new_arguments ("file", found->pdata[0]);
    }
  set_text (arguments, "text", turn->intent->text);
  g_autoptr (AgentToolResult) result = run (turn, "search", arguments, error);
  return result != NULL && say (turn, agent_answer_matches (turn->intent->text, result));
}

static gboolean
answer_find_files (const Turn *turn, GError **error)
{
  const char *folder = find_folder (turn, error);
  if (folder == NULL)
    return FALSE;
  CardeaJson *arguments = new_arguments ("folder", folder);
  set_text (arguments, "name", turn->intent->text);
  g_autoptr (AgentToolResult) result = run (turn, "search", arguments, error);
  return result != NULL && say (turn, agent_answer_listing (turn->intent, result));
}

static gboolean
answer_list (const Turn *turn, GError **error)
{
  const char *folder = find_folder (turn, error);
  if (folder == NULL)
    return FALSE;
  CardeaJson *arguments = new_arguments ("folder", folder);
  set_text (arguments, "sort", turn->intent->sort);
  set_number (arguments, "limit", turn->intent->limit);
  g_autoptr (AgentToolResult) result = run (turn, "list", arguments, error);
  return result != NULL && say (turn, agent_answer_listing (turn->intent, result));
}

/* Two named files; one named and the only designated one; or two designated ones. */
static gboolean
find_pair (const Turn *turn, const char *ret_pair[2], GError **error)
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
         || set_ambiguous ("Which two files? Please name both.", error);
}

static gboolean
answer_compare (const Turn *turn, GError **error)
{
  const char *pair[2];
  if (!find_pair (turn, pair, error))
    return FALSE;
  CardeaJson *arguments = new_arguments ("file", pair[0]);
  set_text (arguments, "other", pair[1]);
  g_autoptr (AgentToolResult) result = run (turn, "compare", arguments, error);
  return result != NULL && say (turn, agent_answer_difference (result));
}

static gboolean
answer_show (const Turn *turn, GError **error)
{
  g_autoptr (GPtrArray) files = find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  CardeaJson *arguments = new_arguments ("file", files->pdata[0]);
  set_number (arguments, "lines", turn->intent->limit);
  g_autoptr (AgentToolResult) result = run (turn, "read", arguments, error);
  return result != NULL && say (turn, agent_answer_text (result));
}

static gboolean (*const answers[]) (const Turn *turn, GError **error) = {
  [AGENT_INTENT_UNKNOWN] = answer_unknown,       [AGENT_INTENT_HELP] = answer_help,
  [AGENT_INTENT_TABLE] = answer_table,           [AGENT_INTENT_SUMMARISE] = answer_summarise,
  [AGENT_INTENT_COUNT_TEXT] = answer_count_text, [AGENT_INTENT_FIND_TEXT] = answer_find_text,
  [AGENT_INTENT_FIND_FILES] = answer_find_files, [AGENT_INTENT_LIST] = answer_list,
  [AGENT_INTENT_COMPARE] = answer_compare,       [AGENT_INTENT_SHOW] = answer_show,
};

static gboolean
offline_answer (AgentModel *model, const AgentModelRequest *request, const AgentModelHost *host,
                GError **error)
{
  g_autoptr (AgentIntent) intent = agent_intent_read (request->text, request->designated);
  Turn turn = { request, host, intent };
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
  static const AgentModelClass class = { NULL, offline_answer, offline_dispose };
  AgentModel *model = g_new0 (AgentModel, 1);
  model->class = &class;
  return model;
}
