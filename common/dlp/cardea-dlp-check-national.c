/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-check-private.h"

#include <string.h>

/* Check digits of the numbers that states give to people. Each function names where its rule is
 * from when the algorithm has no name of its own. */

#define ROOM 24

static int
take (const char *text, gsize size, const char *extra, char digits[ROOM], int wanted)
{
  int n = cardea_dlp_check_digits (text, size, extra, digits, ROOM);
  return n == wanted;
}

static int
weighted (const char *digits, const int *weights, int n)
{
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += (digits[i] - '0') * weights[i];
  return sum;
}

static gint64
number (const char *digits, int n)
{
  gint64 value = 0;
  for (int i = 0; i < n; i++)
    value = value * 10 + (digits[i] - '0');
  return value;
}

static gboolean
holds_nhs (const char *text, gsize size)
{
  static const int weights[] = { 10, 9, 8, 7, 6, 5, 4, 3, 2 };
  char d[ROOM];
  if (!take (text, size, NULL, d, 10))
    return FALSE;
  int check = (11 - weighted (d, weights, 9) % 11) % 11;
  return check != 10 && d[9] == '0' + check;
}

/* ISO/IEC 7064, MOD 11,10; of the first ten digits one at least comes twice. */
static gboolean
holds_de_tax (const char *text, gsize size)
{
  char d[ROOM];
  int product = 10, seen[10] = { 0 }, most = 0;
  if (!take (text, size, NULL, d, 11) || d[0] == '0')
    return FALSE;
  for (int i = 0; i < 10; i++)
    {
      int sum = (d[i] - '0' + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
      most = MAX (most, ++seen[d[i] - '0']);
    }
  return most >= 2 && most <= 3 && d[10] == '0' + (11 - product) % 10;
}

static gboolean
holds_fr_insee (const char *text, gsize size)
{
  char d[ROOM];
  gint64 corsica = 0;
  if (!take (text, size, "AB", d, 15))
    return FALSE;
  if (d[6] == 'A' || d[6] == 'B')
    {
      /* 2A counts as 20 less 1000000, 2B less 2000000. */
      corsica = d[6] == 'A' ? 1000000 : 2000000;
      d[6] = '0';
    }
  for (int i = 0; i < 15; i++)
    if (!g_ascii_isdigit (d[i]))
      return FALSE;
  return number (d + 13, 2) == 97 - (number (d, 13) - corsica) % 97;
}

static gboolean
holds_es_dni (const char *text, gsize size)
{
  static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
  char d[ROOM];
  if (!take (text, size, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", d, 9))
    return FALSE;
  if (d[0] >= 'X' && d[0] <= 'Z')
    d[0] = '0' + (d[0] - 'X');
  for (int i = 0; i < 8; i++)
    if (!g_ascii_isdigit (d[i]))
      return FALSE;
  return d[8] == letters[number (d, 8) % 23];
}

/* Decreto ministeriale 12/3/1974: characters at odd places count by this table. */
static gboolean
holds_it_fiscale (const char *text, gsize size)
{
  static const guint8 odd[] = { 1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };
  int sum = 0;
  if (size != 16)
    return FALSE;
  for (int i = 0; i < 15; i++)
    {
      int value = g_ascii_isdigit (text[i]) ? text[i] - '0' : g_ascii_toupper (text[i]) - 'A';
      if (value < 0 || value > 25)
        return FALSE;
      sum += i % 2 == 0 ? odd[value] : value;
    }
  return g_ascii_toupper (text[15]) == 'A' + sum % 26;
}

static gboolean
holds_nl_bsn (const char *text, gsize size)
{
  static const int weights[] = { 9, 8, 7, 6, 5, 4, 3, 2, -1 };
  char d[ROOM];
  return take (text, size, NULL, d, 9) && number (d, 9) > 0 && weighted (d, weights, 9) % 11 == 0;
}

static gboolean
holds_be_national (const char *text, gsize size)
{
  char d[ROOM];
  if (!take (text, size, NULL, d, 11))
    return FALSE;
  gint64 check = number (d + 9, 2), body = number (d, 9);
  return check == 97 - body % 97 || check == 97 - (body + G_GINT64_CONSTANT (2000000000)) % 97;
}

static gboolean
holds_pl_pesel (const char *text, gsize size)
{
  static const int weights[] = { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3 };
  char d[ROOM];
  return take (text, size, NULL, d, 11)
         && d[10] == '0' + (10 - weighted (d, weights, 10) % 10) % 10;
}

static gboolean
holds_se_person (const char *text, gsize size)
{
  char d[ROOM];
  int n = cardea_dlp_check_digits (text, size, NULL, d, ROOM);
  return (n == 10 || n == 12) && cardea_dlp_check_luhn (d + n - 10, 10);
}

static gboolean
holds_fi_hetu (const char *text, gsize size)
{
  static const char marks[] = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  char d[ROOM];
  int n = size > 1 ? cardea_dlp_check_digits (text, size - 1, NULL, d, ROOM) : 0;
  return n == 9 && g_ascii_toupper (text[size - 1]) == marks[number (d, 9) % 31];
}

/* An EAN-13. */
static gboolean
holds_ch_ahv (const char *text, gsize size)
{
  static const int weights[] = { 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3 };
  char d[ROOM];
  return take (text, size, NULL, d, 13)
         && d[12] == '0' + (10 - weighted (d, weights, 12) % 10) % 10;
}

static char
cpf_digit (const char *digits, int n)
{
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += (digits[i] - '0') * (n + 1 - i);
  return '0' + sum * 10 % 11 % 10;
}

static gboolean
holds_br_cpf (const char *text, gsize size)
{
  char d[ROOM];
  if (!take (text, size, NULL, d, 11) || memcmp (d, d + 1, 10) == 0)
    return FALSE; /* 000.000.000-00 and its like add up, too */
  return d[9] == cpf_digit (d, 9) && d[10] == cpf_digit (d, 10);
}

static gboolean
holds_au_tfn (const char *text, gsize size)
{
  static const int weights[] = { 1, 4, 3, 7, 5, 8, 6, 9, 10 };
  char d[ROOM];
  return take (text, size, NULL, d, 9) && number (d, 9) > 0 && weighted (d, weights, 9) % 11 == 0;
}

/* Verhoeff's scheme: the dihedral group D5 and a permutation. */
static gboolean
holds_verhoeff (const char *text, gsize size)
{
  static const guint8 product[10][10]
      = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 1, 2, 3, 4, 0, 6, 7, 8, 9, 5 },
          { 2, 3, 4, 0, 1, 7, 8, 9, 5, 6 }, { 3, 4, 0, 1, 2, 8, 9, 5, 6, 7 },
          { 4, 0, 1, 2, 3, 9, 5, 6, 7, 8 }, { 5, 9, 8, 7, 6, 0, 4, 3, 2, 1 },
          { 6, 5, 9, 8, 7, 1, 0, 4, 3, 2 }, { 7, 6, 5, 9, 8, 2, 1, 0, 4, 3 },
          { 8, 7, 6, 5, 9, 3, 2, 1, 0, 4 }, { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 } };
  static const guint8 first[10] = { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 };
  char d[ROOM];
  int n = cardea_dlp_check_digits (text, size, NULL, d, ROOM);
  guint8 permutation[10], c = 0;

  for (int i = 0; i < 10; i++)
    permutation[i] = i;
  for (int i = 0; i < n; i++)
    {
      c = product[c][permutation[d[n - 1 - i] - '0']];
      for (int j = 0; j < 10; j++)
        permutation[j] = first[permutation[j]];
    }
  return n > 1 && c == 0;
}

/* GB 11643: ISO/IEC 7064 MOD 11-2. */
static gboolean
holds_cn_resident (const char *text, gsize size)
{
  char d[ROOM];
  int sum = 0;
  if (!take (text, size, "X", d, 18) || memchr (d, 'X', 17) != NULL)
    return FALSE;
  for (int i = 0; i < 17; i++)
    sum = (sum + (d[i] - '0')) * 2 % 11;
  return "10X98765432"[sum * 1 % 11] == d[17];
}

const CardeaDlpCheck cardea_dlp_check_national[] = {
  { "nhs", holds_nhs },
  { "de-tax", holds_de_tax },
  { "fr-insee", holds_fr_insee },
  { "es-dni", holds_es_dni },
  { "it-fiscale", holds_it_fiscale },
  { "nl-bsn", holds_nl_bsn },
  { "be-national", holds_be_national },
  { "pl-pesel", holds_pl_pesel },
  { "se-person", holds_se_person },
  { "fi-hetu", holds_fi_hetu },
  { "ch-ahv", holds_ch_ahv },
  { "br-cpf", holds_br_cpf },
  { "au-tfn", holds_au_tfn },
  { "verhoeff", holds_verhoeff },
  { "cn-resident", holds_cn_resident },
  { NULL },
};
