/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Why this machine refuses a user namespace, in words a person can act on: the sysctl or the
 * AppArmor setting that forbids it. error: the errno of the attempt. The caller owns the result. */
char *guardian_obstacle_to_namespaces (int error);
