/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it says; the channel, which has checked every field. Refuses: a
 * message that the worker's table does not have: whoever sends it is not what it should be. Known
 * gaps: none. */

#include "guardian/privsep/guardian-worker-link.h"

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  const GuardianWorkerLink *link = user_data;

  for (gsize i = 0; i < link->n_operations; i++)
    if (cardea_message_is (message, link->operations[i].message))
      {
        link->operations[i].handle (link->data, message);
        return;
      }
  g_warning ("the core sent %s, which is not for this worker", cardea_message_name (message));
  cardea_channel_close (channel);
}

static void
ready_cb (CardeaChannel *channel, gpointer user_data)
{
  GuardianWorkerLink *link = user_data;
  link->channel = channel;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  GuardianWorkerLink *link = user_data;
  link->channel = NULL;
}

int
guardian_worker_link_run (GuardianWorkerLink *link, GuardianWorker worker, CardeaJson *report)
{
  static const CardeaChannelHandler handler = { message_cb, ready_cb, closed_cb };
  return guardian_worker_run (worker, report, &handler, link);
}
