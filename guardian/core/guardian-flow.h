/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What a session took in and let out, for every later decision (architecture.md §6, information
 * flow). The labels of what it read are a GuardianLabelSet of their own. One a session; zeros are a
 * fresh one. */

#define GUARDIAN_FLOW_RECENT 8u

typedef struct {
  gboolean untrusted; /* words of strangers reached it: a page, whatever a program was sent */
  guint pages;        /* that reached the agent */
  gint64 sent;        /* bytes that left */
  CardeaJson *recent; /* [{action, host|path}], the newest last; NULL: none */
} GuardianFlow;

/* Something from a host that strangers may write to has reached it. page: the agent itself. */
void guardian_flow_take_in (GuardianFlow *flow, gboolean page);
void guardian_flow_let_out (GuardianFlow *flow, gint64 bytes);
/* What was done last. host or path; the other is NULL. */
void guardian_flow_note (GuardianFlow *flow, const char *action, const char *host,
                         const char *path);
/* Sets untrusted_input, bytes_out and, for what could leave, recent. */
void guardian_flow_describe (const GuardianFlow *flow, gboolean leaves, CardeaJson *session);
void guardian_flow_clear (GuardianFlow *flow);
