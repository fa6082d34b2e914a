/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-check.h"

#include "common/dlp/cardea-dlp-check-private.h"

#include <math.h>
#include <string.h>

#define MAX_DIGITS 40
#define SEQUENCE 8

double
cardea_dlp_check_entropy (const void *bytes, gsize size)
{
  guint counts[256] = { 0 };
  const guint8 *b = bytes;
  double entropy = 0;

  for (gsize i = 0; i < size; i++)
    counts[b[i]]++;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > 0)
      {
        double p = (double) counts[i] / size;
        entropy -= p * log2 (p);
      }
  return entropy;
}

int
cardea_dlp_check_digits (const char *text, gsize size, const char *extra, char *ret_digits,
                         gsize room)
{
  gsize n = 0;
  for (gsize i = 0; i < size; i++)
    {
      char c = g_ascii_toupper (text[i]);
      if (!g_ascii_isdigit (c) && (extra == NULL || strchr (extra, c) == NULL || c == '\0'))
        continue;
      if (n == room)
        return -1;
      ret_digits[n++] = c;
    }
  return n;
}

/* --- placeholders --- */

static gboolean
holds_word (const char *text, gsize size, const char *word)
{
  gsize length = strlen (word);
  for (gsize i = 0; i + length <= size; i++)
    if (g_ascii_strncasecmp (text + i, word, length) == 0)
      return TRUE;
  return FALSE;
}

/* abcdefgh, 12345678: what one types where something has to stand. */
static gboolean
holds_sequence (const char *text, gsize size)
{
  guint run = 1;
  for (gsize i = 1; i < size && run < SEQUENCE; i++)
    run = text[i] == text[i - 1] + 1 ? run + 1 : 1;
  return run >= SEQUENCE;
}

gboolean
cardea_dlp_check_is_template (const char *text, gsize size)
{
  static const char *const marks[]
      = { "${",        "$(",       "{{",    "%(",    "#{",    "xxxx",        "****",
          "####",      "....",     "your_", "your-", "<your", "placeholder", "changeme",
          "change_me", "redacted", "_here", "-here", "dummy", "insert" };

  if (size == 0 || strchr ("<[{%$*", text[0]) != NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (holds_word (text, size, marks[i]))
      return TRUE;
  return holds_sequence (text, size);
}

/* --- payment cards, accounts --- */

gboolean
cardea_dlp_check_luhn (const char *digits, int n)
{
  int sum = 0;
  for (int i = 0; i < n; i++)
    {
      int d = digits[n - 1 - i] - '0';
      if (i % 2 == 1)
        d = d > 4 ? 2 * d - 9 : 2 * d;
      sum += d;
    }
  return n > 1 && sum % 10 == 0;
}

static gboolean
holds_luhn (const char *text, gsize size)
{
  char digits[MAX_DIGITS];
  int n = cardea_dlp_check_digits (text, size, NULL, digits, sizeof digits);
  return cardea_dlp_check_luhn (digits, n);
}

/* Issuers' ranges (ISO/IEC 7812) by their first digits, and how long their numbers are. */
static const struct {
  guint first, last; /* of the first four digits */
  guint lengths;     /* bit n: n digits */
} issuers[] = {
  { 4000, 4999, 1 << 13 | 1 << 16 | 1 << 19 }, /* Visa */
  { 5100, 5599, 1 << 16 },                     /* Mastercard */
  { 2221, 2720, 1 << 16 },
  { 3400, 3499, 1 << 15 }, /* American Express */
  { 3700, 3799, 1 << 15 },
  { 6011, 6011, 1 << 16 | 1 << 19 }, /* Discover */
  { 6440, 6599, 1 << 16 | 1 << 19 },
  { 3528, 3589, 1 << 16 | 1 << 17 | 1 << 18 | 1 << 19 }, /* JCB */
  { 3000, 3059, 1 << 14 | 1 << 16 },                     /* Diners */
  { 3600, 3699, 1 << 14 },
  { 3800, 3999, 1 << 14 | 1 << 16 },
  { 6200, 6299, 1 << 16 | 1 << 17 | 1 << 18 | 1 << 19 }, /* UnionPay */
};

static gboolean
is_dull (const char *digits, int n)
{
  for (int i = 1; i < n; i++)
    if (digits[i] != digits[0])
      return FALSE;
  return TRUE;
}

static gboolean
holds_card (const char *text, gsize size)
{
  char digits[MAX_DIGITS];
  int n = cardea_dlp_check_digits (text, size, NULL, digits, sizeof digits);
  guint head = 0;

  if (n < 13 || n > 19 || is_dull (digits, n) || !cardea_dlp_check_luhn (digits, n))
    return FALSE;
  for (int i = 0; i < 4; i++)
    head = 10 * head + (digits[i] - '0');
  for (gsize i = 0; i < G_N_ELEMENTS (issuers); i++)
    if (head >= issuers[i].first && head <= issuers[i].last && (issuers[i].lengths >> n & 1) != 0)
      return TRUE;
  return FALSE;
}

/* ISO 13616: how long an account number of each country is. */
static const struct {
  char country[3];
  guint8 length;
} countries[] = {
  { "AD", 24 }, { "AE", 23 }, { "AL", 28 }, { "AT", 20 }, { "AZ", 28 }, { "BA", 20 }, { "BE", 16 },
  { "BG", 22 }, { "BH", 22 }, { "BR", 29 }, { "BY", 28 }, { "CH", 21 }, { "CR", 22 }, { "CY", 28 },
  { "CZ", 24 }, { "DE", 22 }, { "DK", 18 }, { "DO", 28 }, { "EE", 20 }, { "EG", 29 }, { "ES", 24 },
  { "FI", 18 }, { "FO", 18 }, { "FR", 27 }, { "GB", 22 }, { "GE", 22 }, { "GI", 23 }, { "GL", 18 },
  { "GR", 27 }, { "GT", 28 }, { "HR", 21 }, { "HU", 28 }, { "IE", 22 }, { "IL", 23 }, { "IQ", 23 },
  { "IS", 26 }, { "IT", 27 }, { "JO", 30 }, { "KW", 30 }, { "KZ", 20 }, { "LB", 28 }, { "LC", 32 },
  { "LI", 21 }, { "LT", 20 }, { "LU", 20 }, { "LV", 21 }, { "MC", 27 }, { "MD", 24 }, { "ME", 22 },
  { "MK", 19 }, { "MR", 27 }, { "MT", 31 }, { "MU", 30 }, { "NL", 18 }, { "NO", 15 }, { "PK", 24 },
  { "PL", 28 }, { "PS", 29 }, { "PT", 25 }, { "QA", 29 }, { "RO", 24 }, { "RS", 22 }, { "SA", 24 },
  { "SC", 31 }, { "SE", 24 }, { "SI", 19 }, { "SK", 24 }, { "SM", 27 }, { "ST", 25 }, { "SV", 28 },
  { "TL", 23 }, { "TN", 24 }, { "TR", 26 }, { "UA", 29 }, { "VA", 22 }, { "VG", 24 }, { "XK", 20 },
};

static guint
account_length (const char *country)
{
  for (gsize i = 0; i < G_N_ELEMENTS (countries); i++)
    if (memcmp (countries[i].country, country, 2) == 0)
      return countries[i].length;
  return 0;
}

/* The first four characters go to the end, letters count from 10, all of it modulo 97 is 1. What a
 * greedy expression took in behind the account number does not matter. */
static gboolean
holds_iban (const char *text, gsize size)
{
  char account[64];
  guint n = 0, rest = 0;

  for (gsize i = 0; i < size && n < sizeof account; i++)
    if (g_ascii_isalnum (text[i]))
      account[n++] = g_ascii_toupper (text[i]);
  guint length = n > 4 ? account_length (account) : 0;
  if (length == 0 || n < length)
    return FALSE;
  for (guint i = 0; i < length; i++)
    {
      char c = account[(i + 4) % length];
      rest
          = g_ascii_isdigit (c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
  return rest == 1;
}

/* ICAO 9303-3 §4.9: weights 7, 3, 1; letters from 10, the filler is 0. */
static gboolean
mrz_field (const char *text, gsize from, gsize size)
{
  static const int weights[] = { 7, 3, 1 };
  int sum = 0;
  for (gsize i = 0; i < size; i++)
    {
      char c = text[from + i];
      int value = g_ascii_isdigit (c) ? c - '0' : g_ascii_isupper (c) ? c - 'A' + 10 : 0;
      sum += value * weights[i % 3];
    }
  return text[from + size] == '0' + sum % 10;
}

static gboolean
holds_mrz (const char *text, gsize size)
{
  return size == 44 && mrz_field (text, 0, 9) && mrz_field (text, 13, 6) && mrz_field (text, 21, 6);
}

static const CardeaDlpCheck common[] = {
  { "luhn", holds_luhn },
  { "card", holds_card },
  { "iban", holds_iban },
  { "mrz", holds_mrz },
  { NULL },
};

static const CardeaDlpCheck *const families[]
    = { common, cardea_dlp_check_national, cardea_dlp_check_coin, cardea_dlp_check_secret };

const CardeaDlpCheck *
cardea_dlp_check_find (const char *name)
{
  if (name == NULL)
    return NULL;
  for (gsize f = 0; f < G_N_ELEMENTS (families); f++)
    for (const CardeaDlpCheck *check = families[f]; check->name != NULL; check++)
      if (strcmp (check->name, name) == 0)
        return check;
  return NULL;
}
