/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the kernel asks, one request after the other. */

#include "guardian/files/view/guardian-view-private.h"

#include <errno.h>
#include <linux/fuse.h>
#include <string.h>

#define SERVE_US G_TIME_SPAN_MILLISECOND /* before everything else is looked at */

/* Nobody waits for an answer: whoever sent it goes on, and soon asks for something else. */
static gboolean
is_left_behind (const struct fuse_buf *request)
{
  static const guint32 codes[] = { FUSE_RELEASE, FUSE_RELEASEDIR, FUSE_FORGET, FUSE_BATCH_FORGET };
  struct fuse_in_header header;

  if (request->size < sizeof header)
    return FALSE;
  memcpy (&header, request->mem, sizeof header);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (header.opcode == codes[i])
      return TRUE;
  return FALSE;
}

/* TRUE: there was one. */
static gboolean
take_one (GuardianView *view)
{
  int size = fuse_session_receive_buf (view->fuse, &view->buffer);

  if (size == -EINTR || size == -EAGAIN)
    return FALSE;
  view->unmounted = size == 0;
  view->ending = size <= 0;
  if (size <= 0)
    return FALSE;
  view->left_behind = is_left_behind (&view->buffer);
  fuse_session_process_buf (view->fuse, &view->buffer);
  view->ending |= fuse_session_exited (view->fuse) != 0;
  return TRUE;
}

/* Something else is to be done first: a revocation, an answer, the end. */
static gboolean
is_called (const GuardianView *view)
{
  return view->ending || g_atomic_int_get (&view->posted) != 0;
}

static gboolean
look_for_a_moment (GuardianView *view)
{
  const gint64 until = g_get_monotonic_time () + GUARDIAN_VIEW_LINGER_US;
  gboolean came = FALSE;

  while (!came && !is_called (view) && g_get_monotonic_time () < until)
    came = take_one (view);
  if (came || !is_called (view))
    guardian_view_linger_learn (&view->linger, came);
  return came;
}

/* Else to look for one costs as much as to wait for it. */
static gboolean
take_next (GuardianView *view)
{
  return guardian_view_linger_try (&view->linger) ? look_for_a_moment (view)
                                                  : view->left_behind && take_one (view);
}

void
guardian_view_serve (GuardianView *view)
{
  const gint64 until = g_get_monotonic_time () + SERVE_US;
  gboolean came = take_one (view);

  while (came && !is_called (view) && g_get_monotonic_time () < until)
    came = take_next (view);
}
