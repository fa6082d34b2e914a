/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link: what the key encrypts is the front end's own, and every program of
 * this user could read it before it was encrypted. Refuses a key while the master key cannot be
 * had. The key goes through the core without being read. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-front-errand.h"
#include "guardian/core/guardian-keyring.h"

static void
derived (CardeaMessage *reply, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;

  if (reply == NULL || !cardea_message_is (reply, "keys.derived"))
    guardian_link_refuse (errand->link, errand->message, "unavailable",
                          "the keys cannot be had at the moment");
  else
    {
      CardeaMessage *answer = cardea_message_new_reply (errand->message, "storage.opened");
      cardea_message_move_fd (answer, "key", reply, "key");
      cardea_message_set_boolean (answer, "sealed",
                                  guardian_keyring_sealed (errand->link->context->keyring));
      guardian_link_send (errand->link, answer);
    }
  guardian_front_errand_free (errand);
}

static void
keys_opened (const char *code, const char *reason, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  const char *purpose = cardea_message_get_string (errand->message, "purpose");

  if (code != NULL)
    {
      guardian_link_refuse (errand->link, errand->message, code, reason);
      guardian_front_errand_free (errand);
      return;
    }
  if (guardian_keyring_derive (errand->link->context->keyring, purpose, derived, errand) == 0)
    derived (NULL, errand);
}

void
guardian_front_storage_key (GuardianLink *link, CardeaMessage *message)
{
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);

  guardian_keyring_open (link->context->keyring, keys_opened, errand);
}
