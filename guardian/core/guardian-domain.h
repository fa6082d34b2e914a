/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What somebody can register of a host's name (publicsuffix.org, as libpsl has it built in): the
 * part that tells whose host it is. host: canonical (common/base/cardea-host.h). */

/* example.co.uk of www.example.co.uk. NULL: an address, or all of it is a suffix like com. Borrowed
 * from host. */
const char *guardian_domain_registrable (const char *host);
/* Everybody's, like com, co.uk or github.io: what lies below it belongs to many. */
gboolean guardian_domain_is_public (const char *host);
