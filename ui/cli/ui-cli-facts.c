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
  { "id", N_("id") },
  { "title", N_("title") },
  { "state", N_("state") },
  { "mode", N_("mode") },
  { "model", N_("model") },
  { "started", N_("started") },
  { "ended", N_("ended") },
  { "reason", N_("reason") },
  { "waiting", N_("questions waiting") },
  { "requests", N_("requests so far") },
  { "sandbox", N_("sandbox") },
  { "pid", N_("process") },
  { "folder", N_("folder") },
  { "files", N_("shared files") },
  { "grants", N_("grants") },
  { "labels_read", N_("labels read") },
  { "untrusted_input", N_("took in text from outside") },
  { "agent_sha256", N_("agent’s program") },
  { "policy_revision", N_("policy revision") },
  { "layers", N_("confined by") },
  { "seq", N_("number") },
  { "time", N_("time") },
  { "type", N_("what") },
  { "session", N_("session") },
  { "request", N_("request") },
  { "trace", N_("trace") },
  { "subject", N_("who") },
  { "action", N_("action") },
  { "resource", N_("on what") },
  { "where", N_("where") },
  { "effect", N_("decision") },
  { "policy", N_("rule") },
  { "consent", N_("consent") },
  { "outcome", N_("outcome") },
  { "redacted", N_("detail deleted") },
  { "dev", N_("device number") },
  { "ino", N_("inode number") },
  { "nlink", N_("names (hard links)") },
  { "uid", N_("owner (uid)") },
  { "mtime", N_("changed") },
  { "sha256", N_("content (SHA-256)") },
};

static const char *const path_names[] = { "path", "folder", "via", NULL };

const char *
ui_cli_facts_label (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (strcmp (labels[i].name, name) == 0)
      return _ (labels[i].label);
  return name;
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
      return g_strdup (cardea_json_boolean (value, &flag) && flag ? _("yes") : _("no"));
    case CARDEA_JSON_NULL:
      return g_strdup ("–");
    default:
      return g_strdup (_("none"));
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
  for (guint i = 0; i < cardea_json_size (container); i++)
    write_member (output, container, i, indent, width);
}

void
ui_cli_facts_write (UiCliOutput *output, const CardeaJson *object)
{
  write_members (output, object, 0);
}
