# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Programs and plug-ins
# description: |
#   A program that an agent wants to run, and a plug-in, is asked deliberately. Shells and
#   interpreters that are given a program on their command line are never pre-approved: the
#   organisation's list (data.organisation.programs: paths) does not cover them.
package cardea.shipped.exec

program := input.resource.argv[0]

answer contains {
	"rule": "shipped.exec-malformed",
	"effect": "deny",
	"tier": 5,
	"reason": "a program is named by its full path",
} if {
	input.action == "exec.run"
	not startswith(program, "/")
}

answer contains {
	"rule": "shipped.exec-privilege",
	"effect": "deny",
	"tier": 5,
	"reason": "programs that change who one is are closed to every agent",
} if {
	input.action == "exec.run"
	regex.replace(program, `^.*/`, "") in data.cardea.programs.privilege
}

answer contains {
	"rule": "shipped.exec-listed",
	"effect": "allow",
	"tier": 0,
	"reason": "the organisation lists this program",
} if {
	input.action == "exec.run"
	listed
}

answer contains {
	"rule": "shipped.exec-new",
	"effect": "ask",
	"tier": 3,
	"reason": "an agent wants to run this program",
} if {
	input.action == "exec.run"
	not listed
}

listed if {
	program in object.get(data.organisation, "programs", [])
	not regex.replace(program, `^.*/`, "") in data.cardea.programs.interpreters
}

answer contains {
	"rule": "shipped.plugin",
	"effect": "ask",
	"tier": 3,
	"reason": "a plug-in adds to what the agent can do",
} if {
	input.action == "plugin.load"
}

answer contains {
	"rule": "shipped.credential",
	"effect": "deny",
	"tier": 4,
	"reason": "this needs system mode",
} if {
	input.action == "credential.use"
}
