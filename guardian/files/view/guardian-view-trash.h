/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Moves file, a whole path, into the home's trash (freedesktop.org Trash 1.0) as what was deleted
 * at path. FALSE: it is where it was. */
gboolean guardian_view_trash_take (const char *file, const char *path);
