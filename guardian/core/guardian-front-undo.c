/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is, and the change worker to put back all of a
 * change or nothing. Refuses to take anything back, or to forget, without a record. Known gaps:
 * none. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-aftermath.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-undo.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define CALL_TIMEOUT_MS 30000u
#define REVERT_TIMEOUT_MS 300000u
#define LIST_LIMIT 50
#define FIND_LIMIT 100       /* changes a page, when one is looked for */
#define FIND_PAGES_LIMIT 200 /* of these */
#define ITEMS_BYTES 32768u   /* of a change's items in its record */
#define GONE "changes cannot be reached at the moment"

/* The store is opened first; what names a change is then looked for, so that a beginning of its id
 * will do. */
typedef struct _Command Command;
struct _Command {
  GuardianLink *link;
  CardeaMessage *message;
  void (*go_on) (Command *command); /* when the store is open */
  void (*then) (Command *command);  /* when the change is found */
  CardeaJson *found;                /* the change that is meant */
  gboolean several;
  char *before;
  guint pages;
};

static void
command_free (Command *command)
{
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  g_clear_pointer (&command->found, cardea_json_unref);
  g_free (command->before);
  g_free (command);
}

static void
refuse (Command *command, const char *code, const char *reason)
{
  guardian_link_refuse (command->link, command->message, code, reason);
  command_free (command);
}

/* Takes message. */
static void
call (Command *command, CardeaMessage *message, guint timeout_ms, GuardianWorkersReply reply)
{
  if (guardian_workers_call (command->link->context->workers, GUARDIAN_WORKER_CHANGE, message,
                             timeout_ms, reply, command)
      == 0)
    reply (NULL, command);
}

/* FALSE: it has been refused, and command is gone. */
static gboolean
is_answer (Command *command, const CardeaMessage *reply, const char *name)
{
  if (reply != NULL && cardea_message_is (reply, name))
    return TRUE;
  gboolean refused = reply != NULL && cardea_message_is (reply, "refused");
  refuse (command, refused ? cardea_message_get_string (reply, "code") : "unavailable",
          refused ? cardea_message_get_string (reply, "reason") : GONE);
  return FALSE;
}

static void
opened (const char *code, const char *reason, gpointer user_data)
{
  Command *command = user_data;
  if (code != NULL)
    refuse (command, code, reason);
  else
    command->go_on (command);
}

static void
when_open (GuardianLink *link, CardeaMessage *message, void (*go_on) (Command *command),
           void (*then) (Command *command))
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  command->go_on = go_on;
  command->then = then;
  guardian_undo_open (link->context->undo, opened, command);
}

/* --- listing --- */

static void
listed (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;

  if (!is_answer (command, reply, "change.listed"))
    return;
  CardeaMessage *answer = cardea_message_new_reply (command->message, "undo.listed");
  cardea_message_set_json (answer, "changes",
                           cardea_json_ref (cardea_message_get_json (reply, "changes")));
  cardea_message_set_int64 (answer, "used", cardea_message_get_int64 (reply, "used", 0));
  cardea_message_set_int64 (answer, "limit", guardian_undo_limit (command->link->context->undo));
  cardea_message_set_boolean (answer, "more", cardea_message_get_boolean (reply, "more"));
  guardian_link_send (command->link, answer);
  command_free (command);
}

static void
list (Command *command)
{
  CardeaMessage *message = cardea_message_new ("change.history");
  cardea_message_set_string (message, "of", cardea_message_session (command->message));
  cardea_message_set_string (message, "before",
                             cardea_message_get_string (command->message, "before"));
  cardea_message_set_int (message, "limit",
                          cardea_message_get_int (command->message, "limit", LIST_LIMIT));
  call (command, message, CALL_TIMEOUT_MS, listed);
}

void
guardian_front_undo_list (GuardianLink *link, CardeaMessage *message)
{
  when_open (link, message, list, NULL);
}

/* --- which one is meant --- */

static void found_page (CardeaMessage *reply, gpointer user_data);

static void
find_more (Command *command)
{
  CardeaMessage *message = cardea_message_new ("change.history");
  cardea_message_set_string (message, "before", command->before);
  cardea_message_set_int (message, "limit", FIND_LIMIT);
  command->pages++;
  call (command, message, CALL_TIMEOUT_MS, found_page);
}

/* A whole id is one, whatever begins like it. */
static void
match_page (Command *command, const CardeaJson *changes)
{
  const char *wanted = cardea_message_get_string (command->message, "id");

  for (guint i = 0; i < cardea_json_size (changes); i++)
    {
      CardeaJson *change = cardea_json_nth (changes, i);
      const char *id = cardea_json_get_string (change, "id");
      if (id == NULL)
        continue;
      g_free (command->before);
      command->before = g_strdup (id);
      if (*wanted == '\0' || !g_str_has_prefix (id, wanted))
        continue;
      gboolean whole = strcmp (id, wanted) == 0;
      command->several = command->found != NULL && !whole;
      g_clear_pointer (&command->found, cardea_json_unref);
      command->found = cardea_json_ref (change);
      if (whole || command->several)
        return;
    }
}

static gboolean
is_found_whole (const Command *command)
{
  return command->found != NULL
         && strcmp (cardea_json_get_string (command->found, "id"),
                    cardea_message_get_string (command->message, "id"))
                == 0;
}

static void
found_page (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;

  if (!is_answer (command, reply, "change.listed"))
    return;
  match_page (command, cardea_message_get_json (reply, "changes"));
  if (command->several)
    refuse (command, "ambiguous", "several changes begin so");
  else if (!is_found_whole (command) && cardea_message_get_boolean (reply, "more")
           && command->before != NULL && command->pages < FIND_PAGES_LIMIT)
    find_more (command);
  else if (command->found == NULL)
    refuse (command, "not-found", "there is no such change");
  else
    command->then (command);
}

/* --- showing --- */

static void
shown (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;

  if (!is_answer (command, reply, "change.shown"))
    return;
  CardeaMessage *answer = cardea_message_new_reply (command->message, "undo.shown");
  cardea_message_set_json (answer, "change",
                           cardea_json_ref (cardea_message_get_json (reply, "change")));
  guardian_link_send (command->link, answer);
  command_free (command);
}

static void
show (Command *command)
{
  CardeaMessage *message = cardea_message_new ("change.show");
  cardea_message_set_string (message, "change", cardea_json_get_string (command->found, "id"));
  call (command, message, CALL_TIMEOUT_MS, shown);
}

void
guardian_front_undo_show (GuardianLink *link, CardeaMessage *message)
{
  when_open (link, message, find_more, show);
}

/* --- taking back --- */

/* What the change did, as far as it fits. */
static CardeaJson *
describe_items (const CardeaJson *change)
{
  const CardeaJson *items = cardea_json_get (change, "items");
  CardeaJson *list = cardea_json_new_array ();
  gsize used = 0;

  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      gsize size = 0;
      g_autofree char *text = cardea_json_write (cardea_json_nth (items, i), &size, NULL);
      used += size + 1;
      if (text == NULL || used > ITEMS_BYTES)
        break;
      cardea_json_append (list, cardea_json_ref (cardea_json_nth (items, i)));
    }
  return list;
}

/* The person's own command. It belongs to the session whose change it is about. */
static gboolean
record_command (const Command *command, const char *type, const char *outcome, const char *reason)
{
  const CardeaJson *change = command->found;
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  if (change != NULL)
    {
      cardea_json_set_string (facts, "change", cardea_json_get_string (change, "id"));
      cardea_json_set (extra, "items", describe_items (change));
    }
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = type, .session = cardea_json_get_string (change, "session"),
                              .trace = cardea_message_trace (command->message),
                              .action = cardea_message_name (command->message),
                              .effect = outcome == NULL ? "allow" : NULL, .policy = "command",
                              .pid = command->link->identity.pid, .facts = facts, .extra = extra,
                              .outcome = outcome, .reason = reason);
  if (guardian_record_append (command->link->context->audit, &record,
                              outcome == NULL ? GUARDIAN_AUDIT_SYNCED : GUARDIAN_AUDIT_WRITTEN,
                              NULL, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  return FALSE;
}

/* FALSE: it has been refused. */
static gboolean
begin_command (Command *command)
{
  if (record_command (command, "decision", NULL, "the person's own command"))
    return TRUE;
  refuse (command, "unavailable", "the log cannot be written: nothing is done without a record");
  return FALSE;
}

static void
record_end (const Command *command, const CardeaMessage *reply, const char *name)
{
  gboolean refused = reply != NULL && cardea_message_is (reply, "refused");
  gboolean done = reply != NULL && cardea_message_is (reply, name);
  const char *code = refused ? cardea_message_get_string (reply, "code") : "unavailable";
  const char *reason = refused ? cardea_message_get_string (reply, "reason") : GONE;

  record_command (command, "outcome", done ? "done" : code, done ? NULL : reason);
}

static void
reverted (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;

  record_end (command, reply, "change.reverted");
  if (!is_answer (command, reply, "change.reverted"))
    return;
  guardian_aftermath_reverted (command->link->context, reply);
  CardeaMessage *answer = cardea_message_new_reply (command->message, "undo.applied");
  cardea_message_set_json (answer, "change",
                           cardea_json_ref (cardea_message_get_json (reply, "change")));
  guardian_link_send (command->link, answer);
  command_free (command);
}

static void
apply (Command *command)
{
  if (!begin_command (command))
    return;
  CardeaMessage *message = cardea_message_new ("change.revert");
  cardea_message_set_string (message, "change", cardea_json_get_string (command->found, "id"));
  call (command, message, REVERT_TIMEOUT_MS, reverted);
}

void
guardian_front_undo_apply (GuardianLink *link, CardeaMessage *message)
{
  when_open (link, message, find_more, apply);
}

/* --- forgetting --- */

static void
cleared (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;

  record_end (command, reply, "done");
  if (!is_answer (command, reply, "done"))
    return;
  guardian_link_done (command->link, command->message);
  command_free (command);
}

static void
clear (Command *command)
{
  if (begin_command (command))
    call (command, cardea_message_new ("change.clear"), CALL_TIMEOUT_MS, cleared);
}

void
guardian_front_undo_clear (GuardianLink *link, CardeaMessage *message)
{
  when_open (link, message, clear, NULL);
}
