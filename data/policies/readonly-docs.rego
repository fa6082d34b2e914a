# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Reading
# description: |
#   What a person has shared is read without a question, everything else is asked. Listing a folder
#   and searching in it are reading.
package cardea.shipped.readonly_docs

import data.cardea.request

answer contains {
	"rule": "shipped.granted",
	"effect": "allow",
	"tier": 0,
	"reason": "it was shared",
} if {
	request.access == "read"
	request.granted
}

answer contains {
	"rule": "shipped.outside",
	"effect": "ask",
	"tier": 2,
	"reason": "it was not shared with this session",
} if {
	request.access == "read"
	not request.granted
}

# A name in a shared folder that leads to a file from elsewhere.
answer contains {
	"rule": "shipped.hard-link",
	"effect": "ask",
	"tier": 2,
	"reason": "it is the same file as another one somewhere else",
} if {
	request.granted
	not request.granted_exactly
	request.exists
	not request.is_folder
	request.links > 1
}
