/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/audit/audit-fixture.h"
#include "tests/unit/ui/words/test-words-fixture.h"
#include "ui/activity/ui-activity-index.h"

#include <gio/gio.h>

/* A log as the guardian writes it, read back as leaves. */

static const char *const leaves[] = {
  "{'type':'session.start','session':'s1','subject':{'agent':'Cardea'}}",
  "{'type':'decision','action':'exec.run','effect':'allow','session':'s1',"
  "'subject':{'agent':'Cardea'}}",
  "{'type':'decision','action':'file.read','effect':'allow','session':'s1','request':'r1'}",
  "{'type':'outcome','action':'file.read','outcome':'done','session':'s1','request':'r1'}",
  "{'type':'consent','action':'net.request','effect':'ask','session':'s2'}",
  "{'type':'decision','action':'net.request','effect':'deny','session':'s2','request':'r2'}",
  "{'type':'decision','action':'exec.run','effect':'allow','session':'s2','request':'r3',"
  "'subject':{'agent':'Cardea'}}",
  "{'type':'session.end','session':'s1'}",
};

static void
append (AuditFixture *log, const char *text)
{
  g_autoptr (CardeaJson) leaf = fixture_json (text);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      guardian_audit_append (log->audit, leaf, NULL, GUARDIAN_AUDIT_WRITTEN, NULL, &error));
  g_assert_no_error (error);
}

static AuditFixture *
make_log (void)
{
  AuditFixture *log = audit_fixture_new ();

  audit_fixture_open (log, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (leaves); i++)
    append (log, leaves[i]);
  g_assert_true (audit_fixture_seal (log));
  return log;
}

typedef struct {
  gboolean done;
  UiActivityIndex *index;
  GError *error;
} Loaded;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Loaded *loaded = user_data;
  loaded->index = ui_activity_index_load_finish (result, &loaded->error);
  loaded->done = TRUE;
}

static UiActivityIndex *
load (const char *folder, GError **error)
{
  Loaded loaded = { FALSE };

  ui_activity_index_load_async (folder, NULL, loaded_cb, &loaded);
  while (!loaded.done)
    g_main_context_iteration (NULL, TRUE);
  if (loaded.error != NULL)
    g_propagate_error (error, loaded.error);
  return loaded.index;
}

static char *
find (const UiActivityIndex *index, const UiActivityFilter *filter)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
  GString *text = g_string_new (NULL);

  ui_activity_index_find (index, filter, 0, G_MAXINT64, found);
  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? " " : "", (int) g_array_index (found, gint64, i));
  return g_string_free (text, FALSE);
}

/* Every filter finds what the record itself fits, newest first. */
static void
test_finds (void)
{
  static const UiActivityFilter filters[] = {
    { .view = UI_ACTIVITY_VIEW_ALL },
    { .view = UI_ACTIVITY_VIEW_ACTIONS },
    { .view = UI_ACTIVITY_VIEW_QUESTIONS },
    { .view = UI_ACTIVITY_VIEW_SESSIONS },
    { .view = UI_ACTIVITY_VIEW_ALL, .session = (char *) "s1" },
    { .view = UI_ACTIVITY_VIEW_ALL, .session = (char *) "nobody" },
    { .view = UI_ACTIVITY_VIEW_ALL, .action = (char *) "net.request" },
    { .view = UI_ACTIVITY_VIEW_ACTIONS, .effect = (char *) "deny" },
    { .view = UI_ACTIVITY_VIEW_ALL, .since = (char *) "2100-01-01T00:00:00Z" },
  };
  g_autoptr (AuditFixture) log = make_log ();
  g_autoptr (GError) error = NULL;
  g_autoptr (UiActivityIndex) index = load (log->folder, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ui_activity_index_size (index), ==, G_N_ELEMENTS (leaves));
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autofree char *found = find (index, &filters[i]);
      g_autoptr (GString) expected = g_string_new (NULL);
      for (gint64 seq = G_N_ELEMENTS (leaves) - 1; seq >= 0; seq--)
        {
          g_autoptr (CardeaJson) record = guardian_audit_read (log->audit, seq, NULL);
          if (ui_activity_filter_matches (&filters[i], record, HOME))
            g_string_append_printf (expected, "%s%d", expected->len > 0 ? " " : "", (int) seq);
        }
      g_assert_cmpstr (found, ==, expected->str);
    }
  g_autofree char *actions = find (index, &filters[1]);
  g_assert_cmpstr (actions, ==, "6 5 4 2");
  g_assert_cmpint (ui_activity_index_previous (index, &filters[7], 6), ==, 5);
  g_assert_cmpint (ui_activity_index_previous (index, &filters[7], 5), ==, -1);
}

static void
test_grows (void)
{
  g_autoptr (AuditFixture) log = make_log ();
  g_autoptr (UiActivityIndex) index = load (log->folder, NULL);
  g_autoptr (CardeaJson) next
      = fixture_json ("{'seq':8,'type':'consent','effect':'ask','session':'s3',"
                      "'time':'2026-01-01T10:30:00Z'}");
  g_autoptr (CardeaJson) gap = fixture_json ("{'seq':12,'type':'consent','effect':'ask'}");
  UiActivityFilter questions = { .view = UI_ACTIVITY_VIEW_QUESTIONS };
  gint64 first, last;

  ui_activity_index_append (index, next);
  ui_activity_index_append (index, next); /* it is there */
  ui_activity_index_append (index, gap);  /* what lies between is not known */
  g_assert_cmpint (ui_activity_index_size (index), ==, 9);
  g_autofree char *found = find (index, &questions);
  g_assert_cmpstr (found, ==, "8 4");
  g_assert_true (ui_activity_index_span (index, "s1", &first, &last));
  g_assert_cmpint (first, ==, 0);
  g_assert_cmpint (last, ==, 7);
  g_assert_false (ui_activity_index_span (index, "s4", &first, &last));
}

static void
test_counts (void)
{
  g_autoptr (AuditFixture) log = make_log ();
  g_autoptr (UiActivityIndex) index = load (log->folder, NULL);
  g_autoptr (CardeaJson) record
      = fixture_json ("{'seq':8,'type':'decision','action':'file.read','effect':'deny',"
                      "'time':'2026-01-01T10:30:00Z'}");
  const gint64 hour = G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  gint64 midnight = G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC; /* 2026-01-01 */
  guint slots[24][UI_ACTIVITY_INDEX_LAST] = { { 0 } };

  ui_activity_index_append (index, record);
  ui_activity_index_count (index, midnight, midnight + 24 * hour, 24, slots);
  for (guint i = 0; i < 24; i++)
    {
      g_assert_cmpuint (slots[i][UI_ACTIVITY_INDEX_ALLOWED], ==, 0);
      g_assert_cmpuint (slots[i][UI_ACTIVITY_INDEX_ASKED], ==, 0);
      g_assert_cmpuint (slots[i][UI_ACTIVITY_INDEX_REFUSED], ==, i == 10 ? 1 : 0);
    }
}

/* A log whose bytes were changed gives no index: the guardian is asked instead. */
static void
test_refuses_damage (void)
{
  g_autoptr (AuditFixture) log = make_log ();
  g_autoptr (GPtrArray) files = audit_fixture_files (log);
  g_autoptr (GError) error = NULL;

  audit_fixture_close (log);
  for (guint i = 0; i < files->len; i++)
    if (strstr (files->pdata[i], "tile/entries/") != NULL)
      {
        g_autofree char *path = g_build_filename (log->folder, files->pdata[i], NULL);
        g_autofree char *content = NULL;
        gsize size;
        g_assert_true (g_file_get_contents (path, &content, &size, NULL));
        content[size - 3] ^= 1;
        g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));
      }
  g_assert_null (load (log->folder, &error));
  g_assert_nonnull (error);
}

static void
test_refuses_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (load ("/nowhere/at/all", &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-activity-index/finds", test_finds);
  g_test_add_func ("/ui-activity-index/grows", test_grows);
  g_test_add_func ("/ui-activity-index/counts", test_counts);
  g_test_add_func ("/ui-activity-index/refuses-damage", test_refuses_damage);
  g_test_add_func ("/ui-activity-index/refuses-nothing", test_refuses_nothing);
  return g_test_run ();
}
