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

# Tier 5 is never asked and never allowed; a rule without a name allows nothing, and what cannot be
# understood is a refusal.
rank(rule, answer) := 2 if answer.tier == 5

else := 2 if rule == "unnamed"

else := n if n := strictness[answer.effect]

else := 2

tier(answer) := n if n := answer.tier

else := n if n := usual_tier[answer.effect]

else := 5

reason(answer) := text if text := answer.reason

else := ""

# Answers are a set, each naming its rule, or an object by the rules' names.
name(key, answer) := rule if rule := answer.rule

else := key if is_string(key)

else := "unnamed"

# The administrator's answer stands in the place of the shipped one with the same name, in either
# direction, but for tier 5.
replaced contains name(key, answer) if some key, answer in data.cardea.admin[_].answer

replaced contains rule if some rule in data.cardea.admin[_].replaces

stays(_, answer) if answer.tier == 5

stays(rule, _) if not rule in replaced

ruled := array.concat(
	[[rank(rule, answer), tier(answer), 2, module, rule, answer] |
		some module
		some key, answer in data.cardea.shipped[module].answer
		rule := name(key, answer)
		stays(rule, answer)
	],
	[[rank(rule, answer), tier(answer), 1, module, rule, answer] |
		some module
		some key, answer in data.cardea.admin[module].answer
		rule := name(key, answer)
	],
)

# A user's rules only tighten what the others say; where those are silent they are too.
given := array.concat(ruled, [[rank(rule, answer), tier(answer), 0, module, rule, answer] |
	count(ruled) > 0
	some module
	some key, answer in data.cardea.user[module].answer
	rule := name(key, answer)
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
	"reason": reason(best[5]),
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
wanted := [one[5].obligations | some one in given]

obligations[name] := min(values) if {
	count(wanted) > 0
	some name in ["ttl", "uses", "max_bytes"]
	values := [one[name] | some one in wanted]
	count(values) > 0
}

# A limit that is none, were it null or -1, would be the least of all and lift the others.
obligations.malformed := true if {
	some one in wanted
	not understood(one)
}

understood(one) if {
	is_object(one)
	every name in ["ttl", "uses", "max_bytes"] {
		is_limit(object.get(one, name, 1))
	}
	is_boolean(object.get(one, "reauthenticate", false))
	is_boolean(object.get(one, "placeholder", false))
	is_object(object.get(one, "limits", {}))
	fields := object.get(one, "redact", set())
	is_list(fields)
	every field in fields {
		is_string(field)
	}
}

is_list(fields) if is_array(fields)

is_list(fields) if is_set(fields)

is_limit(value) if {
	is_number(value)
	value > 0
	value == floor(value)
}

obligations.reauthenticate := true if {
	some one in wanted
	one.reauthenticate == true
}

obligations.placeholder := true if {
	some one in wanted
	one.placeholder == true
}

obligations.redact := fields if {
	count(wanted) > 0
	fields := {field | some one in wanted; some field in one.redact}
	count(fields) > 0
}

# Limits of a host are all kept to: the guardian makes one of them, the narrower of each.
obligations.limits := all if {
	count(wanted) > 0
	all := {one.limits | some one in wanted}
	count(all) > 0
}
