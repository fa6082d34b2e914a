# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: The network
# description: |
#   A host is asked about the first time; hosts that the organisation lists are not
#   (data.organisation.network.hosts: "example.org" or ".example.org" for all below it). Addresses
#   of this computer and of the network around it are closed unless listed in
#   data.organisation.network.inside, or named by the person (cardeactl run --net).
package cardea.shipped.network_allowlist

network if input.action in {"net.connect", "net.request"}

host := trim_suffix(lower(input.resource.host), ".")

answer contains {
	"rule": "shipped.network-name",
	"effect": "deny",
	"tier": 5,
	"reason": "the host's name could not be judged",
} if {
	network
	not well_named
}

# Letters, digits and hyphens, with xn-- for anything else: nothing that reads like another host.
well_named if regex.match(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`, host)

well_named if net.cidr_is_valid(concat("", [trim(input.resource.host, "[]"), "/128"]))

answer contains {
	"rule": "shipped.network-inside",
	"effect": "deny",
	"tier": 2,
	"reason": "this address belongs to this computer or to the network around it",
} if {
	network
	is_inside
	not host in object.get(data.organisation, ["network", "inside"], [])
	not input.resource.grant.inside == true
}

is_inside if {
	some address in addresses
	some range in data.cardea.network.inside
	net.cidr_contains(range, address)
}

is_inside if {
	some suffix in data.cardea.network.inside_names
	endswith(concat("", [".", host]), concat("", [".", suffix]))
}

# An address the name leads to, as the guardian resolved it, or one named outright.
addresses contains input.resource.address

addresses contains trim(input.resource.host, "[]") if net.cidr_is_valid(concat("", [trim(input.resource.host, "[]"), "/32"]))

addresses contains trim(input.resource.host, "[]") if net.cidr_is_valid(concat("", [trim(input.resource.host, "[]"), "/128"]))

answer contains {
	"rule": "shipped.network-listed",
	"effect": "allow",
	"tier": 0,
	"reason": "the organisation lists this host",
} if {
	network
	listed
}

answer contains {
	"rule": "shipped.network-granted",
	"effect": "allow",
	"tier": 0,
	"reason": "this host was shared with this session",
} if {
	network
	not listed
	is_string(input.resource.grant.id)
}

answer contains {
	"rule": "shipped.network-new",
	"effect": "ask",
	"tier": 2,
	"reason": "nothing was sent to this host before",
} if {
	network
	not listed
	not input.resource.grant
	not data.cardea.shipped.business_template.approved
}

listed if host in object.get(data.organisation, ["network", "hosts"], [])

listed if {
	some suffix in object.get(data.organisation, ["network", "hosts"], [])
	startswith(suffix, ".")
	endswith(host, suffix)
}
