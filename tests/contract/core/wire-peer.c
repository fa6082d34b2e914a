/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A peer without manners: enrols like an honest one, then sends whatever frames it is told to and
 * tells every frame that it gets; no table is asked before.
 *
 *   wire-peer SOCKET   a front end. A line of standard input: FILE TAB TEXT; TEXT is sent as one
 *                      frame, with FILE opened as its descriptor ("-": none; "*N": none, and the
 *                      last "$" of TEXT stands for N letters; "=BASE64": a sealed memfd with that
 *                      content, which "$memfd" in TEXT declares).
 *   wire-peer          in place of the agent (test seam CARDEA_TEST_AGENT_PROGRAM), over descriptor
 *                      3: the lines are the text of a chat.user.
 *   cardea-consent     a copy of that name, which the guardian starts to draw: like a front end,
 * but over the pipes drawer.in and drawer.out of the runtime folder.
 *
 * Told is one line a frame: {"frame": what came, "content": base64 of its descriptor or null}; at
 * the end {"closed": why}. An agent tells it in a chat.event. */

#include "common/base/cardea-autofd.h"
#include "common/json/cardea-json.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-enrol.h"
#include "common/protocol/cardea-frame.h"
#include "common/protocol/cardea-transport.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define GIVEN_FD 3
#define CONTENT_LIMIT 16384

typedef struct {
  CardeaTls *tls;
  CardeaLink link;
  CardeaTransport *transport;
  CardeaFrameBuffer in;
  CardeaRole role;
  gboolean is_agent;
  char *trace;     /* of the agent's turn; NULL: nobody can be told yet */
  GQueue untold;   /* of char *, until somebody can */
  gboolean failed; /* to enrol */
} Peer;

static gboolean
settle (Peer *peer)
{
  struct pollfd watched = { .fd = peer->link.fd, .events = POLLOUT };
  CardeaLinkResult result = cardea_link_flush (&peer->link, NULL);
  while (result == CARDEA_LINK_BLOCKED && poll (&watched, 1, -1) > 0)
    result = cardea_link_flush (&peer->link, NULL);
  return result == CARDEA_LINK_MORE;
}

static gboolean
send_frame (Peer *peer, const char *text, int fd)
{
  gsize size = strlen (text);
  g_autofree guint8 *bytes = g_malloc (CARDEA_FRAME_HEADER + size);
  CardeaLinkChunk *chunk = cardea_link_chunk_new (CARDEA_FRAME_HEADER + size);

  cardea_frame_write_header (bytes, size);
  memcpy (bytes + CARDEA_FRAME_HEADER, text, size);
  if (fd >= 0)
    chunk->fds[chunk->n_fds++] = fd;
  if (!peer->transport->ops->write (peer->transport, bytes, CARDEA_FRAME_HEADER + size, chunk,
                                    NULL))
    {
      cardea_link_chunk_free (chunk);
      return FALSE;
    }
  CardeaLinkResult result = cardea_link_send (&peer->link, chunk, NULL);
  return result == CARDEA_LINK_MORE || (result == CARDEA_LINK_BLOCKED && settle (peer));
}

static char *
fill (const char *text, const char *count)
{
  const char *mark = strrchr (text, '$');
  gsize size = (gsize) atoi (count);
  if (mark == NULL)
    return g_strdup (text);
  g_autofree char *letters = g_strnfill (size, 'x');
  return g_strdup_printf ("%.*s%s%s", (int) (mark - text), text, letters, mark + 1);
}

static gboolean
send_content (Peer *peer, const char *encoded, const char *text)
{
  gsize size = 0;
  g_autofree guchar *bytes = g_base64_decode (encoded, &size);
  int fd = cardea_descriptor_new_memfd ("content", bytes, size);
  g_autoptr (CardeaJson) declared = cardea_descriptor_declare (fd, CARDEA_FD_MEMFD);
  g_autofree char *declaration = cardea_json_write (declared, NULL, NULL);
  g_auto (GStrv) parts = g_strsplit (text, "\"$memfd\"", -1);
  g_autofree char *whole = g_strjoinv (declaration, parts);

  return send_frame (peer, whole, fd);
}

/* A line of what is to be sent. */
static gboolean
obey (Peer *peer, const char *line)
{
  const char *tab = strchr (line, '\t');
  if (tab == NULL)
    return TRUE;
  g_autofree char *file = g_strndup (line, tab - line);
  if (file[0] == '=')
    return send_content (peer, file + 1, tab + 1);
  int fd = file[0] == '/' ? open (file, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
  g_autofree char *text = file[0] == '*' ? fill (tab + 1, file + 1) : g_strdup (tab + 1);
  return send_frame (peer, text, fd);
}

static void
tell_person (Peer *peer, const char *line)
{
  g_autoptr (CardeaJson) event = cardea_json_new_object ();
  cardea_json_set_string (event, "type", "chat.event");
  cardea_json_set_string (event, "trace", peer->trace);
  cardea_json_set_string (event, "kind", "delta");
  cardea_json_set_string (event, "text", line);
  g_autofree char *text = cardea_json_write (event, NULL, NULL);
  send_frame (peer, text, -1);
}

static void
tell (Peer *peer, const char *line)
{
  if (!peer->is_agent)
    {
      puts (line);
      fflush (stdout);
    }
  else if (peer->trace != NULL)
    tell_person (peer, line);
  else
    g_queue_push_tail (&peer->untold, g_strdup (line));
}

static char *
read_content (Peer *peer)
{
  guint8 content[CONTENT_LIMIT];
  cardea_autofd int fd = -1;

  if (peer->link.n_fds == 0 || !cardea_link_take_fds (&peer->link, &fd, 1))
    return g_strdup ("null");
  ssize_t size = pread (fd, content, sizeof content, 0);
  g_autofree char *encoded = g_base64_encode (content, MAX (size, 0));
  return g_strdup_printf ("\"%s\"", encoded);
}

static gboolean
begin_turn (Peer *peer, const CardeaJson *body)
{
  g_auto (GStrv) lines = g_strsplit (cardea_json_get_string (body, "text"), "\n", -1);
  char *line = NULL;

  g_free (peer->trace);
  peer->trace = g_strdup (cardea_json_get_string (body, "trace"));
  while ((line = g_queue_pop_head (&peer->untold)) != NULL)
    {
      tell_person (peer, line);
      g_free (line);
    }
  for (char **next = lines; *next != NULL; next++)
    if (!obey (peer, *next))
      return FALSE;
  return TRUE;
}

static gboolean
take_frame (Peer *peer, const char *text, gsize size)
{
  g_autoptr (CardeaJson) body = cardea_json_parse (text, size, NULL);
  if (peer->is_agent && g_strcmp0 (cardea_json_get_string (body, "type"), "chat.user") == 0)
    return begin_turn (peer, body);
  g_autofree char *content = read_content (peer);
  g_autofree char *line
      = g_strdup_printf ("{\"frame\":%.*s,\"content\":%s}", (int) size, text, content);
  tell (peer, line);
  return TRUE;
}

/* FALSE at the link's end. */
static gboolean
receive (Peer *peer)
{
  const char *text = NULL;
  gsize room = 0, size = 0;
  guint8 *to = cardea_frame_buffer_room (&peer->in, &room);
  CardeaLinkResult result = peer->transport->ops->read (peer->transport, to, room, &size, NULL);

  if (result == CARDEA_LINK_BLOCKED)
    return TRUE;
  if (result != CARDEA_LINK_MORE)
    return FALSE;
  cardea_frame_buffer_filled (&peer->in, size);
  while (cardea_frame_buffer_next (&peer->in, &text, &size) == CARDEA_FRAME_READY)
    {
      g_autofree char *frame = g_strndup (text, size);
      cardea_frame_buffer_consume (&peer->in, size);
      if (!take_frame (peer, frame, size))
        return FALSE;
    }
  return !peer->transport->ops->is_pending (peer->transport) || receive (peer);
}

static gboolean
shake_hands (Peer *peer)
{
  g_autoptr (GError) error = NULL;
  CardeaLinkResult result = CARDEA_LINK_BLOCKED;

  peer->transport = ((CardeaTransportMaker *) peer->tls)
                        ->open (peer->tls, &peer->link, FALSE, CARDEA_ROLE_CORE, &error);
  while (peer->transport != NULL && result == CARDEA_LINK_BLOCKED)
    {
      struct pollfd watched = { .fd = peer->link.fd, .events = POLLIN };
      result = peer->transport->ops->handshake (peer->transport, &error);
      cardea_link_flush (&peer->link, NULL);
      if (result == CARDEA_LINK_BLOCKED)
        poll (&watched, 1, -1);
    }
  return peer->transport != NULL && result == CARDEA_LINK_MORE;
}

static void
serve (Peer *peer)
{
  struct pollfd watched[2] = { { .fd = peer->link.fd, .events = POLLIN },
                               { .fd = peer->is_agent ? -1 : STDIN_FILENO, .events = POLLIN } };
  g_autofree char *line = NULL;
  size_t room = 0;

  while (receive (peer) && poll (watched, 2, -1) > 0)
    {
      if (watched[1].revents == 0)
        continue;
      ssize_t size = getline (&line, &room, stdin);
      if (size <= 0)
        return;
      line[strcspn (line, "\n")] = '\0';
      if (!obey (peer, line))
        break;
    }
  tell (peer, "{\"closed\":true}");
}

static void
enrolled (CardeaTls *tls, const GError *error, gpointer user_data)
{
  Peer *peer = user_data;
  peer->tls = tls;
  peer->failed = tls == NULL;
}

static int
connect_to (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    return -1;
  return fd;
}

static gboolean
reopen (FILE *stream, const char *name, const char *mode)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  return freopen (path, mode, stream) != NULL;
}

/* The descriptor of the link; -1: there is none. */
static int
find_role (Peer *peer, int argc, char **argv)
{
  g_autofree char *name = g_path_get_basename (argv[0]);

  peer->role = CARDEA_ROLE_FRONT;
  if (argc > 1)
    return connect_to (argv[1]);
  peer->is_agent = strcmp (name, "cardea-consent") != 0;
  peer->role = peer->is_agent ? CARDEA_ROLE_AGENT : CARDEA_ROLE_CONSENT;
  if (peer->is_agent)
    return GIVEN_FD;
  return reopen (stdin, "drawer.in", "r") && reopen (stdout, "drawer.out", "w") ? GIVEN_FD : -1;
}

int
main (int argc, char **argv)
{
  Peer peer = { 0 };
  int fd = find_role (&peer, argc, argv);

  setvbuf (stdin, NULL, _IONBF, 0); /* what poll() sees is all there is */
  if (fd < 0 || !g_unix_set_fd_nonblocking (fd, TRUE, NULL))
    return 1;
  cardea_enrol_start (fd, peer.role, enrolled, &peer);
  while (peer.tls == NULL && !peer.failed)
    g_main_context_iteration (NULL, TRUE);
  if (peer.failed)
    return 1;
  cardea_link_init (&peer.link, fd);
  if (!shake_hands (&peer))
    return 1;
  if (peer.is_agent
      && !send_frame (&peer,
                      "{\"type\":\"agent.ready\",\"request\":\"ready\",\"version\":\"wire\"}", -1))
    return 1;
  serve (&peer);
  peer.transport->ops->free (peer.transport);
  cardea_link_clear (&peer.link);
  cardea_tls_unref (peer.tls);
  cardea_frame_buffer_clear (&peer.in);
  g_queue_clear_full (&peer.untold, g_free);
  g_free (peer.trace);
  return 0;
}
