/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the seals of a memfd, which the channel has checked. Refuses headers that are not made of
 * what RFC 9110 §5 allows, and those that say where a message goes, how long it is or through whom:
 * what was decided about must be what arrives. Known gaps: none. */

#include "guardian/core/guardian-payload.h"

#include "common/crypto/cardea-digest.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define NAME_LIMIT 128u
#define VALUE_LIMIT 16384u
#define TOKEN_MARKS "!#$%&'*+-.^_`|~"

G_DEFINE_QUARK (guardian - payload - error - quark, guardian_payload_error)

/* In small letters; the last ones are the beginnings of many. */
static const char *const closed[] = { "host",
                                      "content-length",
                                      "transfer-encoding",
                                      "connection",
                                      "keep-alive",
                                      "te",
                                      "trailer",
                                      "upgrade",
                                      "expect",
                                      "via",
                                      "forwarded",
                                      "alt-used",
                                      "accept-encoding",
                                      "http2-settings",
                                      "early-data",
                                      "x-real-ip",
                                      "x-forwarded-",
                                      "proxy-",
                                      "sec-",
                                      NULL };

static gboolean
fail (GError **error, GuardianPayloadError code, const char *reason)
{
  g_set_error_literal (error, GUARDIAN_PAYLOAD_ERROR, code, reason);
  return FALSE;
}

static gboolean
is_name (const char *name)
{
  gsize size = name != NULL ? strnlen (name, NAME_LIMIT + 1) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (name[i]) && strchr (TOKEN_MARKS, name[i]) == NULL)
      return FALSE;
  return size > 0 && size <= NAME_LIMIT;
}

/* One line without controls, and nothing around it that some server would trim. */
static gboolean
is_value (const char *value)
{
  gsize size = value != NULL ? strnlen (value, VALUE_LIMIT + 1) : VALUE_LIMIT + 1;

  for (gsize i = 0; i < size; i++)
    if (((guchar) value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f)
      return FALSE;
  return size <= VALUE_LIMIT
         && (size == 0 || (!g_ascii_isspace (value[0]) && !g_ascii_isspace (value[size - 1])));
}

static gboolean
is_closed (const char *name)
{
  g_autofree char *small = g_ascii_strdown (name, -1);

  for (gsize i = 0; closed[i] != NULL; i++)
    if (strcmp (small, closed[i]) == 0
        || (g_str_has_suffix (closed[i], "-") && g_str_has_prefix (small, closed[i])))
      return TRUE;
  return FALSE;
}

static gboolean
take_header (GuardianPayload *payload, const CardeaJson *header, GError **error)
{
  const char *name = cardea_json_get_string (header, "name");
  const char *value = cardea_json_get_string (header, "value");

  if (cardea_json_size (header) != 2 || !is_name (name) || !is_value (value))
    return fail (error, GUARDIAN_PAYLOAD_ERROR_HEADER, "a header is not of its form");
  if (is_closed (name))
    {
      g_set_error (error, GUARDIAN_PAYLOAD_ERROR, GUARDIAN_PAYLOAD_ERROR_HEADER,
                   "the header %s is not the agent’s to set", name);
      return FALSE;
    }
  if (g_ascii_strcasecmp (name, "content-type") != 0)
    return TRUE;
  if (payload->type != NULL)
    return fail (error, GUARDIAN_PAYLOAD_ERROR_HEADER, "two headers say what it is");
  payload->type = g_strdup (value);
  return TRUE;
}

static gboolean
take_headers (GuardianPayload *payload, const CardeaJson *headers, GError **error)
{
  for (guint i = 0; i < cardea_json_size (headers); i++)
    if (!take_header (payload, cardea_json_nth (headers, i), error))
      return FALSE;
  if (cardea_json_size (headers) > 0)
    payload->headers = cardea_json_ref ((CardeaJson *) headers);
  return TRUE;
}

/* As much as is shown, up to a whole character; NULL: it is no text. */
static char *
take_text (const char *bytes, gsize size)
{
  const char *end = NULL;
  gsize shown = MIN (size, GUARDIAN_PAYLOAD_SHOWN_LIMIT);

  if (memchr (bytes, '\0', size) != NULL || !g_utf8_validate_len (bytes, size, NULL))
    return NULL;
  if (!g_utf8_validate_len (bytes, shown, &end))
    shown = (gsize) (end - bytes);
  return g_strndup (bytes, shown);
}

static gboolean
take_body (GuardianPayload *payload, int body, GError **error)
{
  struct stat st;

  if (fstat (body, &st) != 0)
    return fail (error, GUARDIAN_PAYLOAD_ERROR_READ, g_strerror (errno));
  if (st.st_size > GUARDIAN_PAYLOAD_BYTES_LIMIT)
    return fail (error, GUARDIAN_PAYLOAD_ERROR_SIZE, "this is too much to send at once");
  payload->size = st.st_size;
  if (st.st_size == 0)
    {
      payload->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) "", 0);
      payload->text = g_strdup ("");
      return TRUE;
    }
  void *bytes = mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, body, 0);
  if (bytes == MAP_FAILED)
    return fail (error, GUARDIAN_PAYLOAD_ERROR_READ, g_strerror (errno));
  payload->sha256 = cardea_digest_sha256_hex (bytes, (gsize) st.st_size);
  payload->text = take_text (bytes, (gsize) st.st_size);
  munmap (bytes, (gsize) st.st_size);
  return TRUE;
}

GuardianPayload *
guardian_payload_new (const CardeaJson *headers, int body, GError **error)
{
  g_autoptr (GuardianPayload) payload = g_new0 (GuardianPayload, 1);

  if (!take_headers (payload, headers, error) || (body >= 0 && !take_body (payload, body, error)))
    return NULL;
  return g_steal_pointer (&payload);
}

GuardianPayload *
guardian_payload_new_program (const CardeaJson *headers, int body, GError **error)
{
  g_autoptr (GuardianPayload) payload = g_new0 (GuardianPayload, 1);

  for (guint i = 0; i < cardea_json_size (headers); i++)
    {
      const CardeaJson *header = cardea_json_nth (headers, i);
      const char *name = cardea_json_get_string (header, "name");
      const char *value = cardea_json_get_string (header, "value");
      if (name == NULL || value == NULL)
        {
          fail (error, GUARDIAN_PAYLOAD_ERROR_HEADER, "a header is not of its form");
          return NULL;
        }
      if (payload->type == NULL && g_ascii_strcasecmp (name, "content-type") == 0)
        payload->type = g_strdup (value);
    }
  if (cardea_json_size (headers) > 0)
    payload->headers = cardea_json_ref ((CardeaJson *) headers);
  return body < 0 || take_body (payload, body, error) ? g_steal_pointer (&payload) : NULL;
}

void
guardian_payload_free (GuardianPayload *payload)
{
  if (payload == NULL)
    return;
  g_clear_pointer (&payload->headers, cardea_json_unref);
  g_free (payload->type);
  g_free (payload->sha256);
  g_free (payload->text);
  g_free (payload);
}

CardeaJson *
guardian_payload_describe (const GuardianPayload *payload)
{
  if (payload->sha256 == NULL)
    return NULL;
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_int64_string (json, "bytes", payload->size);
  cardea_json_set_string (json, "sha256", payload->sha256);
  if (payload->type != NULL)
    cardea_json_set_string (json, "type", payload->type);
  if (payload->text == NULL)
    return json;
  cardea_json_set_string (json, "text", payload->text);
  if ((gint64) strlen (payload->text) < payload->size)
    cardea_json_set_boolean (json, "cut", TRUE);
  return json;
}
