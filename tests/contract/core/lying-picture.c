/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* In the place of cardea-guardian-picture: whoever took it over. It does as the picture says, which
 * is the name of a row below; nothing that it sends is held against a table first. */

#include "common/json/cardea-json.h"
#include "common/protocol/cardea-descriptor.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAIR 3
#define FRAME_LIMIT 65536
#define CONTENT_LIMIT 64

typedef struct {
  const char *name;
  const char *numbers; /* of its answer, as they stand there; NULL: what it does is below */
  gsize bytes;         /* of the memfd */
  gboolean unsealed;
  gboolean pipe; /* in the memfd's place */
  guint times;   /* that it answers, 1 when 0 */
} Lie;

#define NUMBERS(width, height, stride)                                                             \
  "\"width\":" width ",\"height\":" height ",\"stride\":" stride                                   \
  ",\"full_width\":20,\"full_height\":10"

static const Lie lies[] = {
  { "honest", NUMBERS ("2", "1", "8"), 8 },
  { "short", NUMBERS ("2", "1", "8"), 7 },
  { "long", NUMBERS ("2", "1", "8"), 9 },
  { "gigabytes", NUMBERS ("2048", "2048", "8192"), 8 },
  { "beyond", NUMBERS ("1000000", "1000000", "4000000"), 8 },
  { "negative", NUMBERS ("-2", "-1", "-8"), 8 },
  { "larger", NUMBERS ("64", "64", "256"), 64 * 256 },
  { "strides", NUMBERS ("2", "2", "4"), 8 },
  { "unsealed", NUMBERS ("2", "1", "8"), 8, .unsealed = TRUE },
  { "pipe", NUMBERS ("2", "1", "8"), 8, .pipe = TRUE },
  { "twice", NUMBERS ("2", "1", "8"), 8, .times = 2 },
  { "silent" },
  { "dies" },
};

static const Lie *
find_lie (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    if (strcmp (lies[i].name, name) == 0)
      return &lies[i];
  return NULL;
}

static void
send_frame (const char *text, int fd)
{
  guint32 length = htobe32 ((guint32) strlen (text));
  struct iovec parts[] = { { &length, sizeof length }, { (void *) text, strlen (text) } };
  char control[CMSG_SPACE (sizeof fd)] = { 0 };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

  if (fd >= 0)
    {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      struct cmsghdr *head = CMSG_FIRSTHDR (&message);
      head->cmsg_level = SOL_SOCKET;
      head->cmsg_type = SCM_RIGHTS;
      head->cmsg_len = CMSG_LEN (sizeof fd);
      memcpy (CMSG_DATA (head), &fd, sizeof fd);
    }
  if (sendmsg (PAIR, &message, MSG_NOSIGNAL) < 0)
    exit (EXIT_FAILURE);
}

/* The text of a whole frame, and its descriptor. */
static char *
receive_frame (int *ret_fd)
{
  static char text[FRAME_LIMIT];
  char control[CMSG_SPACE (sizeof (int))];
  guint32 length = 0;
  struct iovec part = { &length, sizeof length };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };

  if (recvmsg (PAIR, &message, MSG_WAITALL) != sizeof length)
    return NULL;
  const struct cmsghdr *head = CMSG_FIRSTHDR (&message);
  if (head != NULL)
    memcpy (ret_fd, CMSG_DATA (head), sizeof *ret_fd);
  gsize size = be32toh (length);
  if (size >= sizeof text || recv (PAIR, text, size, MSG_WAITALL) != (ssize_t) size)
    return NULL;
  text[size] = '\0';
  return text;
}

static int
new_pixels (const Lie *lie)
{
  int pair[2];

  if (lie->pipe)
    return pipe2 (pair, O_CLOEXEC) == 0 ? pair[0] : -1;
  int fd = memfd_create ("lie", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate (fd, (off_t) lie->bytes) != 0
      || (!lie->unsealed && !cardea_descriptor_seal_memfd (fd)))
    exit (EXIT_FAILURE);
  return fd;
}

static void
answer (const Lie *lie, const char *request)
{
  struct stat st;
  int fd = new_pixels (lie);

  if (fstat (fd, &st) != 0)
    exit (EXIT_FAILURE);
  g_autofree char *text = g_strdup_printf (
      "{\"type\":\"picture.decoded\",\"request\":\"%s\",%s,\"pixels\":{\"type\":\"memfd\","
      "\"dev\":\"%" G_GUINT64_FORMAT "\",\"ino\":\"%" G_GUINT64_FORMAT "\"}}",
      request, lie->numbers, (guint64) st.st_dev, (guint64) st.st_ino);
  send_frame (text, fd);
  close (fd);
}

static void
obey (const CardeaJson *request, int content)
{
  char name[CONTENT_LIMIT + 1] = { 0 };
  const char *id = cardea_json_get_string (request, "request");

  if (pread (content, name, CONTENT_LIMIT, 0) < 0)
    exit (EXIT_FAILURE);
  const Lie *lie = find_lie (name);
  if (lie == NULL || strcmp (name, "dies") == 0)
    exit (EXIT_FAILURE);
  for (guint i = 0; lie->numbers != NULL && i < MAX (lie->times, 1); i++)
    answer (lie, id);
}

int
main (void)
{
  const char *text = NULL;
  int content = -1;

  send_frame ("{\"type\":\"worker.ready\",\"name\":\"picture\",\"confinement\":{}}", -1);
  while ((text = receive_frame (&content)) != NULL)
    {
      g_autoptr (CardeaJson) request = cardea_json_parse (text, strlen (text), NULL);
      if (request == NULL)
        return EXIT_FAILURE;
      obey (request, content);
    }
  return EXIT_SUCCESS;
}
