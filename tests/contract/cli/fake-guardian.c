/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A guardian that plays a script, for one front end after the other.
 * usage: fake-guardian SCRIPT.json
 *
 * The script maps a request's name to the steps that follow it:
 *   {"reply": NAME, "body": {…}, "session"?: ID}   the answer
 *   {"event": NAME, "body": {…}}                   under the session and trace of the last
 * chat.send
 *   {"question": {…}, "tier": N, "digest"?: HEX}   consent.question with that request
 *   {"close": true}                                the link ends
 * A request that is not in the script gets "done". Every message that comes is a line of JSON on
 * standard output, {"closed": true} says that the front end went away, "listening" comes first. It
 * ends when standard input does: whoever started it cannot leave it behind. */

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-enrol.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  CardeaJson *script;
  CardeaAuthority *authority;
  CardeaKey *key;
  int listener;
} Guardian;

typedef struct {
  Guardian *guardian;
  int fd;
  CardeaEnrol *enrol;
  CardeaChannel *channel;
  char *session;
  char *trace;
} Link;

static void
say (const char *text)
{
  g_print ("%s\n", text);
  fflush (stdout);
}

static void
set_body (CardeaMessage *message, const CardeaJson *body)
{
  for (guint i = 0; body != NULL && i < cardea_json_size (body); i++)
    cardea_message_set_json (message, cardea_json_nth_name (body, i),
                             cardea_json_copy (cardea_json_nth (body, i)));
}

static void
send_message (Link *link, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (!cardea_channel_send (link->channel, message, &error))
    g_printerr ("fake-guardian: %s\n", error->message);
  cardea_message_unref (message);
}

static CardeaMessage *
compose_question (const CardeaJson *step)
{
  CardeaJson *request = cardea_json_copy (cardea_json_get (step, "question"));
  gint64 tier = 2;
  gsize size;
  cardea_json_get_int (step, "tier", &tier);
  g_autofree char *canonical = cardea_json_write (request, &size, NULL);
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) canonical, size);
  const char *other = cardea_json_get_string (step, "digest");
  CardeaMessage *message = cardea_message_new ("consent.question");
  cardea_message_set_string (message, "id", "0011223344556677");
  cardea_message_set_string (message, "digest", other != NULL ? other : digest);
  cardea_message_set_string (message, "nonce", "00112233445566778899aabbccddeeff");
  cardea_message_set_int (message, "tier", tier);
  cardea_message_set_int (message, "seconds", 60);
  cardea_message_set_int (message, "position", 1);
  cardea_message_set_int (message, "waiting", 1);
  cardea_message_set_boolean (message, "answerable", TRUE);
  cardea_message_set_json (message, "question", request);
  return message;
}

static void
play_reply (Link *link, CardeaMessage *request, const CardeaJson *step)
{
  CardeaMessage *reply = cardea_message_new_reply (request, cardea_json_get_string (step, "reply"));
  if (cardea_json_get_string (step, "session") != NULL)
    cardea_message_set_session (reply, cardea_json_get_string (step, "session"));
  set_body (reply, cardea_json_get (step, "body"));
  send_message (link, reply);
}

static void
play_event (Link *link, const CardeaJson *step)
{
  const char *name = cardea_json_get_string (step, "event");
  CardeaMessage *event = name != NULL ? cardea_message_new (name) : compose_question (step);
  if (link->session != NULL)
    cardea_message_set_session (event, link->session);
  if (link->trace != NULL)
    cardea_message_set_trace (event, link->trace);
  set_body (event, cardea_json_get (step, "body"));
  send_message (link, event);
}

static void
play (Link *link, CardeaMessage *request)
{
  const CardeaJson *steps = cardea_json_get (link->guardian->script, cardea_message_name (request));
  if (steps == NULL)
    {
      send_message (link, cardea_message_new_reply (request, "done"));
      return;
    }
  for (guint i = 0; i < cardea_json_size (steps); i++)
    {
      const CardeaJson *step = cardea_json_nth (steps, i);
      if (cardea_json_get (step, "reply") != NULL)
        play_reply (link, request, step);
      else if (cardea_json_get (step, "close") != NULL)
        cardea_channel_close (link->channel);
      else
        play_event (link, step);
    }
}

/* What came with a descriptor is said too: that it is one, and what a memfd holds. */
static void
report (CardeaMessage *message)
{
  g_autoptr (CardeaJson) json = cardea_json_copy (cardea_message_body (message));
  int secret = cardea_message_peek_fd (message, "secret");
  char content[4096];
  ssize_t size = secret >= 0 ? pread (secret, content, sizeof content - 1, 0) : -1;
  if (size >= 0)
    {
      content[size] = '\0';
      cardea_json_set_string (json, "secret_content", content);
    }
  if (cardea_message_peek_fd (message, "terminal") >= 0)
    cardea_json_set_boolean (json, "terminal_is_one",
                             isatty (cardea_message_peek_fd (message, "terminal")));
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  say (text);
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  Link *link = user_data;
  report (message);
  if (cardea_message_is (message, "chat.send"))
    {
      g_free (link->session);
      g_free (link->trace);
      link->session = g_strdup (cardea_message_session (message));
      link->trace = g_strdup (cardea_message_trace (message));
    }
  if (cardea_message_request (message) != NULL)
    play (link, message);
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  Link *link = user_data;
  say ("{\"closed\":true}");
  cardea_channel_unref (link->channel);
  g_free (link->session);
  g_free (link->trace);
  g_free (link);
}

static GBytes *
issue (Guardian *guardian, GBytes *spki, const char *role)
{
  GBytes *certificate = cardea_authority_issue (guardian->authority, g_bytes_get_data (spki, NULL),
                                                g_bytes_get_size (spki), role, "fake", NULL);
  g_assert_nonnull (certificate);
  return certificate;
}

static void
asked_cb (CardeaEnrol *enrol, GBytes *spki, gpointer user_data)
{
  static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };
  Link *link = user_data;
  Guardian *guardian = link->guardian;
  g_autoptr (GBytes) theirs = issue (guardian, spki, "front");
  g_autoptr (GBytes) root = cardea_authority_certificate (guardian->authority);
  g_autoptr (GBytes) own_spki = cardea_key_spki (guardian->key, NULL);
  g_autoptr (GBytes) own = issue (guardian, own_spki, "guardian");
  g_autoptr (CardeaTls) tls = cardea_tls_new (guardian->key, own, root, NULL);
  g_assert_true (cardea_enrol_answer (enrol, theirs, root, NULL));
  cardea_enrol_cancel (g_steal_pointer (&link->enrol));
  link->channel = cardea_channel_new (link->fd, CARDEA_CHANNEL_TLS_SERVER, tls, CARDEA_ROLE_CORE,
                                      CARDEA_ROLE_FRONT, &handler, link);
  cardea_channel_attach (link->channel, NULL);
}

static void
failed_cb (CardeaEnrol *enrol, const GError *error, gpointer user_data)
{
  g_printerr ("fake-guardian: %s\n", error->message);
}

static gboolean
accept_cb (int listener, GIOCondition condition, gpointer user_data)
{
  static const CardeaEnrolHandler handler = { asked_cb, failed_cb };
  Link *link = g_new0 (Link, 1);
  link->guardian = user_data;
  link->fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  g_assert_cmpint (link->fd, >=, 0);
  link->enrol = cardea_enrol_serve (link->fd, &handler, link);
  return G_SOURCE_CONTINUE;
}

static int
listen_in_runtime_folder (void)
{
  cardea_autofd int folder = cardea_paths_open_folder (CARDEA_PATHS_RUNTIME, NULL, NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/guardian.sock", folder);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 8), ==, 0);
  return fd;
}

static gboolean
starter_gone_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char *argv[])
{
  Guardian guardian = { 0 };
  g_autofree char *text = NULL;
  gsize size;
  if (argc != 2 || !g_file_get_contents (argv[1], &text, &size, NULL))
    return 2;
  guardian.script = cardea_json_parse (text, size, NULL);
  guardian.authority = cardea_authority_new (NULL);
  guardian.key = cardea_key_new (NULL);
  g_assert_nonnull (guardian.script);
  guardian.listener = listen_in_runtime_folder ();
  g_unix_fd_add (guardian.listener, G_IO_IN, accept_cb, &guardian);
  say ("listening");
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, starter_gone_cb, loop);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  cardea_json_unref (guardian.script);
  cardea_key_free (guardian.key);
  cardea_authority_free (guardian.authority);
  close (guardian.listener);
  return 0;
}
