/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-launch-agent.h"

#include "common/base/cardea-text.h"
#include "guardian/launch/guardian-agent-calls.h"
#include "guardian/launch/guardian-sandbox-command.h"
#include "guardian/privsep/guardian-sandbox-bounds.h"
#include "guardian/privsep/guardian-worker.h"

#include <string.h>

static CardeaJson *
describe (const GuardianLaunchPrograms *programs, const GuardianDigest *digest,
          const GuardianCgroup *cgroup)
{
  CardeaJson *layers = cardea_json_new_object ();
  g_autofree char *limits = guardian_sandbox_command_limits ();

  cardea_json_set_string (layers, "profile", "agent");
  cardea_json_set_string (layers, "seccomp", "allow-list");
  cardea_json_set_string (layers, "sha256", digest->sha256);
  cardea_json_set_string (layers, "limits", limits);
  cardea_json_set_string (layers, "cgroup",
                          cgroup != NULL ? guardian_cgroup_controls (cgroup) : "none");
  if (programs->is_test)
    {
      g_autofree char *shown
          = cardea_text_escape (programs->program, strlen (programs->program), NULL);
      cardea_json_set_string (layers, "test_program", shown);
    }
  return layers;
}

GuardianSandbox *
guardian_launch_agent_new (const GuardianLaunchAgent *agent, const GuardianSandboxHandler *handler,
                           gpointer user_data, GError **error)
{
  const GuardianLaunchPrograms *programs = agent->programs;
  static const GuardianCgroupLimits group_limits
      = { GUARDIAN_SANDBOX_BOUNDS_AGENT_PROCESSES, GUARDIAN_SANDBOX_BOUNDS_AGENT_MEMORY };
  GuardianDigest digest;

  if (!guardian_digests_get (agent->digests, programs->program, &digest, error))
    return NULL;
  const GuardianSandboxCommand command = {
    .hold = programs->hold,
    .bwrap = programs->bwrap,
    .confine = programs->confine,
    .program = programs->program,
    .helper = programs->helper,
    .digest = &digest,
    .home = agent->home,
    .landlock_limit = guardian_worker_landlock_limit (),
  };
  g_auto (GStrv) arguments = guardian_sandbox_command_build (&command);
  g_auto (GStrv) environment = guardian_sandbox_command_environment (&command);
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, agent->number);
  GuardianCgroup *cgroup
      = agent->cgroup != NULL ? guardian_cgroup_new (agent->cgroup, name, &group_limits) : NULL;
  const GuardianSandboxPlan plan = {
    .arguments = arguments,
    .environment = environment,
    .filter = agent->filter,
    .refusal = guardian_agent_calls_refusal,
    .command = -1,
    .cgroup = cgroup,
    .layers = describe (programs, &digest, cgroup),
  };
  return guardian_sandbox_new (&plan, handler, user_data, error);
}
