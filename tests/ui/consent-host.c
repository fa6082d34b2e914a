/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Starts cardea-consent as the guardian does, with nothing but a link, and says to it what its own
 * standard input says: a line {"name": MESSAGE, "session"?: ID, "body": {…}} each. What the program
 * says is a line of JSON on standard output; its requests are answered "done" or "welcome". Its end
 * is {"ended": STATUS}. Ends when standard input does, and the program with it.
 * usage: consent-host PROGRAM */

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-enrol.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINK_FD 3

/* What a desktop's settings would say, and what sanitizers want. */
static const char *const passed_on[]
    = { "ADW_DEBUG_COLOR_SCHEME", "ADW_DEBUG_HIGH_CONTRAST", "ASAN_OPTIONS", "UBSAN_OPTIONS" };

typedef struct {
  GMainLoop *loop;
  CardeaAuthority *authority;
  CardeaKey *key;
  CardeaEnrol *enrol;
  CardeaChannel *channel;
  GIOChannel *input;
  int fd;
  GPid pid;
} Host;

static void
say (const CardeaJson *json)
{
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  g_print ("%s\n", text);
  fflush (stdout);
}

static void
send_message (Host *host, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (!cardea_channel_send (host->channel, message, &error))
    g_printerr ("consent-host: %s\n", error->message);
  cardea_message_unref (message);
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  Host *host = user_data;
  gboolean greets = cardea_message_is (message, "hello");
  say (cardea_message_body (message));
  if (cardea_message_request (message) == NULL)
    return;
  CardeaMessage *reply = cardea_message_new_reply (message, greets ? "welcome" : "done");
  if (greets)
    {
      cardea_message_set_string (reply, "version", "test");
      cardea_message_set_int (reply, "pid", getpid ());
    }
  send_message (host, reply);
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  Host *host = user_data;
  g_clear_pointer (&host->channel, cardea_channel_unref);
}

static GBytes *
issue (Host *host, GBytes *spki, const char *role)
{
  GBytes *certificate = cardea_authority_issue (host->authority, g_bytes_get_data (spki, NULL),
                                                g_bytes_get_size (spki), role, "test", NULL);
  g_assert_nonnull (certificate);
  return certificate;
}

static gboolean
input_cb (GIOChannel *input, GIOCondition condition, gpointer user_data)
{
  Host *host = user_data;
  g_autofree char *line = NULL;
  gsize size;
  if (g_io_channel_read_line (input, &line, &size, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (host->loop);
      return G_SOURCE_REMOVE;
    }
  g_autoptr (CardeaJson) json = cardea_json_parse (line, size, NULL);
  g_assert_nonnull (json);
  CardeaMessage *message = cardea_message_new (cardea_json_get_string (json, "name"));
  const CardeaJson *body = cardea_json_get (json, "body");
  for (guint i = 0; i < cardea_json_size (body); i++)
    cardea_message_set_json (message, cardea_json_nth_name (body, i),
                             cardea_json_copy (cardea_json_nth (body, i)));
  if (cardea_json_get_string (json, "session") != NULL)
    cardea_message_set_session (message, cardea_json_get_string (json, "session"));
  send_message (host, message);
  return G_SOURCE_CONTINUE;
}

/* Only now is there somebody to speak to. */
static void
asked_cb (CardeaEnrol *enrol, GBytes *spki, gpointer user_data)
{
  static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };
  Host *host = user_data;
  g_autoptr (GBytes) theirs = issue (host, spki, "consent");
  g_autoptr (GBytes) root = cardea_authority_certificate (host->authority);
  g_autoptr (GBytes) own_spki = cardea_key_spki (host->key, NULL);
  g_autoptr (GBytes) own = issue (host, own_spki, "guardian");
  g_autoptr (CardeaTls) tls = cardea_tls_new (host->key, own, root, NULL);
  g_assert_true (cardea_enrol_answer (enrol, theirs, root, NULL));
  cardea_enrol_cancel (g_steal_pointer (&host->enrol));
  host->channel = cardea_channel_new (host->fd, CARDEA_CHANNEL_TLS_SERVER, tls, CARDEA_ROLE_CORE,
                                      CARDEA_ROLE_CONSENT, &handler, host);
  cardea_channel_attach (host->channel, NULL);
  g_io_add_watch (host->input, G_IO_IN | G_IO_HUP | G_IO_ERR, input_cb, host);
}

static void
failed_cb (CardeaEnrol *enrol, const GError *error, gpointer user_data)
{
  g_printerr ("consent-host: %s\n", error->message);
}

static void
ended_cb (GPid pid, int status, gpointer user_data)
{
  Host *host = user_data;
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  cardea_json_set_int (json, "ended", status);
  say (json);
  host->pid = 0;
}

static void
set_link_fd (gpointer fd)
{
  dup2 (GPOINTER_TO_INT (fd), LINK_FD);
}

static gboolean
start (Host *host, char *program)
{
  char *arguments[] = { program, NULL };
  g_auto (GStrv) environment = NULL;
  int pair[2];
  /* The guardian gives no more than HOME either. */
  environment = g_environ_setenv (environment, "HOME", g_get_home_dir (), TRUE);
  environment = g_environ_setenv (environment, "G_DEBUG", "fatal-criticals", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (passed_on); i++)
    if (g_getenv (passed_on[i]) != NULL)
      environment = g_environ_setenv (environment, passed_on[i], g_getenv (passed_on[i]), TRUE);
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return FALSE;
  host->fd = pair[0];
  g_unix_set_fd_nonblocking (host->fd, TRUE, NULL);
  cardea_autofd int other = pair[1];
  return g_spawn_async (NULL, arguments, environment,
                        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN, set_link_fd,
                        GINT_TO_POINTER (other), &host->pid, NULL);
}

int
main (int argc, char *argv[])
{
  static const CardeaEnrolHandler handler = { asked_cb, failed_cb };
  Host host = { .loop = g_main_loop_new (NULL, FALSE) };
  if (argc != 2 || !start (&host, argv[1]))
    return 2;
  host.authority = cardea_authority_new (NULL);
  host.key = cardea_key_new (NULL);
  host.input = g_io_channel_unix_new (STDIN_FILENO);
  host.enrol = cardea_enrol_serve (host.fd, &handler, &host);
  g_child_watch_add (host.pid, ended_cb, &host);
  g_main_loop_run (host.loop);
  if (host.channel != NULL)
    cardea_channel_close (host.channel);
  while (host.pid != 0)
    g_main_context_iteration (NULL, TRUE);
  g_io_channel_unref (host.input);
  cardea_key_free (host.key);
  cardea_authority_free (host.authority);
  g_main_loop_unref (host.loop);
  return 0;
}
