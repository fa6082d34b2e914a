/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-facts.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct {
  const char *name;
  const char *label;
} labels[] = {
  { "seq", N_ ("Number") },
  { "id", N_ ("Id") },
  { "title", N_ ("Title") },
  { "state", N_ ("State") },
  { "time", N_ ("Time") },
  { "type", N_ ("Kind") },
  { "subject", N_ ("Who") },
  { "agent", N_ ("Agent") },
  { "action", N_ ("Action") },
  { "resource", N_ ("On what") },
  { "path", N_ ("Path") },
  { "to", N_ ("New path") },
  { "name", N_ ("Name") },
  { "kind", N_ ("What it is") },
  { "size", N_ ("Size") },
  { "mtime", N_ ("Changed") },
  { "effect", N_ ("Decision") },
  { "decision", N_ ("Decision") },
  { "code", N_ ("Kind of refusal") },
  { "started", N_ ("Started") },
  { "ended", N_ ("Ended") },
  { "reason", N_ ("Reason") },
  { "note", N_ ("Your note") },
  { "policy", N_ ("Rule") },
  { "rule", N_ ("Rule") },
  { "tier", N_ ("Tier") },
  { "consent", N_ ("Your answer") },
  { "answer", N_ ("Answer") },
  { "by", N_ ("Answered by") },
  { "scope", N_ ("Covering") },
  { "duration", N_ ("For how long") },
  { "seconds", N_ ("Seconds") },
  { "shown_ms", N_ ("Shown for (ms)") },
  { "outcome", N_ ("Outcome") },
  { "bytes", N_ ("Bytes") },
  { "sha256", N_ ("SHA-256") },
  { "grant", N_ ("Permission") },
  { "grants", N_ ("Permissions") },
  { "files", N_ ("Shared files") },
  { "redacted", N_ ("Details deleted") },
  { "locked", N_ ("Details locked") },
  { "asked", N_ ("What was asked") },
  { "why", N_ ("The agent’s words") },
  { "because", N_ ("Because") },
  { "input", N_ ("What the rules saw") },
  { "context", N_ ("Circumstances") },
  { "mode", N_ ("Mode") },
  { "model", N_ ("Model") },
  { "waiting", N_ ("Questions waiting") },
  { "requests", N_ ("Requests so far") },
  { "changes", N_ ("Changes made") },
  { "folder", N_ ("Folder") },
  { "layers", N_ ("Confined by") },
  { "profile", N_ ("Profile") },
  { "no_new_privs", N_ ("No new privileges") },
  { "seccomp", N_ ("System calls") },
  { "landlock_abi", N_ ("Landlock ABI") },
  { "limits", N_ ("Limits") },
  { "labels", N_ ("Labels") },
  { "labels_read", N_ ("Labels read") },
  { "untrusted_input", N_ ("Took in text from outside") },
  { "session", N_ ("Session") },
  { "request", N_ ("Request") },
  { "question", N_ ("Question") },
  { "digest", N_ ("Digest") },
  { "trace", N_ ("Trace") },
  { "revision", N_ ("Rules’ revision") },
  { "policy_revision", N_ ("Rules’ revision") },
  { "where", N_ ("Where") },
  { "pid", N_ ("Process") },
  { "sandbox", N_ ("Sandbox") },
  { "host", N_ ("Machine") },
  { "agent_sha256", N_ ("Agent’s program") },
  { "uid", N_ ("Owner (uid)") },
  { "nlink", N_ ("Names (hard links)") },
  { "exists", N_ ("Exists") },
  { "dev", N_ ("Device number") },
  { "ino", N_ ("Inode number") },
};

guint
ui_words_facts_count (void)
{
  return G_N_ELEMENTS (labels);
}

guint
ui_words_facts_rank (const char *name)
{
  guint i = 0;
  while (i < G_N_ELEMENTS (labels) && strcmp (labels[i].name, name) != 0)
    i++;
  return i;
}

const char *
ui_words_facts_label (const char *name)
{
  guint i = ui_words_facts_rank (name);
  return i < G_N_ELEMENTS (labels) ? _ (labels[i].label) : name;
}

void
ui_words_fact_free (UiWordsFact *fact)
{
  g_free (fact->label);
  g_free (fact->value);
  g_free (fact);
}

static char *
describe_string (const char *name, const char *text)
{
  gint64 number = 0;

  if (cardea_time_parse (text, &number))
    return ui_words_time_full (text);
  if (g_strcmp0 (name, "mtime") == 0
      && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &number, NULL))
    {
      g_autofree char *rfc3339 = cardea_time_format (number);
      return ui_words_time_full (rfc3339);
    }
  if (g_strcmp0 (name, "size") == 0
      && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &number, NULL))
    return g_format_size_full ((guint64) number, G_FORMAT_SIZE_LONG_FORMAT);
  return cardea_text_escape (text, strlen (text), NULL);
}

static char *
describe (const char *name, const CardeaJson *value)
{
  gboolean flag = FALSE;

  switch (cardea_json_type (value))
    {
    case CARDEA_JSON_STRING:
      return describe_string (name,
                              cardea_json_string (value) != NULL ? cardea_json_string (value) : "");
    case CARDEA_JSON_NUMBER:
      return g_strdup (cardea_json_number_text (value));
    case CARDEA_JSON_BOOLEAN:
      return g_strdup (cardea_json_boolean (value, &flag) && flag ? _ ("yes") : _ ("no"));
    default:
      return g_strdup (_ ("none"));
    }
}

static void
add_fact (GPtrArray *facts, const char *label, char *taken_value)
{
  UiWordsFact *fact = g_new0 (UiWordsFact, 1);
  fact->label = g_strdup (label);
  fact->value = taken_value;
  g_ptr_array_add (facts, fact);
}

static gboolean
is_plain_array (const CardeaJson *value)
{
  for (guint i = 0; i < cardea_json_size (value); i++)
    if (cardea_json_type (cardea_json_nth (value, i)) == CARDEA_JSON_ARRAY
        || cardea_json_type (cardea_json_nth (value, i)) == CARDEA_JSON_OBJECT)
      return FALSE;
  return TRUE;
}

static char *
join_array (const char *name, const CardeaJson *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      g_autofree char *one = describe (name, cardea_json_nth (value, i));
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", one);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void add_members (GPtrArray *facts, const char *prefix, const CardeaJson *container,
                         const char *home);

/* A path that is not UTF-8 travels as base64: shown as the path it is. */
static gboolean
add_path (GPtrArray *facts, const char *label, const CardeaJson *object, const char *name,
          const char *home)
{
  static const char *const paths[] = { "path", "to", "via", "folder" };
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (g_str_has_prefix (name, paths[i])
        && (name[strlen (paths[i])] == '\0' || g_str_equal (name + strlen (paths[i]), "_b64")))
      {
        char *path = ui_words_path (object, paths[i], home);
        if (path == NULL)
          return FALSE;
        add_fact (facts, label, path);
        return TRUE;
      }
  return FALSE;
}

static void
add_member (GPtrArray *facts, const char *prefix, const CardeaJson *container, guint index,
            const char *home)
{
  gboolean object = cardea_json_type (container) == CARDEA_JSON_OBJECT;
  const char *name = object ? cardea_json_nth_name (container, index) : NULL;
  const CardeaJson *value = cardea_json_nth (container, index);
  const char *label = object ? ui_words_facts_label (name) : NULL;
  g_autofree char *shown = label != NULL ? cardea_text_escape (label, strlen (label), NULL)
                                         : g_strdup_printf ("%u", index + 1);
  g_autofree char *full
      = prefix != NULL ? g_strdup_printf ("%s › %s", prefix, shown) : g_strdup (shown);
  CardeaJsonType type = cardea_json_type (value);

  if (object && type == CARDEA_JSON_STRING && add_path (facts, full, container, name, home))
    return;
  if (type == CARDEA_JSON_ARRAY && cardea_json_size (value) > 0 && is_plain_array (value))
    add_fact (facts, full, join_array (name, value));
  else if ((type == CARDEA_JSON_OBJECT || type == CARDEA_JSON_ARRAY)
           && cardea_json_size (value) > 0)
    add_members (facts, full, value, home);
  else
    add_fact (facts, full, describe (name, value));
}

/* Depth is that of the JSON: CARDEA_LIMIT_JSON_DEPTH. */
static void
add_members (GPtrArray *facts, const char *prefix, const CardeaJson *container, const char *home)
{
  if (cardea_json_type (container) == CARDEA_JSON_ARRAY)
    {
      for (guint i = 0; i < cardea_json_size (container); i++)
        add_member (facts, prefix, container, i, home);
      return;
    }
  for (guint wanted = 0; wanted <= G_N_ELEMENTS (labels); wanted++)
    for (guint i = 0; i < cardea_json_size (container); i++)
      if (ui_words_facts_rank (cardea_json_nth_name (container, i)) == wanted)
        add_member (facts, prefix, container, i, home);
}

GPtrArray *
ui_words_facts_new (const CardeaJson *object, const char *home)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_words_fact_free);
  add_members (facts, NULL, object, home);
  return facts;
}
