/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the launch worker's probe, and what each worker said of its own confinement.
 * Refuses: to call a machine usable while a required check is missing; what the probe does not say
 * counts as missing.
 * Known gaps: it says what the kernel offers; that a sandbox holds is the escape suite's to prove.
 */

#include "guardian/core/guardian-doctor.h"

#include "guardian/core/guardian-keyring.h"

#include <stdio.h>

#define LANDLOCK_FULL 6 /* the first that limits everything we use it for */
#define KERNEL_MAJOR 6
#define KERNEL_MINOR 1

static const GuardianWorker workers[]
    = { GUARDIAN_WORKER_FILES, GUARDIAN_WORKER_CHANGE, GUARDIAN_WORKER_VIEW, GUARDIAN_WORKER_KEYS,
        GUARDIAN_WORKER_LAUNCH };

/* Started by the first that needs them. */
static const GuardianWorker later[]
    = { GUARDIAN_WORKER_EGRESS, GUARDIAN_WORKER_SCAN, GUARDIAN_WORKER_PICTURE };

typedef struct {
  const char *id;
  const char *title;
  gboolean required;
} Subject;

static void
add_check (CardeaJson *checks, const Subject *subject, const char *state, const char *found,
           const char *remedy)
{
  CardeaJson *check = cardea_json_new_object ();
  cardea_json_set_string (check, "id", subject->id);
  cardea_json_set_string (check, "title", subject->title);
  cardea_json_set_string (check, "state", state);
  if (found != NULL)
    cardea_json_set_string (check, "found", found);
  if (remedy != NULL)
    cardea_json_set_string (check, "remedy", remedy);
  cardea_json_set_boolean (check, "required", subject->required);
  cardea_json_append (checks, check);
}

/* --- what the machine offers --- */

static gboolean
is_true (const CardeaJson *object, const char *name)
{
  gboolean value = FALSE;
  return cardea_json_get_boolean (object, name, &value) && value;
}

static void
check_kernel (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "kernel", "Linux kernel", FALSE };
  const char *release = cardea_json_get_string (probe, "kernel");
  int major = 0, minor = 0;

  gboolean known = release != NULL && sscanf (release, "%d.%d", &major, &minor) == 2;
  gboolean good
      = known && (major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR));
  add_check (checks, &subject, good ? "ok" : "reduced", release,
             good ? NULL : "Cardea is made for 6.1 and later; an older one may lack what it needs");
}

static void
check_namespaces (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "namespaces", "user namespaces", TRUE };
  const char *why = cardea_json_get_string (probe, "namespaces_missing");

  if (is_true (probe, "namespaces"))
    add_check (checks, &subject, "ok",
               "an agent gets files, processes, network and users of its own: yours do not exist "
               "for it",
               NULL);
  else
    add_check (checks, &subject, "missing", NULL,
               why != NULL ? why : "this machine does not give them to ordinary users");
}

static void
check_seccomp (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "seccomp", "system call filter", TRUE };

  if (is_true (probe, "seccomp_notify"))
    add_check (checks, &subject, "ok",
               "seccomp with notification: an agent's forbidden system calls fail and are recorded",
               NULL);
  else
    add_check (checks, &subject, "missing", "no seccomp with notification",
               "a kernel of 5.0 or later with CONFIG_SECCOMP_FILTER");
}

/* What each version of the kernel's interface added, in its order (landlock(7)). */
static const struct {
  int abi;
  const char *limits;
} landlock_limits[] = {
  { 1, "opening files" }, { 2, "moving between folders" }, { 3, "truncating files" },
  { 4, "TCP ports" },     { 5, "device control" },         { 6, "signals and abstract sockets" },
};

static char *
list_limits (int abi, gboolean limited)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (landlock_limits); i++)
    if ((landlock_limits[i].abi <= abi) == limited)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", landlock_limits[i].limits);
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static void
check_landlock (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "landlock", "Landlock", TRUE };
  gint64 abi = 0;

  cardea_json_get_int (probe, "landlock_abi", &abi);
  abi = CLAMP (abi, 0, G_MAXINT);
  if (abi < 1)
    {
      add_check (checks, &subject, "missing", cardea_json_get_string (probe, "landlock_missing"),
                 "a kernel of 5.13 or later with CONFIG_SECURITY_LANDLOCK and “landlock” in its "
                 "lsm= list");
      return;
    }
  g_autofree char *limits = list_limits ((int) abi, TRUE);
  g_autofree char *without = list_limits ((int) abi, FALSE);
  g_autofree char *found
      = g_strdup_printf ("ABI %" G_GINT64_FORMAT ": a second lock on %s", abi, limits);
  g_autofree char *remedy = g_strdup_printf (
      "%s are held by namespaces and the filter alone; a newer kernel adds them", without);
  gboolean full = abi >= LANDLOCK_FULL;
  add_check (checks, &subject, full ? "ok" : "reduced", found, full ? NULL : remedy);
}

static void
check_bwrap (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "bubblewrap", "bubblewrap", TRUE };
  const char *version = cardea_json_get_string (probe, "bwrap_version");
  const char *path = cardea_json_get_string (probe, "bwrap");
  const char *missing = cardea_json_get_string (probe, "bwrap_missing");
  g_autofree char *found = g_strconcat ("builds the sandbox: ", version, NULL);

  if (version != NULL && missing == NULL)
    add_check (checks, &subject, "ok", found, NULL);
  else
    add_check (checks, &subject, "missing", path,
               missing != NULL ? missing : "it does not start; install the package again");
}

static void
check_cgroup (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "cgroup", "control group (cgroup v2)", FALSE };
  const char *controls = cardea_json_get_string (probe, "cgroup");
  const char *missing = cardea_json_get_string (probe, "cgroup_missing");
  g_autofree char *found = g_strconcat ("delegated: a sandbox is held as one by ", controls, NULL);
  g_autofree char *without
      = g_strdup_printf ("%s; without it a sandbox's limits are those of each process",
                         missing != NULL ? missing : "not delegated to you");

  if (missing == NULL && controls != NULL && g_strcmp0 (controls, "none") != 0)
    add_check (checks, &subject, "ok", found, NULL);
  else
    add_check (checks, &subject, "reduced", NULL, without);
}

static void
check_fuse (CardeaJson *checks, const CardeaJson *probe)
{
  static const Subject subject = { "fuse", "files of programs (/dev/fuse)", FALSE };
  const char *missing = cardea_json_get_string (probe, "fuse_missing");

  if (is_true (probe, "fuse"))
    add_check (checks, &subject, "ok",
               "“cardeactl run” shows a program your files one by one, as they are shared or asked "
               "for",
               NULL);
  else
    add_check (checks, &subject, "reduced", missing,
               "“cardeactl run” can share no folder, a program's home is empty; the module fuse "
               "must be there, and /dev/fuse open to everyone (mode 0666), as Debian has it");
}

void
guardian_doctor_add_machine (CardeaJson *checks, const CardeaJson *probe)
{
  static void (*const machine[]) (CardeaJson * checks, const CardeaJson *probe) = {
    check_kernel, check_namespaces, check_seccomp, check_landlock,
    check_bwrap,  check_cgroup,     check_fuse,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (machine); i++)
    machine[i](checks, probe);
}

/* --- what holds the guardian itself --- */

static char *
describe_confinement (const CardeaJson *confinement)
{
  g_autoptr (GString) text = g_string_new ("cannot gain privileges");
  const char *filter = cardea_json_get_string (confinement, "seccomp");
  gint64 number = 0;

  if (cardea_json_get_int (confinement, "landlock_abi", &number) && number > 0)
    g_string_append_printf (text, ", Landlock ABI %" G_GINT64_FORMAT, number);
  if (filter != NULL && g_strcmp0 (filter, "none") != 0)
    g_string_append_printf (text, ", system calls by %s", filter);
  if (is_true (confinement, "read_only_namespace"))
    g_string_append (text, ", sees the machine read-only");
  if (cardea_json_get_int (confinement, "descriptors", &number))
    g_string_append_printf (text, ", at most %" G_GINT64_FORMAT " descriptors", number);
  if (g_strcmp0 (filter, "none") == 0)
    g_string_append (text, "; neither Landlock nor a list of system calls, on purpose: its "
                           "sandboxes would inherit them and could not be built. It reads nothing "
                           "but the core's messages");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_confinement (CardeaJson *checks, const char *name, const CardeaJson *confinement)
{
  g_autofree char *id = g_strconcat ("confined-", name, NULL);
  g_autofree char *title = g_strconcat ("guardian: ", name, NULL);
  g_autofree char *found = confinement != NULL ? describe_confinement (confinement) : NULL;
  const Subject subject = { id, title, TRUE };

  add_check (checks, &subject, confinement != NULL ? "ok" : "missing", found,
             confinement != NULL ? NULL : "it does not run; it says why on standard error");
}

static void
add_later (CardeaJson *checks, const GuardianContext *context, GuardianWorker worker)
{
  const char *name = guardian_worker_identity (worker)->name;
  const CardeaJson *confinement = guardian_workers_confinement (context->workers, worker);
  g_autofree char *id = g_strconcat ("confined-", name, NULL);
  g_autofree char *title = g_strconcat ("guardian: ", name, NULL);
  const Subject subject = { id, title, TRUE };

  if (confinement != NULL || guardian_workers_restarts (context->workers, worker) > 0)
    add_confinement (checks, name, confinement);
  else
    add_check (checks, &subject, "ok", "it is started by the first that needs it", NULL);
}

static void
add_keys (GuardianContext *context, CardeaJson *checks)
{
  static const Subject subject = { "keys", "the log's keys", TRUE };
  const GuardianKeyring *keyring = context->keyring;
  const char *store = guardian_keyring_store (keyring);

  if (store == NULL)
    guardian_audit_begun (context->audit, &store);
  if (guardian_keyring_state (keyring) == GUARDIAN_KEYRING_LOCKED)
    add_check (checks, &subject, "missing", "locked", guardian_keyring_reason (keyring));
  else if (g_strcmp0 (store, "file") == 0)
    add_check (
        checks, &subject, "reduced", "unsealed: in a plain file that only you can read",
        "better is a keyring, or “cardeactl settings set keys.store passphrase”, chosen before "
        "the log is begun");
  else if (g_strcmp0 (store, "keyring") == 0)
    add_check (checks, &subject, "ok", "sealed in your keyring", NULL);
  else if (store != NULL)
    add_check (checks, &subject, "ok", "sealed with a passphrase", NULL);
  else
    add_check (checks, &subject, "ok", "not made yet: the first session looks for a keyring", NULL);
}

static void
add_settings (GuardianContext *context, CardeaJson *checks)
{
  static const Subject subject = { "settings", "settings", TRUE };
  const char *damage = guardian_settings_damage (context->settings);

  add_check (checks, &subject, damage == NULL ? "ok" : "missing",
             damage == NULL ? "readable and valid" : NULL, damage);
}

void
guardian_doctor_judge (const CardeaJson *checks, CardeaJson *report)
{
  gboolean usable = TRUE;
  gboolean reduced = FALSE;

  for (guint i = 0; i < cardea_json_size (checks); i++)
    {
      const CardeaJson *check = cardea_json_nth (checks, i);
      const char *state = cardea_json_get_string (check, "state");
      if (is_true (check, "required") && g_strcmp0 (state, "missing") == 0)
        usable = FALSE;
      if (g_strcmp0 (state, "ok") != 0)
        reduced = TRUE;
    }
  cardea_json_set_boolean (report, "usable", usable);
  cardea_json_set_string (report, "assurance", !usable ? "none" : (reduced ? "reduced" : "full"));
}

gboolean
guardian_doctor_waits (const GuardianContext *context)
{
  for (gsize i = 0; i < G_N_ELEMENTS (workers); i++)
    if (guardian_workers_state (context->workers, workers[i]) == GUARDIAN_WORKERS_STARTING)
      return TRUE;
  return FALSE;
}

CardeaJson *
guardian_doctor_report (GuardianContext *context, const CardeaJson *probe)
{
  static const Subject sandbox = { "sandbox", "sandboxes", TRUE };
  CardeaJson *report = cardea_json_new_object ();
  CardeaJson *checks = cardea_json_new_array ();

  if (probe != NULL)
    guardian_doctor_add_machine (checks, probe);
  else
    add_check (checks, &sandbox, "missing", NULL, "the launch worker does not answer");
  add_keys (context, checks);
  add_settings (context, checks);
  add_confinement (checks, "core", context->confinement);
  for (gsize i = 0; i < G_N_ELEMENTS (workers); i++)
    add_confinement (checks, guardian_worker_identity (workers[i])->name,
                     guardian_workers_confinement (context->workers, workers[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    add_later (checks, context, later[i]);
  guardian_doctor_judge (checks, report);
  cardea_json_set (report, "checks", checks);
  return report;
}
