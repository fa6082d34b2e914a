# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Monitor mode
# description: |
#   In a session of mode monitor nobody is asked: what would be asked is allowed and recorded. It
#   begins only where the organisation says so (data.organisation.monitor: true), or where an
#   administrator's rule answers as shipped.monitor.
package cardea.shipped.monitor

answer contains {
	"rule": "shipped.monitor",
	"effect": "deny",
	"tier": 2,
	"reason": "policy does not allow monitor mode",
} if {
	input.action == "session.monitor"
	not data.organisation.monitor == true
}

answer contains {
	"rule": "shipped.monitor",
	"effect": "allow",
	"tier": 0,
	"reason": "the organisation allows monitor mode",
} if {
	input.action == "session.monitor"
	data.organisation.monitor == true
}
