/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-error.h"

/* Errors of changing files: the domain and codes of guardian-files-error.h, in words that fit
 * changing. Both return FALSE, so that a function can end with them. */

gboolean guardian_change_error_set (GError **error, GuardianFilesError code, const char *reason);

/* From errno of a system call that was to change something. */
gboolean guardian_change_error_set_errno (GError **error, int errno_value);
