/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The files of data/profiles as they were when this program was built; the last has no name.
 * Written by common/policies/embed.py. */
typedef struct {
  const char *name; /* codex.json */
  gsize size;
  const char *text;
} CardeaProfileShipped;

extern const CardeaProfileShipped cardea_profile_shipped[];
