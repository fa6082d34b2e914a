/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* `policy build` and `policy sign`: bundles as Open Policy Agent reads them, made here, without a
 * guardian. What does not compile is not built. */

#include "ui/cli/ui-cli-policy.h"

#include "common/bundle/cardea-bundle-archive.h"
#include "common/bundle/cardea-bundle-build.h"
#include "ui/cli/ui-cli-bytes.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_KEY 65536u
#define OUTPUT "bundle.tar.gz"

typedef struct {
  char *output, *revision, *key, *algorithm, *scope;
  char **roots;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->output);
  g_free (options->revision);
  g_free (options->key);
  g_free (options->algorithm);
  g_free (options->scope);
  g_strfreev (options->roots);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

static gboolean
fail (GError **error, const char *path, const char *what)
{
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, "%s: %s", path, what);
  return FALSE;
}

/* The line's end of a secret is not part of it. */
static CardeaSecret *
read_key (const char *path, gboolean *ret_pem, GError **error)
{
  g_autoptr (GBytes) bytes = ui_cli_bytes_read (path, MAX_KEY, error);
  gsize size = 0;
  if (bytes == NULL)
    return NULL;
  char *text = g_bytes_unref_to_data (g_steal_pointer (&bytes), &size);
  *ret_pem = size > 0 && g_strstr_len (text, (gssize) size, "-----BEGIN ") != NULL;
  gsize used = size;
  while (!*ret_pem && used > 0 && (text[used - 1] == '\n' || text[used - 1] == '\r'))
    used--;
  CardeaSecret *secret = used > 0 ? cardea_secret_new_take (text, used) : NULL;
  g_free (text);
  if (secret == NULL)
    (void) fail (error, path, _ ("there is no key in it: give another file"));
  return secret;
}

static gboolean
sign (CardeaBundleBuild *build, const Options *options, GError **error)
{
  gboolean pem = FALSE;
  if (options->key == NULL)
    return TRUE;
  g_autoptr (CardeaSecret) key = read_key (options->key, &pem, error);
  const char *algorithm = options->algorithm != NULL ? options->algorithm : pem ? NULL : "HS256";
  if (key == NULL)
    return FALSE;
  if (pem && algorithm != NULL && g_str_has_prefix (algorithm, "HS"))
    return fail (error, options->key, _ ("a private key is no secret: name another algorithm"));
  if (algorithm != NULL)
    return cardea_bundle_build_sign (build, key, algorithm, NULL, options->scope, error);
  return cardea_bundle_build_sign (build, key, "ES256", NULL, options->scope, NULL)
         || cardea_bundle_build_sign (build, key, "RS256", NULL, options->scope, error);
}

static gboolean
write_bundle (UiCli *cli, CardeaBundleBuild *build, const char *path, GError **error)
{
  g_autoptr (GBytes) packed = cardea_bundle_build_finish (build, error);
  g_autoptr (GError) problem = NULL;
  if (packed == NULL)
    return FALSE;
  if (!g_file_set_contents (path, g_bytes_get_data (packed, NULL),
                            (gssize) g_bytes_get_size (packed), &problem))
    return fail (error, path, problem->message);
  if (cli->json)
    ui_cli_output_line (cli->output, "{}");
  return TRUE;
}

/* Data of all files is one document, as “opa build” makes it. */
static gboolean
add_data (CardeaBundleBuild *build, UiCliPolicyLoad *load, GError **error)
{
  g_autoptr (CardeaRegoDocument) data = cardea_rego_data_finish (load->data);
  g_autoptr (CardeaRegoPolicy) none = cardea_rego_policy_new (NULL, 0, 0, error);
  g_autoptr (CardeaRegoQuery) all
      = none != NULL ? cardea_rego_query_new (none, "data", error) : NULL;
  g_autoptr (CardeaRegoContext) context = ui_cli_policy_context_new ();
  if (all == NULL || !cardea_rego_eval (context, all, data, NULL, error))
    return FALSE;
  char *json = cardea_rego_answer_json (context, FALSE);
  if (json == NULL)
    return fail (error, "data.json", _ ("the data is too big: build less of it"));
  g_autoptr (GBytes) bytes = g_bytes_new_take (json, strlen (json));
  return cardea_bundle_build_add (build, "data.json", bytes, error);
}

/* Without the part of the path that was typed and without what would leave the archive. */
static const char *
name_in_bundle (const char *name)
{
  while (g_str_has_prefix (name, "./") || g_str_has_prefix (name, "../") || *name == '/')
    name = strchr (name, '/') + 1;
  return name;
}

static gboolean
add_all (CardeaBundleBuild *build, UiCliPolicyLoad *load, const Options *options, GError **error)
{
  for (guint i = 0; i < load->names->len; i++)
    if (!cardea_bundle_build_add (build, name_in_bundle (load->names->pdata[i]),
                                  load->texts->pdata[i], error))
      return FALSE;
  return add_data (build, load, error)
         && cardea_bundle_build_add_manifest (build, options->revision,
                                              (const char *const *) options->roots, error);
}

static gboolean
load_all (UiCliPolicyLoad *load, char **paths, GError **error)
{
  for (; *paths != NULL; paths++)
    if (!ui_cli_policy_load_path (load, *paths, FALSE, error))
      return FALSE;
  g_autoptr (CardeaRegoPolicy) policy = ui_cli_policy_load_compile (load, 0, error);
  return policy != NULL;
}

gboolean
ui_cli_policy_build (UiCli *cli, char **args, GError **error)
{
  g_auto (Options) options = { NULL };
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("The bundle’s file; bundle.tar.gz when not given"), "FILE" },
    { "revision", 'r', 0, G_OPTION_ARG_FILENAME, &options.revision,
      N_ ("Stands in the manifest and in records"), "TEXT" },
    { "root", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.roots,
      N_ ("What the bundle owns, like a/b; everything when not given"), "PATH" },
    { "signing-key", 0, 0, G_OPTION_ARG_FILENAME, &options.key,
      N_ ("Sign with this PEM private key or secret"), "FILE" },
    { "signing-alg", 0, 0, G_OPTION_ARG_FILENAME, &options.algorithm,
      N_ ("Its algorithm: ES256, RS256, PS256, HS256, …"), "NAME" },
    { "scope", 0, 0, G_OPTION_ARG_FILENAME, &options.scope,
      N_ ("What the signature is for; whoever verifies must expect it"), "TEXT" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, G_MAXUINT, &rest, error))
    return FALSE;
  for (char **root = options.roots; root != NULL && *root != NULL; root++)
    if (!ui_cli_check_text (*root, "--root", error))
      return FALSE;
  if ((options.revision != NULL && !ui_cli_check_text (options.revision, "--revision", error))
      || (options.scope != NULL && !ui_cli_check_text (options.scope, "--scope", error)))
    return FALSE;
  g_autoptr (UiCliPolicyLoad) load = ui_cli_policy_load_new ();
  g_autoptr (CardeaBundleBuild) build = cardea_bundle_build_new ();
  if (!load_all (load, rest, &failure) || !add_all (build, load, &options, &failure)
      || !sign (build, &options, &failure)
      || !write_bundle (cli, build, options.output != NULL ? options.output : OUTPUT, &failure))
    return ui_cli_policy_report (cli, failure, cli->json);
  return TRUE;
}

gboolean
ui_cli_policy_sign (UiCli *cli, char **args, GError **error)
{
  g_auto (Options) options = { NULL };
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  const GOptionEntry entries[] = {
    { "signing-key", 0, 0, G_OPTION_ARG_FILENAME, &options.key,
      N_ ("Sign with this PEM private key or secret"), "FILE" },
    { "signing-alg", 0, 0, G_OPTION_ARG_FILENAME, &options.algorithm,
      N_ ("Its algorithm: ES256, RS256, PS256, HS256, …"), "NAME" },
    { "scope", 0, 0, G_OPTION_ARG_FILENAME, &options.scope,
      N_ ("What the signature is for; whoever verifies must expect it"), "TEXT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("The signed bundle’s file; the same when not given"), "FILE" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error))
    return FALSE;
  if (options.key == NULL)
    {
      ui_cli_usage (error, _ ("say which key signs: --signing-key FILE"));
      return FALSE;
    }
  if (options.scope != NULL && !ui_cli_check_text (options.scope, "--scope", error))
    return FALSE;
  g_autoptr (GBytes) packed = ui_cli_bytes_read (rest[0], CARDEA_BUNDLE_MAX_PACKED, &failure);
  g_autoptr (CardeaBundle) bundle = packed != NULL ? cardea_bundle_new (packed, &failure) : NULL;
  if (bundle == NULL)
    return ui_cli_policy_report (cli, failure, cli->json);
  g_autoptr (CardeaBundleBuild) build = cardea_bundle_build_new_from (bundle);
  if (!sign (build, &options, &failure)
      || !write_bundle (cli, build, options.output != NULL ? options.output : rest[0], &failure))
    return ui_cli_policy_report (cli, failure, cli->json);
  return TRUE;
}
