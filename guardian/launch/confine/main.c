/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/confine/guardian-confine.h"

int
main (int argc, char **argv)
{
  guardian_confine_run (argc, argv);
}
