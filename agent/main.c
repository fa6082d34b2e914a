/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/conversation/agent-conversation.h"
#include "common/base/cardea-log.h"
#include "common/crypto/cardea-sparing.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>

#define CHANNEL_FD 3 /* the one door, architecture.md §9 */

int
main (void)
{
  g_autoptr (GError) error = NULL;
  cardea_sparing_init ();
  setlocale (LC_CTYPE, "C.UTF-8");
  cardea_log_init ("cardea-agent");
  signal (SIGPIPE, SIG_IGN);
  if (fcntl (CHANNEL_FD, F_SETFD, FD_CLOEXEC) != 0)
    {
      g_printerr ("cardea-agent is started by the guardian, not by hand.\n");
      return 2;
    }

  g_autoptr (CardeaClient) client
      = cardea_client_adopt (CHANNEL_FD, CARDEA_ROLE_AGENT, NULL, &error);
  if (client == NULL)
    {
      g_warning ("%s", error->message);
      return 1;
    }
  g_autoptr (AgentConversation) conversation = agent_conversation_new (client);
  if (!agent_conversation_run (conversation, &error))
    {
      g_warning ("%s", error->message);
      return 1;
    }
  return 0;
}
