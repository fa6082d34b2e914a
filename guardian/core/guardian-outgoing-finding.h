/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-scan-check.h"

/* From what the scan worker says to what policy, people and records are told. */

/* The body of a request, as it came; without a payload: the text that its message has. */
typedef struct {
  const char *bytes;
  gsize size;
  gboolean mapped;
} GuardianOutgoingBody;

/* Where it goes; NULL: to no host. Borrowed. */
const char *guardian_outgoing_finding_host (const GuardianRequest *request);

/* FALSE: it cannot be read. */
gboolean guardian_outgoing_body_map (GuardianOutgoingBody *ret_body,
                                     const GuardianRequest *request) G_GNUC_WARN_UNUSED_RESULT;
void guardian_outgoing_body_clear (GuardianOutgoingBody *body);

/* What stands before the body: URL and headers; nothing where it goes to no host. */
GString *guardian_outgoing_finding_head (const GuardianRequest *request);

/* Sets request->outgoing, where anything was found in head and body. */
void guardian_outgoing_finding_take (GuardianRequest *request, const GuardianScanVerdict *verdict);
/* Nobody looked at it: the same with nothing found but that. */
void guardian_outgoing_finding_unseen (GuardianRequest *request, const char *why);
