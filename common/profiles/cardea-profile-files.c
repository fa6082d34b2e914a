/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the shipped texts, which are part of the program. Refuses a file or folder that anybody
 * but its owner or root could have written, and links: the file is opened below the descriptor of
 * its folder, and it is the opened one that is looked at. */

#include "common/profiles/cardea-profile-files.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/profiles/cardea-profile-shipped.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".json"
#define WRITABLE_BY_OTHERS (S_IWGRP | S_IWOTH)

/* A folder of profiles, and whose its files must be (or root's). */
typedef struct {
  char *path;
  uid_t owner;
} Place;

#define PLACES 2

static void
find_places (Place places[PLACES])
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_PROFILE_FOLDER");
  g_autofree char *config = cardea_paths_folder (CARDEA_PATHS_CONFIG);

  places[0] = (Place){ g_strdup (seam != NULL ? seam : CARDEA_PROFILE_ADMINISTRATOR_FOLDER),
                       seam != NULL ? geteuid () : 0 };
  places[1] = (Place){ g_build_filename (config, "profiles", NULL), geteuid () };
}

static void
clear_places (Place places[PLACES])
{
  for (guint i = 0; i < PLACES; i++)
    g_free (places[i].path);
}

static gboolean
fail (GError **error, CardeaProfileError code, const char *path, const char *what)
{
  g_set_error (error, CARDEA_PROFILE_ERROR, (int) code, "%s: %s", path, what);
  return FALSE;
}

static int
fail_open (GError **error, const char *path, const char *what)
{
  (void) fail (error, CARDEA_PROFILE_ERROR_READ, path, what);
  return -1;
}

static gboolean
check_owner (const Place *place, const struct stat *st, const char *path, GError **error)
{
  if (st->st_uid != place->owner && st->st_uid != 0)
    return fail (error, CARDEA_PROFILE_ERROR_UNSAFE, path,
                 place->owner == 0 ? "it must belong to root: give it to root with chown"
                                   : "it belongs to someone else: make it yours, or root's");
  if ((st->st_mode & WRITABLE_BY_OTHERS) != 0)
    return fail (error, CARDEA_PROFILE_ERROR_UNSAFE, path,
                 "others may write to it: take that away with chmod go-w");
  return TRUE;
}

/* -1 without an error: there is none. */
static int
open_file (const Place *place, const char *entry, char **ret_path, GError **error)
{
  struct stat st;
  cardea_autofd int folder = open (place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

  if (folder < 0 && errno == ENOENT)
    return -1;
  if (folder < 0 || fstat (folder, &st) != 0)
    return fail_open (error, place->path,
                      errno == EACCES
                          ? "it may not be read; a guardian that was started before the "
                            "folder was made has to be started again"
                          : g_strerror (errno));
  cardea_autofd int fd
      = openat (folder, entry, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && errno == ENOENT)
    return -1;
  g_autofree char *path = g_build_filename (place->path, entry, NULL);
  if (!check_owner (place, &st, place->path, error))
    return -1;
  if (fd < 0 || fstat (fd, &st) != 0)
    return fail_open (error, path,
                      errno == ELOOP ? "it is a link: put the file itself here"
                                     : g_strerror (errno));
  if (!check_owner (place, &st, path, error))
    return -1;
  if (!S_ISREG (st.st_mode) || st.st_size > (off_t) CARDEA_PROFILE_MAX_FILE)
    return fail_open (error, path, "it is no file, or too large");
  *ret_path = g_steal_pointer (&path);
  return cardea_fd_steal (&fd);
}

static CardeaProfile *
read_file (int fd, const char *name, const char *path, GError **error)
{
  g_autofree char *text = g_malloc (CARDEA_PROFILE_MAX_FILE + 1);
  gsize size = 0;

  while (size <= CARDEA_PROFILE_MAX_FILE)
    {
      ssize_t n = read (fd, text + size, CARDEA_PROFILE_MAX_FILE + 1 - size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          (void) fail (error, CARDEA_PROFILE_ERROR_READ, path, g_strerror (errno));
          return NULL;
        }
      if (n == 0)
        break;
      size += (gsize) n;
    }
  return cardea_profile_parse (name, path, text, size, error);
}

/* NULL without an error: the folder has none of that name. */
static CardeaProfile *
load_from (const Place *place, const char *name, const char *entry, GError **error)
{
  g_autofree char *path = NULL;
  cardea_autofd int fd = open_file (place, entry, &path, error);

  return fd >= 0 ? read_file (fd, name, path, error) : NULL;
}

static CardeaProfile *
load_shipped (const char *name, const char *entry, GError **error)
{
  for (const CardeaProfileShipped *one = cardea_profile_shipped; one->name != NULL; one++)
    if (strcmp (one->name, entry) == 0)
      {
        g_autofree char *origin = g_strconcat ("shipped:", entry, NULL);
        return cardea_profile_parse (name, origin, one->text, one->size, error);
      }
  return NULL;
}

CardeaProfile *
cardea_profile_files_load (const char *name, GError **error)
{
  g_autofree char *entry = g_strconcat (name, ENDING, NULL);
  g_autoptr (GError) problem = NULL;
  CardeaProfile *profile = NULL;
  Place places[PLACES];

  if (cardea_profile_is_name (name))
    {
      find_places (places);
      for (guint i = 0; i < PLACES && profile == NULL && problem == NULL; i++)
        profile = load_from (&places[i], name, entry, &problem);
      clear_places (places);
      if (profile == NULL && problem == NULL)
        profile = load_shipped (name, entry, &problem);
    }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (profile == NULL)
    g_set_error_literal (error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_MISSING,
                         "there is no such profile");
  return profile;
}

/* --- which there are --- */

static void
add_name (GPtrArray *names, const char *entry)
{
  g_autofree char *name = NULL;

  if (!g_str_has_suffix (entry, ENDING) || names->len >= CARDEA_PROFILE_MAX_FILES)
    return;
  name = g_strndup (entry, strlen (entry) - strlen (ENDING));
  if (cardea_profile_is_name (name)
      && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_steal_pointer (&name));
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
cardea_profile_files_list (void)
{
  GPtrArray *names = g_ptr_array_new ();
  Place places[PLACES];

  find_places (places);
  for (const CardeaProfileShipped *one = cardea_profile_shipped; one->name != NULL; one++)
    add_name (names, one->name);
  for (guint i = 0; i < PLACES; i++)
    {
      g_autoptr (GDir) folder = g_dir_open (places[i].path, 0, NULL);
      const char *entry;
      while (folder != NULL && (entry = g_dir_read_name (folder)) != NULL)
        add_name (names, entry);
    }
  clear_places (places);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}
