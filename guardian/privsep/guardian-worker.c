/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: its row, and the folders its caller names.
 * Refuses: to go on when any layer of the row cannot be applied, or with a second thread running
 * (Landlock binds one thread only).
 * Known gaps: see guardian-row.c. */

#include "guardian/privsep/guardian-worker.h"

#include "common/base/cardea-paths.h"
#include "guardian/privsep/guardian-process.h"
#include "guardian/privsep/guardian-row.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - worker - error - quark, guardian_worker_error)

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_CONFINE,
               "the process could not be confined: %s: %s", what, g_strerror (errno));
  return FALSE;
}

static gboolean
is_single_threaded (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint count = 0;

  while (tasks != NULL && g_dir_read_name (tasks) != NULL)
    count++;
  return count == 1;
}

static gboolean
set_limit (int resource, rlim_t wanted)
{
  struct rlimit limit;

  if (getrlimit (resource, &limit) != 0)
    return FALSE;
  limit.rlim_max = MIN (limit.rlim_max, wanted);
  limit.rlim_cur = limit.rlim_max;
  return setrlimit (resource, &limit) == 0;
}

/* A sanitizer's shadow counts as the process's own data, and is more than any row allows. */
static rlim_t
data_limit (const GuardianRow *row)
{
  return GUARDIAN_SANITIZED ? 0 : row->memory;
}

static gboolean
apply_limits (const GuardianRow *row)
{
  return set_limit (RLIMIT_CORE, 0)
         && (row->descriptors == 0 || set_limit (RLIMIT_NOFILE, row->descriptors))
         && (row->processes == 0 || set_limit (RLIMIT_NPROC, row->processes))
         && (row->seconds == 0 || set_limit (RLIMIT_CPU, row->seconds))
         && (data_limit (row) == 0 || set_limit (RLIMIT_DATA, data_limit (row)));
}

#if GUARDIAN_SANITIZED
/* LeakSanitizer looks at its process from outside, which a process that is not dumpable refuses. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return prctl (PR_GET_DUMPABLE) == 0;
}
#endif

/* Between this process's start and prctl() its parent may have gone; the pair then has no other
 * end any more. */
static gboolean
tie_to_parent (void)
{
  pid_t parent = getppid ();
  struct pollfd pair = { .fd = GUARDIAN_WORKER_FD, .events = 0 };

  return prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid () == parent && poll (&pair, 1, 0) >= 0
         && (pair.revents & POLLHUP) == 0;
}

static void
add_folders (GArray *rules, const char *const *folders, unsigned access)
{
  for (; folders != NULL && *folders != NULL; folders++)
    {
      const GuardianLandlockRule rule = { *folders, access };
      g_array_append_val (rules, rule);
    }
}

int
guardian_worker_landlock_limit (void)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_LANDLOCK_ABI");

  if (seam == NULL)
    return 0;
  return strcmp (seam, "0") == 0 ? -1 : atoi (seam);
}

static gboolean
apply_landlock (const GuardianRow *row, const char *const *readable, const char *const *writable,
                int *ret_abi, GError **error)
{
  g_autoptr (GArray) rules = g_array_new (FALSE, FALSE, sizeof (GuardianLandlockRule));
  const GuardianLandlockOptions options = {
    .abi_limit = guardian_worker_landlock_limit (),
    .scope_signals = row->scope_signals,
    .scope_abstract = row->scope_abstract,
    .open_tcp = row->open_tcp,
  };
  const char *what = "Landlock";

  for (const GuardianLandlockRule *rule = row->rules; rule->path != NULL; rule++)
    g_array_append_val (rules, *rule);
  add_folders (rules, readable, GUARDIAN_LANDLOCK_READ);
  add_folders (rules, writable,
               GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_WRITE | GUARDIAN_LANDLOCK_SOCKET);
  *ret_abi = guardian_landlock_apply ((const GuardianLandlockRule *) (gpointer) rules->data,
                                      rules->len, &options, &what);
  return *ret_abi > 0 || fail (what, error);
}

static CardeaJson *
describe (const GuardianRow *row, int abi)
{
  CardeaJson *report = cardea_json_new_object ();

  cardea_json_set_boolean (report, "no_new_privs", TRUE);
  cardea_json_set_boolean (report, "dumpable", FALSE);
  cardea_json_set_int (report, "landlock_abi", abi);
  cardea_json_set_string (report, "seccomp", row->filter != NULL ? "allow-list" : "none");
  if (row->descriptors != 0)
    cardea_json_set_int (report, "descriptors", (gint64) row->descriptors);
  return report;
}

gboolean
guardian_worker_enter (GuardianWorker worker, const int *keep_fds, gsize n_keep_fds,
                       const char *const *readable, const char *const *writable,
                       CardeaJson **ret_report, GError **error)
{
  const GuardianRow *row = guardian_row (worker);
  int abi = 0;

  if (row == NULL || !is_single_threaded ())
    {
      errno = EINVAL;
      return fail ("it is unknown or already has threads", error);
    }
  if (!guardian_process_close_others (keep_fds, n_keep_fds))
    return fail ("closing descriptors", error);
  if (!apply_limits (row))
    return fail ("resource limits", error);
  if (!row->keeps_umask)
    umask (077);
  if (row->dies_with_parent && !tie_to_parent ())
    return fail ("its parent is gone", error);
  if (prctl (PR_SET_DUMPABLE, 0) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail ("no_new_privs", error);
  if (row->rules != NULL && !apply_landlock (row, readable, writable, &abi, error))
    return FALSE;
  if (row->filter != NULL && !guardian_filter_load (row->filter, error))
    return FALSE;
  if (ret_report != NULL)
    *ret_report = describe (row, abi);
  return TRUE;
}
