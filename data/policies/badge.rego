# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Badges
# description: |
#   A program gets a badge (a short-lived token that says to a service which program of which session
#   asks, and for what) for services whose host was shared with its session, and for no other. What it
#   may do there, the service decides. Which program it is (resource.program) is known of those that ask
#   over the socket, not by TLS. An administrator who wants less answers under these names;
#   obligation "ttl" gives more or less than 60 seconds.
package cardea.shipped.badge

answer contains {
	"rule": "shipped.badge",
	"effect": "allow",
	"tier": 0,
	"reason": "the service’s host was shared with this session",
} if {
	wanted
	shared
}

answer contains {
	"rule": "shipped.badge-host",
	"effect": "deny",
	"tier": 2,
	"reason": "the service’s host was not shared with this session (cardeactl run --net HOST)",
} if {
	wanted
	not shared
}

wanted if {
	input.action == "credential.use"
	input.resource.kind == "badge"
}

shared if is_string(input.resource.grant.id)
