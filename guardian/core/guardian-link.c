/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing that arrives: the channel has checked form and direction, the dispatch table
 * knows what may come before the greeting, the handlers check the rest. Known gaps: none. */

#include "guardian/core/guardian-link.h"

#include "common/base/cardea-autofd.h"
#include "guardian/core/guardian-dispatch.h"
#include "guardian/core/guardian-link-table.h"

static void
link_free (gpointer data)
{
  GuardianLink *link = data;
  g_clear_pointer (&link->enrolment, guardian_enrolment_cancel);
  g_clear_pointer (&link->channel, cardea_channel_unref);
  g_clear_handle_id (&link->greeting_source, g_source_remove);
  guardian_identity_clear (&link->identity);
  cardea_fd_clear (&link->terminal);
  g_clear_pointer (&link->display, cardea_json_unref);
  g_free (link->program);
}

GuardianLink *
guardian_link_ref (GuardianLink *link)
{
  return g_rc_box_acquire (link);
}

void
guardian_link_unref (GuardianLink *link)
{
  g_rc_box_release_full (link, link_free);
}

void
guardian_link_close (GuardianLink *link)
{
  if (link->closed)
    return;
  g_autoptr (GuardianLink) held = guardian_link_ref (link);
  link->closed = TRUE;
  g_clear_pointer (&link->enrolment, guardian_enrolment_cancel);
  g_clear_handle_id (&link->greeting_source, g_source_remove);
  g_clear_pointer (&link->channel, cardea_channel_unref);
  guardian_link_table_remove (link->context->links, link);
}

static void
channel_message (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  g_autoptr (GuardianLink) link = guardian_link_ref (user_data);
  guardian_dispatch (link, message);
}

static void
channel_fault (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  g_autoptr (GuardianLink) link = guardian_link_ref (user_data);
  guardian_dispatch_violation (link, error->message);
}

static void
channel_closed (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  GuardianLink *link = user_data;
  if (!g_error_matches (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED))
    guardian_dispatch_violation (link, error->message);
  guardian_link_close (link);
}

/* Who goes away, is late, or comes while no certificate can be made has done nothing wrong. */
static gboolean
is_violation (const GError *error)
{
  return !g_error_matches (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED)
         && !g_error_matches (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS);
}

static void
enrolled (int fd, CardeaTls *tls, const GError *error, gpointer user_data)
{
  static const CardeaChannelHandler handler
      = { .message = channel_message, .fault = channel_fault, .closed = channel_closed };
  GuardianLink *link = user_data;

  link->enrolment = NULL;
  if (tls == NULL)
    {
      g_debug ("a link was not enrolled: %s", error->message);
      if (is_violation (error))
        guardian_dispatch_violation (link, error->message);
      guardian_link_close (link);
      return;
    }
  link->channel = cardea_channel_new (fd, CARDEA_CHANNEL_TLS_SERVER, tls, CARDEA_ROLE_CORE,
                                      link->role, &handler, link);
  cardea_channel_attach (link->channel, NULL);
}

static gboolean
greeting_late (gpointer user_data)
{
  GuardianLink *link = user_data;
  link->greeting_source = 0;
  guardian_link_close (link);
  return G_SOURCE_REMOVE;
}

GuardianLink *
guardian_link_new (GuardianContext *context, int fd, CardeaRole role, const char *name,
                   GuardianIdentity *identity, GuardianSession *session)
{
  GuardianLink *link = g_rc_box_new0 (GuardianLink);
  link->context = context;
  link->role = role;
  link->terminal = -1;
  link->session = session;
  link->identity = identity != NULL ? *identity : GUARDIAN_IDENTITY_INIT;
  if (identity != NULL)
    identity->pidfd = -1;
  link->greeting_source
      = g_timeout_add_seconds (GUARDIAN_LINK_GREETING_SECONDS, greeting_late, link);
  guardian_link_table_add (context->links, link);
  link->enrolment = guardian_enrolment_start (context, fd, role, name, enrolled, link);
  return link;
}

void
guardian_link_set_greeted (GuardianLink *link)
{
  link->greeted = TRUE;
  g_clear_handle_id (&link->greeting_source, g_source_remove);
}

/* Whoever asked gets an answer, also when the one that was meant does not fit its limits. */
static void
tell_of_loss (GuardianLink *link, const CardeaMessage *lost, const GError *error)
{
  const char *request = cardea_message_request (lost);
  if (request == NULL || cardea_message_is (lost, "refused")
      || g_error_matches (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FULL))
    return;
  g_autoptr (CardeaMessage) refusal
      = cardea_message_new_refusal (lost, "internal", "the answer is too large");
  g_autoptr (GError) again = NULL;
  if (!cardea_channel_send (link->channel, refusal, &again))
    g_warning ("nor was the refusal: %s", again->message);
}

gboolean
guardian_link_send (GuardianLink *link, CardeaMessage *message)
{
  g_autoptr (CardeaMessage) owned = message;
  g_autoptr (GError) error = NULL;

  if (link->channel == NULL)
    return FALSE;
  if (cardea_channel_send (link->channel, owned, &error))
    return TRUE;
  g_warning ("%s was not sent: %s", cardea_message_name (owned), error->message);
  tell_of_loss (link, owned, error);
  /* Whoever does not read is not told half of it: the link ends with the next dispatch. */
  if (g_error_matches (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FULL))
    cardea_channel_close (link->channel);
  return FALSE;
}

void
guardian_link_refuse (GuardianLink *link, const CardeaMessage *request, const char *code,
                      const char *reason)
{
  guardian_link_send (link, cardea_message_new_refusal (request, code, reason));
}

void
guardian_link_done (GuardianLink *link, const CardeaMessage *request)
{
  guardian_link_send (link, cardea_message_new_reply (request, "done"));
}
