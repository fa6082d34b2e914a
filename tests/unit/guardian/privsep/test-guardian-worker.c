/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-worker.h"

#include "guardian/privsep/guardian-row.h"
#include "privsep-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED (128 + SIGSYS)

typedef struct {
  GuardianWorker worker;
  int (*tried) (const char *folder);
  int expected;
} Attempt;

static int
enter (GuardianWorker worker, const char *writable)
{
  const char *const folders[] = { writable, NULL };
  const int keep[] = { GUARDIAN_WORKER_FD };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    return 90;
  int other = fcntl (pair[0], F_DUPFD, 50); /* the pair's far end is in this very process */
  if (dup2 (pair[1], GUARDIAN_WORKER_FD) < 0)
    return 91;
  const int kept[] = { GUARDIAN_WORKER_FD, other };
  if (!guardian_worker_enter (worker, other >= 0 ? kept : keep, 2, NULL,
                              writable != NULL ? folders : NULL, &report, &error))
    {
      g_printerr ("%s\n", error->message);
      return 92;
    }
  gint64 abi = 0;
  if (guardian_row (worker)->rules != NULL
      && (!cardea_json_get_int (report, "landlock_abi", &abi) || abi < 1))
    return 93;
  return 0;
}

static int
attempt_cb (gpointer data)
{
  const Attempt *attempt = data;
  g_autofree char *folder = g_dir_make_tmp ("cardea-worker-XXXXXX", NULL);
  int child_status = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      int result = enter (attempt->worker, folder);
      _exit (result != 0 ? result : attempt->tried (folder));
    }
  waitpid (child, &child_status, 0);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_unlink (file);
  g_rmdir (folder);
  return WIFSIGNALED (child_status) ? 128 + WTERMSIG (child_status) : WEXITSTATUS (child_status);
}

static void
test_attempt (gconstpointer data)
{
  g_assert_cmpint (privsep_fixture_run (attempt_cb, (gpointer) data), ==,
                   ((const Attempt *) data)->expected);
}

static int
properties (const char *folder)
{
  struct rlimit core;

  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
    return 1;
  if (prctl (PR_GET_DUMPABLE) != 0)
    return 2;
  if (getrlimit (RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
    return 3;
  return fcntl (10, F_GETFD) < 0 ? 0 : 4;
}

/* prctl(PR_GET_NO_NEW_PRIVS) is not in the lists: rows with one read it from /proc. */
static int
listed (const char *folder)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 1;
  if (strstr (status, "\nNoNewPrivs:\t1\n") == NULL || strstr (status, "\nSeccomp:\t2\n") == NULL)
    return 2;
  return prctl (PR_GET_DUMPABLE) == 0 ? 0 : 3;
}

static gpointer
thread_cb (gpointer data)
{
  return data;
}

static int
threads (const char *folder)
{
  GThread *thread = g_thread_new ("worker", thread_cb, (gpointer) folder);
  return g_thread_join (thread) == folder ? 0 : 1;
}

static int
write_own (const char *folder)
{
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  int fd = open (file, O_CREAT | O_WRONLY, 0600);
  return fd >= 0 && write (fd, "x", 1) == 1 && fdatasync (fd) == 0 ? 0 : errno;
}

static int
write_elsewhere (const char *folder)
{
  return open (g_get_tmp_dir (), O_TMPFILE | O_WRONLY, 0600) < 0 ? errno : 0;
}

static int
read_home (const char *folder)
{
  return open (g_get_tmp_dir (), O_RDONLY | O_DIRECTORY) < 0 ? errno : 0;
}

static int
unix_socket (const char *folder)
{
  return socket (AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int
inet_socket (const char *folder)
{
  return socket (AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int
packet_socket (const char *folder)
{
  return socket (AF_PACKET, SOCK_RAW, 0) < 0 ? errno : 0;
}

static int
listen_inet (const char *folder)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && listen (fd, 1) == 0 ? 0 : errno;
}

static int
read_etc (const char *folder)
{
  return open ("/etc/passwd", O_RDONLY) < 0 ? errno : 0;
}

static int
fork_child (const char *folder)
{
  return fork () < 0 ? errno : 0;
}

static int
execute (const char *folder)
{
  execl ("/bin/true", "true", NULL);
  return errno;
}

static int
make_namespace (const char *folder)
{
  return unshare (CLONE_NEWUSER) < 0 ? errno : 0;
}

static int
trace (const char *folder)
{
  return ptrace (PTRACE_ATTACH, getppid (), 0, 0) < 0 ? errno : 0;
}

static int
ring (const char *folder)
{
  return (int) syscall (425, 8, NULL) < 0 ? errno : 0; /* io_uring_setup */
}

#if defined(__x86_64__)
static int
x32 (const char *folder)
{
  return (int) syscall (0x40000000 | SYS_getpid) < 0 ? errno : 0;
}

static int
i386 (const char *folder)
{
  long result = 20; /* getpid of i386 */
  __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
  return result < 0 ? (int) -result : 0;
}
#endif

static const struct {
  const char *path;
  Attempt attempt;
} attempts[] = {
  { "/worker/launch/properties", { GUARDIAN_WORKER_LAUNCH, properties, 0 } },
  { "/worker/core/listed", { GUARDIAN_WORKER_CORE, listed, 0 } },
  { "/worker/core/write-own", { GUARDIAN_WORKER_CORE, write_own, 0 } },
  { "/worker/core/write-elsewhere", { GUARDIAN_WORKER_CORE, write_elsewhere, EACCES } },
  { "/worker/core/read-elsewhere", { GUARDIAN_WORKER_CORE, read_home, EACCES } },
  { "/worker/core/unix-socket", { GUARDIAN_WORKER_CORE, unix_socket, 0 } },
  { "/worker/core/inet-socket", { GUARDIAN_WORKER_CORE, inet_socket, KILLED } },
  { "/worker/core/fork", { GUARDIAN_WORKER_CORE, fork_child, KILLED } },
  { "/worker/core/execute", { GUARDIAN_WORKER_CORE, execute, KILLED } },
  { "/worker/core/namespace", { GUARDIAN_WORKER_CORE, make_namespace, KILLED } },
  { "/worker/core/ptrace", { GUARDIAN_WORKER_CORE, trace, KILLED } },
  { "/worker/core/io-uring", { GUARDIAN_WORKER_CORE, ring, KILLED } },
#if defined(__x86_64__)
  { "/worker/core/x32", { GUARDIAN_WORKER_CORE, x32, KILLED } },
  { "/worker/core/i386", { GUARDIAN_WORKER_CORE, i386, KILLED } },
#endif
  { "/worker/files/listed", { GUARDIAN_WORKER_FILES, listed, 0 } },
  { "/worker/files/threads", { GUARDIAN_WORKER_FILES, threads, 0 } },
  { "/worker/files/read", { GUARDIAN_WORKER_FILES, read_home, 0 } },
  { "/worker/files/write", { GUARDIAN_WORKER_FILES, write_elsewhere, EACCES } },
  { "/worker/files/socket", { GUARDIAN_WORKER_FILES, unix_socket, EACCES } },
  { "/worker/files/fork", { GUARDIAN_WORKER_FILES, fork_child, KILLED } },
  { "/worker/change/listed", { GUARDIAN_WORKER_CHANGE, listed, 0 } },
  { "/worker/change/threads", { GUARDIAN_WORKER_CHANGE, threads, 0 } },
  { "/worker/change/read", { GUARDIAN_WORKER_CHANGE, read_home, 0 } },
  { "/worker/change/write", { GUARDIAN_WORKER_CHANGE, write_elsewhere, 0 } },
  { "/worker/change/unix-socket", { GUARDIAN_WORKER_CHANGE, unix_socket, EACCES } },
  { "/worker/change/inet-socket", { GUARDIAN_WORKER_CHANGE, inet_socket, EACCES } },
  { "/worker/change/fork", { GUARDIAN_WORKER_CHANGE, fork_child, KILLED } },
  { "/worker/change/execute", { GUARDIAN_WORKER_CHANGE, execute, KILLED } },
  { "/worker/change/namespace", { GUARDIAN_WORKER_CHANGE, make_namespace, KILLED } },
  { "/worker/view/listed", { GUARDIAN_WORKER_VIEW, listed, 0 } },
  { "/worker/view/threads", { GUARDIAN_WORKER_VIEW, threads, 0 } },
  { "/worker/view/read", { GUARDIAN_WORKER_VIEW, read_home, 0 } },
  { "/worker/view/write", { GUARDIAN_WORKER_VIEW, write_elsewhere, 0 } },
  { "/worker/view/unix-socket", { GUARDIAN_WORKER_VIEW, unix_socket, EACCES } },
  { "/worker/view/inet-socket", { GUARDIAN_WORKER_VIEW, inet_socket, EACCES } },
  { "/worker/view/fork", { GUARDIAN_WORKER_VIEW, fork_child, KILLED } },
  { "/worker/view/execute", { GUARDIAN_WORKER_VIEW, execute, KILLED } },
  { "/worker/view/namespace", { GUARDIAN_WORKER_VIEW, make_namespace, KILLED } },
  { "/worker/egress/threads", { GUARDIAN_WORKER_EGRESS, threads, 0 } },
  { "/worker/egress/read", { GUARDIAN_WORKER_EGRESS, read_home, EACCES } },
  { "/worker/egress/passwords", { GUARDIAN_WORKER_EGRESS, read_etc, EACCES } },
  { "/worker/egress/write", { GUARDIAN_WORKER_EGRESS, write_elsewhere, EACCES } },
  { "/worker/egress/unix-socket", { GUARDIAN_WORKER_EGRESS, unix_socket, EAFNOSUPPORT } },
  { "/worker/egress/inet-socket", { GUARDIAN_WORKER_EGRESS, inet_socket, 0 } },
  { "/worker/egress/raw-socket", { GUARDIAN_WORKER_EGRESS, packet_socket, KILLED } },
  { "/worker/egress/listen", { GUARDIAN_WORKER_EGRESS, listen_inet, KILLED } },
  { "/worker/egress/fork", { GUARDIAN_WORKER_EGRESS, fork_child, KILLED } },
  { "/worker/egress/execute", { GUARDIAN_WORKER_EGRESS, execute, KILLED } },
  { "/worker/bundle/threads", { GUARDIAN_WORKER_BUNDLE, threads, 0 } },
  { "/worker/bundle/read", { GUARDIAN_WORKER_BUNDLE, read_home, EACCES } },
  { "/worker/bundle/passwords", { GUARDIAN_WORKER_BUNDLE, read_etc, EACCES } },
  { "/worker/bundle/write", { GUARDIAN_WORKER_BUNDLE, write_elsewhere, EACCES } },
  { "/worker/bundle/unix-socket", { GUARDIAN_WORKER_BUNDLE, unix_socket, EACCES } },
  { "/worker/bundle/inet-socket", { GUARDIAN_WORKER_BUNDLE, inet_socket, EACCES } },
  { "/worker/bundle/fork", { GUARDIAN_WORKER_BUNDLE, fork_child, KILLED } },
  { "/worker/bundle/execute", { GUARDIAN_WORKER_BUNDLE, execute, KILLED } },
  { "/worker/picture/threads", { GUARDIAN_WORKER_PICTURE, threads, 0 } },
  { "/worker/picture/read", { GUARDIAN_WORKER_PICTURE, read_home, EACCES } },
  { "/worker/picture/passwords", { GUARDIAN_WORKER_PICTURE, read_etc, EACCES } },
  { "/worker/picture/write", { GUARDIAN_WORKER_PICTURE, write_elsewhere, EACCES } },
  { "/worker/picture/unix-socket", { GUARDIAN_WORKER_PICTURE, unix_socket, EACCES } },
  { "/worker/picture/inet-socket", { GUARDIAN_WORKER_PICTURE, inet_socket, EACCES } },
  { "/worker/picture/fork", { GUARDIAN_WORKER_PICTURE, fork_child, KILLED } },
  { "/worker/picture/execute", { GUARDIAN_WORKER_PICTURE, execute, KILLED } },
  { "/worker/names/threads", { GUARDIAN_WORKER_NAMES, threads, 0 } },
  { "/worker/names/read", { GUARDIAN_WORKER_NAMES, read_home, EACCES } },
  { "/worker/names/write", { GUARDIAN_WORKER_NAMES, write_elsewhere, EACCES } },
  { "/worker/names/unix-socket", { GUARDIAN_WORKER_NAMES, unix_socket, EAFNOSUPPORT } },
  { "/worker/names/inet-socket", { GUARDIAN_WORKER_NAMES, inet_socket, 0 } },
  { "/worker/names/listen", { GUARDIAN_WORKER_NAMES, listen_inet, KILLED } },
  { "/worker/names/execute", { GUARDIAN_WORKER_NAMES, execute, KILLED } },
  { "/worker/scan/threads", { GUARDIAN_WORKER_SCAN, threads, 0 } },
  { "/worker/scan/read", { GUARDIAN_WORKER_SCAN, read_home, EACCES } },
  { "/worker/scan/read-etc", { GUARDIAN_WORKER_SCAN, read_etc, EACCES } },
  { "/worker/scan/write", { GUARDIAN_WORKER_SCAN, write_elsewhere, EACCES } },
  { "/worker/scan/unix-socket", { GUARDIAN_WORKER_SCAN, unix_socket, EACCES } },
  { "/worker/scan/inet-socket", { GUARDIAN_WORKER_SCAN, inet_socket, EACCES } },
  { "/worker/scan/fork", { GUARDIAN_WORKER_SCAN, fork_child, KILLED } },
  { "/worker/scan/execute", { GUARDIAN_WORKER_SCAN, execute, KILLED } },
  { "/worker/keys/listed", { GUARDIAN_WORKER_KEYS, listed, 0 } },
  { "/worker/keys/threads", { GUARDIAN_WORKER_KEYS, threads, 0 } },
  { "/worker/keys/unix-socket", { GUARDIAN_WORKER_KEYS, unix_socket, 0 } },
  { "/worker/keys/inet-socket", { GUARDIAN_WORKER_KEYS, inet_socket, KILLED } },
  { "/worker/keys/read-elsewhere", { GUARDIAN_WORKER_KEYS, read_home, EACCES } },
  { "/worker/keys/execute", { GUARDIAN_WORKER_KEYS, execute, KILLED } },
};

static int
refuses_cb (gpointer data)
{
  g_autoptr (GError) error = NULL;

  /* The second thread may be waiting anywhere: Landlock would not bind it. */
  GThread *thread = g_thread_new ("second", (GThreadFunc) (void (*) (void)) pause, NULL);
  gboolean entered
      = guardian_worker_enter (GUARDIAN_WORKER_CORE, NULL, 0, NULL, NULL, NULL, &error);
  g_thread_unref (thread);
  return !entered && g_error_matches (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_CONFINE)
             ? 0
             : 1;
}

static void
test_refuses_threads (void)
{
  g_assert_cmpint (privsep_fixture_run (refuses_cb, NULL), ==, 0);
}

static int
orphan_cb (gpointer data)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    return 1;
  if (dup2 (pair[1], GUARDIAN_WORKER_FD) < 0)
    return 1;
  /* No other end is left: whoever started it is gone. */
  return guardian_worker_enter (GUARDIAN_WORKER_LAUNCH, keep, 1, NULL, NULL, NULL, NULL) ? 2 : 0;
}

static void
test_refuses_orphan (void)
{
  g_assert_cmpint (privsep_fixture_run (orphan_cb, NULL), ==, 0);
}

static int
no_landlock_cb (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("CARDEA_TEST_LANDLOCK_ABI", "0", TRUE);
  return !guardian_worker_enter (GUARDIAN_WORKER_CORE, NULL, 0, NULL, NULL, NULL, &error)
                 && strstr (error->message, "Landlock is missing") != NULL
             ? 0
             : 1;
}

static void
test_refuses_without_landlock (void)
{
  g_assert_cmpint (privsep_fixture_run (no_landlock_cb, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    g_test_add_data_func (attempts[i].path, &attempts[i].attempt, test_attempt);
  g_test_add_func ("/worker/refuses-threads", test_refuses_threads);
  g_test_add_func ("/worker/refuses-orphan", test_refuses_orphan);
  g_test_add_func ("/worker/refuses-without-landlock", test_refuses_without_landlock);
  return g_test_run ();
}
