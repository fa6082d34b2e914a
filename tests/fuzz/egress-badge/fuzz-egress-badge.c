/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-descriptor.h"
#include "guardian/core/guardian-badge-key.h"
#include "guardian/egress/guardian-egress-badges.h"
#include "tests/fuzz/fuzz.h"

#define SESSION "0123456789abcdef"

/* What a program sends to have a badge: whatever is taken goes into a message that the core takes,
 * and of its key only what RFC 7638 asks for. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *why = NULL;
  g_autoptr (CardeaMessage) message = guardian_egress_badges_read (SESSION, data, size, &why);

  if (message == NULL)
    {
      FUZZ_CHECK (why != NULL);
      return 0;
    }
  /* All but the descriptor, which is missing: that is what is said about it. */
  g_autoptr (GError) error = NULL;
  cardea_message_set_session (message, SESSION);
  cardea_message_set_string (message, "id", "badge-1");
  FUZZ_CHECK (!cardea_message_check (message, CARDEA_ROLE_EGRESS, CARDEA_ROLE_CORE, &error)
              && strstr (error->message, "process") != NULL);
  g_autoptr (CardeaJson) key = guardian_badge_key_read (cardea_message_get_json (message, "key"));
  g_autofree char *thumbprint = key != NULL ? guardian_badge_key_thumbprint (key) : NULL;
  FUZZ_CHECK (key == NULL || strlen (thumbprint) == 43);
  return 0;
}
