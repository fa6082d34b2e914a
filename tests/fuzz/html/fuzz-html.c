/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A web page of a stranger: what comes out is a head line and UTF-8 text without NUL within the
 * limit, whatever character set its server claims. */

static const char *const charsets[]
    = { NULL, "utf-8", "iso-8859-1", "utf-16", "windows-1252", "no" };

static void
look_at (const char *text, gsize size)
{
  const char *end = memchr (text, '\n', size);

  FUZZ_CHECK (g_str_has_prefix (text, AGENT_EXTRACT_PAGE));
  FUZZ_CHECK (g_utf8_validate (text, (gssize) size, NULL));
  end = end != NULL ? memchr (end + 1, '\n', size - (gsize) (end + 1 - text)) : NULL;
  FUZZ_CHECK (end != NULL && g_ascii_isdigit (text[strlen (AGENT_EXTRACT_PAGE)]));
  FUZZ_CHECK (size <= 4 * AGENT_EXTRACT_LIMIT_PAGE); /* what is no UTF-8 grows when it is mended */
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *charset = charsets[size > 0 ? data[0] % G_N_ELEMENTS (charsets) : 0];
  int fd = memfd_create ("page", MFD_CLOEXEC);
  g_autoptr (GBytes) document = g_bytes_new (data, size);
  g_autoptr (AgentExtractOutput) output = agent_extract_output_new (fd);
  g_autoptr (GError) error = NULL;

  FUZZ_CHECK (agent_extract_html (document, charset, output, &error) == (error == NULL));
  off_t length = lseek (fd, 0, SEEK_END);
  g_autofree char *text = g_malloc0 ((gsize) length + 1);
  FUZZ_CHECK (pread (fd, text, (size_t) length, 0) == length);
  look_at (text, (gsize) length);
  close (fd);
  return 0;
}
