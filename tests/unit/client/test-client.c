/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The client against a guardian of the test's own: the real enrolment, TLS and channel on both
 * ends of a pair, and one named way of misbehaving at a time. */

#include "common/base/cardea-autofd.h"
#include "common/client/cardea-caller.h"
#include "common/client/cardea-client.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-enrol.h"
#include "common/protocol/cardea-tls.h"

#include <sys/socket.h>

typedef enum {
  HONEST,
  REFUSES,
  SILENT,           /* never answers */
  CLOSES,           /* ends the link when asked */
  BACKWARDS,        /* answers two requests in the other order */
  ANSWERS_STRANGER, /* answers a request that was never made, then the real one */
  REFUSES_ENROLMENT,
} Manner;

typedef struct {
  Manner manner;
  CardeaAuthority *authority;
  CardeaKey *key;
  CardeaEnrol *enrol;
  CardeaChannel *channel;
  int fd;
  CardeaMessage *kept;
  CardeaClient *client;
  guint n_events, n_closed;
} Fixture;

static void
reply (Fixture *f, CardeaMessage *request)
{
  g_autoptr (CardeaMessage) answer = cardea_message_new_reply (request, "session.listed");
  cardea_message_set_json (answer, "sessions", cardea_json_new_array ());
  g_assert_true (cardea_channel_send (f->channel, answer, NULL));
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *request, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (CardeaMessage) other = NULL;

  switch (f->manner)
    {
    case HONEST:
      reply (f, request);
      break;
    case REFUSES:
      other = cardea_message_new_refusal (request, "denied", "not today");
      g_assert_true (cardea_channel_send (channel, other, NULL));
      break;
    case CLOSES:
      cardea_channel_close (channel);
      break;
    case BACKWARDS:
      if (f->kept == NULL)
        {
          f->kept = cardea_message_ref (request);
          break;
        }
      reply (f, request);
      reply (f, f->kept);
      g_clear_pointer (&f->kept, cardea_message_unref);
      break;
    case ANSWERS_STRANGER:
      other = cardea_message_new ("session.listed");
      cardea_message_set_request (other, "nobody-asked");
      cardea_message_set_json (other, "sessions", cardea_json_new_array ());
      g_assert_true (cardea_channel_send (channel, other, NULL));
      reply (f, request);
      break;
    default:
      break;
    }
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  g_test_message ("the channel ended: %s", error->message);
}

static void
asked_cb (CardeaEnrol *enrol, GBytes *spki, gpointer user_data)
{
  static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };
  Fixture *f = user_data;
  g_autoptr (GBytes) own = cardea_key_spki (f->key, NULL);
  g_autoptr (GBytes) chain = cardea_authority_issue (f->authority, g_bytes_get_data (own, NULL),
                                                     g_bytes_get_size (own), "guardian", "g", NULL);
  g_autoptr (GBytes) theirs = cardea_authority_issue (f->authority, g_bytes_get_data (spki, NULL),
                                                      g_bytes_get_size (spki), "front", "f", NULL);
  g_autoptr (GBytes) root = cardea_authority_certificate (f->authority);

  if (f->manner == REFUSES_ENROLMENT)
    cardea_enrol_refuse (enrol, "denied", "no more front ends");
  else
    g_assert_true (cardea_enrol_answer (enrol, theirs, root, NULL));
  g_clear_pointer (&f->enrol, cardea_enrol_cancel);
  if (f->manner == REFUSES_ENROLMENT)
    {
      cardea_fd_clear (&f->fd);
      return;
    }
  g_autoptr (CardeaTls) tls = cardea_tls_new (f->key, chain, root, NULL);
  f->channel = cardea_channel_new (cardea_fd_steal (&f->fd), CARDEA_CHANNEL_TLS_SERVER, tls,
                                   CARDEA_ROLE_CORE, CARDEA_ROLE_FRONT, &handler, f);
  cardea_channel_attach (f->channel, NULL);
}

static void
failed_cb (CardeaEnrol *enrol, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
}

static void
count_event_cb (CardeaClient *client, CardeaMessage *message, Fixture *f)
{
  g_assert_true (cardea_message_is (message, "session.ended"));
  f->n_events++;
}

static void
count_closed_cb (CardeaClient *client, GError *error, Fixture *f)
{
  g_assert_nonnull (error);
  f->n_closed++;
}

/* The client's end of the pair. */
static int
begin_guardian (Fixture *f, Manner manner)
{
  static const CardeaEnrolHandler handler = { asked_cb, failed_cb };
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), ==,
                   0);
  f->manner = manner;
  f->authority = cardea_authority_new (NULL);
  f->key = cardea_key_new (NULL);
  f->fd = pair[0];
  f->enrol = cardea_enrol_serve (pair[0], &handler, f);
  return pair[1];
}

static void
begin (Fixture *f, Manner manner)
{
  g_autoptr (GError) error = NULL;

  f->client = cardea_client_adopt (begin_guardian (f, manner), CARDEA_ROLE_FRONT, NULL, &error);
  if (manner == REFUSES_ENROLMENT)
    {
      g_assert_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN);
      g_assert_null (f->client);
      return;
    }
  g_assert_no_error (error);
  g_signal_connect (f->client, "message", G_CALLBACK (count_event_cb), f);
  g_signal_connect (f->client, "closed", G_CALLBACK (count_closed_cb), f);
}

static void
end (Fixture *f)
{
  if (f->client != NULL)
    g_assert_finalize_object (f->client);
  if (f->channel != NULL)
    cardea_channel_close (f->channel);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_pointer (&f->kept, cardea_message_unref);
  g_clear_pointer (&f->channel, cardea_channel_unref);
  g_clear_pointer (&f->enrol, cardea_enrol_cancel);
  cardea_fd_clear (&f->fd);
  cardea_key_free (f->key);
  cardea_authority_free (f->authority);
}

static CardeaMessage *
question (void)
{
  return cardea_message_new ("session.list");
}

static void
test_answer (void)
{
  Fixture f = { .fd = -1 };
  begin (&f, HONEST);
  for (int i = 0; i < 100; i++)
    {
      g_autoptr (CardeaMessage) request = question ();
      g_autoptr (CardeaMessage) answer = cardea_client_call (f.client, request, NULL, NULL);
      g_assert_true (cardea_message_is (answer, "session.listed"));
      g_assert_cmpstr (cardea_message_request (answer), ==, cardea_message_request (request));
    }
  end (&f);
}

static void
test_refusal_is_an_answer (void)
{
  Fixture f = { .fd = -1 };
  g_autoptr (GError) error = NULL;
  begin (&f, REFUSES);
  g_autoptr (CardeaMessage) request = question ();
  g_autoptr (CardeaMessage) answer = cardea_client_call (f.client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (cardea_message_is (answer, "refused"));
  g_assert_cmpstr (cardea_message_get_string (answer, "reason"), ==, "not today");
  end (&f);
}

static void
test_closed_while_waiting (void)
{
  Fixture f = { .fd = -1 };
  g_autoptr (GError) error = NULL;
  begin (&f, CLOSES);
  g_autoptr (CardeaMessage) request = question ();
  g_assert_null (cardea_client_call (f.client, request, NULL, &error));
  g_assert_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST);
  g_assert_cmpuint (f.n_closed, ==, 1);
  g_assert_false (cardea_client_is_connected (f.client));

  g_clear_error (&error);
  g_autoptr (CardeaMessage) again = question ();
  g_assert_null (cardea_client_call (f.client, again, NULL, &error));
  g_assert_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST);
  end (&f);
}

static void
keep_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(CardeaMessage **) user_data = cardea_client_call_finish (CARDEA_CLIENT (source), result, NULL);
}

static void
test_order_does_not_matter (void)
{
  Fixture f = { .fd = -1 };
  g_autoptr (CardeaMessage) first = NULL, second = NULL;
  begin (&f, BACKWARDS);
  g_autoptr (CardeaMessage) a = question ();
  g_autoptr (CardeaMessage) b = question ();
  cardea_client_call_async (f.client, a, NULL, keep_cb, &first);
  cardea_client_call_async (f.client, b, NULL, keep_cb, &second);
  while (first == NULL || second == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (cardea_message_request (first), ==, cardea_message_request (a));
  g_assert_cmpstr (cardea_message_request (second), ==, cardea_message_request (b));
  end (&f);
}

static void
test_stray_answer_is_no_event (void)
{
  Fixture f = { .fd = -1 };
  begin (&f, ANSWERS_STRANGER);
  g_autoptr (CardeaMessage) request = question ();
  g_autoptr (CardeaMessage) answer = cardea_client_call (f.client, request, NULL, NULL);
  g_assert_true (cardea_message_is (answer, "session.listed"));
  g_assert_cmpuint (f.n_events, ==, 0);
  end (&f);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancelling_stops_waiting (void)
{
  Fixture f = { .fd = -1 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  begin (&f, SILENT);
  g_autoptr (CardeaMessage) request = question ();
  g_idle_add (cancel_cb, cancellable);
  g_assert_null (cardea_client_call (f.client, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (cardea_client_is_connected (f.client));
  end (&f);
}

static void
test_events (void)
{
  Fixture f = { .fd = -1 };
  begin (&f, HONEST);
  g_autoptr (CardeaMessage) event = cardea_message_new ("session.ended");
  cardea_message_set_string (event, "reason", "because");
  g_assert_true (cardea_channel_send (f.channel, event, NULL));
  while (f.n_events == 0)
    g_main_context_iteration (NULL, TRUE);
  end (&f);
}

static void
drop_client_cb (CardeaClient *client, CardeaMessage *message, Fixture *f)
{
  g_clear_object (&f->client);
}

/* A window drops its client when it hears that the session ended: from inside that very news, with
 * more of it behind. */
static void
test_dropped_in_its_own_event (void)
{
  Fixture f = { .fd = -1 };
  begin (&f, HONEST);
  g_signal_connect (f.client, "message", G_CALLBACK (drop_client_cb), &f);
  for (int i = 0; i < 3; i++)
    {
      g_autoptr (CardeaMessage) event = cardea_message_new ("session.ended");
      cardea_message_set_string (event, "reason", "because");
      g_assert_true (cardea_channel_send (f.channel, event, NULL));
    }
  while (f.client != NULL)
    g_main_context_iteration (NULL, TRUE);
  while (cardea_channel_is_open (f.channel))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f.n_events, ==, 1);
  end (&f);
}

static void
test_refused_enrolment (void)
{
  Fixture f = { .fd = -1 };
  begin (&f, REFUSES_ENROLMENT);
  end (&f);
}

/* --- the same without GIO --- */

typedef struct {
  CardeaCaller *caller;
  gboolean connected, freed_early;
  guint n_answers, n_lost, n_closed;
} Plain;

static void
plain_connected_cb (CardeaCaller *caller, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ((Plain *) user_data)->connected = TRUE;
}

static void
plain_message_cb (CardeaCaller *caller, CardeaMessage *message, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
plain_closed_cb (CardeaCaller *caller, const GError *error, gpointer user_data)
{
  ((Plain *) user_data)->n_closed++;
}

static void
plain_answer_cb (CardeaMessage *answer, const GError *error, gpointer user_data)
{
  Plain *plain = user_data;

  g_assert_true ((answer == NULL) != (error == NULL));
  if (error != NULL)
    g_assert_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST);
  plain->n_answers += answer != NULL;
  plain->n_lost += error != NULL;
  if (plain->freed_early)
    g_clear_pointer (&plain->caller, cardea_caller_free);
}

static void
plain_call (Plain *plain)
{
  g_autoptr (CardeaMessage) request = question ();
  g_autoptr (GError) error = NULL;
  g_assert_true (cardea_caller_call (plain->caller, request, plain_answer_cb, plain, &error));
  g_assert_no_error (error);
}

static void
plain_begin (Fixture *f, Plain *plain, Manner manner)
{
  static const CardeaCallerHandler handler
      = { plain_connected_cb, plain_message_cb, plain_closed_cb };
  plain->caller
      = cardea_caller_adopt (begin_guardian (f, manner), CARDEA_ROLE_FRONT, &handler, plain);
  while (!plain->connected)
    g_main_context_iteration (NULL, TRUE);
}

/* Of several answers that wait in the socket, and of several calls that fail at once, the first may
 * be the end. */
static void
test_freed_in_its_answer (gconstpointer data)
{
  Fixture f = { .fd = -1 };
  Plain plain = { .freed_early = TRUE };
  Manner manner = (Manner) GPOINTER_TO_INT (data);

  plain_begin (&f, &plain, manner);
  for (int i = 0; i < 3; i++)
    plain_call (&plain);
  while (plain.caller != NULL)
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (plain.n_answers + plain.n_lost, ==, 1);
  g_assert_cmpuint (plain.n_closed, ==, 0);
  end (&f);
}

static void
test_all_are_told (void)
{
  Fixture f = { .fd = -1 };
  Plain plain = { .freed_early = FALSE };

  plain_begin (&f, &plain, SILENT);
  for (int i = 0; i < 3; i++)
    plain_call (&plain);
  g_autoptr (CardeaMessage) forgotten = question ();
  g_assert_true (cardea_caller_call (plain.caller, forgotten, plain_answer_cb, &plain, NULL));
  g_assert_true (cardea_caller_forget (plain.caller, cardea_message_request (forgotten)));
  g_assert_false (cardea_caller_forget (plain.caller, cardea_message_request (forgotten)));
  cardea_channel_close (f.channel);
  while (plain.n_closed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (plain.n_lost, ==, 3);
  g_assert_cmpuint (plain.n_answers, ==, 0);
  g_assert_false (cardea_caller_is_connected (plain.caller));
  cardea_caller_free (plain.caller);
  end (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/answer", test_answer);
  g_test_add_func ("/client/refusal-is-an-answer", test_refusal_is_an_answer);
  g_test_add_func ("/client/closed-while-waiting", test_closed_while_waiting);
  g_test_add_func ("/client/order-does-not-matter", test_order_does_not_matter);
  g_test_add_func ("/client/stray-answer-is-no-event", test_stray_answer_is_no_event);
  g_test_add_func ("/client/cancelling-stops-waiting", test_cancelling_stops_waiting);
  g_test_add_func ("/client/events", test_events);
  g_test_add_func ("/client/dropped-in-its-own-event", test_dropped_in_its_own_event);
  g_test_add_func ("/client/refused-enrolment", test_refused_enrolment);
  g_test_add_data_func ("/client/freed-in-its-answer/answered", GINT_TO_POINTER (HONEST),
                        test_freed_in_its_answer);
  g_test_add_data_func ("/client/freed-in-its-answer/closed", GINT_TO_POINTER (CLOSES),
                        test_freed_in_its_answer);
  g_test_add_func ("/client/all-are-told", test_all_are_told);
  return g_test_run ();
}
