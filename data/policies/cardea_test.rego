# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# The composition: layers, replacing, tightening.
package cardea_test.composition

shipped := {"one": {"answer": {
	"shipped.asks": {"effect": "ask", "tier": 2, "reason": "shipped asks"},
}}}

closed := {"one": {"answer": {
	"shipped.closed": {"effect": "deny", "tier": 5, "reason": "closed"},
}}}

allow(reason) := {"effect": "allow", "tier": 0, "reason": reason}

decide(shipped_rules, admin, user) := decision if {
	decision := data.cardea.decision with data.cardea.shipped as shipped_rules
		with data.cardea.admin as admin
		with data.cardea.user as user
		with input as {"action": "file.read", "resource": {"path": "/a"}}
}

test_without_an_answer_nothing_is_allowed if {
	decision := decide({}, {}, {})
	decision.effect == "deny"
	decision.policy == "shipped.default"
}

test_the_strictest_wins if {
	rules := {"one": {"answer": {
		"a": allow("yes"),
		"b": {"effect": "ask", "tier": 3, "reason": "ask"},
		"c": {"effect": "ask", "tier": 2, "reason": "ask less"},
	}}}
	decision := decide(rules, {}, {})
	decision.effect == "ask"
	decision.tier == 3
	decision.policy == "b"
	decision.module == "one"
	decision.layer == "shipped"
}

test_an_administrator_replaces_in_either_direction if {
	decide(shipped, {"x": {"answer": {"shipped.asks": allow("ours")}}}, {}).effect == "allow"
	decide(shipped, {"x": {"answer": {"shipped.asks": {"effect": "deny"}}}}, {}).effect == "deny"
}

test_an_administrator_takes_a_rule_away if {
	decision := decide(shipped, {"x": {"replaces": {"shipped.asks"}, "answer": {"ours": allow("ours")}}}, {})
	decision.effect == "allow"
	decision.policy == "ours"
	decision.layer == "administrator"
}

test_a_rule_that_was_taken_away_leaves_no_answer if {
	decide(shipped, {"x": {"replaces": {"shipped.asks"}}}, {}).policy == "shipped.default"
}

test_a_new_rule_of_an_administrator_does_not_loosen if {
	decide(shipped, {"x": {"answer": {"ours": allow("ours")}}}, {}).effect == "ask"
}

test_nobody_replaces_tier_5 if {
	some replacing in [
		{"x": {"answer": {"shipped.closed": allow("ours")}}},
		{"x": {"replaces": {"shipped.closed"}, "answer": {"ours": allow("ours")}}},
	]
	decision := decide(closed, replacing, {})
	decision.effect == "deny"
	decision.tier == 5
}

test_tier_5_is_refused_whatever_it_says if {
	decide({"one": {"answer": {"a": {"effect": "allow", "tier": 5, "reason": ""}}}}, {}, {}).effect == "deny"
}

test_a_user_only_tightens if {
	decide(shipped, {}, {"u": {"answer": {"mine": allow("mine")}}}).effect == "ask"
	decide(shipped, {}, {"u": {"answer": {"shipped.asks": allow("mine")}}}).effect == "ask"
	decide(shipped, {}, {"u": {"replaces": {"shipped.asks"}}}).effect == "ask"
	decision := decide(shipped, {}, {"u": {"answer": {"mine": {"effect": "deny", "reason": "never"}}}})
	decision.effect == "deny"
	decision.reason == "never"
	decision.layer == "user"
}

test_a_user_allows_nothing_alone if {
	decide({}, {}, {"u": {"answer": {"mine": allow("mine")}}}).policy == "shipped.default"
}

test_what_is_no_answer_is_a_refusal if {
	every answer in ["allow", true, {"effect": "Allow"}, {"reason": "x"}, [], null] {
		decide(shipped, {"x": {"answer": {"bad": answer}}}, {}).effect == "deny"
	}
}

test_answers_may_be_a_set if {
	decision := decide({"one": {"answer": {allow("no name"), {"rule": "a", "effect": "ask", "reason": "a"}}}}, {}, {})
	decision.effect == "deny"
	decision.policy == "unnamed"
	named := decide(
		{"one": {"answer": {{"rule": "a", "effect": "ask", "reason": "a"}}}},
		{"x": {"answer": {{"rule": "a", "effect": "allow", "reason": "ours"}}}},
		{},
	)
	named.effect == "allow"
	named.policy == "a"
}

# A limit that is none would be less than every number, and count as no limit at all.
test_no_limit_is_taken_away if {
	every mine in [null, false, 0, -1, 1.5, "1", [], {}] {
		decision := decide(
			{"one": {"answer": {"a": {"effect": "allow", "obligations": {"uses": 5}}}}}, {},
			{"u": {"answer": {"c": {"effect": "allow", "obligations": {"uses": mine}}}}},
		)
		decision.obligations.malformed == true
	}
	every mine in [null, "once", {"uses": 1, "reauthenticate": "yes"}] {
		decide({"one": {"answer": {"a": {"effect": "allow", "obligations": mine}}}}, {}, {}).obligations.malformed == true
	}
}

test_usual_tiers if {
	decide({"one": {"answer": {"a": {"effect": "ask", "reason": ""}}}}, {}, {}).tier == 2
	decide({"one": {"answer": {"a": {"effect": "allow", "reason": ""}}}}, {}, {}).tier == 0
	decide({"one": {"answer": {"a": {"effect": "deny", "reason": ""}}}}, {}, {}).tier == 5
}

test_the_least_of_the_obligations if {
	decision := decide(
		{"one": {"answer": {"a": {"effect": "allow", "obligations": {"ttl": 60, "uses": 5, "redact": ["a"]}}}}},
		{"x": {"answer": {"b": {"effect": "allow", "obligations": {"ttl": 90}}}}},
		{"u": {"answer": {"c": {"effect": "allow", "obligations": {"uses": 1, "reauthenticate": true, "redact": ["b"]}}}}},
	)
	decision.effect == "allow"
	decision.obligations == {"ttl": 60, "uses": 1, "reauthenticate": true, "redact": {"a", "b"}}
}
