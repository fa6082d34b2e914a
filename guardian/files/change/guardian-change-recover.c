/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the journal's seal, and identities. Refuses: to touch what somebody else put there since;
 * to act on what a damaged file left over. A change whose folders are not there (a disk that is not
 * connected) waits for the next time. */

#include "guardian/files/change/guardian-change-recover.h"

#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-journal.h"
#include "guardian/files/change/guardian-change-seam.h"
#include "guardian/files/change/guardian-change-transaction.h"

#include <fcntl.h>
#include <unistd.h>

#define LIMIT_RECOVERED 500 /* as the wire's list */
#define LIMIT_SWEPT 16      /* changes that can have been under way at the same time */

static gboolean
is_reachable (const GuardianChangeJournal *journal)
{
  for (guint i = 0; i < journal->folders->len; i++)
    {
      const GuardianChangeFolder *folder = journal->folders->pdata[i];
      if (folder->maker < 0 && folder->fd < 0)
        return FALSE;
    }
  return TRUE;
}

/* All done, as far as can be told: then it is finished. One that is certainly not: taken back. */
static gboolean
is_done (const GuardianChangeJournal *journal)
{
  for (guint i = 0; i < journal->steps->len; i++)
    if (guardian_change_step_look (journal->steps->pdata[i]) == GUARDIAN_CHANGE_PROGRESS_NOT_DONE)
      return FALSE;
  return TRUE;
}

static gboolean
note (GuardianChangeStore *store, GuardianChangeState state, const CardeaJson *record)
{
  g_autoptr (GError) error = NULL;
  if (guardian_change_store_write (store, state, record, &error)
      && guardian_change_store_sync (store, &error))
    return TRUE;
  g_warning ("the end of an interrupted change could not be noted down: %s", error->message);
  return FALSE;
}

static gboolean
take_back (GuardianChangeStore *store, const char *id, const GuardianChangeJournal *journal)
{
  gboolean whole = TRUE;
  guint points = 0;
  for (guint i = journal->steps->len; i-- > 0;)
    {
      whole &= guardian_change_step_take_back (journal->steps->pdata[i]);
      guardian_change_seam_point (&points);
    }
  if (!whole)
    return FALSE;
  g_autoptr (CardeaJson) record = guardian_change_history_state (id, "taken-back", NULL);
  return note (store, GUARDIAN_CHANGE_STATE_TAKEN_BACK, record);
}

/* How things lie now is how the change left them. */
static void
look_after (GuardianChangeStep *step)
{
  const GuardianChangeFolder *folder
      = step->act == GUARDIAN_CHANGE_ACT_MOVE ? step->to_folder : step->folder;
  const char *name = step->act == GUARDIAN_CHANGE_ACT_MOVE ? step->to_name : step->name;
  GuardianFilesInfo info;
  if (step->act != GUARDIAN_CHANGE_ACT_REMOVE && folder->fd >= 0
      && guardian_files_info_read (folder->fd, name, TRUE, &info))
    step->after = info;
}

static gboolean
finish (GuardianChangeStore *store, const char *id, const CardeaJson *intent,
        const GuardianChangeJournal *journal)
{
  for (guint i = 0; i < journal->steps->len; i++)
    look_after (journal->steps->pdata[i]);
  g_autoptr (CardeaJson) made = guardian_change_transaction_made (
      id, journal->steps, cardea_json_size (cardea_json_get (intent, "items")));
  if (!note (store, GUARDIAN_CHANGE_STATE_MADE, made))
    return FALSE;
  for (guint i = 0; i < journal->steps->len; i++)
    guardian_change_step_finish (journal->steps->pdata[i]);
  return TRUE;
}

/* Before the intent only names of our own can lie about; what has them is ours. */
static gboolean
clean (GuardianChangeStore *store, const char *id, const GuardianChangeJournal *journal)
{
  for (guint i = journal->steps->len; i-- > 0;)
    {
      const GuardianChangeStep *step = journal->steps->pdata[i];
      if (step->folder->fd < 0 || step->temp[0] == '\0')
        continue;
      if (step->act != GUARDIAN_CHANGE_ACT_FOLDER)
        unlinkat (step->folder->fd, step->temp, 0);
      else
        unlinkat (step->folder->fd, step->nested ? step->name : step->temp, AT_REMOVEDIR);
    }
  g_autoptr (CardeaJson) record = guardian_change_history_state (id, "taken-back", NULL);
  return note (store, GUARDIAN_CHANGE_STATE_TAKEN_BACK, record);
}

/* The outcome; NULL: not now. */
static const char *
recover_one (GuardianChangeStore *store, const GuardianChangeEntry *entry, const CardeaJson *record)
{
  g_auto (GuardianChangeJournal) journal = { 0 };
  if (!guardian_change_journal_read (record, &journal) || !is_reachable (&journal))
    {
      g_warning (
          "an interrupted change cannot be reached now; it is tried again at the next start");
      return NULL;
    }
  if (entry->state == GUARDIAN_CHANGE_STATE_PREPARED)
    return clean (store, entry->id, &journal) ? "taken-back" : NULL;
  if (is_done (&journal))
    return finish (store, entry->id, record, &journal) ? "done" : NULL;
  return take_back (store, entry->id, &journal) ? "taken-back" : NULL;
}

/* It was made, but what it replaced may lie about still, and what it took back may not say so. */
static void
sweep (GuardianChangeStore *store, const GuardianChangeEntry *entry)
{
  if (entry->broken
      || (entry->state != GUARDIAN_CHANGE_STATE_MADE
          && entry->state != GUARDIAN_CHANGE_STATE_UNDONE))
    return;
  g_autoptr (GuardianChangeEntry) of
      = entry->of != NULL ? guardian_change_store_find (store, entry->of) : NULL;
  if (of != NULL && of->state == GUARDIAN_CHANGE_STATE_MADE)
    guardian_change_history_mark_undone (store, of->id, entry->id);
  g_autoptr (CardeaJson) intent
      = guardian_change_store_read (store, entry->id, GUARDIAN_CHANGE_RECORD_INTENT);
  g_auto (GuardianChangeJournal) journal = { 0 };
  if (intent == NULL || !guardian_change_journal_read (intent, &journal))
    return;
  for (guint i = 0; i < journal.steps->len; i++)
    guardian_change_step_finish (journal.steps->pdata[i]);
}

static CardeaJson *
describe (const GuardianChangeEntry *entry, const CardeaJson *record, const char *outcome)
{
  static const char *const members[] = { "session", "request", "trace" };
  const CardeaJson *context = cardea_json_get (record, "context");
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "change", entry->id);
  cardea_json_set_string (json, "outcome", outcome);
  for (gsize i = 0; context != NULL && i < G_N_ELEMENTS (members); i++)
    {
      CardeaJson *member = cardea_json_get (context, members[i]);
      if (member != NULL)
        cardea_json_set (json, members[i], cardea_json_ref (member));
    }
  return json;
}

CardeaJson *
guardian_change_recover (GuardianChangeStore *store)
{
  CardeaJson *recovered = cardea_json_new_array ();
  g_autoptr (GPtrArray) entries = guardian_change_store_entries (store);
  for (guint i = 0; i < MIN (entries->len, LIMIT_SWEPT); i++)
    sweep (store, entries->pdata[i]);
  for (guint i = 0; i < entries->len && cardea_json_size (recovered) < LIMIT_RECOVERED; i++)
    {
      const GuardianChangeEntry *entry = entries->pdata[i];
      if (entry->state > GUARDIAN_CHANGE_STATE_INTENDED || entry->broken)
        continue;
      g_autoptr (CardeaJson) record = guardian_change_store_read (
          store, entry->id,
          entry->state == GUARDIAN_CHANGE_STATE_PREPARED ? GUARDIAN_CHANGE_RECORD_PREPARE
                                                         : GUARDIAN_CHANGE_RECORD_INTENT);
      const char *outcome = record != NULL ? recover_one (store, entry, record) : NULL;
      /* One that had changed nothing is not worth a word. */
      if (outcome != NULL && entry->state == GUARDIAN_CHANGE_STATE_INTENDED)
        cardea_json_append (recovered, describe (entry, record, outcome));
    }
  return recovered;
}
