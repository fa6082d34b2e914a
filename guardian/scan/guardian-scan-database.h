/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The compiled expressions that were built in, for cardea_dlp_engine_new(); NULL when there are
 * none. The caller owns it. */
GBytes *guardian_scan_database (void);
