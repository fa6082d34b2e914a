/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-attempt.h"

#include <glib/gi18n.h>

static const struct {
  const char *name;
  const char *title;
} classes[] = {
  { "filesystem", N_ ("Files") },          { "network", N_ ("Network") },
  { "ipc", N_ ("Other programs") },        { "kernel", N_ ("Kernel") },
  { "process", N_ ("Processes, limits") },
};

const char *
ui_words_attempt_class (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_strcmp0 (classes[i].name, name) == 0)
      return _ (classes[i].title);
  return NULL;
}
