# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

complete -c cardea -l new-chat -d 'Begin a new chat'
complete -c cardea -l quick-ask -d 'Ask in a small window'
complete -c cardea -l activity -d 'Show what agents did'
complete -c cardea -l stop-everything -d 'End every session at once'
complete -c cardea -s v -l version -d 'The version'
complete -c cardea -s h -l help -d 'Help'
