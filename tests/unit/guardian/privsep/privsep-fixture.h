/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What confines a process for good is tried in a child. Returns its exit status, or 128 + the
 * signal that ended it. */
int privsep_fixture_run (int (*body) (gpointer data), gpointer data);
