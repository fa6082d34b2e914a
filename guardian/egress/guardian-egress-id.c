/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-id.h"

#include <string.h>

void
guardian_egress_id_set (CardeaMessage *message, const char *prefix, guint64 id)
{
  g_autofree char *text = g_strdup_printf ("%s%" G_GUINT64_FORMAT, prefix, id);
  cardea_message_set_string (message, "id", text);
}

gboolean
guardian_egress_id_read (const CardeaMessage *answer, const char *prefix, guint64 *ret_id)
{
  const char *text = cardea_message_get_string (answer, "id");

  *ret_id = 0;
  if (text == NULL || !g_str_has_prefix (text, prefix))
    return FALSE;
  if (!g_ascii_string_to_unsigned (text + strlen (prefix), 10, 1, G_MAXUINT64, ret_id, NULL))
    *ret_id = 0;
  return TRUE;
}

void
guardian_egress_id_cancel (const GuardianEgressContext *context, const char *session,
                           const char *prefix, guint64 id)
{
  CardeaMessage *message = cardea_message_new ("egress.cancel");

  cardea_message_set_session (message, session);
  guardian_egress_id_set (message, prefix, id);
  context->send (message, context->user_data);
}
