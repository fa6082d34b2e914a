# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

package cardea_test.monitor

session := {
	"subject": {"user": "ann", "uid": 1000},
	"action": "session.monitor",
	"resource": {},
	"context": {"mode": "monitor"},
}

test_off if {
	d := data.cardea.decision with input as session
	d.effect == "deny"
	d.policy == "shipped.monitor"
}

test_on if {
	d := data.cardea.decision with input as session with data.organisation.monitor as true
	d.effect == "allow"
}

test_only_true_is_on if {
	every value in ["true", 1, null, {}] {
		d := data.cardea.decision with input as session with data.organisation.monitor as value
		d.effect == "deny"
	}
}

test_rule_of_the_administrator if {
	own := {{"rule": "shipped.monitor", "effect": "allow", "tier": 0, "reason": "ann may"}}
	d := data.cardea.decision with input as session with data.cardea.admin.x.answer as own
	d.effect == "allow"
	d.layer == "administrator"
}
