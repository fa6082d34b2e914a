/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/profiles/cardea-profile.h"

#include <sys/types.h>

/* The profiles there are: an administrator's go before a user's, and these before the shipped ones
 * of the same name. Files are read at each call. */

#define CARDEA_PROFILE_ADMINISTRATOR_FOLDER "/etc/cardea/profiles"

/* NULL with CARDEA_PROFILE_ERROR. A file of that name that is not good is no reason to take the
 * next: it is an error. */
CardeaProfile *cardea_profile_files_load (const char *name,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Their names, sorted; NULL-terminated, the caller's. */
char **cardea_profile_files_list (void);
