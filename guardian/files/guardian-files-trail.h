/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-object.h"

/* The way to an object, held: whether its path still leads to it is then one look a name, instead
 * of a walk. The held folders are the very ones the object was reached through, and a name is only
 * ever looked up in the folder that is held; so "still" means what a walk would find. */
typedef struct _GuardianFilesTrail GuardianFilesTrail;

#define GUARDIAN_FILES_TRAIL_DEPTH 16u /* folders above the object */

/* NULL: the path leads elsewhere by now, lies too deep, or finding out would have to wait. */
GuardianFilesTrail *guardian_files_trail_new (const GuardianFilesObject *object);
void guardian_files_trail_free (GuardianFilesTrail *trail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesTrail, guardian_files_trail_free)

/* Each name leads to the same object on the same mount as then, and the last one's size, times,
 * mode and number of names are those of its resolution. */
gboolean guardian_files_trail_holds (const GuardianFilesTrail *trail,
                                     const GuardianFilesObject *object);
