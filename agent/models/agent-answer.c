/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer-private.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define SHOW_PATH 1000

/* Would Markdown take the character for its own? Within a word an underscore is none of it, behind
 * the first place a hash, alone a tilde: what is shown in a terminal stays as it was. */
static gboolean
is_markup (const char *text, const char *c)
{
  char before = c > text ? c[-1] : ' ';
  switch (*c)
    {
    case '_':
      return !g_ascii_isalnum (before) || !g_ascii_isalnum (c[1]);
    case '#':
      return c == text;
    case '~':
      return before == '~' || c[1] == '~';
    default:
      return strchr ("|*`<>[]", *c) != NULL;
    }
}

char *
agent_answer_escape (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 8);
  for (const char *c = text; *c != '\0'; c++)
    {
      /* A backslash stands there already where the text was escaped for showing. */
      if (is_markup (text, c))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *c);
    }
  return g_string_free (out, FALSE);
}

void
agent_answer_append (GString *out, const char *text)
{
  g_autofree char *escaped = agent_answer_escape (text);
  g_string_append (out, escaped);
}

gint64
agent_answer_number (const CardeaJson *object, const char *name)
{
  gint64 value = 0;
  return cardea_json_get_int (object, name, &value) ? value : 0;
}

const char *
agent_answer_string (const CardeaJson *object, const char *name)
{
  const char *text = cardea_json_get_string (object, name);
  return text != NULL ? text : "";
}

guint
agent_answer_size (const CardeaJson *object, const char *name)
{
  const CardeaJson *list = cardea_json_get (object, name);
  return list != NULL ? cardea_json_size (list) : 0;
}

void
agent_answer_close (GString *out, const AgentToolResult *result)
{
  const CardeaJson *notes = cardea_json_get (result->data, "notes");
  for (guint i = 0; notes != NULL && i < cardea_json_size (notes); i++)
    {
      g_string_append (out, i == 0 ? "\n" : "");
      g_string_append (out, "- ");
      agent_answer_append (out, cardea_json_string (cardea_json_nth (notes, i)));
      g_string_append_c (out, '\n');
    }
  for (guint i = 0; i < result->sources->len; i++)
    {
      g_autofree char *shown = agent_text_show (result->sources->pdata[i], SHOW_PATH);
      g_string_append (out, i == 0 ? "\nSource: " : " · ");
      agent_answer_append (out, shown);
    }
  g_string_append_c (out, '\n');
}

static void
append_table_column (GString *out, const CardeaJson *column)
{
  const char *unit = agent_answer_string (column, "unit");
  const char *min = agent_answer_string (column, "min");
  g_string_append (out, "| ");
  agent_answer_append (out, agent_answer_string (column, "name"));
  g_string_append_printf (out, " | %s | %" G_GINT64_FORMAT " | ",
                          agent_answer_string (column, "type"),
                          agent_answer_number (column, "filled"));
  if (min[0] != '\0')
    g_string_append_printf (out, "%s to %s", min, agent_answer_string (column, "max"));
  g_string_append_printf (out, " | %s%s%s |\n", agent_answer_string (column, "total"),
                          unit[0] != '\0' ? " " : "", unit);
}

static void
append_overview (GString *out, const CardeaJson *data)
{
  const CardeaJson *columns = cardea_json_get (data, "columns");
  guint count = agent_answer_size (data, "columns");
  agent_answer_append (out, agent_answer_string (data, "name"));
  g_string_append_printf (out,
                          " is a table of **%" G_GINT64_FORMAT " rows** and %" G_GINT64_FORMAT
                          " columns.\n\n| Column | Holds | Filled | Range | Total |\n"
                          "|---|---|---:|---|---:|\n",
                          agent_answer_number (data, "rows"),
                          agent_answer_number (data, "column_count"));
  for (guint i = 0; i < count; i++)
    append_table_column (out, cardea_json_nth (columns, i));
  if (agent_answer_number (data, "column_count") > count)
    g_string_append_printf (out, "\n%" G_GINT64_FORMAT " more columns are not shown.\n",
                            agent_answer_number (data, "column_count") - count);
}

static void
append_sentences (GString *out, const CardeaJson *data)
{
  const CardeaJson *sentences = cardea_json_get (data, "sentences");
  guint count = agent_answer_size (data, "sentences");
  agent_answer_append (out, agent_answer_string (data, "name"));
  g_string_append_printf (out, ", %" G_GINT64_FORMAT " words", agent_answer_number (data, "words"));
  if (count == 0)
    {
      g_string_append_printf (out,
                              " on %" G_GINT64_FORMAT " lines, holds no whole sentences to "
                              "choose from.\n",
                              agent_answer_number (data, "lines"));
      return;
    }
  g_string_append_printf (out, ". In its own words (%u of %" G_GINT64_FORMAT " sentence%s):\n\n",
                          count, agent_answer_number (data, "sentence_count"),
                          agent_answer_number (data, "sentence_count") == 1 ? "" : "s");
  for (guint i = 0; i < count; i++)
    {
      g_string_append (out, "- ");
      agent_answer_append (out, cardea_json_string (cardea_json_nth (sentences, i)));
      g_string_append_c (out, '\n');
    }
}

char *
agent_answer_summary (const AgentToolResult *result)
{
  GString *out = g_string_new (NULL);
  if (strcmp (agent_answer_string (result->data, "kind"), "table") == 0)
    append_overview (out, result->data);
  else
    append_sentences (out, result->data);
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

char *
agent_answer_count (const AgentToolResult *result)
{
  GString *out = g_string_new (NULL);
  agent_answer_append (out, agent_answer_string (result->data, "name"));
  if (strcmp (agent_answer_string (result->data, "kind"), "table") == 0)
    g_string_append_printf (out, " has **%" G_GINT64_FORMAT " rows**.\n",
                            agent_answer_number (result->data, "rows"));
  else
    g_string_append_printf (
        out, " has **%" G_GINT64_FORMAT " words** on **%" G_GINT64_FORMAT " lines**.\n",
        agent_answer_number (result->data, "words"), agent_answer_number (result->data, "lines"));
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

char *
agent_answer_matches (const char *text, const AgentToolResult *result)
{
  const CardeaJson *matches = cardea_json_get (result->data, "matches");
  guint count = agent_answer_size (result->data, "matches");
  gint64 total = agent_answer_number (result->data, "total");
  gboolean more = FALSE;
  GString *out = g_string_new (NULL);

  cardea_json_get_boolean (result->data, "more", &more);
  g_autofree char *wanted = agent_text_show (text, 200);
  g_string_append (out, total == 0 ? "No line holds “" : "“");
  agent_answer_append (out, wanted);
  if (total == 0)
    g_string_append (out, "”.\n");
  else
    g_string_append_printf (out, "” is on **%s%" G_GINT64_FORMAT " line%s**%s\n\n",
                            more && total == count ? "at least " : "", total, total == 1 ? "" : "s",
                            total > count ? "; the first:" : ":");
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *match = cardea_json_nth (matches, i);
      g_string_append (out, "- ");
      agent_answer_append (out, agent_answer_string (match, "file"));
      g_string_append_printf (out, ", line %" G_GINT64_FORMAT ": ",
                              agent_answer_number (match, "line"));
      agent_answer_append (out, agent_answer_string (match, "text"));
      g_string_append_c (out, '\n');
    }
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

static void
append_entry (GString *out, const CardeaJson *entry)
{
  gboolean folder = strcmp (agent_answer_string (entry, "kind"), "folder") == 0;
  gint64 size = 0, mtime = 0;
  g_string_append (out, "| ");
  agent_answer_append (out, agent_answer_string (entry, "name"));
  g_string_append (out, folder ? "/ | " : " | ");
  if (!folder && cardea_json_get_int64_string (entry, "size", &size) && size >= 0)
    {
      g_autofree char *shown = g_format_size ((guint64) size);
      g_string_append (out, shown);
    }
  g_string_append (out, " | ");
  if (cardea_json_get_int64_string (entry, "mtime", &mtime))
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (mtime / G_USEC_PER_SEC);
      g_autofree char *shown = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;
      g_string_append (out, shown != NULL ? shown : "");
    }
  g_string_append (out, " |\n");
}

char *
agent_answer_listing (const AgentIntent *intent, const AgentToolResult *result)
{
  const CardeaJson *entries = cardea_json_get (result->data, "entries");
  guint count = agent_answer_size (result->data, "entries");
  gboolean more = FALSE;
  GString *out = g_string_new (NULL);

  cardea_json_get_boolean (result->data, "more", &more);
  if (count == 0)
    g_string_append (out, intent->text != NULL ? "No file of that name was found.\n"
                                               : "The folder is empty.\n");
  else
    g_string_append (out, "| Name | Size | Changed (UTC) |\n|---|---:|---|\n");
  for (guint i = 0; i < count; i++)
    append_entry (out, cardea_json_nth (entries, i));
  if (more)
    g_string_append (out, "\nThere are more.\n");
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

char *
agent_answer_difference (const AgentToolResult *result)
{
  const CardeaJson *data = result->data, *lines = cardea_json_get (data, "lines");
  gint64 removed = agent_answer_number (data, "removed");
  gint64 added = agent_answer_number (data, "added");
  gboolean more = FALSE, ordered = TRUE;
  GString *out = g_string_new (NULL);

  cardea_json_get_boolean (data, "more", &more);
  cardea_json_get_boolean (data, "ordered", &ordered);
  agent_answer_append (out, agent_answer_string (data, "first"));
  g_string_append (out, " and ");
  agent_answer_append (out, agent_answer_string (data, "second"));
  if (removed == 0 && added == 0)
    g_string_append_printf (out, " are the same: %" G_GINT64_FORMAT " lines.\n",
                            agent_answer_number (data, "same"));
  else
    g_string_append_printf (out,
                            ": **%" G_GINT64_FORMAT
                            " lines only in the first**, **%" G_GINT64_FORMAT
                            " only in the second**, %" G_GINT64_FORMAT " in both.\n\n```diff\n",
                            removed, added, agent_answer_number (data, "same"));
  for (guint i = 0; i < agent_answer_size (data, "lines"); i++)
    g_string_append_printf (out, "%s\n", cardea_json_string (cardea_json_nth (lines, i)));
  if (removed > 0 || added > 0)
    g_string_append (out, "```\n");
  if (more)
    g_string_append (out, "\nMore lines differ than are shown.\n");
  if (!ordered)
    g_string_append (out, "\nThe files differ too much to follow the order of lines.\n");
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

/* A fence that the text cannot close. */
/* A stranger's text, which cannot end its frame. goes_on: said when there is more of it. */
static void
append_verbatim (GString *out, const AgentToolResult *result, const char *goes_on)
{
  const char *text = agent_answer_string (result->data, "text");
  gboolean more = FALSE;
  g_autoptr (GString) fence = g_string_new ("```");
  while (strstr (text, fence->str) != NULL)
    g_string_append_c (fence, '`');

  g_string_append_printf (out, "%s\n%s%s%s\n", fence->str, text,
                          g_str_has_suffix (text, "\n") ? "" : "\n", fence->str);
  if (cardea_json_get_boolean (result->data, "more", &more) && more)
    g_string_append_printf (out, "\n%s\n", goes_on);
}

static char *
say_shown (GString *out, const char *what)
{
  g_string_append (out, "Here is ");
  agent_answer_append (out, what);
  g_string_append (out, ", a picture.\n");
  return g_string_free (out, FALSE);
}

char *
agent_answer_text (const AgentToolResult *result)
{
  GString *out = g_string_new (NULL);
  if (agent_answer_string (result->data, "shown")[0] != '\0')
    return say_shown (out, agent_answer_string (result->data, "name"));
  append_verbatim (out, result, "The file goes on.");
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

char *
agent_answer_page (const AgentToolResult *result)
{
  const char *title = agent_answer_string (result->data, "title");
  const char *url = agent_answer_string (result->data, "url");
  if (agent_answer_string (result->data, "shown")[0] != '\0')
    return say_shown (g_string_new (NULL), url);
  GString *out = g_string_new ("From ");
  agent_answer_append (out, url);
  if (title[0] != '\0')
    {
      g_string_append (out, ", “");
      agent_answer_append (out, title);
      g_string_append (out, "”");
    }
  g_string_append (out, ":\n\n");
  append_verbatim (out, result, "The page goes on.");
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}
