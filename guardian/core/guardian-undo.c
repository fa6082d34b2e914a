/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the keys worker for the key, which passes through unread, and the change worker to make
 * good what a crash interrupted before it says that the store is open. Known gap: with a locked
 * keyring that waits until the keys are opened for something else. */

#include "guardian/core/guardian-undo.h"

#include "guardian/core/guardian-aftermath.h"
#include "guardian/core/guardian-keyring.h"

#include "common/base/cardea-paths.h"

#include <string.h>
#include <unistd.h>

#define FOLDER_NAME "undo"
#define OPEN_TIMEOUT_MS 120000u /* a large transaction may have to be finished first */
#define HISTORY_TIMEOUT_MS 10000u
#define RECONCILE_CHANGES 64

typedef struct {
  GuardianUndoOpened opened;
  gpointer user_data;
} Waiter;

struct _GuardianUndo {
  GuardianContext *context;
  GuardianUndoState state;
  GArray *waiters;
  guint call;
  guint begin_source;
  gboolean again;   /* limits changed while it was opened */
  gboolean checked; /* what the former run did is accounted for */
};

GuardianUndo *
guardian_undo_new (GuardianContext *context)
{
  GuardianUndo *undo = g_new0 (GuardianUndo, 1);
  undo->context = context;
  undo->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  return undo;
}

void
guardian_undo_free (GuardianUndo *undo)
{
  if (undo == NULL)
    return;
  g_clear_handle_id (&undo->begin_source, g_source_remove);
  g_array_unref (undo->waiters);
  g_free (undo);
}

static void
settle (GuardianUndo *undo, GuardianUndoState state, const char *code, const char *reason)
{
  g_autofree char *text = g_strdup (reason);

  undo->state = state;
  undo->call = 0;
  /* One may make another be forgotten: each is taken off before it is told. */
  while (undo->waiters->len > 0)
    {
      Waiter waiter = g_array_index (undo->waiters, Waiter, 0);
      g_array_remove_index (undo->waiters, 0);
      waiter.opened (code, text, waiter.user_data);
    }
}

static void
fail (GuardianUndo *undo, const char *code, const char *reason)
{
  g_debug ("the undo store is closed: %s", reason);
  settle (undo, GUARDIAN_UNDO_CLOSED, code, reason);
}

/* --- what the former run did --- */

static void
listed (CardeaMessage *reply, gpointer user_data)
{
  GuardianUndo *undo = user_data;

  if (reply != NULL && cardea_message_is (reply, "change.listed"))
    guardian_aftermath_reconcile (undo->context, cardea_message_get_json (reply, "changes"));
}

static void
check_former_run (GuardianUndo *undo)
{
  if (undo->checked || !undo->context->unclean)
    return;
  undo->checked = TRUE;
  CardeaMessage *message = cardea_message_new ("change.history");
  cardea_message_set_int (message, "limit", RECONCILE_CHANGES);
  if (guardian_workers_call (undo->context->workers, GUARDIAN_WORKER_CHANGE, message,
                             HISTORY_TIMEOUT_MS, listed, undo)
      == 0)
    undo->checked = FALSE;
}

/* --- opening --- */

static void begin (GuardianUndo *undo);

static void
opened (CardeaMessage *reply, gpointer user_data)
{
  GuardianUndo *undo = user_data;

  if (reply == NULL || !cardea_message_is (reply, "change.opened"))
    {
      const char *reason = reply != NULL && cardea_message_is (reply, "refused")
                               ? cardea_message_get_string (reply, "reason")
                               : "changes cannot be made at the moment";
      fail (undo, "unavailable", reason);
      return;
    }
  guardian_aftermath_recovered (undo->context, cardea_message_get_json (reply, "recovered"));
  check_former_run (undo);
  settle (undo, GUARDIAN_UNDO_OPEN, NULL, NULL);
  if (undo->again)
    begin (undo);
}

static void
got_key (CardeaMessage *reply, gpointer user_data)
{
  GuardianUndo *undo = user_data;
  const GuardianSettings *settings = undo->context->settings;
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);
  g_autofree char *folder = g_build_filename (state, FOLDER_NAME, NULL);

  if (reply == NULL || !cardea_message_is (reply, "keys.derived"))
    {
      fail (undo, "unavailable", "the undo store's key cannot be had");
      return;
    }
  CardeaMessage *message = cardea_message_new ("change.open");
  cardea_message_move_fd (message, "key", reply, "key");
  cardea_message_set_path (message, "folder", folder);
  cardea_message_set_int64 (message, "max_bytes",
                            guardian_settings_get_int (settings, "undo.max_bytes"));
  cardea_message_set_int (message, "days", guardian_settings_get_int (settings, "undo.days"));
  undo->state = GUARDIAN_UNDO_OPENING;
  undo->call = guardian_workers_call (undo->context->workers, GUARDIAN_WORKER_CHANGE, message,
                                      OPEN_TIMEOUT_MS, opened, undo);
  if (undo->call == 0)
    fail (undo, "unavailable", "changes cannot be made at the moment");
}

static void
begin (GuardianUndo *undo)
{
  undo->again = FALSE;
  undo->state = GUARDIAN_UNDO_KEY;
  undo->call = guardian_keyring_derive (undo->context->keyring, "undo", got_key, undo);
  if (undo->call == 0)
    fail (undo, "unavailable", "the undo store's key cannot be had");
}

static void
keys_opened (const char *code, const char *reason, gpointer user_data)
{
  GuardianUndo *undo = user_data;

  if (undo->state != GUARDIAN_UNDO_KEYS)
    return; /* guardian_undo_keys_opened() was first */
  if (code != NULL)
    fail (undo, code, reason);
  else
    begin (undo);
}

static void
begin_with_keys (GuardianUndo *undo)
{
  undo->state = GUARDIAN_UNDO_KEYS;
  guardian_keyring_open (undo->context->keyring, keys_opened, undo);
}

static gboolean
begin_later (gpointer user_data)
{
  GuardianUndo *undo = user_data;
  undo->begin_source = 0;
  if (undo->state == GUARDIAN_UNDO_OPEN)
    settle (undo, GUARDIAN_UNDO_OPEN, NULL, NULL);
  else if (undo->state == GUARDIAN_UNDO_CLOSED)
    begin_with_keys (undo);
  return G_SOURCE_REMOVE;
}

void
guardian_undo_open (GuardianUndo *undo, GuardianUndoOpened opened_cb, gpointer user_data)
{
  Waiter waiter = { opened_cb, user_data };
  g_array_append_val (undo->waiters, waiter);
  if (undo->begin_source == 0
      && (undo->state == GUARDIAN_UNDO_OPEN || undo->state == GUARDIAN_UNDO_CLOSED))
    undo->begin_source = g_idle_add_full (G_PRIORITY_DEFAULT, begin_later, undo, NULL);
}

void
guardian_undo_forget (GuardianUndo *undo, gpointer user_data)
{
  for (guint i = undo->waiters->len; i > 0; i--)
    if (g_array_index (undo->waiters, Waiter, i - 1).user_data == user_data)
      g_array_remove_index (undo->waiters, i - 1);
}

gboolean
guardian_undo_is_open (const GuardianUndo *undo)
{
  return undo->state == GUARDIAN_UNDO_OPEN;
}

gint64
guardian_undo_limit (const GuardianUndo *undo)
{
  return guardian_settings_get_int (undo->context->settings, "undo.max_bytes");
}

/* --- what happens around it --- */

void
guardian_undo_keys_opened (GuardianUndo *undo)
{
  if (undo->state == GUARDIAN_UNDO_CLOSED || undo->state == GUARDIAN_UNDO_KEYS)
    begin (undo);
}

void
guardian_undo_worker_up (GuardianUndo *undo)
{
  if (undo->state == GUARDIAN_UNDO_CLOSED
      && guardian_keyring_state (undo->context->keyring) == GUARDIAN_KEYRING_OPEN)
    begin (undo);
}

/* Calls that were due have been answered with nothing by now. */
void
guardian_undo_worker_down (GuardianUndo *undo)
{
  if (undo->state == GUARDIAN_UNDO_OPEN)
    undo->state = GUARDIAN_UNDO_CLOSED;
}

void
guardian_undo_limits_changed (GuardianUndo *undo)
{
  if (undo->state == GUARDIAN_UNDO_OPEN)
    begin (undo);
  else
    undo->again = undo->state != GUARDIAN_UNDO_CLOSED;
}

/* Whether a transaction may be unfinished, as far as that can be seen without the key. */
static gboolean
may_be_unfinished (const GuardianUndo *undo)
{
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);
  g_autofree char *folder = g_build_filename (state, FOLDER_NAME, NULL);
  return undo->context->unclean && access (folder, F_OK) == 0;
}

void
guardian_undo_start (GuardianUndo *undo)
{
  const char *store = NULL;

  /* A keyring or a passphrase may have to be asked for; a plain file has not. */
  if (may_be_unfinished (undo) && guardian_audit_begun (undo->context->audit, &store)
      && g_strcmp0 (store, "file") == 0)
    begin_with_keys (undo);
}
