/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What cardea-confine promised, tried from where the program will stand. Each ends the process
 * through guardian_handoff_fail() when the promise is not kept. */

/* The namespace NAME (a file of /proc/self/ns) is not the one with this inode. */
void guardian_confine_check_namespace (const char *name, uint64_t outside);

/* The path is this very file; device 0: served by a view, which has one of its own. */
void guardian_confine_check_target (const char *path, uint64_t device, uint64_t inode);

/* no_new_privs is set, all five capability sets are empty, the seccomp mode is the expected one. */
/* The program is a copy of so many bytes, which nothing inside can write. */
void guardian_confine_check_copy (const char *path, uint64_t size);
void guardian_confine_check_status (int seccomp_mode);

/* Landlock refuses what it must at this ABI. Before seccomp, which would refuse the trying. */
void guardian_confine_check_landlock (int abi, bool open_tcp);

/* Nothing is open but 0 to last. */
void guardian_confine_check_descriptors (int last);
