/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/launch/guardian-digest.h"

#include <glib.h>

/* A program that an agent wants to run, held to what a person is shown of it: the system's own by
 * device and inode, any other by a sealed copy; the scripts among its arguments by their digests.
 */
typedef struct _GuardianPinned GuardianPinned;

#define GUARDIAN_PINNED_SIZE_LIMIT (128u * 1024u * 1024u)  /* of a copy */
#define GUARDIAN_PINNED_SCRIPT_LIMIT (16u * 1024u * 1024u) /* of one script */
#define GUARDIAN_PINNED_SCRIPTS_LIMIT 32u                  /* more are refused */

typedef enum {
  GUARDIAN_PINNED_ERROR_MISSING,    /* there is no such program */
  GUARDIAN_PINNED_ERROR_UNSUITABLE, /* it cannot be run, or not be held to anything */
  GUARDIAN_PINNED_ERROR_CHANGED,    /* it, or a script of it, is not what was shown */
} GuardianPinnedError;

#define GUARDIAN_PINNED_ERROR (guardian_pinned_error_quark ())
GQuark guardian_pinned_error_quark (void);

/* arguments: texts, the program first, none empty of NULs is checked here. folder: where relative
 * ones begin. shared: real paths, NULL-terminated; a script elsewhere is not seen by the program.
 * All untrusted but shared. */
GuardianPinned *guardian_pinned_new (const CardeaJson *arguments, const char *folder,
                                     const char *const *shared,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_pinned_free (GuardianPinned *pinned);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPinned, guardian_pinned_free)

/* As common/protocol/objects.md says, Pinned program; the caller owns it. */
CardeaJson *guardian_pinned_describe (const GuardianPinned *pinned);

/* Looks once more, at the latest moment. FALSE: GUARDIAN_PINNED_ERROR_CHANGED. */
gboolean guardian_pinned_check (const GuardianPinned *pinned,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *guardian_pinned_path (const GuardianPinned *pinned); /* the real one, outside */
/* Of the program; borrowed. device and inode are those outside. */
void guardian_pinned_digest (const GuardianPinned *pinned, GuardianDigest *ret);
/* The sealed copy, at its beginning; borrowed. -1: it is pinned by inode. */
int guardian_pinned_copy (const GuardianPinned *pinned);
guint64 guardian_pinned_size (const GuardianPinned *pinned);
