/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The person's language, from the environment; catalogues from where they are installed, or from
 * beside a program that is not installed. First thing in main(). */
void ui_locale_init (void);

/* Whether the language is written from right to left. The toolkit asks a catalogue of its own,
 * which may not be installed. */
gboolean ui_locale_is_mirrored (void);
