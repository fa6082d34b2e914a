/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Names of hosts in the one form in which they are decided about, shown, recorded and dialled, by
 * everybody: lower case, ASCII (A-labels, RFC 5890), letters, digits and inner hyphens, no final
 * dot; IPv4 as four decimal numbers, IPv6 as RFC 5952 writes it, without brackets. What could be
 * read as another host by another program is no host: percent signs, a last label that is a number
 * but no such address (RFC 3986 §7.4: 0x7f.1, 2130706433, 127.1), zones, IPv4 inside IPv6. */

#define CARDEA_HOST_LIMIT 253

typedef enum {
  CARDEA_HOST_ERROR_NAME, /* no name of a host in the sense above */
  CARDEA_HOST_ERROR_PORT,
} CardeaHostError;

#define CARDEA_HOST_ERROR (cardea_host_error_quark ())
GQuark cardea_host_error_quark (void);

/* text: untrusted; an IPv6 address may stand in brackets. The caller owns the result. */
char *cardea_host_canonical (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a person wrote, in any letters, made ASCII (RFC 5891, A-labels); the caller owns it. Letters
 * that IDNA 2003 and 2008 read as different hosts are refused. */
char *cardea_host_encode (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* It is in that form already. */
gboolean cardea_host_is_canonical (const char *text);

/* Of a canonical one. */
gboolean cardea_host_is_address (const char *host);
/* localhost and what is below it, 127.0.0.0/8, ::1: what never leaves this computer. */
gboolean cardea_host_is_loopback (const char *host);

/* Of a canonical one: by itself it is of this computer or the network around it (loopback, private,
 * link-local and reserved addresses; names of RFC 6761, RFC 6762 and RFC 8375). What any other name
 * leads to is known only when it was resolved. */
gboolean cardea_host_is_inside (const char *host);

/* HOST[:PORT] as a person writes it; .HOST means every name below it, too (ret_below). ret_port: 0
 * when there is none. ret_host is the caller's. */
gboolean cardea_host_parse (const char *text, char **ret_host, guint *ret_port, gboolean *ret_below,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* host:port, an IPv6 address in brackets; port 0: without one. The caller owns it. */
char *cardea_host_format (const char *host, guint port);

/* Whether host (canonical) is name itself or lies below it: evilexample.org is not below
 * example.org. */
gboolean cardea_host_is_below (const char *host, const char *name);
