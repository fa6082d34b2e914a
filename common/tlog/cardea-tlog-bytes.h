/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Big-endian integers in files. */

static inline guint64
cardea_tlog_bytes_get_u64 (const guint8 *bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < 8; i++)
    value = value << 8 | bytes[i];
  return value;
}

static inline guint32
cardea_tlog_bytes_get_u32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static inline guint16
cardea_tlog_bytes_get_u16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] << 8 | bytes[1]);
}

static inline void
cardea_tlog_bytes_put_u64 (guint8 *bytes, guint64 value)
{
  for (guint i = 0; i < 8; i++)
    bytes[i] = (guint8) (value >> (56 - 8 * i));
}

static inline void
cardea_tlog_bytes_put_u32 (guint8 *bytes, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    bytes[i] = (guint8) (value >> (24 - 8 * i));
}

static inline void
cardea_tlog_bytes_put_u16 (guint8 *bytes, guint16 value)
{
  bytes[0] = (guint8) (value >> 8);
  bytes[1] = (guint8) value;
}
