/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"
#include "common/json/cardea-json.h"

/* One change of a transaction, as objects.md, "change shown", describes it. Strings are what was
 * sent: nothing is fit to be shown before it was escaped. */

typedef enum {
  UI_CONSENT_OP_WRITE,
  UI_CONSENT_OP_APPEND,
  UI_CONSENT_OP_CREATE,
  UI_CONSENT_OP_DELETE,
  UI_CONSENT_OP_RENAME,
  UI_CONSENT_OP_MKDIR,
  UI_CONSENT_OP_METADATA,
} UiConsentOp;

/* What a person calls it. */
typedef enum {
  UI_CONSENT_DEED_CHANGE, /* replaces the content of what is there */
  UI_CONSENT_DEED_ADD,    /* adds to its end */
  UI_CONSENT_DEED_CREATE, /* makes it */
  UI_CONSENT_DEED_DELETE,
  UI_CONSENT_DEED_MOVE,   /* to another folder */
  UI_CONSENT_DEED_RENAME, /* in the same folder */
  UI_CONSENT_DEED_FOLDER, /* makes a folder */
  UI_CONSENT_DEED_METADATA,
  UI_CONSENT_DEEDS
} UiConsentDeed;

#define UI_CONSENT_CHANGE_DIFF_LIMIT                                                               \
  (128u * 1024u) /* bytes of all differences of a transaction                                      \
                  */

typedef struct {
  UiConsentOp op;
  UiConsentDeed deed;
  gboolean folder;
  char *path;      /* bytes, absolute */
  char *to;        /* bytes, absolute; of RENAME only */
  gboolean exists; /* before it */
  gint64 size;     /* -1: not known; so size_after, mtime, mtime_after */
  gint64 size_after;
  char *sha256;
  char *sha256_after;
  char *diff; /* unified; NULL: none */
  gboolean cut;
  int added; /* lines; -1: not said; so removed, mode, mode_after */
  int removed;
  gboolean binary;
  char *type;
  char *type_after;
  int mode;
  int mode_after;
  gint64 mtime; /* microseconds */
  gint64 mtime_after;
  gboolean undoable;
  gboolean trash;
  GStrv notes; /* NULL: none */
} UiConsentChange;

/* UiConsentChange, in order; owned by the caller. array is "changes" of a request. others: as
 * ui_consent_reader_fill(). Errors: UI_CONSENT_QUESTION_ERROR_REQUEST and _UNKNOWN (an operation
 * without words here). */
GPtrArray *ui_consent_change_read_all (const CardeaJson *array, GPtrArray *others,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
