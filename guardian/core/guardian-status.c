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
    = { GUARDIAN_WORKER_FILES,  GUARDIAN_WORKER_CHANGE, GUARDIAN_WORKER_VIEW, GUARDIAN_WORKER_KEYS,
        GUARDIAN_WORKER_LAUNCH, GUARDIAN_WORKER_EGRESS, GUARDIAN_WORKER_SCAN };

/* Those that the first who needs them starts were not needed yet. */
static const char *
state_of (const GuardianContext *context, GuardianWorker worker)
{
  GuardianWorkersState state = guardian_workers_state (context->workers, worker);
  gboolean later = worker == GUARDIAN_WORKER_EGRESS || worker == GUARDIAN_WORKER_SCAN;

  return later && state == GUARDIAN_WORKERS_DOWN
                 && guardian_workers_restarts (context->workers, worker) == 0
             ? "resting"
             : worker_states[state];
}

static CardeaJson *
describe_workers (GuardianContext *context)
{
  CardeaJson *array = cardea_json_new_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      CardeaJson *worker = cardea_json_new_object ();
      cardea_json_set_string (worker, "name", guardian_worker_identity (workers[i])->name);
      cardea_json_set_string (worker, "state", state_of (context, workers[i]));
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

/* C2SP tlog-checkpoint: the second line is the number of records it covers; 0 when there is none.
 */
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
