/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* Reads objects of a request into structs, as tables say. For the types of this folder only. */

typedef enum {
  UI_CONSENT_READER_TEXT,    /* char * */
  UI_CONSENT_READER_PATH,    /* char *, bytes; NAME or NAME_b64, one of them */
  UI_CONSENT_READER_INT,     /* int, not negative */
  UI_CONSENT_READER_INT64,   /* gint64 from decimal text, not negative */
  UI_CONSENT_READER_BOOLEAN, /* gboolean */
  UI_CONSENT_READER_STRINGS, /* GStrv, at most UI_CONSENT_READER_STRINGS_LIMIT */
  UI_CONSENT_READER_OBJECT,  /* described by members */
  UI_CONSENT_READER_SKIP,    /* known, read elsewhere or of no use to a person */
} UiConsentReaderType;

#define UI_CONSENT_READER_STRINGS_LIMIT 64u
#define UI_CONSENT_READER_OTHERS_LIMIT 64u /* members that have no place, of a whole request */

typedef struct _UiConsentReaderMember UiConsentReaderMember;
struct _UiConsentReaderMember {
  const char *name; /* NULL ends the list */
  UiConsentReaderType type;
  gboolean required;
  gsize offset; /* into the struct */
  const UiConsentReaderMember *members;
};

typedef struct {
  const char *name; /* NULL ends the list */
  int value;
} UiConsentReaderName;

/* Fills the struct at target; what it owned in a slot is freed. where: "" or "resource.", for
 * messages. others: char *, takes "resource.colour: \"red\"" of members that have no place. Error:
 * UI_CONSENT_QUESTION_ERROR_REQUEST. */
gboolean ui_consent_reader_fill (gpointer target, const CardeaJson *object,
                                 const UiConsentReaderMember *members, const char *where,
                                 GPtrArray *others, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* -1: not in the list, or wanted is NULL. */
int ui_consent_reader_find (const UiConsentReaderName *names, const char *wanted);
