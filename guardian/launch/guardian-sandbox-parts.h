/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-digest.h"

#include <glib.h>

/* What the command lines of all kinds of sandboxes are put together from. */

#define GUARDIAN_SANDBOX_PARTS_STAGE "/sys" /* a folder bwrap needs nothing of; guardian-hold.h */

typedef struct {
  const char *name; /* as in guardian-confine.c; NULL ends a table */
  guint64 number;
} GuardianSandboxLimit;

/* Read-only, at the same place as outside; NULL-terminated. */
extern const char *const guardian_sandbox_parts_system[];

void guardian_sandbox_parts_add (GPtrArray *arguments, ...) G_GNUC_NULL_TERMINATED;

/* NAME immediately followed by value: a setting of cardea-confine. */
void guardian_sandbox_parts_set (GPtrArray *arguments, const char *name, const char *value);

/* The same for each of a NULL-terminated list. */
void guardian_sandbox_parts_set_all (GPtrArray *arguments, const char *name,
                                     const char *const *values);

/* For bwrap: the system's folders, and those of etc (NULL-terminated) that there are. */
void guardian_sandbox_parts_add_system (GPtrArray *arguments, const char *const *etc);

/* For bwrap: every namespace but hold's network, no capability, ends with us. */
void guardian_sandbox_parts_add_bwrap (GPtrArray *arguments, const char *bwrap);

/* For cardea-confine: limits, what must not be shared with us; that and what the program must be.
 */
void guardian_sandbox_parts_add_limits (GPtrArray *arguments, const GuardianSandboxLimit *limits);
void guardian_sandbox_parts_add_outside (GPtrArray *arguments);
void guardian_sandbox_parts_add_identity (GPtrArray *arguments, const GuardianDigest *digest);

/* "name=number" joined by spaces, for the launch record. The caller owns it. */
char *guardian_sandbox_parts_describe_limits (const GuardianSandboxLimit *limits);

gboolean guardian_sandbox_parts_lies_in (const char *path, const char *folder);
