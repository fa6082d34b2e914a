/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* The one way out of the network namespace this process just made: a listener on its loopback, sent
 * to the egress worker (descriptor 10), which accepts what programs inside connect. A table of
 * nftables drops whatever would go to or come from another interface than loopback. Failures go to
 * launch and end the process.
 *
 * badges: the listener of guardian_hold_egress_listen(), which is sent, too, and closed. words:
 * those of cardea-hold; each "loopback=PORT" among them is a service of the person's computer that
 * was shared: a listener of its own there, sent after these. */
void guardian_hold_egress_open (int badges, char **words, int count);
/* A socket in the stage, where programs ask for badges; to be made before the identity changes. */
int guardian_hold_egress_listen (const char *stage);
_Bool guardian_hold_egress_knows (const char *word);

/* The table alone; false with errno. */
_Bool guardian_hold_egress_close_others (void) __attribute__ ((warn_unused_result));
