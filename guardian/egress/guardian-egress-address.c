/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel, for which addresses are its own.
 * Refuses: everything that is not plainly an address of the internet, unless an inner one was
 * meant; IPv4 addresses hidden in IPv6 ones, always. Known gaps: an address of the internet that a
 * router leads back inside looks like any other. */

#include "guardian/egress/guardian-egress-address.h"

#include "common/base/cardea-autofd.h"

#include <string.h>
#include <sys/socket.h>

typedef struct {
  guint8 bytes[16];
  guint bits;
  gboolean never; /* also when an inner address was meant */
  const char *what;
} Range;

static const Range ranges_v4[] = {
  { { 0 }, 8, TRUE, "an address of “this network”" },
  { { 10 }, 8, FALSE, "an address of a private network" },
  { { 100, 64 }, 10, FALSE, "an address of a provider’s private network" },
  { { 127 }, 8, FALSE, "a loopback address" },
  { { 169, 254 }, 16, FALSE, "a link-local address" },
  { { 172, 16 }, 12, FALSE, "an address of a private network" },
  { { 192, 0, 0 }, 24, TRUE, "a reserved address" },
  { { 192, 0, 2 }, 24, TRUE, "an address for examples" },
  { { 192, 88, 99 }, 24, TRUE, "an address of a 6to4 relay" },
  { { 192, 168 }, 16, FALSE, "an address of a private network" },
  { { 198, 18 }, 15, FALSE, "an address for measurements" },
  { { 198, 51, 100 }, 24, TRUE, "an address for examples" },
  { { 203, 0, 113 }, 24, TRUE, "an address for examples" },
  { { 224 }, 4, TRUE, "a multicast address" },
  { { 240 }, 4, TRUE, "a reserved address" },
};

/* Of the whole space only 2000::/3 is given out; the first row that holds decides. */
static const Range ranges_v6[] = {
  { { [15] = 1 }, 128, FALSE, "a loopback address" },
  { { 0 }, 8, TRUE, "a reserved address, perhaps with an IPv4 address inside" },
  { { 0x00, 0x64, 0xff, 0x9b }, 32, TRUE, "an IPv4 address behind NAT64" },
  { { 0x20, 0x01, 0x00, 0x00 }, 32, TRUE, "an IPv4 address behind Teredo" },
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32, TRUE, "an address for examples" },
  { { 0x20, 0x01, 0x00 }, 23, TRUE, "a reserved address" },
  { { 0x20, 0x02 }, 16, TRUE, "an IPv4 address behind 6to4" },
  { { 0x3f, 0xff, 0x00 }, 20, TRUE, "an address for examples" },
  { { 0xfc }, 7, FALSE, "an address of a private network" },
  { { 0xfe, 0x80 }, 10, TRUE, "a link-local address without its link" },
  { { 0xff }, 8, TRUE, "a multicast address" },
  { { 0x20 }, 3, FALSE, NULL },
  { { 0 }, 0, TRUE, "an address that is not given out" },
};

static gboolean
lies_in (const guint8 *bytes, const Range *range)
{
  guint whole = range->bits / 8;
  guint rest = range->bits % 8;

  if (memcmp (bytes, range->bytes, whole) != 0)
    return FALSE;
  return rest == 0 || ((bytes[whole] ^ range->bytes[whole]) >> (8 - rest)) == 0;
}

static const Range *
find (const GuardianEgressAddress *address)
{
  gboolean v4 = address->any.sa_family == AF_INET;
  const Range *ranges = v4 ? ranges_v4 : ranges_v6;
  gsize count = v4 ? G_N_ELEMENTS (ranges_v4) : G_N_ELEMENTS (ranges_v6);
  const guint8 *bytes
      = v4 ? (const guint8 *) &address->v4.sin_addr : (const guint8 *) &address->v6.sin6_addr;

  for (gsize i = 0; i < count; i++)
    if (lies_in (bytes, &ranges[i]))
      return ranges[i].what != NULL ? &ranges[i] : NULL;
  return NULL;
}

/* A datagram socket that is connected sends nothing, but has been given the address it would send
 * from: the kernel talks from its own address to its own address. */
static gboolean
is_own (const GuardianEgressAddress *address)
{
  GuardianEgressAddress self = { 0 };
  socklen_t size = sizeof self;
  cardea_autofd int fd = socket (address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, &address->any, guardian_egress_address_size (address)) != 0
      || getsockname (fd, &self.any, &size) != 0)
    return FALSE; /* no way there: dialling it fails as well */
  if (address->any.sa_family != self.any.sa_family)
    return TRUE;
  return address->any.sa_family == AF_INET
             ? self.v4.sin_addr.s_addr == address->v4.sin_addr.s_addr
             : memcmp (&self.v6.sin6_addr, &address->v6.sin6_addr, sizeof self.v6.sin6_addr) == 0;
}

const char *
guardian_egress_address_refusal (const GuardianEgressAddress *address, gboolean inside)
{
  if (address->any.sa_family != AF_INET && address->any.sa_family != AF_INET6)
    return "no address";
  const Range *range = find (address);
  if (range != NULL && (range->never || !inside))
    return range->what;
  return !inside && is_own (address) ? "an address of this computer" : NULL;
}

void
guardian_egress_address_set (GuardianEgressAddress *ret_address, int family, const guint8 *bytes,
                             guint16 port)
{
  memset (ret_address, 0, sizeof *ret_address);
  ret_address->any.sa_family = (sa_family_t) family;
  if (family == AF_INET)
    {
      memcpy (&ret_address->v4.sin_addr, bytes, sizeof ret_address->v4.sin_addr);
      ret_address->v4.sin_port = htons (port);
      return;
    }
  memcpy (&ret_address->v6.sin6_addr, bytes, sizeof ret_address->v6.sin6_addr);
  ret_address->v6.sin6_port = htons (port);
}

gboolean
guardian_egress_address_parse (const char *text, guint16 port, GuardianEgressAddress *ret_address)
{
  static const int families[] = { AF_INET, AF_INET6 };
  guint8 bytes[16];

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    if (inet_pton (families[i], text, bytes) == 1)
      {
        guardian_egress_address_set (ret_address, families[i], bytes, port);
        return TRUE;
      }
  return FALSE;
}

void
guardian_egress_address_print (const GuardianEgressAddress *address,
                               char ret_text[GUARDIAN_EGRESS_ADDRESS_TEXT])
{
  const void *bytes = address->any.sa_family == AF_INET ? (const void *) &address->v4.sin_addr
                                                        : (const void *) &address->v6.sin6_addr;

  if (inet_ntop (address->any.sa_family, bytes, ret_text, GUARDIAN_EGRESS_ADDRESS_TEXT) == NULL)
    ret_text[0] = '\0';
}

socklen_t
guardian_egress_address_size (const GuardianEgressAddress *address)
{
  return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
}

gboolean
guardian_egress_address_equal (const GuardianEgressAddress *a, const GuardianEgressAddress *b)
{
  if (a->any.sa_family != b->any.sa_family)
    return FALSE;
  return a->any.sa_family == AF_INET
             ? a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr && a->v4.sin_port == b->v4.sin_port
             : memcmp (&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof a->v6.sin6_addr) == 0
                   && a->v6.sin6_port == b->v6.sin6_port;
}
