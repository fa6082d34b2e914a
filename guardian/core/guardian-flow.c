/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-flow.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define EXACT_LIMIT (G_GINT64_CONSTANT (1) << 53) /* what a JSON number holds exactly */

void
guardian_flow_take_in (GuardianFlow *flow, gboolean page)
{
  flow->untrusted = TRUE;
  flow->pages = MIN (flow->pages + (page ? 1 : 0), (guint) G_MAXINT32);
}

void
guardian_flow_let_out (GuardianFlow *flow, gint64 bytes)
{
  flow->sent += CLAMP (bytes, 0, G_MAXINT64 - flow->sent);
}

void
guardian_flow_note (GuardianFlow *flow, const char *action, const char *host, const char *path)
{
  guint size = flow->recent != NULL ? cardea_json_size (flow->recent) : 0;
  CardeaJson *recent = cardea_json_new_array ();
  CardeaJson *item = cardea_json_new_object ();

  cardea_json_set_string (item, "action", action);
  if (host != NULL)
    cardea_json_set_string (item, "host", host);
  if (path != NULL)
    cardea_path_json_set (item, "path", path);
  for (guint i = size >= GUARDIAN_FLOW_RECENT ? 1 : 0; i < size; i++)
    cardea_json_append (recent, cardea_json_ref (cardea_json_nth (flow->recent, i)));
  cardea_json_append (recent, item);
  g_clear_pointer (&flow->recent, cardea_json_unref);
  flow->recent = recent;
}

void
guardian_flow_describe (const GuardianFlow *flow, gboolean leaves, CardeaJson *session)
{
  cardea_json_set_boolean (session, "untrusted_input", flow->untrusted);
  if (!leaves)
    return;
  cardea_json_set_int (session, "bytes_out", MIN (flow->sent, EXACT_LIMIT));
  cardea_json_set (session, "recent",
                   flow->recent != NULL ? cardea_json_ref (flow->recent)
                                        : cardea_json_new_array ());
}

void
guardian_flow_clear (GuardianFlow *flow)
{
  g_clear_pointer (&flow->recent, cardea_json_unref);
  memset (flow, 0, sizeof *flow);
}
