/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "tests/contract/contract-worker.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PROGRAM "/usr/bin/python3"
#define WAIT_MS 20000

/* Says what the proxy is called, what its own loopback does and how far it gets elsewhere. */
static const char script[]
    = "import os, socket\n"
      "own = socket.create_server(('127.0.0.1', 0))\n"
      "there = socket.create_connection(own.getsockname())\n"
      "words = [os.environ['HTTPS_PROXY'], os.environ['https_proxy'], os.environ['NO_PROXY']]\n"
      "for place in (('93.184.216.34', 443), ('10.0.0.1', 53)):\n"
      "    try:\n"
      "        socket.create_connection(place, 2)\n"
      "        words.append('out')\n"
      "    except OSError as error:\n"
      "        words.append(str(error.errno))\n"
      "try:\n"
      "    socket.getaddrinfo('example.org', 80)\n"
      "    words.append('name')\n"
      "except OSError:\n"
      "    words.append('nameless')\n"
      "with open(os.environ['SSL_CERT_FILE']) as bundle:\n"
      "    own = bundle.read().split('-----BEGIN CERTIFICATE-----')[-1]\n"
      "words.append(own.split('-----')[0].replace('\\n', ''))\n"
      "host, port = words[0].removeprefix('http://').split(':')\n"
      "proxy = socket.create_connection((host, int(port)))\n"
      "proxy.sendall(' '.join(words).encode())\n";

static const guint8 authority[]
    = { 'n', 'o', 't', ' ', 'l', 'o', 'o', 'k', 'e', 'd', ' ', 'a', 't' };

static int
make_command (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const char *const words[] = { "3", "python3", "-c", script, "HTTPS_PROXY=http://outside:1" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_byte_array_append (bytes, (const guint8 *) words[i], strlen (words[i]) + 1);
  return cardea_descriptor_new_memfd ("command", bytes->data, bytes->len);
}

static CardeaMessage *
start (ContractWorker *worker, int door)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("launch.run");

  cardea_message_set_path (request, "folder", "/");
  cardea_message_set_path (request, "home", "/home/somebody");
  cardea_message_set_path (request, "program", PROGRAM);
  cardea_message_set_fd (request, "command", make_command ());
  cardea_message_set_fd (request, "egress", door);
  cardea_message_set_bytes (request, "authority", authority, sizeof authority);
  return contract_worker_ask (worker, request);
}

static int
take_listener (int door)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  char byte;
  struct iovec part = { &byte, 1 };
  struct msghdr envelope = { .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space };
  int fd = -1;

  g_assert_cmpint (recvmsg (door, &envelope, MSG_CMSG_CLOEXEC), ==, 1);
  g_assert_nonnull (CMSG_FIRSTHDR (&envelope));
  memcpy (&fd, CMSG_DATA (CMSG_FIRSTHDR (&envelope)), sizeof fd);
  return fd;
}

static void
test_listener (void)
{
  const char *const environment[] = { NULL };
  int pair[2];
  char said[512] = { 0 };
  gsize filled = 0;
  struct sockaddr_in place;
  socklen_t size = sizeof place;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH, environment);
  g_autoptr (CardeaMessage) started = start (worker, pair[1]);
  contract_assert_is (started, "launch.running");
  g_assert_cmpstr (cardea_json_get_string (cardea_message_get_json (started, "layers"), "network"),
                   ==, "proxy");

  cardea_autofd int door = pair[0];
  cardea_autofd int listener = take_listener (door);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &place, &size), ==, 0);
  g_assert_cmpint (ntohl (place.sin_addr.s_addr), ==, INADDR_LOOPBACK);
  cardea_autofd int badges = take_listener (door);
  struct sockaddr_un socket_place = { 0 };
  socklen_t socket_size = sizeof socket_place;
  g_assert_cmpint (getsockname (badges, (struct sockaddr *) &socket_place, &socket_size), ==, 0);
  g_assert_cmpint (socket_place.sun_family, ==, AF_UNIX);
  g_assert_true (g_str_has_suffix (socket_place.sun_path, "/own/agent.sock"));
  struct pollfd waiting = { .fd = listener, .events = POLLIN };
  g_assert_cmpint (poll (&waiting, 1, WAIT_MS), ==, 1);
  cardea_autofd int guest = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (guest, >=, 0);
  for (ssize_t got = 1; got > 0; filled += (gsize) MAX (got, 0))
    got = read (guest, said + filled, sizeof said - 1 - filled);
  g_assert_cmpstr (said, ==,
                   "http://127.0.0.1:3128 http://127.0.0.1:3128 localhost,127.0.0.1,::1 "
                   "101 101 nameless " /* ENETUNREACH */
                   "bm90IGxvb2tlZCBhdA==");
  g_autoptr (CardeaMessage) exited = contract_worker_wait_event (worker, "launch.exited");
  g_assert_cmpint (cardea_message_get_int (exited, "status", -1), ==, 0);
  /* cardea-hold's end of the door is gone: nobody in the sandbox had it. */
  g_assert_cmpint (read (door, said, sizeof said), ==, 0);
}

/* Nobody at the other end: the program does not start without what it was promised. */
static void
test_no_worker (void)
{
  const char *const environment[] = { NULL };
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
  close (pair[0]);
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH, environment);
  g_autoptr (CardeaMessage) refused = start (worker, pair[1]);
  contract_assert_refused (refused, "unavailable");
  g_assert_nonnull (strstr (cardea_message_get_string (refused, "reason"), "network"));
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  if (!g_file_test (PROGRAM, G_FILE_TEST_IS_EXECUTABLE))
    return contract_skip (PROGRAM " is not installed");
  g_test_add_func ("/launch-egress/listener", test_listener);
  g_test_add_func ("/launch-egress/no-worker", test_no_worker);
  return g_test_run ();
}
