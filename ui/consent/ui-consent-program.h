/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A program that an agent wants to run, and all that it would see (common/protocol/objects.md, R
 * for exec.run). Strings are what was sent: nothing is fit to be shown before it was escaped. */

typedef struct {
  int index;  /* among the arguments */
  char *path; /* bytes */
  gint64 size;
  char *sha256;
} UiConsentScript;

typedef struct {
  char *path; /* bytes */
  gboolean folder;
  gboolean writable;
} UiConsentSeen;

typedef struct {
  GPtrArray *arguments; /* char *, the first as it was typed; at least one */
  char *folder;         /* bytes; where it begins */
  GStrv environment;    /* NAME=VALUE; NULL: none beside the usual */
  char *sha256;
  gboolean copied;    /* a copy is run; else it is the system's own */
  char *package;      /* NULL: not known */
  char *interpreter;  /* of a script; NULL: it is none */
  GPtrArray *scripts; /* UiConsentScript; may be empty */
  GPtrArray *seen;    /* UiConsentSeen; may be empty */
  GStrv hosts;        /* HOST:PORT, or .HOST:PORT and all below it; NULL: it has no network */
  int seconds;        /* until it is ended */
} UiConsentProgram;

#define UI_CONSENT_ARGUMENTS_LIMIT 512u
#define UI_CONSENT_SEEN_LIMIT 64u

/* resource: of R. others: as of ui_consent_reader_fill(). NULL: UI_CONSENT_QUESTION_ERROR_REQUEST.
 */
UiConsentProgram *ui_consent_program_read (const CardeaJson *resource, GPtrArray *others,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ui_consent_program_free (UiConsentProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentProgram, ui_consent_program_free)

/* What a program of that name does, in words for somebody who knows no programs; translated. NULL:
 * nobody wrote that down. name: the last element of its path, bytes. */
const char *ui_consent_program_purpose (const char *name);

/* It does what it is told in files, on its command line or by other programs: what that is, its
 * name does not say. */
gboolean ui_consent_program_interprets (const char *name);
