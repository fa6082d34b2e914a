/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-launch-probes.h"

#include "guardian/launch/guardian-launch-programs.h"
#include "guardian/launch/guardian-probe.h"
#include "guardian/privsep/guardian-worker.h"

#define LIMIT_PROBES 4

struct _GuardianLaunchProbes {
  GPtrArray *all; /* Probe */
  GuardianLaunchProbesAnswer answer;
  gpointer user_data;
};

typedef struct {
  GuardianLaunchProbes *probes;
  GuardianProbe *probe;
  CardeaMessage *request;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_clear_pointer (&probe->probe, guardian_probe_free);
  cardea_message_unref (probe->request);
  g_free (probe);
}

GuardianLaunchProbes *
guardian_launch_probes_new (GuardianLaunchProbesAnswer answer, gpointer user_data)
{
  GuardianLaunchProbes *probes = g_new0 (GuardianLaunchProbes, 1);

  probes->all = g_ptr_array_new_with_free_func (probe_free);
  probes->answer = answer;
  probes->user_data = user_data;
  return probes;
}

void
guardian_launch_probes_free (GuardianLaunchProbes *probes)
{
  g_ptr_array_unref (probes->all);
  g_free (probes);
}

static void
refuse (GuardianLaunchProbes *probes, const CardeaMessage *request, const char *code,
        const char *reason)
{
  probes->answer (cardea_message_new_refusal (request, code, reason), probes->user_data);
}

static void
probed_cb (CardeaJson *report, gpointer user_data)
{
  Probe *probe = user_data;
  GuardianLaunchProbes *probes = probe->probes;

  if (report != NULL)
    {
      CardeaMessage *reply = cardea_message_new_reply (probe->request, "launch.probed");
      cardea_message_set_json (reply, "report", cardea_json_ref (report));
      probes->answer (reply, probes->user_data);
    }
  else
    refuse (probes, probe->request, "unavailable", "the machine could not be probed");
  g_ptr_array_remove_fast (probes->all, probe);
}

void
guardian_launch_probes_begin (GuardianLaunchProbes *probes, CardeaMessage *request)
{
  if (probes->all->len >= LIMIT_PROBES)
    {
      refuse (probes, request, "busy", "the machine is being probed already");
      return;
    }
  Probe *probe = g_new0 (Probe, 1);
  probe->probes = probes;
  probe->request = cardea_message_ref (request);
  probe->probe = guardian_probe_new (guardian_launch_programs_bwrap (),
                                     guardian_worker_landlock_limit (), probed_cb, probe);
  if (probe->probe == NULL)
    {
      refuse (probes, request, "unavailable", "no process can be started");
      probe_free (probe);
      return;
    }
  g_ptr_array_add (probes->all, probe);
}
