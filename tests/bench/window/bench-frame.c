/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-frame PROGRAM [ARGUMENT…]: starts it on the display and says when its window was first
 * drawn into, which the server tells (the DAMAGE extension): "frame MILLISECONDS". A window that is
 * mapped may still be empty. The program is ended then. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 20000
#define WINDOW_LEAST 200 /* pixels: those for inner use are smaller */

extern char **environ;

static double
now_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* What is asked about may be gone. */
static int
ignore_cb (Display *display, XErrorEvent *error)
{
  return 0;
}

/* The frame that the window manager draws around a window is of no class. */
static int
is_of_a_program (Display *display, Window window)
{
  XClassHint hint = { NULL, NULL };

  if (!XGetClassHint (display, window, &hint))
    return 0;
  XFree (hint.res_name);
  XFree (hint.res_class);
  return 1;
}

static int
is_first_frame (Display *display, int damage, const XEvent *event)
{
  const XDamageNotifyEvent *drawn = (const XDamageNotifyEvent *) event;

  if (event->type == CreateNotify)
    (void) XDamageCreate (display, event->xcreatewindow.window, XDamageReportRawRectangles);
  return event->type == damage + XDamageNotify && drawn->geometry.width >= WINDOW_LEAST
         && drawn->area.width >= WINDOW_LEAST && is_of_a_program (display, drawn->drawable);
}

static int
wait_for_frame (Display *display, int damage, double begun)
{
  struct pollfd connection = { .fd = ConnectionNumber (display), .events = POLLIN };

  while (now_ms () - begun < WAIT_MS)
    {
      XFlush (display);
      if (!XPending (display) && poll (&connection, 1, WAIT_MS) <= 0)
        return 0;
      while (XPending (display))
        {
          XEvent event;
          XNextEvent (display, &event);
          if (is_first_frame (display, damage, &event))
            return 1;
        }
    }
  return 0;
}

int
main (int argc, char **argv)
{
  Display *display = XOpenDisplay (NULL);
  int damage, error;
  pid_t child;

  if (argc < 2 || display == NULL || !XDamageQueryExtension (display, &damage, &error))
    return EXIT_FAILURE;
  XSetErrorHandler (ignore_cb);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);
  XSync (display, False);
  double begun = now_ms ();
  if (posix_spawn (&child, argv[1], NULL, NULL, argv + 1, environ) != 0)
    return EXIT_FAILURE;
  int seen = wait_for_frame (display, damage, begun);
  double took = now_ms () - begun;
  kill (child, SIGTERM);
  waitpid (child, NULL, 0);
  if (seen)
    printf ("frame %.1f\n", took);
  return seen ? EXIT_SUCCESS : EXIT_FAILURE;
}
