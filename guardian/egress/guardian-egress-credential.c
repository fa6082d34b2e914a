/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what is bound to which host. Refuses: to add a secret elsewhere; a header
 * of a bound kind with something foreign in it, to a host that has a secret of the person's (data
 * would leave to somebody else's account there). Known gaps: while a request is on its way its
 * header is in libcurl's memory, which is not locked. */

#include "guardian/egress/guardian-egress-credential.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-host.h"

#include <string.h>
#include <sys/stat.h>

typedef struct {
  char *host;
  guint port; /* 0: every */
  gboolean below;
} Place;

struct _GuardianEgressCredential {
  GPtrArray *places;
  char *header;
  char *scheme;
  char *placeholder;
  CardeaSecret *secret;
};

struct _GuardianEgressCredentials {
  GHashTable *all; /* name → GuardianEgressCredential */
};

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->host);
  g_free (place);
}

static void
credential_free (gpointer data)
{
  GuardianEgressCredential *credential = data;

  g_ptr_array_unref (credential->places);
  g_free (credential->header);
  g_free (credential->scheme);
  g_free (credential->placeholder);
  g_clear_pointer (&credential->secret, cardea_secret_unref);
  g_free (credential);
}

GuardianEgressCredentials *
guardian_egress_credentials_new (void)
{
  GuardianEgressCredentials *credentials = g_new0 (GuardianEgressCredentials, 1);

  credentials->all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, credential_free);
  return credentials;
}

void
guardian_egress_credentials_free (GuardianEgressCredentials *credentials)
{
  g_hash_table_unref (credentials->all);
  g_free (credentials);
}

static gboolean
read_places (const CardeaJson *hosts, GPtrArray *places)
{
  for (guint i = 0; i < cardea_json_size (hosts); i++)
    {
      g_autofree Place *place = g_new0 (Place, 1);
      if (!cardea_host_parse (cardea_json_string (cardea_json_nth (hosts, i)), &place->host,
                              &place->port, &place->below, NULL))
        return FALSE;
      g_ptr_array_add (places, g_steal_pointer (&place));
    }
  return places->len > 0;
}

/* Without what an editor puts at the end; a header has one line. */
static CardeaSecret *
read_secret (int fd)
{
  struct stat st;
  g_autoptr (CardeaSecret) whole = NULL;

  if (fstat (fd, &st) != 0 || st.st_size < 1 || st.st_size > (off_t) GUARDIAN_EGRESS_CREDENTIAL_MAX
      || (whole = cardea_secret_new ((gsize) st.st_size)) == NULL
      || pread (fd, cardea_secret_writable (whole), (gsize) st.st_size, 0) != st.st_size)
    return NULL;
  const guint8 *bytes = cardea_secret_bytes (whole);
  gsize size = cardea_secret_size (whole);
  while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
    size--;
  for (gsize i = 0; i < size; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7e)
      return NULL;
  CardeaSecret *secret = size > 0 ? cardea_secret_new (size) : NULL;
  if (secret != NULL)
    memcpy (cardea_secret_writable (secret), bytes, size);
  return secret;
}

gboolean
guardian_egress_credentials_take (GuardianEgressCredentials *credentials, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "name");
  const char *header = cardea_message_get_string (message, "header");
  const char *scheme = cardea_message_get_string (message, "scheme");
  cardea_autofd int fd = cardea_message_take_fd (message, "secret");

  g_hash_table_remove (credentials->all, name);
  if (fd < 0)
    return TRUE;
  GuardianEgressCredential *credential = g_new0 (GuardianEgressCredential, 1);
  credential->places = g_ptr_array_new_with_free_func (place_free);
  credential->header = g_strdup (header);
  credential->scheme = g_strdup (scheme);
  credential->placeholder = g_strdup (cardea_message_get_string (message, "placeholder"));
  credential->secret = read_secret (fd);
  if (credential->secret == NULL
      || !guardian_egress_header_is_good (header, scheme != NULL ? scheme : "")
      || guardian_egress_header_is_hop (header)
      || g_hash_table_size (credentials->all) >= GUARDIAN_EGRESS_CREDENTIALS
      || !read_places (cardea_message_get_json (message, "hosts"), credential->places))
    {
      credential_free (credential);
      return FALSE;
    }
  g_hash_table_insert (credentials->all, g_strdup (name), credential);
  return TRUE;
}

const GuardianEgressCredential *
guardian_egress_credentials_find (const GuardianEgressCredentials *credentials, const char *name)
{
  return g_hash_table_lookup (credentials->all, name);
}

gboolean
guardian_egress_credential_is_bound (const GuardianEgressCredential *credential,
                                     const GuardianEgressName *name, guint16 port)
{
  for (guint i = 0; i < credential->places->len; i++)
    {
      const Place *place = credential->places->pdata[i];
      if ((place->port == 0 || place->port == port)
          && (place->below ? guardian_egress_name_lies_in (name, place->host)
                           : strcmp (name->text, place->host) == 0))
        return TRUE;
    }
  return FALSE;
}

gboolean
guardian_egress_credentials_has (const GuardianEgressCredentials *credentials,
                                 const GuardianEgressName *name, guint16 port)
{
  GHashTableIter iter;
  gpointer credential;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &credential))
    if (guardian_egress_credential_is_bound (credential, name, port))
      return TRUE;
  return FALSE;
}

GuardianEgressHeader *
guardian_egress_credential_header (const GuardianEgressCredential *credential)
{
  gsize size = cardea_secret_size (credential->secret);
  gsize before = credential->scheme != NULL ? strlen (credential->scheme) + 1 : 0;
  GuardianEgressHeader *header = g_new0 (GuardianEgressHeader, 1);

  header->name = g_strdup (credential->header);
  header->value = g_malloc (before + size + 1);
  if (before > 0)
    {
      memcpy (header->value, credential->scheme, before - 1);
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

/* The header in headers that holds credential's placeholder, with the secret in its place; NULL. */
static GuardianEgressHeader *
exchange (const GuardianEgressCredential *credential, GPtrArray *headers)
{
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, credential->header) != 0
          || !is_placeholder (credential, header->value))
        continue;
      GuardianEgressHeader *real = guardian_egress_credential_header (credential);
      g_ptr_array_remove_index (headers, i);
      g_ptr_array_insert (headers, (int) i, real);
      return real;
    }
  return NULL;
}

static gboolean
has_foreign (const GuardianEgressCredential *credential, const GPtrArray *headers,
             const GuardianEgressHeader *exchanged)
{
  for (guint i = 0; i < headers->len; i++)
    if (headers->pdata[i] != exchanged
        && is_identity (credential, ((const GuardianEgressHeader *) headers->pdata[i])->name))
      return TRUE;
  return FALSE;
}

gboolean
guardian_egress_credentials_exchange (const GuardianEgressCredentials *credentials,
                                      const GuardianEgressName *name, guint16 port,
                                      GPtrArray *headers, CardeaSecret **ret_used)
{
  const GuardianEgressHeader *exchanged = NULL;
  GHashTableIter iter;
  gpointer credential;
  gboolean foreign = FALSE;

  *ret_used = NULL;
  g_hash_table_iter_init (&iter, credentials->all);
  while (exchanged == NULL && g_hash_table_iter_next (&iter, NULL, &credential))
    if (guardian_egress_credential_is_bound (credential, name, port))
      {
        exchanged = exchange (credential, headers);
        if (exchanged != NULL)
          *ret_used = guardian_egress_credential_secret (credential);
      }
  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &credential))
    foreign = foreign
              || (guardian_egress_credential_is_bound (credential, name, port)
                  && has_foreign (credential, headers, exchanged));
  return !foreign;
}

char *
guardian_egress_credentials_exchange_line (const GuardianEgressCredentials *credentials,
                                           const GuardianEgressName *name, guint16 port,
                                           const char *line, CardeaSecret **ret_used)
{
  const char *query = strchr (line, '?');
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, credentials->all);
  while (query != NULL && g_hash_table_iter_next (&iter, NULL, &value))
    {
      const GuardianEgressCredential *credential = value;
      const char *at = credential->placeholder != NULL && credential->placeholder[0] != '\0'
                           ? strstr (query, credential->placeholder)
                           : NULL;
      if (at == NULL || !guardian_egress_credential_is_bound (credential, name, port))
        continue;
      g_autofree char *before = g_strndup (line, (gsize) (at - line));
      char *secret = g_uri_escape_bytes (cardea_secret_bytes (credential->secret),
                                         cardea_secret_size (credential->secret), NULL);
      char *whole = g_strconcat (before, secret, at + strlen (credential->placeholder), NULL);
      explicit_bzero (secret, strlen (secret));
      g_free (secret);
      *ret_used = guardian_egress_credential_secret (credential);
      return whole;
    }
  return NULL;
}

CardeaSecret *
guardian_egress_credential_secret (const GuardianEgressCredential *credential)
{
  return cardea_secret_ref (credential->secret);
}

const char *
guardian_egress_credentials_name (const GuardianEgressCredentials *credentials,
                                  const CardeaSecret *secret)
{
  GHashTableIter iter;
  gpointer name;
  gpointer credential;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, &name, &credential))
    if (((const GuardianEgressCredential *) credential)->secret == secret)
      return name;
  return NULL;
}

gboolean
guardian_egress_credential_is_in (const CardeaSecret *secret, const char *text)
{
  return secret != NULL
         && memmem (text, strlen (text), cardea_secret_bytes (secret), cardea_secret_size (secret))
                != NULL;
}
