/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the person, for the address. Refuses: an answer that is long, an inner address that was
 * not named as one. Known gaps: none. */

#include "guardian/egress/guardian-egress-post.h"

#include "common/base/cardea-host.h"

#include <string.h>

struct _GuardianEgressPoster {
  GuardianEgressResolver *resolver;
  GuardianEgressFetches *fetches;
  GPtrArray *posts;
};

struct _GuardianEgressPost {
  GuardianEgressPoster *poster;
  const char *method; /* static */
  GuardianEgressName name;
  guint16 port;
  gboolean tls;
  char *target;
  GPtrArray *headers;
  GByteArray *form;
  gsize given;
  guint question;
  guint late; /* there was no address */
  GuardianEgressFetch *fetch;
  guint status;
  char *nonce; /* RFC 9449, 8; NULL */
  GByteArray *answer;
  const char *why;
  GuardianEgressPosted done;
  gpointer user_data;
};

static void
wipe (GByteArray *bytes)
{
  if (bytes->len > 0)
    explicit_bzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

static void
post_free (gpointer data)
{
  GuardianEgressPost *post = data;

  guardian_egress_resolver_cancel (post->poster->resolver, post->question);
  g_clear_handle_id (&post->late, g_source_remove);
  g_clear_pointer (&post->fetch, guardian_egress_fetch_free);
  g_ptr_array_unref (post->headers);
  wipe (post->form);
  wipe (post->answer);
  g_free (post->target);
  g_free (post->nonce);
  g_free (post);
}

CardeaUrl *
guardian_egress_post_address (const CardeaJson *source, const char *name)
{
  const char *text = cardea_json_get_string (source, name);
  return text != NULL ? cardea_url_parse (text, NULL) : NULL;
}

char *
guardian_egress_post_spell (const CardeaSecret *secret)
{
  return g_strndup ((const char *) cardea_secret_bytes (secret), cardea_secret_size (secret));
}

void
guardian_egress_post_wipe (char *taken)
{
  explicit_bzero (taken, strlen (taken));
  g_free (taken);
}

GuardianEgressPoster *
guardian_egress_poster_new (GuardianEgressResolver *resolver, GuardianEgressTrust *trust)
{
  GuardianEgressPoster *poster = g_new0 (GuardianEgressPoster, 1);

  poster->resolver = resolver;
  poster->fetches = guardian_egress_fetches_new (trust);
  poster->posts = g_ptr_array_new_with_free_func (post_free);
  return poster;
}

void
guardian_egress_poster_free (GuardianEgressPoster *poster)
{
  if (poster == NULL)
    return;
  g_ptr_array_unref (poster->posts);
  guardian_egress_fetches_free (poster->fetches);
  g_free (poster);
}

static void
finish (GuardianEgressPost *post, const char *why)
{
  if (post->done != NULL)
    {
      const GuardianEgressPostAnswer answer = {
        .status = post->status,
        .bytes = post->answer->data,
        .size = post->answer->len,
        .nonce = post->nonce,
        .why = why,
      };
      post->done (&answer, post->user_data);
    }
  g_ptr_array_remove (post->poster->posts, post);
}

/* --- the answer --- */

static void
head_cb (GuardianEgressFetch *fetch, guint status, const GPtrArray *headers, gpointer user_data)
{
  GuardianEgressPost *post = user_data;

  post->status = status;
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "DPoP-Nonce") != 0)
        continue;
      g_free (post->nonce);
      post->nonce = g_strdup (header->value);
    }
}

static gboolean
data_cb (GuardianEgressFetch *fetch, const void *bytes, gsize size, gpointer user_data)
{
  GuardianEgressPost *post = user_data;

  if (size > GUARDIAN_EGRESS_POST_ANSWER - post->answer->len)
    {
      post->why = "the server answers more than it should";
      guardian_egress_fetch_break (fetch);
      return TRUE;
    }
  g_byte_array_append (post->answer, bytes, (guint) size);
  return TRUE;
}

static gssize
body_cb (GuardianEgressFetch *fetch, void *bytes, gsize size, gpointer user_data)
{
  GuardianEgressPost *post = user_data;
  gsize part = MIN (size, post->form->len - post->given);

  memcpy (bytes, post->form->data + post->given, part);
  post->given += part;
  return (gssize) part;
}

static void
done_cb (GuardianEgressFetch *fetch, const char *why, gpointer user_data)
{
  GuardianEgressPost *post = user_data;
  finish (post, post->why != NULL ? post->why : why);
}

static const GuardianEgressFetchHandler handler = { head_cb, data_cb, body_cb, done_cb };

static void
resolved_cb (const GuardianEgressAddresses *addresses, gpointer user_data)
{
  GuardianEgressPost *post = user_data;
  const GuardianEgressFetchPlan plan = {
    .method = post->method,
    .tls = post->tls,
    .name = post->name,
    .port = post->port,
    .target = post->target,
    .addresses = addresses,
    .headers = post->headers,
    .body_size = (gint64) post->form->len,
    .idle_seconds = GUARDIAN_EGRESS_POST_SECONDS,
  };

  post->question = 0;
  if (addresses->count > 0)
    post->fetch = guardian_egress_fetch_new (post->poster->fetches, &plan, &handler, post);
  g_ptr_array_set_size (post->headers, 0); /* and wiped */
  if (post->fetch == NULL)
    finish (post, addresses->count == 0 ? addresses->why : "this cannot be sent");
}

static void
add_header (GuardianEgressPost *post, const char *name, const char *value)
{
  g_ptr_array_add (post->headers, guardian_egress_header_new (name, value));
}

static gboolean
no_name_cb (gpointer user_data)
{
  GuardianEgressPost *post = user_data;

  post->late = 0;
  finish (post, "this is not the name of a host");
  return G_SOURCE_REMOVE;
}

static GuardianEgressPost *
begin (GuardianEgressPoster *poster, const char *method, const CardeaUrl *url, GPtrArray *headers,
       const char *type, GByteArray *form, GuardianEgressPosted done, gpointer user_data)
{
  GuardianEgressPost *post = g_new0 (GuardianEgressPost, 1);

  post->poster = poster;
  post->method = method;
  post->port = (guint16) url->port;
  post->tls = url->secure;
  post->target = g_strconcat (url->path, url->query != NULL ? "?" : NULL, url->query, NULL);
  post->headers
      = headers != NULL
            ? headers
            : g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  post->form = form;
  post->answer = g_byte_array_sized_new (GUARDIAN_EGRESS_POST_ANSWER); /* never moved */
  post->done = done;
  post->user_data = user_data;
  add_header (post, "Accept", "application/json");
  if (form->len > 0)
    add_header (post, "Content-Type", type);
  g_ptr_array_add (poster->posts, post);
  if (guardian_egress_name_parse (url->host, strlen (url->host), &post->name, NULL))
    post->question
        = guardian_egress_resolver_ask (poster->resolver, &post->name, post->port,
                                        cardea_host_is_inside (url->host), resolved_cb, post);
  else
    post->late = g_idle_add (no_name_cb, post);
  return post;
}

GuardianEgressPost *
guardian_egress_post_new (GuardianEgressPoster *poster, const CardeaUrl *url, GPtrArray *headers,
                          GByteArray *form, GuardianEgressPosted done, gpointer user_data)
{
  return begin (poster, "POST", url, headers, "application/x-www-form-urlencoded", form, done,
                user_data);
}

GuardianEgressPost *
guardian_egress_post_new_json (GuardianEgressPoster *poster, const char *method,
                               const CardeaUrl *url, GPtrArray *headers, GByteArray *body,
                               GuardianEgressPosted done, gpointer user_data)
{
  return begin (poster, method, url, headers, "application/json", body, done, user_data);
}

void
guardian_egress_post_cancel (GuardianEgressPost *post)
{
  g_ptr_array_remove (post->poster->posts, post);
}
