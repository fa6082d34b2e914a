/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-edit.h"

#include "agent/content/agent-error.h"
#include "agent/content/agent-text.h"

#include <string.h>

#define SHOW_FIND 60 /* characters of a search text in a sentence */
#define MARK "\xef\xbb\xbf"
#define MARK_SIZE 3

typedef enum {
  ENDING_LF,
  ENDING_CRLF,
  ENDING_MIXED,
} Ending;

static gboolean
fail (const char *name, AgentErrorCode code, const char *what, GError **error)
{
  g_set_error (error, AGENT_ERROR, code, "I leave %s as it is: %s.", name, what);
  return FALSE;
}

static gboolean
check_text (const char *bytes, gsize size, const char *name, GError **error)
{
  if (size >= 2 && (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0))
    return fail (name, AGENT_ERROR_UNSUITABLE, "it is UTF-16, and I change UTF-8 text only", error);
  if (size > 0 && memchr (bytes, '\0', size) != NULL)
    return fail (name, AGENT_ERROR_UNSUITABLE, "it is not text", error);
  if (!g_utf8_validate_len (bytes, size, NULL))
    return fail (name, AGENT_ERROR_UNSUITABLE,
                 "its letters are not written in UTF-8, and I change UTF-8 text only", error);
  return TRUE;
}

static Ending
find_ending (const char *text, gsize size)
{
  gsize with = 0, without = 0;
  for (const char *end = text + size, *c = text;
       c < end && (c = memchr (c, '\n', (gsize) (end - c))) != NULL; c++)
    if (c > text && c[-1] == '\r')
      with++;
    else
      without++;
  if (with > 0 && without > 0)
    return ENDING_MIXED;
  return with > 0 ? ENDING_CRLF : ENDING_LF;
}

static GString *
without_returns (const char *text, gsize size)
{
  GString *out = g_string_sized_new (size);
  for (gsize i = 0; i < size; i++)
    if (text[i] != '\r' || i + 1 == size || text[i + 1] != '\n')
      g_string_append_c (out, text[i]);
  return out;
}

static GString *
with_returns (const char *text, gsize size)
{
  GString *out = g_string_sized_new (size + size / 16);
  for (gsize i = 0; i < size; i++)
    {
      if (text[i] == '\n')
        g_string_append_c (out, '\r');
      g_string_append_c (out, text[i]);
    }
  return out;
}

/* A search or replacement text in the form in which the file is worked on. */
static GString *
take_text (const char *text, Ending ending)
{
  return ending == ENDING_MIXED ? g_string_new (text) : without_returns (text, strlen (text));
}

static gboolean
check_found (guint64 found, const AgentEdit *edit, const char *name, GError **error)
{
  g_autofree char *shown = agent_text_show (edit->find, SHOW_FIND);
  if (found == 0)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_NOT_FOUND,
                   "“%s” is not in %s (capital letters count), so I left it as it is.", shown,
                   name);
      return FALSE;
    }
  if (found == 1 || edit->all)
    return TRUE;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS,
               "“%s” is in %s more than once, so I left it as it is: say “everywhere”, or quote "
               "more of the text around the place you mean.",
               shown, name);
  return FALSE;
}

/* Places that overlap count as two here: either could be meant. */
static guint64
count_up_to_two (const GString *text, const GString *find)
{
  const char *first = memmem (text->str, text->len, find->str, find->len);
  if (first == NULL)
    return 0;
  gsize left = text->len - (gsize) (first + 1 - text->str);
  return memmem (first + 1, left, find->str, find->len) == NULL ? 1 : 2;
}

static gboolean
append_bounded (GString *out, const char *text, gsize size)
{
  if (size > AGENT_EDIT_SIZE_MAX - MIN (out->len, AGENT_EDIT_SIZE_MAX))
    return FALSE;
  g_string_append_len (out, text, (gssize) size);
  return TRUE;
}

static gboolean
replace_all (GString **text, const GString *find, const GString *replace, guint64 *ret_count)
{
  g_autoptr (GString) out = g_string_sized_new ((*text)->len);
  const char *from = (*text)->str, *end = from + (*text)->len, *found;
  *ret_count = 0;
  while ((found = memmem (from, (gsize) (end - from), find->str, find->len)) != NULL)
    {
      if (!append_bounded (out, from, (gsize) (found - from))
          || !append_bounded (out, replace->str, replace->len))
        return FALSE;
      from = found + find->len;
      (*ret_count)++;
    }
  if (!append_bounded (out, from, (gsize) (end - from)))
    return FALSE;
  g_string_free (*text, TRUE);
  *text = g_steal_pointer (&out);
  return TRUE;
}

static gboolean
apply_one (GString **text, AgentEdit *edit, Ending ending, const char *name, GError **error)
{
  g_autoptr (GString) find = take_text (edit->find, ending);
  g_autoptr (GString) replace = take_text (edit->replace, ending);
  if (find->len == 0)
    return fail (name, AGENT_ERROR_ARGUMENT, "there is nothing to look for", error);
  if (!check_found (count_up_to_two (*text, find), edit, name, error))
    return FALSE;
  return replace_all (text, find, replace, &edit->count)
         || fail (name, AGENT_ERROR_LIMIT, "it would grow beyond 16 MiB", error);
}

/* The last line stays as it was: ended, or not (one newline too many is not what was meant). */
static void
keep_end (GString *text, gboolean ended)
{
  gboolean ends = text->len > 0 && text->str[text->len - 1] == '\n';
  if (ended && !ends && text->len > 0)
    g_string_append_c (text, '\n');
  else if (!ended && ends)
    g_string_truncate (text, text->len - (g_str_has_suffix (text->str, "\r\n") ? 2 : 1));
}

/* The text of a file without its mark; NULL when it is none that can be changed. */
static const char *
begin (GBytes *bytes, const char *name, gsize *ret_size, gboolean *ret_marked, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  text = text != NULL ? text : "";
  if (!check_text (text, size, name, error))
    return NULL;
  *ret_marked = size >= MARK_SIZE && memcmp (text, MARK, MARK_SIZE) == 0;
  *ret_size = size - (*ret_marked ? MARK_SIZE : 0);
  return text + size - *ret_size;
}

GBytes *
agent_edit_apply (GBytes *bytes, AgentEdit *edits, guint n_edits, const char *name, GError **error)
{
  gsize size;
  gboolean marked;
  const char *start = begin (bytes, name, &size, &marked, error);
  if (start == NULL)
    return NULL;
  if (size > AGENT_EDIT_SIZE_MAX)
    {
      fail (name, AGENT_ERROR_LIMIT, "it is larger than the 16 MiB that I can change", error);
      return NULL;
    }

  Ending ending = find_ending (start, size);
  gboolean ended = size > 0 && start[size - 1] == '\n';
  g_autoptr (GString) text = ending == ENDING_CRLF ? without_returns (start, size)
                                                   : g_string_new_len (start, (gssize) size);
  for (guint i = 0; i < n_edits; i++)
    if (!apply_one (&text, &edits[i], ending, name, error))
      return NULL;
  if (size > 0)
    keep_end (text, ended);

  g_autoptr (GString) out
      = ending == ENDING_CRLF ? with_returns (text->str, text->len) : g_steal_pointer (&text);
  if (marked)
    g_string_prepend_len (out, MARK, MARK_SIZE);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
agent_edit_append (GBytes *bytes, const char *text, const char *name, GError **error)
{
  gsize size = 0;
  gboolean marked;
  const char *start = bytes != NULL ? begin (bytes, name, &size, &marked, error) : "";
  if (start == NULL)
    return NULL;

  g_autoptr (GString) plain = without_returns (text, strlen (text));
  if (size > 0 && start[size - 1] != '\n')
    g_string_prepend_c (plain, '\n');
  if (plain->len > 0 && plain->str[plain->len - 1] != '\n')
    g_string_append_c (plain, '\n');
  /* Where both occur, the last line's ending is the one to go on with. */
  const char *last = size > 0 ? memrchr (start, '\n', size) : NULL;
  gboolean returns = last != NULL && last > start && last[-1] == '\r';
  g_autoptr (GString) out
      = returns ? with_returns (plain->str, plain->len) : g_steal_pointer (&plain);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}
