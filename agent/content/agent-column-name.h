/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

typedef enum {
  AGENT_COLUMN_NONE,
  AGENT_COLUMN_EXACT,   /* but for upper and lower case and blanks */
  AGENT_COLUMN_CLOSE,   /* another spelling, a part of the name: say which */
  AGENT_COLUMN_SEVERAL, /* more than one is as close */
} AgentColumnMatch;

/* Finds the column a person means among names (untrusted). "column 3" and "3rd column" count from
 * one. ret_index is set for EXACT and CLOSE. */
AgentColumnMatch agent_column_name_find (const GPtrArray *names, const char *wanted,
                                         guint *ret_index);
