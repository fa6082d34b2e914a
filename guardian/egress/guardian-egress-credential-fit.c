/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Credentials in one request. Trusts and refuses what guardian-egress-credential.c says. Known
 * gaps: none. */

#include "guardian/egress/guardian-egress-credential-private.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"

#include <string.h>

#define HEADER_PAYLOAD "X-Amz-Content-Sha256"

gboolean
guardian_egress_credential_may_go (const GuardianEgressCredential *credential,
                                   const GuardianEgressPlace *where)
{
  for (guint i = 0; i < credential->places->len; i++)
    {
      const GuardianEgressCredentialPlace *place = credential->places->pdata[i];
      if (guardian_egress_credential_is_at (place, &where->name, where->port)
          && place->plain == !where->tls)
        return TRUE;
    }
  return FALSE;
}

/* With what the token is proved to be ours; NULL: it need not be. */
static GuardianEgressProof *
proof_of (const GuardianEgressCredential *credential)
{
  return credential->token != NULL ? guardian_egress_token_proof (credential->token) : NULL;
}

static GuardianEgressHeader *
new_header (const GuardianEgressCredential *credential)
{
  gsize size = cardea_secret_size (credential->secret);
  /* A bound token has a scheme of its own (RFC 9449, 7.1), whatever programs write. */
  const char *scheme = proof_of (credential) != NULL ? "DPoP" : credential->scheme;
  gsize before = scheme != NULL ? strlen (scheme) + 1 : 0;
  GuardianEgressHeader *header = g_new0 (GuardianEgressHeader, 1);

  header->name = g_strdup (credential->header);
  header->value = g_malloc (before + size + 1);
  if (before > 0)
    {
      memcpy (header->value, scheme, before - 1);
      header->value[before - 1] = ' ';
    }
  memcpy (header->value + before, cardea_secret_bytes (credential->secret), size);
  header->value[before + size] = '\0';
  return header;
}

/* The value is what a program was told to send. */
static gboolean
is_placeholder (const GuardianEgressCredential *credential, const char *value)
{
  const char *bare = value;
  gsize size = credential->scheme != NULL ? strlen (credential->scheme) : 0;

  if (credential->placeholder == NULL)
    return FALSE;
  if (size > 0 && g_ascii_strncasecmp (value, credential->scheme, size) == 0 && value[size] == ' ')
    bare = value + size + 1;
  return strcmp (bare, credential->placeholder) == 0;
}

/* Headers by which a program would say who it is. */
static gboolean
is_identity (const GuardianEgressCredential *credential, const char *name)
{
  return g_ascii_strcasecmp (name, credential->header) == 0
         || g_ascii_strcasecmp (name, "Authorization") == 0;
}

/* --- one request --- */

typedef struct {
  const GuardianEgressPlace *place;
  GPtrArray *headers;
  char **line;
  const GuardianEgressCredential *used;   /* NULL: none so far */
  const GuardianEgressHeader *put;        /* the header with the secret; NULL: it is not in one */
  const GuardianEgressCredential *missed; /* whose secret is not there; NULL: none */
  GuardianEgressSignClaim claim;          /* of a request that is to be signed anew */
} Fitting;

/* Keys of AWS, that sign and are never sent. */
static const GuardianEgressRole *
role_of (const GuardianEgressCredential *credential)
{
  return credential->token != NULL ? guardian_egress_token_role (credential->token) : NULL;
}

/* A program signed with the placeholder for an id: its signature is worth nothing, and is made anew
 * when all the rest is as it goes out. */
static void
exchange_signature (Fitting *fitting, const GuardianEgressCredential *credential)
{
  for (guint i = 0; i < fitting->headers->len; i++)
    {
      const GuardianEgressHeader *header = fitting->headers->pdata[i];
      GuardianEgressSignClaim claim = { 0 };
      if (g_ascii_strcasecmp (header->name, "Authorization") != 0)
        continue;
      if (!guardian_egress_sign_read (header->value, &claim)
          || g_strcmp0 (claim.id, credential->placeholder) != 0)
        {
          guardian_egress_sign_claim_clear (&claim);
          continue;
        }
      if (credential->secret == NULL)
        {
          fitting->missed = credential;
          guardian_egress_sign_claim_clear (&claim);
          return;
        }
      fitting->claim = claim;
      fitting->used = credential;
      fitting->put = header;
      return;
    }
}

static void
exchange_header (Fitting *fitting, const GuardianEgressCredential *credential)
{
  if (role_of (credential) != NULL)
    {
      exchange_signature (fitting, credential);
      return;
    }
  for (guint i = 0; fitting->used == NULL && i < fitting->headers->len; i++)
    {
      const GuardianEgressHeader *header = fitting->headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, credential->header) != 0
          || !is_placeholder (credential, header->value))
        continue;
      if (credential->secret == NULL)
        {
          fitting->missed = credential;
          return;
        }
      GuardianEgressHeader *real = new_header (credential);
      g_ptr_array_remove_index (fitting->headers, i);
      g_ptr_array_insert (fitting->headers, (int) i, real);
      fitting->used = credential;
      fitting->put = real;
    }
}

/* Where the placeholder stands in the query; NULL: it does not. */
static const char *
find_in_query (const GuardianEgressCredential *credential, const char *line)
{
  const char *query = strchr (line, '?');

  return query != NULL && credential->placeholder != NULL && credential->placeholder[0] != '\0'
             ? strstr (query, credential->placeholder)
             : NULL;
}

static void
exchange_line (Fitting *fitting, const GuardianEgressCredential *credential)
{
  const char *at = find_in_query (credential, *fitting->line);

  if (at == NULL || fitting->used != NULL || role_of (credential) != NULL)
    return;
  if (credential->secret == NULL)
    {
      fitting->missed = credential;
      return;
    }
  g_autofree char *before = g_strndup (*fitting->line, (gsize) (at - *fitting->line));
  char *secret = g_uri_escape_bytes (cardea_secret_bytes (credential->secret),
                                     cardea_secret_size (credential->secret), NULL);
  char *whole = g_strconcat (before, secret, at + strlen (credential->placeholder), NULL);
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
  g_free (*fitting->line);
  *fitting->line = whole;
  fitting->used = credential;
}

static gboolean
has_foreign (const GuardianEgressCredential *credential, const Fitting *fitting)
{
  for (guint i = 0; i < fitting->headers->len; i++)
    {
      const GuardianEgressHeader *header = fitting->headers->pdata[i];
      if (header != fitting->put && is_identity (credential, header->name))
        return TRUE;
    }
  return FALSE;
}

typedef void (*Exchange) (Fitting *fitting, const GuardianEgressCredential *credential);

static void
exchange_all (const GuardianEgressCredentials *credentials, Fitting *fitting, Exchange exchange)
{
  GHashTableIter iter;
  gpointer credential;

  g_hash_table_iter_init (&iter, credentials->all);
  while (fitting->used == NULL && g_hash_table_iter_next (&iter, NULL, &credential))
    if (guardian_egress_credential_is_bound (credential, &fitting->place->name,
                                             fitting->place->port))
      exchange (fitting, credential);
}

static gboolean
any_foreign (const GuardianEgressCredentials *credentials, const Fitting *fitting)
{
  GHashTableIter iter;
  gpointer credential;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &credential))
    if (guardian_egress_credential_is_bound (credential, &fitting->place->name,
                                             fitting->place->port)
        && has_foreign (credential, fitting))
      return TRUE;
  return FALSE;
}

/* NULL: good. */
static const char *
add_own (const GuardianEgressCredentials *credentials, Fitting *fitting, const char *own)
{
  const GuardianEgressCredential *credential = g_hash_table_lookup (credentials->all, own);

  if (fitting->used != NULL)
    return "two secrets were to be put into one request";
  if (credential == NULL || credential->secret == NULL)
    return "the credential is not known";
  if (!guardian_egress_credential_is_bound (credential, &fitting->place->name,
                                            fitting->place->port))
    return "the credential is not for this host";
  fitting->used = credential;
  if (role_of (credential) != NULL)
    {
      /* Of the agent's own requests: SERVICE.REGION.amazonaws.com. */
      const char *host = fitting->place->name.text;
      fitting->claim.region = g_strdup (role_of (credential)->region);
      fitting->claim.service = g_strndup (host, strcspn (host, "."));
      fitting->claim.headers = g_strsplit ("content-type", ";", 1);
    }
  else
    g_ptr_array_add (fitting->headers, new_header (credential));
  return NULL;
}

static void
drop_header (GPtrArray *headers, const char *name)
{
  for (guint i = headers->len; i > 0; i--)
    if (g_ascii_strcasecmp (((const GuardianEgressHeader *) headers->pdata[i - 1])->name, name)
        == 0)
      g_ptr_array_remove_index (headers, i - 1);
}

/* As the header Host has it; the caller owns it. */
static char *
host_of (const GuardianEgressPlace *place)
{
  gboolean usual = place->port == (place->tls ? CARDEA_URL_PORT_HTTPS : CARDEA_URL_PORT_HTTP);

  return cardea_host_format (place->name.text, usual ? 0 : place->port);
}

static const char *
find_header (const GPtrArray *headers, const char *name)
{
  for (guint i = 0; i < headers->len; i++)
    if (g_ascii_strcasecmp (((const GuardianEgressHeader *) headers->pdata[i])->name, name) == 0)
      return ((const GuardianEgressHeader *) headers->pdata[i])->value;
  return NULL;
}

static char *
hash_body (const GQueue *body)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (const GList *at = body->head; at != NULL; at = at->next)
    {
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (at->data, &size);
      g_checksum_update (checksum, bytes, (gssize) size);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

/* What stands for the body in the signature. NULL: nothing can; *ret_why (static) says why. */
static char *
make_payload (const Fitting *fitting, const char **ret_why)
{
  const char *said = find_header (fitting->headers, HEADER_PAYLOAD);

  *ret_why = "its body is signed piece by piece, which cannot be done anew";
  if (said != NULL && g_str_has_prefix (said, "STREAMING-AWS4-"))
    return NULL;
  if (said != NULL && strstr (said, GUARDIAN_EGRESS_SIGN_UNSIGNED) != NULL)
    return g_strdup (said);
  *ret_why = "its body is too long to be signed";
  if (fitting->place->body == NULL) /* the service compares what the program said with what comes */
    return said != NULL ? g_strdup (said) : NULL;
  char *payload = hash_body (fitting->place->body);
  if (said != NULL)
    {
      drop_header (fitting->headers, HEADER_PAYLOAD);
      g_ptr_array_add (fitting->headers, guardian_egress_header_new (HEADER_PAYLOAD, payload));
    }
  return payload;
}

/* NULL: it is signed. */
static const char *
sign (const Fitting *fitting)
{
  const GuardianEgressPlace *place = fitting->place;
  const char *why = NULL;
  GuardianEgressSignKeys keys;

  if (role_of (fitting->used) == NULL)
    return NULL;
  g_autofree char *host = host_of (place);
  g_autofree char *payload = make_payload (fitting, &why);
  const GuardianEgressSignWhat what = {
    .method = place->method,
    .host = host,
    .line = *fitting->line,
    .region = fitting->claim.region,
    .service = fitting->claim.service,
    .payload = payload,
    .signs = fitting->claim.headers,
    .time = g_get_real_time () / G_USEC_PER_SEC,
  };
  if (payload == NULL)
    return why;
  return place->method != NULL && guardian_egress_sign_split (fitting->used->secret, &keys)
                 && guardian_egress_sign (&keys, &what, fitting->headers)
             ? NULL
             : "it cannot be signed";
}

/* FALSE: it cannot be proved. */
static gboolean
add_proof (const Fitting *fitting)
{
  const GuardianEgressProof *proof = proof_of (fitting->used);
  const GuardianEgressPlace *place = fitting->place;

  if (proof == NULL)
    return TRUE;
  g_autofree char *host = host_of (place);
  g_autofree char *path = g_strndup (*fitting->line, strcspn (*fitting->line, "?#"));
  g_autofree char *url = g_strconcat (place->tls ? "https://" : "http://", host, path, NULL);
  g_autofree char *text
      = place->method != NULL
            ? guardian_egress_proof_make (proof, place->method, url, fitting->used->secret)
            : NULL;
  if (text == NULL)
    return FALSE;
  drop_header (fitting->headers, "DPoP");
  g_ptr_array_add (fitting->headers, guardian_egress_header_new ("DPoP", text));
  return TRUE;
}

void
guardian_egress_credentials_heard (const GuardianEgressCredentials *credentials,
                                   const GuardianEgressName *name, guint16 port,
                                   const GPtrArray *headers)
{
  const char *nonce = NULL;
  GHashTableIter iter;
  gpointer credential;

  for (guint i = 0; i < headers->len; i++)
    if (g_ascii_strcasecmp (((const GuardianEgressHeader *) headers->pdata[i])->name, "DPoP-Nonce")
        == 0)
      nonce = ((const GuardianEgressHeader *) headers->pdata[i])->value;
  g_hash_table_iter_init (&iter, credentials->all);
  while (nonce != NULL && g_hash_table_iter_next (&iter, NULL, &credential))
    if (proof_of (credential) != NULL
        && guardian_egress_credential_is_bound (credential, name, port))
      guardian_egress_proof_set_nonce (proof_of (credential), nonce);
}

/* So that a secret that comes back can be seen (guardian-egress-strip.h). */
static void
want_plain_answer (GPtrArray *headers)
{
  drop_header (headers, "Accept-Encoding");
  g_ptr_array_add (headers, guardian_egress_header_new ("Accept-Encoding", "identity"));
}

const char *
guardian_egress_credential_refusal (const CardeaSecret *secret, const char *method,
                                    const GPtrArray *headers)
{
  for (guint i = 0; secret != NULL && strcmp (method, "HEAD") != 0 && i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "Content-Encoding") == 0
          && g_ascii_strcasecmp (header->value, "identity") != 0)
        return "the host packed its answer, unasked: a secret may be in it";
    }
  return NULL;
}

/* NULL: good. */
static const char *
apply (const GuardianEgressCredentials *credentials, Fitting *fitting, const char *own,
       CardeaSecret **ret_used)
{
  if (fitting->missed == NULL && any_foreign (credentials, fitting))
    return "the request says by itself who it is from, to a host that has a credential";
  exchange_all (credentials, fitting, exchange_line);
  if (fitting->missed != NULL)
    return fitting->missed->problem != NULL ? fitting->missed->problem
                                            : "its credential did not come in time";
  const char *why = own != NULL ? add_own (credentials, fitting, own) : NULL;
  if (fitting->used != NULL)
    {
      *ret_used = cardea_secret_ref (fitting->used->secret);
      want_plain_answer (fitting->headers);
      if (why == NULL && !add_proof (fitting))
        why = "it cannot be proved that the token is ours";
      if (why == NULL)
        why = sign (fitting);
    }
  if (why == NULL && fitting->used != NULL
      && !guardian_egress_credential_may_go (fitting->used, fitting->place))
    why = "the credential is not for this scheme: it goes out over TLS, unless http was named";
  return why;
}

const char *
guardian_egress_credentials_apply (const GuardianEgressCredentials *credentials,
                                   const GuardianEgressPlace *place, const char *own,
                                   GPtrArray *headers, char **line, CardeaSecret **ret_used)
{
  Fitting fitting = { .place = place, .headers = headers, .line = line };

  *ret_used = NULL;
  exchange_all (credentials, &fitting, exchange_header);
  const char *why = apply (credentials, &fitting, own, ret_used);
  guardian_egress_sign_claim_clear (&fitting.claim);
  return why;
}
