/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-intent.h"

#include <string.h>

#define LIMIT_RECENT 10
#define LIMIT_MAX 200

/* Words that change nothing about what is asked. */
const char agent_intent_fillers[]
    = " please kindly can could would will you i i'd like want need to me my the a an of in from "
      "for "
      "on at is are was were be what what's whats which there all this that these those it its and "
      "give show tell get make do does did have has had let us just hey hi hello ok okay now with "
      "inside within into out here file files document documents folder directory csv tsv table "
      "spreadsheet sheet data thanks thank ";

static const char find_verbs[] = " find search grep look locate where ";
static const char contain_words[]
    = " containing contain contains mention mentions mentioning mentioned say says saying appear "
      "appears occur occurs text word words phrase line lines string times often ";

void
agent_intent_free (AgentIntent *intent)
{
  g_free (intent->column);
  g_free (intent->group);
  g_free (intent->filter);
  g_free (intent->operand);
  g_free (intent->folder);
  g_free (intent->text);
  g_free (intent->with);
  g_free (intent->url);
  g_free (intent->target);
  g_ptr_array_unref (intent->files);
  g_ptr_array_unref (intent->command);
  g_free (intent);
}

AgentIntent *
agent_intent_new (void)
{
  AgentIntent *intent = g_new0 (AgentIntent, 1);
  intent->files = g_ptr_array_new_with_free_func (g_free);
  intent->command = g_ptr_array_new_with_free_func (g_free);
  intent->sort = "name";
  return intent;
}

void
agent_intent_take_files (AgentIntent *intent, AgentPhrase *phrase)
{
  AgentToken *token;
  while ((token = agent_phrase_take (phrase, AGENT_TOKEN_FILE)) != NULL)
    g_ptr_array_add (intent->files, g_strdup (token->text));
}

static void
take_folder (AgentIntent *intent, AgentPhrase *phrase)
{
  AgentToken *token = agent_phrase_take (phrase, AGENT_TOKEN_FOLDER);
  if (token != NULL)
    intent->folder = g_strdup (token->text);
}

/* A path without an ending may be a file just as well. */
static void
take_paths_as_files (AgentIntent *intent, AgentPhrase *phrase)
{
  agent_intent_take_files (intent, phrase);
  AgentToken *token;
  while ((token = agent_phrase_take (phrase, AGENT_TOKEN_FOLDER)) != NULL)
    g_ptr_array_add (intent->files, g_strdup (token->text));
}

static gboolean
read_help (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_HELP;
  gboolean asked = agent_phrase_use (phrase, " help hello hi hey ") > 0;
  asked |= agent_phrase_find (phrase, " what ") >= 0 && agent_phrase_find (phrase, " can ") >= 0
           && agent_phrase_use (phrase, " do ") > 0;
  asked |= agent_phrase_find (phrase, " who ") >= 0 && agent_phrase_use (phrase, " who are ") == 2;
  return asked && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

static gboolean
read_compare (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_COMPARE;
  guint verbs = agent_phrase_use (
      phrase, " compare comparison diff difference differences differ differs changed changes ");
  take_paths_as_files (intent, phrase);
  agent_phrase_use (phrase, " between against to two both how versus vs ");
  return verbs > 0 && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

static void
take_sort (AgentIntent *intent, AgentPhrase *phrase)
{
  if (agent_phrase_use (phrase, " recent recently newest latest new last modified changed ") > 0)
    intent->sort = "mtime";
  else if (agent_phrase_use (phrase, " largest biggest large big size ") > 0)
    intent->sort = "size";
  if (strcmp (intent->sort, "name") != 0)
    intent->limit = LIMIT_RECENT;
}

static gboolean
read_list (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_LIST;
  take_folder (intent, phrase);
  take_sort (intent, phrase);
  gboolean sorted = strcmp (intent->sort, "name") != 0;
  guint number = agent_phrase_take_number (phrase);
  if (number > 0)
    intent->limit = MIN (number, LIMIT_MAX);
  gboolean verb = agent_phrase_find (phrase, " list show ls what what's whats contents ") >= 0;
  gboolean noun = agent_phrase_find (phrase, " files documents folder contents ") >= 0
                  || (sorted && agent_phrase_find (phrase, " file document ") >= 0);
  agent_phrase_use (phrase, " list ls contents most top name names by sorted ");
  return (noun || intent->folder != NULL) && (sorted || verb)
         && agent_phrase_count (phrase, AGENT_TOKEN_FILE) == 0
         && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

static gboolean
read_show (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_SHOW;
  guint verbs = agent_phrase_use (phrase, " show open read display print cat view head see ");
  take_paths_as_files (intent, phrase);
  if (agent_phrase_use (phrase, " first line lines top beginning start ") > 0)
    intent->limit = agent_phrase_take_number (phrase);
  agent_phrase_use (phrase, " content contents text whole ");
  return verbs > 0 && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

/* "find files called report in ~/Documents", "where is report.pdf" */
static gboolean
read_find_files (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_FIND_FILES;
  gboolean verb = agent_phrase_use (phrase, find_verbs) > 0;
  gboolean about_text = agent_phrase_find (phrase, contain_words) >= 0;
  guint named = agent_phrase_use (phrase, " called named name names ");
  gboolean noun = agent_phrase_find (phrase, " file files document documents ") >= 0;
  take_folder (intent, phrase);
  agent_phrase_use (phrase, " any every whose their ");

  AgentToken *token = agent_phrase_take (phrase, AGENT_TOKEN_QUOTED);
  if (token == NULL)
    token = agent_phrase_take (phrase, AGENT_TOKEN_FILE);
  gboolean by_file = token != NULL && token->type == AGENT_TOKEN_FILE;
  intent->text = token != NULL ? g_path_get_basename (token->text)
                               : agent_phrase_join (phrase, 0, G_MAXUINT, agent_intent_fillers);
  return verb && !about_text && intent->text != NULL && intent->text[0] != '\0'
         && (noun || named > 0 || by_file)
         && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

static gboolean
read_find_text (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_FIND_TEXT;
  gboolean asked = agent_phrase_use (phrase, find_verbs) > 0;
  AgentToken *token = agent_phrase_take (phrase, AGENT_TOKEN_QUOTED);
  asked |= agent_phrase_use (phrase, contain_words) > 0;
  agent_phrase_use (phrase, " how many every any all does ");
  agent_intent_take_files (intent, phrase);
  take_folder (intent, phrase);
  intent->text = token != NULL ? g_strdup (token->text)
                               : agent_phrase_join (phrase, 0, G_MAXUINT, agent_intent_fillers);
  return asked && intent->text != NULL && intent->text[0] != '\0'
         && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

static gboolean
read_count_text (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_COUNT_TEXT;
  gboolean count = agent_phrase_use (phrase, " count number ") > 0
                   || (agent_phrase_find (phrase, " how ") >= 0
                       && agent_phrase_use (phrase, " how many ") == 2);
  guint words = agent_phrase_use (phrase, " words word ");
  guint lines = agent_phrase_use (phrase, " lines line ");
  take_paths_as_files (intent, phrase);
  gboolean table = intent->files->len > 0
                   && (g_str_has_suffix (intent->files->pdata[0], "csv")
                       || g_str_has_suffix (intent->files->pdata[0], "tsv"));
  return count && (words > 0 || (lines > 0 && !table))
         && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

static gboolean
read_summarise (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_SUMMARISE;
  gboolean asked
      = agent_phrase_use (phrase, " summarise summarize summarising summary summaries tldr tl;dr "
                                  "overview gist outline describe about explain main key points "
                                  "bullets sentences short shortly briefly brief ")
        > 0;
  asked |= agent_phrase_find (phrase, " what what's whats ") >= 0;
  if (intent->target != NULL)
    asked |= agent_phrase_use (phrase, " report ") > 0;
  intent->limit = agent_phrase_take_number (phrase);
  take_paths_as_files (intent, phrase);
  asked = asked
          && (intent->files->len > 0 || agent_phrase_find (phrase, " what what's ") < 0
              || agent_phrase_find (phrase, " file document table ") >= 0);
  return asked && agent_phrase_is_used_up (phrase, agent_intent_fillers);
}

/* The first that understands every word wins. */
static gboolean (*const recognisers[]) (AgentIntent *intent, AgentPhrase *phrase) = {
  read_help,       read_compare,    read_list,
  read_count_text, read_summarise,  agent_intent_read_table,
  read_show,       read_find_files, read_find_text,
};

static AgentIntent *
recognise (AgentPhrase *phrase, const char *target)
{
  for (gsize i = 0; phrase->tokens->len > 0 && i < G_N_ELEMENTS (recognisers); i++)
    {
      g_autoptr (AgentIntent) intent = agent_intent_new ();
      intent->target = g_strdup (target);
      agent_phrase_reset (phrase);
      if (recognisers[i](intent, phrase))
        return g_steal_pointer (&intent);
    }
  return agent_intent_new ();
}

/* Answers that can be written into a file. */
static gboolean
is_report (AgentIntentKind kind)
{
  return kind >= AGENT_INTENT_TABLE && kind <= AGENT_INTENT_COMPARE;
}

AgentIntent *
agent_intent_read (const char *text, const GPtrArray *designated)
{
  g_autoptr (AgentPhrase) phrase = agent_phrase_new (text, designated);
  g_autoptr (AgentIntent) change = agent_intent_new ();
  gboolean shown = FALSE;
  if (agent_intent_read_change (change, phrase))
    return g_steal_pointer (&change);
  g_autofree char *target = agent_intent_take_target (phrase, &shown);
  g_autoptr (AgentIntent) intent = recognise (phrase, target);
  intent->shown = shown;
  if (target != NULL && !is_report (intent->kind))
    return agent_intent_new ();
  return g_steal_pointer (&intent);
}
