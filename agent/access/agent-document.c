/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-document.h"

#include "agent/content/agent-error.h"
#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define BLOCK_SIZE 65536
#define GRACE_US (G_USEC_PER_SEC / 2) /* between the end of output and the end of the process */
#define GRACE_STEP_US 1000

typedef struct {
  int fd;
  GByteArray *bytes;
  gboolean end;
  gboolean too_much;
  gboolean late;
  gboolean wake;
} Reading;

static gboolean
fail (AgentSource *source, AgentErrorCode code, const char *what, GError **error)
{
  g_autofree char *name = agent_source_show_name (source);
  g_set_error (error, AGENT_ERROR, code, "I could not take the text out of %s: %s.", name, what);
  return FALSE;
}

gboolean
agent_document_is_one (GBytes *beginning)
{
  static const struct {
    const char *magic;
    gsize size;
  } magics[] = { { "%PDF-", 5 }, { "PK\x03\x04", 4 }, { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8 } };
  gsize size;
  const char *bytes = g_bytes_get_data (beginning, &size);
  for (gsize i = 0; i < G_N_ELEMENTS (magics); i++)
    if (size >= magics[i].size && memcmp (bytes, magics[i].magic, magics[i].size) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
write_all (int fd, GBytes *piece)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (piece, &size);
  while (size > 0)
    {
      gssize written = write (fd, bytes, size);
      if (written < 0 && errno != EINTR)
        return FALSE;
      if (written <= 0)
        continue;
      bytes += written;
      size -= (gsize) written;
    }
  return TRUE;
}

/* The whole document as one sealed memfd; -1 with an error. */
static int
gather (AgentSource *source, GCancellable *cancellable, GError **error)
{
  cardea_autofd int fd = memfd_create ("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  gsize total = 0;
  if (fd < 0)
    return fail (source, AGENT_ERROR_UNAVAILABLE, g_strerror (errno), error), -1;

  agent_source_rewind (source);
  for (;;)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GBytes) piece = agent_source_next (source, cancellable, &local);
      if (local != NULL)
        return g_propagate_error (error, g_steal_pointer (&local)), -1;
      if (piece == NULL)
        break;
      total += g_bytes_get_size (piece);
      if (total > AGENT_EXTRACT_LIMIT_DOCUMENT)
        return fail (source, AGENT_ERROR_LIMIT, "it is larger than 64 MiB", error), -1;
      if (!write_all (fd, piece))
        return fail (source, AGENT_ERROR_LIMIT, "there is not enough memory", error), -1;
    }
  if (lseek (fd, 0, SEEK_SET) != 0
      || fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return fail (source, AGENT_ERROR_UNAVAILABLE, g_strerror (errno), error), -1;
  return cardea_fd_steal (&fd);
}

static pid_t
start (const char *program, const char *charset, int document, int output, GError **error)
{
  posix_spawn_file_actions_t actions;
  pid_t pid = -1;
  char *argv[] = { (char *) AGENT_EXTRACT_PROGRAM, NULL, NULL, NULL };
  char *environment[] = { (char *) "LC_ALL=C.UTF-8", (char *) "PATH=/usr/bin:/bin", NULL };

  if (charset != NULL)
    {
      argv[1] = (char *) AGENT_EXTRACT_HTML;
      argv[2] = (char *) charset;
    }
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, document, STDIN_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, output, STDOUT_FILENO);
  int result = posix_spawn (&pid, program, &actions, NULL, argv, environment);
  posix_spawn_file_actions_destroy (&actions);
  if (result == 0)
    return pid;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
               "I could not start the program that reads documents: %s.", g_strerror (result));
  return -1;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Reading *reading = user_data;
  guint8 block[BLOCK_SIZE];
  gssize size = read (fd, block, sizeof block);
  if (size < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (size > 0 && reading->bytes->len + (gsize) size <= AGENT_EXTRACT_LIMIT_OUTPUT + BLOCK_SIZE)
    {
      g_byte_array_append (reading->bytes, block, (guint) size);
      return G_SOURCE_CONTINUE;
    }
  reading->too_much = size > 0;
  reading->end = TRUE;
  return G_SOURCE_CONTINUE;
}

static gboolean
late_cb (gpointer user_data)
{
  ((Reading *) user_data)->late = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Wakes the loop, so that it sees the cancellation. */
static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  ((Reading *) user_data)->wake = TRUE;
  return G_SOURCE_REMOVE;
}

static void
read_output (Reading *reading, GCancellable *cancellable)
{
  guint output = g_unix_fd_add (reading->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, reading);
  guint deadline = g_timeout_add_seconds (AGENT_EXTRACT_LIMIT_SECONDS, late_cb, reading);
  g_autoptr (GSource) stop = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;
  if (stop != NULL)
    {
      g_source_set_callback (stop, G_SOURCE_FUNC (cancelled_cb), reading, NULL);
      g_source_attach (stop, NULL);
    }
  while (!reading->end && !reading->late && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (NULL, TRUE);
  if (stop != NULL)
    g_source_destroy (stop);
  g_source_remove (deadline);
  g_source_remove (output);
}

/* The exit status; -1 when it had to be ended or crashed. */
static int
end (pid_t pid, gboolean at_once)
{
  int status = 0;
  pid_t ended = 0;
  for (gint64 waited = 0; !at_once && ended == 0 && waited < GRACE_US; waited += GRACE_STEP_US)
    {
      ended = waitpid (pid, &status, WNOHANG);
      if (ended == 0)
        g_usleep (GRACE_STEP_US);
    }
  if (ended == 0)
    {
      kill (pid, SIGKILL);
      while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
        continue;
      return -1;
    }
  return ended == pid && WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

static const struct {
  int status;
  AgentErrorCode code;
  const char *what;
} outcomes[] = {
  { AGENT_EXTRACT_DAMAGED, AGENT_ERROR_UNSUITABLE, "it is damaged, or not what it claims to be" },
  { AGENT_EXTRACT_UNKNOWN, AGENT_ERROR_UNSUITABLE,
    "I read PDF, ODT, ODS, DOCX and XLSX, and it is none of them" },
  { AGENT_EXTRACT_PROTECTED, AGENT_ERROR_UNSUITABLE,
    "it is protected by a password, or in a format older than DOCX and XLSX" },
  { AGENT_EXTRACT_LIMIT, AGENT_ERROR_LIMIT, "there is too much in it" },
  { AGENT_EXTRACT_FAILED, AGENT_ERROR_UNAVAILABLE, "the program that reads documents failed" },
};

static gboolean
judge (AgentSource *source, const Reading *reading, int status, GError **error)
{
  if (reading->late)
    return fail (source, AGENT_ERROR_LIMIT, "it takes too long", error);
  if (reading->too_much)
    return fail (source, AGENT_ERROR_LIMIT, "there is too much in it", error);
  for (gsize i = 0; i < G_N_ELEMENTS (outcomes); i++)
    if (status == outcomes[i].status)
      return fail (source, outcomes[i].code, outcomes[i].what, error);
  if (status != AGENT_EXTRACT_DONE)
    return fail (source, AGENT_ERROR_UNSUITABLE,
                 "the program that reads documents broke on it; nothing else was harmed", error);
  return TRUE;
}

static GBytes *
run (AgentSource *source, const char *program, const char *charset, int document,
     GCancellable *cancellable, GError **error)
{
  int pair[2];
  if (pipe2 (pair, O_CLOEXEC) != 0)
    return fail (source, AGENT_ERROR_UNAVAILABLE, g_strerror (errno), error), NULL;
  cardea_autofd int in = pair[0];
  cardea_autofd int out = pair[1];
  pid_t pid = start (program, charset, document, out, error);
  cardea_fd_clear (&out);
  if (pid < 0)
    return NULL;

  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Reading reading = { .fd = in, .bytes = bytes };
  g_unix_set_fd_nonblocking (in, TRUE, NULL);
  read_output (&reading, cancellable);
  int status = end (pid, reading.late || reading.too_much || !reading.end);
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !judge (source, &reading, status, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* charset NULL: it is no web page. */
static GBytes *
extract (AgentSource *source, const char *program, const char *charset, GCancellable *cancellable,
         GError **error)
{
  g_autofree char *found
      = program != NULL ? g_strdup (program) : cardea_paths_program (AGENT_EXTRACT_PROGRAM, NULL);
  if (found == NULL)
    {
      fail (source, AGENT_ERROR_UNSUITABLE, "this installation reads no documents", error);
      return NULL;
    }
  cardea_autofd int document = gather (source, cancellable, error);
  return document >= 0 ? run (source, found, charset, document, cancellable, error) : NULL;
}

GBytes *
agent_document_extract (AgentSource *source, const char *program, GCancellable *cancellable,
                        GError **error)
{
  return extract (source, program, NULL, cancellable, error);
}

GBytes *
agent_document_extract_page (AgentSource *source, const char *charset, const char *program,
                             GCancellable *cancellable, GError **error)
{
  return extract (source, program, charset != NULL ? charset : "", cancellable, error);
}
