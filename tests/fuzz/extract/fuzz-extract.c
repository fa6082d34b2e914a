/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <unistd.h>

/* A document of a stranger. Only what is written goes to /dev/null; an error must be set exactly
 * when it failed. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  g_autoptr (GBytes) document = g_bytes_new (data, size);
  g_autoptr (AgentExtractOutput) output = agent_extract_output_new (null);
  g_autoptr (GError) error = NULL;
  gboolean ok = agent_extract (document, output, &error);
  FUZZ_CHECK (ok == (error == NULL));
  FUZZ_CHECK (ok
              || (error->domain == AGENT_EXTRACT_ERROR && error->code >= AGENT_EXTRACT_DAMAGED
                  && error->code <= AGENT_EXTRACT_FAILED));
  close (null);
  return 0;
}
