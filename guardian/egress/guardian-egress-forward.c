/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-visitor.h"

void
guardian_egress_forward_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message)
{
  guardian_egress_visitor_refuse (message, SOUP_STATUS_NOT_IMPLEMENTED, "unsuitable",
                                  "only tunnels lead out: use https");
}
