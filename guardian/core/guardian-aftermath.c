/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the change worker for which object replaced which. A grant follows only under the path it
 * was given for: never to another name that a file may have. Known gap: a standing grant for a file
 * that lies in a renamed folder ends with its path. */

#include "guardian/core/guardian-aftermath.h"

#include "guardian/core/guardian-link-table.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-time.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define RECONCILE_RECORDS 4096 /* looked through for outcomes, backwards */

/* --- grants and handles --- */

static gboolean
read_inode (const CardeaJson *item, const char *name, GuardianInode *ret_inode)
{
  const CardeaJson *json = cardea_json_get (item, name);
  return cardea_json_get_int64_string (json, "dev", &ret_inode->dev)
         && cardea_json_get_int64_string (json, "ino", &ret_inode->ino);
}

static void
close_former (GuardianSession *session, gpointer user_data)
{
  guardian_handle_table_close_inode (session->handles, user_data);
}

static void
follow_item (GuardianContext *context, const CardeaJson *item)
{
  g_autofree char *path = cardea_path_json_get (item, "path");
  g_autofree char *to = cardea_path_json_get (item, "to");
  GuardianInode former = { 0, 0 };
  GuardianInode now = { 0, 0 };
  gboolean there = read_inode (item, "old", &former);

  if (there)
    guardian_session_table_foreach (context->sessions, close_former, &former);
  if (path != NULL && read_inode (item, "new", &now))
    guardian_grant_table_follow (context->grants, &former, path, &now, to != NULL ? to : path);
}

static void
follow (GuardianContext *context, const CardeaJson *items)
{
  for (guint i = 0; i < cardea_json_size (items); i++)
    follow_item (context, cardea_json_nth (items, i));
}

/* A file whose whole content came from the task tells it nothing new. */
static void
allow_reading_back (GuardianRequest *request, const GuardianPlanItem *item, const CardeaJson *done)
{
  GuardianGrantTable *grants = request->context->grants;
  GuardianGrantNeed need = { .level = GUARDIAN_GRANT_READ };
  g_autoptr (GuardianObject) object = guardian_object_copy (item->object);
  gboolean made = item->operation->made != NULL && item->object->nlink == 0;

  if ((!item->operation->gives_all && !made) || !read_inode (done, "new", &object->inode))
    return;
  object->nlink = 1;
  if (guardian_grant_table_match (grants, request->session->id, GUARDIAN_AGENT_NAME, object, &need)
      != NULL)
    return;
  GuardianGrant *grant
      = guardian_grant_new (GUARDIAN_AGENT_NAME, request->session->id, GUARDIAN_GRANT_MADE,
                            object->path, object->inode, FALSE);
  grant->request = g_strdup (request->id);
  if (!guardian_grant_table_add (grants, grant))
    g_debug ("too much is shared: what the task made itself is not");
}

static void
count_use (GuardianRequest *request, const char *id, gint64 bytes)
{
  GuardianGrant *grant = guardian_grant_table_get (request->context->grants, id);
  if (grant != NULL)
    guardian_grant_table_used (request->context->grants, grant, bytes);
}

/* --- telling --- */

typedef struct {
  CardeaJson *change;
  const GuardianLink *owner; /* of its session; NULL: gone */
} News;

static void
tell (GuardianLink *link, gpointer user_data)
{
  const News *news = user_data;
  if (link != news->owner && !link->watches_audit)
    return;
  CardeaMessage *message = cardea_message_new ("change.made");
  cardea_message_set_session (message, cardea_json_get_string (news->change, "session"));
  cardea_message_set_json (message, "change", cardea_json_copy (news->change));
  guardian_link_send (link, message);
}

static void
tell_all (GuardianContext *context, CardeaJson *change)
{
  const GuardianSession *session
      = guardian_session_table_find (context->sessions, cardea_json_get_string (change, "session"));
  News news = { change, session != NULL ? session->owner : NULL };
  guardian_link_table_foreach (context->links, tell, &news);
}

void
guardian_aftermath_settled (GuardianRequest *request, const CardeaMessage *committed)
{
  const CardeaJson *items = cardea_message_get_json (committed, "items");
  const GuardianPlan *plan = request->plan;

  follow (request->context, items);
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      const CardeaJson *done = cardea_json_nth (items, i);
      gint64 size = 0;
      if (!cardea_json_get_int64_string (done, "size", &size))
        size = 0;
      count_use (request, item->grant, size);
      if (g_strcmp0 (item->grant, item->target_grant) != 0)
        count_use (request, item->target_grant, 0);
      if (done != NULL && request->session->state == GUARDIAN_SESSION_READY)
        allow_reading_back (request, item, done);
    }
  request->session->n_changes++;
  tell_all (request->context, cardea_message_get_json (committed, "change"));
}

void
guardian_aftermath_reverted (GuardianContext *context, const CardeaMessage *reverted)
{
  follow (context, cardea_message_get_json (reverted, "items"));
  tell_all (context, cardea_message_get_json (reverted, "change"));
}

/* --- outcomes that come another way --- */

/* from: what names session, request and trace; id: the change. */
static void
record_outcome (GuardianContext *context, const CardeaJson *from, const char *id,
                const char *outcome, const char *reason)
{
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;
  gboolean taken_back = cardea_json_get_string (from, "of") != NULL;

  if (id != NULL)
    cardea_json_set_string (facts, "change", id);
  cardea_json_set_boolean (facts, "recovered", TRUE);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome", .agent = GUARDIAN_AGENT_NAME, .facts = facts,
                              .session = cardea_json_get_string (from, "session"),
                              .request = cardea_json_get_string (from, "request"),
                              .trace = cardea_json_get_string (from, "trace"),
                              .action = taken_back ? "undo.apply" : "file.change",
                              .outcome = outcome, .extra = extra, .reason = reason);
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_SYNCED, NULL, &error))
    g_warning ("the outcome of a change was not recorded: %s", error->message);
}

void
guardian_aftermath_late (GuardianContext *context, const CardeaMessage *message)
{
  CardeaJson *change = cardea_message_get_json (message, "change");

  record_outcome (context, change, cardea_json_get_string (change, "id"), "done",
                  "it was done when nobody waited for it any more");
  follow (context, cardea_message_get_json (message, "items"));
  tell_all (context, change);
}

void
guardian_aftermath_recovered (GuardianContext *context, const CardeaJson *recovered)
{
  for (guint i = 0; i < cardea_json_size (recovered); i++)
    {
      const CardeaJson *json = cardea_json_nth (recovered, i);
      gboolean done = g_strcmp0 (cardea_json_get_string (json, "outcome"), "done") == 0;
      record_outcome (context, json, cardea_json_get_string (json, "change"),
                      done ? "done" : "taken-back",
                      done ? "an interruption was made good: all of it is done"
                           : "an interruption was made good: nothing of it is done");
    }
}

/* --- what was done and not recorded --- */

static gint64
time_of (const CardeaJson *json)
{
  const char *text = cardea_json_get_string (json, "time");
  gint64 time_us = 0;
  return text != NULL && cardea_time_parse (text, &time_us) ? time_us : 0;
}

/* The changes with an outcome in the log, back to since; ret_oldest: how far back that was. */
static GHashTable *
find_recorded (GuardianContext *context, gint64 since, gint64 *ret_oldest)
{
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 seq = guardian_audit_size (context->audit);

  *ret_oldest = G_MAXINT64;
  for (guint looked = 0; seq > 0 && looked < RECONCILE_RECORDS && *ret_oldest >= since; looked++)
    {
      g_autoptr (CardeaJson) record = guardian_audit_read (context->audit, --seq, NULL);
      const char *change = record != NULL ? cardea_json_get_string (record, "change") : NULL;
      if (record != NULL)
        *ret_oldest = time_of (record);
      if (change != NULL && g_strcmp0 (cardea_json_get_string (record, "type"), "outcome") == 0)
        g_hash_table_add (found, g_strdup (change));
    }
  if (seq == 0)
    *ret_oldest = 0;
  return found;
}

void
guardian_aftermath_reconcile (GuardianContext *context, const CardeaJson *changes)
{
  guint size = cardea_json_size (changes);
  gint64 oldest = 0;

  if (size == 0)
    return;
  g_autoptr (GHashTable) recorded
      = find_recorded (context, time_of (cardea_json_nth (changes, size - 1)), &oldest);
  for (guint i = size; i > 0; i--)
    {
      const CardeaJson *change = cardea_json_nth (changes, i - 1);
      const char *id = cardea_json_get_string (change, "id");
      if (id == NULL || time_of (change) < oldest || g_hash_table_contains (recorded, id))
        continue;
      record_outcome (context, change, id, "done",
                      "the guardian ended before this was recorded; it is done");
    }
}
