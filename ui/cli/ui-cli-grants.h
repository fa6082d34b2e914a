/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Cuts ":ro" or ":rw" off and says which it was: "ro" when neither. A path that really ends so is
 * written with the suffix again. */
const char *ui_cli_grants_cut_access (char *path);
