# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Sensitive data on its way out
# description: |
#   What an agent would send is looked through before. A key, a canary, financial and personal data
#   are asked about when a validator is sure of them; a guess, and what cannot be looked into, ask
#   nothing by themselves. To this computer and the network around it all may go.
package cardea.shipped.sensitive_out

found := input.resource.sensitive

holds := {
	"canary": "it holds what was laid out to be found when it leaves",
	"credential": "it holds what looks like a key",
	"financial": "it holds financial data",
	"personal": "it holds personal data",
}

# What an organisation's flow may carry.
ordinary := {"financial", "personal"}

answer contains {
	"rule": "shipped.sensitive-out",
	"effect": "ask",
	"tier": 3,
	"reason": holds[class],
} if {
	input.action == "net.request"
	found.sure == true
	some class in found.classes
	holds[class]
	not data.cardea.shipped.network_allowlist.is_inside
	not may_carry(class)
}

may_carry(class) if {
	class in ordinary
	data.cardea.shipped.business_template.approved
}
