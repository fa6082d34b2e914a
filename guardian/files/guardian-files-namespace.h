/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The private, read-only world in which the reading half of the files worker lives. */

typedef enum {
  GUARDIAN_FILES_NAMESPACE_ERROR_USER,  /* no user namespace; the message names the setting */
  GUARDIAN_FILES_NAMESPACE_ERROR_MOUNT, /* no mount namespace, or it could not be made read-only */
  GUARDIAN_FILES_NAMESPACE_ERROR_DROP,  /* the capabilities over it could not be given up */
} GuardianFilesNamespaceError;

#define GUARDIAN_FILES_NAMESPACE_ERROR (guardian_files_namespace_error_quark ())
GQuark guardian_files_namespace_error_quark (void);

/* Moves the calling process into a user namespace (ids mapped to themselves) and a mount namespace
 * of its own, private, recursively read-only, nosuid, nodev, and gives up every capability over
 * them. Only while single-threaded. On FALSE the process is in an unknown state and must not open
 * anything for anyone. */
gboolean guardian_files_namespace_enter (GError **error) G_GNUC_WARN_UNUSED_RESULT;
