/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* All of from to an empty file, shared with it where the disk can. FALSE with errno. */
gboolean guardian_view_copy (int from, int to);
