/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* A target: reads size untrusted bytes, returns 0. The same input must give the same run. */
int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

/* What must hold for every input; a fuzzer and the replay take the abort for a finding. */
#define FUZZ_CHECK(condition)                                                                      \
  do                                                                                               \
    {                                                                                              \
      if (!(condition))                                                                            \
        abort ();                                                                                  \
    }                                                                                              \
  while (0)
