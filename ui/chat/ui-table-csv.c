/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-table-csv.h"

#include <string.h>

/* Digits with separators, an exponent, a currency or a per cent: nothing that calls anything. */
static gboolean
is_number (const char *cell)
{
  gboolean digits = FALSE;

  for (cell += *cell == '-' || *cell == '+'; *cell != '\0'; cell++)
    {
      digits |= g_ascii_isdigit (*cell);
      if (!g_ascii_isdigit (*cell) && strchr (".,' %", *cell) == NULL)
        break;
    }
  if (digits && (*cell == 'e' || *cell == 'E'))
    {
      cell++;
      cell += *cell == '-' || *cell == '+';
      while (g_ascii_isdigit (*cell))
        cell++;
    }
  return digits && *cell == '\0';
}

static gboolean
looks_like_formula (const char *cell)
{
  return *cell != '\0' && strchr ("=+-@\t\r", *cell) != NULL && !is_number (cell);
}

static void
add_cell (GString *text, const char *cell)
{
  gboolean quoted = strpbrk (cell, "\",\r\n") != NULL || g_str_has_prefix (cell, " ")
                    || g_str_has_suffix (cell, " ");

  if (quoted)
    g_string_append_c (text, '"');
  if (looks_like_formula (cell))
    g_string_append_c (text, '\'');
  for (; *cell != '\0'; cell++)
    {
      if (*cell == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *cell);
    }
  if (quoted)
    g_string_append_c (text, '"');
}

char *
ui_table_csv_new (const char *const *cells, guint n_cells, guint columns)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_cells; i++)
    {
      add_cell (text, cells[i]);
      g_string_append (text, (i + 1) % columns == 0 || i + 1 == n_cells ? "\r\n" : ",");
    }
  return g_string_free (text, FALSE);
}
