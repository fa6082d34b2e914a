/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-history.h"

#include "common/base/cardea-time.h"

#include <string.h>

#define LIMIT_ITEMS 50          /* of a change in a list */
#define LIMIT_TEXT (512u << 10) /* of a list, so that it fits into a message */

static const char *const public_members[]
    = { "op",   "kind",       "path",         "path_b64", "to",    "to_b64",
        "size", "size_after", "sha256_after", "cut",      "binary" };

static const struct {
  const char *state;
  const char *why_not;
} states[] = {
  [GUARDIAN_CHANGE_STATE_PREPARED] = { "expired", "It was interrupted." },
  [GUARDIAN_CHANGE_STATE_INTENDED] = { "expired", "It was interrupted." },
  [GUARDIAN_CHANGE_STATE_MADE] = { "made", NULL },
  [GUARDIAN_CHANGE_STATE_UNDONE] = { "undone", "It has been undone already." },
  [GUARDIAN_CHANGE_STATE_EXPIRED]
  = { "expired", "What the files were before is not kept any more." },
  [GUARDIAN_CHANGE_STATE_TAKEN_BACK] = { "expired", "It was never made." },
};

static gboolean
loses_something (const CardeaJson *intent)
{
  const CardeaJson *items = cardea_json_get (intent, "items");
  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      gboolean undoable = TRUE;
      (void) cardea_json_get_boolean (cardea_json_nth (items, i), "undoable", &undoable);
      if (!undoable)
        return TRUE;
    }
  return FALSE;
}

const char *
guardian_change_history_why_not (const GuardianChangeEntry *entry, const CardeaJson *intent)
{
  if (states[entry->state].why_not != NULL)
    return states[entry->state].why_not;
  if (entry->broken)
    return "A part of the undo store is damaged.";
  return loses_something (intent) ? "What a file was before is not kept: it was too large." : NULL;
}

static CardeaJson *
write_item (const CardeaJson *from, GuardianChangeHistoryForm form)
{
  CardeaJson *item = cardea_json_new_object ();
  for (gsize i = 0; i < G_N_ELEMENTS (public_members); i++)
    {
      CardeaJson *member = cardea_json_get (from, public_members[i]);
      if (member != NULL)
        cardea_json_set (item, public_members[i], cardea_json_ref (member));
    }
  CardeaJson *diff = cardea_json_get (from, "diff");
  if (form == GUARDIAN_CHANGE_HISTORY_FULL && diff != NULL)
    cardea_json_set (item, "diff", cardea_json_ref (diff));
  return item;
}

static void
write_items (CardeaJson *change, const CardeaJson *intent, GuardianChangeHistoryForm form)
{
  const CardeaJson *from = cardea_json_get (intent, "items");
  CardeaJson *items = cardea_json_new_array ();
  gint64 sums[2] = { 0, 0 };
  static const char *const names[] = { "added", "removed" };
  gboolean counted = FALSE;
  for (guint i = 0; i < cardea_json_size (from); i++)
    {
      const CardeaJson *one = cardea_json_nth (from, i);
      for (gsize k = 0; k < G_N_ELEMENTS (names); k++)
        {
          gint64 lines = 0;
          counted |= cardea_json_get_int (one, names[k], &lines);
          sums[k] += lines;
        }
      if (form == GUARDIAN_CHANGE_HISTORY_FULL || i < LIMIT_ITEMS)
        cardea_json_append (items, write_item (one, form));
    }
  cardea_json_set_int (change, "count", cardea_json_size (from));
  for (gsize k = 0; counted && k < G_N_ELEMENTS (names); k++)
    cardea_json_set_int (change, names[k], sums[k]);
  cardea_json_set (change, "items", items);
}

static void
write_context (CardeaJson *change, const CardeaJson *context)
{
  static const char *const members[] = { "session", "title", "agent", "request", "trace" };
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      CardeaJson *member = cardea_json_get (context, members[i]);
      if (member != NULL)
        cardea_json_set (change, members[i], cardea_json_ref (member));
    }
}

static CardeaJson *
write_change (GuardianChangeStore *store, const GuardianChangeEntry *entry, const CardeaJson *known,
              GuardianChangeHistoryForm form)
{
  g_autoptr (CardeaJson) read
      = known == NULL ? guardian_change_store_read (store, entry->id, GUARDIAN_CHANGE_RECORD_INTENT)
                      : NULL;
  const CardeaJson *intent = known != NULL ? known : read;
  if (intent == NULL)
    return NULL;
  CardeaJson *change = cardea_json_new_object ();
  const char *why_not = guardian_change_history_why_not (entry, intent);
  g_autofree char *time = cardea_time_format (entry->time);
  cardea_json_set_string (change, "id", entry->id);
  cardea_json_set_string (change, "time", time);
  write_context (change, cardea_json_get (intent, "context"));
  cardea_json_set_string (change, "state", states[entry->state].state);
  cardea_json_set_boolean (change, "undoable", why_not == NULL);
  if (why_not != NULL)
    cardea_json_set_string (change, "why_not", why_not);
  if (entry->of != NULL)
    cardea_json_set_string (change, "of", entry->of);
  write_items (change, intent, form);
  return change;
}

CardeaJson *
guardian_change_history_one (GuardianChangeStore *store, const char *id, const CardeaJson *intent,
                             GuardianChangeHistoryForm form)
{
  g_autoptr (GuardianChangeEntry) entry = guardian_change_store_find (store, id);
  return entry != NULL ? write_change (store, entry, intent, form) : NULL;
}

static gboolean
is_shown (const GuardianChangeEntry *entry, const char *session)
{
  return (session == NULL || g_strcmp0 (entry->session, session) == 0)
         && (entry->state >= GUARDIAN_CHANGE_STATE_MADE || entry->broken);
}

CardeaJson *
guardian_change_history_list (GuardianChangeStore *store, const char *session, const char *before,
                              guint limit, gboolean *ret_more)
{
  CardeaJson *changes = cardea_json_new_array ();
  g_autoptr (GPtrArray) entries = guardian_change_store_entries (store);
  gboolean reached = before == NULL;
  gsize used = 0;
  *ret_more = FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      const GuardianChangeEntry *entry = entries->pdata[i];
      if (!reached)
        {
          reached = g_str_has_prefix (entry->id, before);
          continue;
        }
      if (!is_shown (entry, session))
        continue;
      g_autoptr (CardeaJson) change
          = write_change (store, entry, NULL, GUARDIAN_CHANGE_HISTORY_BRIEF);
      if (change == NULL)
        continue;
      gsize size = 0;
      g_autofree char *text = cardea_json_write (change, &size, NULL);
      used += size;
      if (cardea_json_size (changes) == limit || used > LIMIT_TEXT)
        {
          *ret_more = TRUE;
          break;
        }
      cardea_json_append (changes, g_steal_pointer (&change));
    }
  return changes;
}

char *
guardian_change_history_find (GuardianChangeStore *store, const char *prefix)
{
  g_autoptr (GPtrArray) entries = guardian_change_store_entries (store);
  const char *found = NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      const GuardianChangeEntry *entry = entries->pdata[i];
      if (!is_shown (entry, NULL) || !g_str_has_prefix (entry->id, prefix))
        continue;
      if (found != NULL)
        return NULL;
      found = entry->id;
    }
  return g_strdup (found);
}

CardeaJson *
guardian_change_history_write_left (const GuardianFilesInfo *info)
{
  char text[128];
  if (info == NULL)
    return cardea_json_new_string ("");
  g_snprintf (text, sizeof text,
              "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
              " %u",
              info->id.dev, info->id.ino, info->size, info->mtime_ns, info->mode & 07777);
  return cardea_json_new_string (text);
}

gboolean
guardian_change_history_read_left (const CardeaJson *json, GuardianFilesInfo *ret_info)
{
  gint64 values[5];
  const char *text = json != NULL ? cardea_json_string (json) : NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      char *end = NULL;
      if (text == NULL || (i > 0 && *text++ != ' ')
          || !(g_ascii_isdigit (text[0]) || (text[0] == '-' && g_ascii_isdigit (text[1]))))
        return FALSE;
      values[i] = g_ascii_strtoll (text, &end, 10);
      text = end;
    }
  *ret_info = (GuardianFilesInfo){ .id = { .dev = values[0], .ino = values[1] },
                                   .size = values[2],
                                   .mtime_ns = values[3],
                                   .mode = values[4] & 07777 };
  return *text == '\0';
}

CardeaJson *
guardian_change_history_state (const char *id, const char *state, const char *by)
{
  CardeaJson *record = cardea_json_new_object ();
  cardea_json_set_string (record, "id", id);
  cardea_json_set_string (record, "state", state);
  if (by != NULL)
    cardea_json_set_string (record, "by", by);
  return record;
}

void
guardian_change_history_mark_undone (GuardianChangeStore *store, const char *id, const char *by)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) record = guardian_change_history_state (id, "undone", by);
  if (!guardian_change_store_write (store, GUARDIAN_CHANGE_STATE_UNDONE, record, &error))
    g_warning ("a change that was undone could not be noted down: %s", error->message);
}
