/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-frame.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* A channel on one end of a pair; the other end is the test itself, byte by byte. */

typedef struct {
  GMainContext *context;
  CardeaChannel *channel;
  GPtrArray *messages;
  GError *closed;
  gboolean ready;
  int raw;
} Fixture;

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_assert_null (fixture->closed);
  g_ptr_array_add (fixture->messages, cardea_message_ref (message));
}

static void
ready_cb (CardeaChannel *channel, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_assert_false (fixture->ready);
  fixture->ready = TRUE;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_assert_null (fixture->closed);
  g_assert_nonnull (error);
  fixture->closed = g_error_copy (error);
}

static const CardeaChannelHandler handler = { message_cb, ready_cb, closed_cb };

static void
setup_roles (Fixture *fixture, CardeaRole self, CardeaRole peer)
{
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  fixture->context = g_main_context_new ();
  fixture->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_message_unref);
  fixture->raw = pair[1];
  fixture->channel
      = cardea_channel_new (pair[0], CARDEA_CHANNEL_PLAIN, NULL, self, peer, &handler, fixture);
  cardea_channel_attach (fixture->channel, fixture->context);
}

/* The core's end of an agent's link. */
static void
setup (Fixture *fixture, gconstpointer data)
{
  setup_roles (fixture, CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);
}

/* The core's end of a worker's link. */
static void
setup_worker (Fixture *fixture, gconstpointer data)
{
  setup_roles (fixture, CARDEA_ROLE_CORE, CARDEA_ROLE_FILES);
}

/* The agent's end. */
static void
setup_agent (Fixture *fixture, gconstpointer data)
{
  setup_roles (fixture, CARDEA_ROLE_AGENT, CARDEA_ROLE_CORE);
}

static guint
count_open_fds (void)
{
  guint count = 0;
  DIR *folder = opendir ("/proc/self/fd");
  g_assert_nonnull (folder);
  while (readdir (folder) != NULL)
    count++;
  closedir (folder);
  return count;
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->channel, cardea_channel_unref);
  g_ptr_array_unref (fixture->messages);
  g_clear_error (&fixture->closed);
  cardea_fd_clear (&fixture->raw);
  g_main_context_unref (fixture->context);
}

/* Runs until nothing is left to do. */
static void
settle (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

static void
raw_send (Fixture *fixture, const void *bytes, gsize size, const int *fds, guint n_fds)
{
  g_autofree char *control = g_malloc0 (CMSG_SPACE (n_fds * sizeof (int)));
  struct iovec part = { (void *) bytes, size };
  struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
  if (n_fds > 0)
    {
      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      struct cmsghdr *c = CMSG_FIRSTHDR (&header);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (c), fds, n_fds * sizeof (int));
    }
  while (part.iov_len > 0)
    {
      gssize sent = sendmsg (fixture->raw, &header, MSG_NOSIGNAL);
      g_assert_cmpint (sent, >, 0);
      part.iov_base = (char *) part.iov_base + sent;
      part.iov_len -= (gsize) sent;
      header.msg_control = NULL;
      header.msg_controllen = 0;
    }
}

static GByteArray *
new_frame (const char *text)
{
  guint8 header[CARDEA_FRAME_HEADER];
  GByteArray *frame = g_byte_array_new ();
  cardea_frame_write_header (header, strlen (text));
  g_byte_array_append (frame, header, sizeof header);
  g_byte_array_append (frame, (const guint8 *) text, (guint) strlen (text));
  return frame;
}

static void
raw_send_text (Fixture *fixture, const char *text, const int *fds, guint n_fds)
{
  g_autoptr (GByteArray) frame = new_frame (text);
  raw_send (fixture, frame->data, frame->len, fds, n_fds);
}

/* The next message that the channel sent. */
static CardeaMessage *
raw_receive (Fixture *fixture, CardeaRole from, CardeaRole to)
{
  g_autoptr (GError) error = NULL;
  guint8 header[CARDEA_FRAME_HEADER];
  g_assert_cmpint (recv (fixture->raw, header, sizeof header, MSG_WAITALL), ==, sizeof header);
  gsize size = (gsize) header[1] << 16 | (gsize) header[2] << 8 | header[3];
  g_autofree char *text = g_malloc (size);
  g_assert_cmpint (recv (fixture->raw, text, size, MSG_WAITALL), ==, (gssize) size);
  CardeaMessage *message = cardea_message_decode (text, size, from, to, &error);
  g_assert_no_error (error);
  return message;
}

static void
assert_closed (Fixture *fixture, int code)
{
  settle (fixture);
  g_assert_error (fixture->closed, CARDEA_CHANNEL_ERROR, code);
  g_assert_false (cardea_channel_is_open (fixture->channel));
  g_assert_cmpuint (fixture->messages->len, ==, 0);
}

static int
new_memfd (const char *content)
{
  int fd = cardea_descriptor_new_memfd ("test", content, strlen (content));
  g_assert_cmpint (fd, >=, 0);
  return fd;
}

#define READY "{\"type\":\"agent.ready\",\"request\":\"r\",\"version\":\"1\"}"

static void
test_ready (Fixture *fixture, gconstpointer data)
{
  g_assert_false (fixture->ready);
  settle (fixture);
  g_assert_true (fixture->ready);
  g_assert_null (cardea_channel_peer_thumbprint (fixture->channel));
}

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) frame = new_frame (READY);

  /* Any cut of the bytes gives the same messages. */
  for (guint i = 0; i < frame->len; i++)
    {
      raw_send (fixture, frame->data + i, 1, NULL, 0);
      settle (fixture);
      g_assert_cmpuint (fixture->messages->len, ==, i + 1 == frame->len ? 1 : 0);
    }
  g_autoptr (GByteArray) many = g_byte_array_new ();
  for (int i = 0; i < 300; i++)
    g_byte_array_append (many, frame->data, frame->len);
  raw_send (fixture, many->data, many->len, NULL, 0);
  settle (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 301);
  g_assert_cmpstr (cardea_message_request (fixture->messages->pdata[300]), ==, "r");
  g_assert_true (cardea_channel_is_open (fixture->channel));
}

static void
test_largest (Fixture *fixture, gconstpointer data)
{
  /* White space makes any frame as long as it likes. */
  g_autofree char *text = g_strnfill (CARDEA_LIMIT_FRAME, ' ');
  memcpy (text, READY, strlen (READY));
  g_autoptr (GByteArray) frame = new_frame (text);
  gsize sent = 0;

  while (sent < frame->len)
    {
      gsize piece = MIN (frame->len - sent, 50000);
      raw_send (fixture, frame->data + sent, piece, NULL, 0);
      settle (fixture);
      sent += piece;
    }
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  g_assert_true (cardea_channel_is_open (fixture->channel));
}

static void
test_bad_length (Fixture *fixture, gconstpointer data)
{
  raw_send (fixture, data, 4, NULL, 0);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_FRAMING);
  char byte;
  g_assert_cmpint (recv (fixture->raw, &byte, 1, 0), ==, 0);
}

static void
test_cut_off (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) frame = new_frame (READY);
  raw_send (fixture, frame->data, frame->len - 1, NULL, 0);
  settle (fixture);
  cardea_fd_clear (&fixture->raw);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_FRAMING);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  raw_send_text (fixture, READY, NULL, 0);
  cardea_fd_clear (&fixture->raw);
  settle (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  g_ptr_array_set_size (fixture->messages, 0);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_CLOSED);
}

static void
test_not_an_object (Fixture *fixture, gconstpointer data)
{
  raw_send_text (fixture, data, NULL, 0);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_FRAMING);
}

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  raw_send_text (fixture, "{\"type\":\"no.such\",\"request\":\"r1\"}", NULL, 0);
  settle (fixture);
  g_autoptr (CardeaMessage) first = raw_receive (fixture, CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);
  g_assert_true (cardea_message_is (first, "refused"));
  g_assert_cmpstr (cardea_message_request (first), ==, "r1");
  g_assert_cmpstr (cardea_message_get_string (first, "code"), ==, "malformed");

  raw_send_text (fixture, "{\"type\":\"agent.ready\",\"request\":\"r2\",\"version\":\"1\",\"x\":1}",
                 NULL, 0);
  raw_send_text (fixture, READY, NULL, 0);
  settle (fixture);
  g_autoptr (CardeaMessage) second = raw_receive (fixture, CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);
  g_assert_cmpstr (cardea_message_request (second), ==, "r2");
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  g_assert_true (cardea_channel_is_open (fixture->channel));

  /* A message of another role's is as bad as an unknown one. */
  g_ptr_array_set_size (fixture->messages, 0);
  raw_send_text (fixture, "{\"type\":\"grant.list\",\"request\":\"r3\"}", NULL, 0);
  raw_send_text (fixture, READY, NULL, 0);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_SCHEMA);
}

static void
test_fault_of_worker (Fixture *fixture, gconstpointer data)
{
  raw_send_text (fixture, "{\"type\":\"no.such\"}", NULL, 0);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_SCHEMA);
}

static char *
content_text (int fd)
{
  g_autoptr (CardeaJson) declared = cardea_descriptor_declare (fd, CARDEA_FD_MEMFD);
  g_autofree char *text = cardea_json_write (declared, NULL, NULL);
  return g_strdup_printf ("{\"type\":\"files.content\",\"request\":\"r\",\"content\":%s,"
                          "\"size\":\"3\",\"mtime\":\"0\",\"bytes\":\"3\",\"end\":true}",
                          text);
}

static void
test_descriptor (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  g_autofree char *text = content_text (fd);
  char content[4] = "";

  raw_send_text (fixture, text, &fd, 1);
  settle (fixture);
  g_assert_null (fixture->closed);
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  CardeaMessage *message = fixture->messages->pdata[0];
  g_assert_cmpint (cardea_message_peek_fd (message, "content"), >=, 0);
  cardea_autofd int taken = cardea_message_take_fd (message, "content");
  g_assert_cmpint (fcntl (taken, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_cmpint (pread (taken, content, 3, 0), ==, 3);
  g_assert_cmpstr (content, ==, "abc");
  g_assert_cmpint (cardea_message_take_fd (message, "content"), ==, -1);
}

static void
test_descriptors_in_order (Fixture *fixture, gconstpointer data)
{
  int fds[10];
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *content = g_strdup_printf ("%d", i);
      fds[i] = new_memfd (content);
      g_autofree char *text = content_text (fds[i]);
      raw_send_text (fixture, text, &fds[i], 1);
    }
  settle (fixture);
  g_assert_null (fixture->closed);
  g_assert_cmpuint (fixture->messages->len, ==, 10);
  for (int i = 0; i < 10; i++)
    {
      char digit = 0;
      int fd = cardea_message_peek_fd (fixture->messages->pdata[i], "content");
      g_assert_cmpint (pread (fd, &digit, 1, 0), ==, 1);
      g_assert_cmpint (digit, ==, '0' + i);
      close (fds[i]);
    }
}

static void
test_descriptor_missing (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  g_autofree char *text = content_text (fd);
  raw_send_text (fixture, text, NULL, 0);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
}

static void
test_descriptor_undeclared (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  guint before = count_open_fds ();
  raw_send_text (fixture, "{\"type\":\"no.such\"}", &fd, 1);
  assert_closed (fixture, GPOINTER_TO_INT (data));
  g_clear_pointer (&fixture->channel, cardea_channel_unref);
  g_assert_cmpuint (count_open_fds (), <, before);
}

static void
test_descriptor_surplus (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  g_autofree char *text = content_text (fd);
  int twice[] = { fd, fd };
  raw_send_text (fixture, text, twice, 2);
  settle (fixture);
  g_assert_error (fixture->closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
}

static void
test_descriptor_another (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  cardea_autofd int other = new_memfd ("xyz");
  g_autofree char *text = content_text (fd);
  raw_send_text (fixture, text, &other, 1);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
}

static void
test_descriptor_not_sealed (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  g_autofree char *text = content_text (fd);
  cardea_autofd int open_one = memfd_create ("test", MFD_ALLOW_SEALING);

  /* Declared with its own inode, so that only the seals are wrong. */
  g_autoptr (CardeaJson) declared = cardea_json_parse (text, strlen (text), NULL);
  struct stat st;
  g_assert_cmpint (fstat (open_one, &st), ==, 0);
  CardeaJson *content = cardea_json_get (declared, "content");
  cardea_json_set_int64_string (content, "dev", (gint64) st.st_dev);
  cardea_json_set_int64_string (content, "ino", (gint64) st.st_ino);
  g_autofree char *changed = cardea_json_write (declared, NULL, NULL);
  raw_send_text (fixture, changed, &open_one, 1);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
}

static void
test_descriptor_flood (Fixture *fixture, gconstpointer data)
{
  guint count = GPOINTER_TO_UINT (data);
  cardea_autofd int fd = new_memfd ("abc");
  g_autofree int *fds = g_new (int, count);
  g_autofree char *text = content_text (fd);
  guint before = count_open_fds ();

  for (guint i = 0; i < count; i++)
    fds[i] = fd;
  raw_send_text (fixture, text, fds, count);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
  g_clear_pointer (&fixture->channel, cardea_channel_unref);
  g_assert_cmpuint (count_open_fds (), ==, before - 1);
}

/* Descriptors that trickle in with an unfinished frame are bounded too. */
static void
test_descriptor_trickle (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int fd = new_memfd ("abc");
  g_autoptr (GByteArray) frame = new_frame (READY);
  for (guint i = 0; i < CARDEA_LIMIT_FRAME_FDS + 1; i++)
    {
      g_assert_null (fixture->closed);
      raw_send (fixture, frame->data + i, 1, &fd, 1);
      settle (fixture);
    }
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
}

static void
test_send (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) wrong = cardea_message_new ("welcome");
  g_assert_false (cardea_channel_send (fixture->channel, wrong, &error));
  g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_DIRECTION);
  g_clear_error (&error);

  g_autoptr (CardeaMessage) empty = cardea_message_new ("file.opened");
  cardea_message_set_request (empty, "r");
  g_assert_false (cardea_channel_send (fixture->channel, empty, &error));
  g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FIELD);
  g_clear_error (&error);

  g_autoptr (CardeaMessage) stop = cardea_message_new ("chat.stop");
  g_assert_true (cardea_channel_send (fixture->channel, stop, &error));
  settle (fixture);
  g_autoptr (CardeaMessage) got = raw_receive (fixture, CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);
  g_assert_true (cardea_message_is (got, "chat.stop"));
}

static void
test_send_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (CARDEA_LIMIT_CHAT_TEXT, 'x');
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  settle (fixture);
  for (; error == NULL && sent < 1000; sent++)
    {
      g_autoptr (CardeaMessage) message = cardea_message_new ("chat.event");
      cardea_message_set_string (message, "kind", "delta");
      cardea_message_set_string (message, "text", text);
      cardea_channel_send (fixture->channel, message, &error);
    }
  g_assert_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FULL);
  g_assert_cmpuint (sent, >, 10);
  g_assert_cmpuint (sent, <, 30);

  /* What was queued arrives whole, as fast as the peer reads. */
  for (guint i = 0; i + 1 < sent; i++)
    {
      gsize left = CARDEA_FRAME_HEADER, size = 0;
      guint8 header[CARDEA_FRAME_HEADER];
      g_autofree guint8 *bytes = g_malloc (CARDEA_LIMIT_FRAME);
      while (left > 0)
        {
          settle (fixture);
          gssize n
              = recv (fixture->raw, size == 0 ? header + sizeof header - left : bytes, left, 0);
          g_assert_cmpint (n, >, 0);
          left -= (gsize) n;
          if (left == 0 && size == 0)
            left = size = (gsize) header[1] << 16 | (gsize) header[2] << 8 | header[3];
        }
    }
  settle (fixture);
  g_assert_true (cardea_channel_is_open (fixture->channel));
}

static void
test_pause (Fixture *fixture, gconstpointer data)
{
  cardea_channel_set_reading (fixture->channel, FALSE);
  raw_send_text (fixture, READY, NULL, 0);
  settle (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 0);

  /* The peer may even go: what it said is read when it is wanted. */
  cardea_fd_clear (&fixture->raw);
  settle (fixture);
  g_assert_null (fixture->closed);
  cardea_channel_set_reading (fixture->channel, TRUE);
  settle (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  g_assert_error (fixture->closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) stop = cardea_message_new ("chat.stop");

  cardea_channel_close (fixture->channel);
  g_assert_null (fixture->closed);
  g_assert_false (cardea_channel_send (fixture->channel, stop, &error));
  g_assert_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
  assert_closed (fixture, CARDEA_CHANNEL_ERROR_CLOSED);
}

static void
drop_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_ptr_array_add (fixture->messages, cardea_message_ref (message));
  g_clear_pointer (&fixture->channel, cardea_channel_unref);
}

/* A handler may let go of the channel it is called from. */
static void
test_unref_inside (Fixture *fixture, gconstpointer data)
{
  static const CardeaChannelHandler dropping = { drop_cb, NULL, closed_cb };
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  cardea_channel_unref (fixture->channel);
  cardea_fd_clear (&fixture->raw);
  fixture->raw = pair[1];
  fixture->channel = cardea_channel_new (pair[0], CARDEA_CHANNEL_PLAIN, NULL, CARDEA_ROLE_CORE,
                                         CARDEA_ROLE_AGENT, &dropping, fixture);
  cardea_channel_attach (fixture->channel, fixture->context);
  raw_send_text (fixture, READY, NULL, 0);
  raw_send_text (fixture, READY, NULL, 0);
  settle (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  g_assert_null (fixture->channel);
  g_assert_null (fixture->closed);
}

static void
nested_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_ptr_array_add (fixture->messages, cardea_message_ref (message));
  if (fixture->messages->len == 1)
    while (fixture->messages->len < 3)
      g_main_context_iteration (fixture->context, TRUE);
}

/* A handler may wait for what comes next on the same link. */
static void
test_nested (Fixture *fixture, gconstpointer data)
{
  static const CardeaChannelHandler nesting = { nested_cb, NULL, closed_cb };
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  cardea_channel_unref (fixture->channel);
  cardea_fd_clear (&fixture->raw);
  fixture->raw = pair[1];
  fixture->channel = cardea_channel_new (pair[0], CARDEA_CHANNEL_PLAIN, NULL, CARDEA_ROLE_CORE,
                                         CARDEA_ROLE_AGENT, &nesting, fixture);
  cardea_channel_attach (fixture->channel, fixture->context);
  for (int i = 0; i < 4; i++)
    raw_send_text (fixture, READY, NULL, 0);
  settle (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 4);
}

#define ADD(path, data, prepare, function)                                                         \
  g_test_add ("/channel/" path, Fixture, data, prepare, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("ready", NULL, setup, test_ready);
  ADD ("receive", NULL, setup, test_receive);
  ADD ("largest", NULL, setup, test_largest);
  ADD ("length/zero", "\0\0\0\0", setup, test_bad_length);
  ADD ("length/over-limit", "\0\x10\0\x01", setup, test_bad_length);
  ADD ("length/all-ones", "\xff\xff\xff\xff", setup, test_bad_length);
  ADD ("length/negative", "\x80\0\0\x01", setup, test_bad_length);
  ADD ("cut-off", NULL, setup, test_cut_off);
  ADD ("gone", NULL, setup, test_gone);
  ADD ("not-an-object/array", "[1]", setup, test_not_an_object);
  ADD ("not-an-object/garbage", "GET / HTTP/1.1", setup, test_not_an_object);
  ADD ("not-an-object/duplicate", "{\"type\":\"done\",\"type\":\"done\"}", setup,
       test_not_an_object);
  ADD ("not-an-object/not-utf8", "{\"type\":\"\xff\"}", setup, test_not_an_object);
  ADD ("faults", NULL, setup, test_faults);
  ADD ("fault-of-worker", NULL, setup_worker, test_fault_of_worker);
  ADD ("descriptor/good", NULL, setup_worker, test_descriptor);
  ADD ("descriptor/in-order", NULL, setup_worker, test_descriptors_in_order);
  ADD ("descriptor/missing", NULL, setup_worker, test_descriptor_missing);
  ADD ("descriptor/undeclared", GINT_TO_POINTER (CARDEA_CHANNEL_ERROR_DESCRIPTORS), setup,
       test_descriptor_undeclared);
  ADD ("descriptor/undeclared-by-worker", GINT_TO_POINTER (CARDEA_CHANNEL_ERROR_SCHEMA),
       setup_worker, test_descriptor_undeclared);
  ADD ("descriptor/surplus", NULL, setup_worker, test_descriptor_surplus);
  ADD ("descriptor/another", NULL, setup_worker, test_descriptor_another);
  ADD ("descriptor/not-sealed", NULL, setup_worker, test_descriptor_not_sealed);
  ADD ("descriptor/17", GUINT_TO_POINTER (17), setup_worker, test_descriptor_flood);
  ADD ("descriptor/253", GUINT_TO_POINTER (253), setup_worker, test_descriptor_flood);
  ADD ("descriptor/trickle", NULL, setup, test_descriptor_trickle);
  ADD ("send", NULL, setup, test_send);
  ADD ("send-full", NULL, setup_agent, test_send_full);
  ADD ("pause", NULL, setup, test_pause);
  ADD ("close", NULL, setup, test_close);
  ADD ("unref-inside", NULL, setup, test_unref_inside);
  ADD ("nested", NULL, setup, test_nested);
  return g_test_run ();
}
