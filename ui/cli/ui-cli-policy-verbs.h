/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* What cardeactl-policy does by itself of the verbs of cardeactl; a nameless one ends them. */
extern const UiCliDoing ui_cli_policy_verbs[];
