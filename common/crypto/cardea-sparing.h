/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* For a program whose only use of OpenSSL is its link with the guardian, called before any other:
 * leaves out what OpenSSL prepares at its beginning and tidies up at its end for others, half a
 * millisecond each. Certificates and algorithms other than those of our links then do not work
 * (nobody is trusted the more for it), and errors are numbers. The keys that are in memory when the
 * process ends are the kernel's to clear, as all of its memory is. */
void cardea_sparing_init (void);
