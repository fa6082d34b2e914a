/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-enrol.h"
#include "common/protocol/cardea-frame.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

typedef struct {
  CardeaAuthority *authority;
  int server_fd, client_fd;
  CardeaEnrol *server, *client;
  GBytes *spki;
  CardeaTls *tls;
  GError *server_error, *client_error;
  gboolean client_done;
} Fixture;

static void
asked_cb (CardeaEnrol *enrol, GBytes *spki, gpointer data)
{
  Fixture *fixture = data;
  g_assert_null (fixture->spki);
  fixture->spki = g_bytes_ref (spki);
}

static void
failed_cb (CardeaEnrol *enrol, const GError *error, gpointer data)
{
  Fixture *fixture = data;
  g_assert_null (fixture->server_error);
  fixture->server_error = g_error_copy (error);
  g_clear_pointer (&fixture->server, cardea_enrol_cancel);
}

static void
done_cb (CardeaTls *tls, const GError *error, gpointer data)
{
  Fixture *fixture = data;
  g_assert_false (fixture->client_done);
  fixture->client_done = TRUE;
  fixture->client = NULL;
  fixture->tls = tls;
  fixture->client_error = error != NULL ? g_error_copy (error) : NULL;
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  static const CardeaEnrolHandler handler = { asked_cb, failed_cb };
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  fixture->authority = cardea_authority_new (NULL);
  fixture->server_fd = pair[0];
  fixture->client_fd = pair[1];
  fixture->server = cardea_enrol_serve (pair[0], &handler, fixture);
}

static void
start_client (Fixture *fixture)
{
  fixture->client = cardea_enrol_start (fixture->client_fd, CARDEA_ROLE_FRONT, done_cb, fixture);
  g_assert_false (fixture->client_done);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  cardea_enrol_cancel (fixture->server);
  cardea_enrol_cancel (fixture->client);
  /* Borrowed only. */
  g_assert_cmpint (fcntl (fixture->server_fd, F_GETFD), >=, 0);
  g_assert_cmpint (fcntl (fixture->client_fd, F_GETFD), >=, 0);
  close (fixture->server_fd);
  close (fixture->client_fd);
  cardea_authority_free (fixture->authority);
  g_clear_pointer (&fixture->spki, g_bytes_unref);
  cardea_tls_unref (fixture->tls);
  g_clear_error (&fixture->server_error);
  g_clear_error (&fixture->client_error);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
answer (Fixture *fixture, const char *role, GError **error)
{
  g_autoptr (GBytes) certificate
      = cardea_authority_issue (fixture->authority, g_bytes_get_data (fixture->spki, NULL),
                                g_bytes_get_size (fixture->spki), role, "x", NULL);
  g_autoptr (GBytes) root = cardea_authority_certificate (fixture->authority);
  return cardea_enrol_answer (fixture->server, certificate, root, error);
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
}

typedef struct {
  CardeaChannel *server, *client;
  int ready;
  GError *error; /* the first that either ended with */
} Link;

static void
ready_cb (CardeaChannel *channel, gpointer data)
{
  ((Link *) data)->ready++;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer data)
{
  Link *link = data;
  g_test_message ("closed: %s", error->message);
  if (link->error == NULL)
    link->error = g_error_copy (error);
}

/* Enrols as role, and goes on with TLS over the same descriptors. */
static void
go_on (Fixture *fixture, const char *role, Link *link)
{
  static const CardeaChannelHandler handler = { message_cb, ready_cb, closed_cb };
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (fixture->spki);
  g_assert_false (fixture->client_done);
  g_assert_true (answer (fixture, role, &error));
  g_assert_no_error (error);
  g_clear_pointer (&fixture->server, cardea_enrol_cancel);
  settle ();
  g_assert_true (fixture->client_done);
  g_assert_no_error (fixture->client_error);

  g_autoptr (CardeaKey) key = cardea_key_new (&error);
  g_autoptr (GBytes) spki = cardea_key_spki (key, &error);
  g_autoptr (GBytes) root = cardea_authority_certificate (fixture->authority);
  g_autoptr (GBytes) own
      = cardea_authority_issue (fixture->authority, g_bytes_get_data (spki, NULL),
                                g_bytes_get_size (spki), "guardian", "x", &error);
  g_autoptr (CardeaTls) tls = cardea_tls_new (key, own, root, &error);
  g_assert_no_error (error);
  link->server = cardea_channel_new (dup (fixture->server_fd), CARDEA_CHANNEL_TLS_SERVER, tls,
                                     CARDEA_ROLE_CORE, CARDEA_ROLE_FRONT, &handler, link);
  link->client
      = cardea_channel_new (dup (fixture->client_fd), CARDEA_CHANNEL_TLS_CLIENT, fixture->tls,
                            CARDEA_ROLE_FRONT, CARDEA_ROLE_CORE, &handler, link);
  cardea_channel_attach (link->client, NULL);
  cardea_channel_attach (link->server, NULL);
  settle ();
}

static void
link_clear (Link *link)
{
  cardea_channel_unref (link->client);
  cardea_channel_unref (link->server);
  g_clear_error (&link->error);
}

/* The whole way, to a working channel on the same descriptors. */
static void
test_whole (Fixture *fixture, gconstpointer data)
{
  Link link = { NULL };

  start_client (fixture);
  settle ();
  go_on (fixture, "front", &link);
  g_assert_no_error (link.error);
  g_assert_cmpint (link.ready, ==, 2);
  link_clear (&link);
}

/* Found out behind the client's first words; then the client ends it. */
static void
assert_misled (Fixture *fixture, const char *role)
{
  Link link = { NULL };

  go_on (fixture, role, &link);
  g_assert_error (link.error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS);
  g_assert_cmpint (link.ready, ==, 0);
  g_assert_false (cardea_channel_is_open (link.client));
  link_clear (&link);
}

static void
test_another_role (Fixture *fixture, gconstpointer data)
{
  start_client (fixture);
  settle ();
  assert_misled (fixture, "agent");
}

static void
test_another_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaKey) key = cardea_key_new (NULL);

  start_client (fixture);
  settle ();
  g_bytes_unref (fixture->spki);
  fixture->spki = cardea_key_spki (key, NULL);
  assert_misled (fixture, "front");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  start_client (fixture);
  settle ();
  cardea_enrol_refuse (fixture->server, "unavailable", "the keys worker has died");
  settle ();
  g_assert_error (fixture->client_error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
  g_assert_cmpstr (fixture->client_error->message, ==, "the keys worker has died");
}

static void
raw_send (Fixture *fixture, const char *text)
{
  guint8 header[CARDEA_FRAME_HEADER];
  cardea_frame_write_header (header, strlen (text));
  g_assert_cmpint (send (fixture->client_fd, header, sizeof header, 0), ==, sizeof header);
  g_assert_cmpint (send (fixture->client_fd, text, strlen (text), 0), ==, (gssize) strlen (text));
}

#define GOOD                                                                                       \
  "{\"type\":\"enrol\",\"request\":\"1\",\"spki\":"                                                \
  "\"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\"}"

static void
test_bad_message (Fixture *fixture, gconstpointer text)
{
  for (int i = 0; i < 3; i++)
    raw_send (fixture, text);
  settle ();
  g_assert_nonnull (fixture->server_error);
  g_assert_null (fixture->spki);
}

static void
test_twice (Fixture *fixture, gconstpointer data)
{
  raw_send (fixture, GOOD);
  settle ();
  g_assert_nonnull (fixture->spki);
  raw_send (fixture, GOOD);
  settle ();
  g_assert_error (fixture->server_error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_SCHEMA);
}

/* Bytes in clear ahead of the answer would be taken for TLS. */
static void
test_early_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  raw_send (fixture, GOOD);
  g_assert_cmpint (send (fixture->client_fd, "\0\0\0\x09", 4, 0), ==, 4);
  settle ();
  g_assert_nonnull (fixture->spki);
  g_assert_false (answer (fixture, "front", &error));
  g_assert_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FRAMING);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  shutdown (fixture->client_fd, SHUT_RDWR);
  settle ();
  g_assert_error (fixture->server_error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
}

static void
test_server_gone (Fixture *fixture, gconstpointer data)
{
  start_client (fixture);
  g_clear_pointer (&fixture->server, cardea_enrol_cancel);
  shutdown (fixture->server_fd, SHUT_RDWR);
  settle ();
  g_assert_error (fixture->client_error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
}

static void
test_silence (Fixture *fixture, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();
  start_client (fixture);
  while (!fixture->client_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (fixture->client_error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
  g_assert_cmpint (g_get_monotonic_time () - start, >, 3 * G_USEC_PER_SEC);
}

#define ADD(path, data, function)                                                                  \
  g_test_add ("/enrol/" path, Fixture, data, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", NULL, test_whole);
  ADD ("another-role", NULL, test_another_role);
  ADD ("another-key", NULL, test_another_key);
  ADD ("refused", NULL, test_refused);
  ADD ("bad/other-message", "{\"type\":\"agent.ready\",\"request\":\"1\",\"version\":\"1\"}",
       test_bad_message);
  ADD ("bad/not-ed25519", "{\"type\":\"enrol\",\"request\":\"1\",\"spki\":\"MCow\"}",
       test_bad_message);
  ADD ("bad/not-json", "xyz", test_bad_message);
  ADD ("twice", NULL, test_twice);
  ADD ("early-bytes", NULL, test_early_bytes);
  ADD ("gone", NULL, test_gone);
  ADD ("server-gone", NULL, test_server_gone);
  ADD ("silence", NULL, test_silence);
  return g_test_run ();
}
