/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/hold/guardian-hold.h"

int
main (int argc, char **argv)
{
  guardian_hold_run (argc, argv);
}
