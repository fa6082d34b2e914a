/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* cardea-hold: the first process of a sandbox. Makes the user, mount and network namespaces, puts
 * our programs where bwrap finds them, brings loopback up, then becomes bwrap. Plain C without
 * GLib: it is started once a session.
 *
 *   cardea-hold STAGE NAME=PATH… [view] [egress [loopback=PORT]…] [at=HOME [shown=PATH]…
 * [installed=NAME=PATH]…]
 *               -- BWRAP …
 *
 * STAGE: an existing folder over which, in its own mount namespace only, a tmpfs with the named
 * programs (or folders of programs) appears; NAME may be FOLDER/NAME. view: a FUSE connection is
 * mounted at STAGE/view and its one descriptor sent to the view worker (descriptor 9). egress: as
 * guardian-hold-egress.h. A home that stays is staged as "home"; what follows "at" is put into it
 * (guardian-hold-home.h). Does not return; failures go to launch (guardian-handoff.h). */
void guardian_hold_run (int argc, char **argv) __attribute__ ((noreturn));
