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
	"clipboard.read", "clipboard.write",
	"credential.use",
	"device.open",
	"exec.run",
	"file.append", "file.create", "file.delete", "file.list", "file.metadata", "file.read",
	"file.rename", "file.write",
	"net.connect", "net.request",
	"plugin.load",
}

answer["shipped.unknown-action"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "no rule knows this action",
} if {
	not input.action in known_actions
}

answer["shipped.malformed-input"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "the request could not be judged",
} if {
	startswith(input.action, "file.")
	not request.whole
}

answer["shipped.own-files"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "Cardea's own files are closed to every agent",
} if {
	"own-files" in request.touched
}

answer["shipped.secrets"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "keys, passwords and sign-ins are closed to every agent",
} if {
	"secrets" in request.touched
}

answer["shipped.kernel"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "this is the system itself, not a file of yours",
} if {
	"kernel" in request.touched
}

# The files worker knows it by device and inode, through whatever name it was reached.
answer["shipped.closed"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "it is the same file as one that is closed to every agent",
} if {
	input.resource.exists == true
	input.resource.closed == true
}

answer["shipped.startup"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "what runs by itself at login is closed to every agent",
} if {
	changes
	"startup" in request.touched
}

answer["shipped.hooks"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "what other programs run from here is closed to every agent",
} if {
	changes
	"hooks" in request.touched
}

answer["shipped.system"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "the system's own files are closed to every agent",
} if {
	changes
	"system" in request.touched
}

# The system's files (root's) may be read when a person says so, those of other people never, and
# nothing of anybody else is changed.
answer["shipped.owner"] := {
	"effect": "deny",
	"tier": 5,
	"reason": "it belongs to another user of this computer",
} if {
	input.resource.exists == true
	owner := to_number(input.resource.uid)
	owner != data.cardea.guardian.uid
	not read_of_the_system(owner)
}

read_of_the_system(owner) if {
	owner == 0
	request.access == "read"
}

changes if request.access in {"write", "destroy"}
