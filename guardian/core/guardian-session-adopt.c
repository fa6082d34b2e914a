/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-session-adopt.h"

#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-run.h"
#include "guardian/core/guardian-session-view.h"

#define FITS_TIMEOUT_MS 5000u
#define LOST "the sandbox that waited for it was lost: start it again"

/* It ends in launch(), in build_instead() or in guardian_session_end().
 * What was adopted is the session's from the moment at which that is said: it ends with the session
 * then. What was not is the spare's, which is kept until the program runs. */

/* Both names are free when its parts are opened anew: the worker of its way out does what it is
 * told in order, the end of its view is waited for. */
static void
build_instead (GuardianSession *session)
{
  GuardianSpare *spare = g_steal_pointer (&session->spare);

  if (session->sandbox != NULL)
    spare->sandbox = g_steal_pointer (&session->sandbox);
  guardian_spare_drop (spare);
  guardian_session_net_close (session);
  session->lost_view = FALSE;
  session->builds = session->has_view;
  if (session->has_view)
    guardian_session_view_close (session);
  else
    guardian_session_run_open (session);
}

gboolean
guardian_session_adopt_resume (GuardianSession *session)
{
  if (!session->builds || session->state != GUARDIAN_SESSION_LAUNCH)
    return FALSE;
  session->builds = FALSE;
  guardian_session_run_open (session);
  return TRUE;
}

gboolean
guardian_session_adopt_refused (GuardianSession *session, const CardeaMessage *reply)
{
  /* All other codes: something may have run in it. */
  if (session->spare == NULL || reply == NULL || !cardea_message_is (reply, "refused")
      || g_strcmp0 (cardea_message_get_string (reply, "code"), "changed") != 0)
    return FALSE;
  build_instead (session);
  return TRUE;
}

static void
launch (GuardianSession *session)
{
  CardeaMessage *request = guardian_session_run_describe (session, "launch.run");

  session->sandbox = g_steal_pointer (&session->spare->sandbox);
  cardea_message_set_string (request, "sandbox", session->sandbox);
  guardian_session_run_launch (session, request);
}

/* Whether it fits, and all that was to be adopted, was answered for; its view may have ended
 * meanwhile. */
static void
launch_when_adopted (GuardianSession *session)
{
  const GuardianSpare *spare = session->spare;

  if (session->call != 0 || session->view_call != 0 || session->net_call != 0)
    return;
  if (!spare->fits || spare->has[GUARDIAN_SPARE_VIEW] || spare->has[GUARDIAN_SPARE_PROXY]
      || spare->viewed != session->has_view)
    build_instead (session);
  else
    launch (session);
}

/* has: the session's part. A worker that does not answer says nothing of whose it is now. */
static void
take (GuardianSession *session, const CardeaMessage *reply, gboolean *has, GuardianSparePart part)
{
  const gboolean done = reply != NULL && cardea_message_is (reply, "done");

  if (reply == NULL)
    {
      guardian_session_end (session, "unavailable", LOST);
      return;
    }
  session->spare->has[part] = !done;
  if (!done)
    *has = FALSE;
  launch_when_adopted (session);
}

static void
proxy_adopted (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->net_call = 0;
  take (session, reply, &session->has_proxy, GUARDIAN_SPARE_PROXY);
}

static void
view_adopted (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->view_call = 0;
  take (session, reply, &session->has_view, GUARDIAN_SPARE_VIEW);
}

static void
adopt_parts (GuardianSession *session)
{
  const char *id = session->spare->id;

  if ((session->spare->has[GUARDIAN_SPARE_VIEW]
       && !guardian_session_view_open (session, id, view_adopted))
      || !guardian_session_net_open (session, id, proxy_adopted))
    guardian_session_end (session, "unavailable", LOST);
}

static void
compared (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->call = 0;
  session->spare->fits = reply != NULL && cardea_message_is (reply, "done");
  launch_when_adopted (session);
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
    {
      guardian_spare_drop (g_steal_pointer (&session->spare));
      return FALSE;
    }
  /* At the same time: nobody is inside, and none of the three needs another's answer. */
  adopt_parts (session);
  return TRUE;
}
