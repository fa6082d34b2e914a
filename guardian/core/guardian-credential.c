/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for which hosts may have the secret. Refuses wildcards, addresses in odd
 * notations, users in a host, headers that say where a message goes or where it ends, and whatever
 * would break out of its header line. */

#include "guardian/core/guardian-credential.h"

#include "guardian/core/guardian-member.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"

#include <string.h>

#define DEFAULT_HEADER "Authorization"
#define DEFAULT_SCHEME "Bearer"
#define PLAIN "http://"
#define PLACEHOLDER_PREFIX "cardea-placeholder-"
#define LIMIT_VARIABLE 64u
#define LIMIT_TOKEN_TEXT 2048u /* what a policy of AWS may have */

G_DEFINE_QUARK (guardian - credential - error - quark, guardian_credential_error)

/* What services are known to want; a person may say otherwise. */
static const struct {
  const char *host;
  const char *header;
  const char *scheme;
  const char *variable;
} services[] = {
  { "api.anthropic.com", "x-api-key", NULL, "ANTHROPIC_API_KEY" },
  { "api.deepseek.com", DEFAULT_HEADER, DEFAULT_SCHEME, "DEEPSEEK_API_KEY" },
  { "api.github.com", DEFAULT_HEADER, DEFAULT_SCHEME, "GITHUB_TOKEN" },
  { "api.groq.com", DEFAULT_HEADER, DEFAULT_SCHEME, "GROQ_API_KEY" },
  { "api.mistral.ai", DEFAULT_HEADER, DEFAULT_SCHEME, "MISTRAL_API_KEY" },
  { "api.openai.com", DEFAULT_HEADER, DEFAULT_SCHEME, "OPENAI_API_KEY" },
  { "api.x.ai", DEFAULT_HEADER, DEFAULT_SCHEME, "XAI_API_KEY" },
  { "generativelanguage.googleapis.com", "x-goog-api-key", NULL, "GEMINI_API_KEY" },
  { "gitlab.com", "PRIVATE-TOKEN", NULL, "GITLAB_TOKEN" },
  { "huggingface.co", DEFAULT_HEADER, DEFAULT_SCHEME, "HF_TOKEN" },
  { "openrouter.ai", DEFAULT_HEADER, DEFAULT_SCHEME, "OPENROUTER_API_KEY" },
};

/* Headers that frame a message or say where it goes (RFC 9110, RFC 9112). */
static const char *const closed_headers[] = {
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  NULL,
};

static gboolean
fail (GError **error, GuardianCredentialError code, const char *what)
{
  g_set_error_literal (error, GUARDIAN_CREDENTIAL_ERROR, code, what);
  return FALSE;
}

/* Of those characters alone, 1 to limit of them. */
static gboolean
consists_of (const char *text, gsize limit, const char *more)
{
  gsize size = strlen (text);
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (more, text[i]) == NULL)
      return FALSE;
  return size > 0 && size <= limit;
}

gboolean
guardian_credential_is_name (const char *name)
{
  return name != NULL && g_ascii_isalnum (name[0])
         && consists_of (name, GUARDIAN_CREDENTIAL_NAME_LIMIT, "._:-");
}

static gboolean
is_header (const char *header)
{
  g_autofree char *lower = g_ascii_strdown (header, -1);
  return consists_of (header, GUARDIAN_CREDENTIAL_HEADER_LIMIT, "-_")
         && !g_strv_contains (closed_headers, lower);
}

static gboolean
is_variable (const char *variable)
{
  return consists_of (variable, LIMIT_VARIABLE, "_") && !g_ascii_isdigit (variable[0]);
}

/* --- making --- */

/* HOST[:PORT] is meant with TLS; without it a secret goes nowhere but to this computer, and only
 * where http was written. */
static char *
canonical_host (const char *text, GError **error)
{
  gboolean plain = g_str_has_prefix (text, PLAIN);
  g_autofree char *host = NULL;
  g_autoptr (GError) reason = NULL;
  gboolean below = FALSE;
  guint port = 0;

  if (!cardea_host_parse (plain ? text + strlen (PLAIN) : text, &host, &port, &below, &reason)
      || below)
    g_set_error (error, GUARDIAN_CREDENTIAL_ERROR, GUARDIAN_CREDENTIAL_ERROR_HOST,
                 "a credential is bound to HOST or HOST:PORT, each by itself: %s",
                 below ? "this means many" : reason->message);
  else if (plain && !cardea_host_is_loopback (host))
    fail (error, GUARDIAN_CREDENTIAL_ERROR_HOST,
          "without TLS a credential goes to this computer only: write HOST for https");
  else
    return guardian_credential_place (host,
                                      port != 0 ? port
                                      : plain   ? CARDEA_URL_PORT_HTTP
                                                : CARDEA_URL_PORT_HTTPS,
                                      !plain);
  return NULL;
}

static gboolean
take_hosts (GuardianCredential *credential, const CardeaJson *hosts, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint count = cardea_json_size (hosts);

  if (cardea_json_type (hosts) != CARDEA_JSON_ARRAY || count == 0
      || count > GUARDIAN_CREDENTIAL_HOSTS_LIMIT)
    return fail (error, GUARDIAN_CREDENTIAL_ERROR_HOST,
                 "a credential is bound to 1 to 64 hosts: name them");
  for (guint i = 0; i < count; i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (hosts, i));
      g_autofree char *host = canonical_host (text != NULL ? text : "", error);
      if (host == NULL)
        return FALSE;
      g_strv_builder_add (builder, host);
    }
  credential->hosts = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
take_header (GuardianCredential *credential, const char *header, const char *scheme,
             const char *variable, GError **error)
{
  const char *known_header = DEFAULT_HEADER;
  const char *known_scheme = DEFAULT_SCHEME;

  for (gsize i = 0; i < G_N_ELEMENTS (services); i++)
    {
      g_autofree char *host = cardea_host_format (services[i].host, CARDEA_URL_PORT_HTTPS);
      if (strcmp (credential->hosts[0], host) != 0)
        continue;
      known_header = services[i].header;
      known_scheme = services[i].scheme;
      variable = variable != NULL ? variable : services[i].variable;
    }
  if (header != NULL && g_ascii_strcasecmp (header, known_header) != 0)
    known_scheme = g_ascii_strcasecmp (header, DEFAULT_HEADER) == 0 ? DEFAULT_SCHEME : NULL;
  header = header != NULL ? header : known_header;
  scheme = scheme != NULL ? scheme : known_scheme;
  if (!is_header (header))
    return fail (error, GUARDIAN_CREDENTIAL_ERROR_HEADER,
                 "a header is a name of letters, digits and hyphens, and none that frames a "
                 "message: Authorization and x-api-key are usual");
  if (scheme != NULL && scheme[0] != '\0'
      && !consists_of (scheme, GUARDIAN_CREDENTIAL_SCHEME_LIMIT, "-"))
    return fail (error, GUARDIAN_CREDENTIAL_ERROR_HEADER,
                 "a scheme is one word, as Bearer; empty for none");
  if (variable != NULL && variable[0] != '\0' && !is_variable (variable))
    return fail (error, GUARDIAN_CREDENTIAL_ERROR_VARIABLE,
                 "a variable is a name of letters, digits and underscores");
  credential->header = g_strdup (header);
  credential->scheme = scheme != NULL && scheme[0] != '\0' ? g_strdup (scheme) : NULL;
  credential->variable = variable != NULL && variable[0] != '\0' ? g_strdup (variable) : NULL;
  return TRUE;
}

GuardianCredential *
guardian_credential_new (const char *name, const CardeaJson *hosts, const char *header,
                         const char *scheme, const char *variable, GError **error)
{
  g_autoptr (GuardianCredential) credential = g_new0 (GuardianCredential, 1);

  if (!guardian_credential_is_name (name))
    {
      fail (error, GUARDIAN_CREDENTIAL_ERROR_NAME,
            "a name has at most 64 letters, digits and ._:- , and begins with a letter or digit");
      return NULL;
    }
  if (!take_hosts (credential, hosts, error)
      || !take_header (credential, header, scheme, variable, error))
    return NULL;
  g_autofree char *id = cardea_id_new (GUARDIAN_CREDENTIAL_PLACEHOLDER_ID);
  credential->name = g_strdup (name);
  credential->placeholder = g_strconcat (PLACEHOLDER_PREFIX, id, NULL);
  credential->created = g_get_real_time ();
  return g_steal_pointer (&credential);
}

/* --- where a token comes from --- */

/* A client's secret goes there: over TLS, or to this computer. NULL: it does not, or is no URL. */
static char *
read_token_url (const CardeaJson *token, const char *name)
{
  const char *text = cardea_json_get_string (token, name);
  g_autoptr (CardeaUrl) url = text != NULL ? cardea_url_parse (text, NULL) : NULL;

  return url != NULL && (url->secure || cardea_host_is_loopback (url->host))
             ? cardea_url_format (url)
             : NULL;
}

static gboolean
is_line (const char *text)
{
  gsize size = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isprint (text[i]))
      return FALSE;
  return size > 0 && size <= LIMIT_TOKEN_TEXT;
}

typedef enum {
  MEMBER_URL,
  MEMBER_LINE,
  MEMBER_FLAG,
} MemberKind;

/* objects.md, Token source. */
static const struct {
  const char *name;
  MemberKind kind;
  gboolean required;
} token_members[] = {
  { "url", MEMBER_URL, TRUE },      { "client", MEMBER_LINE, FALSE },
  { "scope", MEMBER_LINE, FALSE },  { "revoke", MEMBER_URL, FALSE },
  { "device", MEMBER_URL, FALSE },  { "audience", MEMBER_LINE, FALSE },
  { "dpop", MEMBER_FLAG, FALSE },   { "aws", MEMBER_FLAG, FALSE },
  { "region", MEMBER_LINE, FALSE }, { "role", MEMBER_LINE, FALSE },
  { "policy", MEMBER_LINE, FALSE }, { "vault", MEMBER_FLAG, FALSE },
  { "field", MEMBER_LINE, FALSE },  { "login", MEMBER_URL, FALSE },
};

/* FALSE: it is there and not of its form. */
static gboolean
take_member (const CardeaJson *token, gsize index, CardeaJson *own)
{
  const char *name = token_members[index].name;
  const char *text = cardea_json_get_string (token, name);
  gboolean flag = FALSE;

  if (token_members[index].kind == MEMBER_FLAG)
    {
      if (!cardea_json_get_boolean (token, name, &flag) || !flag)
        return FALSE;
      cardea_json_set_boolean (own, name, TRUE);
      return TRUE;
    }
  g_autofree char *url
      = token_members[index].kind == MEMBER_URL ? read_token_url (token, name) : NULL;
  if (token_members[index].kind == MEMBER_URL ? url == NULL : !is_line (text))
    return FALSE;
  cardea_json_set_string (own, name, url != NULL ? url : text);
  return TRUE;
}

static gboolean
has_any (const CardeaJson *token, const char *const *names)
{
  for (; *names != NULL; names++)
    if (cardea_json_get (token, *names) != NULL)
      return TRUE;
  return FALSE;
}

/* What a secret is decides to whom it may be sent: a key of AWS to nobody, a Vault's to that alone.
 */
static gboolean
goes_together (const CardeaJson *token)
{
  static const char *const oauth[] = { "device", "dpop", "audience", "revoke", "scope", NULL };
  static const char *const aws[] = { "region", "role", "policy", NULL };
  static const char *const vault[] = { "field", "login", NULL };
  gboolean is_aws = cardea_json_get (token, "aws") != NULL;
  gboolean is_vault = cardea_json_get (token, "vault") != NULL;
  gboolean has_client = cardea_json_get (token, "client") != NULL;

  if (is_vault)
    return !is_aws && !has_any (token, oauth) && !has_any (token, aws)
           && has_client == (cardea_json_get (token, "login") != NULL);
  if (has_any (token, vault) || !has_client)
    return FALSE;
  return is_aws ? !has_any (token, oauth) && cardea_json_get (token, "region") != NULL
                : !has_any (token, aws);
}

gboolean
guardian_credential_set_token (GuardianCredential *credential, const CardeaJson *token,
                               GError **error)
{
  g_autoptr (CardeaJson) own = cardea_json_new_object ();
  gboolean good = TRUE;

  for (gsize i = 0; good && i < G_N_ELEMENTS (token_members); i++)
    good = cardea_json_get (token, token_members[i].name) != NULL ? take_member (token, i, own)
                                                                  : !token_members[i].required;
  if (good && !goes_together (own))
    return fail (error, GUARDIAN_CREDENTIAL_ERROR_TOKEN,
                 "this does not go together: a client of OAuth has a name, a key of AWS an id and "
                 "a region, a "
                 "vault’s role its address for logging in");
  if (!good || cardea_json_size (own) != cardea_json_size (token))
    return fail (error, GUARDIAN_CREDENTIAL_ERROR_TOKEN,
                 "tokens come from an https address (http of this computer alone), for a client "
                 "that has a name there");
  g_clear_pointer (&credential->token, cardea_json_unref);
  credential->token = g_steal_pointer (&own);
  return TRUE;
}

GuardianCredential *
guardian_credential_copy (const GuardianCredential *credential)
{
  GuardianCredential *copy = g_memdup2 (credential, sizeof *credential);
  copy->name = g_strdup (credential->name);
  copy->hosts = g_strdupv (credential->hosts);
  copy->header = g_strdup (credential->header);
  copy->scheme = g_strdup (credential->scheme);
  copy->variable = g_strdup (credential->variable);
  copy->placeholder = g_strdup (credential->placeholder);
  copy->model = g_strdup (credential->model);
  copy->token = credential->token != NULL ? cardea_json_ref (credential->token) : NULL;
  return copy;
}

void
guardian_credential_take_over (GuardianCredential *credential, const GuardianCredential *former)
{
  g_free (credential->placeholder);
  g_free (credential->model);
  credential->placeholder = g_strdup (former->placeholder);
  credential->model = g_strdup (former->model);
  credential->created = former->created;
  credential->last_used = former->last_used;
}

void
guardian_credential_free (GuardianCredential *credential)
{
  if (credential == NULL)
    return;
  g_free (credential->name);
  g_strfreev (credential->hosts);
  g_free (credential->header);
  g_free (credential->scheme);
  g_free (credential->variable);
  g_free (credential->placeholder);
  g_free (credential->model);
  g_clear_pointer (&credential->token, cardea_json_unref);
  g_free (credential);
}

char *
guardian_credential_place (const char *host, guint port, gboolean secure)
{
  g_autofree char *text = cardea_host_format (host, port);
  return g_strconcat (secure ? "" : PLAIN, text, NULL);
}

gboolean
guardian_credential_covers (const GuardianCredential *credential, const char *host, guint port,
                            gboolean secure)
{
  g_autofree char *text = guardian_credential_place (host, port, secure);
  return g_strv_contains ((const char *const *) credential->hosts, text);
}

/* --- JSON --- */

CardeaJson *
guardian_credential_to_json (const GuardianCredential *credential)
{
  CardeaJson *json = cardea_json_new_object ();
  CardeaJson *hosts = cardea_json_new_array ();

  for (char **host = credential->hosts; *host != NULL; host++)
    cardea_json_append (hosts, cardea_json_new_string (*host));
  cardea_json_set_string (json, "name", credential->name);
  cardea_json_set (json, "hosts", hosts);
  cardea_json_set_string (json, "header", credential->header);
  guardian_member_set_text (json, "scheme", credential->scheme);
  guardian_member_set_text (json, "variable", credential->variable);
  cardea_json_set_string (json, "placeholder", credential->placeholder);
  if (credential->body)
    cardea_json_set_boolean (json, "body", TRUE);
  guardian_member_set_text (json, "model", credential->model);
  if (credential->token != NULL)
    cardea_json_set (json, "token", cardea_json_ref (credential->token));
  guardian_member_set_time (json, "created", credential->created);
  guardian_member_set_time (json, "last_used", credential->last_used);
  return json;
}

GuardianCredential *
guardian_credential_from_json (const CardeaJson *json)
{
  const char *header = cardea_json_get_string (json, "header");
  const char *scheme = cardea_json_get_string (json, "scheme");
  const char *variable = cardea_json_get_string (json, "variable");
  const char *placeholder = cardea_json_get_string (json, "placeholder");
  const char *model = cardea_json_get_string (json, "model");
  const CardeaJson *hosts = cardea_json_get (json, "hosts");

  if (hosts == NULL || header == NULL || placeholder == NULL
      || !g_str_has_prefix (placeholder, PLACEHOLDER_PREFIX)
      || (model != NULL && !guardian_credential_is_name (model)))
    return NULL;
  g_autoptr (GuardianCredential) credential = guardian_credential_new (
      cardea_json_get_string (json, "name"), hosts, header, scheme != NULL ? scheme : "",
      variable != NULL ? variable : "", NULL);
  const CardeaJson *token = cardea_json_get (json, "token");
  if (credential == NULL
      || (token != NULL && !guardian_credential_set_token (credential, token, NULL))
      || !guardian_member_get_time (json, "created", &credential->created)
      || !guardian_member_get_time (json, "last_used", &credential->last_used))
    return NULL;
  (void) cardea_json_get_boolean (json, "body", &credential->body);
  g_free (credential->placeholder);
  credential->placeholder = g_strdup (placeholder);
  credential->model = g_strdup (model);
  return g_steal_pointer (&credential);
}
