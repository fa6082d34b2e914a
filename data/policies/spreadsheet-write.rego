# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Changing
# description: |
#   A table or any other document is changed after a question that shows the difference; without one
#   only where a person shared it for changing, and then it can be undone. Deleting is asked, but of
#   a program that a person started in what they shared with it for changing, as long as it can be
#   undone.
package cardea.shipped.spreadsheet_write

import data.cardea.request

answer contains {
	"rule": "shipped.granted",
	"effect": "allow",
	"tier": 1,
	"reason": "it was shared for changing",
} if {
	request.access == "write"
	request.granted_rw
}

answer contains {
	"rule": "shipped.outside",
	"effect": "ask",
	"tier": 2,
	"reason": "it was not shared with this session",
} if {
	request.access == "write"
	not request.granted
}

answer contains {
	"rule": "shipped.change",
	"effect": "ask",
	"tier": 2,
	"reason": "it was shared for reading: a change is shown first",
} if {
	request.access == "write"
	request.granted
	not request.granted_rw
}

answer contains {
	"rule": "shipped.lasting",
	"effect": "ask",
	"tier": 2,
	"reason": "it could not be undone afterwards",
} if {
	request.access == "write"
	input.resource.undoable == false
}

answer contains {
	"rule": "shipped.delete",
	"effect": "ask",
	"tier": 3,
	"reason": "deleting is always asked",
} if {
	request.access == "destroy"
	not at_work
}

answer contains {
	"rule": "shipped.granted",
	"effect": "allow",
	"tier": 1,
	"reason": "it was shared for changing",
} if {
	request.access == "destroy"
	at_work
}

# What the person's git obeys, when it is run here next: commands, helpers, other places. What git
# itself writes into a new or cloned repository is none of these. Removing the file, and whether it
# may be read, does not matter to git.
answer contains {
	"rule": "shipped.git-config",
	"effect": "ask",
	"tier": 3,
	"reason": git_reason,
} if {
	request.access == "write"
	input.action != "file.metadata"
	"git-config" in request.touched
	not git_harmless
}

git_harmless if {
	is_array(input.resource.settings)
	count(git_notable) == 0
}

git_notable contains setting if {
	some setting in input.resource.settings
	not git_plain(setting)
}

git_plain(setting) if setting in data.cardea.git.set

git_plain(setting) if trim_suffix(setting, ":removed") in data.cardea.git.set

git_plain(setting) if {
	endswith(setting, ":changed")
	trim_suffix(setting, ":changed") in data.cardea.git.changed
}

default git_reason := "git on your side will obey whatever is written there"

git_reason := sprintf("git on your side will obey it: %s", [concat(", ", array.slice(sort(git_notable), 0, 8))]) if {
	count(git_notable) > 0
}

# What programs do all day: tools replace and remove files where they were sent to work.
at_work if {
	startswith(input.subject.agent.name, "program:")
	request.granted_rw
	input.resource.undoable == true
}
