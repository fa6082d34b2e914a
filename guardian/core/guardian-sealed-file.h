/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/json/cardea-json.h"

#include <glib.h>

/* One encrypted file of the state folder (common/crypto/cardea-sealed.h) that holds one JSON
 * object: read when the keys are opened, refused whole when it was altered, replaced as a whole. */
typedef struct _GuardianSealedFile GuardianSealedFile;

#define GUARDIAN_SEALED_FILE_LIMIT (4u * 1024u * 1024u) /* bytes of content */
#define GUARDIAN_SEALED_FILE_DELAY_MS 1000u             /* what can wait is written with others */

typedef enum {
  GUARDIAN_SEALED_FILE_ERROR_ALTERED, /* not what we wrote: nothing of it is taken */
  GUARDIAN_SEALED_FILE_ERROR_IO,
  GUARDIAN_SEALED_FILE_ERROR_CLOSED, /* no key yet */
} GuardianSealedFileError;

#define GUARDIAN_SEALED_FILE_ERROR (guardian_sealed_file_error_quark ())
GQuark guardian_sealed_file_error_quark (void);

typedef struct {
  const char *name; /* of the file, and the context of its key */
  const char *what; /* "the stored grants": begins a sentence */
  const char *none; /* "none of them holds": ends it */
  /* The content as it is now; the caller takes it. */
  CardeaJson *(*make) (gpointer user_data);
  /* Takes all of content or, for FALSE, nothing of it; *ret_problem: "are too many". */
  gboolean (*take) (const CardeaJson *content, const char **ret_problem, gpointer user_data);
} GuardianSealedFileKind;

/* folder is copied; kind must outlive it. */
GuardianSealedFile *guardian_sealed_file_new (const char *folder,
                                              const GuardianSealedFileKind *kind,
                                              gpointer user_data);
/* Writes what waits. */
void guardian_sealed_file_free (GuardianSealedFile *file);

/* Takes key (32 bytes) and has the content taken, if there is a file. FALSE: it stays closed, and
 * what is on the disk stays as it is for a person to look at. Once open, a further call does
 * nothing. */
gboolean guardian_sealed_file_open (GuardianSealedFile *file, CardeaSecret *key,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_sealed_file_is_open (const GuardianSealedFile *file);

/* The content is on the disk when this returns TRUE. */
gboolean guardian_sealed_file_save (GuardianSealedFile *file,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Soon; nothing while it is closed or being read. */
void guardian_sealed_file_changed (GuardianSealedFile *file);
