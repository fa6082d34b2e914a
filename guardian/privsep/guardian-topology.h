/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-role.h"

#include <glib.h>

/* Who may talk to whom: every link there is. A message of the table (cardea-message-table.c) whose
 * two ends have no link here cannot exist; a test holds the two tables against each other. */
typedef struct {
  CardeaRole one;
  CardeaRole other;
  gboolean tls;     /* else frames in clear over a pair that only its two ends hold */
  const char *made; /* how the link comes to be */
} GuardianLink;

const GuardianLink *guardian_topology_links (gsize *ret_count);

/* In either direction; NULL when they have nothing to say to each other. */
const GuardianLink *guardian_topology_link (CardeaRole one, CardeaRole other);
