/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the shipped texts, which are part of the program. Refuses files and folders that anybody
 * but their owner or root could have written, links, and whatever is too large or too deep: each
 * is opened below the descriptor of its folder, and it is the opened one that is looked at.
 * Known gaps: access control lists and capabilities of other processes are not looked at. */

#include "common/policies/cardea-policy-files.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/policies/cardea-policy-shipped.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define WRITABLE_BY_OTHERS (S_IWGRP | S_IWOTH)

G_DEFINE_QUARK (cardea - policy - error - quark, cardea_policy_error)

struct _CardeaPolicyFiles {
  GPtrArray *list;
  GPtrArray *bundles;                 /* CardeaPolicyBundle */
  GPtrArray *sources;                 /* CardeaPolicySource */
  GBytes *keys[CARDEA_POLICY_LAYERS]; /* NULL: bundles of the layer need no signature */
};

/* A walk through one layer's folder. */
typedef struct {
  CardeaPolicyFiles *files;
  CardeaPolicyLayer layer;
  uid_t owner;
  guint entries, count, bundles, depth;
  guint64 size;
} Walk;

/* What a file is, by the first ending that it has. */
typedef struct {
  const char *ending;
  gboolean whole; /* the name, not only its end */
  gsize max_size;
  const char *too_large;
  gboolean (*keep) (Walk *walk, const char *name, const char *path, gboolean observed,
                    GBytes *bytes, GError **error); /* NULL: it is left alone */
} FileKind;

static void
file_free (gpointer data)
{
  CardeaPolicyFile *file = data;
  g_free (file->name);
  g_free (file->path);
  g_free (file->place);
  g_bytes_unref (file->bytes);
  g_free (file);
}

static void
bundle_free (gpointer data)
{
  CardeaPolicyBundle *bundle = data;
  g_free (bundle->name);
  g_free (bundle->path);
  g_bytes_unref (bundle->packed);
  g_clear_pointer (&bundle->content, cardea_bundle_free);
  g_free (bundle);
}

CardeaPolicyFiles *
cardea_policy_files_new (void)
{
  CardeaPolicyFiles *files = g_new0 (CardeaPolicyFiles, 1);
  files->list = g_ptr_array_new_with_free_func (file_free);
  files->bundles = g_ptr_array_new_with_free_func (bundle_free);
  files->sources = g_ptr_array_new ();
  return files;
}

void
cardea_policy_files_free (CardeaPolicyFiles *files)
{
  g_ptr_array_unref (files->list);
  g_ptr_array_unref (files->bundles);
  g_ptr_array_unref (files->sources);
  for (guint i = 0; i < CARDEA_POLICY_LAYERS; i++)
    g_clear_pointer (&files->keys[i], g_bytes_unref);
  g_free (files);
}

guint
cardea_policy_files_size (const CardeaPolicyFiles *files)
{
  return files->list->len;
}

const CardeaPolicyFile *
cardea_policy_files_nth (const CardeaPolicyFiles *files, guint i)
{
  return files->list->pdata[i];
}

const char *
cardea_policy_layer_name (CardeaPolicyLayer layer)
{
  static const char *const names[] = { [CARDEA_POLICY_SHIPPED] = "shipped",
                                       [CARDEA_POLICY_ADMINISTRATOR] = "administrator",
                                       [CARDEA_POLICY_USER] = "user" };
  return (guint) layer < G_N_ELEMENTS (names) ? names[layer] : "unknown";
}

const char *
cardea_policy_administrator_folder (uid_t *ret_owner)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_POLICY_FOLDER");
  *ret_owner = seam != NULL ? geteuid () : 0;
  return seam != NULL ? seam : CARDEA_POLICY_ADMINISTRATOR_FOLDER;
}

/* The folders of a path. */
static char *
folders_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash != NULL ? g_strndup (path, (gsize) (slash - path)) : g_strdup ("");
}

static void
add (CardeaPolicyFiles *files, CardeaPolicyLayer layer, const char *name, const char *path,
     char *place, gboolean observed, GBytes *bytes)
{
  for (guint i = 0; i < files->list->len; i++)
    {
      const CardeaPolicyFile *old = files->list->pdata[i];
      if (old->layer == layer && old->observed == observed && strcmp (old->name, name) == 0)
        {
          g_ptr_array_remove_index (files->list, i);
          break;
        }
    }
  CardeaPolicyFile *file = g_new0 (CardeaPolicyFile, 1);
  file->layer = layer;
  file->name = g_strdup (name);
  file->path = g_strdup (path);
  file->place = place;
  file->observed = observed;
  file->rego = g_str_has_suffix (name, ".rego");
  file->bytes = g_bytes_ref (bytes);
  g_ptr_array_add (files->list, file);
}

void
cardea_policy_files_add (CardeaPolicyFiles *files, CardeaPolicyLayer layer, const char *name,
                         const char *path, gboolean observed, GBytes *bytes)
{
  add (files, layer, name, path, folders_of (name), observed, bytes);
}

void
cardea_policy_files_add_shipped (CardeaPolicyFiles *files)
{
  for (const CardeaPolicyShipped *one = cardea_policy_shipped; one->name != NULL; one++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (one->text, one->size);
      g_autofree char *path = g_strconcat ("shipped:", one->name, NULL);
      cardea_policy_files_add (files, CARDEA_POLICY_SHIPPED, one->name, path, FALSE, bytes);
    }
}

static gboolean
fail (GError **error, CardeaPolicyError code, const char *path, const char *what)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_set_error (error, CARDEA_POLICY_ERROR, (gint) code, "%s: %s", shown, what);
  return FALSE;
}

static gboolean
check_owner (const Walk *walk, const struct stat *st, const char *path, GError **error)
{
  if (st->st_uid != walk->owner && st->st_uid != 0)
    return fail (error, CARDEA_POLICY_ERROR_UNSAFE, path,
                 walk->owner == 0 ? "it must belong to root: give it to root with chown"
                                  : "it belongs to someone else: make it yours, or root's");
  if ((st->st_mode & WRITABLE_BY_OTHERS) != 0)
    return fail (error, CARDEA_POLICY_ERROR_UNSAFE, path,
                 "others may write to it: take that away with chmod go-w");
  return TRUE;
}

static GBytes *
read_file (int fd, gsize size, const char *path, GError **error)
{
  g_autofree char *text = g_malloc (size + 1);
  gsize have = 0;
  while (have <= size)
    {
      ssize_t n = read (fd, text + have, size + 1 - have);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          (void) fail (error, CARDEA_POLICY_ERROR_READ, path, g_strerror (errno));
          return NULL;
        }
      if (n == 0)
        return g_bytes_new_take (g_steal_pointer (&text), have);
      have += (gsize) n;
    }
  (void) fail (error, CARDEA_POLICY_ERROR_READ, path, "it is being written to: try again");
  return NULL;
}

static gboolean
keep_text (Walk *walk, const char *name, const char *path, gboolean observed, GBytes *bytes,
           GError **error)
{
  cardea_policy_files_add (walk->files, walk->layer, name, path, observed, bytes);
  return TRUE;
}

static void
add_bundle (CardeaPolicyFiles *files, CardeaPolicyLayer layer, const char *name, const char *path,
            gboolean observed, GBytes *packed)
{
  CardeaPolicyBundle *bundle = g_new0 (CardeaPolicyBundle, 1);
  bundle->layer = layer;
  bundle->name = g_strdup (name);
  bundle->path = g_strdup (path);
  bundle->observed = observed;
  bundle->packed = g_bytes_ref (packed);
  g_ptr_array_add (files->bundles, bundle);
}

static gboolean
keep_bundle (Walk *walk, const char *name, const char *path, gboolean observed, GBytes *bytes,
             GError **error)
{
  add_bundle (walk->files, walk->layer, name, path, observed, bytes);
  return ++walk->bundles <= CARDEA_POLICY_MAX_BUNDLES
         || fail (error, CARDEA_POLICY_ERROR_LIMIT, path, "there are too many bundles before it");
}

/* One for all bundles of the layer, observed or not. */
static gboolean
keep_key (Walk *walk, const char *name, const char *path, gboolean observed, GBytes *bytes,
          GError **error)
{
  if (strcmp (name, CARDEA_POLICY_BUNDLE_KEY) != 0 || observed)
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, path,
                 "the key of bundles lies directly in the folder of policies");
  walk->files->keys[walk->layer] = g_bytes_ref (bytes);
  return TRUE;
}

/* Rules of others than root would come from wherever somebody says. */
static gboolean
keep_sources (Walk *walk, const char *name, const char *path, gboolean observed, GBytes *bytes,
              GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);

  if (strcmp (name, CARDEA_POLICY_SOURCES) != 0 || observed
      || walk->layer != CARDEA_POLICY_ADMINISTRATOR)
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, path,
                 "where bundles come from stands directly in the administrator's folder");
  GPtrArray *sources = cardea_policy_source_read_all (text != NULL ? text : "", size, &problem);
  if (sources == NULL)
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, path, problem->message);
  g_ptr_array_unref (walk->files->sources);
  walk->files->sources = sources;
  return TRUE;
}

static const FileKind kinds[] = {
  { "_test.rego", FALSE, 0, NULL, NULL },
  { CARDEA_POLICY_SOURCES, TRUE, CARDEA_POLICY_MAX_KEY, "it is too large", keep_sources },
  { ".rego", FALSE, CARDEA_POLICY_MAX_FILE, "it is too large: at most 1 MiB of rules", keep_text },
  { ".json", FALSE, CARDEA_POLICY_MAX_DATA, "it is too large: at most 16 MiB of data", keep_text },
  { ".yaml", FALSE, CARDEA_POLICY_MAX_DATA, "it is too large: at most 16 MiB of data", keep_text },
  { ".yml", FALSE, CARDEA_POLICY_MAX_DATA, "it is too large: at most 16 MiB of data", keep_text },
  { ".tar.gz", FALSE, CARDEA_POLICY_MAX_BUNDLE, "it is too large: at most 16 MiB", keep_bundle },
  { CARDEA_POLICY_BUNDLE_KEY, TRUE, CARDEA_POLICY_MAX_KEY, "it is too large for a key", keep_key },
};

static const FileKind *
kind_of (const char *entry)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].whole ? strcmp (entry, kinds[i].ending) == 0
                       : g_str_has_suffix (entry, kinds[i].ending))
      return &kinds[i];
  return NULL;
}

static gboolean
add_file (Walk *walk, int folder, const char *entry, const FileKind *kind, const char *name,
          const char *path, GError **error)
{
  cardea_autofd int fd
      = openat (folder, entry, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  struct stat st;
  if (fd < 0 || fstat (fd, &st) != 0)
    return fail (error, CARDEA_POLICY_ERROR_READ, path,
                 errno == ELOOP ? "it is a link: put the file itself here" : g_strerror (errno));
  if (!S_ISREG (st.st_mode))
    return fail (error, CARDEA_POLICY_ERROR_UNSAFE, path, "it is not a regular file");
  if (!check_owner (walk, &st, path, error))
    return FALSE;
  if (st.st_size > (off_t) kind->max_size)
    return fail (error, CARDEA_POLICY_ERROR_LIMIT, path, kind->too_large);
  walk->size += (guint64) st.st_size;
  if (walk->size > CARDEA_POLICY_MAX_TOTAL || ++walk->count > CARDEA_POLICY_MAX_FILES)
    return fail (error, CARDEA_POLICY_ERROR_LIMIT, path, "there are too many files before it");
  g_autoptr (GBytes) bytes = read_file (fd, (gsize) st.st_size, path, error);
  if (bytes == NULL)
    return FALSE;
  gboolean observed = g_str_has_prefix (name, CARDEA_POLICY_OBSERVE_FOLDER "/");
  return kind->keep (walk, observed ? name + strlen (CARDEA_POLICY_OBSERVE_FOLDER "/") : name, path,
                     observed, bytes, error);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_folder (Walk *walk, int fd, const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  DIR *folder = fdopendir (dup (fd));
  if (folder == NULL)
    {
      (void) fail (error, CARDEA_POLICY_ERROR_READ, path, g_strerror (errno));
      return NULL;
    }
  for (const struct dirent *entry; (entry = readdir (folder)) != NULL;)
    if (entry->d_name[0] != '.' && walk->entries++ <= CARDEA_POLICY_MAX_ENTRIES)
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (folder);
  if (walk->entries > CARDEA_POLICY_MAX_ENTRIES)
    {
      (void) fail (error, CARDEA_POLICY_ERROR_LIMIT, path, "there are too many files in it");
      return NULL;
    }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static gboolean add_folder (Walk *walk, int fd, const char *prefix, const char *path,
                            GError **error);

static gboolean
add_entry (Walk *walk, int folder, const char *entry, const char *prefix, const char *folder_path,
           GError **error)
{
  g_autofree char *path = g_build_filename (folder_path, entry, NULL);
  g_autofree char *name = g_strconcat (prefix, entry, NULL);
  struct stat st;

  if (!g_utf8_validate (entry, -1, NULL))
    return fail (error, CARDEA_POLICY_ERROR_READ, path, "its name is not UTF-8 text: rename it");
  if (fstatat (folder, entry, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return fail (error, CARDEA_POLICY_ERROR_READ, path, g_strerror (errno));
  const FileKind *kind = kind_of (entry);
  if (!S_ISDIR (st.st_mode))
    return kind == NULL || kind->keep == NULL
           || add_file (walk, folder, entry, kind, name, path, error);
  if (walk->depth >= CARDEA_POLICY_MAX_FOLDERS)
    return fail (error, CARDEA_POLICY_ERROR_LIMIT, path, "the folders nest too deeply");
  cardea_autofd int fd = openat (folder, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return fail (error, CARDEA_POLICY_ERROR_READ, path, g_strerror (errno));
  g_autofree char *below = g_strconcat (name, "/", NULL);
  walk->depth++;
  gboolean added = add_folder (walk, fd, below, path, error);
  walk->depth--;
  return added;
}

static gboolean
add_folder (Walk *walk, int fd, const char *prefix, const char *path, GError **error)
{
  struct stat st;
  if (fstat (fd, &st) != 0)
    return fail (error, CARDEA_POLICY_ERROR_READ, path, g_strerror (errno));
  if (!check_owner (walk, &st, path, error))
    return FALSE;
  g_autoptr (GPtrArray) names = list_folder (walk, fd, path, error);
  for (guint i = 0; names != NULL && i < names->len; i++)
    if (!add_entry (walk, fd, names->pdata[i], prefix, path, error))
      return FALSE;
  return names != NULL;
}

/* Whoever may write to the folder it lies in could take it away. */
static gboolean
check_parent (const Walk *walk, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  struct stat st;
  if (stat (parent, &st) != 0)
    return errno == ENOENT || fail (error, CARDEA_POLICY_ERROR_READ, parent, g_strerror (errno));
  return check_owner (walk, &st, parent, error);
}

gboolean
cardea_policy_files_add_folder (CardeaPolicyFiles *files, CardeaPolicyLayer layer, const char *path,
                                uid_t owner, GError **error)
{
  Walk walk = { .files = files, .layer = layer, .owner = owner };
  if (!check_parent (&walk, path, error))
    return FALSE;
  cardea_autofd int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 && errno == EACCES)
    return fail (error, CARDEA_POLICY_ERROR_READ, path,
                 "it may not be read; a guardian that was started before the folder was made has "
                 "to be started again");
  if (fd < 0)
    return fail (error, CARDEA_POLICY_ERROR_READ, path,
                 errno == ELOOP || errno == ENOTDIR ? "it is not a folder" : g_strerror (errno));
  if (!add_folder (&walk, fd, "", path, error))
    return FALSE;
  return files->sources->len == 0 || files->keys[CARDEA_POLICY_ADMINISTRATOR] != NULL
         || fail (error, CARDEA_POLICY_ERROR_BUNDLE, path,
                  "what is fetched must be signed: put the public key into it "
                  "as " CARDEA_POLICY_BUNDLE_KEY);
}

/* --- bundles --- */

const GPtrArray *
cardea_policy_files_sources (const CardeaPolicyFiles *files)
{
  return files->sources;
}

void
cardea_policy_files_add_fetched (CardeaPolicyFiles *files, const CardeaPolicySource *source,
                                 GBytes *packed)
{
  g_autofree char *name = g_strconcat (source->name, ".tar.gz", NULL);
  add_bundle (files, CARDEA_POLICY_ADMINISTRATOR, name, source->url, FALSE, packed);
}

guint
cardea_policy_files_bundles (const CardeaPolicyFiles *files)
{
  return files->bundles->len;
}

const CardeaPolicyBundle *
cardea_policy_files_bundle (const CardeaPolicyFiles *files, guint i)
{
  return files->bundles->pdata[i];
}

static gboolean
check_signature (const CardeaPolicyFiles *files, const CardeaPolicyBundle *bundle,
                 const CardeaBundle *content, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GBytes *key = files->keys[bundle->layer];
  gsize size = 0;
  const char *pem = key != NULL ? g_bytes_get_data (key, &size) : NULL;
  if (key == NULL && !cardea_bundle_is_signed (content))
    return TRUE;
  if (key == NULL)
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, bundle->path,
                 "it is signed, and there is no key to tell by whom: put the public key into "
                 "the folder of policies as " CARDEA_POLICY_BUNDLE_KEY);
  const char *algorithm = cardea_bundle_key_algorithm (pem != NULL ? pem : "", size);
  if (algorithm == NULL)
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, bundle->path,
                 "the key of bundles is no public key that could be used");
  return cardea_bundle_verify (content, pem, size, algorithm, NULL, NULL, &problem)
         || fail (error, CARDEA_POLICY_ERROR_BUNDLE, bundle->path, problem->message);
}

static gboolean
check_claims (const CardeaPolicyFiles *files, const CardeaPolicyBundle *bundle,
              const CardeaBundle *content, GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (cardea_bundle_is_v0 (content))
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, bundle->path,
                 "it is written in the language before OPA 1.0: build it anew");
  if (!cardea_bundle_check_roots (content, &problem))
    return fail (error, CARDEA_POLICY_ERROR_BUNDLE, bundle->path, problem->message);
  for (guint i = 0; i < files->bundles->len; i++)
    {
      const CardeaPolicyBundle *other = files->bundles->pdata[i];
      if (other != bundle && other->content != NULL && other->layer == bundle->layer
          && other->observed == bundle->observed
          && cardea_bundle_overlaps (content, other->content))
        return fail (error, CARDEA_POLICY_ERROR_BUNDLE, bundle->path,
                     "another bundle claims the same roots: give each its own in its manifest");
    }
  return TRUE;
}

static gboolean
add_content (CardeaPolicyFiles *files, const CardeaPolicyBundle *bundle,
             const CardeaBundleFile *file, GError **error)
{
  g_autofree char *name = g_strconcat (bundle->name, ":", file->path, NULL);
  g_autofree char *path = g_strconcat (bundle->path, ":", file->path, NULL);
  gboolean yaml = FALSE, rego = g_str_has_suffix (file->path, ".rego");
  if (g_str_has_suffix (file->path, "_test.rego")
      || (!rego && !cardea_bundle_is_data (file, &yaml)))
    return TRUE;
  if (g_bytes_get_size (file->bytes) > (rego ? CARDEA_POLICY_MAX_FILE : CARDEA_POLICY_MAX_DATA))
    return fail (error, CARDEA_POLICY_ERROR_LIMIT, path,
                 "it is too large: at most 1 MiB of rules, 16 MiB of data");
  add (files, bundle->layer, name, path, folders_of (file->path), bundle->observed, file->bytes);
  return TRUE;
}

gboolean
cardea_policy_files_unpacked (CardeaPolicyFiles *files, guint i, CardeaBundle *content,
                              GError **error)
{
  CardeaPolicyBundle *bundle = files->bundles->pdata[i];
  bundle->content = content;
  if (!check_signature (files, bundle, content, error)
      || !check_claims (files, bundle, content, error))
    return FALSE;
  for (guint k = 0; k < cardea_bundle_size (content); k++)
    if (!add_content (files, bundle, cardea_bundle_nth (content, k), error))
      return FALSE;
  return TRUE;
}
