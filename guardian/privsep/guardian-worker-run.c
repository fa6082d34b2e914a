/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-worker.h"

#include <signal.h>
#include <stdlib.h>

typedef struct {
  const GuardianWorkerIdentity *identity;
  const CardeaChannelHandler *handler;
  gpointer user_data;
  CardeaJson *report;
  GMainLoop *loop;
  int status;
} Run;

void
guardian_worker_send (CardeaChannel *channel, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (channel != NULL && !cardea_channel_send (channel, message, &error))
    {
      g_warning ("%s could not be sent: %s", cardea_message_name (message), error->message);
      cardea_channel_close (channel);
    }
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  const Run *run = user_data;
  run->handler->message (channel, message, run->user_data);
}

static void
ready_cb (CardeaChannel *channel, gpointer user_data)
{
  const Run *run = user_data;
  g_autoptr (CardeaMessage) ready = cardea_message_new ("worker.ready");
  g_autoptr (GError) error = NULL;

  cardea_message_set_string (ready, "name", run->identity->name);
  cardea_message_set_json (ready, "confinement", cardea_json_ref (run->report));
  if (!cardea_channel_send (channel, ready, &error))
    {
      g_warning ("cannot say that it is ready: %s", error->message);
      cardea_channel_close (channel);
      return;
    }
  if (run->handler->ready != NULL)
    run->handler->ready (channel, run->user_data);
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  Run *run = user_data;

  if (!g_error_matches (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED))
    {
      g_warning ("the link to the core ended: %s", error->message);
      run->status = EXIT_FAILURE;
    }
  if (run->handler->closed != NULL)
    run->handler->closed (channel, error, run->user_data);
  g_main_loop_quit (run->loop);
}

int
guardian_worker_run (GuardianWorker worker, CardeaJson *report, const CardeaChannelHandler *handler,
                     gpointer user_data)
{
  static const CardeaChannelHandler own = { message_cb, ready_cb, closed_cb };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { guardian_worker_identity (worker), handler, user_data, report, loop, EXIT_SUCCESS };

  signal (SIGPIPE, SIG_IGN);
  g_autoptr (CardeaChannel) channel
      = cardea_channel_new (GUARDIAN_WORKER_FD, CARDEA_CHANNEL_PLAIN, NULL, run.identity->role,
                            CARDEA_ROLE_CORE, &own, &run);
  cardea_channel_attach (channel, NULL);
  g_main_loop_run (loop);
  return run.status;
}
