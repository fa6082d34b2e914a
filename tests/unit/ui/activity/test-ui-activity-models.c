/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/words/test-words-fixture.h"
#include "ui/activity/ui-activity-cache.h"
#include "ui/activity/ui-activity-filter.h"

/* --- which records match --- */

#define READ                                                                                       \
  "{'type':'decision','action':'file.read','effect':'deny','code':'declined','session':'s1',"      \
  "'time':'2026-06-12T14:00:00Z','resource':{'path':'/home/eva/Documents/Bank.csv'}}"

static void
test_filter (void)
{
  static const struct {
    UiActivityFilter filter;
    gboolean matches;
  } cases[] = {
    { { .view = UI_ACTIVITY_VIEW_ACTIONS }, TRUE },
    { { .view = UI_ACTIVITY_VIEW_ALL }, TRUE },
    { { .view = UI_ACTIVITY_VIEW_QUESTIONS }, FALSE },
    { { .view = UI_ACTIVITY_VIEW_SESSIONS }, FALSE },
    { { .session = (char *) "s1" }, TRUE },
    { { .session = (char *) "s2" }, FALSE },
    { { .action = (char *) "file.read" }, TRUE },
    { { .action = (char *) "file.write" }, FALSE },
    { { .effect = (char *) "deny" }, TRUE },
    { { .effect = (char *) "allow" }, FALSE },
    { { .since = (char *) "2026-06-12T13:59:59Z" }, TRUE },
    { { .since = (char *) "2026-06-12T14:00:01Z" }, FALSE },
    { { .text = (char *) "bank" }, TRUE },
    { { .text = (char *) "BANK.CSV" }, TRUE },
    { { .text = (char *) "refused by you" }, TRUE },
    { { .text = (char *) "documents/" }, TRUE },
    { { .text = (char *) "notes" }, FALSE },
    { { .session = (char *) "s1", .effect = (char *) "deny", .text = (char *) "x" }, FALSE },
  };
  g_autoptr (CardeaJson) record = fixture_json (READ);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ui_activity_filter_matches (&cases[i].filter, record, HOME), ==,
                     cases[i].matches);
}

/* What the wire can look for is given to it, and is a message that the guardian takes. */
static void
test_filter_on_the_wire (void)
{
  UiActivityFilter filter = { .view = UI_ACTIVITY_VIEW_QUESTIONS,
                              .session = (char *) "0123456789abcdef",
                              .action = (char *) "file.read",
                              .effect = (char *) "deny",
                              .since = (char *) "2026-06-12T14:00:00Z",
                              .text = (char *) "not for the wire" };
  g_autoptr (CardeaMessage) request = cardea_message_new ("audit.list");
  g_autoptr (UiActivityFilter) copy = ui_activity_filter_copy (&filter);
  g_autoptr (GError) error = NULL;

  g_assert_true (ui_activity_filter_equal (copy, &filter));
  ui_activity_filter_apply (copy, request);
  cardea_message_set_request (request, "1");
  g_assert_true (cardea_message_check (request, CARDEA_ROLE_FRONT, CARDEA_ROLE_CORE, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (cardea_message_session (request), ==, "0123456789abcdef");
  g_assert_cmpstr (cardea_message_get_string (request, "kind"), ==, "consent");

  g_free (copy->text);
  copy->text = g_strdup ("else");
  g_assert_false (ui_activity_filter_equal (copy, &filter));
}

/* --- which are held --- */

static CardeaJson *
numbered (gint64 seq)
{
  CardeaJson *record = cardea_json_new_object ();
  cardea_json_set_int (record, "seq", seq);
  return record;
}

/* Ten times as many as are kept: the oldest are let go, one that somebody holds stays the same. */
static void
test_cache_lets_go (void)
{
  UiActivityCache *cache = ui_activity_cache_new ();
  g_autoptr (UiActivityItem) held = NULL;
  guint left = 0;

  for (gint64 seq = 0; seq < 15000; seq++)
    {
      g_autoptr (CardeaJson) record = numbered (seq);
      g_autoptr (UiActivityItem) item = ui_activity_cache_add (cache, seq, record);
      if (seq == 3)
        held = g_object_ref (item);
    }
  for (gint64 seq = 0; seq < 15000; seq++)
    left += ui_activity_cache_find (cache, seq) != NULL;
  g_assert_cmpuint (left, <, 3000);
  g_assert_true (ui_activity_cache_find (cache, 3) == held);
  g_assert_null (ui_activity_cache_find (cache, 4));
  g_assert_nonnull (ui_activity_cache_find (cache, 14999));

  ui_activity_cache_clear (cache);
  g_assert_null (ui_activity_cache_find (cache, 3));
  ui_activity_cache_free (cache);
  /* An item outlives its cache. */
  g_assert_nonnull (ui_activity_item_get_json (held));
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_cache_fills (void)
{
  UiActivityCache *cache = ui_activity_cache_new ();
  g_autoptr (UiActivityItem) first = ui_activity_cache_add (cache, 10, NULL);
  g_autoptr (UiActivityItem) second = ui_activity_cache_add (cache, 900, NULL);
  g_autoptr (CardeaJson) record = numbered (10);
  gint64 low = 0;
  guint changed = 0;

  g_signal_connect_swapped (first, "changed", G_CALLBACK (count_cb), &changed);
  g_assert_cmpuint (ui_activity_cache_find_absent (cache, 2000, &low), ==, 2);
  g_assert_cmpint (low, ==, 10);
  /* Those that are too far from the newest come later. */
  g_assert_cmpuint (ui_activity_cache_find_absent (cache, 890, &low), ==, 1);
  g_assert_cmpint (low, ==, 900);

  ui_activity_cache_fill (cache, 10, record);
  ui_activity_cache_fill (cache, 10, record); /* not absent any more */
  ui_activity_cache_fill (cache, 11, record); /* nobody waits for it */
  g_assert_cmpuint (changed, ==, 1);
  g_assert_nonnull (ui_activity_item_get_json (first));
  g_assert_cmpuint (ui_activity_cache_find_absent (cache, 2000, &low), ==, 1);
  g_assert_cmpint (low, ==, 900);

  ui_activity_cache_give_up (cache, 0, 900); /* 900 itself may still come */
  ui_activity_cache_give_up (cache, 901, 2000);
  g_assert_cmpuint (ui_activity_cache_find_absent (cache, 2000, &low), ==, 1);
  ui_activity_cache_give_up (cache, 900, 901);
  g_assert_cmpuint (ui_activity_cache_find_absent (cache, 2000, &low), ==, 0);
  g_assert_null (ui_activity_item_get_json (second));

  ui_activity_cache_mark_absent (cache, 10); /* its detail was deleted */
  g_assert_cmpuint (ui_activity_cache_find_absent (cache, 2000, &low), ==, 1);
  g_assert_cmpint (low, ==, 10);
  ui_activity_cache_free (cache);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-activity/filter", test_filter);
  g_test_add_func ("/ui-activity/filter-on-the-wire", test_filter_on_the_wire);
  g_test_add_func ("/ui-activity/cache-lets-go", test_cache_lets_go);
  g_test_add_func ("/ui-activity/cache-fills", test_cache_fills);
  return g_test_run ();
}
