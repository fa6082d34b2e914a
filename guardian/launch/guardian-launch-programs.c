/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-launch-programs.h"

#include "common/base/cardea-paths.h"

#define BWRAP "/usr/bin/bwrap" /* never looked for in PATH */

void
guardian_launch_programs_clear (GuardianLaunchPrograms *programs)
{
  g_free (programs->hold);
  g_free (programs->confine);
  g_free (programs->program);
  g_free (programs->helper);
}

const char *
guardian_launch_programs_bwrap (void)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_BWRAP");
  return seam != NULL ? seam : BWRAP;
}

gboolean
guardian_launch_programs_find (GuardianLaunchPrograms *ret_programs, GError **error)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_AGENT_PROGRAM");

  ret_programs->is_test = seam != NULL;
  ret_programs->bwrap = guardian_launch_programs_bwrap ();
  ret_programs->hold = cardea_paths_program ("cardea-hold", error);
  if (ret_programs->hold == NULL)
    return FALSE;
  ret_programs->confine = cardea_paths_program ("cardea-confine", error);
  if (ret_programs->confine == NULL)
    return FALSE;
  ret_programs->program
      = seam != NULL ? g_strdup (seam) : cardea_paths_program ("cardea-agent", error);
  ret_programs->helper = cardea_paths_program ("cardea-agent-extract", NULL);
  return ret_programs->program != NULL;
}

char *
guardian_launch_programs_kind (const GuardianLaunchPrograms *programs, GuardianDigests *digests,
                               const char *home, GError **error)
{
  const char *const paths[] = { programs->program, programs->confine, programs->helper };
  GString *kind = g_string_new (home);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      GuardianDigest digest;
      if (paths[i] == NULL)
        continue;
      if (!guardian_digests_get (digests, paths[i], &digest, error))
        {
          g_string_free (kind, TRUE);
          return NULL;
        }
      g_string_append_printf (kind, "\n%s", digest.sha256);
    }
  return g_string_free (kind, FALSE);
}
