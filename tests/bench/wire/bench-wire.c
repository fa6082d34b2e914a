/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Round trips over a channel that bring a descriptor back, plain and with TLS, and the share of
 * reading and writing the messages. Compare with bench-floor. usage: bench-wire FILE COUNT */

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-tls.h"
#include "tests/bench/session/bench-sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  GMainLoop *loop;
  int memfd;
  BenchSample sample;
  gint64 since;
  int left;
} Bench;

static CardeaMessage *
new_request (void)
{
  CardeaMessage *message = cardea_message_new ("file.read");
  cardea_message_set_request (message, "17");
  cardea_message_set_session (message, "0123456789abcdef");
  cardea_message_set_trace (message, "0123456789abcdef0123456789abcdef");
  cardea_message_set_cap (message,
                          "MDAxY2xvY2F0aW9uIGNhcmRlYQowMDMwaWRlbnRpZmllciAwMTIzNDU2Nzg5YWJj"
                          "ZGVmCjAwMmZzaWduYXR1cmUgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAK");
  cardea_message_set_path (message, "path", "/home/somebody/Documents/small.txt");
  return message;
}

static CardeaMessage *
new_reply (const CardeaMessage *request, int memfd)
{
  CardeaMessage *reply = cardea_message_new_reply (request, "file.opened");
  if (memfd >= 0)
    cardea_message_set_fd (reply, "content", dup (memfd));
  cardea_message_set_string (reply, "handle", "0123456789abcdef");
  cardea_message_set_path (reply, "path", "/home/somebody/Documents/small.txt");
  cardea_message_set_int64 (reply, "offset", 0);
  cardea_message_set_int64 (reply, "size", 4096);
  cardea_message_set_int64 (reply, "mtime", 1700000000000000);
  cardea_message_set_boolean (reply, "end", TRUE);
  return reply;
}

static void
serve_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  Bench *bench = data;
  g_autoptr (CardeaMessage) reply = new_reply (message, bench->memfd);
  if (!cardea_channel_send (channel, reply, NULL))
    exit (1);
}

static void
ask (Bench *bench, CardeaChannel *channel)
{
  bench->since = bench_sample_now ();
  g_autoptr (CardeaMessage) request = new_request ();
  if (!cardea_channel_send (channel, request, NULL))
    exit (1);
}

static void
answer_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  Bench *bench = data;
  char content[4096];
  cardea_autofd int fd = cardea_message_take_fd (message, "content");
  if (pread (fd, content, sizeof content, 0) <= 0)
    exit (1);
  bench_sample_add (&bench->sample, bench->since);
  if (--bench->left > 0)
    ask (bench, channel);
  else
    g_main_loop_quit (bench->loop);
}

static void
ready_cb (CardeaChannel *channel, gpointer data)
{
  ask (data, channel);
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer data)
{
  g_main_loop_quit (((Bench *) data)->loop);
}

static CardeaTls *
new_tls (CardeaAuthority *authority, const char *role)
{
  g_autoptr (CardeaKey) key = cardea_key_new (NULL);
  g_autoptr (GBytes) spki = cardea_key_spki (key, NULL);
  g_autoptr (GBytes) root = cardea_authority_certificate (authority);
  g_autoptr (GBytes) own = cardea_authority_issue (authority, g_bytes_get_data (spki, NULL),
                                                   g_bytes_get_size (spki), role, "bench", NULL);
  return cardea_tls_new (key, own, root, NULL);
}

static void
run_end (Bench *bench, int fd, CardeaChannelMode mode, CardeaTls *tls, gboolean server)
{
  static const CardeaChannelHandler serving = { serve_cb, NULL, closed_cb };
  static const CardeaChannelHandler asking = { answer_cb, ready_cb, closed_cb };
  CardeaRole self = server ? CARDEA_ROLE_CORE : CARDEA_ROLE_AGENT;
  CardeaRole peer = server ? CARDEA_ROLE_AGENT : CARDEA_ROLE_CORE;

  bench->loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (CardeaChannel) channel
      = cardea_channel_new (fd, mode, tls, self, peer, server ? &serving : &asking, bench);
  cardea_channel_attach (channel, NULL);
  g_main_loop_run (bench->loop);
  g_main_loop_unref (bench->loop);
}

static void
bench_channel (const char *name, gboolean encrypted, int memfd, int count)
{
  g_autoptr (CardeaAuthority) authority = cardea_authority_new (NULL);
  g_autoptr (CardeaTls) server = new_tls (authority, "guardian");
  g_autoptr (CardeaTls) client = new_tls (authority, "agent");
  Bench bench = { .memfd = memfd, .left = count };
  char line[256];
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    exit (1);
  pid_t child = fork ();
  if (child == 0)
    {
      close (pair[0]);
      run_end (&bench, pair[1], encrypted ? CARDEA_CHANNEL_TLS_SERVER : CARDEA_CHANNEL_PLAIN,
               server, TRUE);
      _exit (0);
    }
  close (pair[1]);
  bench_sample_begin (&bench.sample);
  run_end (&bench, pair[0], encrypted ? CARDEA_CHANNEL_TLS_CLIENT : CARDEA_CHANNEL_PLAIN, client,
           FALSE);
  bench_sample_end (&bench.sample, name, line, sizeof line);
  fputs (line, stdout);
  waitpid (child, NULL, 0);
}

/* Building, checking, writing and reading of one request. */
static void
bench_message (int count)
{
  BenchSample sample;
  char line[256];

  bench_sample_begin (&sample);
  for (int i = 0; i < count; i++)
    {
      gint64 since = bench_sample_now ();
      gsize size;
      g_autoptr (CardeaMessage) request = new_request ();
      if (!cardea_message_check (request, CARDEA_ROLE_AGENT, CARDEA_ROLE_CORE, NULL))
        exit (1);
      g_autofree char *text = cardea_message_encode (request, &size, NULL);
      g_autoptr (CardeaMessage) read
          = cardea_message_decode (text, size, CARDEA_ROLE_AGENT, CARDEA_ROLE_CORE, NULL);
      bench_sample_add (&sample, since);
    }
  bench_sample_end (&sample, "message", line, sizeof line);
  fputs (line, stdout);
}

int
main (int argc, char **argv)
{
  g_autofree char *content = NULL;
  gsize size;

  if (argc != 3 || !g_file_get_contents (argv[1], &content, &size, NULL))
    return 2;
  int count = atoi (argv[2]);
  cardea_autofd int memfd = cardea_descriptor_new_memfd ("bench", content, size);
  bench_message (count);
  fflush (stdout);
  bench_channel ("plain", FALSE, memfd, count);
  fflush (stdout);
  bench_channel ("tls", TRUE, memfd, count);
  return 0;
}
