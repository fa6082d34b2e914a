/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"

#include <string.h>
#include <unistd.h>

typedef struct {
  char *program;
  gboolean debug;
} LogContext;

/* Ours say what they mean in words; of a library it must be told which one complains, and how much.
 */
static char *
complaint (GLogLevelFlags level, const char *domain)
{
  const char *word = (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0 ? "CRITICAL"
                     : (level & G_LOG_LEVEL_WARNING) != 0                      ? "WARNING"
                                                                               : NULL;
  return domain != NULL && word != NULL ? g_strdup_printf ("%s-%s: ", domain, word) : g_strdup ("");
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const LogContext *context = user_data;
  const char *message = "", *domain = NULL;
  gsize size = 0;

  if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0 && !context->debug)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      {
        message = fields[i].value;
        size = fields[i].length < 0 ? strlen (message) : (gsize) fields[i].length;
      }
    else if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      domain = fields[i].value;

  g_autofree char *safe = cardea_text_escape (message, size, NULL);
  g_autofree char *from = complaint (level, domain);
  g_autofree char *line = g_strdup_printf ("%s: %s%s\n", context->program, from, safe);
  /* A lost diagnostic changes nothing; there is nobody to tell. */
  if (write (STDERR_FILENO, line, strlen (line)) < 0)
    return G_LOG_WRITER_UNHANDLED;
  return G_LOG_WRITER_HANDLED;
}

void
cardea_log_init (const char *program)
{
  LogContext *context = g_new0 (LogContext, 1);
  context->program = g_strdup (program);
  context->debug = cardea_paths_test_seam ("CARDEA_DEBUG") != NULL;
  g_log_set_writer_func (write_line, context, NULL);
}
