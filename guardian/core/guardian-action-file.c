/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-action-file.h"

#include "common/base/cardea-limits.h"
#include "guardian/core/guardian-request.h"

#include <string.h>
#include <sys/stat.h>

#define READ_TIMEOUT_MS 30000u
#define LIST_TIMEOUT_MS 30000u
#define SEARCH_TIMEOUT_MS 120000u
#define LIST_LIMIT 500
#define SEARCH_LIMIT 100

gboolean
guardian_action_file_validate_read (const GuardianRequest *request, const char **ret_reason)
{
  const char *name = cardea_message_get_path (request->message, "name");
  guint given = (cardea_message_get_path (request->message, "path") != NULL ? 1 : 0)
                + (name != NULL ? 1 : 0)
                + (cardea_message_get_string (request->message, "handle") != NULL ? 1 : 0);

  *ret_reason = "one of path, name and handle must be given";
  if (given != 1)
    return FALSE;
  *ret_reason = "a bare name has no slash in it";
  return name == NULL
         || (strchr (name, '/') == NULL && strcmp (name, ".") != 0 && strcmp (name, "..") != 0);
}

gboolean
guardian_action_file_list_reaches_below (const GuardianRequest *request)
{
  return cardea_message_get_int (request->message, "depth", 1) > 1;
}

gboolean
guardian_action_file_search_reaches_below (const GuardianRequest *request)
{
  return TRUE;
}

int
guardian_action_file_read (GuardianRequest *request)
{
  CardeaMessage *message = cardea_message_new ("files.read");
  /* What parts are left out of is looked through as a whole. */
  gint64 length = request->decision.redact
                      ? CARDEA_LIMIT_MEMFD
                      : cardea_message_get_int (request->message, "length", CARDEA_LIMIT_MEMFD);
  cardea_message_set_string (message, "handle", request->object->handle);
  cardea_message_set_int64 (message, "offset",
                            cardea_message_get_int64 (request->message, "offset", 0));
  cardea_message_set_int (message, "length", length);
  if (request->reopened)
    cardea_message_set_boolean (message, "still", TRUE);
  if (!request->silent)
    cardea_message_set_boolean (message, "digest", TRUE);
  return guardian_request_call (request, GUARDIAN_WORKER_FILES, message, READ_TIMEOUT_MS);
}

int
guardian_action_file_list (GuardianRequest *request)
{
  const char *sort = cardea_message_get_string (request->message, "sort");
  const char *pattern = cardea_message_get_string (request->message, "pattern");
  CardeaMessage *message = cardea_message_new ("files.list");

  cardea_message_set_string (message, "handle", request->object->handle);
  cardea_message_set_int (message, "depth", cardea_message_get_int (request->message, "depth", 1));
  cardea_message_set_string (message, "sort", sort != NULL ? sort : "name");
  if (pattern != NULL)
    cardea_message_set_string (message, "pattern", pattern);
  cardea_message_set_int (message, "limit",
                          cardea_message_get_int (request->message, "limit", LIST_LIMIT));
  return guardian_request_call (request, GUARDIAN_WORKER_FILES, message, LIST_TIMEOUT_MS);
}

int
guardian_action_file_search (GuardianRequest *request)
{
  CardeaMessage *message = cardea_message_new ("files.search");
  cardea_message_set_string (message, "handle", request->object->handle);
  cardea_message_set_string (message, "text", cardea_message_get_string (request->message, "text"));
  cardea_message_set_int (message, "limit",
                          cardea_message_get_int (request->message, "limit", SEARCH_LIMIT));
  return guardian_request_call (request, GUARDIAN_WORKER_FILES, message, SEARCH_TIMEOUT_MS);
}

int
guardian_action_file_close (GuardianRequest *request)
{
  GuardianHandle *handle = guardian_handle_table_find (request->session->handles, request->handle);
  if (handle != NULL)
    guardian_handle_table_close (request->session->handles, handle);
  return GUARDIAN_STEP_NEXT;
}

/* A file that is not open yet becomes a handle of the session. */
static const char *
keep_open (GuardianRequest *request)
{
  if (request->handle == NULL)
    {
      GuardianHandle *handle = guardian_handle_table_add (
          request->session->handles, g_steal_pointer (&request->object), request->grant);
      request->object_held = FALSE;
      request->object = guardian_object_copy (handle->object);
      request->handle = g_strdup (handle->id);
    }
  else if (request->reopened)
    guardian_handle_table_find (request->session->handles, request->handle)->opens++;
  return request->handle;
}

static gint64
size_of (int fd)
{
  struct stat st;
  return fstat (fd, &st) == 0 ? st.st_size : 0;
}

void
guardian_action_file_reply_read (GuardianRequest *request)
{
  CardeaMessage *reply = cardea_message_new_reply (request->message, "file.opened");

  gint64 size = cardea_message_get_int64 (request->result, "size", 0);
  request->bytes = cardea_message_get_int64 (request->result, "bytes", 0);
  if (request->masked != NULL)
    size = request->bytes = size_of (cardea_message_peek_fd (request->masked, "content"));
  cardea_message_move_fd (reply, "content",
                          request->masked != NULL ? request->masked : request->result, "content");
  guardian_outgoing_memory_add_source (request->session->outgoing, request->object->path,
                                       cardea_message_peek_fd (reply, "content"));
  cardea_message_set_string (reply, "handle", keep_open (request));
  cardea_message_set_path (reply, "path", request->object->path);
  cardea_message_set_int64 (reply, "offset",
                            cardea_message_get_int64 (request->message, "offset", 0));
  cardea_message_set_int64 (reply, "size", size);
  cardea_message_set_int64 (reply, "mtime", cardea_message_get_int64 (request->result, "mtime", 0));
  cardea_message_set_boolean (reply, "end", cardea_message_get_boolean (request->result, "end"));
  request->reply = reply;
}

static void
reply_array (GuardianRequest *request, const char *name, const char *array)
{
  CardeaMessage *reply = cardea_message_new_reply (request->message, name);
  cardea_message_set_path (reply, "path", request->object->path);
  cardea_message_set_json (reply, array,
                           cardea_json_ref (cardea_message_get_json (request->result, array)));
  cardea_message_set_boolean (reply, "truncated",
                              cardea_message_get_boolean (request->result, "truncated"));
  request->reply = reply;
}

void
guardian_action_file_reply_list (GuardianRequest *request)
{
  reply_array (request, "file.listed", "entries");
}

void
guardian_action_file_reply_search (GuardianRequest *request)
{
  reply_array (request, "file.found", "matches");
}

void
guardian_action_file_reply_close (GuardianRequest *request)
{
  request->reply = cardea_message_new_reply (request->message, "done");
}
