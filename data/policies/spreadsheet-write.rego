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

# What programs do all day: tools replace and remove files where they were sent to work.
at_work if {
	startswith(input.subject.agent.name, "program:")
	request.granted_rw
	input.resource.undoable == true
}
