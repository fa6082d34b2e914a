/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Where programs in a sandbox find the proxy: on the loopback of its own network namespace. Plain
 * C: cardea-hold binds it, the launcher writes it into the program's environment. */
#define GUARDIAN_PROXY_PLACE_PORT 3128
#define GUARDIAN_PROXY_PLACE_URL "http://127.0.0.1:3128"
#define GUARDIAN_PROXY_PLACE_OWN "localhost,127.0.0.1,::1" /* its own, not the proxy's */
#define GUARDIAN_PROXY_PLACE_LOOPBACK "loopback=" /* PORT of the person's, in hold's words */
#define GUARDIAN_PROXY_PLACE_LOOPBACK_MAX 8

/* Where they ask for badges (guardian/egress): a socket among what is shown of our own. */
#define GUARDIAN_PROXY_PLACE_BADGES "/own/agent.sock" /* in cardea-hold's stage */
/* The same with a certificate, over the proxy's own port. */
#define GUARDIAN_PROXY_PLACE_BADGES_URL "https://127.0.0.1:3128/v1/agent/token"
#define GUARDIAN_PROXY_PLACE_BADGES_INSIDE "/opt/cardea/agent.sock"
