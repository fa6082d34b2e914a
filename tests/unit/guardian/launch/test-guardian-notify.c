/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A thread binds itself with the agent's real list; the test is its listener. */

#include "guardian/launch/guardian-notify.h"

#include "common/base/cardea-autofd.h"
#include "guardian/launch/guardian-agent-calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  int filter;
  gint listener; /* atomic; -2: could not be made */
  gint done;     /* atomic */
  int ptrace_error, socket_error, unknown_error;
  gboolean allowed;
} Bound;

static int
bind_thread (int filter)
{
  struct sock_filter program[BPF_MAXINSNS];
  ssize_t size = pread (filter, program, sizeof program, 0);
  const struct sock_fprog text
      = { .len = (unsigned short) (size / (ssize_t) sizeof program[0]), .filter = program };

  if (size <= 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return -2;
  long listener
      = syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &text);
  return listener >= 0 ? (int) listener : -2;
}

static gpointer
thread_cb (gpointer data)
{
  Bound *bound = data;
  int listener = bind_thread (bound->filter);

  g_atomic_int_set (&bound->listener, listener);
  g_main_context_wakeup (NULL);
  if (listener >= 0)
    {
      for (guint i = 0; i < 100; i++)
        bound->ptrace_error = ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
      bound->socket_error = socket (AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno;
      bound->unknown_error = syscall (9999) == 0 ? 0 : errno;
      bound->allowed = getpid () > 0 && access ("/", F_OK) == 0;
    }
  g_atomic_int_set (&bound->done, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
report_cb (const char *call, guint count, pid_t pid, gpointer user_data)
{
  GString *text = user_data;
  g_string_append_printf (text, "%s=%u ", call, count);
  g_assert_cmpint (pid, >, 0);
}

static void
test_answers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  cardea_autofd int filter = guardian_filter_export (guardian_agent_calls (), &error);
  Bound bound = { .filter = filter, .listener = -1 };

  g_assert_no_error (error);
  GThread *thread = g_thread_new ("bound", thread_cb, &bound);
  while (g_atomic_int_get (&bound.listener) == -1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (bound.listener, >=, 0);

  g_autoptr (GuardianNotify) notify
      = guardian_notify_new (bound.listener, guardian_agent_calls_refusal, report_cb, text);
  while (g_atomic_int_get (&bound.done) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  guardian_notify_flush (notify);

  g_assert_cmpint (bound.ptrace_error, ==, EPERM);
  g_assert_cmpint (bound.socket_error, ==, EACCES);
  g_assert_cmpint (bound.unknown_error, ==, ENOSYS);
  g_assert_true (bound.allowed);
  g_assert_nonnull (strstr (text->str, "ptrace=100 "));
  g_assert_nonnull (strstr (text->str, "socket=1 "));
  g_assert_nonnull (strstr (text->str, "#9999=1 "));
}

static void
test_export (void)
{
  cardea_autofd int filter = guardian_filter_export (guardian_agent_calls (), NULL);

  g_assert_cmpint (filter, >=, 0);
  g_assert_cmpint (fcntl (filter, F_GET_SEALS), ==,
                   F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  off_t size = lseek (filter, 0, SEEK_END);
  g_assert_cmpint (size % (off_t) sizeof (struct sock_filter), ==, 0);
  g_assert_cmpint (size / (off_t) sizeof (struct sock_filter), <=, BPF_MAXINSNS);
}

static void
test_refusals (void)
{
  g_assert_cmpint (guardian_agent_calls_refusal (NULL), ==, ENOSYS);
  g_assert_cmpint (guardian_agent_calls_refusal ("clone3"), ==, ENOSYS);
  g_assert_cmpint (guardian_agent_calls_refusal ("socket"), ==, EACCES);
  g_assert_cmpint (guardian_agent_calls_refusal ("mount"), ==, EPERM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/export", test_export);
  g_test_add_func ("/notify/refusals", test_refusals);
  g_test_add_func ("/notify/answers", test_answers);
  return g_test_run ();
}
