/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Test seams; without effect with privilege (cardea_paths_test_seam()). */

/* CARDEA_TEST_CHANGE_DIE_AT=N: as if the power went at the Nth point. points: counted by the
 * caller, from 0. */
void guardian_change_seam_point (guint *points);

/* CARDEA_TEST_CHANGE_PLAIN=1: as on a disk that has neither files without names nor names that can
 * be exchanged. */
gboolean guardian_change_seam_plain (void);

/* CARDEA_TEST_CHANGE_SECONDS=N: how long a request may take; seconds without it. */
guint guardian_change_seam_seconds (guint seconds);
