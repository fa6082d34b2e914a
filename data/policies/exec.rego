# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Programs and plug-ins
# description: |
#   A program that an agent wants to run, and a plug-in, is asked deliberately. Shells and
#   interpreters that are given a program on their command line are never pre-approved: the
#   organisation's list (data.organisation.programs: paths) does not cover them. Of variables a
#   program gets those that are listed (data.cardea.programs.variables, and
#   data.organisation.variables); what loaders obey (LD_…) nobody can list.
package cardea.shipped.exec

# What it is: where an agent asks, the real path, whatever name it was called by.
program := data.cardea.request.path if input.resource.kind == "program"

program := input.resource.argv[0] if not input.resource.kind == "program"

name := regex.replace(program, `^.*/`, "")

# python3.11 is python.
names := {name, regex.replace(name, `[0-9.]+$`, "")}

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
	name in data.cardea.programs.privilege
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

# An agent of somebody else's that has us run a program (a terminal of its protocol) could run it in
# its own sandbox, with its network and its home: here it has no home, and of the network at most
# what that sandbox has. What it is given is judged file by file, as ever.
answer contains {
	"rule": "shipped.exec-terminal",
	"effect": "allow",
	"tier": 1,
	"reason": "the agent may run it in its own sandbox, where it could do more",
} if {
	input.action == "exec.run"
	terminal
}

terminal if {
	is_string(input.subject.agent.foreign)
	no_more_network
}

no_more_network if input.resource.network == false

# These are the hosts of the agent's own program.
no_more_network if {
	input.resource.network == true
	is_array(input.resource.hosts)
}

answer contains {
	"rule": "shipped.exec-new",
	"effect": "ask",
	"tier": 3,
	"reason": "an agent wants to run this program",
} if {
	input.action == "exec.run"
	not listed
	not terminal
}

listed if {
	program in object.get(data.organisation, "programs", [])
	not interprets
}

# Those of what an agent runs; a person's own are the launcher's to choose from.
variables contains variable if {
	input.action == "exec.run"
	some assignment in input.resource.environment
	variable := split(assignment, "=")[0]
}

answer contains {
	"rule": "shipped.exec-loader",
	"effect": "deny",
	"tier": 5,
	"reason": concat("", ["the variable ", variable, " makes programs load something else"]),
} if {
	some variable in variables
	regex.match(`^(LD|DYLD|GCONV|GLIBC|MALLOC)_`, variable)
}

answer contains {
	"rule": "shipped.exec-variable",
	"effect": "deny",
	"tier": 3,
	"reason": concat("", ["the variable ", variable, " is not one that an agent may set"]),
} if {
	some variable in variables
	not usual(variable)
}

usual(variable) if variable in data.cardea.programs.variables

usual(variable) if startswith(variable, "LC_")

usual(variable) if variable in object.get(data.organisation, "variables", [])

interprets if {
	some one in names
	one in data.cardea.programs.interpreters
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
	not input.resource.kind == "badge"
}
