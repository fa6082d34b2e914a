/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer-private.h"

#include <string.h>

/* As code, in a fence longer than any in it. */
static void
append_stream (GString *out, const char *heading, const char *text)
{
  g_autoptr (GString) fence = g_string_new ("```");
  if (text[0] == '\0')
    return;
  while (strstr (text, fence->str) != NULL)
    g_string_append_c (fence, '`');
  g_string_append_printf (out, "%s%s\n%s%s%s\n", heading, fence->str, text,
                          g_str_has_suffix (text, "\n") ? "" : "\n", fence->str);
}

static void
append_end (GString *out, const char *name, const CardeaJson *data)
{
  g_autofree char *shown = agent_answer_escape (name);
  gint64 number = 0;
  if (cardea_json_get_int (data, "status", &number) && number == 0)
    return;
  if (cardea_json_get_int (data, "status", &number))
    g_string_append_printf (out, "\n%s ended with status %d.\n", shown, (int) number);
  else if (cardea_json_get_int (data, "signal", &number))
    g_string_append_printf (out, "\n%s was ended by signal %d.\n", shown, (int) number);
  else
    {
      g_string_append_printf (out, "\n%s did not finish: ", shown);
      agent_answer_append (out, agent_answer_string (data, "ended"));
      g_string_append (out, ".\n");
    }
}

char *
agent_answer_program (const char *name, const AgentToolResult *result)
{
  const CardeaJson *data = result->data;
  const char *output = agent_answer_string (data, "output");
  const char *errors = agent_answer_string (data, "errors");
  gboolean cut = FALSE;
  gint64 discarded = 0;
  gint64 unkept = 0;
  GString *out = g_string_new (NULL);

  append_stream (out, "", output);
  append_stream (out, output[0] != '\0' ? "\nIt complained:\n\n" : "", errors);
  if (output[0] == '\0' && errors[0] == '\0')
    g_string_append (out, "It wrote nothing.\n");
  if (cardea_json_get_boolean (data, "cut", &cut) && cut)
    g_string_append (out, "\nIt wrote more than I keep; this is the beginning.\n");
  append_end (out, name, data);
  if (cardea_json_get_int (data, "discarded", &discarded) && discarded > 0)
    g_string_append (out, "\nWhat it changed outside of what it may change was left out.\n");
  if (cardea_json_get_int (data, "unkept", &unkept) && unkept > 0)
    {
      g_string_append_printf (
          out, "\nNew files that it wrote where it may not (%" G_GINT64_FORMAT "; ", unkept);
      agent_answer_append (out, agent_answer_string (data, "unkept_what"));
      g_string_append (out, ") were not kept.\n");
    }
  return g_string_free (out, FALSE);
}
