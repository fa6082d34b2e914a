/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing about the bytes but that they cannot change (a sealed memfd).
 * Refuses: what is not of the form, a program without a name, variables that are not listed.
 * Known gaps: none. */

#include "guardian/launch/confine/guardian-confine-command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
refuse (void)
{
  errno = EINVAL;
  return false;
}

/* Digits only; SIZE_MAX is no count. */
static bool
read_count (const char *text, size_t *ret_count)
{
  size_t count = 0;

  if (*text == '\0')
    return false;
  for (; *text != '\0'; text++)
    {
      if (*text < '0' || *text > '9' || count > GUARDIAN_CONFINE_COMMAND_LIMIT)
        return false;
      count = count * 10 + (size_t) (*text - '0');
    }
  *ret_count = count;
  return true;
}

static size_t
count_texts (const char *bytes, size_t size)
{
  size_t count = 0;

  for (size_t i = 0; i < size; i++)
    count += bytes[i] == '\0';
  return count;
}

bool
guardian_confine_command_parse (char *bytes, size_t size, GuardianConfineCommand *ret_command)
{
  size_t n_arguments = 0;

  *ret_command = (GuardianConfineCommand){ NULL, NULL };
  if (size == 0 || size > GUARDIAN_CONFINE_COMMAND_LIMIT || bytes[size - 1] != '\0')
    return refuse ();
  size_t count = count_texts (bytes, size);
  if (!read_count (bytes, &n_arguments) || n_arguments == 0 || n_arguments > count - 1)
    return refuse ();

  ret_command->arguments = calloc (n_arguments + 1, sizeof (char *));
  ret_command->environment = calloc (count - n_arguments, sizeof (char *));
  if (ret_command->arguments == NULL || ret_command->environment == NULL)
    {
      guardian_confine_command_clear (ret_command);
      errno = ENOMEM;
      return false;
    }
  char *text = bytes + strlen (bytes) + 1;
  for (size_t i = 0; i < count - 1; i++, text += strlen (text) + 1)
    if (i < n_arguments)
      ret_command->arguments[i] = text;
    else
      ret_command->environment[i - n_arguments] = text;
  return true;
}

void
guardian_confine_command_clear (GuardianConfineCommand *command)
{
  free (command->arguments);
  free (command->environment);
  *command = (GuardianConfineCommand){ NULL, NULL };
}

bool
guardian_confine_command_read (int fd, GuardianConfineCommand *ret_command)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    return false;
  if (st.st_size <= 0 || st.st_size > (off_t) GUARDIAN_CONFINE_COMMAND_LIMIT)
    return refuse ();
  size_t size = (size_t) st.st_size;
  char *bytes = malloc (size);
  if (bytes == NULL)
    return false;
  if (pread (fd, bytes, size, 0) != (ssize_t) size
      || !guardian_confine_command_parse (bytes, size, ret_command))
    {
      free (bytes);
      return refuse ();
    }
  return true;
}

bool
guardian_confine_command_allows (const char *variable, const char *const *passed, size_t n_passed)
{
  size_t size = strcspn (variable, "=");

  if (size == 0 || variable[size] != '=')
    return false;
  for (size_t i = 0; i < n_passed; i++)
    {
      size_t length = strlen (passed[i]);
      bool prefix = length > 0 && passed[i][length - 1] == '*';
      if (prefix ? length <= size + 1 && strncmp (variable, passed[i], length - 1) == 0
                 : length == size && strncmp (variable, passed[i], size) == 0)
        return true;
    }
  return false;
}

bool
guardian_confine_command_pass (const GuardianConfineCommand *command, const char *const *passed,
                               size_t n_passed)
{
  for (char **variable = command->environment; *variable != NULL; variable++)
    if (guardian_confine_command_allows (*variable, passed, n_passed) && putenv (*variable) != 0)
      return false;
  return true;
}
