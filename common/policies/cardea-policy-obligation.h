/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/limits/cardea-host-limits.h"
#include "common/policies/cardea-policy-set.h"

/* An obligation is kept to, or what it was tied to is refused: answer becomes a refusal when
 *   redact         anything is to be left out of what is neither a file being read nor a request;
 *                  of those answer says so (redact) and whoever hands it over leaves it out;
 *   placeholder    the same of requests, with placeholders that are exchanged in the answer;
 *   reauthenticate a person is to prove who they are (that takes system mode);
 *   max_bytes      input's resource is larger, or nobody can say how large it is: resource.bytes
 *                  (what would be written), else resource.size, 64-bit text; of a folder's content
 *                  nobody can;
 *   uses           with "allow": uses are counted of a person's answers only;
 *   limits         of anything but a host; of a host answer says them (limits), for whoever sends
 *                  it. A request that is beyond their methods or paths is asked about.
 * ttl, and uses with "ask", bound how an answer may be remembered; whoever asks keeps to them. */
void cardea_policy_obligation_apply (CardeaPolicyAnswer *answer, gboolean redact,
                                     const CardeaHostLimits *limits, const CardeaJson *input);
