#!/bin/sh
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev bench: every measured bar in one table. usage: run.sh BUILD_ROOT [BAR...]
here=$(dirname "$(readlink -f "$0")")
exec /usr/bin/python3 "$here/bench.py" "$@"
