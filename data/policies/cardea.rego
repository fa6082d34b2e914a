# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: The decision
# description: |
#   Puts the answers of all rules together. The strictest wins: deny before ask before allow, and
#   of equals the one of the highest tier. Without an answer nothing is allowed.
package cardea

strictness := {"allow": 0, "ask": 1, "deny": 2}

usual_tier := {"allow": 0, "ask": 2, "deny": 5}

layers := ["user", "administrator", "shipped"]

# What cannot be understood is a refusal.
strict(answer) := n if n := strictness[answer.effect]

else := 2

# Tier 5 is never asked and never allowed.
rank(answer) := 2 if answer.tier == 5

else := n if n := strict(answer)

tier(answer) := n if n := answer.tier

else := n if n := usual_tier[answer.effect]

else := 5

# The administrator's answer stands in the place of the shipped one with the same name, in either
# direction, but for tier 5.
replaced(rule, answer) if {
	not answer.tier == 5
	data.cardea.admin[_].answer[rule]
}

replaced(rule, answer) if {
	not answer.tier == 5
	data.cardea.admin[_].replaces[rule]
}

ruled := array.concat(
	[[rank(answer), tier(answer), 2, module, rule, answer] |
		some module, rule
		answer := data.cardea.shipped[module].answer[rule]
		not replaced(rule, answer)
	],
	[[rank(answer), tier(answer), 1, module, rule, answer] |
		some module, rule
		answer := data.cardea.admin[module].answer[rule]
	],
)

# A user's rules only tighten what the others say; where those are silent they are too.
given := array.concat(ruled, [[rank(answer), tier(answer), 0, module, rule, answer] |
	count(ruled) > 0
	some module, rule
	answer := data.cardea.user[module].answer[rule]
])

default decision := {
	"effect": "deny",
	"tier": 5,
	"reason": "no rule allows it",
	"policy": "shipped.default",
	"layer": "shipped",
	"module": "",
}

decision := {
	"effect": effects[best[0]],
	"tier": best[1],
	"reason": object.get(best[5], "reason", ""),
	"policy": best[4],
	"layer": layers[best[2]],
	"module": best[3],
	"obligations": obligations,
	"labels": data.cardea.request.labels,
} if {
	best := max(given)
}

effects := ["allow", "ask", "deny"]

# What any answer asks for is kept to: of numbers the least.
obligations[name] := min(values) if {
	some name in ["ttl", "uses", "max_bytes"]
	values := [value | some one in given; value := one[5].obligations[name]]
	count(values) > 0
}

obligations.reauthenticate := true if {
	some one in given
	one[5].obligations.reauthenticate == true
}

obligations.redact := fields if {
	fields := {field | some one in given; some field in one[5].obligations.redact}
	count(fields) > 0
}
