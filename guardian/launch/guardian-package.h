/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The package that a program of the system came with, by the lists that dpkg keeps (dpkg(1),
 * /var/lib/dpkg/info). For a person to read: nothing is decided by it. path: a real one. NULL: it
 * is in no list. The caller owns it. */
char *guardian_package_find (const char *path);
