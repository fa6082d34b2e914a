/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-time.h"
#include "tests/unit/ui/words/test-words-fixture.h"
#include "ui/words/ui-words-change.h"
#include "ui/words/ui-words-facts.h"
#include "ui/words/ui-words-grant.h"
#include "ui/words/ui-words-limits.h"
#include "ui/words/ui-words-session.h"
#include "ui/words/ui-words.h"

#define NOW "2026-06-12T14:30:00Z"

static gint64
now (void)
{
  gint64 time_us = 0;
  g_assert_true (cardea_time_parse (NOW, &time_us));
  return time_us;
}

static void
test_times (void)
{
  static const struct {
    const char *time;
    const char *words;
  } times[] = {
    { "2026-06-12T14:02:59.5Z", "14:02" },     { "2026-06-11T23:00:00Z", "Thu 23:00" },
    { "2026-03-02T08:15:00Z", "2 Mar 08:15" }, { "2024-03-02T08:15:00Z", "2 Mar 2024" },
    { "yesterday\n", "yesterday\\u{000a}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *words = ui_words_time (times[i].time, now ());
      g_assert_cmpstr (words, ==, times[i].words);
    }
  g_autofree char *none = ui_words_time (NULL, now ());
  g_assert_cmpstr (none, ==, "");
}

static void
test_until (void)
{
  static const struct {
    const char *time;
    const char *words;
  } times[] = {
    { "2026-06-12T14:29:59Z", "over" },
    { "2026-06-12T14:30:10Z", "1 minute left" },
    { "2026-06-12T15:15:00Z", "45 minutes left" },
    { "2026-06-12T15:31:00Z", "1 hour left" },
    { "2026-06-12T22:30:00Z", "8 hours left" },
    { "2026-06-19T14:30:00Z", "7 days left" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *words = ui_words_until (times[i].time, now ());
      g_assert_cmpstr (words, ==, times[i].words);
    }
}

#define NOTES "'path':'/home/eva/Notes','kind':'folder'"

static void
test_grants (void)
{
  static const struct {
    const char *grant;
    const char *meaning;
    const char *terms;
    gboolean shared;
  } grants[] = {
    { "{'action':'file.read','access':'ro','scope':'folder','origin':'command','uses':0,"
      "'renewing':true,'expires':'2026-07-12T14:30:00Z','subject':{'agent':'Cardea'}," NOTES "}",
      "May read everything in ~/Notes and below it",
      "You shared it · 30 days left, renewed by use · not used yet", TRUE },
    { "{'action':'file.write','access':'rw','scope':'folder','origin':'command','uses':3,"
      "'last_used':'2026-06-12T14:02:00Z','expires':'2026-06-12T22:30:00Z','renewing':false,"
      "'subject':{'agent':'Cardea'}," NOTES "}",
      "May read and change everything in ~/Notes and below it",
      "You shared it · 8 hours left · used 3 times, last 14:02", TRUE },
    { "{'action':'file.read','access':'ro','scope':'exact','origin':'designated','uses':1,"
      "'last_used':'2026-06-12T14:02:00Z','subject':{'agent':'Cardea','session':'s'},"
      "'path':'/home/eva/a.txt','kind':'file'}",
      "May read ~/a.txt", "You named it · until its session ends · used 1 time, last 14:02",
      FALSE },
    { "{'action':'file.list','access':'ro','scope':'folder','origin':'answer','uses':0,"
      "'subject':{'agent':'Cardea'}," NOTES "}",
      "May see all names in ~/Notes and below it",
      "You allowed it when asked · until its session ends · not used yet", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      g_autoptr (CardeaJson) grant = fixture_json (grants[i].grant);
      g_autofree char *meaning = ui_words_grant_meaning (grant, HOME);
      g_autofree char *terms = ui_words_grant_terms (grant, now ());
      g_assert_cmpstr (meaning, ==, grants[i].meaning);
      g_assert_cmpstr (terms, ==, grants[i].terms);
      g_assert_cmpint (ui_words_grant_is_shared_folder (grant), ==, grants[i].shared);
    }
}

static void
test_changes (void)
{
  static const struct {
    const char *change;
    const char *what;
    const char *state;
    gboolean undoable;
  } changes[] = {
    { "{'state':'made','undoable':true,'count':1,'items':[{'op':'write','path':'/home/eva/r.md'}]}",
      "Changed r.md", "can be undone", TRUE },
    { "{'state':'made','undoable':true,'count':1,'items':[{'op':'rename','path':'/home/eva/a',"
      "'to':'/home/eva/b/a'}]}",
      "Moved a to ~/b/a", "can be undone", TRUE },
    { "{'state':'undone','undoable':false,'why_not':'w','count':3,'items':[{'op':'mkdir',"
      "'path':'/x'},{'op':'rename','path':'/a'},{'op':'rename','path':'/b'}]}",
      "Moved 2 files", "undone", FALSE },
    { "{'state':'made','undoable':false,'why_not':'too large','count':700,'items':"
      "[{'op':'delete','path':'/a'},{'op':'delete','path':'/b'}]}",
      "Deleted 700 files", "cannot be undone: too large", FALSE },
    { "{'state':'made','undoable':true,'of':'x','count':2,'items':[{'op':'write','path':'/a'},"
      "{'op':'create','path':'/b'}]}",
      "Undo: Changed 2 items", "can be undone", TRUE },
    { "{'state':'expired','undoable':false}", "Changed 0 items",
      "cannot be undone any more: the former content is no longer kept", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (CardeaJson) change = fixture_json (changes[i].change);
      g_autofree char *what = ui_words_change_what (change, HOME);
      g_autofree char *state = ui_words_change_state (change);
      g_assert_cmpstr (what, ==, changes[i].what);
      g_assert_cmpstr (state, ==, changes[i].state);
      g_assert_cmpint (ui_words_change_is_undoable (change), ==, changes[i].undoable);
    }
  g_autoptr (CardeaJson) item
      = fixture_json ("{'op':'append','path':'/home/eva/n.txt','size':'16','size_after':'25'}");
  g_autofree char *words = ui_words_change_item (item, HOME);
  g_assert_cmpstr (words, ==, "Added to ~/n.txt (16 bytes → 25 bytes)");
}

static void
test_sessions (void)
{
  g_autoptr (CardeaJson) session = fixture_json (
      "{'id':'1','title':'','state':'ready','mode':'ask','waiting':2,"
      "'started':'2026-06-12T14:02:00Z','layers':{'no_new_privs':true,'capabilities':'none',"
      "'seccomp':'allow-list','landlock_abi':7,'cgroup':'none','namespaces':{'net':'1'}}}");
  g_autofree char *title = ui_words_session_title (session);
  g_autofree char *state = ui_words_session_state (session, now ());
  g_auto (GStrv) layers = ui_words_session_layers (session);

  g_assert_cmpstr (title, ==, "Untitled session");
  g_assert_cmpstr (state, ==, "Running since 14:02, 2 questions wait for you");
  g_assert_true (ui_words_session_is_alive (session));
  g_assert_cmpuint (g_strv_length (layers), ==, 5); /* no control group: nothing is said of it */

  g_autoptr (CardeaJson) ended = fixture_json ("{'title':'T','state':'ended','ended':'2026-06-"
                                               "12T14:05:00Z','reason':'ended by the person'}");
  g_autofree char *end = ui_words_session_state (ended, now ());
  g_auto (GStrv) none = ui_words_session_layers (ended);
  g_assert_cmpstr (end, ==, "Ended 14:05: ended by the person");
  g_assert_false (ui_words_session_is_alive (ended));
  g_assert_null (none[0]);
}

static const char *
find_fact (GPtrArray *facts, const char *label)
{
  for (guint i = 0; i < facts->len; i++)
    if (g_strcmp0 (((UiWordsFact *) facts->pdata[i])->label, label) == 0)
      return ((UiWordsFact *) facts->pdata[i])->value;
  return NULL;
}

/* Every leaf of the object is said, the known ones first. */
static void
test_facts (void)
{
  g_autoptr (CardeaJson) record = fixture_json (
      "{'zebra':true,'seq':7,'type':'decision','labels':['a','b'],'empty':{},'nothing':null,"
      "'resource':{'path_b64':'L2hvbWUvZXZhL/8=','size':'132','ino':'5'},"
      "'items':[{'op':'write'},{'op':'create'}]}");
  g_autoptr (GPtrArray) facts = ui_words_facts_new (record, HOME);

  g_assert_cmpuint (facts->len, ==, 11);
  g_assert_cmpstr (((UiWordsFact *) facts->pdata[0])->label, ==, "Number");
  g_assert_cmpstr (find_fact (facts, "zebra"), ==, "yes");
  g_assert_cmpstr (find_fact (facts, "Labels"), ==, "a, b");
  g_assert_cmpstr (find_fact (facts, "empty"), ==, "none");
  g_assert_cmpstr (find_fact (facts, "nothing"), ==, "none");
  g_assert_cmpstr (find_fact (facts, "On what › path_b64"), ==, "~/\\xff");
  g_assert_cmpstr (find_fact (facts, "On what › Inode number"), ==, "5");
  g_assert_cmpstr (find_fact (facts, "items › 2 › op"), ==, "create");
}

static void
test_limits (void)
{
  static const struct {
    const char *limits;
    const char *words;
  } rows[] = {
    { "{'methods':['GET','HEAD'],'received':50000000}",
      "only GET, HEAD · 50.0\302\240MB an answer" },
    { "{'paths':['/our-firm'],'types':['text/'],'minute':6}",
      "only below /our-firm · only answers of type text/ · 6 requests a minute" },
    { "{'methods':['G\342\200\256T']}", "only G\\u{202e}T" },
    { "{'new':1}", NULL },
    { "{'sent':'much'}", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CardeaJson) limits = fixture_json (rows[i].limits);
      g_autofree char *words = ui_words_limits (limits);
      g_assert_cmpstr (words, ==, rows[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-words/times", test_times);
  g_test_add_func ("/ui-words/until", test_until);
  g_test_add_func ("/ui-words/grants", test_grants);
  g_test_add_func ("/ui-words/changes", test_changes);
  g_test_add_func ("/ui-words/sessions", test_sessions);
  g_test_add_func ("/ui-words/facts", test_facts);
  g_test_add_func ("/ui-words/limits", test_limits);
  return g_test_run ();
}
