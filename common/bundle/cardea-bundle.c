/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing in a bundle, whoever unpacked it. Refuses names that leave it or occur twice, and
 * what its manifest says and we cannot honour (Wasm, a language per file, patches). */

#include "common/bundle/cardea-bundle.h"

#include "common/bundle/cardea-bundle-private.h"

#include "common/json/cardea-json.h"

#include <string.h>

#define MAX_MANIFEST_VALUES 10000u
#define MAX_ROOTS 1000u

G_DEFINE_QUARK (cardea - bundle - error - quark, cardea_bundle_error)

struct _CardeaBundle {
  GPtrArray *files;    /* CardeaBundleFile */
  GHashTable *by_path; /* path → CardeaBundleFile */
  char *revision;
  char **roots;
  gboolean v0;
};

static void
free_file (gpointer data)
{
  CardeaBundleFile *file = data;
  g_free ((char *) file->name);
  g_bytes_unref (file->bytes);
  g_free (file);
}

static gboolean
fail (GError **error, CardeaBundleError code, const char *name, const char *what)
{
  g_set_error (error, CARDEA_BUNDLE_ERROR, (gint) code, "%s: %s", name, what);
  return FALSE;
}

gboolean
cardea_bundle_is_safe_path (const char *path)
{
  if (*path == '\0' || strlen (path) > CARDEA_BUNDLE_MAX_NAME || !g_utf8_validate (path, -1, NULL)
      || strchr (path, '\\') != NULL)
    return FALSE;
  for (const char *c = path; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  for (char **part = parts; *part != NULL; part++)
    if (**part == '\0' || strcmp (*part, ".") == 0 || strcmp (*part, "..") == 0)
      return FALSE;
  return TRUE;
}

gboolean
cardea_bundle_add (CardeaBundle *bundle, const char *name, GBytes *bytes, GError **error)
{
  name += *name == '/';
  const char *path = g_str_has_prefix (name, "./") ? name + 2 : name;
  if (!cardea_bundle_is_safe_path (path))
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, "bundle", "a file's name is not allowed");
  if (bundle->files->len >= CARDEA_BUNDLE_MAX_FILES)
    return fail (error, CARDEA_BUNDLE_ERROR_LIMIT, "bundle", "there are too many files");
  if (g_hash_table_contains (bundle->by_path, path))
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, path, "it is there twice");
  CardeaBundleFile *file = g_new0 (CardeaBundleFile, 1);
  file->name = g_strdup (name);
  file->path = file->name + (path - name);
  file->bytes = g_bytes_ref (bytes);
  g_ptr_array_add (bundle->files, file);
  g_hash_table_insert (bundle->by_path, (gpointer) file->path, file);
  return TRUE;
}

/* One root lies in another when it is the other or continues it after a slash. */
static gboolean
lies_below (const char *path, const char *root)
{
  gsize length = strlen (root);
  return length == 0
         || (strncmp (path, root, length) == 0 && (path[length] == '\0' || path[length] == '/'));
}

static gboolean
read_roots (CardeaBundle *bundle, const CardeaJson *array, GError **error)
{
  if (cardea_json_type (array) != CARDEA_JSON_ARRAY || cardea_json_size (array) > MAX_ROOTS)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, ".manifest", "roots is not a list");
  guint n = cardea_json_size (array);
  bundle->roots = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (array, i));
      if (text == NULL)
        return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, ".manifest", "a root is not text");
      bundle->roots[i] = g_strdup (text + (*text == '/'));
      if (g_str_has_suffix (bundle->roots[i], "/"))
        bundle->roots[i][strlen (bundle->roots[i]) - 1] = '\0';
      for (guint k = 0; k < i; k++)
        if (lies_below (bundle->roots[i], bundle->roots[k])
            || lies_below (bundle->roots[k], bundle->roots[i]))
          return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, ".manifest", "its roots overlap");
    }
  return TRUE;
}

static gboolean
read_manifest (CardeaBundle *bundle, GError **error)
{
  static const char *const unsupported[] = { "wasm", "file_rego_versions" };
  const CardeaBundleFile *file = cardea_bundle_find (bundle, ".manifest");
  if (cardea_bundle_find (bundle, "patch.json") != NULL)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, "patch.json", "delta bundles are not taken");
  if (file == NULL)
    return TRUE;
  gsize size = 0;
  const char *text = g_bytes_get_data (file->bytes, &size);
  g_autoptr (CardeaJson) manifest
      = cardea_json_parse_bounded (text != NULL ? text : "", size, MAX_MANIFEST_VALUES, error);
  if (manifest == NULL || cardea_json_type (manifest) != CARDEA_JSON_OBJECT)
    {
      g_clear_error (error);
      return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, ".manifest", "it is not a JSON object");
    }
  for (guint i = 0; i < G_N_ELEMENTS (unsupported); i++)
    if (cardea_json_get (manifest, unsupported[i]) != NULL
        && cardea_json_size (cardea_json_get (manifest, unsupported[i])) > 0)
      return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, unsupported[i], "it is not supported");
  gint64 version = 1;
  const CardeaJson *wanted = cardea_json_get (manifest, "rego_version");
  if (wanted != NULL && (!cardea_json_int (wanted, &version) || version < 0 || version > 1))
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, ".manifest", "rego_version is unknown");
  bundle->v0 = version == 0;
  bundle->revision = g_strdup (cardea_json_get_string (manifest, "revision"));
  const CardeaJson *roots = cardea_json_get (manifest, "roots");
  return roots == NULL || read_roots (bundle, roots, error);
}

CardeaBundle *
cardea_bundle_begin (void)
{
  CardeaBundle *bundle = g_new0 (CardeaBundle, 1);
  bundle->files = g_ptr_array_new_with_free_func (free_file);
  bundle->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  return bundle;
}

gboolean
cardea_bundle_finish (CardeaBundle *bundle, GError **error)
{
  return read_manifest (bundle, error);
}

void
cardea_bundle_free (CardeaBundle *bundle)
{
  g_hash_table_unref (bundle->by_path);
  g_ptr_array_unref (bundle->files);
  g_strfreev (bundle->roots);
  g_free (bundle->revision);
  g_free (bundle);
}

guint
cardea_bundle_size (const CardeaBundle *bundle)
{
  return bundle->files->len;
}

const CardeaBundleFile *
cardea_bundle_nth (const CardeaBundle *bundle, guint i)
{
  return bundle->files->pdata[i];
}

const CardeaBundleFile *
cardea_bundle_find (const CardeaBundle *bundle, const char *path)
{
  return g_hash_table_lookup (bundle->by_path, path);
}

const char *const *
cardea_bundle_roots (const CardeaBundle *bundle)
{
  static const char *const everything[] = { "", NULL };
  return bundle->roots != NULL ? (const char *const *) bundle->roots : everything;
}

const char *
cardea_bundle_revision (const CardeaBundle *bundle)
{
  return bundle->revision != NULL ? bundle->revision : "";
}

gboolean
cardea_bundle_is_v0 (const CardeaBundle *bundle)
{
  return bundle->v0;
}

gboolean
cardea_bundle_is_signed (const CardeaBundle *bundle)
{
  return cardea_bundle_find (bundle, ".signatures.json") != NULL;
}

gboolean
cardea_bundle_is_data (const CardeaBundleFile *file, gboolean *ret_yaml)
{
  g_autofree char *base = g_path_get_basename (file->path);
  *ret_yaml = strcmp (base, "data.yaml") == 0 || strcmp (base, "data.yml") == 0;
  return *ret_yaml || strcmp (base, "data.json") == 0;
}

static gboolean
check_packages (const CardeaBundle *bundle, GError **error)
{
  for (guint i = 0; i < bundle->files->len; i++)
    {
      const CardeaBundleFile *file = bundle->files->pdata[i];
      gsize size = 0;
      gboolean below = FALSE;
      if (!g_str_has_suffix (file->path, ".rego"))
        continue;
      const char *text = g_bytes_get_data (file->bytes, &size);
      g_autofree char *package = cardea_rego_data_package (text != NULL ? text : "", size,
                                                           bundle->v0 ? CARDEA_REGO_V0 : 0);
      /* One that cannot be read is refused when it is compiled. */
      for (char **root = bundle->roots; package != NULL && *root != NULL; root++)
        below = below || lies_below (package, *root);
      if (package != NULL && !below)
        return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, file->path,
                     "its package lies outside the roots that the manifest names");
    }
  return TRUE;
}

static gboolean
check_data (const CardeaBundle *bundle, const CardeaRegoData *data, GError **error)
{
  g_autofree char *outside = cardea_rego_data_outside (data, (const char *const *) bundle->roots);
  if (outside == NULL)
    return TRUE;
  return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, outside,
               "it lies outside the roots that the manifest names");
}

static gboolean
add_files (const CardeaBundle *bundle, CardeaRegoData *data, GError **error)
{
  for (guint i = 0; i < bundle->files->len; i++)
    {
      const CardeaBundleFile *file = bundle->files->pdata[i];
      gboolean yaml = FALSE;
      gsize size = 0;
      if (!cardea_bundle_is_data (file, &yaml))
        continue;
      g_auto (GStrv) place = g_strsplit (file->path, "/", -1);
      g_clear_pointer (&place[g_strv_length (place) - 1], g_free);
      const char *text = g_bytes_get_data (file->bytes, &size);
      if (!cardea_rego_data_add (data, (const char *const *) place, text != NULL ? text : "", size,
                                 yaml, error))
        {
          g_prefix_error (error, "%s: ", file->path);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
cardea_bundle_check_roots (const CardeaBundle *bundle, GError **error)
{
  g_autoptr (CardeaRegoData) own = cardea_rego_data_new ();
  return bundle->roots == NULL
         || (check_packages (bundle, error) && add_files (bundle, own, error)
             && check_data (bundle, own, error));
}

gboolean
cardea_bundle_overlaps (const CardeaBundle *one, const CardeaBundle *other)
{
  for (const char *const *a = cardea_bundle_roots (one); *a != NULL; a++)
    for (const char *const *b = cardea_bundle_roots (other); *b != NULL; b++)
      if (lies_below (*a, *b) || lies_below (*b, *a))
        return TRUE;
  return FALSE;
}

gboolean
cardea_bundle_add_data (const CardeaBundle *bundle, CardeaRegoData *data, GError **error)
{
  return cardea_bundle_check_roots (bundle, error) && add_files (bundle, data, error);
}
