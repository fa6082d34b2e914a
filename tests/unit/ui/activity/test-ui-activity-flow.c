/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/words/test-words-fixture.h"
#include "ui/activity/ui-activity-flow.h"

#define BANK                                                                                       \
  "'resource':{'path':'/home/eva/Documents/bank.csv','labels':['financial'],'size':'900'}"

static gboolean
add (UiActivityFlow *flow, const char *text)
{
  g_autoptr (CardeaJson) record = fixture_json (text);
  return ui_activity_flow_add (flow, record);
}

static const UiActivityFlowNode *
find (UiActivityFlow *flow, UiActivityFlowSide side, const char *name)
{
  const GPtrArray *nodes = ui_activity_flow_nodes (flow, side);
  for (guint i = 0; i < nodes->len; i++)
    if (g_str_equal (((UiActivityFlowNode *) nodes->pdata[i])->name, name))
      return nodes->pdata[i];
  return NULL;
}

static void
test_reads_and_labels (void)
{
  g_autoptr (UiActivityFlow) flow = ui_activity_flow_new (HOME);

  /* What was decided is not what was done. */
  g_assert_false (add (flow, "{'type':'decision','action':'file.read','effect':'allow'," BANK "}"));
  g_assert_true (add (
      flow, "{'type':'outcome','action':'file.read','outcome':'done','bytes':'132'," BANK "}"));
  g_assert_true (add (flow, "{'type':'outcome','action':'file.read','outcome':'done'," BANK "}"));
  const UiActivityFlowNode *file = find (flow, UI_ACTIVITY_FLOW_SOURCE, "bank.csv");
  g_assert_nonnull (file);
  g_assert_cmpstr (file->where, ==, "~/Documents/bank.csv");
  g_assert_cmpstr (file->find, ==, "~/Documents/bank.csv");
  g_assert_cmpint (file->bytes, ==, 132 + 900);
  g_assert_cmpuint (file->count, ==, 2);
  g_assert_nonnull (find (flow, UI_ACTIVITY_FLOW_SOURCE, "Label: financial"));
  g_assert_cmpuint (ui_activity_flow_nodes (flow, UI_ACTIVITY_FLOW_TOOL)->len, ==, 1);
  g_assert_cmpuint (ui_activity_flow_edges (flow)->len, ==, 2);
}

static void
test_refusals (void)
{
  g_autoptr (UiActivityFlow) flow = ui_activity_flow_new (HOME);

  g_assert_true (add (flow, "{'type':'decision','action':'net.request','effect':'deny',"
                            "'resource':{'host':'a\\u202eb.example','port':443}}"));
  const UiActivityFlowNode *host = find (flow, UI_ACTIVITY_FLOW_TARGET, "a\\u{202e}b.example");
  g_assert_nonnull (host);
  g_assert_cmpstr (host->where, ==, "a\\u{202e}b.example:443");
  g_assert_cmpuint (host->count, ==, 0);
  g_assert_cmpuint (host->refused, ==, 1);
  g_autofree char *says = ui_activity_flow_describe (host);
  g_assert_cmpstr (says, ==, "refused 1 time");
  const UiActivityFlowEdge *edge = ui_activity_flow_edges (flow)->pdata[0];
  g_assert_true (edge->to == host);
  g_assert_cmpuint (edge->refused, ==, 1);
}

static void
test_targets (void)
{
  g_autoptr (UiActivityFlow) flow = ui_activity_flow_new (HOME);

  g_assert_true (add (flow, "{'type':'outcome','action':'net.connect','outcome':'done','sent':'10',"
                            "'received':'20','bytes':'10','resource':{'host':'x.example',"
                            "'port':443}}"));
  g_assert_true (add (flow, "{'type':'decision','action':'exec.run','effect':'allow',"
                            "'resource':{'path':'/usr/bin/make'}}"));
  g_assert_true (add (flow,
                      "{'type':'outcome','action':'file.write','outcome':'done','items':["
                      "{'path':'/home/eva/a','size':'5'},{'path':'/home/eva/b','size':'6'}]}"));
  g_assert_cmpint (find (flow, UI_ACTIVITY_FLOW_TARGET, "x.example")->bytes, ==, 30);
  g_assert_cmpuint (find (flow, UI_ACTIVITY_FLOW_TARGET, "make")->count, ==, 1);
  g_assert_cmpint (find (flow, UI_ACTIVITY_FLOW_TARGET, "b")->bytes, ==, 6);
  g_assert_cmpuint (ui_activity_flow_nodes (flow, UI_ACTIVITY_FLOW_TOOL)->len, ==, 3);
}

/* As many files as an agent likes: a bounded picture. */
static void
test_bounded (void)
{
  g_autoptr (UiActivityFlow) flow = ui_activity_flow_new (HOME);
  guint counted = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{'type':'outcome','action':'file.read','outcome':'done',"
                             "'bytes':'1','resource':{'path':'/home/eva/%u'}}",
                             i);
      g_assert_true (add (flow, text));
    }
  const GPtrArray *nodes = ui_activity_flow_nodes (flow, UI_ACTIVITY_FLOW_SOURCE);
  g_assert_cmpuint (nodes->len, ==, UI_ACTIVITY_FLOW_NODES + 1);
  for (guint i = 0; i < nodes->len; i++)
    counted += ((UiActivityFlowNode *) nodes->pdata[i])->count;
  g_assert_cmpuint (counted, ==, 1000);
}

static void
test_nothing (void)
{
  g_autoptr (UiActivityFlow) flow = ui_activity_flow_new (HOME);

  g_assert_false (add (flow, "{}"));
  g_assert_false (add (flow, "{'type':'session.start','session':'s1'}"));
  g_assert_true (add (flow, "{'type':'outcome','action':'file.read','outcome':'done'}"));
  g_assert_true (add (flow, "{'type':'outcome','action':'file.read','resource':{'labels':[1]}}"));
  for (guint side = 0; side < UI_ACTIVITY_FLOW_LAST; side++)
    g_assert_cmpuint (ui_activity_flow_nodes (flow, side)->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-activity-flow/reads-and-labels", test_reads_and_labels);
  g_test_add_func ("/ui-activity-flow/refusals", test_refusals);
  g_test_add_func ("/ui-activity-flow/targets", test_targets);
  g_test_add_func ("/ui-activity-flow/bounded", test_bounded);
  g_test_add_func ("/ui-activity-flow/nothing", test_nothing);
  return g_test_run ();
}
