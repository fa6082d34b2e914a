/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/protocol/cardea-role.h"

#include <glib.h>

/* One message of the wire: a name that stands in the table (cardea-message-table.c), a JSON object
 * whose members are that row's fields plus the envelope (type, request, session, trace, cap), and
 * the descriptors the row declares. Reference counted; filled by its maker, then only read. */
typedef struct _CardeaMessage CardeaMessage;

typedef enum {
  CARDEA_MESSAGE_ERROR_SYNTAX,    /* not one JSON object: a framing error, the link ends */
  CARDEA_MESSAGE_ERROR_UNKNOWN,   /* no such message, or an undeclared field */
  CARDEA_MESSAGE_ERROR_DIRECTION, /* this peer may not send it here */
  CARDEA_MESSAGE_ERROR_FIELD,     /* missing, of another type, or outside its limits */
  CARDEA_MESSAGE_ERROR_FDS,       /* descriptors missing or not what was declared: the link ends */
} CardeaMessageError;

#define CARDEA_MESSAGE_ERROR (cardea_message_error_quark ())
GQuark cardea_message_error_quark (void);

/* name must stand in the table (a wrong one is a programming error). */
CardeaMessage *cardea_message_new (const char *name);
/* The answer to request: carries its request, session and trace ids. */
CardeaMessage *cardea_message_new_reply (const CardeaMessage *request, const char *name);
/* A "refused" answer. code: one of the row's values; reason: a sentence for the person. */
CardeaMessage *cardea_message_new_refusal (const CardeaMessage *request, const char *code,
                                           const char *reason);

CardeaMessage *cardea_message_ref (CardeaMessage *message);
void cardea_message_unref (CardeaMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaMessage, cardea_message_unref)

const char *cardea_message_name (const CardeaMessage *message);
gboolean cardea_message_is (const CardeaMessage *message, const char *name);
const CardeaJson *cardea_message_body (const CardeaMessage *message);

/* Envelope; NULL when absent. */
const char *cardea_message_request (const CardeaMessage *message);
const char *cardea_message_session (const CardeaMessage *message);
const char *cardea_message_trace (const CardeaMessage *message);
/* The capability under which an agent acts: due where the row says so, refused elsewhere. */
const char *cardea_message_cap (const CardeaMessage *message);
void cardea_message_set_cap (CardeaMessage *message, const char *capability);
void cardea_message_set_request (CardeaMessage *message, const char *id);
void cardea_message_set_session (CardeaMessage *message, const char *id);
void cardea_message_set_trace (CardeaMessage *message, const char *id);

/* A path or name that is not UTF-8 travels as FIELD_b64; both forms read and write as bytes.
 * Setting a string, path, list or JSON value to NULL leaves the field as it is. */
void cardea_message_set_path (CardeaMessage *message, const char *field, const char *bytes);
void cardea_message_set_string (CardeaMessage *message, const char *field, const char *value);
void cardea_message_set_int (CardeaMessage *message, const char *field, gint64 value);
void cardea_message_set_int64 (CardeaMessage *message, const char *field, gint64 value);
void cardea_message_set_boolean (CardeaMessage *message, const char *field, gboolean value);
void cardea_message_set_bytes (CardeaMessage *message, const char *field, const guint8 *bytes,
                               gsize size);
void cardea_message_set_json (CardeaMessage *message, const char *field, CardeaJson *taken);
/* NULL-terminated lists of paths; get gives a copy that is the caller's, empty when absent. */
void cardea_message_set_paths (CardeaMessage *message, const char *field, const char *const *paths);
char **cardea_message_get_paths (const CardeaMessage *message, const char *field);
/* Takes fd. One that is not of a type the row allows makes the check fail. */
void cardea_message_set_fd (CardeaMessage *message, const char *field, int fd);
/* Passes on a descriptor as it came: what was checked on its arrival is not looked at again when
 * both fields allow the same types. */
void cardea_message_move_fd (CardeaMessage *to, const char *to_field, CardeaMessage *from,
                             const char *from_field);

const char *cardea_message_get_path (const CardeaMessage *message, const char *field);
const char *cardea_message_get_string (const CardeaMessage *message, const char *field);
gint64 cardea_message_get_int (const CardeaMessage *message, const char *field, gint64 fallback);
gint64 cardea_message_get_int64 (const CardeaMessage *message, const char *field, gint64 fallback);
gboolean cardea_message_get_boolean (const CardeaMessage *message, const char *field);
GBytes *cardea_message_get_bytes (const CardeaMessage *message, const char *field); /* full */
CardeaJson *cardea_message_get_json (const CardeaMessage *message, const char *field);
/* The caller owns the descriptor from now on; -1 when there is none (or it was taken). */
int cardea_message_take_fd (CardeaMessage *message, const char *field);
/* Borrowed. */
int cardea_message_peek_fd (const CardeaMessage *message, const char *field);

/* Checks a whole message against the table, as the receiver will: every sender's last step. */
gboolean cardea_message_check (const CardeaMessage *message, CardeaRole from, CardeaRole to,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* text is untrusted. Descriptors are bound later, by the channel. */
CardeaMessage *cardea_message_decode (const char *text, gsize size, CardeaRole from, CardeaRole to,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cardea_message_encode (const CardeaMessage *message, gsize *ret_size,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
