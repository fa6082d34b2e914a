# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: An organisation's flows
# description: |
#   A template: what an organisation has approved beforehand is not asked. data.organisation.flows
#   is a list of
#   {"name", "action", "host", "methods"?, "labels"?, "agents"?, "max_bytes"?}: exactly that
#   action, to exactly that host, with at most those labels.
package cardea.shipped.business_template

flows contains flow if {
	some flow in data.organisation.flows
	flow.action == input.action
	flow.host == lower(input.resource.host)
	fits(flow, "methods", method)
	fits(flow, "agents", agent)
	every label in all_labels {
		label in object.get(flow, "labels", [])
	}
}

method := text if text := input.resource.method

else := ""

agent := text if text := input.subject.agent.name

else := ""

approved if count(flows) > 0

# A flow that names none takes any.
fits(flow, member, _) if not flow[member]

fits(flow, member, value) if value in flow[member]

all_labels contains label if some label in input.resource.labels

all_labels contains label if {
	some label in input.context.session.labels_read
	label in data.cardea.private_labels
}

answer contains {
	"rule": "shipped.flow",
	"effect": "allow",
	"tier": 0,
	"reason": concat("", ["the organisation approved: ", concat(", ", names)]),
	"obligations": limits,
} if {
	approved
	names := {object.get(flow, "name", "a flow") | some flow in flows}
	limits := {"max_bytes": bytes |
		sizes := [flow.max_bytes | some flow in flows]
		count(sizes) > 0
		bytes := min(sizes)
	}
}
