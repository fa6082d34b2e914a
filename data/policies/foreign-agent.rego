# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: Agents from elsewhere
# description: |
#   An agent of somebody else's that asks before it goes on is answered by the person. It changes
#   nothing about what its sandbox lets it do.
package cardea.shipped.foreign_agent

answer contains {
	"rule": "shipped.agent-asks",
	"effect": "ask",
	"tier": 2,
	"reason": "the agent asks before it goes on",
} if {
	input.action == "agent.permit"
}
