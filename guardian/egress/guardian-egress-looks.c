/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core. Refuses: to let go of what nobody said anything about. Known gaps: of a body of
 * more than GUARDIAN_EGRESS_LOOKS_BODY bytes the rest is not looked at, which the core is told. */

#include "guardian/egress/guardian-egress-looks.h"

#include "guardian/egress/guardian-egress-id.h"
#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "look-"
#define LIMIT_NAMES (1024u * 1024u) /* bytes of what is put back */

typedef struct {
  guint64 id;
  char *digest;           /* of one without a body; NULL: it has one */
  CardeaMessage *message; /* while it waits to be asked */
  GuardianEgressLooksDone done;
  gpointer user_data;
} Look;

struct _GuardianEgressLooks {
  const GuardianEgressContext *context;
  char *session;
  GHashTable *asked; /* id → Look */
  GQueue waiting;    /* Look */
  GHashTable *seen;  /* digests of what may go as it is */
  guint64 next;
  gsize held;
};

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_pointer (&look->message, cardea_message_unref);
  g_free (look->digest);
  g_free (look);
}

GuardianEgressLooks *
guardian_egress_looks_new (const GuardianEgressContext *context, const char *session)
{
  GuardianEgressLooks *looks = g_new0 (GuardianEgressLooks, 1);

  looks->context = context;
  looks->session = g_strdup (session);
  looks->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, look_free);
  looks->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&looks->waiting);
  return looks;
}

void
guardian_egress_looks_free (GuardianEgressLooks *looks)
{
  if (looks == NULL)
    return;
  g_hash_table_unref (looks->asked);
  g_hash_table_unref (looks->seen);
  g_queue_clear_full (&looks->waiting, look_free);
  g_free (looks->session);
  g_free (looks);
}

gboolean
guardian_egress_looks_hold (GuardianEgressLooks *looks, gsize size)
{
  if (size > GUARDIAN_EGRESS_LOOKS_HELD - looks->held)
    return FALSE;
  looks->held += size;
  return TRUE;
}

void
guardian_egress_looks_release (GuardianEgressLooks *looks, gsize size)
{
  looks->held -= MIN (size, looks->held);
}

void
guardian_egress_looks_forget (GuardianEgressLooks *looks)
{
  g_hash_table_remove_all (looks->seen);
}

/* --- what is handed over --- */

static CardeaJson *
list_headers (const GPtrArray *headers)
{
  CardeaJson *list = cardea_json_new_array ();

  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (!g_utf8_validate (header->value, -1, NULL))
        continue;
      CardeaJson *item = cardea_json_new_object ();
      cardea_json_set_string (item, "name", header->name);
      cardea_json_set_string (item, "value", header->value);
      cardea_json_append (list, item);
    }
  return list;
}

/* -1: there is no room. */
static int
copy_body (const GQueue *body)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (const GList *at = body->head; at != NULL; at = at->next)
    {
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (at->data, &size);
      g_byte_array_append (all, bytes, (guint) size);
    }
  return cardea_descriptor_new_memfd ("cardea-look", all->data, all->len);
}

static char *
digest_of (const GuardianEgressTarget *target, const CardeaJson *headers)
{
  g_autofree char *text = cardea_json_write (headers, NULL, NULL);
  g_autofree char *all
      = g_strdup_printf ("%s %s\n%s", target->method, target->url, text != NULL ? text : "");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);
}

static CardeaMessage *
compose (const GuardianEgressLooks *looks, const GuardianEgressLook *look, CardeaJson *headers,
         guint64 id)
{
  CardeaMessage *message = cardea_message_new ("egress.look");

  cardea_message_set_session (message, looks->session);
  guardian_egress_id_set (message, PREFIX, id);
  cardea_message_set_string (message, "host", look->target->name.text);
  cardea_message_set_int (message, "port", look->target->port);
  cardea_message_set_string (message, "method", look->target->method);
  cardea_message_set_string (message, "url", look->target->url);
  cardea_message_set_json (message, "headers", headers);
  if (look->more)
    cardea_message_set_boolean (message, "more", TRUE);
  if (look->body->length == 0)
    return message;
  int body = copy_body (look->body);
  if (body >= 0)
    cardea_message_set_fd (message, "body", body);
  else
    g_clear_pointer (&message, cardea_message_unref);
  return message;
}

/* --- asking --- */

/* Takes look. */
static void
hand_over (GuardianEgressLooks *looks, Look *look)
{
  g_hash_table_insert (looks->asked, &look->id, look);
  looks->context->send (g_steal_pointer (&look->message), looks->context->user_data);
}

guint64
guardian_egress_looks_ask (GuardianEgressLooks *looks, const GuardianEgressLook *what,
                           GuardianEgressLooksDone done, gpointer user_data)
{
  static const GuardianEgressLooked known = { .body = -1 };
  static const GuardianEgressLooked busy
      = { .code = "busy", .reason = "too much waits to be looked at", .body = -1 };
  g_autoptr (CardeaJson) headers = list_headers (what->headers);
  g_autofree char *digest
      = what->body->length == 0 && !what->more ? digest_of (what->target, headers) : NULL;

  if (digest != NULL && g_hash_table_contains (looks->seen, digest))
    {
      done (&known, user_data);
      return 0;
    }
  CardeaMessage *message = looks->waiting.length < GUARDIAN_EGRESS_LOOKS_WAITING
                               ? compose (looks, what, cardea_json_ref (headers), ++looks->next)
                               : NULL;
  if (message == NULL)
    {
      done (&busy, user_data);
      return 0;
    }
  Look *look = g_new0 (Look, 1);
  look->id = looks->next;
  look->digest = g_steal_pointer (&digest);
  look->message = message;
  look->done = done;
  look->user_data = user_data;
  guint64 id = look->id;
  if (g_hash_table_size (looks->asked) < GUARDIAN_EGRESS_LOOKS_ASKED)
    hand_over (looks, look);
  else
    g_queue_push_tail (&looks->waiting, look);
  return id;
}

static void
send_next (GuardianEgressLooks *looks)
{
  Look *look = g_hash_table_size (looks->asked) < GUARDIAN_EGRESS_LOOKS_ASKED
                   ? g_queue_pop_head (&looks->waiting)
                   : NULL;
  if (look != NULL)
    hand_over (looks, look);
}

void
guardian_egress_looks_cancel (GuardianEgressLooks *looks, guint64 id)
{
  for (GList *at = id != 0 ? looks->waiting.head : NULL; at != NULL; at = at->next)
    if (((const Look *) at->data)->id == id)
      {
        look_free (at->data);
        g_queue_delete_link (&looks->waiting, at);
        return;
      }
  if (id == 0 || !g_hash_table_remove (looks->asked, &id))
    return;
  guardian_egress_id_cancel (looks->context, looks->session, PREFIX, id);
  send_next (looks);
}

/* --- what is answered --- */

/* FALSE: it is there and cannot be read. */
static gboolean
read_names (CardeaMessage *answer, GBytes **ret_names)
{
  cardea_autofd int fd = cardea_message_take_fd (answer, "names");
  struct stat st;

  *ret_names = NULL;
  if (fd < 0)
    return TRUE;
  if (fstat (fd, &st) != 0 || st.st_size < 0 || st.st_size > (goffset) LIMIT_NAMES)
    return FALSE;
  g_autofree char *text = g_malloc0 ((gsize) st.st_size + 1);
  if (pread (fd, text, (gsize) st.st_size, 0) != st.st_size)
    return FALSE;
  *ret_names = g_bytes_new_take (g_steal_pointer (&text), (gsize) st.st_size);
  return TRUE;
}

static void
settle (GuardianEgressLooks *looks, Look *look, CardeaMessage *answer)
{
  cardea_autofd int body = cardea_message_take_fd (answer, "body");
  g_autoptr (GBytes) names = NULL;
  gboolean good = read_names (answer, &names);
  const char *code = cardea_message_get_string (answer, "code");
  const char *reason = cardea_message_get_string (answer, "reason");
  const GuardianEgressLooked looked = {
    .code = good ? code : "unavailable",
    .reason = reason != NULL ? reason : "what takes its place cannot be read",
    .body = body,
    .names = names,
  };

  if (looked.code == NULL && look->digest != NULL)
    {
      if (g_hash_table_size (looks->seen) >= GUARDIAN_EGRESS_LOOKS_SEEN)
        g_hash_table_remove_all (looks->seen);
      g_hash_table_add (looks->seen, g_steal_pointer (&look->digest));
    }
  look->done (&looked, look->user_data);
}

gboolean
guardian_egress_looks_answer (GuardianEgressLooks *looks, CardeaMessage *answer)
{
  guint64 id = 0;

  if (!guardian_egress_id_read (answer, PREFIX, &id))
    return FALSE;
  Look *look = g_hash_table_lookup (looks->asked, &id);
  if (look == NULL)
    return TRUE; /* nobody waits for it any more */
  g_hash_table_steal (looks->asked, &id);
  send_next (looks);
  settle (looks, look, answer);
  look_free (look);
  return TRUE;
}
