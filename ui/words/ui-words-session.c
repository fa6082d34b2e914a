/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-session.h"

#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

char *
ui_words_session_title (const CardeaJson *session)
{
  char *title = ui_words_text (session, "title");
  if (title == NULL || *title == '\0')
    {
      g_free (title);
      return g_strdup (_ ("Untitled session"));
    }
  return title;
}

gboolean
ui_words_session_is_alive (const CardeaJson *session)
{
  return g_strcmp0 (cardea_json_get_string (session, "state"), "ended") != 0;
}

char *
ui_words_session_state (const CardeaJson *session, gint64 now_us)
{
  const char *state = cardea_json_get_string (session, "state");
  gint64 waiting = 0;

  if (g_strcmp0 (state, "ended") == 0)
    {
      g_autofree char *when = ui_words_time (cardea_json_get_string (session, "ended"), now_us);
      g_autofree char *reason = ui_words_text (session, "reason");
      return reason != NULL ? g_strdup_printf (_ ("Ended %s: %s"), when, reason)
                            : g_strdup_printf (_ ("Ended %s"), when);
    }
  if (g_strcmp0 (state, "starting") == 0)
    return g_strdup (_ ("Starting"));
  if (g_strcmp0 (state, "ending") == 0)
    return g_strdup (_ ("Ending"));
  g_autofree char *since = ui_words_time (cardea_json_get_string (session, "started"), now_us);
  if (!cardea_json_get_int (session, "waiting", &waiting) || waiting <= 0)
    return g_strdup_printf (_ ("Running since %s"), since);
  return g_strdup_printf (ngettext ("Running since %s, %d question waits for you",
                                    "Running since %s, %d questions wait for you",
                                    (gulong) waiting),
                          since, (int) MIN (waiting, G_MAXINT));
}

static const struct {
  const char *mode;
  const char *words;
} modes[] = {
  { "ask", N_ ("You are asked before it touches what you did not share") },
  { "deny", N_ ("Nobody is asked: what you did not share is refused") },
  { "monitor", N_ ("Nobody is asked: what would be asked is allowed and recorded") },
};

char *
ui_words_session_mode (const CardeaJson *session)
{
  const char *mode = cardea_json_get_string (session, "mode");
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_strcmp0 (modes[i].mode, mode) == 0)
      return g_strdup (_ (modes[i].words));
  return ui_words_text (session, "mode");
}

/* --- layers --- */

static char *
layer_namespaces (const CardeaJson *layers)
{
  return cardea_json_get (layers, "namespaces") != NULL
             ? g_strdup (_ ("It sees files, processes, users and a network of its own, not yours"))
             : NULL;
}

static char *
layer_capabilities (const CardeaJson *layers)
{
  return g_strcmp0 (cardea_json_get_string (layers, "capabilities"), "none") == 0
             ? g_strdup (_ ("It has no privileges"))
             : NULL;
}

static char *
layer_no_new_privs (const CardeaJson *layers)
{
  gboolean set = FALSE;
  return cardea_json_get_boolean (layers, "no_new_privs", &set) && set
             ? g_strdup (_ ("It can never gain privileges"))
             : NULL;
}

static char *
layer_seccomp (const CardeaJson *layers)
{
  g_autofree char *filter = ui_words_text (layers, "seccomp");
  return filter != NULL ? g_strdup_printf (
             _ ("Only listed system calls work (%s); others are recorded"), filter)
                        : NULL;
}

static char *
layer_landlock (const CardeaJson *layers)
{
  gint64 abi = 0;
  return cardea_json_get_int (layers, "landlock_abi", &abi) && abi > 0
             ? g_strdup_printf (_ ("A second lock on opening files: Landlock ABI %d"), (int) abi)
             : NULL;
}

static char *
layer_limits (const CardeaJson *layers)
{
  return cardea_json_get_string (layers, "limits") != NULL
             ? g_strdup (_ ("Its memory, processes and open files are limited"))
             : NULL;
}

static char *
layer_cgroup (const CardeaJson *layers)
{
  const char *cgroup = cardea_json_get_string (layers, "cgroup");
  return cgroup != NULL && g_strcmp0 (cgroup, "none") != 0
             ? g_strdup (_ ("All of its processes are stopped as one"))
             : NULL;
}

GStrv
ui_words_session_layers (const CardeaJson *session)
{
  static char *(*const describers[]) (const CardeaJson *layers)
      = { layer_namespaces, layer_capabilities, layer_no_new_privs, layer_seccomp,
          layer_landlock,   layer_limits,       layer_cgroup };
  const CardeaJson *layers = cardea_json_get (session, "layers");
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; layers != NULL && i < G_N_ELEMENTS (describers); i++)
    {
      g_autofree char *line = describers[i](layers);
      if (line != NULL)
        g_strv_builder_add (lines, line);
    }
  return g_strv_builder_end (lines);
}
