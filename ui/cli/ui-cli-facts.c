/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-facts.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"
#include "ui/words/ui-words-facts.h"

#include <glib/gi18n.h>
#include <string.h>

#define STEP 2 /* columns a level */

static const char *const path_names[] = { "path", "folder", "via", NULL };

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
  const char *label = ui_words_facts_label (name);
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
  for (guint wanted = 0; wanted <= ui_words_facts_count (); wanted++)
    for (guint i = 0; i < cardea_json_size (container); i++)
      if (ui_words_facts_rank (cardea_json_nth_name (container, i)) == wanted)
        write_member (output, container, i, indent, width);
}

void
ui_cli_facts_write (UiCliOutput *output, const CardeaJson *object)
{
  write_members (output, object, 0);
}
