/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-session-adopt.h"

#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-run.h"
#include "guardian/core/guardian-session-view.h"

#define FITS_TIMEOUT_MS 5000u

/* A function a step; each ends in the next step's or in guardian_session_end(). What was adopted
 * is the session's from the moment at which it is said: it ends with the session then. */

static void
launch (GuardianSession *session)
{
  CardeaMessage *request = guardian_session_run_describe (session, "launch.run");

  cardea_message_set_string (request, "sandbox", session->sandbox);
  guardian_session_run_launch (session, request);
}

static gboolean
is_done (GuardianSession *session, CardeaMessage *reply)
{
  session->call = 0;
  if (reply != NULL && cardea_message_is (reply, "done"))
    return TRUE;
  guardian_session_end (session, "unavailable", GUARDIAN_SESSION_ADOPT_LOST);
  return FALSE;
}

static void
proxy_adopted (CardeaMessage *reply, gpointer user_data)
{
  if (is_done (user_data, reply))
    launch (user_data);
}

static void
adopt_proxy (GuardianSession *session)
{
  g_autoptr (GuardianSpare) spare = g_steal_pointer (&session->spare);

  spare->has_proxy = FALSE;
  session->sandbox = g_steal_pointer (&spare->sandbox);
  if (!guardian_session_net_open (session, spare->id, proxy_adopted))
    is_done (session, NULL);
}

static void
view_adopted (CardeaMessage *reply, gpointer user_data)
{
  if (is_done (user_data, reply))
    adopt_proxy (user_data);
}

static void
adopt_view (GuardianSession *session)
{
  session->spare->has_view = FALSE;
  if (!guardian_session_view_open (session, session->spare->id, view_adopted))
    is_done (session, NULL);
}

static void
compared (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->call = 0;
  if (reply == NULL || !cardea_message_is (reply, "done"))
    {
      guardian_spare_drop (g_steal_pointer (&session->spare));
      guardian_session_run_open (session);
    }
  else if (session->spare->has_view)
    adopt_view (session);
  else
    adopt_proxy (session);
}

gboolean
guardian_session_adopt (GuardianSession *session)
{
  session->spare = guardian_pool_take (session->context->pool, session);
  if (session->spare == NULL)
    return FALSE;
  CardeaMessage *request = guardian_session_run_describe (session, "launch.fits");
  cardea_message_set_string (request, "sandbox", session->spare->sandbox);
  session->call = guardian_workers_call (session->context->workers, GUARDIAN_WORKER_LAUNCH, request,
                                         FITS_TIMEOUT_MS, compared, session);
  if (session->call == 0)
    guardian_spare_drop (g_steal_pointer (&session->spare));
  return session->spare != NULL;
}
