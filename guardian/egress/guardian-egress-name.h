/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A host as programs write it, made into the one form that is decided, resolved and compared
 * (cardea-host.h), or refused; in a fixed place, as it travels to the child that looks names up. */

#define GUARDIAN_EGRESS_NAME_MAX 253u

typedef struct {
  char text[GUARDIAN_EGRESS_NAME_MAX + 1];
  gboolean is_address;
} GuardianEgressName;

/* text is untrusted and need not end in NUL. An IPv6 address stands in brackets or without. FALSE:
 * refused, and *ret_why (static, may be NULL) says why in a few words. */
gboolean guardian_egress_name_parse (const char *text, gsize size, GuardianEgressName *ret_name,
                                     const char **ret_why) G_GNUC_WARN_UNUSED_RESULT;

/* HOST[:PORT], IPv6 in brackets. fallback: the port when there is none; 0: one is needed. */
gboolean guardian_egress_name_parse_authority (const char *text, gsize size, guint16 fallback,
                                               GuardianEgressName *ret_name, guint16 *ret_port,
                                               const char **ret_why) G_GNUC_WARN_UNUSED_RESULT;

/* name is host, or lies below it; both canonical. An address lies below nothing. */
gboolean guardian_egress_name_lies_in (const GuardianEgressName *name, const char *host);
