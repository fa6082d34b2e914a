/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the seals of the memfd: what is read here is what cardea-confine reads. Refuses another
 * form. Never looks at the environment behind the arguments. Known gaps: none. */

#include "guardian/core/guardian-command.h"

#include "common/base/cardea-text.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - command - error - quark, guardian_command_error)

static CardeaJson *
refuse (GError **error)
{
  g_set_error_literal (error, GUARDIAN_COMMAND_ERROR, GUARDIAN_COMMAND_ERROR_FORM,
                       "the command has no arguments, or another form");
  return NULL;
}

static CardeaJson *
make_text (const char *text, gsize size)
{
  g_autofree char *escaped
      = g_utf8_validate (text, (gssize) size, NULL) ? NULL : cardea_text_escape (text, size, NULL);
  g_autofree char *copy = g_strndup (text, size);

  return cardea_json_new_string (escaped != NULL ? escaped : copy);
}

/* The text at *offset, which moves behind it; NULL: there is no whole one. */
static const char *
next_text (const char *bytes, gsize size, gsize *offset, gsize *ret_length)
{
  const char *start = bytes + *offset;
  const char *end = *offset < size ? memchr (start, '\0', size - *offset) : NULL;

  if (end == NULL)
    return NULL;
  *ret_length = (gsize) (end - start);
  *offset += *ret_length + 1;
  return start;
}

CardeaJson *
guardian_command_parse (const char *bytes, gsize size, const char *program, gint64 *ret_count,
                        GError **error)
{
  gsize offset = 0;
  gsize length = 0;
  gint64 count = 0;
  gsize kept = 0;
  const char *number = next_text (bytes, size, &offset, &length);

  if (number == NULL || length == 0 || strspn (number, "0123456789") != length
      || !g_ascii_string_to_signed (number, 10, 1, GUARDIAN_COMMAND_LIMIT, &count, NULL))
    return refuse (error);
  g_autoptr (CardeaJson) arguments = cardea_json_new_array ();
  cardea_json_append (arguments, make_text (program, strlen (program)));
  for (gint64 i = 0; i < count; i++)
    {
      const char *text = next_text (bytes, size, &offset, &length);
      if (text == NULL)
        return refuse (error);
      kept += length;
      if (i > 0 && kept <= GUARDIAN_COMMAND_KEPT)
        cardea_json_append (arguments, make_text (text, length));
    }
  *ret_count = count;
  return g_steal_pointer (&arguments);
}

CardeaJson *
guardian_command_read (int fd, const char *program, gint64 *ret_count, GError **error)
{
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0 || st.st_size <= 0
      || st.st_size > (goffset) GUARDIAN_COMMAND_LIMIT)
    return refuse (error);
  gsize size = (gsize) st.st_size;
  g_autofree char *bytes = g_malloc (size);
  if (pread (fd, bytes, size, 0) != (gssize) size)
    return refuse (error);
  return guardian_command_parse (bytes, size, program, ret_count, error);
}
