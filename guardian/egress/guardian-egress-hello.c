/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; every byte comes from a sandbox.
 * Refuses: what is no ClientHello to its last byte, two names, an extension that comes twice.
 * Known gaps: an encrypted hello (ECH) names another host to those who can decrypt it; callers
 * refuse it where that matters. Programs that only pretend to (GREASE) look the same. */

#include "guardian/egress/guardian-egress-hello.h"

#include <string.h>

#define RECORD_HEADER 5u
#define RECORD_MAX 16384u
#define RECORD_HANDSHAKE 22u
#define MESSAGE_HEADER 4u
#define MESSAGE_CLIENT_HELLO 1u
#define RANDOM_SIZE 34u /* with the version before it */
#define EXTENSIONS_MAX 128u
#define EXTENSION_NAME 0u
#define EXTENSION_EARLY_DATA 42u
#define EXTENSION_ECH 0xfe0du
#define NAME_HOST 0u

/* What is left to read; every taking checks. */
typedef struct {
  const guint8 *at;
  gsize left;
} Reader;

static gboolean
take (Reader *reader, gsize size, Reader *ret_part)
{
  if (reader->left < size)
    return FALSE;
  *ret_part = (Reader){ reader->at, size };
  reader->at += size;
  reader->left -= size;
  return TRUE;
}

static gboolean
take_number (Reader *reader, guint bytes, guint *ret_value)
{
  Reader part;

  if (!take (reader, bytes, &part))
    return FALSE;
  *ret_value = 0;
  for (guint i = 0; i < bytes; i++)
    *ret_value = *ret_value << 8 | part.at[i];
  return TRUE;
}

/* A vector with its size before it, of that many bytes. */
static gboolean
take_vector (Reader *reader, guint size_bytes, Reader *ret_part)
{
  guint size;
  return take_number (reader, size_bytes, &size) && take (reader, size, ret_part);
}

static GuardianEgressHelloState
refuse (GuardianEgressHello *hello, const char *why)
{
  hello->why = why;
  return GUARDIAN_EGRESS_HELLO_REFUSED;
}

static gboolean
read_name (Reader extension, GuardianEgressHello *hello)
{
  Reader list;
  Reader name;
  guint type;

  if (!take_vector (&extension, 2, &list) || extension.left != 0 || !take_number (&list, 1, &type)
      || type != NAME_HOST || !take_vector (&list, 2, &name) || list.left != 0)
    return FALSE;
  hello->has_name = TRUE;
  return guardian_egress_name_parse ((const char *) name.at, name.left, &hello->name, NULL);
}

static gboolean
read_extensions (Reader extensions, GuardianEgressHello *hello)
{
  guint seen[EXTENSIONS_MAX];
  guint count = 0;

  while (extensions.left > 0)
    {
      Reader content;
      guint type;
      if (count == EXTENSIONS_MAX || !take_number (&extensions, 2, &type)
          || !take_vector (&extensions, 2, &content))
        return FALSE;
      for (guint i = 0; i < count; i++)
        if (seen[i] == type)
          return FALSE;
      seen[count++] = type;
      if (type == EXTENSION_NAME && !read_name (content, hello))
        return FALSE;
      hello->encrypted = hello->encrypted || type == EXTENSION_ECH;
      hello->early = hello->early || type == EXTENSION_EARLY_DATA;
    }
  return TRUE;
}

static GuardianEgressHelloState
read_message (const guint8 *message, gsize size, GuardianEgressHello *hello)
{
  Reader reader = { message, size };
  Reader part;

  if (!take (&reader, RANDOM_SIZE, &part) || !take_vector (&reader, 1, &part)
      || !take_vector (&reader, 2, &part) || !take_vector (&reader, 1, &part))
    return refuse (hello, "a malformed ClientHello");
  if (reader.left == 0)
    return GUARDIAN_EGRESS_HELLO_WHOLE; /* TLS 1.2 without extensions */
  if (!take_vector (&reader, 2, &part) || reader.left != 0 || !read_extensions (part, hello))
    return refuse (hello, "a malformed ClientHello");
  return GUARDIAN_EGRESS_HELLO_WHOLE;
}

/* The size of the message, of what is there; 0: not known yet, G_MAXSIZE: none that is taken. */
static gsize
message_size (const guint8 *message, gsize size)
{
  if (size > 0 && message[0] != MESSAGE_CLIENT_HELLO)
    return G_MAXSIZE;
  if (size < MESSAGE_HEADER)
    return 0;
  gsize whole = MESSAGE_HEADER + ((gsize) message[1] << 16 | (gsize) message[2] << 8 | message[3]);
  return whole <= GUARDIAN_EGRESS_HELLO_MAX ? whole : G_MAXSIZE;
}

/* FALSE: no record of a handshake. A header that is not whole yet is one as far as it goes. */
static gboolean
is_record (const guint8 *header, gsize size, gsize *ret_content)
{
  *ret_content = size >= RECORD_HEADER ? (gsize) header[3] << 8 | header[4] : 0;
  return header[0] == RECORD_HANDSHAKE && (size < 2 || header[1] == 3)
         && (size < RECORD_HEADER || (*ret_content > 0 && *ret_content <= RECORD_MAX));
}

GuardianEgressHelloState
guardian_egress_hello_parse (const guint8 *bytes, gsize size, GuardianEgressHello *ret_hello)
{
  guint8 message[GUARDIAN_EGRESS_HELLO_MAX];
  gsize filled = 0;
  gsize at = 0;

  memset (ret_hello, 0, sizeof *ret_hello);
  for (guint record = 0; at < size; record++)
    {
      gsize content;
      if (record == GUARDIAN_EGRESS_HELLO_RECORDS || !is_record (bytes + at, size - at, &content))
        return refuse (ret_hello, "no TLS");
      if (size - at < RECORD_HEADER)
        break;
      gsize there = MIN (content, size - at - RECORD_HEADER);
      if (there > sizeof message - filled)
        return refuse (ret_hello, "a ClientHello that is too long");
      memcpy (message + filled, bytes + at + RECORD_HEADER, there);
      filled += there;
      gsize whole = message_size (message, filled);
      if (whole == G_MAXSIZE || (whole > 0 && filled > whole))
        return refuse (ret_hello, "no ClientHello, or one that is too long");
      if (there == content && whole == filled && filled > 0)
        return read_message (message + MESSAGE_HEADER, whole - MESSAGE_HEADER, ret_hello);
      if (there < content)
        break;
      at += RECORD_HEADER + content;
    }
  return GUARDIAN_EGRESS_HELLO_MORE;
}
