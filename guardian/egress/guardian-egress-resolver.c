/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the child, for what name servers said; not for whether that may be dialled.
 * Refuses: every address that was not meant; a name with no other.
 * Known gaps: a lookup that hangs occupies one of the child's threads until the resolver gives up.
 */

#include "guardian/egress/guardian-egress-resolver.h"

#include "common/base/cardea-autofd.h"
#include "guardian/egress/guardian-egress-names.h"

#include <errno.h>
#include <glib-unix.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

typedef struct {
  GuardianEgressResolver *resolver;
  guint id;
  guint16 port;
  gboolean inside;
  GSource *timer; /* or, of an address, what delivers the answer */
  GuardianEgressAddresses answer;
  GuardianEgressResolved resolved;
  gpointer user_data;
} Question;

struct _GuardianEgressResolver {
  int fd; /* -1: the child is gone */
  guint source;
  GHashTable *questions; /* id → Question */
  guint next;
};

static void
question_free (gpointer data)
{
  Question *question = data;

  g_source_destroy (question->timer);
  g_source_unref (question->timer);
  g_free (question);
}

static void
deliver (Question *question)
{
  GuardianEgressAddresses answer = question->answer;
  GuardianEgressResolved resolved = question->resolved;
  gpointer user_data = question->user_data;

  g_hash_table_remove (question->resolver->questions, GUINT_TO_POINTER (question->id));
  resolved (&answer, user_data);
}

static void
fail (Question *question, const char *why)
{
  question->answer = (GuardianEgressAddresses){ .why = why };
  deliver (question);
}

static gboolean
late_cb (gpointer user_data)
{
  fail (user_data, "the name servers do not answer");
  return G_SOURCE_REMOVE;
}

static gboolean
address_cb (gpointer user_data)
{
  deliver (user_data);
  return G_SOURCE_REMOVE;
}

static void
add_address (Question *question, const GuardianEgressAddress *address)
{
  GuardianEgressAddresses *answer = &question->answer;
  const char *refusal = guardian_egress_address_refusal (address, question->inside);

  if (refusal != NULL)
    {
      answer->refused = TRUE;
      answer->why = refusal;
    }
  else if (answer->count < G_N_ELEMENTS (answer->list))
    answer->list[answer->count++] = *address;
}

static const char *
explain (int error)
{
  static const struct {
    int error;
    const char *why;
  } reasons[] = {
    { EAI_NONAME, "there is no such name" },
    { EAI_NODATA, "the name has no address" },
    { EAI_AGAIN, "the name servers do not answer" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].error == error)
      return reasons[i].why;
  return "the name cannot be looked up";
}

static void
take_reply (GuardianEgressResolver *resolver, const GuardianEgressNamesReply *reply)
{
  Question *question = g_hash_table_lookup (resolver->questions, GUINT_TO_POINTER (reply->id));

  if (question == NULL)
    return;
  if (reply->error != 0)
    {
      fail (question, explain (reply->error));
      return;
    }
  question->answer.why = "the name has no address";
  for (guint i = 0; i < MIN (reply->count, GUARDIAN_EGRESS_NAMES_ADDRESSES); i++)
    {
      GuardianEgressAddress address;
      guardian_egress_address_set (&address, (int) reply->addresses[i].family,
                                   reply->addresses[i].bytes, question->port);
      add_address (question, &address);
    }
  deliver (question);
}

static void
child_gone (GuardianEgressResolver *resolver)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (resolver->questions);

  g_warning ("the child that looks up names is gone");
  cardea_fd_clear (&resolver->fd);
  for (const GList *at = ids; at != NULL; at = at->next)
    {
      Question *question = g_hash_table_lookup (resolver->questions, at->data);
      if (question != NULL)
        fail (question, "names cannot be looked up any more");
    }
}

static gboolean
readable_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  GuardianEgressResolver *resolver = user_data;
  GuardianEgressNamesReply reply;
  ssize_t size = recv (fd, &reply, sizeof reply, MSG_DONTWAIT);

  if (size == sizeof reply)
    {
      take_reply (resolver, &reply);
      return G_SOURCE_CONTINUE;
    }
  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  resolver->source = 0;
  child_gone (resolver);
  return G_SOURCE_REMOVE;
}

GuardianEgressResolver *
guardian_egress_resolver_new (int fd)
{
  GuardianEgressResolver *resolver = g_new0 (GuardianEgressResolver, 1);

  resolver->fd = fd;
  resolver->questions = g_hash_table_new_full (NULL, NULL, NULL, question_free);
  resolver->source = g_unix_fd_add (fd, G_IO_IN, readable_cb, resolver);
  return resolver;
}

void
guardian_egress_resolver_free (GuardianEgressResolver *resolver)
{
  g_clear_handle_id (&resolver->source, g_source_remove);
  g_hash_table_unref (resolver->questions);
  cardea_fd_clear (&resolver->fd);
  g_free (resolver);
}

static gboolean
send_question (const GuardianEgressResolver *resolver, const Question *question, const char *name)
{
  GuardianEgressNamesRequest request = { .id = question->id };

  g_strlcpy (request.name, name, sizeof request.name);
  return resolver->fd >= 0
         && send (resolver->fd, &request, sizeof request, MSG_DONTWAIT | MSG_NOSIGNAL)
                == sizeof request;
}

guint
guardian_egress_resolver_ask (GuardianEgressResolver *resolver, const GuardianEgressName *name,
                              guint16 port, gboolean inside, GuardianEgressResolved resolved,
                              gpointer user_data)
{
  Question *question = g_new0 (Question, 1);
  gboolean asked = FALSE;
  GuardianEgressAddress address;

  do
    resolver->next++;
  while (resolver->next == 0
         || g_hash_table_contains (resolver->questions, GUINT_TO_POINTER (resolver->next)));
  *question = (Question){ .resolver = resolver,
                          .id = resolver->next,
                          .port = port,
                          .inside = inside,
                          .resolved = resolved,
                          .user_data = user_data };
  if (name->is_address && guardian_egress_address_parse (name->text, port, &address))
    add_address (question, &address);
  else if (g_hash_table_size (resolver->questions) < GUARDIAN_EGRESS_RESOLVER_WAITING)
    asked = send_question (resolver, question, name->text);
  if (!asked && question->answer.count == 0 && question->answer.why == NULL)
    question->answer.why = "too many names are looked up at the same time";
  question->timer = asked ? g_timeout_source_new_seconds (GUARDIAN_EGRESS_RESOLVER_SECONDS)
                          : g_idle_source_new ();
  g_source_set_priority (question->timer, G_PRIORITY_DEFAULT);
  g_source_set_callback (question->timer, asked ? late_cb : address_cb, question, NULL);
  g_source_attach (question->timer, NULL);
  g_hash_table_insert (resolver->questions, GUINT_TO_POINTER (question->id), question);
  return question->id;
}

void
guardian_egress_resolver_cancel (GuardianEgressResolver *resolver, guint question)
{
  g_hash_table_remove (resolver->questions, GUINT_TO_POINTER (question));
}
