/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"
#include "agent/conversation/agent-conversation.h"
#include "agent/models/agent-answer.h"
#include "agent/tools/agent-tool.h"

#include <string.h>

static void
test_arguments (void)
{
  const struct {
    const char *tool;
    const char *arguments;
    gboolean accepted;
  } cases[] = {
    { "read", "{\"file\":\"a.txt\"}", TRUE },
    { "read", "{\"file\":\"a.txt\",\"lines\":10}", TRUE },
    { "read", "{\"file\":\"a.txt\",\"lines\":0}", FALSE },
    { "read", "{\"file\":\"a.txt\",\"lines\":100001}", FALSE },
    { "read", "{\"file\":\"a.txt\",\"lines\":\"10\"}", FALSE },
    { "read", "{\"file\":\"a.txt\",\"lines\":1.5}", FALSE },
    { "read", "{\"file\":\"\"}", FALSE },
    { "read", "{\"file\":7}", FALSE },
    { "read", "{\"file\":null}", FALSE },
    { "read", "{}", FALSE },
    { "read", "[]", FALSE },
    { "read", "{\"file\":\"a\",\"sandbox\":\"off\"}", FALSE },
    { "list", "{\"folder\":\"~/\",\"sort\":\"mtime\"}", TRUE },
    { "list", "{\"folder\":\"~/\",\"sort\":\"random\"}", FALSE },
    { "table", "{\"file\":\"a\",\"period\":\"month\",\"month\":12,\"year\":2024}", TRUE },
    { "table", "{\"file\":\"a\",\"month\":13}", FALSE },
    { "write", "{\"file\":\"a\",\"content\":\"\"}", TRUE },
    { "write", "{\"file\":\"a\"}", FALSE },
    { "write", "{\"file\":\"a\",\"content\":\"x\\u0000y\"}", FALSE },
    { "write", "{\"file\":\"a\",\"content\":\"\",\"if_exists\":\"append\"}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[{\"find\":\"x\",\"replace\":\"\"}]}", TRUE },
    { "edit", "{\"file\":\"a\",\"edits\":[{\"find\":\"x\",\"replace\":\"\",\"all\":true}]}", TRUE },
    { "edit", "{\"file\":\"a\",\"edits\":[{\"find\":\"x\",\"replace\":\"\",\"all\":1}]}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[{\"find\":\"\",\"replace\":\"\"}]}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[{\"find\":\"x\"}]}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[{\"find\":\"x\",\"replace\":\"y\",\"regex\":true}]}",
      FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[]}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":{\"find\":\"x\",\"replace\":\"y\"}}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[\"x\"]}", FALSE },
    { "edit", "{\"file\":\"a\",\"edits\":[null]}", FALSE },
    { "move", "{\"moves\":[{\"from\":\"a\",\"to\":\"b\"}],\"folders\":[\"c\"]}", TRUE },
    { "move", "{\"moves\":[{\"from\":\"a\",\"to\":\"b\"}],\"folders\":[7]}", FALSE },
    { "move", "{\"moves\":[{\"from\":\"a\",\"to\":\"b\"}],\"folders\":[\"\"]}", FALSE },
    { "delete", "{\"files\":[\"a\",\"b\"]}", TRUE },
    { "delete", "{\"files\":\"a\"}", FALSE },
    { "tidy", "{\"folder\":\"~/Downloads\"}", FALSE },
    { "report", "{\"file\":\"a.csv\",\"columns\":[\"x\",\"\"],\"rows\":[{\"cells\":[\"\"]}]}",
      TRUE },
    { "report", "{\"file\":\"a.csv\",\"columns\":[\"x\"],\"rows\":[{\"cells\":[[]]}]}", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaJson) arguments
          = cardea_json_parse (cases[i].arguments, strlen (cases[i].arguments), &error);
      g_assert_no_error (error);
      g_test_message ("%s %s", cases[i].tool, cases[i].arguments);
      gboolean accepted = agent_tool_check (agent_tool_find (cases[i].tool), arguments, &error);
      g_assert_cmpint (accepted, ==, cases[i].accepted);
      if (!accepted)
        g_assert_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT);
    }
  g_assert_null (agent_tool_find ("shell"));
}

/* The sentence names the place, so that a model can mend its call. */
static void
test_argument_places (void)
{
  static const char text[] = "{\"file\":\"a\",\"edits\":[{\"find\":\"x\",\"replace\":\"\"},"
                             "{\"find\":\"x\",\"replace\":1}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) arguments = cardea_json_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_false (agent_tool_check (agent_tool_find ("edit"), arguments, &error));
  g_assert_cmpstr (error->message, ==, "edit: “edits”[1]: “replace” is not accepted.");
}

/* A list has as many elements as its row says, and no more. */
static void
test_argument_counts (void)
{
  g_autoptr (CardeaJson) arguments = cardea_json_new_object ();
  CardeaJson *files = cardea_json_new_array ();
  cardea_json_set (arguments, "files", files);
  for (guint i = 0; i < 200; i++)
    cardea_json_append (files, cardea_json_new_string ("a"));
  g_assert_true (agent_tool_check (agent_tool_find ("delete"), arguments, NULL));
  cardea_json_append (files, cardea_json_new_string ("a"));
  g_assert_false (agent_tool_check (agent_tool_find ("delete"), arguments, NULL));
}

static void
assert_bounded (const AgentParameter *parameter)
{
  g_assert_nonnull (parameter->what);
  if (parameter->type == AGENT_PARAMETER_ENUM)
    g_assert_nonnull (parameter->values);
  if (parameter->type == AGENT_PARAMETER_TEXT || parameter->type == AGENT_PARAMETER_INTEGER
      || parameter->type == AGENT_PARAMETER_TEXTS)
    g_assert_cmpint (parameter->max, >, 0);
  if (parameter->type == AGENT_PARAMETER_TEXTS || parameter->type == AGENT_PARAMETER_OBJECTS)
    g_assert_cmpuint (parameter->most, >=, MAX (parameter->least, 1));
  if (parameter->type != AGENT_PARAMETER_OBJECTS)
    return;
  for (const AgentParameter *item = parameter->items; item->name != NULL; item++)
    {
      g_assert_cmpint (item->type, !=, AGENT_PARAMETER_OBJECTS);
      assert_bounded (item);
    }
}

/* What a model is told about the tools is whole. */
static void
test_descriptions (void)
{
  guint count = 0;
  for (const AgentTool *tool; (tool = agent_tool_nth (count)) != NULL; count++)
    {
      g_assert_true (agent_tool_find (tool->name) == tool);
      g_assert_cmpuint (strlen (tool->what), >, 10);
      g_assert_nonnull (tool->run);
      for (const AgentParameter *parameter = tool->parameters; parameter->name != NULL; parameter++)
        {
          assert_bounded (parameter);
        }
    }
  g_assert_cmpuint (count, ==, 19);
}

static void
test_states (void)
{
  static const AgentConversationState expected[AGENT_CONVERSATION_STATES][AGENT_CONVERSATION_EVENTS]
      = {
          /* STARTED, USER, STOP, FINISHED, LOST */
          [AGENT_CONVERSATION_STARTING] = { 1, 0, 0, 0, 4 },
          [AGENT_CONVERSATION_READY] = { 1, 2, 1, 1, 4 },
          [AGENT_CONVERSATION_WORKING] = { 2, 2, 3, 1, 4 },
          [AGENT_CONVERSATION_STOPPING] = { 3, 3, 3, 1, 4 },
          [AGENT_CONVERSATION_ENDED] = { 4, 4, 4, 4, 4 },
        };
  for (guint state = 0; state < AGENT_CONVERSATION_STATES; state++)
    for (guint event = 0; event < AGENT_CONVERSATION_EVENTS; event++)
      {
        gboolean declared;
        AgentConversationState next = agent_conversation_next (state, event, &declared);
        g_assert_cmpint (next, ==, expected[state][event]);
        g_assert_cmpint (declared, ==, next != state);
      }
}

static void
test_extracted (void)
{
  const struct {
    const char *text;
    const char *content; /* NULL: refused */
    gboolean sheets;
  } cases[] = {
    { "text\nhello\n", "hello\n", FALSE },
    { "text\n", "", FALSE },
    { "sheets\n\fOne\na\tb\n", "a\tb\n", TRUE },
    { "sheets\n\fEmpty\n\fTwo\nc\n", "c\n", TRUE },
    { "sheets\n\fEmpty\n", "", TRUE },
    { "sheets\n", "", TRUE },
    { "sheets\n\f", "", TRUE },
    { "sheets\nno sheet\n", "", TRUE },
    { "tex", NULL, FALSE },
    { "", NULL, FALSE },
    { "other\nx", NULL, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AgentContent) content = g_new0 (AgentContent, 1);
      content->notes = g_ptr_array_new_with_free_func (g_free);
      content->path = g_strdup ("/t.xlsx");
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_test_message ("“%s”", cases[i].text);
      gboolean ok = agent_content_take_extracted (content, bytes, &error);
      g_assert_cmpint (ok, ==, cases[i].content != NULL);
      if (!ok)
        continue;
      g_autoptr (GString) all = g_string_new (NULL);
      GBytes *piece;
      while ((piece = agent_source_next (content->source, NULL, NULL)) != NULL)
        {
          g_string_append_len (all, g_bytes_get_data (piece, NULL),
                               (gssize) g_bytes_get_size (piece));
          g_bytes_unref (piece);
        }
      g_assert_cmpstr (all->str, ==, cases[i].content);
      g_assert_cmpint (content->sheets, ==, cases[i].sheets);
    }
}

static void
test_escape (void)
{
  g_autofree char *escaped = agent_answer_escape ("a|b *c* [d](e) `f` <g>");
  g_assert_cmpstr (escaped, ==, "a\\|b \\*c\\* \\[d\\](e) \\`f\\` \\<g\\>");
  g_autofree char *name = agent_answer_escape ("bank_2026.csv _x_");
  g_assert_cmpstr (name, ==, "bank_2026.csv \\_x\\_");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/tool/arguments", test_arguments);
  g_test_add_func ("/agent/tool/argument-places", test_argument_places);
  g_test_add_func ("/agent/tool/argument-counts", test_argument_counts);
  g_test_add_func ("/agent/tool/descriptions", test_descriptions);
  g_test_add_func ("/agent/conversation/states", test_states);
  g_test_add_func ("/agent/content/extracted", test_extracted);
  g_test_add_func ("/agent/answer/escape", test_escape);
  return g_test_run ();
}
