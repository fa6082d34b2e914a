/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of the JSON. Refuses what is not of its form, whole: a limit that was mistyped is
 * none that could be kept to. Known gap: what a server makes of a path is its own. */

#include "common/limits/cardea-host-limits.h"

#include <string.h>

static const struct {
  const char *name;
  gsize offset;
} numbers[] = {
  { "sent", G_STRUCT_OFFSET (CardeaHostLimits, sent) },
  { "received", G_STRUCT_OFFSET (CardeaHostLimits, received) },
  { "minute", G_STRUCT_OFFSET (CardeaHostLimits, minute) },
  { "session", G_STRUCT_OFFSET (CardeaHostLimits, session) },
  { "hour", G_STRUCT_OFFSET (CardeaHostLimits, hour) },
};

#define METHOD_LIMIT 32u /* characters */

static gboolean
is_method (const char *text)
{
  gsize size = strlen (text);

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isupper (text[i]) && text[i] != '-')
      return FALSE;
  return size > 0 && size <= METHOD_LIMIT;
}

static gboolean
is_path (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c) || strchr ("?#%\\", *c) != NULL)
      return FALSE;
  return text[0] == '/';
}

static gboolean
is_type (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && strchr ("/+-.", *c) == NULL)
      return FALSE;
  return g_ascii_islower (text[0]) && strchr (text, '/') != NULL;
}

/* What covers is of the same form as what is covered: "/v1" is /v1 and all below. */
static gboolean
is_same (const char *outer, const char *inner)
{
  return strcmp (outer, inner) == 0;
}

static gboolean
path_covers (const char *outer, const char *inner)
{
  gsize length = strlen (outer);

  return g_str_has_prefix (inner, outer)
         && (outer[length - 1] == '/' || inner[length] == '\0' || inner[length] == '/');
}

static gboolean
type_covers (const char *outer, const char *inner)
{
  return g_str_has_suffix (outer, "/") ? g_str_has_prefix (inner, outer) : is_same (outer, inner);
}

static const struct {
  const char *name;
  gsize offset;
  gboolean (*is_good) (const char *text);
  gboolean (*covers) (const char *outer, const char *inner);
} lists[] = {
  { "methods", G_STRUCT_OFFSET (CardeaHostLimits, methods), is_method, is_same },
  { "paths", G_STRUCT_OFFSET (CardeaHostLimits, paths), is_path, path_covers },
  { "types", G_STRUCT_OFFSET (CardeaHostLimits, types), is_type, type_covers },
};

static gboolean
read_list (const CardeaJson *value, gboolean (*is_good) (const char *text), char ***ret_list)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint count = cardea_json_size (value);

  if (cardea_json_type (value) != CARDEA_JSON_ARRAY || count == 0
      || count > CARDEA_HOST_LIMITS_LIST)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (value, i));
      if (text == NULL || strlen (text) > CARDEA_HOST_LIMITS_TEXT || !is_good (text))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  *ret_list = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_member (CardeaHostLimits *limits, const char *name, const CardeaJson *value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (strcmp (name, lists[i].name) == 0)
      return read_list (value, lists[i].is_good, G_STRUCT_MEMBER_P (limits, lists[i].offset));
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (strcmp (name, numbers[i].name) == 0)
      {
        gint64 *number = G_STRUCT_MEMBER_P (limits, numbers[i].offset);
        return cardea_json_int (value, number) && *number > 0
               && *number <= CARDEA_HOST_LIMITS_BYTES;
      }
  return FALSE;
}

CardeaHostLimits *
cardea_host_limits_read (const CardeaJson *json)
{
  g_autoptr (CardeaHostLimits) limits = g_new0 (CardeaHostLimits, 1);

  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT || cardea_json_size (json) == 0)
    return NULL;
  for (guint i = 0; i < cardea_json_size (json); i++)
    if (!read_member (limits, cardea_json_nth_name (json, i), cardea_json_nth (json, i)))
      return NULL;
  return g_steal_pointer (&limits);
}

CardeaHostLimits *
cardea_host_limits_copy (const CardeaHostLimits *limits)
{
  if (limits == NULL)
    return NULL;
  CardeaHostLimits *copy = g_memdup2 (limits, sizeof *limits);
  copy->methods = g_strdupv (limits->methods);
  copy->paths = g_strdupv (limits->paths);
  copy->types = g_strdupv (limits->types);
  return copy;
}

void
cardea_host_limits_free (CardeaHostLimits *limits)
{
  if (limits == NULL)
    return;
  g_strfreev (limits->methods);
  g_strfreev (limits->paths);
  g_strfreev (limits->types);
  g_free (limits);
}

CardeaJson *
cardea_host_limits_write (const CardeaHostLimits *limits)
{
  CardeaJson *json = cardea_json_new_object ();

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      char **list = *(char ***) G_STRUCT_MEMBER_P (limits, lists[i].offset);
      CardeaJson *array = list != NULL ? cardea_json_new_array () : NULL;
      for (guint k = 0; list != NULL && list[k] != NULL; k++)
        cardea_json_append (array, cardea_json_new_string (list[k]));
      if (array != NULL)
        cardea_json_set (json, lists[i].name, array);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      gint64 number = *(const gint64 *) G_STRUCT_MEMBER_P (limits, numbers[i].offset);
      if (number > 0)
        cardea_json_set_int (json, numbers[i].name, number);
    }
  return json;
}

/* Each of a that lies in one of b, and the other way round; equal ones once. */
static char **
meet (char **a, char **b, gboolean (*covers) (const char *outer, const char *inner))
{
  g_autoptr (GPtrArray) both = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; a[i] != NULL; i++)
    for (guint k = 0; b[k] != NULL; k++)
      {
        const char *inner = covers (a[i], b[k]) ? b[k] : covers (b[k], a[i]) ? a[i] : NULL;
        if (inner != NULL && !g_ptr_array_find_with_equal_func (both, inner, g_str_equal, NULL))
          g_ptr_array_add (both, g_strdup (inner));
      }
  if (both->len == 0 || both->len > CARDEA_HOST_LIMITS_LIST)
    return NULL;
  g_ptr_array_add (both, NULL);
  return (char **) g_ptr_array_steal (both, NULL);
}

gboolean
cardea_host_limits_narrow (CardeaHostLimits *limits, const CardeaHostLimits *other)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      char ***mine = (char ***) G_STRUCT_MEMBER_P (limits, lists[i].offset);
      char **others = *(char ***) G_STRUCT_MEMBER_P (other, lists[i].offset);
      if (others == NULL)
        continue;
      char **both = *mine != NULL ? meet (*mine, others, lists[i].covers) : g_strdupv (others);
      if (both == NULL)
        return FALSE;
      g_strfreev (*mine);
      *mine = both;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      gint64 *mine = G_STRUCT_MEMBER_P (limits, numbers[i].offset);
      gint64 others = *(const gint64 *) G_STRUCT_MEMBER_P (other, numbers[i].offset);
      if (others > 0 && (*mine == 0 || others < *mine))
        *mine = others;
    }
  return TRUE;
}

gboolean
cardea_host_limits_cover_method (const CardeaHostLimits *limits, const char *method)
{
  return limits->methods == NULL || g_strv_contains ((const char *const *) limits->methods, method);
}

/* What servers are known to resolve, unescape or merge. */
static gboolean
is_ambiguous (const char *path, gsize size)
{
  static const char *const ways[]
      = { "/.", "//", "%2e", "%2E", "%2f", "%2F", "%5c", "%5C", "\\", ";" };
  g_autofree char *bare = g_strndup (path, size);

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (strstr (bare, ways[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* "/v1" covers /v1 and /v1/x, and not /v1x. */
gboolean
cardea_host_limits_cover_path (const CardeaHostLimits *limits, const char *path)
{
  gsize size = strcspn (path, "?#");
  gboolean ambiguous = is_ambiguous (path, size);

  for (guint i = 0; limits->paths != NULL && limits->paths[i] != NULL; i++)
    {
      gsize length = strlen (limits->paths[i]);
      if (strcmp (limits->paths[i], "/") == 0)
        return TRUE;
      if (!ambiguous && size >= length && strncmp (path, limits->paths[i], length) == 0
          && (limits->paths[i][length - 1] == '/' || size == length || path[length] == '/'))
        return TRUE;
    }
  return limits->paths == NULL;
}

gboolean
cardea_host_limits_cover_type (const CardeaHostLimits *limits, const char *type)
{
  g_autofree char *bare
      = g_strndup (type != NULL ? type : "", type != NULL ? strcspn (type, ";") : 0);
  g_autofree char *lower = g_ascii_strdown (g_strstrip (bare), -1);

  for (guint i = 0; limits->types != NULL && limits->types[i] != NULL; i++)
    if (g_str_has_suffix (limits->types[i], "/") ? g_str_has_prefix (lower, limits->types[i])
                                                 : strcmp (lower, limits->types[i]) == 0)
      return TRUE;
  return limits->types == NULL;
}
