/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-error.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-secret.h"
#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_NAME 64
#define LONGEST_SOURCE 2048
#define LONGEST_HOST 268
#define LONGEST_HEADER 64
#define LONGEST_SCHEME 32
#define MOST_HOSTS 64u

static CardeaJson *
take_hosts (char **hosts, GError **error)
{
  g_autoptr (CardeaJson) array = cardea_json_new_array ();
  guint count = hosts != NULL ? g_strv_length (hosts) : 0;

  if (count == 0 || count > MOST_HOSTS)
    {
      ui_cli_usage (error, _ ("say which hosts may have it, 1 to %u of them: --host HOST[:PORT]"),
                    MOST_HOSTS);
      return NULL;
    }
  for (guint i = 0; i < count; i++)
    {
      if (!ui_cli_check_word (hosts[i], LONGEST_HOST, "--host", error))
        return NULL;
      cardea_json_append (array, cardea_json_new_string (hosts[i]));
    }
  return g_steal_pointer (&array);
}

/* --- set --- */

typedef struct {
  char *url;
  char *client;
  char *scope;
  char *revoke;
  char *device;
  char *audience;
  gboolean bound;
  char *region;
  char *role;
  char *policy;
  char *field;
  char *login;
  gboolean vault;
} TokenSource;

static void
token_source_clear (TokenSource *source)
{
  g_free (source->url);
  g_free (source->client);
  g_free (source->scope);
  g_free (source->revoke);
  g_free (source->device);
  g_free (source->audience);
  g_free (source->region);
  g_free (source->role);
  g_free (source->policy);
  g_free (source->field);
  g_free (source->login);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TokenSource, token_source_clear)

/* *ret_token NULL: the secret itself goes out. */
static gboolean
take_source (const TokenSource *source, CardeaJson **ret_token, GError **error)
{
  const struct {
    const char *name;
    const char *text;
  } members[] = {
    { "url", source->url },       { "client", source->client }, { "scope", source->scope },
    { "revoke", source->revoke }, { "device", source->device }, { "audience", source->audience },
    { "region", source->region }, { "role", source->role },     { "policy", source->policy },
    { "field", source->field },   { "login", source->login },
  };
  g_autoptr (CardeaJson) token = cardea_json_new_object ();

  *ret_token = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (members[i].text != NULL)
      {
        if (!ui_cli_check_word (members[i].text, LONGEST_SOURCE, "--token-url", error))
          return FALSE;
        cardea_json_set_string (token, members[i].name, members[i].text);
      }
  if (source->vault)
    cardea_json_set_boolean (token, "vault", TRUE);
  if (source->region != NULL)
    cardea_json_set_boolean (token, "aws", TRUE);
  if (source->region != NULL && source->url == NULL)
    {
      g_autofree char *url = g_strdup_printf ("https://sts.%s.amazonaws.com/", source->region);
      cardea_json_set_string (token, "url", url);
    }
  if (source->bound)
    cardea_json_set_boolean (token, "dpop", TRUE);
  if (cardea_json_size (token) == 0)
    return TRUE;
  if (cardea_json_get (token, "url") == NULL || (source->client == NULL && !source->vault))
    {
      ui_cli_usage (error, _ ("tokens are got by --token-url URL and --client NAME together"));
      return FALSE;
    }
  *ret_token = g_steal_pointer (&token);
  return TRUE;
}

gboolean
ui_cli_credential_set (UiCli *cli, char **args, GError **error)
{
  g_auto (TokenSource) source = { NULL };
  g_autoptr (CardeaJson) token = NULL;
  g_auto (GStrv) hosts = NULL;
  g_auto (GStrv) rest = NULL;
  g_autofree char *header = NULL;
  g_autofree char *scheme = NULL;
  g_autofree char *variable = NULL;
  gboolean body = FALSE;
  const GOptionEntry entries[] = {
    { "host", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &hosts,
      N_ ("A host that may have it, alone with this port (443); may be repeated"), "HOST[:PORT]" },
    { "header", 0, 0, G_OPTION_ARG_FILENAME, &header,
      N_ ("The header it goes into; what the first host is known to want, else Authorization"),
      "NAME" },
    { "scheme", 0, 0, G_OPTION_ARG_FILENAME, &scheme,
      N_ ("The word before it, as Bearer; empty for none"), "WORD" },
    { "variable", 0, 0, G_OPTION_ARG_FILENAME, &variable,
      N_ ("The environment variable where programs look for it; empty for none"), "NAME" },
    { "in-body", 0, 0, G_OPTION_ARG_NONE, &body,
      N_ ("Put it in the place of its placeholder in forms and JSON that programs send, too"),
      NULL },
    { "token-url", 0, 0, G_OPTION_ARG_FILENAME, &source.url,
      N_ ("Where a short-lived token is got with it (OAuth 2 client credentials)"), "URL" },
    { "client", 0, 0, G_OPTION_ARG_FILENAME, &source.client,
      N_ ("The client’s name there, whose secret it is"), "NAME" },
    { "token-scope", 0, 0, G_OPTION_ARG_FILENAME, &source.scope,
      N_ ("What the token is to be good for; the server’s own when not given"), "SCOPE" },
    { "revoke-url", 0, 0, G_OPTION_ARG_FILENAME, &source.revoke,
      N_ ("Where the token is given back when nobody needs it any more"), "URL" },
    { "device-url", 0, 0, G_OPTION_ARG_FILENAME, &source.device,
      N_ ("Where a code for logging in comes from (see “credential login”); there is no secret "
          "then"),
      "URL" },
    { "audience", 0, 0, G_OPTION_ARG_FILENAME, &source.audience,
      N_ ("Exchange the token for one for this audience (RFC 8693)"), "NAME" },
    { "dpop", 0, 0, G_OPTION_ARG_NONE, &source.bound,
      N_ ("Bind tokens to a key, so that a copy is worth nothing (RFC 9449)"), NULL },
    { "aws-region", 0, 0, G_OPTION_ARG_FILENAME, &source.region,
      N_ ("The secret is a secret key of AWS, whose id is --client: requests are signed with it"),
      "REGION" },
    { "aws-role", 0, 0, G_OPTION_ARG_FILENAME, &source.role,
      N_ ("Sign with temporary keys of this role"), "ARN" },
    { "aws-policy", 0, 0, G_OPTION_ARG_FILENAME, &source.policy,
      N_ ("What these keys are good for at most: a policy of AWS, as JSON"), "JSON" },
    { "vault", 0, 0, G_OPTION_ARG_NONE, &source.vault,
      N_ ("--token-url is a secret in a Vault, which leases it; the stored one is the Vault’s "
          "token"),
      NULL },
    { "vault-field", 0, 0, G_OPTION_ARG_FILENAME, &source.field,
      N_ ("Which part of that secret goes out; “token” when not given"), "NAME" },
    { "vault-login", 0, 0, G_OPTION_ARG_FILENAME, &source.login,
      N_ ("Log in as the role --client with its secret id (AppRole) at this address"), "URL" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error)
      || !ui_cli_check_word (rest[0], LONGEST_NAME, _ ("the name"), error)
      || !ui_cli_check_word (header, LONGEST_HEADER, "--header", error)
      || !ui_cli_check_word (scheme, LONGEST_SCHEME, "--scheme", error)
      || !ui_cli_check_word (variable, LONGEST_HEADER, "--variable", error)
      || !take_source (&source, &token, error))
    return FALSE;
  g_autoptr (CardeaJson) array = take_hosts (hosts, error);
  gboolean logs_in = source.device != NULL;
  int secret = array != NULL && !logs_in
                   ? ui_cli_secret_read (UI_CLI_SECRET_CREDENTIAL, rest[0], error)
                   : -1;
  if (array == NULL || (secret < 0 && !logs_in))
    return FALSE;

  g_autoptr (CardeaMessage) request = cardea_message_new ("credential.set");
  cardea_message_set_string (request, "name", rest[0]);
  cardea_message_set_json (request, "hosts", g_steal_pointer (&array));
  cardea_message_set_string (request, "header", header);
  cardea_message_set_string (request, "scheme", scheme);
  cardea_message_set_string (request, "variable", variable);
  if (body)
    cardea_message_set_boolean (request, "body", TRUE);
  if (token != NULL)
    cardea_message_set_json (request, "token", g_steal_pointer (&token));
  if (secret >= 0)
    cardea_message_set_fd (request, "secret", secret);
  return ui_cli_link_open (cli, -1, error)
         && ui_cli_link_do (cli, g_steal_pointer (&request), error);
}

/* --- list --- */

static char *
join_hosts (const CardeaJson *hosts)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; hosts != NULL && i < cardea_json_size (hosts); i++)
    {
      const char *host = cardea_json_string (cardea_json_nth (hosts, i));
      if (host != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", host);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
describe_sending (const CardeaJson *credential)
{
  const CardeaJson *token = cardea_json_get (credential, "token");
  if (token != NULL && cardea_json_get (token, "aws") != NULL)
    return g_strdup (_ ("signed for AWS"));
  if (token != NULL)
    {
      g_autofree char *url = ui_cli_output_cell (token, "url");
      return g_strdup_printf (_ ("tokens from %s"), url);
    }
  g_autofree char *header = ui_cli_output_cell (credential, "header");
  g_autofree char *scheme = ui_cli_output_cell (credential, "scheme");
  return *scheme != '\0' ? g_strdup_printf ("%s: %s …", header, scheme)
                         : g_strdup_printf ("%s: …", header);
}

static char *
describe_use (const CardeaJson *credential)
{
  const char *used = cardea_json_get_string (credential, "last_used");
  return used != NULL ? ui_cli_output_local_time (used) : g_strdup (_ ("never"));
}

static void
write_table (UiCli *cli, const CardeaJson *credentials)
{
  const char *heads[]
      = { _ ("CREDENTIAL"), _ ("HOSTS"), _ ("SENT AS"), _ ("VARIABLE"), _ ("LAST USED") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < cardea_json_size (credentials); i++)
    {
      const CardeaJson *credential = cardea_json_nth (credentials, i);
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, ui_cli_output_cell (credential, "name"),
                        join_hosts (cardea_json_get (credential, "hosts")),
                        describe_sending (credential), ui_cli_output_cell (credential, "variable"),
                        describe_use (credential));
    }
  if (ui_cli_table_size (table) > 0)
    ui_cli_output_table (cli->output, table);
  else
    ui_cli_output_line (cli->output, "%s", _ ("No credential is stored."));
}

gboolean
ui_cli_credential_list (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 0, &rest, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) listed
      = ui_cli_link_call (cli, cardea_message_new ("credential.list"), "credential.listed", error);
  if (listed == NULL)
    return FALSE;
  const CardeaJson *credentials = cardea_message_get_json (listed, "credentials");
  if (cli->json)
    ui_cli_output_json (cli->output, credentials);
  else
    write_table (cli, credentials);
  return TRUE;
}

/* --- remove --- */

gboolean
ui_cli_credential_remove (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error)
      || !ui_cli_check_word (rest[0], LONGEST_NAME, _ ("the name"), error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("credential.remove");
  cardea_message_set_string (request, "name", rest[0]);
  return ui_cli_link_do (cli, request, error);
}

/* --- login --- */

typedef struct {
  const char *name;
  gboolean over;
  char *reason; /* why it did not come to that */
} Login;

static void
message_cb (CardeaMessage *message, gpointer user_data)
{
  Login *login = user_data;

  if (!cardea_message_is (message, "credential.logged")
      || g_strcmp0 (cardea_message_get_string (message, "name"), login->name) != 0)
    return;
  login->reason = g_strdup (cardea_message_get_string (message, "reason"));
  login->over = TRUE;
}

static void
show_code (UiCli *cli, const CardeaMessage *code)
{
  const char *whole = cardea_message_get_string (code, "whole");

  if (cli->json)
    {
      ui_cli_output_json (cli->output, cardea_message_body (code));
      return;
    }
  ui_cli_output_line (cli->output, _ ("Open %s in a browser and type this code: %s"),
                      cardea_message_get_string (code, "url"),
                      cardea_message_get_string (code, "code"));
  if (whole != NULL)
    ui_cli_output_line (cli->output, _ ("Or open %s"), whole);
}

gboolean
ui_cli_credential_login (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error)
      || !ui_cli_check_word (rest[0], LONGEST_NAME, _ ("the name"), error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  Login login = { .name = rest[0] };
  CardeaMessage *request = cardea_message_new ("credential.login");
  cardea_message_set_string (request, "name", rest[0]);
  guint listener = ui_cli_link_listen (cli, (UiCliLinkListener){ message_cb, NULL }, &login);
  g_autoptr (CardeaMessage) code = ui_cli_link_call (cli, request, "credential.code", error);
  if (code != NULL)
    show_code (cli, code);
  gboolean waited = code != NULL && ui_cli_link_wait (cli, &login.over, error);
  ui_cli_link_unlisten (cli, listener);
  g_autofree char *reason = login.reason;
  if (waited && reason != NULL)
    g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, _ ("you are not logged in: %s"), reason);
  else if (waited && !cli->json)
    ui_cli_output_line (cli->output, _ ("You are logged in; “%s” can be used now."), rest[0]);
  return waited && reason == NULL;
}
