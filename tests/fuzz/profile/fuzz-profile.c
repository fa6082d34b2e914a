/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/profiles/cardea-profile.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void
check_list (char **list)
{
  FUZZ_CHECK (list != NULL && g_strv_length (list) <= CARDEA_PROFILE_MAX_LIST);
  for (; *list != NULL; list++)
    FUZZ_CHECK (strlen (*list) <= 2 * CARDEA_PROFILE_MAX_TEXT + 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaProfile) profile
      = cardea_profile_parse ("fuzz", "an input", (const char *) data, size, &error);

  FUZZ_CHECK ((profile == NULL) == (error != NULL));
  if (profile == NULL)
    return 0;
  char **lists[]
      = { profile->programs, profile->arguments, profile->interpreters, profile->pass,
          profile->set,      profile->net,       profile->proxy,        profile->authorities };
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    check_list (lists[i]);
  for (char **set = profile->set; *set != NULL; set++)
    FUZZ_CHECK (strchr (*set, '=') != NULL && !g_str_has_prefix (*set, "LD_"));
  for (char **pass = profile->pass; *pass != NULL; pass++)
    FUZZ_CHECK (**pass != '*' && !g_str_has_prefix (*pass, "LD_"));
  return 0;
}
