/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-picture FILE: a small picture of FILE for a row of a chat, by this world's guardian, asked
 * for again and again: by a window that has not seen it, and by one that has.
 *
 * Prints "NAME median p99 count", microseconds. */

#include "ui/chat/ui-picture-loader.h"

#include <stdio.h>
#include <stdlib.h>

#define EDGE 640u /* as a row asks for it */
#define COUNT 30u

typedef struct {
  GMainLoop *loop;
  gboolean shown;
} Wait;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (UiChatPicture) picture
      = ui_picture_loader_load_finish (UI_PICTURE_LOADER (source), result, &error);

  wait->shown = picture != NULL;
  if (picture == NULL)
    fprintf (stderr, "bench-picture: %s\n", error->message);
  g_main_loop_quit (wait->loop);
}

/* Microseconds. */
static double
load (UiPictureLoader *loader, const char *path)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { loop, FALSE };
  gint64 begun = g_get_monotonic_time ();

  ui_picture_loader_load_async (loader, path, EDGE, NULL, loaded_cb, &wait);
  g_main_loop_run (loop);
  if (!wait.shown)
    exit (1);
  return (double) (g_get_monotonic_time () - begun);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a, other = *(const double *) b;
  return (one > other) - (one < other);
}

static void
measure (UiLink *link, const char *path, gboolean seen)
{
  double times[COUNT];
  g_autoptr (UiPictureLoader) loader = ui_picture_loader_new (link);

  load (loader, path);
  for (guint i = 0; i < COUNT; i++)
    {
      g_autoptr (UiPictureLoader) other = ui_picture_loader_new (link);
      times[i] = load (seen ? loader : other, path);
    }
  qsort (times, COUNT, sizeof times[0], compare);
  printf ("%s %.1f %.1f %u\n", seen ? "again" : "first", times[COUNT / 2], times[COUNT - 1], COUNT);
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    return 2;
  g_autoptr (UiLink) link = ui_link_new ();
  measure (link, argv[1], FALSE);
  measure (link, argv[1], TRUE);
  return 0;
}
