# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# METADATA
# title: The clipboard
# description: |
#   What a person copied is theirs, and what they paste later they will not look at closely: both
#   directions are asked, each time, and with more care where a text holds sensitive data.
package cardea.shipped.clipboard

answer contains {
	"rule": "shipped.clipboard-read",
	"effect": "ask",
	"tier": 2,
	"reason": "what was copied may be a password or meant for somebody else",
	"obligations": {"uses": 1},
} if {
	input.action == "clipboard.read"
}

answer contains {
	"rule": "shipped.clipboard-write",
	"effect": "ask",
	"tier": 2,
	"reason": "what is pasted later is seldom read again",
	"obligations": {"uses": 1},
} if {
	input.action == "clipboard.write"
	not looks_like_a_command
}

# One line with an end pasted into a terminal runs by itself.
answer contains {
	"rule": "shipped.clipboard-command",
	"effect": "ask",
	"tier": 3,
	"reason": "pasted into a terminal this may run as a command",
	"obligations": {"uses": 1},
} if {
	input.action == "clipboard.write"
	looks_like_a_command
}

# Where it is pasted, nobody looks through it any more.
answer contains {
	"rule": "shipped.clipboard-sensitive",
	"effect": "ask",
	"tier": 3,
	"reason": data.cardea.shipped.sensitive_out.holds[class],
	"obligations": {"uses": 1},
} if {
	input.action == "clipboard.write"
	some class in data.cardea.shipped.sensitive_out.classes
}

looks_like_a_command if regex.match(`(^|[;&|\n]\s*)(sudo|sh|bash|curl|wget|rm|eval|python3?|powershell)\b`, input.resource.text)

looks_like_a_command if regex.match(`[\r\n]\s*$`, input.resource.text)

looks_like_a_command if regex.match(`[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200b}-\x{200f}]`, input.resource.text)
