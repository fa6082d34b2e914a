/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-error.h"
#include "agent/models/agent-assembly.h"

#include <string.h>

#define NONE AGENT_ASSEMBLY_NO_INDEX

typedef struct {
  gint64 index;
  const char *id;
  const char *name;
  const char *text;
} Given;

/* Each row is the habit of a server somewhere. "name{arguments}" of each call, then "id". */
static const struct {
  const char *habit;
  Given pieces[8];
  const char *calls;
} habits[] = {
  { "as documented",
    { { 0, "a", "read", "" },
      { 0, NULL, NULL, "{\"file\":" },
      { 0, NULL, NULL, "\"x\"}" },
      { 1, "b", "list", "" },
      { 1, NULL, NULL, "{\"folder\":\"/\"}" },
      { -2 } },
    "a:read{\"file\":\"x\"} b:list{\"folder\":\"/\"} " },
  { "no index",
    { { NONE, "a", "read", "{\"file\":" },
      { NONE, "a", NULL, "\"x\"}" },
      { NONE, "b", "list", "{}" },
      { -2 } },
    "a:read{\"file\":\"x\"} b:list{} " },
  { "no id",
    { { 0, NULL, "read", "{\"file\":\"x\"}" }, { 1, NULL, "list", "{}" }, { -2 } },
    "call_7_1:read{\"file\":\"x\"} call_7_2:list{} " },
  { "neither",
    { { NONE, NULL, "read", "{\"file\":\"x\"}" }, { NONE, NULL, "list", "{}" }, { -2 } },
    "call_7_1:read{\"file\":\"x\"} call_7_2:list{} " },
  { "neither, in pieces",
    { { NONE, NULL, "read", "{\"file\":" }, { NONE, NULL, NULL, "\"x\"}" }, { -2 } },
    "call_7_1:read{\"file\":\"x\"} " },
  { "index 0 for all",
    { { 0, "a", "read", "{\"file\":\"x\"}" }, { 0, "b", "list", "{}" }, { -2 } },
    "a:read{\"file\":\"x\"} b:list{} " },
  { "index 0 for all, no id",
    { { 0, NULL, "read", "{\"file\":\"x\"}" }, { 0, NULL, "read", "{\"file\":\"y\"}" }, { -2 } },
    "call_7_1:read{\"file\":\"x\"} call_7_2:read{\"file\":\"y\"} " },
  { "one id for all, other indices",
    { { 0, "a", "read", "{}" }, { 1, "a", "list", "{}" }, { -2 } },
    "a:read{} call_7_2:list{} " },
  { "id and name again in every piece",
    { { 0, "a", "read", "{\"fi" }, { 0, "a", "read", "le\":1}" }, { -2 } },
    "a:read{\"file\":1} " },
  { "another id in every piece",
    { { 0, "a", "read", "{\"fi" }, { 0, "q", NULL, "le\":1}" }, { -2 } },
    "a:read{\"file\":1} " },
  { "the name in pieces",
    { { 0, "a", "re", NULL }, { 0, NULL, "ad", "{}" }, { -2 } },
    "a:read{} " },
  { "an empty name afterwards",
    { { 0, "a", "read", "{" }, { 0, "", "", "}" }, { -2 } },
    "a:read{} " },
  { "the id last", { { 0, NULL, "read", "{}" }, { 0, "a", NULL, "" }, { -2 } }, "a:read{} " },
  { "no arguments", { { 0, "a", "read", NULL }, { -2 } }, "a:read{} " },
  { "text in text", { { 0, "a", "read", "\"{\\\"file\\\":1}\"" }, { -2 } }, "a:read{\"file\":1} " },
  { "no object", { { 0, "a", "read", "[1]" }, { -2 } }, "a:read! " },
  { "no JSON", { { 0, "a", "read", "{\"file\":" }, { -2 } }, "a:read! " },
  { "twice the same member", { { 0, "a", "read", "{\"f\":1,\"f\":2}" }, { -2 } }, "a:read! " },
  { "more than JSON", { { 0, "a", "read", "{\"f\":1} and so on" }, { -2 } }, "a:read! " },
  { "no name", { { 0, "a", NULL, "{}" }, { -2 } }, "a:unknown{} " },
  { "nothing", { { 0, "a", NULL, "" }, { -2 } }, "" },
  { "an odd id and name",
    { { 0, "a b\n", "functions.read:0", "{}" }, { -2 } },
    "call_7_1:functions_read_0{} " },
  { "half a pair and a control character",
    { { 0, "a", "read", "{\"f\":\"\\ud83d \x01\"}" }, { -2 } },
    "a:read{\"f\":\"\xef\xbf\xbd \\u0001\"} " },
};

static char *
describe (AgentAssembly *assembly)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) calls = agent_assembly_take (assembly);
  for (guint i = 0; i < calls->len; i++)
    {
      const AgentCall *call = calls->pdata[i];
      g_autofree char *arguments = agent_call_write (call);
      g_string_append_printf (text, "%s:%s%s ", call->id, call->name,
                              call->arguments != NULL ? arguments : "!");
    }
  return g_string_free (text, FALSE);
}

static gboolean
add (AgentAssembly *assembly, const Given *given, GError **error)
{
  const AgentAssemblyPiece piece = { given->index,
                                     given->id,
                                     given->name,
                                     given->text,
                                     given->text != NULL ? strlen (given->text) : 0,
                                     NULL };
  return agent_assembly_add (assembly, &piece, error);
}

static void
test_habits (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (habits); i++)
    {
      g_autoptr (AgentAssembly) assembly = agent_assembly_new (7);
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", habits[i].habit);
      for (const Given *given = habits[i].pieces; given->index != -2; given++)
        g_assert_true (add (assembly, given, &error));
      g_autofree char *calls = describe (assembly);
      g_assert_cmpstr (calls, ==, habits[i].calls);
      g_assert_cmpuint (agent_assembly_size (assembly), ==, 0);
    }
}

static void
test_object (void)
{
  g_autoptr (CardeaJson) object = cardea_json_new_object ();
  g_autoptr (AgentAssembly) assembly = agent_assembly_new (7);
  g_autoptr (GError) error = NULL;
  cardea_json_set_string (object, "file", "x");
  const AgentAssemblyPiece piece = { NONE, "a", "read", NULL, 0, object };
  g_assert_true (agent_assembly_add (assembly, &piece, &error));
  g_autofree char *calls = describe (assembly);
  g_assert_cmpstr (calls, ==, "a:read{\"file\":\"x\"} ");
}

static void
test_limits (void)
{
  g_autoptr (AgentAssembly) assembly = agent_assembly_new (7);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < AGENT_ASSEMBLY_CALLS_MAX; i++)
    {
      const Given given = { i, NULL, "read", "{}" };
      g_assert_true (add (assembly, &given, &error));
    }
  const Given more = { AGENT_ASSEMBLY_CALLS_MAX, NULL, "read", "{}" };
  g_assert_false (add (assembly, &more, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  g_clear_error (&error);

  g_autofree char *block = g_malloc0 (AGENT_ASSEMBLY_BYTES_MAX);
  const AgentAssemblyPiece large = { 0, NULL, NULL, block, AGENT_ASSEMBLY_BYTES_MAX, NULL };
  g_assert_false (agent_assembly_add (assembly, &large, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/assembly/habits", test_habits);
  g_test_add_func ("/assembly/object", test_object);
  g_test_add_func ("/assembly/limits", test_limits);
  return g_test_run ();
}
