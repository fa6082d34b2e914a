/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-session-early.h"

#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-view.h"

gboolean
guardian_session_early_hold (GuardianSession *session, CardeaMessage *message)
{
  if (session->state != GUARDIAN_SESSION_LAUNCH
      || session->early->len >= GUARDIAN_SESSION_REQUESTS_LIMIT)
    return FALSE;
  g_ptr_array_add (session->early, cardea_message_ref (message));
  return TRUE;
}

gboolean
guardian_session_early_forget (GuardianSession *session, const char *name, const char *id)
{
  for (guint i = 0; i < session->early->len; i++)
    if (cardea_message_is (session->early->pdata[i], name)
        && g_strcmp0 (cardea_message_get_string (session->early->pdata[i], "id"), id) == 0)
      {
        g_ptr_array_remove_index (session->early, i);
        return TRUE;
      }
  return FALSE;
}

void
guardian_session_early_release (GuardianSession *session)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&session->early);

  session->early = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_message_unref);
  for (guint i = 0; i < early->len; i++)
    if (cardea_message_is (early->pdata[i], "view.ask"))
      guardian_session_view_ask (session->context, early->pdata[i]);
    else
      guardian_session_net_ask (session->context, early->pdata[i]);
}
