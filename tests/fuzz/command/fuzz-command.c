/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-command.h"
#include "guardian/launch/confine/guardian-confine-command.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Two readers of one form: what the core records must be what cardea-confine executes. */

static void
check_same (const GuardianConfineCommand *command, const CardeaJson *arguments, gint64 count)
{
  gint64 n = 0;

  while (command->arguments[n] != NULL)
    n++;
  FUZZ_CHECK (n == count && n >= 1);
  for (guint i = 1; i < cardea_json_size (arguments); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (arguments, i));
      FUZZ_CHECK (text != NULL);
      FUZZ_CHECK (!g_utf8_validate (command->arguments[i], -1, NULL)
                  || strcmp (text, command->arguments[i]) == 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const passed[] = { "PATH", "LC_*" };
  g_autofree char *bytes = g_memdup2 (size > 0 ? (const void *) data : "", MAX (size, 1));
  g_autoptr (GError) error = NULL;
  GuardianConfineCommand command;
  gint64 count = 0;
  bool good = guardian_confine_command_parse (bytes, size, &command);
  g_autoptr (CardeaJson) arguments
      = guardian_command_parse (bytes, size, "/usr/bin/x", &count, &error);

  FUZZ_CHECK ((arguments == NULL) == (error != NULL));
  if (!good)
    return 0; /* a text without end behind the arguments concerns cardea-confine alone */
  FUZZ_CHECK (arguments != NULL);
  check_same (&command, arguments, count);
  for (char **variable = command.environment; *variable != NULL; variable++)
    FUZZ_CHECK (*variable >= bytes && *variable < bytes + size);
  FUZZ_CHECK (guardian_confine_command_allows ("PATH=x", passed, G_N_ELEMENTS (passed)));
  guardian_confine_command_clear (&command);
  return 0;
}
