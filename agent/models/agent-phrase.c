/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-phrase.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define ENDING_MAX 5 /* characters of a file's ending */

AgentDesignated *
agent_designated_new (const char *path, const char *name, gboolean folder)
{
  AgentDesignated *designated = g_new0 (AgentDesignated, 1);
  designated->path = g_strdup (path);
  designated->name = name != NULL ? g_strdup (name) : g_path_get_basename (path);
  designated->folder = folder;
  return designated;
}

void
agent_designated_free (AgentDesignated *designated)
{
  g_free (designated->path);
  g_free (designated->name);
  g_free (designated);
}

static void
token_free (gpointer data)
{
  AgentToken *token = data;
  g_free (token->text);
  g_free (token->folded);
  g_free (token->raw);
  g_free (token);
}

void
agent_phrase_free (AgentPhrase *phrase)
{
  g_ptr_array_unref (phrase->tokens);
  g_free (phrase);
}

gboolean
agent_phrase_is_listed (const char *words, const char *word)
{
  if (word[0] == '\0' || strchr (word, ' ') != NULL)
    return FALSE;
  g_autofree char *wanted = g_strconcat (" ", word, " ", NULL);
  return strstr (words, wanted) != NULL;
}

/* --- files and folders --- */

gboolean
agent_phrase_has_ending (const char *text)
{
  /* What stands behind a point in prose and in addresses more often than in names of files. */
  static const char no_endings[] = " com org net edu gov eu de uk fr es it nl io e.g i.e ";
  const char *point = strrchr (text, '.');
  if (point == NULL || point == text || g_utf8_strlen (point + 1, -1) > ENDING_MAX
      || strlen (point + 1) < 2)
    return FALSE;

  gboolean letters = FALSE;
  for (const char *c = point + 1; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c))
        return FALSE;
      letters |= g_ascii_isalpha (*c);
    }
  g_autofree char *ending = g_ascii_strdown (point + 1, -1);
  return letters && !agent_phrase_is_listed (no_endings, ending);
}

static gboolean
is_path (const char *text)
{
  return (text[0] == '/' && text[1] != '\0') || g_str_has_prefix (text, "~/")
         || strcmp (text, "~") == 0;
}

/* What is designated and called so: its path stands for the name from here on. */
static const AgentDesignated *
find_designated (const GPtrArray *designated, const char *text)
{
  for (guint i = 0; i < designated->len; i++)
    {
      const AgentDesignated *one = designated->pdata[i];
      if (strcmp (one->name, text) == 0 || strcmp (one->path, text) == 0)
        return one;
    }
  return NULL;
}

static void
add_token (AgentPhrase *phrase, AgentTokenType type, const char *text, const char *raw,
           gboolean quoted)
{
  if (phrase->tokens->len == AGENT_PHRASE_TOKENS_MAX)
    return;
  AgentToken *token = g_new0 (AgentToken, 1);
  token->type = type;
  token->raw = g_strdup (raw);
  token->quoted = quoted;
  token->text = g_strdup (text);
  token->folded = g_utf8_casefold (text, -1);
  g_ptr_array_add (phrase->tokens, token);
}

/* "." in the shell of whoever asks is not known here: it can only mean the one folder given. */
static const AgentDesignated *
only_folder (const GPtrArray *designated)
{
  const AgentDesignated *found = NULL;
  for (guint i = 0; i < designated->len; i++)
    {
      const AgentDesignated *one = designated->pdata[i];
      if (one->folder && found != NULL)
        return NULL;
      if (one->folder)
        found = one;
    }
  return found;
}

/* text is raw without the punctuation around it. */
static void
add_text (AgentPhrase *phrase, const GPtrArray *designated, const char *text, const char *raw,
          gboolean quoted)
{
  while (g_str_has_prefix (text, "./"))
    text += 2;
  gboolean here = text[0] == '\0' || strcmp (text, ".") == 0;
  const AgentDesignated *one = here ? only_folder (designated) : find_designated (designated, text);
  AgentTokenType plain = quoted ? AGENT_TOKEN_QUOTED : AGENT_TOKEN_WORD;
  if (here && one == NULL && !quoted)
    return;
  if (one != NULL)
    add_token (phrase, one->folder ? AGENT_TOKEN_FOLDER : AGENT_TOKEN_FILE, one->path, raw, quoted);
  else if (is_path (text))
    add_token (phrase, agent_phrase_has_ending (text) ? AGENT_TOKEN_FILE : AGENT_TOKEN_FOLDER,
               strcmp (text, "~") == 0 ? "~/" : text, raw, quoted);
  else
    add_token (phrase, agent_phrase_has_ending (text) ? AGENT_TOKEN_FILE : plain, text, raw,
               quoted);
}

/* --- cutting --- */

static const struct {
  const char *open;
  const char *close;
} quotes[] = {
  { "\"", "\"" }, { "“", "”" }, { "„", "“" }, { "«", "»" },
  { "`", "`" },   { "'", "'" }, { "‘", "’" },
};

/* The size of the quoted part that starts at text, 0 when none does. */
static gsize
quoted_at (const char *text, char **ret_inside)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quotes); i++)
    {
      gsize open = strlen (quotes[i].open), close = strlen (quotes[i].close);
      if (strncmp (text, quotes[i].open, open) != 0)
        continue;
      const char *end = strstr (text + open, quotes[i].close);
      /* "bank's" is no quote: what closes one stands before a blank or a mark. */
      while (end != NULL && g_ascii_isalnum (end[close]))
        end = strstr (end + close, quotes[i].close);
      if (end == NULL)
        continue;
      *ret_inside = g_strndup (text + open, (gsize) (end - text) - open);
      return (gsize) (end - text) + close;
    }
  return 0;
}

/* A designated name, also one with blanks in it, that stands here as a whole. */
static gsize
designated_at (const char *text, const GPtrArray *designated, const AgentDesignated **ret_one)
{
  gsize best = 0;
  for (guint i = 0; i < designated->len; i++)
    {
      const AgentDesignated *one = designated->pdata[i];
      const char *forms[] = { one->path, one->name };
      for (gsize j = 0; j < G_N_ELEMENTS (forms); j++)
        {
          gsize size = strlen (forms[j]);
          if (size <= best || strncmp (text, forms[j], size) != 0 || g_ascii_isalnum (text[size])
              || text[size] == '/' || (text[size] == '.' && g_ascii_isalnum (text[size + 1])))
            continue;
          best = size;
          *ret_one = one;
        }
    }
  return best;
}

/* Punctuation around a word; what follows a point inside it stays. */
static char *
strip_word (const char *start, gsize size)
{
  while (size > 0 && strchr ("([{<,;:!?", *start) != NULL)
    start++, size--;
  while (size > 1 && strchr (".,;:!?)]}>", start[size - 1]) != NULL)
    size--;
  char *word = g_strndup (start, size);
  static const char *const possessives[] = { "'s", "’s" };
  for (gsize i = 0; i < G_N_ELEMENTS (possessives); i++)
    if (g_str_has_suffix (word, possessives[i]))
      word[strlen (word) - strlen (possessives[i])] = '\0';
  return word;
}

static const char *
read_word (AgentPhrase *phrase, const char *text, const GPtrArray *designated)
{
  gsize size = 0;
  while (text[size] != '\0' && !g_ascii_isspace (text[size]))
    size++;
  g_autofree char *raw = g_strndup (text, size);
  g_autofree char *word = strip_word (text, size);
  if (word[0] != '\0')
    add_text (phrase, designated, word, raw, FALSE);
  return text + size;
}

/* "Documents" is a folder where it is spoken of as one. */
static void
name_folders (AgentPhrase *phrase)
{
  static const char *const folders[]
      = { "Documents", "Downloads", "Desktop", "Pictures", "Music", "Videos", "Public" };
  for (guint i = 0; i < phrase->tokens->len; i++)
    {
      AgentToken *token = agent_phrase_nth (phrase, i);
      const AgentToken *before = i > 0 ? agent_phrase_nth (phrase, i - 1) : NULL;
      const AgentToken *after = agent_phrase_nth (phrase, i + 1);
      gboolean placed
          = (before != NULL
             && agent_phrase_is_listed (
                 " in my from inside under list of to into tidy organise organize ",
                 before->folded))
            || (after != NULL && agent_phrase_is_listed (" folder directory ", after->folded));
      /* "the documents" are files as well. */
      placed |= before != NULL && strcmp (before->folded, "the") == 0
                && agent_phrase_is_listed (" desktop downloads ", token->folded);
      const char *found = strcmp (token->folded, "home") == 0 ? "" : NULL;
      for (gsize j = 0; j < G_N_ELEMENTS (folders); j++)
        if (g_ascii_strcasecmp (token->text, folders[j]) == 0)
          found = folders[j];
      if (found == NULL || !placed || token->type != AGENT_TOKEN_WORD)
        continue;
      g_free (token->text);
      token->text = g_strconcat ("~/", found, NULL);
      token->type = AGENT_TOKEN_FOLDER;
    }
}

AgentPhrase *
agent_phrase_new (const char *text, const GPtrArray *designated)
{
  AgentPhrase *phrase = g_new0 (AgentPhrase, 1);
  phrase->tokens = g_ptr_array_new_with_free_func (token_free);
  while (*text != '\0')
    {
      g_autofree char *inside = NULL;
      const AgentDesignated *one = NULL;
      gsize size;
      if (g_ascii_isspace (*text))
        text++;
      else if ((size = designated_at (text, designated, &one)) > 0)
        {
          g_autofree char *raw = g_strndup (text, size);
          add_token (phrase, one->folder ? AGENT_TOKEN_FOLDER : AGENT_TOKEN_FILE, one->path, raw,
                     FALSE);
          text += size;
          text += strspn (text, ".,;:!?)]}>");
        }
      else if ((size = quoted_at (text, &inside)) > 0)
        {
          add_text (phrase, designated, inside, inside, TRUE);
          text += size;
          text += strspn (text, ".,;:!?)]}>");
        }
      else
        text = read_word (phrase, text, designated);
    }
  name_folders (phrase);
  return phrase;
}

/* --- asking --- */

void
agent_phrase_reset (AgentPhrase *phrase)
{
  for (guint i = 0; i < phrase->tokens->len; i++)
    agent_phrase_nth (phrase, i)->used = FALSE;
}

AgentToken *
agent_phrase_nth (const AgentPhrase *phrase, guint index)
{
  return index < phrase->tokens->len ? phrase->tokens->pdata[index] : NULL;
}

static gboolean
is_word (const AgentToken *token, const char *words)
{
  return token->type == AGENT_TOKEN_WORD && !token->used
         && agent_phrase_is_listed (words, token->folded);
}

int
agent_phrase_find (const AgentPhrase *phrase, const char *words)
{
  for (guint i = 0; i < phrase->tokens->len; i++)
    if (is_word (agent_phrase_nth (phrase, i), words))
      return (int) i;
  return -1;
}

guint
agent_phrase_use (AgentPhrase *phrase, const char *words)
{
  guint used = 0;
  for (guint i = 0; i < phrase->tokens->len; i++)
    {
      AgentToken *token = agent_phrase_nth (phrase, i);
      if (!is_word (token, words))
        continue;
      token->used = TRUE;
      used++;
    }
  return used;
}

AgentToken *
agent_phrase_take (AgentPhrase *phrase, AgentTokenType type)
{
  for (guint i = 0; i < phrase->tokens->len; i++)
    {
      AgentToken *token = agent_phrase_nth (phrase, i);
      if (token->type == type && !token->used)
        {
          token->used = TRUE;
          return token;
        }
    }
  return NULL;
}

guint
agent_phrase_count (const AgentPhrase *phrase, AgentTokenType type)
{
  guint count = 0;
  for (guint i = 0; i < phrase->tokens->len; i++)
    count += agent_phrase_nth (phrase, i)->type == type;
  return count;
}

guint
agent_phrase_take_number (AgentPhrase *phrase)
{
  static const char *const words[]
      = { "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten" };
  for (guint i = 0; i < phrase->tokens->len; i++)
    {
      AgentToken *token = agent_phrase_nth (phrase, i);
      guint64 number = 0;
      if (token->type != AGENT_TOKEN_WORD || token->used)
        continue;
      if (strspn (token->folded, "0123456789") == strlen (token->folded))
        number = g_ascii_strtoull (token->folded, NULL, 10);
      for (guint j = 0; j < G_N_ELEMENTS (words); j++)
        if (strcmp (token->folded, words[j]) == 0)
          number = j + 1;
      if (number == 0 || number > 1000)
        continue;
      token->used = TRUE;
      return (guint) number;
    }
  return 0;
}

static gboolean
is_filler (const AgentToken *token, const char *fillers)
{
  return token->used
         || (token->type == AGENT_TOKEN_WORD && agent_phrase_is_listed (fillers, token->folded));
}

void
agent_phrase_cut (AgentPhrase *phrase, guint from, guint to)
{
  to = MIN (to, phrase->tokens->len);
  if (from < to)
    g_ptr_array_remove_range (phrase->tokens, from, to - from);
}

char *
agent_phrase_join (AgentPhrase *phrase, guint from, guint to, const char *fillers)
{
  to = MIN (to, phrase->tokens->len);
  while (from < to && is_filler (agent_phrase_nth (phrase, from), fillers))
    agent_phrase_nth (phrase, from++)->used = TRUE;
  while (to > from && is_filler (agent_phrase_nth (phrase, to - 1), fillers))
    agent_phrase_nth (phrase, --to)->used = TRUE;
  if (from >= to)
    return NULL;

  GString *out = g_string_new (NULL);
  for (guint i = from; i < to; i++)
    {
      AgentToken *token = agent_phrase_nth (phrase, i);
      if (token->used)
        continue;
      token->used = TRUE;
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", token->text);
    }
  return g_string_free (out, FALSE);
}

gboolean
agent_phrase_is_used_up (const AgentPhrase *phrase, const char *fillers)
{
  for (guint i = 0; i < phrase->tokens->len; i++)
    if (!is_filler (agent_phrase_nth (phrase, i), fillers))
      return FALSE;
  return TRUE;
}
