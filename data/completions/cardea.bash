# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash

_cardea() {
  local current=${COMP_WORDS[COMP_CWORD]}
  case $current in
    -*) mapfile -t COMPREPLY < <(compgen -W "--new-chat --quick-ask --activity --stop-everything --version --help" -- "$current") ;;
    *)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
  esac
}
complete -F _cardea cardea
