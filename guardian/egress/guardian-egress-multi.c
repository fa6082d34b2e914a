/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: libcurl. Refuses: nothing. Known gaps: none. */

#include "guardian/egress/guardian-egress-multi.h"

#include <glib-unix.h>

struct _GuardianEgressFetches {
  GuardianEgressTrust *trust;
  CURLM *multi;
  GSource *timer;
  guint transfers;
  gboolean stale;      /* what is connected is not to be used again */
  gboolean telling;    /* who is done; its libcurl must not go away */
  GHashTable *watches; /* descriptor → Watch */
};

typedef struct {
  guint source;
  GIOCondition condition;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_clear_handle_id (&watch->source, g_source_remove);
  g_free (watch);
}

/* Those that ended; telling one may begin or free others. */
static void
tell_done (GuardianEgressFetches *fetches)
{
  CURLMsg *message;
  int left;

  fetches->telling = TRUE;
  while ((message = curl_multi_info_read (fetches->multi, &left)) != NULL)
    {
      GuardianEgressFetch *fetch = NULL;
      CURLcode code = message->data.result;
      if (message->msg == CURLMSG_DONE
          && curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &fetch) == CURLE_OK)
        guardian_egress_fetch_done (fetch, code);
    }
  fetches->telling = FALSE;
}

static void
act (GuardianEgressFetches *fetches, curl_socket_t fd, int events)
{
  int running;

  if (curl_multi_socket_action (fetches->multi, fd, events, &running) != CURLM_OK)
    g_debug ("libcurl refuses to go on");
  tell_done (fetches);
}

static gboolean
ready_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  int events = ((condition & G_IO_IN) != 0 ? CURL_CSELECT_IN : 0)
               | ((condition & G_IO_OUT) != 0 ? CURL_CSELECT_OUT : 0)
               | ((condition & (G_IO_ERR | G_IO_HUP)) != 0 ? CURL_CSELECT_ERR : 0);

  act (user_data, fd, events);
  return G_SOURCE_CONTINUE; /* where it is not wanted any more it was removed */
}

static int
socket_cb (CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
  GuardianEgressFetches *fetches = data;
  gpointer key = GINT_TO_POINTER (fd);
  Watch *watch = g_hash_table_lookup (fetches->watches, key);
  GIOCondition condition = (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? G_IO_IN : 0)
                           | (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? G_IO_OUT : 0);

  if (what == CURL_POLL_REMOVE || condition == 0)
    {
      g_hash_table_remove (fetches->watches, key);
      return 0;
    }
  if (watch != NULL && watch->condition == condition)
    return 0;
  watch = g_new0 (Watch, 1);
  watch->condition = condition;
  watch->source = g_unix_fd_add (fd, condition, ready_cb, fetches);
  g_hash_table_replace (fetches->watches, key, watch);
  return 0;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static gboolean
timer_cb (gpointer user_data)
{
  act (user_data, CURL_SOCKET_TIMEOUT, 0);
  return G_SOURCE_CONTINUE;
}

static int
set_timer_cb (CURLM *multi, long milliseconds, void *data)
{
  GuardianEgressFetches *fetches = data;

  g_source_set_ready_time (fetches->timer,
                           milliseconds >= 0 ? g_get_monotonic_time () + milliseconds * 1000 : -1);
  return 0;
}

static CURLM *
make_multi (GuardianEgressFetches *fetches)
{
  CURLM *multi = curl_multi_init ();

  if (multi == NULL || curl_multi_setopt (multi, CURLMOPT_SOCKETFUNCTION, socket_cb) != CURLM_OK
      || curl_multi_setopt (multi, CURLMOPT_SOCKETDATA, fetches) != CURLM_OK
      || curl_multi_setopt (multi, CURLMOPT_TIMERFUNCTION, set_timer_cb) != CURLM_OK
      || curl_multi_setopt (multi, CURLMOPT_TIMERDATA, fetches) != CURLM_OK
      || curl_multi_setopt (multi, CURLMOPT_MAXCONNECTS, (long) GUARDIAN_EGRESS_FETCH_SPARE)
             != CURLM_OK)
    g_error ("libcurl cannot be used");
  return multi;
}

GuardianEgressFetches *
guardian_egress_fetches_new (GuardianEgressTrust *trust)
{
  static GSourceFuncs functions = { .dispatch = dispatch_timer };
  GuardianEgressFetches *fetches = g_new0 (GuardianEgressFetches, 1);

  fetches->trust = trust;
  fetches->watches = g_hash_table_new_full (NULL, NULL, NULL, watch_free);
  fetches->timer = g_source_new (&functions, sizeof (GSource));
  g_source_set_callback (fetches->timer, timer_cb, fetches, NULL);
  g_source_attach (fetches->timer, NULL);
  fetches->multi = make_multi (fetches);
  return fetches;
}

void
guardian_egress_fetches_free (GuardianEgressFetches *fetches)
{
  curl_multi_cleanup (fetches->multi);
  g_source_destroy (fetches->timer);
  g_source_unref (fetches->timer);
  g_hash_table_unref (fetches->watches);
  g_free (fetches);
}

static void
begin_anew (GuardianEgressFetches *fetches)
{
  curl_multi_cleanup (fetches->multi);
  fetches->multi = make_multi (fetches);
  fetches->stale = FALSE;
}

void
guardian_egress_fetches_forget (GuardianEgressFetches *fetches)
{
  fetches->stale = TRUE;
  if (fetches->transfers == 0 && !fetches->telling)
    begin_anew (fetches);
}

gboolean
guardian_egress_fetches_is_idle (const GuardianEgressFetches *fetches)
{
  return fetches->transfers == 0 && !fetches->telling;
}

GuardianEgressTrust *
guardian_egress_fetches_trust (GuardianEgressFetches *fetches)
{
  return fetches->trust;
}

gboolean
guardian_egress_fetches_add (GuardianEgressFetches *fetches, CURL *easy)
{
  if (fetches->stale && fetches->transfers == 0 && !fetches->telling)
    begin_anew (fetches);
  if (fetches->stale && curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L) != CURLE_OK)
    return FALSE;
  if (curl_multi_add_handle (fetches->multi, easy) != CURLM_OK)
    return FALSE;
  fetches->transfers++;
  return TRUE;
}

void
guardian_egress_fetches_remove (GuardianEgressFetches *fetches, CURL *easy)
{
  if (curl_multi_remove_handle (fetches->multi, easy) == CURLM_OK)
    fetches->transfers--;
  else
    g_warning ("a transfer cannot be ended");
}
