# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash

# Ids as the guardian lists them; nothing when none answers.
_cardeactl_ids() {
  cardeactl "$@" 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# Words that may follow, for the verb that was typed.
_cardeactl_words() {
  case $1 in
    run) echo "-w --share --net --profile --mode --help" ;;
    profiles) echo "list show --json --help" ;;
    "profiles show") echo "--json --help $(_cardeactl_ids profiles)" ;;
    ask) echo "-f --file --model --with -w --mode --json --help" ;;
    chat) echo "-f --file --model --with -w --mode --help" ;;
    "consent watch") echo "--json --help" ;;
    "consent answer") echo "--digest --for --scope --confirm --note --json --help allow deny" ;;
    sessions) echo "--all --json --help" ;;
    "session show") echo "--json --help $(_cardeactl_ids sessions --all)" ;;
    "session end") echo "--all --json --help $(_cardeactl_ids sessions)" ;;
    grants) echo "list add revoke --json --help" ;;
    "grants add") echo "--for --profile --json --help" ;;
    "grants revoke") echo "--session --all --json --help $(_cardeactl_ids grants)" ;;
    undo) echo "list show clear --session --all --json --help $(_cardeactl_ids undo)" ;;
    "undo show") echo "--json --help $(_cardeactl_ids undo)" ;;
    "undo clear") echo "--json --help" ;;
    "model list") echo "--json --help" ;;
    "model add") echo "--url --kind --model --key --credential --json --help" ;;
    "model remove" | "model test") echo "--json --help $(_cardeactl_ids model list)" ;;
    "credential set") echo "--host --header --scheme --variable --json --help" ;;
    "credential list") echo "--json --help" ;;
    "credential remove") echo "--json --help $(_cardeactl_ids credential list)" ;;
    "settings get") echo "keys.store model undo.days undo.max_bytes --json --help" ;;
    "settings set") echo "keys.store model undo.days undo.max_bytes --json --help" ;;
    "policy eval") echo "-d --data -b --bundle --verification-key --signing-alg -i --input -f --format --shipped --v0-compatible --strict-builtin-errors --json --help" ;;
    "policy test") echo "-v --verbose --shipped --v0-compatible --json --help" ;;
    "policy check") echo "--strict --shipped --v0-compatible --json --help" ;;
    "policy replay") echo "--since --json --help" ;;
    "policy log") echo "--since --help" ;;
    "policy build") echo "-o --output -r --revision --root --signing-key --signing-alg --scope --json --help" ;;
    "policy sign") echo "--signing-key --signing-alg --scope -o --output --json --help" ;;
    "policy bench") echo "-n --count -d --data -i --input --shipped --v0-compatible --json --help" ;;
    "audit list") echo "--session --since --action --effect --type --json --help" ;;
    "audit show" | "audit tail") echo "--json --help" ;;
    "audit verify") echo "--dir --key --checkpoint --json --help" ;;
    "audit redact") echo "--json --help" ;;
    doctor) echo "--prove --json --help" ;;
    status | schema) echo "--json --help" ;;
    "dlp scan" | "dlp rules") echo "--json --help" ;;
    consent) echo "watch answer" ;;
    session) echo "show end" ;;
    model) echo "list add remove test" ;;
    credential) echo "set list remove" ;;
    settings) echo "get set" ;;
    policy) echo "show explain replay log reload eval test check build sign bench" ;;
    dlp) echo "scan rules" ;;
    audit) echo "list show tail verify redact" ;;
    "") echo "ask chat run profiles consent sessions session grants undo model credential settings policy audit dlp schema doctor status --help --version" ;;
  esac
}

# Values of the option before the cursor.
_cardeactl_values() {
  case $1 in
    --profile) _cardeactl_ids profiles ;;
    --mode) echo "ask deny monitor" ;;
    --model) _cardeactl_ids model list ;;
    --credential) _cardeactl_ids credential list ;;
    --kind) echo "openai anthropic" ;;
    --for) echo "once task always 15m 1h 8h 7d" ;;
    --signing-alg) echo "ES256 RS256 PS256 HS256" ;;
    --format) echo "json raw pretty" ;;
    --scope) echo "exact folder host" ;;
    --effect) echo "allow ask deny" ;;
    --session) _cardeactl_ids sessions --all ;;
  esac
}

_cardeactl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb="" values
  if [ "$COMP_CWORD" -gt 1 ]; then verb=${COMP_WORDS[1]}; fi
  if [ "$COMP_CWORD" -gt 2 ] && [ -n "$(_cardeactl_words "$verb ${COMP_WORDS[2]}")" ]; then
    verb="$verb ${COMP_WORDS[2]}"
  fi
  values=$(_cardeactl_values "$previous")
  if [ -z "$values" ]; then values=$(_cardeactl_words "$verb"); fi
  mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
  case "$verb $previous" in
    *" -b" | *" --bundle" | *" --verification-key" | *" -d" | *" --data" | *" -i" | *" --input" | "policy test "* | "policy check "* | *" -f" | *" --file" | "grants add "*)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
  esac
}
complete -F _cardeactl cardeactl
