/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* What a class of attempts of "doctor --prove" is called, in the person's language; NULL: there is
 * no such class. Static. */
const char *ui_words_attempt_class (const char *name);
