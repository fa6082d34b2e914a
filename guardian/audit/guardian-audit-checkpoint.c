/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/tlog/cardea-tlog-note.h"

#include <string.h>

/* When a checkpoint is due, and the way to its signature and back. One is asked for at a time; what
 * is appended meanwhile goes under the next. Trust: a signature counts only after it was checked
 * with the log's own key. */

typedef struct {
  guint64 size; /* records that must be under a checkpoint */
  void (*done) (gboolean ok, gpointer data);
  gpointer data;
} Request;

static gboolean seal_cb (gpointer user_data);

/* Microseconds until a checkpoint is due; negative: none is. */
static gint64
due_in (const GuardianAudit *audit)
{
  guint64 open = audit->live.size - audit->sealed;
  gint64 now = g_get_monotonic_time ();
  gint64 quiet = audit->last_append + GUARDIAN_AUDIT_SEAL_QUIET * 1000 - now;
  gint64 spacing = audit->last_seal + GUARDIAN_AUDIT_SEAL_SPACING * 1000 - now;

  if (open == 0 || !audit->has_keys || audit->broken != NULL)
    return -1;
  if (audit->note != NULL && now - audit->note_time < (gint64) GUARDIAN_AUDIT_SIGN_PATIENCE * 1000)
    return -1;
  if (!g_queue_is_empty ((GQueue *) &audit->requests))
    return 0;
  return MAX (0, open >= GUARDIAN_AUDIT_SEAL_RECORDS ? spacing : MAX (quiet, spacing));
}

void
guardian_audit_checkpoint_schedule (GuardianAudit *audit)
{
  gint64 wait = due_in (audit);
  gint64 due = g_get_monotonic_time () + wait;

  /* The quiet second is not moved with every record: when the timer fires it looks again. */
  if (wait < 0 || (audit->seal_timer != 0 && due + 1000 >= audit->seal_due))
    return;
  if (audit->seal_timer != 0)
    g_source_remove (audit->seal_timer);
  audit->seal_due = due;
  audit->seal_timer = g_timeout_add ((guint) ((wait + 999) / 1000), seal_cb, audit);
}

static void
ask (GuardianAudit *audit)
{
  CardeaTlogHash root;
  g_autoptr (GBytes) note = NULL;

  cardea_tlog_range_root (&audit->live, audit->hasher, &root);
  note = cardea_tlog_checkpoint_format (audit->key->name, audit->live.size, &root);
  g_clear_pointer (&audit->note, g_bytes_unref);
  audit->note = g_bytes_ref (note);
  audit->note_size = audit->live.size;
  audit->note_time = g_get_monotonic_time ();
  audit->hooks.sign (audit, note, audit->user_data);
}

static gboolean
seal_cb (gpointer user_data)
{
  GuardianAudit *audit = user_data;
  gint64 wait = due_in (audit);

  audit->seal_timer = 0;
  if (wait == 0)
    ask (audit);
  else
    guardian_audit_checkpoint_schedule (audit);
  return G_SOURCE_REMOVE;
}

/* Answers those whose records are under the checkpoint; all of them when it failed. */
static void
answer (GuardianAudit *audit, gboolean failed)
{
  GQueue left = G_QUEUE_INIT, requests = audit->requests;
  Request *request;

  /* Whoever is answered may ask again: that goes into a queue of its own. */
  g_queue_init (&audit->requests);
  while ((request = g_queue_pop_head (&requests)) != NULL)
    {
      if (request->size > audit->sealed && !failed)
        {
          g_queue_push_tail (&left, request);
          continue;
        }
      request->done (request->size <= audit->sealed, request->data);
      g_free (request);
    }
  while ((request = g_queue_pop_tail (&left)) != NULL)
    g_queue_push_head (&audit->requests, request);
}

static gboolean
settle_cb (gpointer user_data)
{
  GuardianAudit *audit = user_data;

  audit->settle_source = 0;
  answer (audit, !audit->has_keys || audit->broken != NULL);
  guardian_audit_checkpoint_schedule (audit);
  return G_SOURCE_REMOVE;
}

void
guardian_audit_checkpoint (GuardianAudit *audit, void (*done) (gboolean ok, gpointer data),
                           gpointer data)
{
  Request *request = g_new (Request, 1);

  *request = (Request){ audit->live.size, done, data };
  g_queue_push_tail (&audit->requests, request);
  if (audit->settle_source == 0)
    audit->settle_source = g_idle_add_full (G_PRIORITY_DEFAULT, settle_cb, audit, NULL);
}

static gboolean
publish (GuardianAudit *audit, GBytes *note_text, const guint8 *signature, GError **error)
{
  g_autoptr (CardeaTlogCheckpoint) checkpoint = cardea_tlog_checkpoint_parse (note_text, error);
  g_autoptr (GBytes) note = NULL;
  gsize size;
  const guint8 *text = g_bytes_get_data (note_text, &size);

  if (checkpoint == NULL)
    return FALSE;
  if (!cardea_tlog_key_check (audit->key, text, size, signature))
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
                   "the signature is not by the log's key");
      return FALSE;
    }
  note = cardea_tlog_note_format (note_text, audit->key, signature);
  return guardian_audit_publish (audit, checkpoint->size, &checkpoint->root, note, error);
}

void
guardian_audit_signed (GuardianAudit *audit, GBytes *note_text, const guint8 *signature)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) note = NULL;
  gboolean ok = FALSE;

  /* An answer to a question that was given up, or that nobody asked. */
  if (audit->note == NULL || !g_bytes_equal (audit->note, note_text))
    return;
  note = g_steal_pointer (&audit->note);
  if (signature != NULL)
    ok = publish (audit, note, signature, &error);
  audit->last_seal = g_get_monotonic_time () + (ok ? 0 : GUARDIAN_AUDIT_SEAL_RETRY * 1000);
  if (error != NULL)
    g_warning ("no checkpoint: %s", error->message);
  answer (audit, !ok);
  /* After a failure the next record is the next occasion. */
  if (ok)
    guardian_audit_checkpoint_schedule (audit);
}

void
guardian_audit_checkpoint_end (GuardianAudit *audit)
{
  g_clear_pointer (&audit->note, g_bytes_unref);
  answer (audit, TRUE);
  /* Last: whoever was answered may have appended. */
  g_clear_handle_id (&audit->seal_timer, g_source_remove);
  g_clear_handle_id (&audit->settle_source, g_source_remove);
}
