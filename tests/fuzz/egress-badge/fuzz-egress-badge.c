/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-badge-key.h"
#include "guardian/egress/guardian-egress-badges.h"
#include "tests/fuzz/fuzz.h"

#define SESSION "0123456789abcdef"
#define THUMBPRINT "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

/* What a program sends to have a badge: whatever is taken goes into a message that the core takes,
 * and of its key only what RFC 7638 asks for. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *why = NULL;
  g_autoptr (CardeaMessage) message = guardian_egress_badges_read (SESSION, NULL, data, size, &why);

  g_autoptr (CardeaMessage) certified
      = guardian_egress_badges_read (SESSION, THUMBPRINT, data, size, &why);
  if (certified != NULL)
    {
      cardea_message_set_session (certified, SESSION);
      cardea_message_set_string (certified, "id", "badge-1");
      FUZZ_CHECK (cardea_message_check (certified, CARDEA_ROLE_EGRESS, CARDEA_ROLE_CORE, NULL));
    }
  if (message == NULL)
    {
      FUZZ_CHECK (why != NULL);
      return 0;
    }
  cardea_message_set_session (message, SESSION);
  cardea_message_set_string (message, "id", "badge-1");
  FUZZ_CHECK (cardea_message_check (message, CARDEA_ROLE_EGRESS, CARDEA_ROLE_CORE, NULL));
  g_autoptr (CardeaJson) key = guardian_badge_key_read (cardea_message_get_json (message, "key"));
  g_autofree char *thumbprint = key != NULL ? guardian_badge_key_thumbprint (key) : NULL;
  FUZZ_CHECK (key == NULL || strlen (thumbprint) == 43);
  return 0;
}
