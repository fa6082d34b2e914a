/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel, for pidfds and /proc. Refuses: a process of another sandbox or of none, and
 * one that ended meanwhile. Known gaps: an interpreter is what is told, not the script that it
 * reads; a file of the person's is named, and has no digest (reading it could mean asking them). */

#include "guardian/launch/guardian-launch-identify.h"

#include "common/base/cardea-autofd.h"
#include "guardian/launch/guardian-sandbox-check.h"
#include "guardian/launch/guardian-sandbox-parts.h"

#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_PATH 4096
#define PID_LINE "\nPid:\t"

/* proc(5), fdinfo; 0: it is gone, or not ours to see. */
static pid_t
read_pid (int process)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fdinfo/%d", process);
  g_autofree char *text = NULL;
  const char *line = g_file_get_contents (path, &text, NULL, NULL) ? strstr (text, PID_LINE) : NULL;
  gint64 pid = line != NULL ? g_ascii_strtoll (line + strlen (PID_LINE), NULL, 10) : 0;

  return pid > 0 && pid <= G_MAXINT32 ? (pid_t) pid : 0;
}

static gboolean
is_alive (int process)
{
  struct pollfd watched = { .fd = process, .events = POLLIN };
  return poll (&watched, 1, 0) == 0;
}

static gboolean
is_inside (const GuardianSandbox *sandbox, pid_t pid)
{
  const CardeaJson *found = cardea_json_get (guardian_sandbox_layers (sandbox), "namespaces");

  for (const char *const *name = guardian_sandbox_check_namespaces; *name != NULL; name++)
    {
      gint64 inode = 0;
      if (found == NULL || !cardea_json_get_int64_string (found, *name, &inode) || inode == 0
          || guardian_sandbox_check_inode (pid, *name) != (guint64) inode)
        return FALSE;
    }
  return TRUE;
}

/* The system's alone, which nobody but root can write; NULL: it is not one of these. */
static const char *
measure (GuardianDigests *digests, pid_t pid, const char *program)
{
  g_autofree char *link = g_strdup_printf ("/proc/%d/exe", (int) pid);
  gboolean system = FALSE;
  GuardianDigest digest;
  struct stat st;

  for (const char *const *part = guardian_sandbox_parts_system; !system && *part != NULL; part++)
    system = guardian_sandbox_parts_lies_in (program, *part);
  return system && guardian_digests_get (digests, program, &digest, NULL) && stat (link, &st) == 0
                 && st.st_dev == digest.device && st.st_ino == digest.inode
             ? digest.sha256
             : NULL;
}

CardeaMessage *
guardian_launch_identify (const GuardianSandbox *sandbox, GuardianDigests *digests,
                          CardeaMessage *request)
{
  cardea_autofd int process = cardea_message_take_fd (request, "process");
  pid_t pid = read_pid (process);
  char program[LIMIT_PATH];
  g_autofree char *link = g_strdup_printf ("/proc/%d/exe", (int) pid);
  gboolean inside = sandbox != NULL && pid > 0 && is_inside (sandbox, pid);
  ssize_t size = inside ? readlink (link, program, sizeof program - 1) : -1;

  program[MAX (size, 0)] = '\0';
  const char *sha256 = size > 0 ? measure (digests, pid, program) : NULL;
  if (pid == 0 || !is_alive (process)) /* what was read may be another's of the same number */
    return cardea_message_new_refusal (request, "not-found", "the program has ended");
  if (!inside || size <= 0 || program[0] != '/')
    return cardea_message_new_refusal (request, "denied", "this is no program of the sandbox");
  CardeaMessage *reply = cardea_message_new_reply (request, "launch.identified");
  cardea_message_set_int (reply, "pid", pid);
  cardea_message_set_path (reply, "program", program);
  if (sha256 != NULL)
    cardea_message_set_string (reply, "sha256", sha256);
  return reply;
}
