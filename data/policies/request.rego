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

size := count(elements)

name := elements[size - 1]

extension := parts[last] if {
	parts := split(name, ".")
	last := count(parts) - 1
	last > 0
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
	owner >= 0
	links >= 0
}

whole_name if {
	access
	startswith(path, "/")
	whole_grant
	not odd_flag
}

whole_grant if not input.resource.grant

whole_grant if {
	is_string(input.resource.grant.id)
	input.resource.grant.scope in {"exact", "folder"}
	input.resource.grant.access in {"ro", "rw"}
}

odd_flag if {
	closed := input.resource.closed
	not is_boolean(closed)
}

odd_flag if {
	undoable := input.resource.undoable
	not is_boolean(undoable)
}

# 64-bit numbers travel as text.
owner := to_number(input.resource.uid)

links := to_number(input.resource.nlink)

# The places by the first of their names: whether what lies below them is meant as well, what follows
# the first name, and what the place is called. It depends on data alone, so it is worked out once.
named[first] contains [true, rest, place] if {
	some first, known in data.cardea.places.below
	some rest, place in known
}

named[first] contains [false, rest, place] if {
	some first, known in data.cardea.places.last
	some rest, place in known
}

# The names of the places (data.cardea.places) that the path lies in.
places contains place if {
	known := named
	some i, first in elements
	some [all, rest, place] in known[first]
	reaches(all, i, rest)
}

reaches(true, i, rest) if begins(i, rest)

reaches(false, i, rest) if rest == following(i)

places contains place if {
	some rest, place in data.cardea.places.root[elements[1]]
	begins(1, rest)
}

places contains data.cardea.places.extension[extension]

# The guardian's own folders, in small letters (the same as the path's) and with a slash at the end.
own contains lower(folder) if some folder in data.cardea.guardian.own

places contains "own-files" if strings.any_prefix_match(concat("", [folded, "/"]), own)

# What follows the element begins with these.
begins(_, "")

begins(i, rest) if {
	rest != ""
	startswith(concat("", [following(i), "/"]), concat("", [rest, "/"]))
}

following(i) := concat("/", array.slice(elements, i + 1, size))

# The names of the places that would lie below the path if it were a folder: whoever moves a folder
# to that name, or makes a file of it that programs take for the folder, reaches the place without
# naming it.
places_made contains place if {
	some i, first in elements
	some [_, rest, place] in named[first]
	ends_within(i, rest)
}

places_made contains place if {
	some rest, place in data.cardea.places.root[elements[1]]
	ends_within(1, rest)
}

places_made contains "own-files" if {
	some folder in own
	startswith(folder, concat("", [folded, "/"]))
}

# The path ends after some, but not all, of these.
ends_within(i, rest) if {
	rest != ""
	i == size - 1
}

ends_within(i, rest) if {
	i < size - 1
	rest != following(i)
	startswith(concat("", [rest, "/"]), concat("", [following(i), "/"]))
}

# It gets, or is, another name of something that is there.
moves if input.resource.from != null

moves if input.resource.from_b64 != null

moves if input.resource.to != null

moves if input.resource.to_b64 != null

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

labels contains known[elements[_]] if known := data.cardea.labels

labels contains label if {
	known := data.organisation.labels
	slashed := concat("", [path, "/"])
	some folder, label in known
	startswith(slashed, concat("", [trim_suffix(folder, "/"), "/"]))
}

labels contains "secret" if "sensitive" in places
