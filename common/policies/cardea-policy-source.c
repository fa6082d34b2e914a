/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the administrator for where bundles are. Refuses what is not of its form, whole: a source
 * that was mistyped would be rules that are missing. Known gaps: none. */

#include "common/policies/cardea-policy-source.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"
#include "common/json/cardea-json.h"
#include "common/policies/cardea-policy-files.h"

#include <string.h>

#define MAX_NAME 64u
#define MAX_SECONDS 86400

static void
source_free (gpointer data)
{
  CardeaPolicySource *source = data;
  g_free (source->name);
  g_free (source->url);
  g_free (source);
}

static gboolean
read_name (const CardeaJson *value, CardeaPolicySource *source)
{
  const char *text = cardea_json_string (value);
  gsize size = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-')
      return FALSE;
  source->name = g_strdup (text);
  return size > 0 && size <= MAX_NAME;
}

static gboolean
read_url (const CardeaJson *value, CardeaPolicySource *source)
{
  const char *text = cardea_json_string (value);
  g_autoptr (CardeaUrl) url = text != NULL ? cardea_url_parse (text, NULL) : NULL;

  if (url == NULL || (!url->secure && !cardea_host_is_loopback (url->host)))
    return FALSE;
  source->url = cardea_url_format (url);
  return TRUE;
}

static gboolean
read_seconds (const CardeaJson *value, CardeaPolicySource *source)
{
  gint64 seconds = 0;

  if (!cardea_json_int (value, &seconds) || seconds < 1 || seconds > MAX_SECONDS)
    return FALSE;
  source->seconds = (guint) seconds;
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*read) (const CardeaJson *value, CardeaPolicySource *source);
} members[] = { { "name", read_name }, { "url", read_url }, { "seconds", read_seconds } };

static gboolean
read_member (const char *name, const CardeaJson *value, CardeaPolicySource *source)
{
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].name, name) == 0)
      return members[i].read (value, source);
  return FALSE;
}

static gboolean
read_source (const CardeaJson *json, GPtrArray *sources)
{
  CardeaPolicySource *source = g_new0 (CardeaPolicySource, 1);

  source->seconds = CARDEA_POLICY_SOURCE_SECONDS;
  g_ptr_array_add (sources, source);
  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (json); i++)
    if (!read_member (cardea_json_nth_name (json, i), cardea_json_nth (json, i), source))
      return FALSE;
  for (guint i = 0; source->name != NULL && i + 1 < sources->len; i++)
    if (strcmp (((const CardeaPolicySource *) sources->pdata[i])->name, source->name) == 0)
      return FALSE;
  return source->name != NULL && source->url != NULL;
}

GPtrArray *
cardea_policy_source_read_all (const char *text, gsize size, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (source_free);
  g_autoptr (CardeaJson) json = cardea_json_parse (text, size, NULL);
  const CardeaJson *list = json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT
                                   && cardea_json_size (json) == 1
                               ? cardea_json_get (json, "bundles")
                               : NULL;
  guint count
      = list != NULL && cardea_json_type (list) == CARDEA_JSON_ARRAY ? cardea_json_size (list) : 0;
  gboolean good = count > 0 && count <= CARDEA_POLICY_MAX_SOURCES;

  for (guint i = 0; good && i < count; i++)
    good = read_source (cardea_json_nth (list, i), sources);
  if (good)
    return g_steal_pointer (&sources);
  g_set_error_literal (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_BUNDLE,
                       "it must be {\"bundles\": [{\"name\", \"url\", \"seconds\"?}]}, each with a "
                       "name of its own and an https address");
  return NULL;
}
