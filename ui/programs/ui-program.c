/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program.h"

#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"
#define LIMIT_COMMAND (4u * 1024u * 1024u) /* bytes, objects.md */

extern char **environ;

G_DEFINE_QUARK (ui - program - error - quark, ui_program_error)

static gboolean
is_program (const char *path)
{
  struct stat st;
  return stat (path, &st) == 0 && S_ISREG (st.st_mode) && access (path, X_OK) == 0;
}

static char *
make_absolute (const char *path)
{
  g_autofree char *folder = g_get_current_dir ();
  return g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (folder, path, NULL);
}

char *
ui_program_find (const char *name, GError **error)
{
  const char *path = g_getenv ("PATH");
  gboolean unsuitable = FALSE;

  if (strchr (name, '/') != NULL && strlen (name) <= CARDEA_LIMIT_PATH)
    return make_absolute (name);
  g_auto (GStrv) folders = g_strsplit (path != NULL ? path : DEFAULT_PATH, ":", -1);
  for (guint i = 0; *name != '\0' && folders[i] != NULL; i++)
    {
      g_autofree char *found
          = g_build_filename (*folders[i] != '\0' ? folders[i] : ".", name, NULL);
      if (strlen (found) <= CARDEA_LIMIT_PATH && is_program (found))
        return make_absolute (found);
      unsuitable |= access (found, F_OK) == 0;
    }
  g_set_error (error, UI_PROGRAM_ERROR,
               unsuitable ? UI_PROGRAM_ERROR_UNSUITABLE : UI_PROGRAM_ERROR_NOT_FOUND,
               unsuitable ? _ ("“%s” is not executable") : _ ("program “%s”"), name);
  return NULL;
}

static void
append (GByteArray *bytes, const char *text)
{
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text) + 1);
}

static void
append_all (GByteArray *bytes, char **texts)
{
  for (; texts != NULL && *texts != NULL && bytes->len <= LIMIT_COMMAND; texts++)
    append (bytes, *texts);
}

int
ui_program_pack (char **arguments, char **more, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *count = g_strdup_printf ("%u", g_strv_length (arguments));

  append (bytes, count);
  append_all (bytes, arguments);
  append_all (bytes, environ);
  append_all (bytes, more);
  if (bytes->len > LIMIT_COMMAND)
    {
      g_set_error_literal (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_UNSUITABLE,
                           _ ("its arguments are longer than any program may have"));
      return -1;
    }
  int fd = cardea_descriptor_new_memfd ("command", bytes->data, bytes->len);
  if (fd < 0)
    g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_FAILED, "%s", g_strerror (errno));
  return fd;
}

/* --- paths that are typed --- */

char *
ui_program_absolute_path (const char *path, GError **error)
{
  g_autofree char *whole = make_absolute (path);

  if (*path == '\0')
    g_set_error_literal (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                         _ ("a path is empty: name a file or folder"));
  else if (strlen (whole) > CARDEA_LIMIT_PATH)
    g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                 _ ("a path is too long (%u bytes at most): name it from a nearer folder"),
                 CARDEA_LIMIT_PATH);
  else
    return g_steal_pointer (&whole);
  return NULL;
}

const char *
ui_program_cut_access (char *path)
{
  gsize length = strlen (path);

  if (length > 3 && strcmp (path + length - 3, ":rw") == 0)
    {
      path[length - 3] = '\0';
      return "rw";
    }
  if (length > 3 && strcmp (path + length - 3, ":ro") == 0)
    path[length - 3] = '\0';
  return "ro";
}
