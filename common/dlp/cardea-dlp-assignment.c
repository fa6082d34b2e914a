/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-assignment.h"

#include <string.h>

#define SHORT_WORD 4 /* a word this short must end where it ends: sumOfValues is no Sumo */
#define MAX_QUOTES 6 /* between name, operator and value */

/* Longest first. */
static const char *const operators[]
    = { ":::=", "||:", "::=", ":=", "=>", "->", "?=", "||", "=", ":", ">", "," };

static gboolean
is_name (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || c == '-';
}

static gboolean
is_quote (char c)
{
  return c != '\0' && (g_ascii_isspace (c) || strchr ("'\"`\\", c) != NULL);
}

/* oktaToken and myOktaToken name Okta; rookTable does not. */
static gboolean
is_own_word (const char *text, gsize size, gsize start, gsize end)
{
  if (start > 0 && g_ascii_isalpha (text[start - 1]) && g_ascii_isalpha (text[start])
      && !(g_ascii_isupper (text[start]) && g_ascii_islower (text[start - 1])))
    return FALSE;
  return end - start > SHORT_WORD || end == size || !g_ascii_islower (text[end]);
}

static gsize
skip_name (const char *text, gsize size, gsize at)
{
  gsize limit = MIN (size, at + CARDEA_DLP_ASSIGNMENT_BEHIND);
  while (at < limit && (is_name (text[at]) || text[at] == ' ' || text[at] == '\t'))
    at++;
  return at;
}

static gsize
skip_quotes (const char *text, gsize size, gsize at, const char *more)
{
  gsize limit = MIN (size, at + MAX_QUOTES);
  while (at < limit && text[at] != '\0' && (is_quote (text[at]) || strchr (more, text[at]) != NULL))
    at++;
  return at;
}

static gsize
operator_size (const char *text, gsize size, gsize at)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      gsize length = strlen (operators[i]);
      if (length <= size - at && memcmp (text + at, operators[i], length) == 0)
        return length;
    }
  return 0;
}

gboolean
cardea_dlp_assignment_parse (const char *text, gsize size, gsize word_start, gsize word_end,
                             CardeaDlpAssignment *ret_assignment)
{
  gsize start = word_start;

  if (!is_own_word (text, size, word_start, word_end))
    return FALSE;
  while (start > 0 && word_start - start < CARDEA_DLP_ASSIGNMENT_BEFORE
         && is_name (text[start - 1]))
    start--;
  gsize end = skip_name (text, size, word_end);
  gsize at = skip_quotes (text, size, end, "])");
  gsize length = operator_size (text, size, at);
  if (length == 0)
    return FALSE;
  while (end > word_end && (text[end - 1] == ' ' || text[end - 1] == '\t'))
    end--;
  ret_assignment->name_start = start;
  ret_assignment->name_end = end;
  ret_assignment->value_start = skip_quotes (text, size, at + length, "=([");
  return ret_assignment->value_start < size;
}
