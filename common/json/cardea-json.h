/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"

#include <glib.h>

/* One JSON value (RFC 8259, I-JSON as RFC 7493 narrows it). Reading is strict: UTF-8 only, no
 * duplicate names, no lone surrogates, no NUL in names, nothing before or after, nesting at most
 * CARDEA_LIMIT_JSON_DEPTH. The text of a number is kept; nothing is rounded behind one's back.
 * Values are reference counted (atomic) and are changed only before they are shared. */
typedef struct _CardeaJson CardeaJson;

typedef enum {
  CARDEA_JSON_NULL,
  CARDEA_JSON_BOOLEAN,
  CARDEA_JSON_NUMBER,
  CARDEA_JSON_STRING,
  CARDEA_JSON_ARRAY,
  CARDEA_JSON_OBJECT,
} CardeaJsonType;

typedef enum {
  CARDEA_JSON_ERROR_SYNTAX,
  CARDEA_JSON_ERROR_UTF8,
  CARDEA_JSON_ERROR_DUPLICATE,
  CARDEA_JSON_ERROR_DEPTH,
  CARDEA_JSON_ERROR_NUMBER, /* cannot be written canonically: not finite as IEEE 754 double */
  CARDEA_JSON_ERROR_VALUES, /* more values than the caller allows */
} CardeaJsonError;

#define CARDEA_JSON_ERROR (cardea_json_error_quark ())
GQuark cardea_json_error_quark (void);

/* text is untrusted and need not end in NUL. The error's message names the byte offset. */
CardeaJson *cardea_json_parse (const char *text, gsize size,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, with at most max_values values in all, so that a short text of a stranger (the smallest
 * value takes two bytes) cannot become a large tree. */
CardeaJson *cardea_json_parse_bounded (const char *text, gsize size, guint max_values,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 8785 (JSON Canonicalization Scheme). The only writer there is. NULL with
 * CARDEA_JSON_ERROR_NUMBER when a number has no finite double. The caller owns the result;
 * ret_size may be NULL. */
char *cardea_json_write (const CardeaJson *json, gsize *ret_size,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether that text exists and has at most limit bytes, without writing it. */
gboolean cardea_json_fits (const CardeaJson *json, gsize limit);

CardeaJson *cardea_json_ref (CardeaJson *json);
void cardea_json_unref (CardeaJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaJson, cardea_json_unref)

CardeaJson *cardea_json_new_null (void);
CardeaJson *cardea_json_new_boolean (gboolean value);
CardeaJson *cardea_json_new_int (gint64 value);
CardeaJson *cardea_json_new_double (double value);
CardeaJson *cardea_json_new_string (const char *value); /* valid UTF-8 */
CardeaJson *cardea_json_new_array (void);
CardeaJson *cardea_json_new_object (void);
/* A decimal text of a 64-bit value, as 64-bit values travel. */
CardeaJson *cardea_json_new_int64_string (gint64 value);

CardeaJsonType cardea_json_type (const CardeaJson *json);

/* Setting replaces; value is taken. The set_… forms are short for the common types. */
void cardea_json_set (CardeaJson *object, const char *name, CardeaJson *value);
void cardea_json_set_string (CardeaJson *object, const char *name, const char *value);
void cardea_json_set_int (CardeaJson *object, const char *name, gint64 value);
void cardea_json_set_boolean (CardeaJson *object, const char *name, gboolean value);
void cardea_json_set_int64_string (CardeaJson *object, const char *name, gint64 value);
void cardea_json_remove (CardeaJson *object, const char *name);
void cardea_json_append (CardeaJson *array, CardeaJson *value);

/* Looking never fails loudly: a missing member or another type gives NULL or FALSE. What comes
 * back is borrowed from json. */
CardeaJson *cardea_json_get (const CardeaJson *object, const char *name);
const char *cardea_json_get_string (const CardeaJson *object, const char *name);
gboolean cardea_json_get_int (const CardeaJson *object, const char *name, gint64 *ret_value);
gboolean cardea_json_get_boolean (const CardeaJson *object, const char *name, gboolean *ret_value);
gboolean cardea_json_get_int64_string (const CardeaJson *object, const char *name,
                                       gint64 *ret_value);

/* NULL for another type, and for a string that holds a NUL: only the full form reads that. */
const char *cardea_json_string (const CardeaJson *json);
const char *cardea_json_string_full (const CardeaJson *json, gsize *ret_size);
const char *cardea_json_number_text (const CardeaJson *json); /* NULL for another type */
/* A number written as an integer (no fraction, no exponent) that fits. */
gboolean cardea_json_int (const CardeaJson *json, gint64 *ret_value);
gboolean cardea_json_int64_string (const CardeaJson *json, gint64 *ret_value);
gboolean cardea_json_boolean (const CardeaJson *json, gboolean *ret_value);
double cardea_json_double (const CardeaJson *json); /* 0 for another type */

/* Elements of an array, members of an object in the order of insertion. */
guint cardea_json_size (const CardeaJson *json);
CardeaJson *cardea_json_nth (const CardeaJson *json, guint index); /* value; borrowed */
const char *cardea_json_nth_name (const CardeaJson *object, guint index);

CardeaJson *cardea_json_copy (const CardeaJson *json); /* deep */
gboolean cardea_json_equal (const CardeaJson *a, const CardeaJson *b);
