/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-status.h"

#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-idle.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-time.h"

#include <unistd.h>

static const char *const worker_states[] = {
  [GUARDIAN_WORKERS_DOWN] = "down",
  [GUARDIAN_WORKERS_STARTING] = "starting",
  [GUARDIAN_WORKERS_RUNNING] = "running",
};

static const GuardianWorker workers[]
    = { GUARDIAN_WORKER_FILES, GUARDIAN_WORKER_KEYS, GUARDIAN_WORKER_LAUNCH };

static CardeaJson *
describe_workers (GuardianContext *context)
{
  CardeaJson *array = cardea_json_new_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      CardeaJson *worker = cardea_json_new_object ();
      cardea_json_set_string (worker, "name", guardian_worker_identity (workers[i])->name);
      cardea_json_set_string (worker, "state",
                              worker_states[guardian_workers_state (context->workers, workers[i])]);
      cardea_json_set_int (worker, "restarts",
                           guardian_workers_restarts (context->workers, workers[i]));
      cardea_json_append (array, worker);
    }
  return array;
}

static CardeaJson *
describe_keys (GuardianContext *context)
{
  static const char *const states[] = {
    [GUARDIAN_KEYRING_CLOSED] = "closed",
    [GUARDIAN_KEYRING_OPENING] = "closed",
    [GUARDIAN_KEYRING_OPEN] = "open",
    [GUARDIAN_KEYRING_LOCKED] = "locked",
  };
  const GuardianKeyring *keyring = context->keyring;
  const char *store = guardian_keyring_store (keyring);
  CardeaJson *keys = cardea_json_new_object ();

  if (store == NULL)
    guardian_audit_begun (context->audit, &store);
  if (store != NULL)
    cardea_json_set_string (keys, "store", store);
  /* A plain file is known as such before it is opened, too. */
  cardea_json_set_boolean (keys, "sealed",
                           guardian_keyring_state (keyring) == GUARDIAN_KEYRING_OPEN
                               ? guardian_keyring_sealed (keyring)
                               : g_strcmp0 (store, "file") != 0);
  cardea_json_set_string (keys, "state", states[guardian_keyring_state (keyring)]);
  if (guardian_keyring_reason (keyring) != NULL)
    cardea_json_set_string (keys, "reason", guardian_keyring_reason (keyring));
  return keys;
}

/* C2SP tlog-checkpoint: the second line is the number of records it covers; 0 when there is none. */
static gint64
read_checkpoint (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "checkpoint", NULL);
  g_autofree char *text = NULL;
  gint64 size = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  if (g_strv_length (lines) < 2
      || !g_ascii_string_to_signed (lines[1], 10, 0, G_MAXINT64, &size, NULL))
    return 0;
  return size;
}

static CardeaJson *
describe_log (GuardianContext *context)
{
  CardeaJson *log = cardea_json_new_object ();
  cardea_json_set_int64_string (log, "records", guardian_audit_size (context->audit));
  if (g_utf8_validate (context->audit_folder, -1, NULL))
    cardea_json_set_string (log, "folder", context->audit_folder);
  cardea_json_set_int64_string (log, "checkpoint", read_checkpoint (context->audit_folder));
  cardea_json_set_string (log, "state",
                          guardian_audit_has_keys (context->audit) ? "whole" : "pending");
  return log;
}

CardeaJson *
guardian_status_report (GuardianContext *context)
{
  CardeaJson *report = cardea_json_new_object ();
  g_autofree char *started = cardea_time_format (context->started_us);

  cardea_json_set_string (report, "version", CARDEA_VERSION);
  cardea_json_set_int (report, "pid", getpid ());
  cardea_json_set_string (report, "started", started);
  cardea_json_set_string (report, "mode", "user");
  cardea_json_set_int (report, "sessions", guardian_session_table_alive (context->sessions));
  cardea_json_set_int (report, "waiting", guardian_consent_broker_count (context->consent, NULL));
  cardea_json_set_int (report, "grants", guardian_grant_table_list (context->grants)->len);
  cardea_json_set (report, "workers", describe_workers (context));
  cardea_json_set (report, "log", describe_log (context));
  cardea_json_set (report, "keys", describe_keys (context));
  cardea_json_set_int (report, "idle_exit", guardian_idle_seconds (context->idle));
  if (guardian_settings_damage (context->settings) != NULL)
    cardea_json_set_string (report, "settings", guardian_settings_damage (context->settings));
  return report;
}

/* --- doctor --- */

static CardeaJson *
make_check (const char *id, const char *title, const char *state, const char *found,
            const char *remedy, gboolean required)
{
  CardeaJson *check = cardea_json_new_object ();
  cardea_json_set_string (check, "id", id);
  cardea_json_set_string (check, "title", title);
  cardea_json_set_string (check, "state", state);
  if (found != NULL)
    cardea_json_set_string (check, "found", found);
  if (remedy != NULL)
    cardea_json_set_string (check, "remedy", remedy);
  cardea_json_set_boolean (check, "required", required);
  return check;
}

static void
add_confinement (CardeaJson *checks, const char *name, const CardeaJson *confinement)
{
  g_autofree char *id = g_strconcat ("confined-", name, NULL);
  g_autofree char *title = g_strdup_printf ("the %s process is confined", name);
  g_autofree char *found
      = confinement != NULL ? cardea_json_write (confinement, NULL, NULL) : NULL;

  cardea_json_append (checks, make_check (id, title, confinement != NULL ? "ok" : "missing", found,
                                          confinement != NULL ? NULL : "see its message on standard "
                                                                       "error",
                                          TRUE));
}

/* What this process itself is held by: the truth even where no sandbox can be built. */
static void
add_landlock (GuardianContext *context, CardeaJson *checks)
{
  gint64 abi = 0;
  cardea_json_get_int (context->confinement, "landlock_abi", &abi);
  g_autofree char *found = g_strdup_printf ("ABI %" G_GINT64_FORMAT, abi);
  cardea_json_append (checks,
                      make_check ("landlock", "Landlock limits the guardian's own processes",
                                  abi >= 1 ? "ok" : "missing", found,
                                  abi >= 1 ? NULL : "a kernel of 5.13 or later with Landlock on",
                                  TRUE));
}

static void
add_keys (GuardianContext *context, CardeaJson *checks)
{
  const GuardianKeyring *keyring = context->keyring;
  gboolean locked = guardian_keyring_state (keyring) == GUARDIAN_KEYRING_LOCKED;
  gboolean open = guardian_keyring_state (keyring) == GUARDIAN_KEYRING_OPEN;
  gboolean plain = open && !guardian_keyring_sealed (keyring);
  const char *state = locked ? "missing" : (plain ? "reduced" : "ok");
  const char *remedy = locked ? guardian_keyring_reason (keyring)
                              : (plain ? "start a keyring, or: settings set keys.store passphrase"
                                       : NULL);
  const char *found = open ? guardian_keyring_store (keyring) : "not needed yet";

  cardea_json_append (checks, make_check ("keys", "the log's keys are sealed", state, found, remedy,
                                          TRUE));
}

static void
copy_checks (CardeaJson *checks, const CardeaJson *probe)
{
  const CardeaJson *found = cardea_json_get (probe, "checks");
  for (guint i = 0; i < cardea_json_size (found); i++)
    cardea_json_append (checks, cardea_json_copy (cardea_json_nth (found, i)));
}

static void
judge (const CardeaJson *checks, CardeaJson *report)
{
  gboolean usable = TRUE;
  gboolean reduced = FALSE;

  for (guint i = 0; i < cardea_json_size (checks); i++)
    {
      const CardeaJson *check = cardea_json_nth (checks, i);
      const char *state = cardea_json_get_string (check, "state");
      gboolean required = FALSE;
      cardea_json_get_boolean (check, "required", &required);
      if (required && g_strcmp0 (state, "missing") == 0)
        usable = FALSE;
      if (g_strcmp0 (state, "ok") != 0)
        reduced = TRUE;
    }
  cardea_json_set_boolean (report, "usable", usable);
  cardea_json_set_string (report, "assurance", !usable ? "none" : (reduced ? "reduced" : "full"));
}

CardeaJson *
guardian_status_doctor (GuardianContext *context, const CardeaJson *probe)
{
  CardeaJson *report = cardea_json_new_object ();
  CardeaJson *checks = cardea_json_new_array ();
  const char *damage = guardian_settings_damage (context->settings);

  if (probe != NULL)
    copy_checks (checks, probe);
  else
    cardea_json_append (checks, make_check ("sandbox", "sandboxes can be built", "missing", NULL,
                                            "the launch worker does not answer", TRUE));
  add_landlock (context, checks);
  add_confinement (checks, "core", context->confinement);
  for (gsize i = 0; i < G_N_ELEMENTS (workers); i++)
    add_confinement (checks, guardian_worker_identity (workers[i])->name,
                     guardian_workers_confinement (context->workers, workers[i]));
  add_keys (context, checks);
  cardea_json_append (checks,
                      make_check ("settings", "the settings are whole",
                                  damage == NULL ? "ok" : "missing", NULL, damage, TRUE));
  judge (checks, report);
  cardea_json_set (report, "checks", checks);
  return report;
}
