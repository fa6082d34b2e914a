/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-keccak.h"

#include <string.h>

#define LANES 25
#define ROUNDS 24
#define RATE 136

static guint64
rotate (guint64 lane, guint by)
{
  return by == 0 ? lane : lane << by | lane >> (64 - by);
}

/* FIPS 202 §3.2.5: the round constants, made by its shift register. */
static guint64
round_constant (guint8 *lfsr)
{
  guint64 constant = 0;
  for (guint j = 0; j < 7; j++)
    {
      if ((*lfsr & 1) != 0)
        constant |= G_GUINT64_CONSTANT (1) << ((1u << j) - 1);
      *lfsr = (*lfsr << 1) ^ ((*lfsr & 0x80) != 0 ? 0x71 : 0);
    }
  return constant;
}

static void
permute (guint64 a[LANES])
{
  guint8 lfsr = 1;
  for (guint round = 0; round < ROUNDS; round++)
    {
      guint64 c[5], b[LANES];
      for (guint x = 0; x < 5; x++)
        c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
      for (guint i = 0; i < LANES; i++)
        a[i] ^= c[(i + 4) % 5] ^ rotate (c[(i + 1) % 5], 1);
      /* rho and pi: (x, y) goes to (y, 2x + 3y), turned by triangular numbers. */
      guint x = 1, y = 0;
      b[0] = a[0];
      for (guint t = 0; t < 24; t++)
        {
          guint to = (2 * x + 3 * y) % 5;
          b[y + 5 * to] = rotate (a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64);
          x = y;
          y = to;
        }
      for (guint i = 0; i < LANES; i++)
        a[i] = b[i] ^ (~b[i / 5 * 5 + (i + 1) % 5] & b[i / 5 * 5 + (i + 2) % 5]);
      a[0] ^= round_constant (&lfsr);
    }
}

gboolean
cardea_dlp_keccak (const guint8 *bytes, gsize size, guint8 ret_digest[32])
{
  guint64 state[LANES] = { 0 };
  guint8 block[RATE] = { 0 };

  if (size > CARDEA_DLP_KECCAK_MAX)
    return FALSE;
  memcpy (block, bytes, size);
  block[size] ^= 0x01;
  block[RATE - 1] ^= 0x80;
  for (guint i = 0; i < RATE; i++)
    state[i / 8] ^= (guint64) block[i] << (8 * (i % 8));
  permute (state);
  for (guint i = 0; i < 32; i++)
    ret_digest[i] = state[i / 8] >> (8 * (i % 8));
  return TRUE;
}
