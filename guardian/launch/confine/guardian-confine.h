/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* cardea-confine: the last process before a sandbox's program, inside all of bwrap's namespaces.
 * Limits, Landlock, seccomp with a listener handed to launch, a self-check, then exec. Plain C
 * without GLib: it is started once a session.
 *
 *   cardea-confine SETTING=VALUE… -- PROGRAM ARGUMENT…
 *
 *   abi=N            at most this Landlock ABI (0: the kernel's; -1: a test without Landlock)
 *   read=PATH exec=PATH write=PATH list=PATH device=PATH all=PATH     a Landlock rule each
 *   tcp=open         Landlock leaves TCP alone (the network namespace holds it)
 *   limit=NAME:N     a resource limit (the table in guardian-confine.c)
 *   outside=NAME:N   the inode of launch's own namespace, which must not be ours
 *   target=DEV:INO   what PROGRAM must be
 *   command=descriptor   arguments and environment come on descriptor 3, streams on 6 to 8
 *   pass=NAME        a variable of that environment that the program gets
 *   terminal=input   its input becomes its controlling terminal
 *
 * Does not return; failures go to launch (guardian-handoff.h). */
void guardian_confine_run (int argc, char **argv) __attribute__ ((noreturn));
