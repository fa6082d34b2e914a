# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: The request
# description: What rules want to know about a request, worked out once.
package cardea.request

# What an action does to a file.
access := {
	"file.append": "write",
	"file.create": "write",
	"file.delete": "destroy",
	"file.list": "read",
	"file.metadata": "write",
	"file.read": "read",
	"file.rename": "write",
	"file.write": "write",
}[input.action]

# Bytes that are not UTF-8 travel in base64.
path := input.resource.path

path := base64.decode(input.resource.path_b64) if not input.resource.path

# In small letters, as a file system may not tell them apart.
folded := lower(path)

# The first is empty.
elements := split(folded, "/")

name := elements[count(elements) - 1]

extension := parts[count(parts) - 1] if {
	parts := split(name, ".")
	count(parts) > 1
}

exists if input.resource.exists == true

granted if input.resource.grant

granted_exactly if input.resource.grant.scope == "exact"

granted_rw if input.resource.grant.access == "rw"

# Nothing is decided about a file of which not all is known.
whole if {
	input.resource.exists == false
	whole_name
}

whole if {
	input.resource.exists == true
	whole_name
	is_string(input.resource.kind)
	to_number(input.resource.uid) >= 0
	to_number(input.resource.nlink) >= 0
	is_boolean(object.get(input.resource, "closed", false))
}

whole_name if {
	access
	startswith(path, "/")
	whole_grant
	is_boolean(object.get(input.resource, "undoable", true))
}

whole_grant if not input.resource.grant

whole_grant if {
	is_string(input.resource.grant.id)
	input.resource.grant.scope in {"exact", "folder"}
	input.resource.grant.access in {"ro", "rw"}
}

# The names of the places (data.cardea.places) that the path lies in.
places contains place if {
	some i, first in elements
	some rest, place in data.cardea.places.below[first]
	begins(i, rest)
}

places contains place if {
	some i, first in elements
	some rest, place in data.cardea.places.last[first]
	rest == concat("/", array.slice(elements, i + 1, count(elements)))
}

places contains place if {
	some rest, place in data.cardea.places.root[elements[1]]
	begins(1, rest)
}

places contains data.cardea.places.extension[extension]

# The guardian's own folders, in small letters and with a slash at the end.
places contains "own-files" if {
	some folder in data.cardea.guardian.own
	startswith(concat("", [folded, "/"]), folder)
}

# What follows the element begins with these.
begins(_, "")

begins(i, rest) if {
	rest != ""
	startswith(concat("", [following(i), "/"]), concat("", [rest, "/"]))
}

following(i) := concat("/", array.slice(elements, i + 1, count(elements)))

# The names of the places that would lie below the path if it were a folder: whoever moves a folder
# to that name, or makes a file of it that programs take for the folder, reaches the place without
# naming it.
places_made contains place if {
	some i, first in elements
	some rest, place in data.cardea.places.below[first]
	ends_within(i, rest)
}

places_made contains place if {
	some i, first in elements
	some rest, place in data.cardea.places.last[first]
	ends_within(i, rest)
}

places_made contains place if {
	some rest, place in data.cardea.places.root[elements[1]]
	ends_within(1, rest)
}

places_made contains "own-files" if {
	some folder in data.cardea.guardian.own
	startswith(folder, concat("", [folded, "/"]))
}

# The path ends after some, but not all, of these.
ends_within(i, rest) if {
	rest != ""
	i == count(elements) - 1
}

ends_within(i, rest) if {
	i < count(elements) - 1
	rest != following(i)
	startswith(concat("", [rest, "/"]), concat("", [following(i), "/"]))
}

# It gets, or is, another name of something that is there.
moves if {
	some member in ["from", "from_b64", "to", "to_b64"]
	not is_null(object.get(input.resource, member, null))
}

is_folder if input.resource.kind == "folder"

# The places it is in, or comes to be.
touched := places if not makes

touched := places | places_made if makes

makes if {
	access == "write"
	moves
}

makes if {
	access == "write"
	not is_folder
}

# What kind of data it is: as the guardian knows it, as its place says, as the organisation says.
labels contains label if some label in input.resource.labels

labels contains data.cardea.labels[elements[_]]

labels contains label if {
	some folder, label in data.organisation.labels
	startswith(concat("", [path, "/"]), concat("", [trim_suffix(folder, "/"), "/"]))
}

labels contains "secret" if "sensitive" in places
