/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel for who sent READY (SCM_CREDENTIALS), the children for nothing they say about
 * themselves beyond why they failed.
 * Refuses: to let the program run before it was looked at from outside; every message out of order.
 * Known gaps: a sandbox that is killed before it answered has no known pid 1 yet; then bwrap's
 * --die-with-parent ends it. */

#include "guardian/launch/guardian-sandbox.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "guardian/launch/guardian-explain.h"
#include "guardian/launch/guardian-sandbox-check.h"
#include "guardian/launch/guardian-sandbox-ends.h"
#include "guardian/launch/guardian-sink.h"
#include "guardian/privsep/guardian-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - sandbox - error - quark, guardian_sandbox_error)

#define START_SECONDS 10 /* until READY; a loaded machine takes tens of milliseconds */
#define KILL_AGAIN_MS 1000
#define REMOVE_MS 20 /* between two looks at a group, at most; the first come sooner */
#define REMOVE_TRIES 100
#define SIGNAL_PROCESS_GROUP (1u << 2) /* PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9 */

struct _GuardianSandbox {
  char *id;
  GuardianSandboxState state;
  gboolean was_running;
  gboolean may_go;
  gboolean went; /* it was told to: what comes then may have run */
  const GuardianSandboxHandler *handler;
  gpointer user_data;
  CardeaJson *layers;
  GuardianCgroup *cgroup;
  GuardianSink *sink;
  GuardianNotify *notify;
  GuardianNotifyRefusal refusal;
  char *reason;
  int exec_error;

  pid_t monitor; /* our child: hold, then bwrap */
  int monitor_fd;
  int init_fd; /* pid 1 inside */
  pid_t program;
  int program_fd;
  int signal_fd; /* the program once more, for signals; program_fd is given away */
  int channel;
  int handoff;
  int gifts[GUARDIAN_HANDOFF_GIFTS]; /* the first -1: it has none */
  int status;

  guint monitor_source;
  guint handoff_source;
  guint init_source; /* while its group is waited for */
  guint timer;
  guint removals;
};

static const struct {
  GuardianSandboxState state;
  GuardianSandboxEvent event;
  GuardianSandboxState next;
} edges[] = {
  { GUARDIAN_SANDBOX_STARTING, GUARDIAN_SANDBOX_READY, GUARDIAN_SANDBOX_WAITING },
  { GUARDIAN_SANDBOX_WAITING, GUARDIAN_SANDBOX_GO, GUARDIAN_SANDBOX_GOING },
  { GUARDIAN_SANDBOX_GOING, GUARDIAN_SANDBOX_EXECED, GUARDIAN_SANDBOX_RUNNING },

  { GUARDIAN_SANDBOX_STARTING, GUARDIAN_SANDBOX_BROKEN, GUARDIAN_SANDBOX_ENDING },
  { GUARDIAN_SANDBOX_WAITING, GUARDIAN_SANDBOX_BROKEN, GUARDIAN_SANDBOX_ENDING },
  { GUARDIAN_SANDBOX_GOING, GUARDIAN_SANDBOX_BROKEN, GUARDIAN_SANDBOX_ENDING },

  { GUARDIAN_SANDBOX_STARTING, GUARDIAN_SANDBOX_KILL, GUARDIAN_SANDBOX_ENDING },
  { GUARDIAN_SANDBOX_WAITING, GUARDIAN_SANDBOX_KILL, GUARDIAN_SANDBOX_ENDING },
  { GUARDIAN_SANDBOX_GOING, GUARDIAN_SANDBOX_KILL, GUARDIAN_SANDBOX_ENDING },
  { GUARDIAN_SANDBOX_RUNNING, GUARDIAN_SANDBOX_KILL, GUARDIAN_SANDBOX_ENDING },
  { GUARDIAN_SANDBOX_ENDING, GUARDIAN_SANDBOX_KILL, GUARDIAN_SANDBOX_ENDING },

  { GUARDIAN_SANDBOX_STARTING, GUARDIAN_SANDBOX_EXITED, GUARDIAN_SANDBOX_ENDED },
  { GUARDIAN_SANDBOX_WAITING, GUARDIAN_SANDBOX_EXITED, GUARDIAN_SANDBOX_ENDED },
  { GUARDIAN_SANDBOX_GOING, GUARDIAN_SANDBOX_EXITED, GUARDIAN_SANDBOX_ENDED },
  { GUARDIAN_SANDBOX_RUNNING, GUARDIAN_SANDBOX_EXITED, GUARDIAN_SANDBOX_ENDED },
  { GUARDIAN_SANDBOX_ENDING, GUARDIAN_SANDBOX_EXITED, GUARDIAN_SANDBOX_ENDED },
};

gboolean
guardian_sandbox_next (GuardianSandboxState state, GuardianSandboxEvent event,
                       GuardianSandboxState *ret_next)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    if (edges[i].state == state && edges[i].event == event)
      {
        *ret_next = edges[i].next;
        return TRUE;
      }
  return FALSE;
}

static gboolean
advance (GuardianSandbox *sandbox, GuardianSandboxEvent event)
{
  if (guardian_sandbox_next (sandbox->state, event, &sandbox->state))
    return TRUE;
  g_debug ("sandbox %s: event %d is refused in state %d", sandbox->id, event, sandbox->state);
  return FALSE;
}

static void
clear_source (guint *source)
{
  if (*source != 0)
    g_source_remove (*source);
  *source = 0;
}

static void
signal_process (int pidfd)
{
  if (pidfd >= 0)
    syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* The end of pid 1 is the end of its pid namespace; bwrap ends by itself when it has seen it, so
 * that bwrap's end proves that nothing is left. */
static void
kill_all (GuardianSandbox *sandbox)
{
  if (sandbox->cgroup != NULL && guardian_cgroup_kill (sandbox->cgroup))
    return;
  signal_process (sandbox->init_fd >= 0 ? sandbox->init_fd : sandbox->monitor_fd);
}

static gboolean
kill_again_cb (gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;

  sandbox->timer = 0;
  signal_process (sandbox->init_fd);
  signal_process (sandbox->monitor_fd);
  return G_SOURCE_REMOVE;
}

static void
start_killing (GuardianSandbox *sandbox)
{
  clear_source (&sandbox->handoff_source);
  clear_source (&sandbox->timer);
  kill_all (sandbox);
  sandbox->timer = g_timeout_add (KILL_AGAIN_MS, kill_again_cb, sandbox);
}

/* --- the end --- */

static void
finish (GuardianSandbox *sandbox)
{
  if (sandbox->notify != NULL)
    guardian_notify_flush (sandbox->notify);
  if (sandbox->reason == NULL && !sandbox->was_running)
    sandbox->reason = guardian_explain (NULL, guardian_sink_text (sandbox->sink));
  sandbox->handler->ended (sandbox, sandbox->was_running, sandbox->reason, sandbox->user_data);
}

static void remove_group_soon (GuardianSandbox *sandbox);

/* An exit counts once the last process is no longer in the group. */
static gboolean
remove_group_cb (gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;

  sandbox->timer = 0;
  clear_source (&sandbox->init_source);
  if (guardian_cgroup_remove (sandbox->cgroup) || ++sandbox->removals >= REMOVE_TRIES)
    {
      finish (sandbox);
      return G_SOURCE_REMOVE;
    }
  guardian_cgroup_kill (sandbox->cgroup);
  remove_group_soon (sandbox);
  return G_SOURCE_REMOVE;
}

/* pid 1 goes last, after all the others of its namespace (zap_pid_ns_processes). */
static gboolean
init_gone_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;

  sandbox->init_source = 0;
  clear_source (&sandbox->timer);
  remove_group_cb (sandbox);
  return G_SOURCE_REMOVE;
}

/* Most often the last process is on its way out: after 1, 2, 4, … ms. */
static void
remove_group_soon (GuardianSandbox *sandbox)
{
  guint wait = sandbox->removals < 5 ? 1u << sandbox->removals : REMOVE_MS;

  if (sandbox->removals == 0 && sandbox->init_fd >= 0)
    sandbox->init_source = g_unix_fd_add (sandbox->init_fd, G_IO_IN, init_gone_cb, sandbox);
  sandbox->timer = g_timeout_add (MIN (wait, REMOVE_MS), remove_group_cb, sandbox);
}

/* What the chain said before it died may still be in the socket. */
static void read_last_words (GuardianSandbox *sandbox);

static gboolean
exited_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;
  siginfo_t info = { 0 };

  if (waitid (P_PIDFD, (id_t) fd, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
    return G_SOURCE_CONTINUE;
  sandbox->status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  sandbox->monitor_source = 0;
  read_last_words (sandbox);
  advance (sandbox, GUARDIAN_SANDBOX_EXITED);
  clear_source (&sandbox->timer);
  clear_source (&sandbox->handoff_source);
  /* Killed from outside, bwrap may leave its pid 1 a moment longer. */
  signal_process (sandbox->init_fd);
  if (sandbox->cgroup == NULL || guardian_cgroup_remove (sandbox->cgroup))
    finish (sandbox);
  else
    remove_group_soon (sandbox);
  return G_SOURCE_REMOVE;
}

static void
note_exec_error (GuardianSandbox *sandbox, const GuardianHandoff *message)
{
  if (message->step == GUARDIAN_HANDOFF_STEP_EXEC)
    sandbox->exec_error = message->error;
}

static void
fail (GuardianSandbox *sandbox, char *taken_reason)
{
  g_free (sandbox->reason);
  sandbox->reason = taken_reason;
  if (advance (sandbox, GUARDIAN_SANDBOX_BROKEN))
    start_killing (sandbox);
}

static gboolean
too_late_cb (gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;

  sandbox->timer = 0;
  fail (sandbox, g_strdup_printf ("the sandbox was not ready within %d seconds", START_SECONDS));
  return G_SOURCE_REMOVE;
}

/* --- the hand-over --- */

static void
violation_cb (const char *call, guint count, pid_t pid, gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;
  sandbox->handler->violation (sandbox, call, count, pid, sandbox->user_data);
}

static gboolean
check (GuardianSandbox *sandbox, const GuardianHandoff *message, pid_t pid, GError **error)
{
  pid_t init = 0;

  sandbox->program_fd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (!guardian_sandbox_check (pid, sandbox->monitor, sandbox->layers, &init, error))
    return FALSE;
  sandbox->init_fd = (int) syscall (SYS_pidfd_open, init, 0);
  sandbox->signal_fd = fcntl (sandbox->program_fd, F_DUPFD_CLOEXEC, 0);
  if (sandbox->program_fd < 0 || sandbox->signal_fd < 0 || sandbox->init_fd < 0)
    {
      g_set_error_literal (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                           "the sandbox ended while it was looked at");
      return FALSE;
    }
  sandbox->program = pid;
  cardea_json_set_int (sandbox->layers, "landlock_abi", message->landlock);
  cardea_json_set_int (sandbox->layers, "monitor", sandbox->monitor);
  return TRUE;
}

static void
clear_gifts (GuardianSandbox *sandbox)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sandbox->gifts); i++)
    cardea_fd_clear (&sandbox->gifts[i]);
}

static gboolean
send_go (GuardianSandbox *sandbox)
{
  static const char go = GUARDIAN_HANDOFF_GO;

  sandbox->went = sandbox->gifts[0] < 0
                      ? send (sandbox->handoff, &go, sizeof go, MSG_NOSIGNAL) == (ssize_t) sizeof go
                      : guardian_handoff_go_gifts (sandbox->handoff, sandbox->gifts);
  clear_gifts (sandbox);
  return sandbox->went;
}

static void
say_go (GuardianSandbox *sandbox)
{
  g_autofree char *reason = NULL;

  if (sandbox->handler->may_go != NULL
      && !sandbox->handler->may_go (sandbox, sandbox->user_data, &reason))
    {
      fail (sandbox, g_steal_pointer (&reason));
      return;
    }
  if (!advance (sandbox, GUARDIAN_SANDBOX_GO))
    return;
  sandbox->timer = g_timeout_add_seconds (START_SECONDS, too_late_cb, sandbox);
  if (!send_go (sandbox))
    fail (sandbox, g_strdup ("the sandbox ended before it ran"));
}

static void
take_ready (GuardianSandbox *sandbox, const GuardianHandoff *message, pid_t pid, int *listener)
{
  g_autoptr (GError) error = NULL;

  if (*listener < 0 || pid <= 0 || sandbox->state != GUARDIAN_SANDBOX_STARTING)
    {
      fail (sandbox, g_strdup ("the sandbox answered out of order"));
      return;
    }
  if (!check (sandbox, message, pid, &error))
    {
      fail (sandbox, g_strdup (error->message));
      return;
    }
  sandbox->notify
      = guardian_notify_new (cardea_fd_steal (listener), sandbox->refusal, violation_cb, sandbox);
  clear_source (&sandbox->timer);
  if (advance (sandbox, GUARDIAN_SANDBOX_READY) && sandbox->may_go)
    say_go (sandbox);
}

/* exec closed the chain's end of the hand-over. */
static void
take_end (GuardianSandbox *sandbox)
{
  if (!advance (sandbox, GUARDIAN_SANDBOX_EXECED))
    return;
  clear_source (&sandbox->timer);
  sandbox->was_running = TRUE;
  sandbox->handler->started (sandbox, sandbox->user_data);
}

/* FALSE when there is nothing more to read. */
static gboolean
take_message (GuardianSandbox *sandbox)
{
  GuardianHandoff message = { 0 };
  cardea_autofd int listener = -1;
  pid_t pid = 0;
  int result = guardian_sandbox_ends_receive (sandbox->handoff, &message, &pid, &listener);

  if (result < 0)
    return FALSE;
  if (result == 0)
    {
      take_end (sandbox);
      return FALSE;
    }
  if (message.kind == GUARDIAN_HANDOFF_READY)
    take_ready (sandbox, &message, pid, &listener);
  else
    {
      note_exec_error (sandbox, &message);
      fail (sandbox, guardian_explain (&message, NULL));
    }
  return sandbox->state == GUARDIAN_SANDBOX_GOING;
}

static void
read_last_words (GuardianSandbox *sandbox)
{
  GuardianHandoff message = { 0 };
  cardea_autofd int listener = -1;
  pid_t pid = 0;

  if (sandbox->was_running || sandbox->reason != NULL)
    return;
  int result = guardian_sandbox_ends_receive (sandbox->handoff, &message, &pid, &listener);
  if (result == 1 && message.kind == GUARDIAN_HANDOFF_FAILED)
    {
      note_exec_error (sandbox, &message);
      sandbox->reason = guardian_explain (&message, NULL);
    }
  /* A short program ends before anybody looked. */
  else if (result == 0)
    take_end (sandbox);
}

static gboolean
handoff_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianSandbox *sandbox = user_data;
  GuardianSandboxState before = sandbox->state;

  while (take_message (sandbox))
    ;
  if (sandbox->handoff_source == 0)
    return G_SOURCE_REMOVE; /* start_killing() took it away */
  if (sandbox->state == GUARDIAN_SANDBOX_RUNNING
      || (sandbox->state == before && (condition & G_IO_HUP) != 0))
    {
      sandbox->handoff_source = 0;
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

/* --- the beginning --- */

GuardianSandbox *
guardian_sandbox_new (const GuardianSandboxPlan *plan, const GuardianSandboxHandler *handler,
                      gpointer user_data, GError **error)
{
  GuardianSandboxEnds ends = GUARDIAN_SANDBOX_ENDS_INIT;
  int pidfd = -1;
  pid_t child = guardian_sandbox_ends_open (&ends, plan->command < 0)
                    ? guardian_sandbox_ends_spawn (&ends, plan, &pidfd)
                    : -1;

  if (child < 0)
    {
      g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                   "the sandbox cannot be started: %s", g_strerror (errno));
      if (plan->cgroup != NULL)
        {
          guardian_cgroup_remove (plan->cgroup);
          guardian_cgroup_free (plan->cgroup);
        }
      cardea_json_unref (plan->layers);
      guardian_sandbox_ends_clear (&ends);
      return NULL;
    }

  GuardianSandbox *sandbox = g_new0 (GuardianSandbox, 1);
  sandbox->id = cardea_id_new (8);
  sandbox->state = GUARDIAN_SANDBOX_STARTING;
  sandbox->handler = handler;
  sandbox->user_data = user_data;
  sandbox->layers = plan->layers;
  sandbox->cgroup = plan->cgroup;
  sandbox->monitor = child;
  sandbox->monitor_fd = pidfd;
  sandbox->init_fd = sandbox->program_fd = sandbox->signal_fd = -1;
  sandbox->refusal = plan->refusal;
  for (gsize i = 0; i < G_N_ELEMENTS (sandbox->gifts); i++)
    sandbox->gifts[i] = -1;
  sandbox->channel = cardea_fd_steal (&ends.channel[0]);
  sandbox->handoff = cardea_fd_steal (&ends.handoff[0]);
  sandbox->sink = guardian_sink_new (cardea_fd_steal (&ends.output[0]));
  guardian_sandbox_ends_clear (&ends);
  sandbox->monitor_source = g_unix_fd_add (pidfd, G_IO_IN, exited_cb, sandbox);
  sandbox->handoff_source
      = g_unix_fd_add (sandbox->handoff, G_IO_IN | G_IO_HUP, handoff_cb, sandbox);
  sandbox->timer = g_timeout_add_seconds (START_SECONDS, too_late_cb, sandbox);
  return sandbox;
}

void
guardian_sandbox_free (GuardianSandbox *sandbox)
{
  if (sandbox->state != GUARDIAN_SANDBOX_ENDED)
    {
      kill_all (sandbox);
      signal_process (sandbox->monitor_fd);
    }
  clear_source (&sandbox->monitor_source);
  clear_source (&sandbox->handoff_source);
  clear_source (&sandbox->init_source);
  clear_source (&sandbox->timer);
  g_clear_pointer (&sandbox->notify, guardian_notify_free);
  g_clear_pointer (&sandbox->sink, guardian_sink_free);
  g_clear_pointer (&sandbox->cgroup, guardian_cgroup_free);
  g_clear_pointer (&sandbox->layers, cardea_json_unref);
  int *const fds[] = { &sandbox->monitor_fd, &sandbox->init_fd, &sandbox->program_fd,
                       &sandbox->signal_fd,  &sandbox->channel, &sandbox->handoff };
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    cardea_fd_clear (fds[i]);
  clear_gifts (sandbox);
  g_free (sandbox->reason);
  g_free (sandbox->id);
  g_free (sandbox);
}

void
guardian_sandbox_go (GuardianSandbox *sandbox)
{
  sandbox->may_go = TRUE;
  if (sandbox->state == GUARDIAN_SANDBOX_WAITING)
    say_go (sandbox);
}

void
guardian_sandbox_go_gifts (GuardianSandbox *sandbox, int gifts[GUARDIAN_HANDOFF_GIFTS])
{
  clear_gifts (sandbox);
  memcpy (sandbox->gifts, gifts, sizeof sandbox->gifts);
  guardian_sandbox_go (sandbox);
}

GuardianSandboxState
guardian_sandbox_state (const GuardianSandbox *sandbox)
{
  return sandbox->state;
}

void
guardian_sandbox_kill (GuardianSandbox *sandbox)
{
  if (advance (sandbox, GUARDIAN_SANDBOX_KILL))
    start_killing (sandbox);
}

void
guardian_sandbox_signal (GuardianSandbox *sandbox, int number)
{
  if (sandbox->state != GUARDIAN_SANDBOX_RUNNING)
    return;
  if (syscall (SYS_pidfd_send_signal, sandbox->signal_fd, number, NULL, SIGNAL_PROCESS_GROUP) != 0
      && errno == EINVAL)
    syscall (SYS_pidfd_send_signal, sandbox->signal_fd, number, NULL, 0);
}

gboolean
guardian_sandbox_may_have_run (const GuardianSandbox *sandbox)
{
  return sandbox->went;
}

int
guardian_sandbox_exec_error (const GuardianSandbox *sandbox)
{
  return sandbox->exec_error;
}

const char *
guardian_sandbox_id (const GuardianSandbox *sandbox)
{
  return sandbox->id;
}

pid_t
guardian_sandbox_pid (const GuardianSandbox *sandbox)
{
  return sandbox->program;
}

int
guardian_sandbox_take_process (GuardianSandbox *sandbox)
{
  return cardea_fd_steal (&sandbox->program_fd);
}

int
guardian_sandbox_take_channel (GuardianSandbox *sandbox)
{
  return cardea_fd_steal (&sandbox->channel);
}

CardeaJson *
guardian_sandbox_layers (const GuardianSandbox *sandbox)
{
  return sandbox->layers;
}

int
guardian_sandbox_status (const GuardianSandbox *sandbox)
{
  return sandbox->status;
}
