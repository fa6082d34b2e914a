/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-policy-verbs.h"

#include "ui/cli/ui-cli-policy.h"

const UiCliDoing ui_cli_policy_verbs[] = {
  { "policy replay", ui_cli_policy_replay }, { "policy eval", ui_cli_policy_eval },
  { "policy test", ui_cli_policy_test },     { "policy check", ui_cli_policy_check },
  { "policy build", ui_cli_policy_build },   { "policy sign", ui_cli_policy_sign },
  { "policy bench", ui_cli_policy_bench },   { NULL },
};
