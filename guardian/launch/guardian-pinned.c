/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that what nobody but root can write, in the system's folders, stays as root left it
 * between two looks at its device and inode; cardea-confine looks a last time at exec.
 * Refuses: what changes who one is (setuid, setgid, capabilities), a relative program, a script
 * whose interpreter is not the system's, what is no regular file.
 * Known gaps: a script that is read by another script or found by a rule of the program's own
 * (Makefile) is not seen to be one; the sandbox holds it all the same. Between the last look and
 * the interpreter's own somebody who can write a script can still change it; the core refuses
 * agents to, while it runs (guardian-exec.h). */

#include "guardian/launch/guardian-pinned.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/launch/guardian-package.h"
#include "guardian/launch/guardian-sandbox-parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - pinned - error - quark, guardian_pinned_error)

#define PIECE (64u * 1024u)
#define LINE_SIZE 256u /* of "#!", as the kernel reads it */
#define OPENING (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

typedef struct {
  guint index; /* among the arguments */
  char *path;  /* real */
  struct stat st;
  char *sha256;
} Script;

struct _GuardianPinned {
  char *path; /* real */
  struct stat st;
  char *sha256;
  char *package;     /* NULL: of none */
  char *interpreter; /* the first line; NULL: it is no script */
  int copy;          /* -1: pinned by inode */
  GPtrArray *scripts;
};

/* Where a bare name is looked for: never in a PATH that somebody else made. */
static const char *const folders[] = { "/usr/local/bin", "/usr/bin", "/bin" };

/* Programs that run what their arguments name; and names of what they run. */
static const char *const interpreters[]
    = { "sh",   "ash",   "bash", "dash", "ksh",    "zsh",   "fish", "csh",  "python", "perl",
        "ruby", "lua",   "php",  "node", "nodejs", "deno",  "awk",  "gawk", "mawk",   "sed",
        "make", "tclsh", "R",    "bc",   "env",    "xargs", "find", "gdb",  "java",   "busybox" };
static const char *const endings[] = { ".sh",  ".py", ".pl", ".rb", ".js",  ".mjs", ".lua",
                                       ".php", ".R",  ".mk", ".ts", ".awk", ".sed" };

static void
script_free (gpointer data)
{
  Script *script = data;

  g_free (script->path);
  g_free (script->sha256);
  g_free (script);
}

static GuardianPinned *
pinned_alloc (void)
{
  GuardianPinned *pinned = g_new0 (GuardianPinned, 1);

  pinned->copy = -1;
  pinned->scripts = g_ptr_array_new_with_free_func (script_free);
  return pinned;
}

void
guardian_pinned_free (GuardianPinned *pinned)
{
  if (pinned == NULL)
    return;
  cardea_fd_clear (&pinned->copy);
  g_ptr_array_unref (pinned->scripts);
  g_free (pinned->path);
  g_free (pinned->sha256);
  g_free (pinned->package);
  g_free (pinned->interpreter);
  g_free (pinned);
}

static gboolean
refuse (GError **error, GuardianPinnedError code, const char *what)
{
  g_set_error_literal (error, GUARDIAN_PINNED_ERROR, (int) code, what);
  return FALSE;
}

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
         && a->st_mode == b->st_mode && a->st_uid == b->st_uid
         && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec
         && a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* --- content --- */

static gboolean
write_all (int fd, const guchar *bytes, gsize size)
{
  while (size > 0)
    {
      ssize_t written = write (fd, bytes, size);
      if (written < 0 && errno != EINTR)
        return FALSE;
      bytes += MAX (written, 0);
      size -= (gsize) MAX (written, 0);
    }
  return TRUE;
}

/* From its beginning to its end, of which there is one; into copy, too, unless that is -1. NULL
 * with errno. The caller owns it. */
static char *
measure (int fd, guint64 limit, int copy)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *piece = g_malloc (PIECE);
  guint64 all = 0;
  ssize_t size;

  while ((size = pread (fd, piece, PIECE, (off_t) all)) > 0)
    {
      all += (guint64) size;
      errno = EFBIG;
      if (all > limit)
        return NULL;
      g_checksum_update (checksum, piece, size);
      if (copy >= 0 && !write_all (copy, piece, (gsize) size))
        return NULL;
    }
  return size == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/* "#!" and what follows in the first line; NULL: it does not begin so. The caller owns it. */
static char *
read_first_line (int fd)
{
  char line[LINE_SIZE + 1] = { 0 };

  if (pread (fd, line, LINE_SIZE, 0) < 2 || line[0] != '#' || line[1] != '!')
    return NULL;
  line[strcspn (line, "\n")] = '\0';
  return g_strstrip (g_strdup (line + 2));
}

/* --- the program --- */

static gboolean
is_rooted (const struct stat *st)
{
  return st->st_uid == 0 && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static gboolean
is_system (const char *path)
{
  for (const char *const *folder = guardian_sandbox_parts_system; *folder != NULL; folder++)
    if (guardian_sandbox_parts_lies_in (path, *folder))
      return TRUE;
  return FALSE;
}

/* Nobody but root can put something else there: the file and every folder above it. */
static gboolean
is_fixed (const char *path, const struct stat *st)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat above;

  if (!is_system (path) || !is_rooted (st))
    return FALSE;
  while (stat (folder, &above) == 0 && is_rooted (&above))
    {
      if (strcmp (folder, "/") == 0)
        return TRUE;
      char *next = g_path_get_dirname (folder);
      g_free (folder);
      folder = next;
    }
  return FALSE;
}

static char *
look_up (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);
      if (access (path, X_OK) == 0)
        return realpath (path, NULL);
    }
  errno = ENOENT;
  return NULL;
}

/* NULL with error. */
static char *
find_program (const char *name, GError **error)
{
  gboolean bare = strchr (name, '/') == NULL && name[0] != '\0';
  char *path = NULL;

  if (!bare && name[0] != '/')
    {
      (void) refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE,
                     "a program is named by its full path or by a bare name");
      return NULL;
    }
  path = bare ? look_up (name) : realpath (name, NULL);
  if (path == NULL)
    (void) refuse (
        error, errno == EACCES ? GUARDIAN_PINNED_ERROR_UNSUITABLE : GUARDIAN_PINNED_ERROR_MISSING,
        bare ? "there is no program of that name" : g_strerror (errno));
  return path;
}

static gboolean
check_kind (int fd, const struct stat *st, GError **error)
{
  if (S_ISDIR (st->st_mode))
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, "it is a folder");
  if (!S_ISREG (st->st_mode))
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, "it is not a file");
  if ((st->st_mode & 0111) == 0)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, "it is not executable");
  if ((st->st_mode & (S_ISUID | S_ISGID)) != 0
      || fgetxattr (fd, "security.capability", NULL, 0) > 0)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE,
                   "programs that change who one is are closed to every agent");
  return TRUE;
}

/* What the copy is to be interpreted by lies where nobody but root can write. */
static gboolean
check_interpreter (const char *line, GError **error)
{
  g_autofree char *name = g_strndup (line, strcspn (line, " \t"));
  g_autofree char *path = name[0] == '/' ? realpath (name, NULL) : NULL;
  struct stat st;

  if (path != NULL && stat (path, &st) == 0 && is_fixed (path, &st))
    return TRUE;
  return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE,
                 "it is a script whose interpreter is not one of the system's");
}

static gboolean
make_copy (GuardianPinned *pinned, int fd, GError **error)
{
  cardea_autofd int copy = memfd_create ("cardea-program", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (pinned->interpreter != NULL && !check_interpreter (pinned->interpreter, error))
    return FALSE;
  pinned->sha256 = copy >= 0 ? measure (fd, GUARDIAN_PINNED_SIZE_LIMIT, copy) : NULL;
  if (pinned->sha256 == NULL || !cardea_descriptor_seal_memfd (copy)
      || lseek (copy, 0, SEEK_SET) != 0)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, g_strerror (errno));
  /* What was copied is what counts, whatever its size was said to be before. */
  if (fstat (copy, &pinned->st) != 0)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, g_strerror (errno));
  pinned->copy = cardea_fd_steal (&copy);
  return TRUE;
}

static gboolean
pin_program (GuardianPinned *pinned, const char *name, GError **error)
{
  pinned->path = find_program (name, error);
  if (pinned->path == NULL)
    return FALSE;
  cardea_autofd int fd = open (pinned->path, OPENING | O_NOFOLLOW);
  if (fd < 0 || fstat (fd, &pinned->st) != 0)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, g_strerror (errno));
  if (!check_kind (fd, &pinned->st, error))
    return FALSE;
  pinned->interpreter = read_first_line (fd);
  if (!is_fixed (pinned->path, &pinned->st))
    {
      struct stat outside = pinned->st;
      if (!make_copy (pinned, fd, error))
        return FALSE;
      /* Where it was copied from: for the person, who knows it by that. */
      pinned->st.st_dev = outside.st_dev;
      pinned->st.st_ino = outside.st_ino;
      pinned->st.st_uid = outside.st_uid;
      return TRUE;
    }
  pinned->sha256 = measure (fd, G_MAXUINT64, -1);
  if (pinned->sha256 == NULL)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, g_strerror (errno));
  pinned->package = guardian_package_find (pinned->path);
  return TRUE;
}

/* --- scripts --- */

/* "python3.11" is python. */
static gboolean
is_interpreter (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  gsize size = strlen (name);

  while (size > 0 && (g_ascii_isdigit (name[size - 1]) || name[size - 1] == '.'))
    name[--size] = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (interpreters); i++)
    if (strcmp (name, interpreters[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
has_ending (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (path, endings[i]))
      return TRUE;
  return FALSE;
}

static gboolean
lies_in_any (const char *path, const char *const *shared)
{
  for (; shared != NULL && *shared != NULL; shared++)
    if (guardian_sandbox_parts_lies_in (path, *shared))
      return TRUE;
  return FALSE;
}

/* The real file that an argument names, among what the program will see; NULL: it names none. */
static char *
find_named (const char *argument, const char *folder, const char *const *shared)
{
  g_autofree char *path
      = argument[0] == '/' ? g_strdup (argument) : g_build_filename (folder, argument, NULL);
  g_autofree char *lexical = g_canonicalize_filename (path, "/");
  char *real = argument[0] != '\0' && argument[0] != '-' && lies_in_any (lexical, shared)
                   ? realpath (lexical, NULL)
                   : NULL;

  if (real == NULL || lies_in_any (real, shared))
    return real;
  free (real);
  return NULL;
}

/* An argument is a name, or has one behind an option: --file=NAME, -fNAME. */
static char *
find_in (const char *argument, const char *folder, const char *const *shared)
{
  const char *equals = strchr (argument, '=');
  gboolean attached = argument[0] == '-' && argument[1] != '-' && argument[1] != '\0';
  char *path = find_named (argument, folder, shared);

  if (path == NULL && equals != NULL)
    path = find_named (equals + 1, folder, shared);
  if (path == NULL && attached)
    path = find_named (argument + 2, folder, shared);
  return path;
}

/* FALSE with error; what is no script is left alone. */
static gboolean
pin_script (GuardianPinned *pinned, guint index, char *taken_path, GError **error)
{
  g_autofree char *path = taken_path;
  struct stat st;
  cardea_autofd int fd = open (path, OPENING | O_NOFOLLOW);

  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    return TRUE; /* the program will not read it as one either */
  g_autofree char *line = read_first_line (fd);
  if (line == NULL && (st.st_mode & 0111) == 0 && !has_ending (path)
      && !is_interpreter (pinned->path))
    return TRUE;
  g_autofree char *sha256 = measure (fd, GUARDIAN_PINNED_SCRIPT_LIMIT, -1);
  if (sha256 == NULL && errno == EFBIG && line == NULL && !has_ending (path))
    return TRUE; /* data */
  if (sha256 == NULL || pinned->scripts->len >= GUARDIAN_PINNED_SCRIPTS_LIMIT)
    return refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE,
                   sha256 == NULL ? "a script among its arguments cannot be measured"
                                  : "there are too many scripts among its arguments");
  Script *script = g_new0 (Script, 1);
  script->index = index;
  script->path = g_steal_pointer (&path);
  script->st = st;
  script->sha256 = g_steal_pointer (&sha256);
  g_ptr_array_add (pinned->scripts, script);
  return TRUE;
}

GuardianPinned *
guardian_pinned_new (const CardeaJson *arguments, const char *folder, const char *const *shared,
                     GError **error)
{
  g_autoptr (GuardianPinned) pinned = pinned_alloc ();
  const char *name = cardea_json_string (cardea_json_nth (arguments, 0));

  if (name == NULL)
    {
      (void) refuse (error, GUARDIAN_PINNED_ERROR_UNSUITABLE, "no program is named");
      return NULL;
    }
  if (!pin_program (pinned, name, error))
    return NULL;
  for (guint i = 1; i < cardea_json_size (arguments); i++)
    {
      const char *argument = cardea_json_string (cardea_json_nth (arguments, i));
      char *path = argument != NULL ? find_in (argument, folder, shared) : NULL;
      if (path != NULL && !pin_script (pinned, i, path, error))
        return NULL;
    }
  return g_steal_pointer (&pinned);
}

/* --- what was shown is what runs --- */

static gboolean
check_script (const Script *script)
{
  struct stat st;
  cardea_autofd int fd = open (script->path, OPENING | O_NOFOLLOW);
  g_autofree char *real = fd >= 0 ? realpath (script->path, NULL) : NULL;

  if (real == NULL || strcmp (real, script->path) != 0 || fstat (fd, &st) != 0
      || !S_ISREG (st.st_mode) || st.st_dev != script->st.st_dev || st.st_ino != script->st.st_ino)
    return FALSE;
  g_autofree char *sha256 = measure (fd, GUARDIAN_PINNED_SCRIPT_LIMIT, -1);
  return g_strcmp0 (sha256, script->sha256) == 0;
}

gboolean
guardian_pinned_check (const GuardianPinned *pinned, GError **error)
{
  struct stat st;

  if (pinned->copy < 0
      && (lstat (pinned->path, &st) != 0 || !is_same (&st, &pinned->st)
          || !is_fixed (pinned->path, &st)))
    return refuse (error, GUARDIAN_PINNED_ERROR_CHANGED,
                   "the program changed after the question was asked");
  for (guint i = 0; i < pinned->scripts->len; i++)
    if (!check_script (pinned->scripts->pdata[i]))
      return refuse (error, GUARDIAN_PINNED_ERROR_CHANGED,
                     "a script changed after the question was asked");
  return TRUE;
}

/* --- in words --- */

static CardeaJson *
describe_scripts (const GuardianPinned *pinned)
{
  CardeaJson *list = cardea_json_new_array ();

  for (guint i = 0; i < pinned->scripts->len; i++)
    {
      const Script *script = pinned->scripts->pdata[i];
      CardeaJson *json = cardea_json_new_object ();
      cardea_json_set_int (json, "index", script->index);
      cardea_path_json_set (json, "path", script->path);
      cardea_json_set_int64_string (json, "size", script->st.st_size);
      cardea_json_set_string (json, "sha256", script->sha256);
      cardea_json_append (list, json);
    }
  return list;
}

CardeaJson *
guardian_pinned_describe (const GuardianPinned *pinned)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_path_json_set (json, "path", pinned->path);
  cardea_json_set_int64_string (json, "size", pinned->st.st_size);
  cardea_json_set_int64_string (json, "dev", (gint64) pinned->st.st_dev);
  cardea_json_set_int64_string (json, "ino", (gint64) pinned->st.st_ino);
  cardea_json_set_int64_string (json, "uid", pinned->st.st_uid);
  cardea_json_set_string (json, "sha256", pinned->sha256);
  cardea_json_set_string (json, "pinned", pinned->copy < 0 ? "inode" : "copy");
  if (pinned->package != NULL)
    cardea_json_set_string (json, "package", pinned->package);
  if (pinned->interpreter != NULL)
    {
      g_autofree char *shown = g_utf8_make_valid (pinned->interpreter, -1);
      cardea_json_set_string (json, "interpreter", shown);
    }
  if (pinned->scripts->len > 0)
    cardea_json_set (json, "scripts", describe_scripts (pinned));
  return json;
}

const char *
guardian_pinned_path (const GuardianPinned *pinned)
{
  return pinned->path;
}

void
guardian_pinned_digest (const GuardianPinned *pinned, GuardianDigest *ret)
{
  *ret = (GuardianDigest){ pinned->st.st_dev, pinned->st.st_ino, pinned->sha256 };
}

int
guardian_pinned_copy (const GuardianPinned *pinned)
{
  return pinned->copy;
}

guint64
guardian_pinned_size (const GuardianPinned *pinned)
{
  return (guint64) pinned->st.st_size;
}
