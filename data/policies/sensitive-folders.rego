# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Sensitive files and folders
# description: |
#   A file whose name says that it may hold a secret is asked deliberately unless it was shared, and
#   so is what lies in a folder that an organisation guards. What counts as which label stands in
#   data.cardea.labels and data.organisation.labels (a folder's path and its label), which labels
#   are guarded in data.organisation.guarded_labels.
package cardea.shipped.sensitive_folders

import data.cardea.request

answer contains {
	"rule": "shipped.sensitive",
	"effect": "ask",
	"tier": 3,
	"reason": "its name says that it may hold a secret",
} if {
	"sensitive" in request.places
	not shared
}

answer contains {
	"rule": "shipped.labelled",
	"effect": "ask",
	"tier": 3,
	"reason": concat("", ["it lies where ", concat(" and ", labels), " data is kept"]),
} if {
	not shared
	labels := request.labels & {label | some label in data.organisation.guarded_labels}
	count(labels) > 0
}

# Shared for what is to be done with it.
shared if {
	request.access == "read"
	request.granted
}

shared if {
	request.access == "write"
	request.granted_rw
}

shared if {
	request.access == "destroy"
	data.cardea.shipped.spreadsheet_write.at_work
}
