/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-idle.h"

#include "common/base/cardea-paths.h"
#include "guardian/core/guardian-link-table.h"
#include "guardian/core/guardian-session-table.h"

struct _GuardianIdle {
  GuardianContext *context;
  guint source;
};

GuardianIdle *
guardian_idle_new (GuardianContext *context)
{
  GuardianIdle *idle = g_new0 (GuardianIdle, 1);
  idle->context = context;
  guardian_idle_update (idle);
  return idle;
}

void
guardian_idle_free (GuardianIdle *idle)
{
  if (idle == NULL)
    return;
  g_clear_handle_id (&idle->source, g_source_remove);
  g_free (idle);
}

guint
guardian_idle_seconds (const GuardianIdle *idle)
{
  return (guint) guardian_settings_get_int (idle->context->settings, "guardian.idle");
}

static guint
seconds_until_exit (const GuardianIdle *idle)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_IDLE_EXIT");
  guint64 seconds = 0;

  if (seam != NULL && g_ascii_string_to_unsigned (seam, 10, 1, 86400, &seconds, NULL))
    return (guint) seconds;
  return guardian_idle_seconds (idle);
}

static gboolean
leave (gpointer user_data)
{
  GuardianIdle *idle = user_data;
  idle->source = 0;
  guardian_context_stop (idle->context, "nobody needs it");
  return G_SOURCE_REMOVE;
}

void
guardian_idle_update (GuardianIdle *idle)
{
  if (idle == NULL)
    return;
  gboolean needed = guardian_link_table_count (idle->context->links, CARDEA_ROLE_FRONT) > 0
                    || guardian_session_table_alive (idle->context->sessions) > 0;
  guardian_workers_set_resting (idle->context->workers, !needed);
  if (needed)
    g_clear_handle_id (&idle->source, g_source_remove);
  else if (idle->source == 0)
    idle->source = g_timeout_add_seconds (seconds_until_exit (idle), leave, idle);
}
