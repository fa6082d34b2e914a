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

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const LogContext *context = user_data;
  const char *message = "";
  gsize size = 0;

  if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0 && !context->debug)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      {
        message = fields[i].value;
        size = fields[i].length < 0 ? strlen (message) : (gsize) fields[i].length;
      }

  g_autofree char *safe = cardea_text_escape (message, size, NULL);
  g_autofree char *line = g_strdup_printf ("%s: %s\n", context->program, safe);
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
