# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash

# Verbs and options are asked of cardeactl's own help, which needs no guardian.
_cardeactl_verbs() {
  cardeactl --help 2>/dev/null | sed -nE 's/^  ([a-z]+( [a-z]+)?)  .*/\1/p'
}

_cardeactl_options() {
  cardeactl "$@" --help 2>/dev/null | sed -nE 's/^  (-[a-zA-Z], )?(--[a-z0-9-]+).*/\2/p'
}

# What an option wants, as its help says: FILE, DIR, NAME, …; nothing when it wants nothing.
_cardeactl_wants() { # OPTION VERB...
  local option=$1
  shift
  case $option in
    --*) cardeactl "$@" --help 2>/dev/null | sed -nE "s/^  (-[a-zA-Z], )?$option=([A-Z]+).*/\\2/p" ;;
    -?) cardeactl "$@" --help 2>/dev/null | sed -nE "s/^  $option, --[a-z0-9-]+=([A-Z]+).*/\\1/p" ;;
  esac
}

# Ids as the guardian lists them; nothing when none answers.
_cardeactl_ids() {
  cardeactl "$@" 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_cardeactl_values() { # OPTION WANTED
  case $1 in
    --mode) echo "ask deny monitor" ;;
    --kind) echo "openai anthropic" ;;
    --for) echo "once task always 15m 1h 8h 7d" ;;
    --signing-alg) echo "ES256 RS256 PS256 HS256" ;;
    -f | --format) if [ "$2" = FORMAT ]; then echo "json raw pretty"; fi ;;
    --scope) if [ "$2" = SCOPE ]; then echo "exact folder host"; fi ;;
    --effect) echo "allow ask deny" ;;
    --profile | --with) _cardeactl_ids profiles ;;
    --model) _cardeactl_ids model list ;;
    --credential) _cardeactl_ids credential list ;;
    --session) _cardeactl_ids sessions --all ;;
  esac
}

# What is no option, for a verb: words, and then FILES where paths may stand.
_cardeactl_words() {
  case $1 in
    run) echo COMMANDS ;;
    profiles | grants) echo list ;;
    undo) echo "list $(_cardeactl_ids undo)" ;;
    "undo show") _cardeactl_ids undo ;;
    "profiles show") _cardeactl_ids profiles ;;
    "session show") _cardeactl_ids sessions --all ;;
    "session end") _cardeactl_ids sessions ;;
    "grants revoke") _cardeactl_ids grants ;;
    "model remove" | "model test") _cardeactl_ids model list ;;
    "badge revoke") _cardeactl_ids badge list ;;
    "credential login" | "credential remove") _cardeactl_ids credential list ;;
    "consent answer") echo "allow deny" ;;
    "settings get" | "settings set") _cardeactl_ids settings get ;;
    "grants add" | "policy explain" | "policy replay" | "policy test" | "policy check" | "policy build" | \
      "policy sign" | "dlp scan") echo FILES ;;
  esac
}

_cardeactl_offer() { # WORDS, of which FILES, FOLDERS, COMMANDS stand for what is there
  local current=${COMP_WORDS[COMP_CWORD]} kind
  mapfile -t COMPREPLY < <(compgen -W "$1" -X '[A-Z]*S' -- "$current")
  for kind in f:FILES d:FOLDERS c:COMMANDS; do
    case " $1 " in
      *" ${kind#*:} "*)
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "-${kind%%:*}" -- "$current")
        ;;
    esac
  done
}

_cardeactl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verbs verb="" more="" wanted
  verbs=$(_cardeactl_verbs)
  if [ "$COMP_CWORD" -gt 1 ]; then verb=${COMP_WORDS[1]}; fi
  if [ "$COMP_CWORD" -gt 2 ] && grep -qxF "$verb ${COMP_WORDS[2]}" <<<"$verbs"; then
    verb="$verb ${COMP_WORDS[2]}"
  elif [ "$COMP_CWORD" -eq 2 ]; then
    more=$(sed -nE "s/^$verb //p" <<<"$verbs")
  fi
  if [ -z "$verb" ]; then
    _cardeactl_offer "$(cut -d' ' -f1 <<<"$verbs") --help --version"
    return
  fi
  # shellcheck disable=SC2086 # a verb is one or two words
  case $previous in -*) wanted=$(_cardeactl_wants "$previous" $verb) ;; esac
  case ${wanted:-} in
    "") ;;
    FILE | PATH | BUNDLE) _cardeactl_offer FILES && return ;;
    DIR) _cardeactl_offer FOLDERS && return ;;
    *) _cardeactl_offer "$(_cardeactl_values "$previous" "$wanted")" && return ;;
  esac
  # shellcheck disable=SC2086
  case $current in
    -*) _cardeactl_offer "$(_cardeactl_options $verb)" ;;
    *) _cardeactl_offer "$more $(_cardeactl_words "$verb")" ;;
  esac
}
complete -F _cardeactl cardeactl
