# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

complete -c cardeactl -f
set -l first 'test (count (commandline -opc)) -eq 1'
for verb in ask chat run profiles consent sessions session grants undo model credential settings policy audit dlp schema doctor status
    complete -c cardeactl -n $first -a $verb
end
complete -c cardeactl -n $first -l version -d 'The version'
complete -c cardeactl -s h -l help -d 'Help'
complete -c cardeactl -l json -d 'Write JSON'

complete -c cardeactl -n '__fish_seen_subcommand_from run' -s w -l share -r -d 'Share a folder'
complete -c cardeactl -n '__fish_seen_subcommand_from ask chat run' -l net -x -d 'Share a host'
complete -c cardeactl -n '__fish_seen_subcommand_from run' -l profile -x -d 'As this profile says'
complete -c cardeactl -n '__fish_seen_subcommand_from run' -x -a '(__fish_complete_subcommand)'
complete -c cardeactl -n '__fish_seen_subcommand_from ask chat' -s f -l file -r -F -d 'Share a file for reading'
complete -c cardeactl -n '__fish_seen_subcommand_from ask chat' -l with -x -d 'Another agent'
complete -c cardeactl -n '__fish_seen_subcommand_from ask chat run' -l model -x -d 'Model'
complete -c cardeactl -n '__fish_seen_subcommand_from ask chat' -l mode -x -a 'ask deny monitor'

function __cardeactl_group
    set -l words (commandline -opc)
    test (count $words) -eq 2; and test $words[2] = $argv[1]
end
complete -c cardeactl -n '__cardeactl_group profiles' -a 'list show'
complete -c cardeactl -n '__cardeactl_group consent' -a 'watch answer'
complete -c cardeactl -n '__cardeactl_group session' -a 'show end'
complete -c cardeactl -n '__cardeactl_group grants' -a 'list add revoke'
complete -c cardeactl -n '__cardeactl_group undo' -a 'list show clear'
complete -c cardeactl -n '__cardeactl_group model' -a 'list add remove test'
complete -c cardeactl -n '__cardeactl_group credential' -a 'set list remove'
complete -c cardeactl -n '__cardeactl_group settings' -a 'get set'
complete -c cardeactl -n '__cardeactl_group policy' -a 'show explain replay log reload eval test check build sign bench'
complete -c cardeactl -n '__cardeactl_group dlp' -a 'scan rules'
complete -c cardeactl -n '__fish_seen_subcommand_from scan' -F
complete -c cardeactl -n '__cardeactl_group audit' -a 'list show tail verify redact'

complete -c cardeactl -n '__fish_seen_subcommand_from model' -l url -x
complete -c cardeactl -n '__fish_seen_subcommand_from model' -l kind -x -a 'openai anthropic'
complete -c cardeactl -n '__fish_seen_subcommand_from model' -l model -x
complete -c cardeactl -n '__fish_seen_subcommand_from model' -l key
complete -c cardeactl -n '__fish_seen_subcommand_from model' -l credential -x
complete -c cardeactl -n '__fish_seen_subcommand_from credential' -l host -x -a '(__fish_print_hostnames)'
complete -c cardeactl -n '__fish_seen_subcommand_from credential' -l header -x
complete -c cardeactl -n '__fish_seen_subcommand_from credential' -l scheme -x
complete -c cardeactl -n '__fish_seen_subcommand_from credential' -l variable -x
complete -c cardeactl -n '__fish_seen_subcommand_from answer' -l digest -x
complete -c cardeactl -n '__fish_seen_subcommand_from answer' -a 'allow deny'
complete -c cardeactl -n '__fish_seen_subcommand_from answer add' -l for -x -a 'once task always 15m 1h 8h 7d'
complete -c cardeactl -n '__fish_seen_subcommand_from answer' -l scope -x -a 'exact folder host'
complete -c cardeactl -n '__fish_seen_subcommand_from answer' -l confirm -x
complete -c cardeactl -n '__fish_seen_subcommand_from answer' -l note -x
complete -c cardeactl -n '__fish_seen_subcommand_from sessions end revoke undo' -l all
complete -c cardeactl -n '__fish_seen_subcommand_from add' -l profile -x
complete -c cardeactl -n '__fish_seen_subcommand_from add' -F
complete -c cardeactl -n '__fish_seen_subcommand_from revoke list' -l session -x
complete -c cardeactl -n '__fish_seen_subcommand_from eval bench' -s d -l data -r -F
complete -c cardeactl -n '__fish_seen_subcommand_from eval bench' -s i -l input -r -F
complete -c cardeactl -n '__fish_seen_subcommand_from eval' -s b -l bundle -r -F
complete -c cardeactl -n '__fish_seen_subcommand_from eval' -l verification-key -r -F
complete -c cardeactl -n '__fish_seen_subcommand_from eval' -l signing-alg -x -a 'ES256 RS256 PS256 HS256'
complete -c cardeactl -n '__fish_seen_subcommand_from eval' -s f -l format -x -a 'json raw pretty'
complete -c cardeactl -n '__fish_seen_subcommand_from eval' -l strict-builtin-errors
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l signing-key -r
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l output -s o -r
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l revision -s r -x
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l root -x
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l scope -x
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l shipped
complete -c cardeactl -n '__fish_seen_subcommand_from policy' -l v0-compatible
complete -c cardeactl -n '__fish_seen_subcommand_from bench' -s n -l count -x
complete -c cardeactl -n '__fish_seen_subcommand_from check' -l strict
complete -c cardeactl -n '__fish_seen_subcommand_from test' -s v -l verbose
complete -c cardeactl -n '__fish_seen_subcommand_from test check' -F
complete -c cardeactl -n '__fish_seen_subcommand_from verify' -l dir -r -F
complete -c cardeactl -n '__fish_seen_subcommand_from verify' -l key -x
complete -c cardeactl -n '__fish_seen_subcommand_from verify' -l checkpoint -r -F
complete -c cardeactl -n '__fish_seen_subcommand_from list' -l since -x
complete -c cardeactl -n '__fish_seen_subcommand_from list' -l action -x
complete -c cardeactl -n '__fish_seen_subcommand_from list' -l effect -x -a 'allow ask deny'
complete -c cardeactl -n '__fish_seen_subcommand_from list' -l type -x
complete -c cardeactl -n '__fish_seen_subcommand_from doctor' -l prove -d 'Try it out'
