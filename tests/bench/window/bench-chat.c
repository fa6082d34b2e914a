/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The chat's widgets by themselves, on whatever display there is:
 *
 *   bench-chat scroll   10,000 entries, scrolled smoothly and in leaps: the longest frame
 *   bench-chat stream   200 pieces a second for ten seconds: the longest stretch in which the main
 *                       loop did not come back to waiting
 *   bench-chat table    the same, of an answer that is one table; code: one block of code; words:
 * one paragraph
 *
 * Prints "NAME median longest count work", milliseconds; work: the longest by the processor's time
 * of the thread, which other programs do not lengthen. */

#include "ui/chat/ui-chat-turn.h"
#include "ui/chat/ui-chat-view.h"

#include <adwaita.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ENTRIES 10000u
#define FRAMES 900u
#define LEAP_EVERY 30u
#define PIECES 2000u
#define PIECE_MS 5u
#define PIECE_SIZE 4u
#define WARM_FRAMES 30u

static const char document[]
    = "## A part\n\nA paragraph with *emphasis*, **strength** and `code`, that goes on for as long "
      "as paragraphs do when somebody explains what was found in a file.\n\n* one\n* two\n\n"
      "```python\ndef total(rows):\n    return sum(float(r[\"Amount\"]) for r in rows)\n```\n\n"
      "| Month | Rows | Total |\n|---|---:|---:|\n| 2026-01 | 2 | 80.25 |\n| 2026-02 | 2 | 9.25 "
      "|\n\n";

/* What an answer is made of: once, then again and again. */
static const struct {
  const char *mode, *begin, *rest;
} answers[] = {
  { "stream", "", document },
  { "table", "| Month | Rows | Total | Where |\n|---|---:|---:|---|\n",
    "| 2026-01 | 2 | 80.25 | *here* |\n| 2026-02 | 12 | 9.25 | `there` |\n" },
  { "code", "```python\n",
    "def total(rows):\n    return sum(float(r[\"Amount\"]) for r in rows)\n\n" },
  { "words", "", "A paragraph with *emphasis*, **strength** and `code`, that goes on and on. " },
};

typedef struct {
  const char *streams; /* the answer; NULL: scrolls */
  AdwApplication *application;
  UiLink *link;
  UiChatList *list;
  UiChat *chat;
  UiChatTurn *turn;
  GtkWidget *window;
  GtkAdjustment *adjustment;
  GArray *times; /* double, milliseconds */
  double work;   /* the longest by the processor's time */
  gint64 frame_began;
  double frame_work; /* the processor's time when it began */
  guint frames;
  guint pieces;
} Bench;

static double
since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / 1000.0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;
  return first < second ? -1 : first > second;
}

static double
processor_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
finish (Bench *bench, const char *name)
{
  g_array_sort (bench->times, compare);
  guint count = bench->times->len;
  printf ("%s %.2f %.2f %u %.2f\n", name, g_array_index (bench->times, double, count / 2),
          g_array_index (bench->times, double, count - 1), count, bench->work);
  g_application_quit (G_APPLICATION (bench->application));
}

/* --- what is shown --- */

static void
fill (Bench *bench)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  static const char *const short_answers[]
      = { "A short answer.",
          "One paragraph of an answer, with **some** words in it, long enough to "
          "be wrapped on a window of the usual width, and then some.",
          "Two paragraphs.\n\nOf which this is the second, with a list:\n\n* one\n* two\n* three" };

  for (guint i = 0; i < ENTRIES; i++)
    {
      gboolean person = i % 2 == 0;
      const char *text = person ? "What is in the file, and how much of it is what I think it is?"
                         : i % 40 == 1 ? document
                                       : short_answers[i / 2 % G_N_ELEMENTS (short_answers)];
      UiChatMessage *message
          = ui_chat_message_new (person ? UI_CHAT_AUTHOR_PERSON : UI_CHAT_AUTHOR_ASSISTANT, text);
      ui_chat_message_finish (message, UI_CHAT_STATE_DONE);
      ui_chat_entry_set_number (UI_CHAT_ENTRY (message), i + 1);
      g_ptr_array_add (entries, message);
    }
  ui_chat_restore_entries (bench->chat, entries);
}

/* --- scrolling --- */

static void
before_paint_cb (GdkFrameClock *clock, Bench *bench)
{
  bench->frame_began = g_get_monotonic_time ();
  bench->frame_work = processor_ms ();
}

static void
after_paint_cb (GdkFrameClock *clock, Bench *bench)
{
  double time = since (bench->frame_began);
  if (bench->frames <= WARM_FRAMES)
    return;
  g_array_append_val (bench->times, time);
  bench->work = MAX (bench->work, processor_ms () - bench->frame_work);
}

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Bench *bench = user_data;
  double upper = gtk_adjustment_get_upper (bench->adjustment);
  double value = gtk_adjustment_get_value (bench->adjustment);

  if (bench->frames++ >= FRAMES)
    {
      finish (bench, "scroll-frame");
      return G_SOURCE_REMOVE;
    }
  if (bench->frames % LEAP_EVERY == 0)
    value = upper * ((bench->frames * 7919u) % 997u) / 997.0;
  else
    value += 90;
  gtk_adjustment_set_value (bench->adjustment, value < upper - 2000 ? value : 0);
  return G_SOURCE_CONTINUE;
}

/* --- streaming --- */

/* As much of the answer as is sent; NULL: it is not one of them. */
static char *
make_answer (const char *mode)
{
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    if (strcmp (answers[i].mode, mode) == 0)
      {
        GString *text = g_string_new (answers[i].begin);
        while (text->len < PIECES * PIECE_SIZE)
          g_string_append (text, answers[i].rest);
        return g_string_free (text, FALSE);
      }
  return NULL;
}

static gboolean
piece_cb (gpointer user_data)
{
  Bench *bench = user_data;
  g_autofree char *piece = g_strndup (bench->streams + bench->pieces * PIECE_SIZE, PIECE_SIZE);

  ui_chat_turn_take (bench->turn, "delta", piece, NULL);
  if (++bench->pieces < PIECES)
    return G_SOURCE_CONTINUE;
  ui_chat_turn_take (bench->turn, "done", "", NULL);
  finish (bench, "stream-stall");
  return G_SOURCE_REMOVE;
}

/* The main loop's own waiting, watched: from the end of one to the beginning of the next. A
 * function that GLib calls without our data: the one place that has to find it by itself. */
typedef struct {
  Bench *bench; /* NULL: nothing is streamed yet */
  gint64 woke;
  double work;
} Watch;

static Watch *
the_watch (void)
{
  static _Thread_local Watch watch;
  return &watch;
}

static gint
watched_poll (GPollFD *fds, guint n_fds, gint timeout)
{
  Watch *watch = the_watch ();

  if (watch->woke > 0 && watch->bench != NULL)
    {
      double time = since (watch->woke);
      g_array_append_val (watch->bench->times, time);
      watch->bench->work = MAX (watch->bench->work, processor_ms () - watch->work);
    }
  watch->woke = 0;
  gint ready = g_poll (fds, n_fds, timeout);
  watch->woke = g_get_monotonic_time ();
  watch->work = processor_ms ();
  return ready;
}

static gboolean
begin_stream_cb (gpointer user_data)
{
  Bench *bench = user_data;
  ui_chat_turn_begin (bench->turn);
  the_watch ()->bench = bench;
  g_timeout_add (PIECE_MS, piece_cb, bench);
  return G_SOURCE_REMOVE;
}

/* --- the program --- */

static GtkWidget *
find_scroller (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget)
      && GTK_IS_LIST_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (widget))))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_scroller (child);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
activate_cb (AdwApplication *application, Bench *bench)
{
  bench->link = ui_link_new ();
  bench->list = ui_chat_list_new (bench->link);
  bench->chat = ui_chat_list_begin (bench->list);
  bench->turn = ui_chat_turn_new (bench->chat);
  GtkWidget *view = ui_chat_view_new (bench->list);

  bench->window = adw_application_window_new (GTK_APPLICATION (application));
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 900, 700);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (bench->window), view);
  fill (bench);
  ui_chat_view_show (UI_CHAT_VIEW (view), bench->chat);
  gtk_window_present (GTK_WINDOW (bench->window));
  bench->adjustment
      = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (find_scroller (view)));
  if (bench->streams != NULL)
    {
      g_timeout_add (1500, begin_stream_cb, bench);
      return;
    }
  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  gtk_widget_add_tick_callback (view, scroll_cb, bench, NULL);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autofree char *answer = make_answer (argc > 1 ? argv[1] : "scroll");

  g_main_context_set_poll_func (NULL, watched_poll);
  bench.streams = answer;
  bench.times = g_array_new (FALSE, FALSE, sizeof (double));
  bench.application
      = g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.cardea.BenchChat", "flags",
                      G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/cardea/Cardea", NULL);
  g_signal_connect (bench.application, "activate", G_CALLBACK (activate_cb), &bench);
  return g_application_run (G_APPLICATION (bench.application), 1, argv);
}
