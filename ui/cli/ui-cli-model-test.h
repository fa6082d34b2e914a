/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* After a model was added: says that it is there, and which of the server's models it means, when
 * the person did not say. A server that cannot be reached now is a remark, no error. */
gboolean ui_cli_model_test_added (UiCli *cli, const char *name,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
