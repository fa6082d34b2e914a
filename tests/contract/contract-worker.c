/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/contract-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-message-table.h"

#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKER_FD 3
#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define FOLDERS_UP 4 /* from tests/contract/X/test-Y to the build folder */

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  ContractWorker *worker = user_data;
  g_ptr_array_add (worker->arrived, cardea_message_ref (message));
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  ContractWorker *worker = user_data;
  g_test_message ("link closed: %s", error->message);
  worker->closed = TRUE;
}

static char *
program_path (const char *program)
{
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);
  for (guint i = 0; i < FOLDERS_UP; i++)
    {
      char *parent = g_path_get_dirname (path);
      g_free (path);
      path = parent;
    }
  return g_build_filename (path, program, NULL);
}

static pid_t
start (const char *program, int socket, const char *const *environment)
{
  g_autofree char *path = program_path (program);
  char *const arguments[] = { path, NULL };
  pid_t pid = fork ();
  if (pid == 0)
    {
      if (socket != WORKER_FD)
        dup2 (socket, WORKER_FD);
      else
        fcntl (WORKER_FD, F_SETFD, 0);
      execve (path, arguments, (char *const *) environment);
      _exit (127);
    }
  return pid;
}

ContractWorker *
contract_worker_new (const char *program, CardeaRole role, const char *const *environment)
{
  static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };
  int pair[2];
  ContractWorker *worker = g_new0 (ContractWorker, 1);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  worker->role = role;
  worker->arrived = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_message_unref);
  worker->pid = start (program, pair[1], environment);
  close (pair[1]);
  worker->channel = cardea_channel_new (pair[0], CARDEA_CHANNEL_PLAIN, NULL, CARDEA_ROLE_CORE, role,
                                        &handler, worker);
  cardea_channel_attach (worker->channel, NULL);
  return worker;
}

void
contract_worker_free (ContractWorker *worker)
{
  int status;
  cardea_channel_close (worker->channel);
  while (!worker->closed)
    g_main_context_iteration (NULL, TRUE);
  cardea_channel_unref (worker->channel);
  g_assert_cmpint (waitpid (worker->pid, &status, 0), ==, worker->pid);
  g_assert_true (WIFEXITED (status));
  g_ptr_array_unref (worker->arrived);
  g_free (worker);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* id or name; the first that fits leaves the list. */
static CardeaMessage *
take (ContractWorker *worker, const char *id, const char *name)
{
  for (guint i = 0; i < worker->arrived->len; i++)
    {
      CardeaMessage *message = worker->arrived->pdata[i];
      if ((id != NULL && g_strcmp0 (cardea_message_request (message), id) == 0)
          || (name != NULL && cardea_message_is (message, name)))
        return g_ptr_array_steal_index (worker->arrived, i);
    }
  return NULL;
}

/* The worker went away while it was needed: say how. */
static void
fail_closed (ContractWorker *worker)
{
  int status = 0;
  pid_t ended = waitpid (worker->pid, &status, 0);
  g_error ("the worker has gone: %s %d",
           ended != worker->pid   ? "unknown"
           : WIFSIGNALED (status) ? "signal"
                                  : "status",
           WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
}

static CardeaMessage *
wait_for (ContractWorker *worker, const char *id, const char *name)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_US;
  guint tick = g_timeout_add_seconds (1, tick_cb, NULL);
  CardeaMessage *message = take (worker, id, name);
  while (message == NULL)
    {
      if (worker->closed)
        fail_closed (worker);
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, TRUE);
      message = take (worker, id, name);
    }
  g_source_remove (tick);
  return message;
}

CardeaMessage *
contract_worker_ready (ContractWorker *worker)
{
  return wait_for (worker, NULL, "worker.ready");
}

CardeaMessage *
contract_worker_wait_event (ContractWorker *worker, const char *name)
{
  return wait_for (worker, NULL, name);
}

char *
contract_worker_send (ContractWorker *worker, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  char *id = g_strdup_printf ("t%u", ++worker->next_id);
  if (cardea_message_table_find (cardea_message_name (message))->kind == CARDEA_MESSAGE_REQUEST)
    cardea_message_set_request (message, id);
  gboolean sent = cardea_channel_send (worker->channel, message, &error);
  g_assert_no_error (error);
  g_assert_true (sent);
  return id;
}

CardeaMessage *
contract_worker_wait (ContractWorker *worker, const char *id)
{
  return wait_for (worker, id, NULL);
}

CardeaMessage *
contract_worker_ask (ContractWorker *worker, CardeaMessage *message)
{
  g_autofree char *id = contract_worker_send (worker, message);
  return contract_worker_wait (worker, id);
}

void
contract_worker_wait_closed (ContractWorker *worker)
{
  while (!worker->closed)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
has_arrived (const ContractWorker *worker, const char *id)
{
  for (guint i = 0; i < worker->arrived->len; i++)
    if (g_strcmp0 (cardea_message_request (worker->arrived->pdata[i]), id) == 0)
      return TRUE;
  return FALSE;
}

gboolean
contract_worker_wait_killed (ContractWorker *worker, const char *id)
{
  int status = 0;
  while (!worker->closed && !has_arrived (worker, id))
    g_main_context_iteration (NULL, TRUE);
  if (!worker->closed)
    return FALSE;
  cardea_channel_unref (worker->channel);
  g_assert_cmpint (waitpid (worker->pid, &status, 0), ==, worker->pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  g_ptr_array_unref (worker->arrived);
  g_free (worker);
  return TRUE;
}

void
contract_assert_is (const CardeaMessage *reply, const char *name)
{
  if (!cardea_message_is (reply, name))
    g_test_message ("%s: %s", cardea_message_name (reply),
                    cardea_message_get_string (reply, "reason"));
  g_assert_cmpstr (cardea_message_name (reply), ==, name);
}

void
contract_assert_refused (const CardeaMessage *reply, const char *code)
{
  g_assert_cmpstr (cardea_message_name (reply), ==, "refused");
  g_test_message ("refused: %s", cardea_message_get_string (reply, "reason"));
  g_assert_cmpstr (cardea_message_get_string (reply, "code"), ==, code);
}

GBytes *
contract_content (const CardeaMessage *reply, const char *field)
{
  struct stat st;
  int fd = cardea_message_peek_fd (reply, field);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_autofree char *bytes = g_malloc (st.st_size + 1);
  g_assert_cmpint (pread (fd, bytes, st.st_size, 0), ==, st.st_size);
  return g_bytes_new (bytes, st.st_size);
}

char *
contract_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = g_dir_make_tmp ("cardea-contract-XXXXXX", &error);
  g_assert_no_error (error);
  char *real = realpath (made, NULL);
  char *folder = g_strdup (real);
  free (real);
  return folder;
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

void
contract_folder_remove (char *taken_folder)
{
  g_autofree char *folder = taken_folder;
  g_assert_cmpint (nftw (folder, remove_cb, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT), ==, 0);
}

static gboolean
write_text (const char *path, const char *text)
{
  cardea_autofd int fd = open (path, O_WRONLY | O_CLOEXEC);
  return fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text);
}

gboolean
contract_enter_namespace (void)
{
  g_autofree char *users = g_strdup_printf ("%u %u 1", geteuid (), geteuid ());
  g_autofree char *groups = g_strdup_printf ("%u %u 1", getegid (), getegid ());
  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_text ("/proc/self/setgroups", "deny")
         && write_text ("/proc/self/uid_map", users) && write_text ("/proc/self/gid_map", groups)
         && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

int
contract_skip (const char *reason)
{
  /* Not g_print(), which a test program turns into a comment; and in this protocol the plan says
   * that all is skipped, an exit status only that something broke. */
  printf ("1..0 # SKIP %s\n", reason);
  return g_getenv ("CARDEA_TESTS_MUST_RUN") != NULL ? EXIT_FAILURE : EXIT_SUCCESS;
}
