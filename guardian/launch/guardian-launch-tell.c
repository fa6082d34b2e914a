/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-launch-tell.h"

#include "common/base/cardea-text.h"

CardeaMessage *
guardian_launch_tell_started (GuardianSandbox *sandbox, const CardeaMessage *start)
{
  gboolean agent = cardea_message_is (start, "launch.start");
  CardeaMessage *reply
      = cardea_message_new_reply (start, agent ? "launch.started" : "launch.running");
  CardeaJson *layers = guardian_sandbox_layers (sandbox);

  cardea_message_set_string (reply, "sandbox", guardian_sandbox_id (sandbox));
  cardea_message_set_int (reply, "pid", guardian_sandbox_pid (sandbox));
  cardea_message_set_fd (reply, "process", guardian_sandbox_take_process (sandbox));
  if (agent)
    cardea_message_set_fd (reply, "channel", guardian_sandbox_take_channel (sandbox));
  cardea_message_set_string (reply, "sha256", cardea_json_get_string (layers, "sha256"));
  cardea_message_set_json (reply, "layers", cardea_json_copy (layers));
  return reply;
}

CardeaMessage *
guardian_launch_tell_violation (const GuardianSandbox *sandbox, const char *call, guint count,
                                pid_t pid)
{
  CardeaMessage *event = cardea_message_new ("launch.violation");

  cardea_message_set_string (event, "sandbox", guardian_sandbox_id (sandbox));
  cardea_message_set_string (event, "syscall", call);
  cardea_message_set_int (event, "count", count);
  cardea_message_set_int (event, "pid", pid);
  return event;
}

CardeaMessage *
guardian_launch_tell_exited (const GuardianSandbox *sandbox, const char *reason)
{
  CardeaMessage *event = cardea_message_new ("launch.exited");
  int status = guardian_sandbox_status (sandbox);

  cardea_message_set_string (event, "sandbox", guardian_sandbox_id (sandbox));
  if (status > 128 && status <= 128 + 64)
    cardea_message_set_int (event, "signal", status - 128);
  else
    cardea_message_set_int (event, "status", status);
  if (reason != NULL)
    {
      g_autofree char *line = cardea_text_shorten (reason, GUARDIAN_LAUNCH_TELL_REASON);
      cardea_message_set_string (event, "reason", line);
    }
  return event;
}
