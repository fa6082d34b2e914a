/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a request. Refuses everything while no worker has the network. */

#include "guardian/core/guardian-action-net.h"

#define CLOSED "nothing is connected to the network"

int
guardian_action_net_resolve (GuardianRequest *request)
{
  return guardian_request_refuse (request, "unavailable", CLOSED, NULL);
}

int
guardian_action_net_request (GuardianRequest *request)
{
  return guardian_request_refuse (request, "unavailable", CLOSED, NULL);
}

void
guardian_action_net_reply (GuardianRequest *request)
{
  request->reply = cardea_message_new_reply (request->message, "net.response");
}
