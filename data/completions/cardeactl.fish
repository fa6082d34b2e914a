# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Verbs and options are asked of cardeactl's own help, which needs no guardian.
function __cardeactl_verbs
    cardeactl --help 2>/dev/null | string replace -rf '^  ([a-z]+(?: [a-z]+)?)  +(.*)' '$1\t$2'
end

# The verb that was typed, whole: one word or two.
function __cardeactl_verb
    set -l words (commandline -opc)
    set -l verbs (__cardeactl_verbs | string replace -r '\t.*' '')
    if contains -- "$words[2] $words[3]" $verbs
        echo $words[2]
        echo $words[3]
    else if test (count $words) -gt 1
        echo $words[2]
    end
end

# Ids as the guardian lists them; nothing when none answers.
function __cardeactl_ids
    cardeactl $argv 2>/dev/null | string match -rv '^[A-Z]+  ' | string replace -r ' .*' ''
end

# What the option before the cursor wants: "OPTION WANTED"; nothing when it wants nothing.
function __cardeactl_wanted
    set -l last (commandline -opc)[-1]
    string match -qr '^-' -- $last; or return 1
    set -l line (cardeactl (__cardeactl_verb) --help 2>/dev/null | string replace -rf '^  (-[a-zA-Z], |)(--[a-z0-9-]+)=([A-Z]+).*' '$1$2 $3' | string match -e -- $last)
    for one in $line
        set -l words (string split ' ' -- (string replace ',' '' -- $one))
        if contains -- $last $words
            echo $words[-2] $words[-1]
            return 0
        end
    end
    return 1
end

function __cardeactl_values
    set -l wanted (__cardeactl_wanted | string split ' ')
    switch "$wanted"
        case '--mode *'
            printf '%s\n' ask deny monitor
        case '--kind *'
            printf '%s\n' openai anthropic
        case '--for *'
            printf '%s\n' once task always 15m 1h 8h 7d
        case '--signing-alg *'
            printf '%s\n' ES256 RS256 PS256 HS256
        case '--format FORMAT'
            printf '%s\n' json raw pretty
        case '--scope SCOPE'
            printf '%s\n' exact folder host
        case '--effect *'
            printf '%s\n' allow ask deny
        case '--profile *' '--with *'
            __cardeactl_ids profiles
        case '--model *'
            __cardeactl_ids model list
        case '--credential *'
            __cardeactl_ids credential list
        case '--session *'
            __cardeactl_ids sessions --all
        case '* FILE' '* PATH' '* BUNDLE'
            __fish_complete_path (commandline -ct)
        case '* DIR'
            __fish_complete_directories (commandline -ct)
    end
end

function __cardeactl_words
    set -l verb (__cardeactl_verb)
    set -l words (commandline -opc)
    if test (count $words) -eq 2
        __cardeactl_verbs | string replace -rf "^$verb[1] (.*)" '$1'
    end
    switch "$verb"
        case run
            __fish_complete_subcommand
        case profiles grants
            echo list
        case undo
            echo list
            __cardeactl_ids undo
        case 'undo show'
            __cardeactl_ids undo
        case 'profiles show'
            __cardeactl_ids profiles
        case 'session show'
            __cardeactl_ids sessions --all
        case 'session end'
            __cardeactl_ids sessions
        case 'grants revoke'
            __cardeactl_ids grants
        case 'model remove' 'model test'
            __cardeactl_ids model list
        case 'badge revoke'
            __cardeactl_ids badge list
        case 'credential login' 'credential remove'
            __cardeactl_ids credential list
        case 'consent answer'
            printf '%s\n' allow deny
        case 'settings get' 'settings set'
            __cardeactl_ids settings get
        case 'grants add' 'policy explain' 'policy replay' 'policy test' 'policy check' 'policy build' 'policy sign' 'dlp scan'
            __fish_complete_path (commandline -ct)
    end
end

function __cardeactl_options
    cardeactl (__cardeactl_verb) --help 2>/dev/null | string replace -rf '^  (?:-[a-zA-Z], |)(--[a-z0-9-]+)\S*  +(.*)' '$1\t$2'
end

set -l first 'test (count (commandline -opc)) -eq 1'
set -l later 'test (count (commandline -opc)) -gt 1'
complete -c cardeactl -f
complete -c cardeactl -n $first -a '(__cardeactl_verbs | string replace -r "^([a-z]+) [a-z]+\t.*" \'$1\')'
complete -c cardeactl -n $first -l version -d 'The version'
complete -c cardeactl -n $first -s h -l help -d 'Help'
complete -c cardeactl -n "$later; and __cardeactl_wanted >/dev/null" -a '(__cardeactl_values)'
complete -c cardeactl -n "$later; and not __cardeactl_wanted >/dev/null" -a '(__cardeactl_words)'
complete -c cardeactl -n "$later; and not __cardeactl_wanted >/dev/null; and string match -q -- '-*' (commandline -ct)" -a '(__cardeactl_options)'
