/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core for what may go, and what goes in its place. Refuses: to look a name up, or send
 * anything, before the answer is there. Known gaps: see guardian-egress-looks.c. */

#include "guardian/egress/guardian-egress-forward-private.h"

#include <sys/mman.h>
#include <sys/stat.h>

static GuardianEgressLooks *
looks_of (const GuardianEgressForward *forward)
{
  return guardian_egress_session_looks (guardian_egress_visitor_session (forward->errand.visitor));
}

/* What is held for looking at is given back: it goes on its way, or nowhere. */
void
guardian_egress_forward_look_end (GuardianEgressForward *forward)
{
  guardian_egress_looks_cancel (looks_of (forward), forward->look);
  guardian_egress_looks_release (looks_of (forward), forward->held);
  forward->look = 0;
  forward->held = 0;
}

/* FALSE: it cannot be read. */
static gboolean
replace_body (GuardianEgressForward *forward, int body)
{
  struct stat st;
  void *bytes = fstat (body, &st) == 0 && st.st_size > 0
                    ? mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, body, 0)
                    : MAP_FAILED;

  if (bytes == MAP_FAILED)
    return FALSE;
  g_queue_clear_full (&forward->body, (GDestroyNotify) g_bytes_unref);
  g_queue_push_tail (&forward->body, g_bytes_new (bytes, (gsize) st.st_size));
  munmap (bytes, (gsize) st.st_size);
  forward->body_bytes = (gsize) st.st_size;
  forward->replaced = st.st_size;
  return TRUE;
}

static void
looked_cb (const GuardianEgressLooked *looked, gpointer user_data)
{
  GuardianEgressForward *forward = user_data;

  forward->look = 0;
  guardian_egress_forward_look_end (forward);
  if (looked->code != NULL)
    guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, looked->code, looked->reason);
  else if (looked->body >= 0 && (forward->more || !replace_body (forward, looked->body)))
    guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, "unavailable",
                                  "what was to be left out could not be");
  else
    {
      forward->names = looked->names != NULL ? g_bytes_ref (looked->names) : NULL;
      forward->looked (forward);
    }
}

static void
ask (GuardianEgressForward *forward)
{
  g_autoptr (GPtrArray) headers = guardian_egress_forward_headers (forward);

  forward->gathering = FALSE;
  if (headers == NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_BAD_REQUEST, "malformed",
                                    "the request cannot be passed on");
      return;
    }
  const GuardianEgressLook look = { &forward->target, headers, &forward->body, forward->more };
  guint64 id = guardian_egress_looks_ask (looks_of (forward), &look, looked_cb, forward);
  if (id != 0) /* else it may be gone */
    forward->look = id;
}

gboolean
guardian_egress_forward_look_chunk (GuardianEgressForward *forward, GBytes *chunk)
{
  gsize size = g_bytes_get_size (chunk);

  if (!forward->gathering)
    return FALSE;
  g_queue_push_tail (&forward->body, g_bytes_ref (chunk));
  forward->body_bytes += size;
  gboolean room = guardian_egress_looks_hold (looks_of (forward), size);
  forward->held += room ? size : 0;
  if (room && forward->body_bytes <= GUARDIAN_EGRESS_LOOKS_BODY)
    return TRUE;
  forward->more = forward->guest_waits = TRUE;
  soup_server_message_pause (forward->errand.message);
  ask (forward);
  return TRUE;
}

gboolean
guardian_egress_forward_look_body (GuardianEgressForward *forward)
{
  if (!forward->gathering)
    return FALSE;
  ask (forward);
  return TRUE;
}

void
guardian_egress_forward_look (GuardianEgressForward *forward, gboolean has_body,
                              void (*looked) (GuardianEgressForward *forward))
{
  forward->looked = looked;
  forward->gathering = has_body;
  if (has_body)
    soup_server_message_unpause (forward->errand.message);
  else
    ask (forward);
}
