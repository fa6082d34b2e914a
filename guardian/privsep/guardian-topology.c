/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-topology.h"

/* Everything passes the core: no worker knows another, and no stranger reaches a worker. */
static const GuardianLink links[] = {
  { CARDEA_ROLE_CORE, CARDEA_ROLE_FRONT, TRUE, "accepted on the socket in the runtime folder" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_CONSENT, TRUE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT, TRUE, "pair made by launch, inherited by the agent" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_FILES, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_CHANGE, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_VIEW, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_KEYS, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_LAUNCH, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_EGRESS, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_SCAN, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_BUNDLE, FALSE, "pair made by the starter" },
  { CARDEA_ROLE_CORE, CARDEA_ROLE_PICTURE, FALSE, "pair made by the starter" },
};

const GuardianLink *
guardian_topology_links (gsize *ret_count)
{
  *ret_count = G_N_ELEMENTS (links);
  return links;
}

const GuardianLink *
guardian_topology_link (CardeaRole one, CardeaRole other)
{
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    if ((links[i].one == one && links[i].other == other)
        || (links[i].one == other && links[i].other == one))
      return &links[i];
  return NULL;
}
