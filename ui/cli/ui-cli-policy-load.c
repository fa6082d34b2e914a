/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person's choice of paths, not what lies there: sizes, depth and number of files are
 * limited, the engine bounds the rest. */

#include "ui/cli/ui-cli-policy-load.h"

#include "common/base/cardea-autofd.h"
#include "common/bundle/cardea-bundle-archive.h"
#include "common/policies/cardea-policy-files.h"
#include "ui/cli/ui-cli-bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE (64u << 20)
#define MAX_TOTAL (256u << 20)
#define MAX_ENTRIES 20000u
#define MAX_FOLDERS 32u
#define MAX_KEY 65536u

UiCliPolicyLoad *
ui_cli_policy_load_new (void)
{
  UiCliPolicyLoad *load = g_new0 (UiCliPolicyLoad, 1);
  load->names = g_ptr_array_new_with_free_func (g_free);
  load->texts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  load->data = cardea_rego_data_new ();
  return load;
}

void
ui_cli_policy_load_free (UiCliPolicyLoad *load)
{
  g_ptr_array_unref (load->names);
  g_ptr_array_unref (load->texts);
  cardea_rego_data_free (load->data);
  g_free (load);
}

static gboolean
fail (GError **error, const char *path, const char *what)
{
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, "%s: %s", path, what);
  return FALSE;
}

static gboolean
add_file (UiCliPolicyLoad *load, const char *path, GPtrArray *place, gboolean rego_only,
          gboolean named, GError **error)
{
  gboolean rego = g_str_has_suffix (path, ".rego");
  gboolean json = g_str_has_suffix (path, ".json");
  gboolean yaml = g_str_has_suffix (path, ".yaml") || g_str_has_suffix (path, ".yml");
  if (!rego && !json && !yaml && named)
    return fail (error, path, _ ("it is neither .rego, .json nor .yaml: name it so"));
  if (!rego && (rego_only || (!json && !yaml)))
    return TRUE;
  g_autoptr (GBytes) bytes = ui_cli_bytes_read (path, MAX_FILE, error);
  if (bytes == NULL)
    return FALSE;
  load->size += g_bytes_get_size (bytes);
  if (load->size > MAX_TOTAL)
    return fail (error, path, _ ("the files are too big together: load fewer"));
  if (rego)
    {
      g_ptr_array_add (load->names, g_filename_display_name (path));
      g_ptr_array_add (load->texts, g_steal_pointer (&bytes));
      return TRUE;
    }
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  g_ptr_array_add (place, NULL);
  gboolean added = cardea_rego_data_add (load->data, (const char *const *) place->pdata,
                                         text != NULL ? text : "", size, yaml, error);
  g_ptr_array_remove_index (place, place->len - 1);
  if (!added)
    g_prefix_error (error, "%s: ", path);
  return added;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_folder (const char *path, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  if (folder == NULL)
    return NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name; names->len <= MAX_ENTRIES && (name = g_dir_read_name (folder)) != NULL;)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean add_folder (UiCliPolicyLoad *load, const char *path, GPtrArray *place,
                            gboolean rego_only, GError **error);

static gboolean
add_entry (UiCliPolicyLoad *load, const char *path, const char *name, GPtrArray *place,
           gboolean rego_only, GError **error)
{
  struct stat status;
  if (++load->entries > MAX_ENTRIES)
    return fail (error, path, _ ("there are too many files: load fewer"));
  if (lstat (path, &status) != 0)
    return fail (error, path, g_strerror (errno));
  if (S_ISREG (status.st_mode))
    return add_file (load, path, place, rego_only, FALSE, error);
  if (!S_ISDIR (status.st_mode))
    return TRUE;
  if (place->len >= MAX_FOLDERS)
    return fail (error, path, _ ("the folders nest too deeply: load one further down"));
  if (!rego_only && !g_utf8_validate (name, -1, NULL))
    return fail (error, path, _ ("its name is not UTF-8 text: rename it"));
  g_ptr_array_add (place, (gpointer) name);
  gboolean added = add_folder (load, path, place, rego_only, error);
  g_ptr_array_remove_index (place, place->len - 1);
  return added;
}

static gboolean
add_folder (UiCliPolicyLoad *load, const char *path, GPtrArray *place, gboolean rego_only,
            GError **error)
{
  g_autoptr (GPtrArray) names = list_folder (path, error);
  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *entry = g_build_filename (path, names->pdata[i], NULL);
      if (!add_entry (load, entry, names->pdata[i], place, rego_only, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ui_cli_policy_load_path (UiCliPolicyLoad *load, const char *path, gboolean rego_only,
                         GError **error)
{
  g_autoptr (GPtrArray) place = g_ptr_array_new ();
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return add_folder (load, path, place, rego_only, error);
  return add_file (load, path, place, rego_only, TRUE, error);
}

/* The kind of key decides when the person did not say: never the bundle. */
static gboolean
verify_bundle (const CardeaBundle *bundle, const char *key_path, const char *algorithm,
               GError **error)
{
  g_autoptr (GBytes) key = ui_cli_bytes_read (key_path, MAX_KEY, error);
  if (key == NULL)
    return FALSE;
  gsize size = 0;
  const char *text = g_bytes_get_data (key, &size);
  gboolean pem = size > 0 && g_strstr_len (text, (gssize) size, "-----BEGIN ") != NULL;
  while (!pem && size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
    size--;
  if (pem && algorithm != NULL && g_str_has_prefix (algorithm, "HS"))
    return fail (error, key_path, _ ("a public key is no secret: name another algorithm"));
  if (size > 0 && (!pem || algorithm != NULL))
    return cardea_bundle_verify (bundle, text, size, algorithm != NULL ? algorithm : "HS256", NULL,
                                 NULL, error);
  if (size == 0)
    return fail (error, key_path, _ ("there is no key in it: give another file"));
  return (cardea_bundle_verify (bundle, text, size, "ES256", NULL, NULL, NULL)
          || cardea_bundle_verify (bundle, text, size, "RS256", NULL, NULL, error));
}

gboolean
ui_cli_policy_load_bundle (UiCliPolicyLoad *load, const char *path, const char *key_path,
                           const char *algorithm, GError **error)
{
  g_autoptr (GBytes) packed = ui_cli_bytes_read (path, CARDEA_BUNDLE_MAX_PACKED, error);
  if (packed == NULL)
    return FALSE;
  g_autoptr (CardeaBundle) bundle = cardea_bundle_new (packed, error);
  if (bundle == NULL || (key_path != NULL && !verify_bundle (bundle, key_path, algorithm, error))
      || !cardea_bundle_add_data (bundle, load->data, error))
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  g_autofree char *shown = g_filename_display_name (path);
  for (guint i = 0; i < cardea_bundle_size (bundle); i++)
    {
      const CardeaBundleFile *file = cardea_bundle_nth (bundle, i);
      if (!g_str_has_suffix (file->path, ".rego"))
        continue;
      g_ptr_array_add (load->names, g_build_filename (shown, file->path, NULL));
      g_ptr_array_add (load->texts, g_bytes_ref (file->bytes));
    }
  load->v0 = load->v0 || cardea_bundle_is_v0 (bundle);
  return TRUE;
}

gboolean
ui_cli_policy_load_shipped (UiCliPolicyLoad *load, GError **error)
{
  g_autoptr (CardeaPolicyFiles) files = cardea_policy_files_new ();

  cardea_policy_files_add_shipped (files);
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    {
      const CardeaPolicyFile *file = cardea_policy_files_nth (files, i);
      g_autofree char *folder = g_path_get_dirname (file->name);
      const char *place[] = { folder, NULL };
      gsize size = 0;
      const char *text = g_bytes_get_data (file->bytes, &size);
      if (!file->rego)
        {
          if (!cardea_rego_data_add (load->data, place, text, size, FALSE, error))
            return FALSE;
          continue;
        }
      g_ptr_array_add (load->names, g_strdup (file->path));
      g_ptr_array_add (load->texts, g_bytes_ref (file->bytes));
    }
  return TRUE;
}

CardeaRegoPolicy *
ui_cli_policy_load_compile (const UiCliPolicyLoad *load, CardeaRegoFlags flags, GError **error)
{
  g_autofree CardeaRegoSource *sources = g_new0 (CardeaRegoSource, load->names->len + 1);
  for (guint i = 0; i < load->names->len; i++)
    {
      sources[i].name = load->names->pdata[i];
      sources[i].text = g_bytes_get_data (load->texts->pdata[i], &sources[i].size);
      if (sources[i].text == NULL)
        sources[i].text = "";
    }
  return cardea_rego_policy_new (sources, load->names->len, flags | (load->v0 ? CARDEA_REGO_V0 : 0),
                                 error);
}

CardeaRegoDocument *
ui_cli_policy_load_input (const char *path, GError **error)
{
  if (path == NULL)
    return NULL;
  g_autoptr (GBytes) bytes = ui_cli_bytes_read (path, MAX_FILE, error);
  if (bytes == NULL)
    return NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  CardeaRegoDocument *input = cardea_rego_document_new (text != NULL ? text : "", size, error);
  if (input == NULL)
    g_prefix_error (error, "%s: ", path);
  return input;
}
