# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Sensitive data on its way out
# description: |
#   What would be sent is looked through before. A key, a canary, financial and personal data are
#   asked about when a validator is sure of them, or a key's form is one of its own; a guess asks
#   nothing. What could not be looked into is asked about, once a task and host; of dense data that the session's model gets
#   (it sends such back itself, as signatures of what it thought) nobody is asked. Where nobody may be
#   asked, the session's model gets placeholders. To this computer all may go.
package cardea.shipped.sensitive_out

found := input.resource.sensitive

holds := {
	"canary": "it holds what was laid out to be found when it leaves",
	"credential": "it holds what looks like a key",
	"financial": "it holds financial data",
	"personal": "it holds personal data",
}

hides := {
	"damaged": "part of it is damaged or of a kind that is not known, and could not be looked into",
	"deep": "it is wrapped more often than is looked into",
	"dense": "part of it is dense data of no known kind",
	"encrypted": "part of it is encrypted, and could not be looked into",
	"large": "there is more in it than can be looked at",
	"slow": "looking at all of it took too long",
	"unseen": "nobody could look at it",
}

# What an organisation's flow may carry.
ordinary := {"financial", "personal"}

answer contains {
	"rule": "shipped.sensitive-out",
	"effect": "ask",
	"tier": 3,
	"reason": holds[class],
} if {
	leaves
	not stays_behind
	some class in classes
	not may_carry(class)
}

# What a program says of who it is goes where it belongs without a word.
answer contains {
	"rule": "shipped.login-out",
	"effect": "ask",
	"tier": 2,
	"reason": "the program signs in there with what looks like a key",
} if {
	leaves
	some rule in found.login
	not belongs(rule)
}

# A profile's login is made in its own home, for the hosts that it names.
belongs(_) if {
	startswith(input.subject.agent.name, "profile:")
	input.resource.grant.origin == "designated"
}

belongs(rule) if {
	some start, hosts in data.cardea.network.homes
	startswith(rule, start)
	some host in hosts
	endswith(concat("", [".", data.cardea.shipped.network_allowlist.host]), concat("", [".", host]))
}

answer contains {
	"rule": "shipped.sensitive-model",
	"effect": "allow",
	"tier": 1,
	"reason": "what was found in it stays here: the model gets placeholders",
	"obligations": {"placeholder": true},
} if {
	leaves
	stays_behind
	count(classes) > 0
}

answer contains {
	"rule": "shipped.opaque-out",
	"effect": "ask",
	"tier": 2,
	"reason": object.get(hides, found.opaque, "not all of it could be looked into"),
} if {
	leaves
	found.opaque
	not thought
}

leaves if {
	input.action == "net.request"
	not here
}

classes contains class if {
	found.sure == true
	some class in found.classes
	holds[class]
}

to_model if input.resource.purpose == "model"

stays_behind if {
	to_model
	input.context.mode == "deny"
	found.removable == true
}

thought if {
	to_model
	found.opaque == "dense"
}

# Not the network around it: that is other people's computers.
here if {
	some address in data.cardea.shipped.network_allowlist.addresses
	some range in ["127.0.0.0/8", "::1/128"]
	net.cidr_contains(range, address)
}

here if endswith(concat("", [".", data.cardea.shipped.network_allowlist.host]), ".localhost")

may_carry(class) if {
	class in ordinary
	data.cardea.shipped.business_template.approved
}
