/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/prove/guardian-prove.h"

int
main (int argc, char **argv)
{
  return guardian_prove_run (argc, argv);
}
