/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-facts.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"

#include <glib/gi18n.h>
#include <string.h>

#define STEP 2 /* columns a level */

static const struct {
  const char *name;
  const char *label;
} labels[] = {
  { "seq", N_ ("number") },
  { "id", N_ ("id") },
  { "title", N_ ("title") },
  { "state", N_ ("state") },
  { "time", N_ ("time") },
  { "type", N_ ("what") },
  { "subject", N_ ("who") },
  { "agent", N_ ("agent") },
  { "action", N_ ("action") },
  { "resource", N_ ("on what") },
  { "path", N_ ("path") },
  { "name", N_ ("name") },
  { "kind", N_ ("kind") },
  { "size", N_ ("size") },
  { "mtime", N_ ("changed") },
  { "effect", N_ ("decision") },
  { "decision", N_ ("decision") },
  { "tier", N_ ("tier") },
  { "policy", N_ ("rule") },
  { "rule", N_ ("rule") },
  { "started", N_ ("started") },
  { "ended", N_ ("ended") },
  { "reason", N_ ("reason") },
  { "consent", N_ ("consent") },
  { "answer", N_ ("answer") },
  { "by", N_ ("answered by") },
  { "outcome", N_ ("outcome") },
  { "redacted", N_ ("detail deleted") },
  { "mode", N_ ("mode") },
  { "model", N_ ("model") },
  { "waiting", N_ ("questions waiting") },
  { "requests", N_ ("requests so far") },
  { "changes", N_ ("changes made") },
  { "folder", N_ ("folder") },
  { "files", N_ ("shared files") },
  { "grants", N_ ("grants") },
  { "grant", N_ ("grant") },
  { "labels_read", N_ ("labels read") },
  { "untrusted_input", N_ ("took in text from outside") },
  { "policy_revision", N_ ("policy revision") },
  { "session", N_ ("session") },
  { "request", N_ ("request") },
  { "trace", N_ ("trace") },
  { "where", N_ ("where") },
  { "sandbox", N_ ("sandbox") },
  { "pid", N_ ("process") },
  { "host", N_ ("host") },
  { "agent_sha256", N_ ("agent’s program") },
  { "layers", N_ ("confined by") },
  { "profile", N_ ("profile") },
  { "no_new_privs", N_ ("no new privileges") },
  { "seccomp", N_ ("system calls") },
  { "landlock_abi", N_ ("Landlock ABI") },
  { "limits", N_ ("limits") },
  { "exists", N_ ("exists") },
  { "uid", N_ ("user (uid)") },
  { "nlink", N_ ("names (hard links)") },
  { "dev", N_ ("device number") },
  { "ino", N_ ("inode number") },
  { "sha256", N_ ("SHA-256") },
  { "digest", N_ ("digest") },
  { "question", N_ ("question") },
};

static const char *const path_names[] = { "path", "folder", "via", NULL };

static guint
rank (const char *name)
{
  guint i = 0;
  while (i < G_N_ELEMENTS (labels) && strcmp (labels[i].name, name) != 0)
    i++;
  return i;
}

const char *
ui_cli_facts_label (const char *name)
{
  guint i = rank (name);
  return i < G_N_ELEMENTS (labels) ? _ (labels[i].label) : name;
}

static gboolean
is_container (const CardeaJson *json)
{
  CardeaJsonType type = cardea_json_type (json);
  return (type == CARDEA_JSON_OBJECT || type == CARDEA_JSON_ARRAY) && cardea_json_size (json) > 0;
}

static char *
describe_microseconds (const char *text)
{
  gint64 time_us = 0;
  if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &time_us, NULL))
    return cardea_text_escape (text, strlen (text), NULL);
  g_autofree char *rfc3339 = cardea_time_format (time_us);
  return ui_cli_output_local_time (rfc3339);
}

static char *
describe_string (const CardeaJson *object, const char *name, const char *text)
{
  gint64 time_us;
  if (cardea_time_parse (text, &time_us))
    return ui_cli_output_local_time (text);
  if (object != NULL && strcmp (name, "mtime") == 0)
    return describe_microseconds (text);
  if (object != NULL && g_strv_contains (path_names, name))
    return ui_cli_output_path (object, name);
  return cardea_text_escape (text, strlen (text), NULL);
}

/* name: of the member of object; both NULL for an array's element. */
static char *
describe (const CardeaJson *object, const char *name, const CardeaJson *value)
{
  gboolean flag = FALSE;
  switch (cardea_json_type (value))
    {
    case CARDEA_JSON_STRING:
      return describe_string (object, name, cardea_json_string (value));
    case CARDEA_JSON_NUMBER:
      return g_strdup (cardea_json_number_text (value));
    case CARDEA_JSON_BOOLEAN:
      return g_strdup (cardea_json_boolean (value, &flag) && flag ? _ ("yes") : _ ("no"));
    case CARDEA_JSON_NULL:
      return g_strdup ("–");
    default:
      return g_strdup (_ ("none"));
    }
}

static char *
escaped_label (const char *name)
{
  const char *label = ui_cli_facts_label (name);
  return cardea_text_escape (label, strlen (label), NULL);
}

static void write_members (UiCliOutput *output, const CardeaJson *container, guint indent);

static void
write_member (UiCliOutput *output, const CardeaJson *container, guint index, guint indent,
              guint width)
{
  const CardeaJson *value = cardea_json_nth (container, index);
  gboolean object = cardea_json_type (container) == CARDEA_JSON_OBJECT;
  const char *name = object ? cardea_json_nth_name (container, index) : NULL;
  g_autofree char *label = object ? escaped_label (name) : g_strdup ("•");

  if (is_container (value))
    {
      ui_cli_output_line (output, "%*s%s", (int) indent, "", label);
      write_members (output, value, indent + STEP);
      return;
    }
  g_autofree char *text = describe (object ? container : NULL, name, value);
  int gap = (int) (width - MIN (width, ui_cli_output_width (label))) + STEP;
  ui_cli_output_line (output, "%*s%s%*s%s", (int) indent, "", label, object ? gap : 1, "", text);
}

/* Depth is that of the JSON: CARDEA_LIMIT_JSON_DEPTH. */
static void
write_members (UiCliOutput *output, const CardeaJson *container, guint indent)
{
  guint width = 0;
  for (guint i = 0; i < cardea_json_size (container); i++)
    if (cardea_json_type (container) == CARDEA_JSON_OBJECT
        && !is_container (cardea_json_nth (container, i)))
      {
        g_autofree char *label = escaped_label (cardea_json_nth_name (container, i));
        width = MAX (width, ui_cli_output_width (label));
      }
  if (cardea_json_type (container) == CARDEA_JSON_ARRAY)
    {
      for (guint i = 0; i < cardea_json_size (container); i++)
        write_member (output, container, i, indent, width);
      return;
    }
  /* In the order of the labels, which a person reads from top to bottom; the rest as it stands. */
  for (guint wanted = 0; wanted <= G_N_ELEMENTS (labels); wanted++)
    for (guint i = 0; i < cardea_json_size (container); i++)
      if (rank (cardea_json_nth_name (container, i)) == wanted)
        write_member (output, container, i, indent, width);
}

void
ui_cli_facts_write (UiCliOutput *output, const CardeaJson *object)
{
  write_members (output, object, 0);
}
