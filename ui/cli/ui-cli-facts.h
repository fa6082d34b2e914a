/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-output.h"

/* A JSON object of the guardian for a person: "name  value" lines, deeper objects indented below
 * their name, known names in plain words, times local, paths short. Nothing is left out. */
void ui_cli_facts_write (UiCliOutput *output, const CardeaJson *object);
