/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* For programs that draw: what a frame was drawn into goes back to the system with the frame.
 * Before anything is allocated that is large. */
void ui_memory_init (void);
