/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands where the keys worker would: tells over its pair which descriptors and variables it was
 * started with, one line each, then waits for the pair's end. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main (int argc, char **argv, char **environment)
{
  FILE *out = fdopen (3, "w");
  DIR *folder = opendir ("/proc/self/fd");
  struct dirent *entry;
  char byte;

  if (out == NULL || folder == NULL)
    return EXIT_FAILURE;
  while ((entry = readdir (folder)) != NULL)
    if (entry->d_name[0] != '.' && atoi (entry->d_name) != dirfd (folder))
      fprintf (out, "fd %s\n", entry->d_name);
  closedir (folder);
  for (; *environment != NULL; environment++)
    fprintf (out, "env %s\n", *environment);
  fprintf (out, "pid %d\nargc %d\nend\n", getpid (), argc);
  fflush (out);
  return read (3, &byte, 1) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
