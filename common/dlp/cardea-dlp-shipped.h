/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The files of data/dlp as they were when this was built: rules, and the classifier's model
 * (classifier.json); a row without a name ends them. */
typedef struct {
  const char *name;
  gsize size;
  const char *text;
} CardeaDlpShipped;

extern const CardeaDlpShipped cardea_dlp_shipped[];
