/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-pattern.h"

#include <string.h>

#define WORDS_MAX 4 /* of a name without quotes */
#define FILES_MAX 64

/* Words that end a name of several words. */
static const char no_names[] = " in inside into under below with and or for from to of on at by as "
                               "please the a an my this that it them all every everything ";

static const char this_words[] = " this that the my ";
static const char it_words[] = " it this that ";
static const char file_words[] = " file document note text table ";
static const char folder_words[] = " folder directory ";
static const char command_words[] = " program command script some me us something anything ";
static const char all_words[] = " all every each everywhere throughout any ";

static const struct {
  const char *words;
  AgentTidyBy by;
} ways[] = {
  { " month months ", AGENT_TIDY_MONTH },
  { " year years ", AGENT_TIDY_YEAR },
  { " type types kind kinds ending endings extension extensions ", AGENT_TIDY_TYPE },
  { " date dates ", AGENT_TIDY_NONE }, /* which is asked */
};

typedef enum {
  SLOT_TEXT,
  SLOT_WITH,
  SLOT_FILES,
  SLOT_FOLDER,
  SLOT_TARGET,
  SLOT_URL,
  SLOT_BY,
  SLOT_ALL,
  SLOT_COMMAND,
  SLOTS,
} Slot;

typedef struct {
  guint from;
  guint to; /* not included; 0: not there */
} Range;

typedef struct {
  const AgentPhrase *phrase;
  guint to; /* tokens from here on do not belong to the sentence */
  char **pattern;
  Range slots[SLOTS];
  gboolean exact; /* SLOT_TARGET as it was written */
} Match;

/* --- what an element takes: the number of tokens, at most most; 0: it does not stand here --- */

static const AgentToken *
token_at (const Match *match, guint place)
{
  return place < match->to ? agent_phrase_nth (match->phrase, place) : NULL;
}

static gboolean
is_listed (const AgentToken *token, const char *words)
{
  return token != NULL && token->type == AGENT_TOKEN_WORD
         && agent_phrase_is_listed (words, token->folded);
}

static guint
take_quoted (const Match *match, guint place, guint most)
{
  const AgentToken *token = token_at (match, place);
  return token != NULL && token->quoted && token->raw[0] != '\0';
}

/* A word that punctuation was taken from is not what the person wants written. */
static guint
take_text (const Match *match, guint place, guint most)
{
  const AgentToken *token = token_at (match, place);
  if (token == NULL)
    return 0;
  return token->quoted ? take_quoted (match, place, most)
                       : token->type == AGENT_TOKEN_WORD && strcmp (token->raw, token->text) == 0;
}

static guint
take_with (const Match *match, guint place, guint most)
{
  const AgentToken *token = token_at (match, place);
  return token != NULL && (token->quoted || take_text (match, place, most) > 0);
}

static guint
take_this (const Match *match, guint place, guint most, const char *nouns)
{
  if (most >= 2 && is_listed (token_at (match, place), this_words)
      && is_listed (token_at (match, place + 1), nouns))
    return 2;
  return is_listed (token_at (match, place), it_words) ? 1 : 0;
}

static gboolean
is_path (const AgentToken *token)
{
  return token != NULL && (token->type == AGENT_TOKEN_FILE || token->type == AGENT_TOKEN_FOLDER);
}

static guint
take_file (const Match *match, guint place, guint most)
{
  return is_path (token_at (match, place)) ? 1 : take_this (match, place, most, file_words);
}

static guint
take_files (const Match *match, guint place, guint most)
{
  guint taken = 0, files = 0;
  while (taken < most && files < FILES_MAX)
    {
      guint joined = files > 0 && is_listed (token_at (match, place + taken), " and ") ? 1 : 0;
      if (!is_path (token_at (match, place + taken + joined)))
        break;
      taken += joined + 1;
      files++;
    }
  return taken > 0 && taken <= most ? taken : take_this (match, place, most, file_words);
}

static guint
take_folder (const Match *match, guint place, guint most)
{
  const AgentToken *token = token_at (match, place);
  return token != NULL && token->type == AGENT_TOKEN_FOLDER
             ? 1
             : take_this (match, place, most, folder_words);
}

static guint
take_target (const Match *match, guint place, guint most)
{
  const AgentToken *token = token_at (match, place);
  return is_path (token)
         || (token != NULL && token->type == AGENT_TOKEN_QUOTED && token->text[0] != '\0');
}

/* "Final notes.txt" without quotes. */
static gboolean
is_bare_file (const AgentToken *token)
{
  return token != NULL && token->type == AGENT_TOKEN_FILE && !token->quoted
         && strchr (token->raw, '/') == NULL;
}

static guint
take_name (const Match *match, guint place, guint most)
{
  guint words = 0;
  if (take_target (match, place, most) > 0)
    return 1;
  while (words < MIN (most, WORDS_MAX) && token_at (match, place + words) != NULL
         && token_at (match, place + words)->type == AGENT_TOKEN_WORD
         && !is_listed (token_at (match, place + words), no_names))
    words++;
  const AgentToken *last = token_at (match, place + words);
  return words + (words > 0 && words < most && is_bare_file (last) ? 1 : 0);
}

static guint
take_url (const Match *match, guint place, guint most)
{
  const AgentToken *token = token_at (match, place);
  return token != NULL
         && (g_str_has_prefix (token->text, "http://")
             || g_str_has_prefix (token->text, "https://"));
}

static guint
take_by (const Match *match, guint place, guint most)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (is_listed (token_at (match, place), ways[i].words))
      return 1;
  return 0;
}

static guint
take_all (const Match *match, guint place, guint most)
{
  return is_listed (token_at (match, place), all_words);
}

/* What a program may be called: in small letters, or by its path. */
static gboolean
is_program (const AgentToken *token)
{
  const char *text = token != NULL ? token->raw : "";
  if (text[0] == '\0' || is_listed (token, no_names) || is_listed (token, command_words))
    return FALSE;
  if (text[0] == '/' || g_str_has_prefix (text, "~/"))
    return TRUE;
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && strchr ("._+-", *c) == NULL)
      return FALSE;
  return g_ascii_isalnum (text[0]);
}

static guint
take_command (const Match *match, guint place, guint most)
{
  return is_program (token_at (match, place)) ? most : 0;
}

static const struct {
  const char *name;
  Slot slot;
  guint (*take) (const Match *match, guint place, guint most);
  gboolean exact;
} elements[] = {
  { "<text>", SLOT_TEXT, take_text, FALSE },
  { "<quoted>", SLOT_TEXT, take_quoted, FALSE },
  { "<with>", SLOT_WITH, take_with, FALSE },
  { "<file>", SLOT_FILES, take_file, FALSE },
  { "<files>", SLOT_FILES, take_files, FALSE },
  { "<folder>", SLOT_FOLDER, take_folder, FALSE },
  { "<target>", SLOT_TARGET, take_target, FALSE },
  { "<place>", SLOT_TARGET, take_name, FALSE },
  { "<name>", SLOT_TARGET, take_name, TRUE },
  { "<by>", SLOT_BY, take_by, FALSE },
  { "<all>", SLOT_ALL, take_all, FALSE },
  { "<url>", SLOT_URL, take_url, FALSE },
  { "<command>", SLOT_COMMAND, take_command, FALSE },
};

/* --- matching --- */

static gboolean match_from (Match *match, guint element, guint place);

/* The longest first, so that a name is not cut short. */
static gboolean
match_slot (Match *match, guint row, guint element, guint place)
{
  Range before = match->slots[elements[row].slot];
  guint most = match->to - place;
  for (guint taken = elements[row].take (match, place, most); taken > 0;
       taken = taken > 1 ? elements[row].take (match, place, taken - 1) : 0)
    {
      match->slots[elements[row].slot] = (Range){ place, place + taken };
      match->exact = elements[row].slot == SLOT_TARGET ? elements[row].exact : match->exact;
      if (match_from (match, element + 1, place + taken))
        return TRUE;
    }
  match->slots[elements[row].slot] = before;
  return FALSE;
}

static gboolean
match_word (const Match *match, const char *words, guint place)
{
  const AgentToken *token = token_at (match, place);
  if (token == NULL || token->type != AGENT_TOKEN_WORD || token->quoted)
    return FALSE;
  g_auto (GStrv) split = g_strsplit (words, "|", -1);
  return g_strv_contains ((const char *const *) split, token->folded);
}

static gboolean
match_element (Match *match, const char *text, guint element, guint place)
{
  for (guint row = 0; row < G_N_ELEMENTS (elements); row++)
    if (strcmp (text, elements[row].name) == 0)
      return match_slot (match, row, element, place);
  return match_word (match, text, place) && match_from (match, element + 1, place + 1);
}

static gboolean
match_from (Match *match, guint element, guint place)
{
  const char *text = match->pattern[element];
  if (text == NULL)
    return place == match->to;
  if (text[0] != '[')
    return match_element (match, text, element, place);
  g_autofree char *inside = g_strndup (text + 1, strlen (text) - 2);
  return match_element (match, inside, element, place) || match_from (match, element + 1, place);
}

/* --- what was matched --- */

static char *
join_raw (const Match *match, Slot slot)
{
  GString *out = g_string_new (NULL);
  for (guint i = match->slots[slot].from; i < match->slots[slot].to; i++)
    g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", token_at (match, i)->raw);
  return g_string_free (out, FALSE);
}

static char *
join_text (const Match *match, Slot slot)
{
  GString *out = g_string_new (NULL);
  for (guint i = match->slots[slot].from; i < match->slots[slot].to; i++)
    {
      const AgentToken *token = token_at (match, i);
      gboolean part = i > match->slots[slot].from && is_bare_file (token);
      g_autofree char *name = part ? g_path_get_basename (token->text) : g_strdup (token->text);
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", name);
    }
  return g_string_free (out, FALSE);
}

/* A name is what was written, but for the full stop at the sentence's end. */
static char *
read_name (const Match *match)
{
  const AgentToken *token = token_at (match, match->slots[SLOT_TARGET].from);
  return token->quoted                                          ? g_strdup (token->raw)
         : strchr (token->raw, '/') != NULL || !is_path (token) ? join_text (match, SLOT_TARGET)
                                                                : g_path_get_basename (token->text);
}

static void
read_paths (const Match *match, AgentIntent *intent)
{
  for (guint i = match->slots[SLOT_FILES].from; i < match->slots[SLOT_FILES].to; i++)
    if (is_path (token_at (match, i)))
      g_ptr_array_add (intent->files, g_strdup (token_at (match, i)->text));
  const AgentToken *folder = token_at (match, match->slots[SLOT_FOLDER].from);
  if (match->slots[SLOT_FOLDER].to > 0)
    intent->folder = g_strdup (folder->type == AGENT_TOKEN_FOLDER ? folder->text : "");
}

/* As it was written; a sentence's full stop is not the last argument's. */
static void
read_command (const Match *match, AgentIntent *intent)
{
  for (guint i = match->slots[SLOT_COMMAND].from; i < match->slots[SLOT_COMMAND].to; i++)
    {
      const AgentToken *token = token_at (match, i);
      gboolean shared = is_path (token) && i > match->slots[SLOT_COMMAND].from;
      gboolean last = i + 1 == match->phrase->tokens->len && !token->quoted;
      char *text = g_strdup (shared ? token->text : token->raw);
      gsize size = strlen (text);
      if (!shared && last && size > 1 && strchr (".?!,", text[size - 1]) != NULL)
        text[size - 1] = '\0';
      g_ptr_array_add (intent->command, text);
      if (shared)
        g_ptr_array_add (intent->files, g_strdup (token->text));
    }
  for (guint i = match->slots[SLOT_FILES].from; i < match->slots[SLOT_FILES].to; i++)
    if (intent->command->len > 0 && is_path (token_at (match, i)))
      g_ptr_array_add (intent->command, g_strdup (token_at (match, i)->text));
}

static void
read_slots (const Match *match, AgentIntent *intent)
{
  read_command (match, intent);
  read_paths (match, intent);
  if (match->slots[SLOT_TEXT].to > 0)
    intent->text = join_raw (match, SLOT_TEXT);
  if (match->slots[SLOT_WITH].to > 0)
    intent->with = join_raw (match, SLOT_WITH);
  if (match->slots[SLOT_TARGET].to > 0)
    intent->target = match->exact ? read_name (match) : join_text (match, SLOT_TARGET);
  if (match->slots[SLOT_URL].to > 0)
    intent->url = join_text (match, SLOT_URL);
  intent->all = match->slots[SLOT_ALL].to > 0;
  for (gsize i = 0; match->slots[SLOT_BY].to > 0 && i < G_N_ELEMENTS (ways); i++)
    if (is_listed (token_at (match, match->slots[SLOT_BY].from), ways[i].words))
      intent->by = ways[i].by;
}

gboolean
agent_pattern_match (const char *pattern, const AgentPhrase *phrase, guint from, guint to,
                     AgentIntent *intent)
{
  g_auto (GStrv) split = g_strsplit (pattern, " ", -1);
  Match match = { phrase, MIN (to, phrase->tokens->len), split, { { 0, 0 } }, FALSE };
  if (from > match.to || !match_from (&match, 0, from))
    return FALSE;
  read_slots (&match, intent);
  return TRUE;
}
