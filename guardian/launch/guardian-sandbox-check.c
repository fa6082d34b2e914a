/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: /proc of this side.
 * Refuses: a process that is not a grandchild of our child, shares a namespace with us, has a
 * capability, or runs without no_new_privs or a filter.
 * Known gaps: Landlock cannot be seen from outside; cardea-confine tries it. */

#include "guardian/launch/guardian-sandbox-check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - sandbox - check - error - quark, guardian_sandbox_check_error)

const char *const guardian_sandbox_check_namespaces[]
    = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup", NULL };

static const struct {
  const char *name;
  const char *expected;
} lines[] = {
  { "NoNewPrivs", "1" },
  { "Seccomp", "2" },
  { "CapInh", "0000000000000000" },
  { "CapPrm", "0000000000000000" },
  { "CapEff", "0000000000000000" },
  { "CapBnd", "0000000000000000" },
  { "CapAmb", "0000000000000000" },
};

static gboolean
broken (GError **error, const char *what)
{
  g_set_error (error, GUARDIAN_SANDBOX_CHECK_ERROR, GUARDIAN_SANDBOX_CHECK_ERROR_BROKEN,
               "the sandbox is not what was promised: %s", what);
  return FALSE;
}

guint64
guardian_sandbox_check_inode (pid_t pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/ns/%s", (int) pid, name);
  struct stat st;

  return stat (path, &st) == 0 ? st.st_ino : 0;
}

static char *
read_status (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

/* The value of a line of /proc/PID/status; NULL when there is none. */
static char *
get_value (const char *status, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\n%s:\t", name);
  const char *found = status != NULL ? strstr (status, start) : NULL;

  if (found == NULL)
    return NULL;
  found += strlen (start);
  return g_strndup (found, strcspn (found, "\t\n"));
}

static pid_t
get_parent (pid_t pid)
{
  g_autofree char *status = read_status (pid);
  g_autofree char *parent = get_value (status, "PPid");

  return parent != NULL ? (pid_t) atoi (parent) : -1;
}

static gboolean
check_namespaces (pid_t pid, CardeaJson *layers, GError **error)
{
  CardeaJson *found = cardea_json_new_object ();

  cardea_json_set (layers, "namespaces", found);
  for (const char *const *name = guardian_sandbox_check_namespaces; *name != NULL; name++)
    {
      guint64 inode = guardian_sandbox_check_inode (pid, *name);
      guint64 own = guardian_sandbox_check_inode (getpid (), *name);
      if (inode == 0 || own == 0 || inode == own)
        return broken (error, *name);
      cardea_json_set_int64_string (found, *name, (gint64) inode);
    }
  return TRUE;
}

gboolean
guardian_sandbox_check (pid_t pid, pid_t monitor, CardeaJson *layers, pid_t *ret_init,
                        GError **error)
{
  g_autofree char *status = read_status (pid);
  pid_t init = get_parent (pid);

  if (init <= 1 || get_parent (init) != monitor)
    return broken (error, "another process answered");
  if (!check_namespaces (pid, layers, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *value = get_value (status, lines[i].name);
      if (g_strcmp0 (value, lines[i].expected) != 0)
        return broken (error, lines[i].name);
    }
  g_autofree char *uid = get_value (status, "Uid");
  cardea_json_set_boolean (layers, "no_new_privs", TRUE);
  cardea_json_set_string (layers, "capabilities", "none");
  cardea_json_set_string (layers, "uid", uid != NULL ? uid : "");
  *ret_init = init;
  return TRUE;
}
