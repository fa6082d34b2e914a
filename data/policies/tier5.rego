# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Never askable
# description: |
#   What no answer and no other policy opens: the guardian's own files, keys, what runs by itself,
#   the system, other people's files, and what cannot be judged.
package cardea.shipped.tier5

import data.cardea.request

known_actions := {
	"agent.permit",
	"clipboard.read", "clipboard.write",
	"credential.use",
	"device.open",
	"exec.run",
	"file.append", "file.create", "file.delete", "file.list", "file.metadata", "file.read",
	"file.rename", "file.write",
	"net.connect", "net.request",
	"plugin.load",
	"session.monitor",
}

answer contains {
	"rule": "shipped.unknown-action",
	"effect": "deny",
	"tier": 5,
	"reason": "no rule knows this action",
} if {
	not input.action in known_actions
}

answer contains {
	"rule": "shipped.malformed-input",
	"effect": "deny",
	"tier": 5,
	"reason": "the request could not be judged",
} if {
	startswith(input.action, "file.")
	not request.whole
}

# Places, by name, that are closed whatever is to be done there.
closed := {
	"own-files": {
		"rule": "shipped.own-files",
		"effect": "deny",
		"tier": 5,
		"reason": "Cardea's own files are closed to every agent",
	},
	"secrets": {
		"rule": "shipped.secrets",
		"effect": "deny",
		"tier": 5,
		"reason": "keys, passwords and sign-ins are closed to every agent",
	},
	"kernel": {
		"rule": "shipped.kernel",
		"effect": "deny",
		"tier": 5,
		"reason": "this is the system itself, not a file of yours",
	},
}

# And those where nothing is changed.
unchanged := {
	"startup": {
		"rule": "shipped.startup",
		"effect": "deny",
		"tier": 5,
		"reason": "what runs by itself at login is closed to every agent",
	},
	"hooks": {
		"rule": "shipped.hooks",
		"effect": "deny",
		"tier": 5,
		"reason": "what other programs run from here is closed to every agent",
	},
	"system": {
		"rule": "shipped.system",
		"effect": "deny",
		"tier": 5,
		"reason": "the system's own files are closed to every agent",
	},
}

answer contains closed[place] if some place in request.touched

answer contains unchanged[place] if {
	request.access in {"write", "destroy"}
	some place in request.touched
}

# The files worker knows it by device and inode, through whatever name it was reached.
answer contains {
	"rule": "shipped.closed",
	"effect": "deny",
	"tier": 5,
	"reason": "it is the same file as one that is closed to every agent",
} if {
	input.resource.exists == true
	input.resource.closed == true
}

# The system's files (root's) may be read when a person says so, those of other people never, and
# nothing of anybody else is changed.
answer contains {
	"rule": "shipped.owner",
	"effect": "deny",
	"tier": 5,
	"reason": "it belongs to another user of this computer",
} if {
	input.resource.exists == true
	request.owner != data.cardea.guardian.uid
	not read_of_the_system
}

read_of_the_system if {
	request.owner == 0
	request.access == "read"
}
