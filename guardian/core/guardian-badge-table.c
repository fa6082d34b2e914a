/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the keys worker for the public key. Refuses more badges than are kept account of. Known
 * gap: a service that does not look at revoked.json believes a badge until it ends by itself, which
 * is why that is soon; after a restart of the guardian none of the former run's can be taken back.
 */

#include "guardian/core/guardian-badge-table.h"

#include "common/base/cardea-encoding.h"
#include "guardian/core/guardian-badge-key.h"
#include "guardian/core/guardian-disk.h"
#include "guardian/core/guardian-record.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "badges"
#define KEYS "jwks.json"
#define REVOKED "revoked.json"

struct _GuardianBadgeTable {
  GuardianContext *context;
  char *folder;
  GPtrArray *badges;
  CardeaJson *jwk; /* public; NULL: not known yet */
  char *key_id;
  gboolean published;
  CardeaJson *revoked; /* JTI → number */
};

static void
badge_free (gpointer data)
{
  GuardianBadge *badge = data;

  g_free (badge->id);
  g_free (badge->session);
  g_free (badge->grant);
  cardea_json_unref (badge->claims);
  g_free (badge);
}

GuardianBadgeTable *
guardian_badge_table_new (GuardianContext *context, const char *state_folder)
{
  GuardianBadgeTable *table = g_new0 (GuardianBadgeTable, 1);

  table->context = context;
  table->folder = g_build_filename (state_folder, FOLDER, NULL);
  table->badges = g_ptr_array_new_with_free_func (badge_free);
  table->revoked = cardea_json_new_object ();
  return table;
}

void
guardian_badge_table_free (GuardianBadgeTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->badges);
  g_clear_pointer (&table->jwk, cardea_json_unref);
  cardea_json_unref (table->revoked);
  g_free (table->key_id);
  g_free (table->folder);
  g_free (table);
}

/* --- the key --- */

void
guardian_badge_table_set_key (GuardianBadgeTable *table, const guint8 key[GUARDIAN_BADGE_KEY_SIZE])
{
  g_autofree char *x = cardea_base64url_encode (key, GUARDIAN_BADGE_KEY_SIZE);
  g_autoptr (CardeaJson) jwk = cardea_json_new_object ();

  cardea_json_set_string (jwk, "kty", "OKP");
  cardea_json_set_string (jwk, "crv", "Ed25519");
  cardea_json_set_string (jwk, "x", x);
  g_free (table->key_id);
  table->key_id = guardian_badge_key_thumbprint (jwk);
  cardea_json_set_string (jwk, "kid", table->key_id);
  cardea_json_set_string (jwk, "alg", "EdDSA");
  cardea_json_set_string (jwk, "use", "sig");
  g_clear_pointer (&table->jwk, cardea_json_unref);
  table->jwk = g_steal_pointer (&jwk);
  table->published = FALSE;
}

const char *
guardian_badge_table_key_id (const GuardianBadgeTable *table)
{
  return table->key_id;
}

CardeaJson *
guardian_badge_table_keys (const GuardianBadgeTable *table)
{
  CardeaJson *set = cardea_json_new_object ();
  CardeaJson *keys = cardea_json_new_array ();

  if (table->jwk != NULL)
    cardea_json_append (keys, cardea_json_ref (table->jwk));
  cardea_json_set (set, "keys", keys);
  return set;
}

const char *
guardian_badge_table_folder (const GuardianBadgeTable *table)
{
  return table->folder;
}

/* --- for services --- */

static gboolean
write_file (const GuardianBadgeTable *table, const char *name, const CardeaJson *json,
            GError **error)
{
  gsize size = 0;
  g_autofree char *text = cardea_json_write (json, &size, error);

  return text != NULL && guardian_disk_replace (table->folder, name, text, size, error);
}

static gboolean
write_revoked (const GuardianBadgeTable *table, GError **error)
{
  g_autoptr (CardeaJson) file = cardea_json_new_object ();

  cardea_json_set (file, "revoked", cardea_json_ref (table->revoked));
  return write_file (table, REVOKED, file, error);
}

gboolean
guardian_badge_table_publish (GuardianBadgeTable *table, GError **error)
{
  g_autoptr (CardeaJson) keys = guardian_badge_table_keys (table);

  if (table->published)
    return TRUE;
  if (g_mkdir (table->folder, 0700) != 0 && errno != EEXIST)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot make %s: %s",
                   table->folder, g_strerror (errno));
      return FALSE;
    }
  table->published = write_file (table, KEYS, keys, error) && write_revoked (table, error);
  return table->published;
}

/* --- those that are good --- */

static gint64
now_seconds (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
prune (GuardianBadgeTable *table)
{
  gint64 now = now_seconds ();

  for (guint i = table->badges->len; i > 0; i--)
    if (((const GuardianBadge *) table->badges->pdata[i - 1])->until <= now)
      g_ptr_array_remove_index (table->badges, i - 1);
}

gboolean
guardian_badge_table_has_room (GuardianBadgeTable *table, const char *session)
{
  guint count = 0;

  prune (table);
  for (guint i = 0; i < table->badges->len; i++)
    if (strcmp (((const GuardianBadge *) table->badges->pdata[i])->session, session) == 0)
      count++;
  return table->badges->len < GUARDIAN_BADGE_LIMIT && count < GUARDIAN_BADGE_SESSION_LIMIT;
}

void
guardian_badge_table_add (GuardianBadgeTable *table, CardeaJson *claims, const char *grant)
{
  GuardianBadge *badge = g_new0 (GuardianBadge, 1);

  badge->id = g_strdup (cardea_json_get_string (claims, "jti"));
  badge->session = g_strdup (cardea_json_get_string (claims, "sid"));
  badge->grant = g_strdup (grant);
  (void) cardea_json_get_int (claims, "exp", &badge->until);
  badge->claims = claims;
  g_ptr_array_add (table->badges, badge);
}

CardeaJson *
guardian_badge_table_list (GuardianBadgeTable *table)
{
  CardeaJson *list = cardea_json_new_array ();

  prune (table);
  for (guint i = 0; i < table->badges->len; i++)
    cardea_json_append (list,
                        cardea_json_ref (((GuardianBadge *) table->badges->pdata[i])->claims));
  return list;
}

/* --- taking them back --- */

static void
record_revoked (const GuardianBadgeTable *table, const GuardianBadge *badge, const char *reason)
{
  g_autoptr (GError) error = NULL;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "capability.revoke", .session = badge->session,
                              .action = "credential.use", .resource = badge->claims,
                              .reason = reason);

  if (!guardian_record_append (table->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("the end of a badge was not recorded: %s", error->message);
}

/* What ended by itself meanwhile need not be there any more. */
static void
prune_revoked (GuardianBadgeTable *table)
{
  CardeaJson *kept = cardea_json_new_object ();
  gint64 now = now_seconds ();

  for (guint i = 0; i < cardea_json_size (table->revoked); i++)
    {
      gint64 until = 0;
      if (cardea_json_int (cardea_json_nth (table->revoked, i), &until) && until > now)
        cardea_json_set_int (kept, cardea_json_nth_name (table->revoked, i), until);
    }
  cardea_json_unref (table->revoked);
  table->revoked = kept;
}

typedef gboolean (*Matches) (const GuardianBadge *badge, const char *text);

static guint
take_back (GuardianBadgeTable *table, Matches matches, const char *text, const char *reason)
{
  guint count = 0;
  g_autoptr (GError) error = NULL;

  prune (table);
  prune_revoked (table);
  for (guint i = table->badges->len; i > 0; i--)
    {
      const GuardianBadge *badge = table->badges->pdata[i - 1];
      if (!matches (badge, text))
        continue;
      cardea_json_set_int (table->revoked, badge->id, badge->until);
      record_revoked (table, badge, reason);
      g_ptr_array_remove_index (table->badges, i - 1);
      count++;
    }
  if (count > 0 && !write_revoked (table, &error))
    g_warning ("services are not told of what was taken back: %s", error->message);
  return count;
}

static gboolean
is_named (const GuardianBadge *badge, const char *text)
{
  return text[0] != '\0' && g_str_has_prefix (badge->id, text);
}

static gboolean
is_of_session (const GuardianBadge *badge, const char *text)
{
  return strcmp (badge->session, text) == 0;
}

static gboolean
is_of_grant (const GuardianBadge *badge, const char *text)
{
  return g_strcmp0 (badge->grant, text) == 0;
}

static gboolean
is_any (const GuardianBadge *badge, const char *text)
{
  return TRUE;
}

guint
guardian_badge_table_revoke (GuardianBadgeTable *table, const char *id_or_beginning,
                             const char *reason)
{
  return take_back (table, is_named, id_or_beginning, reason);
}

guint
guardian_badge_table_revoke_session (GuardianBadgeTable *table, const char *session,
                                     const char *reason)
{
  return take_back (table, is_of_session, session, reason);
}

guint
guardian_badge_table_revoke_grant (GuardianBadgeTable *table, const char *grant, const char *reason)
{
  return take_back (table, is_of_grant, grant, reason);
}

guint
guardian_badge_table_revoke_all (GuardianBadgeTable *table, const char *reason)
{
  return take_back (table, is_any, NULL, reason);
}
