/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-application.h"
#include "ui/consent/ui-locale.h"
#include "ui/consent/ui-memory.h"

int
main (int argc, char **argv)
{
  ui_memory_init ();
  ui_locale_init ();

  g_autoptr (UiApplication) application = ui_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
