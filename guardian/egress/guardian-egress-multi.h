/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-fetch.h"

#include <curl/curl.h>

/* For guardian-egress-fetch only: libcurl's transfers driven by the main context. */

GuardianEgressTrust *guardian_egress_fetches_trust (GuardianEgressFetches *fetches);
gboolean guardian_egress_fetches_add (GuardianEgressFetches *fetches, CURL *easy);
void guardian_egress_fetches_remove (GuardianEgressFetches *fetches, CURL *easy);

/* Its CURLOPT_PRIVATE ended with code. */
void guardian_egress_fetch_done (GuardianEgressFetch *fetch, CURLcode code);
