/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-private.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

G_DEFINE_QUARK (cardea - message - error - quark, cardea_message_error)

static CardeaMessage *
message_new (const CardeaMessageRow *row, CardeaJson *body)
{
  CardeaMessage *message = g_new0 (CardeaMessage, 1);
  g_atomic_ref_count_init (&message->refs);
  message->row = row;
  message->body = body;
  return message;
}

CardeaMessage *
cardea_message_new (const char *name)
{
  const CardeaMessageRow *row = cardea_message_table_find (name);
  if (row == NULL)
    g_error ("no message is called %s", name);

  CardeaMessage *message = message_new (row, cardea_json_new_object ());
  cardea_json_set_string (message->body, "type", name);
  return message;
}

static void
copy_envelope (CardeaMessage *message, const CardeaMessage *request)
{
  static const char *const names[] = { "request", "session", "trace" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      CardeaJson *value = cardea_json_get (request->body, names[i]);
      if (value != NULL)
        cardea_json_set (message->body, names[i], cardea_json_ref (value));
    }
}

CardeaMessage *
cardea_message_new_reply (const CardeaMessage *request, const char *name)
{
  CardeaMessage *message = cardea_message_new (name);
  copy_envelope (message, request);
  return message;
}

CardeaMessage *
cardea_message_new_refusal (const CardeaMessage *request, const char *code, const char *reason)
{
  CardeaMessage *message = cardea_message_new_reply (request, "refused");
  g_autofree char *cut = strlen (reason) > CARDEA_LIMIT_REASON
                             ? cardea_text_shorten (reason, CARDEA_LIMIT_REASON / 4 - 1)
                             : g_strdup (reason);
  cardea_message_set_string (message, "code", code);
  cardea_message_set_string (message, "reason", cut);
  return message;
}

CardeaMessage *
cardea_message_ref (CardeaMessage *message)
{
  g_atomic_ref_count_inc (&message->refs);
  return message;
}

void
cardea_message_unref (CardeaMessage *message)
{
  if (message == NULL || !g_atomic_ref_count_dec (&message->refs))
    return;
  for (guint i = 0; i < message->n_slots; i++)
    cardea_fd_clear (&message->slots[i].fd);
  g_clear_pointer (&message->raw_paths, g_hash_table_unref);
  cardea_json_unref (message->body);
  g_free (message);
}

const char *
cardea_message_name (const CardeaMessage *message)
{
  return message->row->name;
}

gboolean
cardea_message_is (const CardeaMessage *message, const char *name)
{
  return strcmp (message->row->name, name) == 0;
}

const CardeaJson *
cardea_message_body (const CardeaMessage *message)
{
  return message->body;
}

const char *
cardea_message_request (const CardeaMessage *message)
{
  return cardea_json_get_string (message->body, "request");
}

const char *
cardea_message_session (const CardeaMessage *message)
{
  return cardea_json_get_string (message->body, "session");
}

const char *
cardea_message_trace (const CardeaMessage *message)
{
  return cardea_json_get_string (message->body, "trace");
}

const char *
cardea_message_cap (const CardeaMessage *message)
{
  return cardea_json_get_string (message->body, "cap");
}

void
cardea_message_set_request (CardeaMessage *message, const char *id)
{
  cardea_message_set_string (message, "request", id);
}

void
cardea_message_set_session (CardeaMessage *message, const char *id)
{
  cardea_message_set_string (message, "session", id);
}

void
cardea_message_set_trace (CardeaMessage *message, const char *id)
{
  cardea_message_set_string (message, "trace", id);
}

void
cardea_message_set_cap (CardeaMessage *message, const char *capability)
{
  cardea_message_set_string (message, "cap", capability);
}

static void
keep_raw_path (CardeaMessage *message, const char *field, char *bytes)
{
  if (message->raw_paths == NULL)
    message->raw_paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (message->raw_paths, g_strdup (field), bytes);
}

void
cardea_message_set_path (CardeaMessage *message, const char *field, const char *bytes)
{
  if (bytes == NULL)
    return;
  cardea_path_json_set (message->body, field, bytes);
  if (cardea_json_get (message->body, field) == NULL)
    keep_raw_path (message, field, g_strdup (bytes));
}

void
cardea_message_set_paths (CardeaMessage *message, const char *field, const char *const *paths)
{
  if (paths != NULL)
    cardea_path_json_set_list (message->body, field, paths);
}

void
cardea_message_set_string (CardeaMessage *message, const char *field, const char *value)
{
  if (value != NULL)
    cardea_json_set_string (message->body, field, value);
}

void
cardea_message_set_int (CardeaMessage *message, const char *field, gint64 value)
{
  cardea_json_set_int (message->body, field, value);
}

void
cardea_message_set_int64 (CardeaMessage *message, const char *field, gint64 value)
{
  cardea_json_set_int64_string (message->body, field, value);
}

void
cardea_message_set_boolean (CardeaMessage *message, const char *field, gboolean value)
{
  cardea_json_set_boolean (message->body, field, value);
}

void
cardea_message_set_bytes (CardeaMessage *message, const char *field, const guint8 *bytes,
                          gsize size)
{
  g_autofree char *text = cardea_base64_encode (bytes, size);
  cardea_json_set_string (message->body, field, text);
}

void
cardea_message_set_json (CardeaMessage *message, const char *field, CardeaJson *taken)
{
  if (taken != NULL)
    cardea_json_set (message->body, field, taken);
}

static CardeaMessageSlot *
find_slot (const CardeaMessage *message, const char *field)
{
  for (guint i = 0; i < message->n_slots; i++)
    if (strcmp (message->slots[i].field->name, field) == 0)
      return (CardeaMessageSlot *) &message->slots[i];
  return NULL;
}

void
cardea_message_set_fd (CardeaMessage *message, const char *field, int fd)
{
  const CardeaField *declared = cardea_message_table_field (message->row, field);
  CardeaMessageSlot *slot = find_slot (message, field);
  cardea_autofd int owned = fd;

  if (slot == NULL && message->n_slots < CARDEA_MESSAGE_FDS && declared != NULL
      && declared->type == CARDEA_FIELD_FD)
    {
      slot = &message->slots[message->n_slots++];
      *slot = (CardeaMessageSlot){ declared, -1 };
    }
  CardeaJson *declaration
      = slot != NULL ? cardea_descriptor_declare (fd, (guint) declared->min) : NULL;
  if (declaration == NULL)
    {
      /* Not what the row asks for: leaves a member that no check lets through. */
      cardea_json_set (message->body, field, cardea_json_new_null ());
      return;
    }
  cardea_fd_clear (&slot->fd);
  slot->fd = cardea_fd_steal (&owned);
  cardea_json_set (message->body, field, declaration);
}

void
cardea_message_move_fd (CardeaMessage *to, const char *to_field, CardeaMessage *from,
                        const char *from_field)
{
  const CardeaField *declared = cardea_message_table_field (to->row, to_field);
  CardeaMessageSlot *slot = find_slot (from, from_field);
  CardeaJson *declaration = cardea_json_get (from->body, from_field);

  if (slot != NULL && slot->fd >= 0 && declaration != NULL && declared != NULL
      && declared->type == CARDEA_FIELD_FD && declared->min == slot->field->min
      && find_slot (to, to_field) == NULL && to->n_slots < CARDEA_MESSAGE_FDS)
    {
      to->slots[to->n_slots++] = (CardeaMessageSlot){ declared, cardea_fd_steal (&slot->fd) };
      cardea_json_set (to->body, to_field, cardea_json_ref (declaration));
    }
  else
    cardea_message_set_fd (to, to_field, cardea_message_take_fd (from, from_field));
}

const char *
cardea_message_get_path (const CardeaMessage *message, const char *field)
{
  const char *plain = cardea_json_get_string (message->body, field);
  if (plain != NULL || message->raw_paths == NULL)
    return plain;
  return g_hash_table_lookup (message->raw_paths, field);
}

char **
cardea_message_get_paths (const CardeaMessage *message, const char *field)
{
  char **paths = cardea_path_json_get_list (message->body, field);
  return paths != NULL ? paths : g_new0 (char *, 1);
}

const char *
cardea_message_get_string (const CardeaMessage *message, const char *field)
{
  return cardea_json_get_string (message->body, field);
}

gint64
cardea_message_get_int (const CardeaMessage *message, const char *field, gint64 fallback)
{
  gint64 value;
  return cardea_json_get_int (message->body, field, &value) ? value : fallback;
}

gint64
cardea_message_get_int64 (const CardeaMessage *message, const char *field, gint64 fallback)
{
  gint64 value;
  return cardea_json_get_int64_string (message->body, field, &value) ? value : fallback;
}

gboolean
cardea_message_get_boolean (const CardeaMessage *message, const char *field)
{
  gboolean value;
  return cardea_json_get_boolean (message->body, field, &value) && value;
}

GBytes *
cardea_message_get_bytes (const CardeaMessage *message, const char *field)
{
  const char *text = cardea_json_get_string (message->body, field);
  return text != NULL ? cardea_base64_decode (text) : NULL;
}

CardeaJson *
cardea_message_get_json (const CardeaMessage *message, const char *field)
{
  return cardea_json_get (message->body, field);
}

int
cardea_message_take_fd (CardeaMessage *message, const char *field)
{
  CardeaMessageSlot *slot = find_slot (message, field);
  return slot != NULL ? cardea_fd_steal (&slot->fd) : -1;
}

int
cardea_message_peek_fd (const CardeaMessage *message, const char *field)
{
  const CardeaMessageSlot *slot = find_slot (message, field);
  return slot != NULL ? slot->fd : -1;
}

gboolean
cardea_message_check (const CardeaMessage *message, CardeaRole from, CardeaRole to, GError **error)
{
  if (!cardea_message_check_body (message->row, message->body, from, to, error))
    return FALSE;
  for (const CardeaField *field = message->row->fields; field->name != NULL; field++)
    if (field->type == CARDEA_FIELD_FD && cardea_json_get (message->body, field->name) != NULL
        && cardea_message_peek_fd (message, field->name) < 0)
      {
        g_set_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FDS,
                     "%s: the descriptor \"%s\" is missing", message->row->name, field->name);
        return FALSE;
      }
  return TRUE;
}

char *
cardea_message_encode (const CardeaMessage *message, gsize *ret_size, GError **error)
{
  return cardea_json_write (message->body, ret_size, error);
}

static void
keep_raw_paths (CardeaMessage *message)
{
  for (const CardeaField *field = message->row->fields; field->name != NULL; field++)
    {
      if (field->type != CARDEA_FIELD_PATH || cardea_json_get (message->body, field->name) != NULL)
        continue;
      char *bytes = cardea_path_json_get (message->body, field->name);
      if (bytes != NULL)
        keep_raw_path (message, field->name, bytes);
    }
}

CardeaMessage *
cardea_message_decode_full (const char *text, gsize size, CardeaRole from, CardeaRole to,
                            CardeaJson **ret_refused, GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (CardeaJson) body
      = cardea_json_parse_bounded (text, size, CARDEA_MESSAGE_VALUES, &parse_error);
  if (body == NULL || cardea_json_type (body) != CARDEA_JSON_OBJECT)
    {
      g_set_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_SYNTAX,
                   "not a JSON object: %s",
                   parse_error != NULL ? parse_error->message : "another value");
      return NULL;
    }

  const char *name = cardea_json_get_string (body, "type");
  const CardeaMessageRow *row = name != NULL ? cardea_message_table_find (name) : NULL;
  if (row == NULL)
    g_set_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_UNKNOWN,
                 "no message of that type");
  if (row == NULL || !cardea_message_check_body (row, body, from, to, error))
    {
      *ret_refused = g_steal_pointer (&body);
      return NULL;
    }
  CardeaMessage *message = message_new (row, g_steal_pointer (&body));
  keep_raw_paths (message);
  return message;
}

CardeaMessage *
cardea_message_decode (const char *text, gsize size, CardeaRole from, CardeaRole to, GError **error)
{
  g_autoptr (CardeaJson) refused = NULL;
  return cardea_message_decode_full (text, size, from, to, &refused, error);
}

guint
cardea_message_count_fds (const CardeaMessage *message)
{
  guint count = 0;
  for (const CardeaField *field = message->row->fields; field->name != NULL; field++)
    if (field->type == CARDEA_FIELD_FD && cardea_json_get (message->body, field->name) != NULL)
      count++;
  return count;
}

gboolean
cardea_message_bind_fds (CardeaMessage *message, const int *fds, guint count, GError **error)
{
  gboolean good = count <= CARDEA_MESSAGE_FDS && count == cardea_message_count_fds (message);
  guint bound = 0;

  for (const CardeaField *field = message->row->fields; good && field->name != NULL; field++)
    {
      const CardeaJson *declared
          = field->type == CARDEA_FIELD_FD ? cardea_json_get (message->body, field->name) : NULL;
      if (declared == NULL)
        continue;
      good = cardea_descriptor_matches (fds[bound], declared, (guint) field->min);
      if (good)
        message->slots[message->n_slots++] = (CardeaMessageSlot){ field, fds[bound++] };
    }
  if (good)
    return TRUE;

  for (guint i = bound; i < count; i++)
    close (fds[i]);
  g_set_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FDS,
               "%s: its descriptors are not what it declares", message->row->name);
  return FALSE;
}

guint
cardea_message_steal_fds (CardeaMessage *message, int ret_fds[CARDEA_MESSAGE_FDS])
{
  guint count = 0;
  for (const CardeaField *field = message->row->fields; field->name != NULL; field++)
    {
      CardeaMessageSlot *slot
          = field->type == CARDEA_FIELD_FD ? find_slot (message, field->name) : NULL;
      if (slot != NULL && slot->fd >= 0)
        ret_fds[count++] = cardea_fd_steal (&slot->fd);
    }
  return count;
}
