/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; every byte comes from a sandbox.
 * Refuses: every command but CONNECT, every host that has not one meaning.
 * Known gaps: none. */

#include "guardian/egress/guardian-egress-socks.h"

#include <arpa/inet.h>
#include <string.h>

#define METHOD_NONE 0
#define COMMAND_CONNECT 1
#define REQUEST_HEADER 4u

enum { ADDRESS_V4 = 1, ADDRESS_NAME = 3, ADDRESS_V6 = 4 };

GuardianEgressSocksState
guardian_egress_socks_greet (const guint8 *bytes, gsize size, gsize *ret_used)
{
  if (size < 2)
    return size == 1 && bytes[0] != GUARDIAN_EGRESS_SOCKS_VERSION ? GUARDIAN_EGRESS_SOCKS_REFUSED
                                                                  : GUARDIAN_EGRESS_SOCKS_MORE;
  if (bytes[0] != GUARDIAN_EGRESS_SOCKS_VERSION)
    return GUARDIAN_EGRESS_SOCKS_REFUSED;
  if (size < 2u + bytes[1])
    return GUARDIAN_EGRESS_SOCKS_MORE;
  *ret_used = 2u + bytes[1];
  return memchr (bytes + 2, METHOD_NONE, bytes[1]) != NULL ? GUARDIAN_EGRESS_SOCKS_WHOLE
                                                           : GUARDIAN_EGRESS_SOCKS_REFUSED;
}

static GuardianEgressSocksState
refuse (GuardianEgressSocksRequest *request, GuardianEgressSocksReply reply, const char *why)
{
  request->reply = reply;
  request->why = why;
  return GUARDIAN_EGRESS_SOCKS_REFUSED;
}

static gboolean
parse_bytes (int family, const guint8 *bytes, GuardianEgressSocksRequest *request)
{
  char text[INET6_ADDRSTRLEN];

  return inet_ntop (family, bytes, text, sizeof text) != NULL
         && guardian_egress_name_parse (text, strlen (text), &request->name, &request->why);
}

/* Where the address begins and how long it is; 0: not known yet. */
static gsize
address_size (const guint8 *bytes, gsize size, gsize *ret_begin)
{
  *ret_begin = REQUEST_HEADER;
  if (bytes[3] == ADDRESS_V4)
    return sizeof (struct in_addr);
  if (bytes[3] == ADDRESS_V6)
    return sizeof (struct in6_addr);
  *ret_begin = REQUEST_HEADER + 1;
  return size > REQUEST_HEADER ? bytes[REQUEST_HEADER] : 0;
}

GuardianEgressSocksState
guardian_egress_socks_parse (const guint8 *bytes, gsize size,
                             GuardianEgressSocksRequest *ret_request)
{
  static const char header[] = { GUARDIAN_EGRESS_SOCKS_VERSION, COMMAND_CONNECT, 0 };
  gsize begin;

  memset (ret_request, 0, sizeof *ret_request);
  if (memcmp (bytes, header, MIN (size, sizeof header)) != 0)
    return refuse (ret_request, GUARDIAN_EGRESS_SOCKS_COMMAND, "another command than CONNECT");
  if (size < REQUEST_HEADER)
    return GUARDIAN_EGRESS_SOCKS_MORE;
  if (bytes[3] != ADDRESS_V4 && bytes[3] != ADDRESS_V6 && bytes[3] != ADDRESS_NAME)
    return refuse (ret_request, GUARDIAN_EGRESS_SOCKS_ADDRESS, "an unknown kind of address");
  gsize length = address_size (bytes, size, &begin);
  if (size < begin || size < begin + length + 2)
    return GUARDIAN_EGRESS_SOCKS_MORE;

  gboolean good
      = bytes[3] == ADDRESS_NAME
            ? guardian_egress_name_parse ((const char *) bytes + begin, length, &ret_request->name,
                                          &ret_request->why)
            : parse_bytes (bytes[3] == ADDRESS_V4 ? AF_INET : AF_INET6, bytes + begin, ret_request);
  if (!good)
    return refuse (ret_request, GUARDIAN_EGRESS_SOCKS_ADDRESS, ret_request->why);
  ret_request->port = (guint16) ((guint) bytes[begin + length] << 8 | bytes[begin + length + 1]);
  if (ret_request->port == 0)
    return refuse (ret_request, GUARDIAN_EGRESS_SOCKS_ADDRESS, "no port");
  ret_request->used = begin + length + 2;
  return GUARDIAN_EGRESS_SOCKS_WHOLE;
}

void
guardian_egress_socks_answer (GuardianEgressSocksReply reply,
                              guint8 ret_bytes[GUARDIAN_EGRESS_SOCKS_ANSWER])
{
  memset (ret_bytes, 0, GUARDIAN_EGRESS_SOCKS_ANSWER);
  ret_bytes[0] = GUARDIAN_EGRESS_SOCKS_VERSION;
  ret_bytes[1] = (guint8) reply;
  ret_bytes[3] = ADDRESS_V4;
}
