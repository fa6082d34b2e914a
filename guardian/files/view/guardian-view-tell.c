/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-tell.h"

#include "common/protocol/cardea-path-json.h"

static void
set_id (CardeaMessage *message, guint64 id)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  cardea_message_set_string (message, "id", text);
}

static CardeaJson *
to_list (const char *const *texts)
{
  CardeaJson *list = cardea_json_new_array ();

  for (; *texts != NULL; texts++)
    cardea_json_append (list, cardea_json_new_string (*texts));
  return list;
}

CardeaMessage *
guardian_view_tell_question (const GuardianViewQuestion *question)
{
  CardeaMessage *message = cardea_message_new ("view.ask");

  set_id (message, question->id);
  cardea_message_set_string (message, "action", question->action);
  cardea_message_set_path (message, "path", question->path);
  if (question->from != NULL)
    cardea_message_set_path (message, "from", question->from);
  if (question->to != NULL)
    cardea_message_set_path (message, "to", question->to);
  cardea_message_set_boolean (message, "exists", question->exists);
  cardea_message_set_boolean (message, "folder", question->is_folder);
  if (question->is_link)
    cardea_message_set_boolean (message, "link", TRUE);
  if (question->settings != NULL)
    cardea_message_set_json (message, "settings", to_list (question->settings));
  return message;
}

CardeaMessage *
guardian_view_tell_cancelled (guint64 id)
{
  CardeaMessage *message = cardea_message_new ("view.cancel");

  set_id (message, id);
  return message;
}

CardeaMessage *
guardian_view_tell_did (const GuardianViewDid *did)
{
  CardeaMessage *message = cardea_message_new ("view.did");
  g_autofree char *by = g_strdup_printf ("%" G_GUINT64_FORMAT, did->by);

  cardea_message_set_string (message, "by", by);
  cardea_message_set_string (message, "action", did->action);
  cardea_message_set_string (message, "grant", did->grant);
  cardea_message_set_paths (message, "paths", (const char *const *) did->paths->pdata);
  cardea_message_set_int64 (message, "journal", did->journal);
  return message;
}

CardeaMessage *
guardian_view_tell_kept (const GuardianViewBatch *batch, const char *folder)
{
  CardeaMessage *message = cardea_message_new ("view.kept");

  set_id (message, batch->id);
  cardea_message_set_path (message, "folder", folder);
  cardea_message_set_json (message, "items", cardea_json_copy (batch->items));
  return message;
}

CardeaMessage *
guardian_view_tell_proposal (guint64 id, const char *path, int content)
{
  CardeaMessage *message = cardea_message_new ("view.propose");
  CardeaJson *operations = cardea_json_new_array ();
  CardeaJson *operation = cardea_json_new_object ();
  struct stat st = { 0 };

  cardea_json_set_string (operation, "op", "write");
  cardea_path_json_set (operation, "path", path);
  if (fstat (content, &st) == 0)
    {
      cardea_json_set_int64_string (operation, "offset", 0);
      cardea_json_set_int64_string (operation, "length", st.st_size);
    }
  cardea_json_append (operations, operation);
  set_id (message, id);
  cardea_message_set_json (message, "operations", operations);
  cardea_message_set_fd (message, "content", content);
  return message;
}

CardeaMessage *
guardian_view_tell_left (CardeaJson *items)
{
  CardeaMessage *message = cardea_message_new ("view.left");

  cardea_message_set_json (message, "items", items);
  return message;
}

CardeaMessage *
guardian_view_tell_end (const GuardianViewEnd *end)
{
  CardeaMessage *message = cardea_message_new ("view.ended");

  cardea_message_set_boolean (message, "unmounted", end->unmounted);
  if (end->unkept > 0)
    {
      cardea_message_set_int (message, "unkept", end->unkept);
      cardea_message_set_path (message, "first", end->first);
    }
  return message;
}
