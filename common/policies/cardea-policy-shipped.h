/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The files of data/policies without their tests, as they were when this program was built: whoever
 * can change them can change the program. Written by embed.py; the last has no name. */
typedef struct {
  const char *name; /* tier5.rego, cardea/data.json */
  gsize size;
  const char *text;
} CardeaPolicyShipped;

extern const CardeaPolicyShipped cardea_policy_shipped[];
