/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core; the kernel, for who asks. Refuses: what is no request for a badge, and members
 * nobody knows. Known gaps: none. */

#include "guardian/egress/guardian-egress-badges.h"

#include "guardian/egress/guardian-egress-id.h"
#include "common/base/cardea-autofd.h"

#include <string.h>

#define PREFIX "badge-"
#define LIMIT_ACTION 64u
#define LIMIT_ACTIONS 16u
#define LIMIT_KEY 1024u /* bytes of JSON */

typedef struct {
  guint64 id;
  GuardianEgressBadgesDone done;
  gpointer user_data;
} Waiter;

struct _GuardianEgressBadges {
  const GuardianEgressContext *context;
  char *session;
  GHashTable *asked; /* id → Waiter */
  guint64 next;
};

GuardianEgressBadges *
guardian_egress_badges_new (const GuardianEgressContext *context, const char *session)
{
  GuardianEgressBadges *badges = g_new0 (GuardianEgressBadges, 1);

  badges->context = context;
  badges->session = g_strdup (session);
  badges->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return badges;
}

void
guardian_egress_badges_free (GuardianEgressBadges *badges)
{
  g_hash_table_unref (badges->asked);
  g_free (badges->session);
  g_free (badges);
}

/* --- what is asked for --- */

/* What egress.badge takes of a text; the core looks closer. */
static gboolean
is_plain (const char *text, gsize limit)
{
  gsize size = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return size > 0 && size <= limit;
}

static gboolean
take_actions (const CardeaJson *json, CardeaMessage *message)
{
  CardeaJson *actions = cardea_json_get (json, "actions");
  guint count = actions != NULL && cardea_json_type (actions) == CARDEA_JSON_ARRAY
                    ? cardea_json_size (actions)
                    : 0;

  for (guint i = 0; i < count; i++)
    if (!is_plain (cardea_json_string (cardea_json_nth (actions, i)), LIMIT_ACTION))
      return FALSE;
  if (count == 0 || count > LIMIT_ACTIONS)
    return FALSE;
  cardea_message_set_json (message, "actions", cardea_json_ref (actions));
  return TRUE;
}

CardeaMessage *
guardian_egress_badges_read (const char *session, const char *thumbprint, const guint8 *bytes,
                             gsize size, const char **ret_why)
{
  g_autoptr (CardeaJson) json
      = cardea_json_parse_bounded ((const char *) bytes, size, GUARDIAN_EGRESS_BADGES_VALUES, NULL);
  g_autoptr (CardeaMessage) message = cardea_message_new ("egress.badge");
  gboolean is_object = json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT;
  const char *resource = is_object ? cardea_json_get_string (json, "resource") : NULL;
  CardeaJson *key = is_object ? cardea_json_get (json, "key") : NULL;
  CardeaJson *ttl = is_object ? cardea_json_get (json, "ttl") : NULL;
  gint64 seconds = 1;

  *ret_why = "this is no request for a token: session_id, resource, actions, key and ttl are known";
  if (!is_plain (resource, GUARDIAN_EGRESS_BADGES_BODY)
      || cardea_json_size (json) != 3u + (ttl != NULL ? 1 : 0) + (thumbprint == NULL ? 1 : 0)
      || (ttl != NULL && (!cardea_json_int (ttl, &seconds) || seconds < 1 || seconds > 3600))
      || !take_actions (json, message))
    return NULL;
  *ret_why = "the key that the token is to be bound to is missing: a public JWK";
  if (thumbprint == NULL
      && (key == NULL || cardea_json_type (key) != CARDEA_JSON_OBJECT
          || !cardea_json_fits (key, LIMIT_KEY)))
    return NULL;
  *ret_why = "this socket is another session’s";
  if (g_strcmp0 (cardea_json_get_string (json, "session_id"), session) != 0)
    return NULL;
  cardea_message_set_string (message, "resource", resource);
  if (thumbprint != NULL)
    cardea_message_set_string (message, "certificate", thumbprint);
  else
    cardea_message_set_json (message, "key", cardea_json_ref (key));
  if (ttl != NULL)
    cardea_message_set_int (message, "seconds", seconds);
  return g_steal_pointer (&message);
}

guint64
guardian_egress_badges_ask (GuardianEgressBadges *badges, CardeaMessage *taken, int process,
                            GuardianEgressBadgesDone done, gpointer user_data)
{
  static const GuardianEgressBadged busy
      = { .code = "busy", .reason = "too many tokens are asked for at once" };
  static const GuardianEgressBadged unknown
      = { .code = "denied", .reason = "it cannot be told who asks" };
  g_autoptr (CardeaMessage) message = taken;
  cardea_autofd int fd = process;
  gboolean known = fd >= 0 || cardea_message_get_string (message, "certificate") != NULL;

  if (!known || g_hash_table_size (badges->asked) >= GUARDIAN_EGRESS_BADGES_ASKED)
    {
      done (known ? &busy : &unknown, user_data);
      return 0;
    }
  Waiter *waiter = g_new0 (Waiter, 1);
  waiter->id = ++badges->next;
  waiter->done = done;
  waiter->user_data = user_data;
  guint64 id = waiter->id;
  cardea_message_set_session (message, badges->session);
  guardian_egress_id_set (message, PREFIX, id);
  if (fd >= 0)
    cardea_message_set_fd (message, "process", cardea_fd_steal (&fd));
  g_hash_table_insert (badges->asked, &waiter->id, waiter);
  badges->context->send (g_steal_pointer (&message), badges->context->user_data);
  return id;
}

void
guardian_egress_badges_cancel (GuardianEgressBadges *badges, guint64 id)
{
  if (id == 0 || !g_hash_table_remove (badges->asked, &id))
    return;
  guardian_egress_id_cancel (badges->context, badges->session, PREFIX, id);
}

gboolean
guardian_egress_badges_answer (GuardianEgressBadges *badges, CardeaMessage *answer)
{
  guint64 id = 0;

  if (!guardian_egress_id_read (answer, PREFIX, &id))
    return FALSE;
  g_autofree Waiter *waiter = g_hash_table_lookup (badges->asked, &id);
  if (waiter == NULL)
    return TRUE; /* nobody waits for it any more */
  g_hash_table_steal (badges->asked, &id);
  const char *code = cardea_message_get_string (answer, "code");
  const char *reason = cardea_message_get_string (answer, "reason");
  const char *badge = cardea_message_get_string (answer, "badge");
  const GuardianEgressBadged badged = {
    .code = code == NULL && badge == NULL ? "internal" : code,
    .reason = reason != NULL ? reason : "no token was made",
    .badge = badge,
    .seconds = cardea_message_get_int (answer, "seconds", 0),
  };
  waiter->done (&badged, waiter->user_data);
  return TRUE;
}
