/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the keys worker to certify; of the peer only that it holds the key it sends. The role is
 * what the link was made for, never what the peer says. */

#include "guardian/core/guardian-enrolment.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-enrol.h"
#include "guardian/core/guardian-keyring.h"

#define CERTIFY_TIMEOUT_MS 4000u

struct _GuardianEnrolment {
  GuardianContext *context;
  GuardianKeyring *keyring;
  int fd;
  CardeaRole role;
  char *name;
  CardeaEnrol *enrol;
  GBytes *spki;
  guint call;
  GuardianEnrolmentDone done;
  gpointer user_data;
};

static const struct {
  CardeaRole role;
  const char *name;
} role_names[] = {
  { CARDEA_ROLE_FRONT, "front" },
  { CARDEA_ROLE_CONSENT, "consent" },
  { CARDEA_ROLE_AGENT, "agent" },
};

static const char *
role_name (CardeaRole role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (role_names); i++)
    if (role_names[i].role == role)
      return role_names[i].name;
  return "none"; /* the keys worker refuses it */
}

void
guardian_enrolment_cancel (GuardianEnrolment *enrolment)
{
  if (enrolment == NULL)
    return;
  guardian_workers_cancel (enrolment->context->workers, enrolment->call);
  guardian_keyring_forget (enrolment->keyring, enrolment);
  g_clear_pointer (&enrolment->enrol, cardea_enrol_cancel);
  g_clear_pointer (&enrolment->spki, g_bytes_unref);
  cardea_fd_clear (&enrolment->fd);
  g_free (enrolment->name);
  g_free (enrolment);
}

static void
fail (GuardianEnrolment *enrolment, const GError *error)
{
  enrolment->done (-1, NULL, error, enrolment->user_data);
  guardian_enrolment_cancel (enrolment);
}

static void
refuse (GuardianEnrolment *enrolment, const char *reason)
{
  g_autoptr (GError) error
      = g_error_new_literal (CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS, reason);
  cardea_enrol_refuse (enrolment->enrol, "unavailable", reason);
  fail (enrolment, error);
}

static void
certified (CardeaMessage *reply, gpointer user_data)
{
  GuardianEnrolment *enrolment = user_data;
  GBytes *authority = guardian_keyring_authority (enrolment->keyring);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) certificate = reply != NULL && cardea_message_is (reply, "keys.certified")
                                       ? cardea_message_get_bytes (reply, "certificate")
                                       : NULL;

  enrolment->call = 0;
  if (certificate == NULL || authority == NULL)
    {
      refuse (enrolment, "no certificate can be made at the moment");
      return;
    }
  if (!cardea_enrol_answer (enrolment->enrol, certificate, authority, &error))
    {
      fail (enrolment, error);
      return;
    }
  g_clear_pointer (&enrolment->enrol, cardea_enrol_cancel);
  enrolment->done (cardea_fd_steal (&enrolment->fd), guardian_keyring_tls (enrolment->keyring),
                   NULL, enrolment->user_data);
  guardian_enrolment_cancel (enrolment);
}

static void
certify (GuardianEnrolment *enrolment)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (enrolment->spki, &size);
  CardeaMessage *message = cardea_message_new ("keys.certify");

  cardea_message_set_bytes (message, "spki", bytes, size);
  cardea_message_set_string (message, "role", role_name (enrolment->role));
  cardea_message_set_string (message, "name", enrolment->name);
  enrolment->call = guardian_workers_call (enrolment->context->workers, GUARDIAN_WORKER_KEYS,
                                           message, CERTIFY_TIMEOUT_MS, certified, enrolment);
  if (enrolment->call == 0)
    refuse (enrolment, "no certificate can be made at the moment");
}

static void
keyring_ready (gboolean ok, gpointer user_data)
{
  if (ok)
    certify (user_data);
  else
    refuse (user_data, "no certificate can be made at the moment");
}

static void
asked (CardeaEnrol *enrol, GBytes *spki, gpointer user_data)
{
  GuardianEnrolment *enrolment = user_data;
  enrolment->spki = g_bytes_ref (spki);
  if (guardian_keyring_tls (enrolment->keyring) != NULL)
    certify (enrolment);
  else
    guardian_keyring_when_ready (enrolment->keyring, keyring_ready, enrolment);
}

static void
failed (CardeaEnrol *enrol, const GError *error, gpointer user_data)
{
  fail (user_data, error);
}

GuardianEnrolment *
guardian_enrolment_start (GuardianContext *context, int fd, CardeaRole role, const char *name,
                          GuardianEnrolmentDone done, gpointer user_data)
{
  static const CardeaEnrolHandler handler = { .asked = asked, .failed = failed };
  GuardianEnrolment *enrolment = g_new0 (GuardianEnrolment, 1);

  enrolment->context = context;
  enrolment->keyring = context->keyring;
  enrolment->fd = fd;
  enrolment->role = role;
  enrolment->name = g_strdup (name);
  enrolment->done = done;
  enrolment->user_data = user_data;
  enrolment->enrol = cardea_enrol_serve (fd, &handler, enrolment);
  return enrolment;
}
