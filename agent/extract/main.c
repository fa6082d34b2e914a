/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDS_OF_CPU 25
#define ADDRESS_SPACE (1024ul * 1024ul * 1024ul)
#define DESCRIPTORS 32

#ifdef __SANITIZE_ADDRESS__
/* LeakSanitizer looks at its process from outside, which the agent's sandbox closes. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

/* What this process may use, before it looks at a single byte. The agent's sandbox is around it
 * already; here are the limits that a document must not exceed. */
static gboolean
confine (void)
{
  const struct {
    __rlimit_resource_t resource;
    rlim_t limit;
  } limits[] = {
    { RLIMIT_CPU, SECONDS_OF_CPU },
    { RLIMIT_FSIZE, AGENT_EXTRACT_LIMIT_OUTPUT },
    { RLIMIT_CORE, 0 },
    { RLIMIT_NOFILE, DESCRIPTORS },
#ifndef __SANITIZE_ADDRESS__
    { RLIMIT_AS, ADDRESS_SPACE },
#endif
  };
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      struct rlimit limit = { limits[i].limit, limits[i].limit };
      if (setrlimit (limits[i].resource, &limit) != 0)
        return FALSE;
    }
  /* Messages of the libraries carry the document's text; nobody reads them. */
  int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0)
    dup2 (null, STDERR_FILENO);
  else
    close (STDERR_FILENO);
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static GBytes *
map_document (void)
{
  struct stat st;
  if (fstat (STDIN_FILENO, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size <= 0
      || st.st_size > AGENT_EXTRACT_LIMIT_DOCUMENT)
    return NULL;
  gsize size = (gsize) st.st_size;
  void *bytes = mmap (NULL, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  return bytes != MAP_FAILED ? g_bytes_new_static (bytes, size) : NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (!confine ())
    return AGENT_EXTRACT_FAILED;
  g_autoptr (GBytes) document = map_document ();
  if (document == NULL)
    return AGENT_EXTRACT_FAILED;
  g_autoptr (AgentExtractOutput) output = agent_extract_output_new (STDOUT_FILENO);
  gboolean page = argc == 3 && strcmp (argv[1], AGENT_EXTRACT_HTML) == 0;
  gboolean good = page ? agent_extract_html (document, argv[2], output, &error)
                       : agent_extract (document, output, &error);
  return good ? AGENT_EXTRACT_DONE : error->code;
}
