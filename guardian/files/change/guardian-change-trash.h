/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-place.h"

/* The trash, as the freedesktop.org Trash specification 1.0 says: $XDG_DATA_HOME/Trash for what
 * lies on the same mount, $topdir/.Trash/$uid or $topdir/.Trash-$uid for what lies on another. */

typedef struct {
  GuardianChangeFolder *files; /* borrowed from the lookup */
  GuardianChangeFolder *info;
  char *name;      /* free in both */
  char *info_name; /* name.trashinfo */
  char *info_text;
} GuardianChangeTrash;

void guardian_change_trash_clear (GuardianChangeTrash *trash);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianChangeTrash, guardian_change_trash_clear)

/* Looks only. */
gboolean guardian_change_trash_is_possible (const GuardianChangePlace *place, const char *home);

/* Makes the trash's folders when they are missing. taken: names that this transaction has chosen in
 * it already; the new one is added. FALSE with GUARDIAN_FILES_ERROR. */
gboolean guardian_change_trash_choose (GuardianChangeLookup *lookup,
                                       const GuardianChangePlace *place, GHashTable *taken,
                                       GuardianChangeTrash *ret_trash,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
