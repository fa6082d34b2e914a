# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Private data and a way out
# description: |
#   A session that has read private data and has taken in what strangers wrote may have been talked
#   into sending the one to the other. Any two of the three are work; all three are asked, and
#   refused where nobody is there to ask, whatever the model says.
package cardea.shipped.private_data_and_way_out

session := input.context.session

private contains label if {
	some label in session.labels_read
	label in data.cardea.private_labels
}

# What goes out: to a host, to the clipboard, to a program.
leaves if {
	input.action in {"net.connect", "net.request", "clipboard.write", "exec.run"}
	not to_model
	not stays
}

# The model that the person chose for this session; the guardian says so, not the agent.
# A program in a sandbox without a network.
stays if {
	input.action == "exec.run"
	input.resource.network == false
}

to_model if {
	input.action == "net.request"
	input.resource.purpose == "model"
}

# One that runs on this computer or beside it keeps what it is told.
answer contains {
	"rule": "shipped.private-model",
	"effect": "ask",
	"tier": 2,
	"reason": concat("", [
		"this session has read ", concat(" and ", private), " data, and its model runs elsewhere",
	]),
} if {
	to_model
	count(private) > 0
	not data.cardea.shipped.network_allowlist.is_inside
	not input.resource.grant.origin == "answer"
	not data.cardea.shipped.business_template.approved
}

carries contains label if {
	some label in input.resource.labels
	label in data.cardea.private_labels
}

answer contains {
	"rule": "shipped.way-out",
	"effect": way_out.effect,
	"tier": way_out.tier,
	"reason": concat("", [
		"this session has read ", concat(" and ", private),
		" data and what strangers wrote, who may have told it to pass that on",
	]),
} if {
	leaves
	session.untrusted_input == true
	count(private) > 0
	not data.cardea.shipped.business_template.approved
}

default way_out := {"effect": "deny", "tier": 2}

way_out := {"effect": "ask", "tier": 3} if input.context.mode == "ask"

answer contains {
	"rule": "shipped.private-out",
	"effect": "ask",
	"tier": 3,
	"reason": concat("", ["this session has read ", concat(" and ", private), " data"]),
} if {
	leaves
	not session.untrusted_input == true
	count(private) > 0
	not data.cardea.shipped.business_template.approved
}

answer contains {
	"rule": "shipped.labelled-out",
	"effect": "ask",
	"tier": 3,
	"reason": concat("", ["it is ", concat(" and ", carries), " data"]),
} if {
	leaves
	count(carries) > 0
	not data.cardea.shipped.business_template.approved
}

# What the guardian does not say about a session it may not take for harmless.
answer contains {
	"rule": "shipped.unknown-session",
	"effect": "deny",
	"tier": 2,
	"reason": "it is not known what this session has read",
} if {
	leaves
	not known
}

known if {
	is_array(session.labels_read)
	is_boolean(session.untrusted_input)
}
