/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/audit/audit-fixture.h"
#include "ui/activity/ui-activity-index.h"

#include <stdio.h>
#include <stdlib.h>

/* bench-activity [RECORDS]: a log of RECORDS (default 1,000,000) of 1,000 sessions is written, read
 * into the index of Activity and filtered in every way. "NAME  VALUE UNIT" lines. */

#define SESSIONS 1000u
#define BURST 64u /* records between two looks at the main loop */

static const char *const actions[] = { "file.read", "file.list", "file.write", "net.request" };
static const char *const effects[] = { "allow", "allow", "allow", "ask", "deny" };

static void
write_log (AuditFixture *log, guint records)
{
  for (guint i = 0; i < records; i++)
    {
      g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
      g_autofree char *session = g_strdup_printf ("%016x", i / (records / SESSIONS + 1));
      CardeaJson *subject = cardea_json_new_object ();

      cardea_json_set_string (subject, "agent", "Cardea");
      cardea_json_set (leaf, "subject", subject);
      cardea_json_set_string (leaf, "type", i % 3 == 0 ? "outcome" : "decision");
      cardea_json_set_string (leaf, "session", session);
      cardea_json_set_string (leaf, "request", "8877665544332211");
      cardea_json_set_string (leaf, "action", actions[i % G_N_ELEMENTS (actions)]);
      cardea_json_set_string (leaf, "effect", effects[i % G_N_ELEMENTS (effects)]);
      cardea_json_set_string (leaf, "policy", "shipped.granted");
      if (!guardian_audit_append (log->audit, leaf, NULL, GUARDIAN_AUDIT_WRITTEN, NULL, NULL))
        exit (2);
      if (i % BURST == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  if (!audit_fixture_seal (log))
    exit (2);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(UiActivityIndex **) user_data = ui_activity_index_load_finish (result, NULL);
  if (*(UiActivityIndex **) user_data == NULL)
    exit (2);
}

static double
milliseconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1e3;
}

/* The longest answer to any combination of the filter's parts. */
static double
filter_in_every_way (const UiActivityIndex *index)
{
  static char *const wanted_sessions[] = { NULL, (char *) "000000000000018f" };
  static char *const wanted_actions[] = { NULL, (char *) "file.read", (char *) "net.request" };
  static char *const wanted_effects[] = { NULL, (char *) "allow", (char *) "deny" };
  double worst = 0;

  for (guint view = 0; view < UI_ACTIVITY_VIEW_LAST; view++)
    for (gsize i = 0; i < G_N_ELEMENTS (wanted_sessions); i++)
      for (gsize j = 0; j < G_N_ELEMENTS (wanted_actions); j++)
        for (gsize k = 0; k < G_N_ELEMENTS (wanted_effects); k++)
          {
            UiActivityFilter filter = { .view = view,
                                        .session = wanted_sessions[i],
                                        .action = wanted_actions[j],
                                        .effect = wanted_effects[k] };
            g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
            gint64 start = g_get_monotonic_time ();
            ui_activity_index_find (index, &filter, 0, G_MAXINT64, found);
            worst = MAX (worst, milliseconds_since (start));
          }
  return worst;
}

int
main (int argc, char **argv)
{
  guint records = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 1000000;
  g_autoptr (AuditFixture) log = audit_fixture_new ();
  UiActivityIndex *index = NULL;

  audit_fixture_open (log, TRUE);
  write_log (log, records);
  gint64 start = g_get_monotonic_time ();
  ui_activity_index_load_async (log->folder, NULL, loaded_cb, &index);
  while (index == NULL)
    g_main_context_iteration (NULL, TRUE);
  printf ("index read  %.0f ms\n", milliseconds_since (start));
  printf ("filter, worst  %.1f ms\n", filter_in_every_way (index));
  ui_activity_index_free (index);
  return 0;
}
