/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-role.h"

#include <glib.h>

/* The one declaration of the wire: every message, who may send it to whom, its fields with type,
 * presence and limits. Decoder, encoder, the reference page and the JSON Schemas come from it. */

typedef enum {
  CARDEA_FIELD_STRING, /* UTF-8 without control characters, min..max bytes */
  CARDEA_FIELD_TEXT,   /* UTF-8, newline and tab allowed, min..max bytes */
  CARDEA_FIELD_PATH,   /* bytes without NUL, 1..max; FIELD, or FIELD_b64 when not UTF-8 */
  CARDEA_FIELD_ID,     /* lower-case hex, exactly max characters */
  CARDEA_FIELD_BYTES,  /* base64 (RFC 4648 §4) of at most max bytes */
  CARDEA_FIELD_BOOLEAN,
  CARDEA_FIELD_INT,     /* JSON integer, min..max, both within ±2^53 */
  CARDEA_FIELD_INT64,   /* decimal text of a signed 64-bit value, min.. */
  CARDEA_FIELD_ENUM,    /* one of values */
  CARDEA_FIELD_STRINGS, /* array of at most count STRINGs */
  CARDEA_FIELD_PATHS,   /* array of at most count paths; FIELD_b64 when one is not UTF-8 */
  CARDEA_FIELD_OBJECT,  /* any object whose canonical text is at most max bytes */
  CARDEA_FIELD_OBJECTS, /* array of at most count objects, at most max bytes together */
  CARDEA_FIELD_FD,      /* {"type","dev","ino"} and one descriptor; min is a CardeaFdType mask */
} CardeaFieldType;

typedef enum {
  CARDEA_FD_MEMFD = 1 << 0, /* sealed: write, shrink, grow, seal */
  CARDEA_FD_FILE = 1 << 1,  /* regular file, read-only */
  CARDEA_FD_SOCKET = 1 << 2,
  CARDEA_FD_PIDFD = 1 << 3,
  CARDEA_FD_TTY = 1 << 4,
  CARDEA_FD_PIPE = 1 << 5,    /* without a name anywhere */
  CARDEA_FD_JOURNAL = 1 << 6, /* regular file, to be written at its end alone */
} CardeaFdType;

typedef struct {
  const char *name; /* NULL ends the list */
  CardeaFieldType type;
  gboolean required;
  gint64 min;
  gint64 max;
  guint count;
  const char *const *values; /* NULL-terminated */
  const char *what;          /* for the reference page */
} CardeaField;

typedef enum {
  CARDEA_MESSAGE_REQUEST, /* has a request id, is answered by reply or "refused" */
  CARDEA_MESSAGE_REPLY,   /* carries the id of the request it answers */
  CARDEA_MESSAGE_EVENT,   /* no answer */
} CardeaMessageKind;

typedef struct {
  const char *name;
  CardeaMessageKind kind;
  guint from;          /* CardeaRole mask */
  guint to;            /* CardeaRole mask */
  const char *reply;   /* of a request: the name of its answer */
  gboolean capability; /* the envelope must carry "cap" */
  const CardeaField *fields;
  const char *what;
} CardeaMessageRow;

/* The envelope's fields, common to all messages: type, request, session, trace, cap. */
extern const CardeaField cardea_message_envelope[];

const CardeaMessageRow *cardea_message_table_find (const char *name);
/* The rows one after another, from 0; NULL: there are no more. */
const CardeaMessageRow *cardea_message_table_row (gsize number);
const CardeaField *cardea_message_table_field (const CardeaMessageRow *row, const char *name);
