/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* Shared by the files of common/json only. */

typedef struct {
  const char *name; /* rests in value's own memory, or owned: see own_name */
  char *own_name;
  CardeaJson *value;
} CardeaJsonMember;

/* One allocation a value: text of strings and numbers, and the name under which the reader found
 * it, lie behind the struct. */
struct _CardeaJson {
  gatomicrefcount refs;
  CardeaJsonType type;
  guint size;     /* bytes of text, elements, members; of a boolean: its value */
  guint capacity; /* of the array below */
  union {
    CardeaJson **elements;
    CardeaJsonMember *members;
  };
  char text[];
};

/* text has room for text_size bytes and a NUL. With a name, *ret_name points to its copy. */
CardeaJson *cardea_json_alloc (CardeaJsonType type, gsize text_size, const char *name,
                               gsize name_size, const char **ret_name);

/* Appends without looking for a member of that name. Takes value and own_name. */
void cardea_json_add_member (CardeaJson *object, const char *name, char *own_name,
                             CardeaJson *value);

/* The order of RFC 8785 §3.2.3: by UTF-16 code units. Both are valid UTF-8. */
int cardea_json_compare_names (const char *a, const char *b);

#define CARDEA_JSON_NUMBER_TEXT 32 /* fits every text below, with its NUL */

/* ECMAScript's Number::toString of a finite value, as RFC 8785 §3.2.2.3 asks. */
gsize cardea_json_number_format (double value, char text[CARDEA_JSON_NUMBER_TEXT]);

/* How many bytes from text on need no look one by one: a whole number of words without a control
 * character, a quote or a backslash. */
gsize cardea_json_plain_span (const char *text, gsize size);
