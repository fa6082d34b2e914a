/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-tidy.h"

#include <string.h>

#define MARCH 1709640000000000 /* 2024-03-05 12:00 UTC */
#define APRIL 1711929600000000 /* 2024-04-01 00:00 UTC */
#define MANY 1000u
#define FOLDER "/home/u/Downloads"
#define ROOM (700u * 1024u)

/* "made: a b; moves: x→a y→b; taken: …" */
static char *
show (const AgentTidy *tidy)
{
  GString *out = g_string_new ("made:");
  for (guint i = 0; i < tidy->folders->len; i++)
    g_string_append_printf (out, " %s", (const char *) tidy->folders->pdata[i]);
  g_string_append (out, "; moves:");
  for (guint i = 0; i < tidy->moves->len; i++)
    {
      const AgentTidyMove *move = tidy->moves->pdata[i];
      g_string_append_printf (out, " %s>%s", move->name, move->folder);
    }
  for (guint i = 0; i < tidy->taken->len; i++)
    g_string_append_printf (out, "; taken %s", (const char *) tidy->taken->pdata[i]);
  if (tidy->hidden > 0)
    g_string_append_printf (out, "; hidden %u", tidy->hidden);
  if (tidy->unfinished > 0)
    g_string_append_printf (out, "; unfinished %u", tidy->unfinished);
  if (tidy->left > 0)
    g_string_append_printf (out, "; left %u", tidy->left);
  return g_string_free (out, FALSE);
}

static const AgentTidyEntry downloads[] = {
  { "a.pdf", TRUE, MARCH },         { "b.PDF", TRUE, MARCH },
  { "c.tar.gz", TRUE, APRIL - 1 },  { "d", TRUE, APRIL },
  { ".hidden", TRUE, MARCH },       { "film.mkv", TRUE, MARCH },
  { "film.mkv.part", TRUE, MARCH }, { "x.crdownload", TRUE, MARCH },
  { "2024-03", FALSE, MARCH },      { "2024-03/b.PDF", TRUE, MARCH },
  { "Old", FALSE, MARCH },          { "Old/e.txt", TRUE, MARCH },
  { "2024-04", TRUE, MARCH },
};

static void
test_plans (void)
{
  const struct {
    AgentTidyBy by;
    const char *expected;
  } plans[] = {
    { AGENT_TIDY_MONTH, "made:; moves: a.pdf>2024-03 c.tar.gz>2024-03 2024-04>2024-03; taken "
                        "2024-03/b.PDF; taken 2024-04/d; hidden 1; unfinished 3" },
    { AGENT_TIDY_YEAR, "made: 2024; moves: a.pdf>2024 b.PDF>2024 c.tar.gz>2024 d>2024 "
                       "2024-04>2024; hidden 1; unfinished 3" },
    { AGENT_TIDY_TYPE, "made: Documents Archives Other; moves: a.pdf>Documents b.PDF>Documents "
                       "c.tar.gz>Archives d>Other 2024-04>Other; hidden 1; unfinished 3" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autoptr (AgentTidy) tidy
          = agent_tidy_plan (downloads, G_N_ELEMENTS (downloads), plans[i].by, FOLDER, MANY, ROOM);
      g_autofree char *shown = show (tidy);
      g_assert_cmpstr (shown, ==, plans[i].expected);
    }
}

static void
test_nothing (void)
{
  static const AgentTidyEntry entries[] = { { ".a", TRUE, MARCH }, { "b", FALSE, MARCH } };
  g_autoptr (AgentTidy) tidy = agent_tidy_plan (entries, 2, AGENT_TIDY_YEAR, FOLDER, MANY, ROOM);
  g_autofree char *shown = show (tidy);
  g_assert_cmpstr (shown, ==, "made:; moves:; hidden 1");
  g_autoptr (AgentTidy) empty = agent_tidy_plan (NULL, 0, AGENT_TIDY_TYPE, FOLDER, MANY, ROOM);
  g_assert_cmpuint (empty->moves->len, ==, 0);
}

/* What one transaction does not take is counted, and a folder is made for moves that are made. */
static void
test_bounds (void)
{
  static const AgentTidyEntry entries[]
      = { { "a.pdf", TRUE, 0 }, { "b.pdf", TRUE, 0 }, { "c.mp3", TRUE, 0 }, { "d.pdf", TRUE, 0 } };
  const struct {
    guint operations;
    gsize bytes;
    const char *expected;
  } bounds[] = {
    { 0, ROOM, "made:; moves:; left 4" },
    { 1, ROOM, "made:; moves:; left 4" },
    { 3, ROOM, "made: Documents; moves: a.pdf>Documents b.pdf>Documents; left 2" },
    { 4, ROOM, "made: Documents; moves: a.pdf>Documents b.pdf>Documents d.pdf>Documents; left 1" },
    { MANY, 1500, "made: Documents; moves: a.pdf>Documents; left 3" },
    { MANY, 0, "made:; moves:; left 4" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      g_autoptr (AgentTidy) tidy
          = agent_tidy_plan (entries, G_N_ELEMENTS (entries), AGENT_TIDY_TYPE, FOLDER,
                             bounds[i].operations, bounds[i].bytes);
      g_autofree char *shown = show (tidy);
      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (shown, ==, bounds[i].expected);
    }
}

static void
test_times (void)
{
  const struct {
    gint64 mtime;
    AgentTidyBy by;
    const char *folder;
  } times[] = {
    { 0, AGENT_TIDY_MONTH, "1970-01" },
    { -1, AGENT_TIDY_YEAR, "1970" }, /* towards zero: within the second */
    { -2 * G_USEC_PER_SEC, AGENT_TIDY_MONTH, "1969-12" },
    { G_MAXINT64, AGENT_TIDY_MONTH, "Undated" },
    { G_MININT64, AGENT_TIDY_YEAR, "Undated" },
    { APRIL - 1, AGENT_TIDY_MONTH, "2024-03" },
    { APRIL, AGENT_TIDY_MONTH, "2024-04" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      const AgentTidyEntry entry = { "a", TRUE, times[i].mtime };
      g_autofree char *folder = agent_tidy_folder_for (&entry, times[i].by);
      g_assert_cmpstr (folder, ==, times[i].folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/tidy/plans", test_plans);
  g_test_add_func ("/agent/tidy/nothing", test_nothing);
  g_test_add_func ("/agent/tidy/bounds", test_bounds);
  g_test_add_func ("/agent/tidy/times", test_times);
  return g_test_run ();
}
