# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Files: reading, changing, what is never opened.
package cardea_test.files

guardian := {"own": ["/home/ann/.config/cardea/", "/home/ann/.local/state/cardea/"], "uid": 1000}

file(path) := {"path": path, "kind": "file", "exists": true, "uid": "1000", "nlink": "1", "labels": []}

grant(scope, access) := {"grant": {"id": "g1", "scope": scope, "access": access}}

decide(action, resource) := decision if {
	decision := data.cardea.decision with data.cardea.guardian as guardian
		with input as {"action": action, "resource": resource}
}

answers(action, resource, effect, tier, policy) if {
	decision := decide(action, resource)
	decision.effect == effect
	decision.tier == tier
	decision.policy == policy
}

shared(path, scope, access) := object.union(file(path), grant(scope, access))

# Whoever is called so has a home of his own, too.
test_own_files_in_a_home_with_a_large_letter if {
	every action in ["file.read", "file.write"] {
		decision := data.cardea.decision with data.cardea.guardian as {"own": ["/home/Émile/.config/cardea/"], "uid": 1000}
			with input as {"action": action, "resource": file("/home/Émile/.config/cardea/policy.d/a.rego")}
		decision.policy == "shipped.own-files"
	}
}

test_readonly_docs if {
	answers("file.read", file("/home/ann/a.odt"), "ask", 2, "shipped.outside")
	answers("file.list", file("/home/ann"), "ask", 2, "shipped.outside")
	answers("file.read", shared("/home/ann/a.odt", "exact", "ro"), "allow", 0, "shipped.granted")
	answers("file.list", shared("/home/ann/d", "folder", "ro"), "allow", 0, "shipped.granted")
}

test_a_second_name_in_a_shared_folder if {
	linked := object.union(shared("/home/ann/d/a", "folder", "rw"), {"nlink": "2"})
	answers("file.read", linked, "ask", 2, "shipped.hard-link")
	answers("file.write", linked, "ask", 2, "shipped.hard-link")
	answers("file.read", object.union(linked, {"kind": "folder"}), "allow", 0, "shipped.granted")
	answers("file.read", object.union(linked, grant("exact", "ro")), "allow", 0, "shipped.granted")
}

test_spreadsheet_write if {
	answers("file.write", file("/home/ann/bank.csv"), "ask", 2, "shipped.outside")
	answers("file.write", shared("/home/ann/bank.csv", "exact", "ro"), "ask", 2, "shipped.change")
	every action in ["file.write", "file.append", "file.metadata", "file.rename"] {
		answers(action, shared("/home/ann/bank.csv", "exact", "rw"), "allow", 1, "shipped.granted")
	}
	answers("file.create", object.union(shared("/home/ann/new.csv", "folder", "rw"), {"exists": false}), "allow", 1, "shipped.granted")
}

test_what_lasts_is_asked if {
	lasting := object.union(shared("/home/ann/bank.csv", "exact", "rw"), {"undoable": false})
	answers("file.write", lasting, "ask", 2, "shipped.lasting")
	answers("file.read", lasting, "allow", 0, "shipped.granted")
}

test_deleting_is_always_asked if {
	answers("file.delete", shared("/home/ann/a", "exact", "rw"), "ask", 3, "shipped.delete")
	answers("file.delete", file("/home/ann/a"), "ask", 3, "shipped.delete")
}

by_program(name, resource) := decision if {
	decision := data.cardea.decision with data.cardea.guardian as guardian
		with input as {"subject": {"agent": {"name": name}}, "action": "file.delete", "resource": resource}
}

test_a_program_removes_where_it_works if {
	undoable := {"undoable": true}
	every path in ["/home/ann/p/a", "/home/ann/p/server.pem"] {
		decision := by_program("program:git", object.union(shared(path, "folder", "rw"), undoable))
		decision.effect == "allow"
		decision.tier == 1
	}
	every resource in [
		object.union(shared("/home/ann/p/a", "folder", "ro"), undoable),
		object.union(file("/home/ann/p/a"), undoable),
		object.union(shared("/home/ann/p/a", "folder", "rw"), {"undoable": false}),
		shared("/home/ann/p/a", "folder", "rw"),
	] {
		by_program("program:git", resource).tier == 3
	}
	by_program("Cardea", object.union(shared("/home/ann/p/a", "folder", "rw"), undoable)).tier == 3
	by_program("program:git", object.union(shared("/home/ann/p/.git/hooks/x", "folder", "rw"), undoable)).tier == 5
}

test_sensitive_names if {
	answers("file.read", file("/home/ann/.env"), "ask", 3, "shipped.sensitive")
	answers("file.read", file("/home/ann/server.PEM"), "ask", 3, "shipped.sensitive")
	answers("file.read", shared("/home/ann/.env", "exact", "ro"), "allow", 0, "shipped.granted")
	answers("file.write", shared("/home/ann/.env", "exact", "ro"), "ask", 3, "shipped.sensitive")
	answers("file.write", shared("/home/ann/.env", "exact", "rw"), "allow", 1, "shipped.granted")
}

test_labels if {
	decide("file.read", file("/home/ann/Tax/2026/a.ods")).labels == {"finance"}
	decide("file.read", file("/home/ann/Steuern/a.ods")).labels == {"finance"}
	decide("file.read", file("/home/ann/a.ods")).labels == set()
	decide("file.read", object.union(file("/home/ann/a.ods"), {"labels": ["web"]})).labels == {"web"}
	decide("file.read", file("/home/ann/.env")).labels == {"secret"}
	with_ours := decide("file.read", file("/srv/hr/list.csv")) with data.organisation.labels as {"/srv/hr": "staff"}
	with_ours.labels == {"staff"}
	other := decide("file.read", file("/srv/hrx/list.csv")) with data.organisation.labels as {"/srv/hr": "staff"}
	other.labels == set()
}

test_labels_that_an_organisation_guards if {
	guarded := decide("file.read", file("/home/ann/tax/a")) with data.organisation.guarded_labels as ["finance"]
	guarded.effect == "ask"
	guarded.tier == 3
	guarded.policy == "shipped.labelled"
	guarded.reason == "it lies where finance data is kept"
	shared_one := decide("file.read", shared("/home/ann/tax/a", "exact", "ro")) with data.organisation.guarded_labels as ["finance"]
	shared_one.effect == "allow"
}

closed_for_reading := [
	["/home/ann/.ssh/id_ed25519", "shipped.secrets"],
	["/home/ann/.ssh", "shipped.secrets"],
	["/backup/ANN/.SSH/id", "shipped.secrets"],
	["/home/ann/.local/share/keyrings/login.keyring", "shipped.secrets"],
	["/home/ann/.docker/config.json", "shipped.secrets"],
	["/home/ann/.netrc", "shipped.secrets"],
	["/etc/shadow", "shipped.secrets"],
	["/home/ann/.config/cardea", "shipped.own-files"],
	["/home/ann/.config/CARDEA/policy.d/a.rego", "shipped.own-files"],
	["/proc/1/environ", "shipped.kernel"],
	["/run/user/1000/bus", "shipped.kernel"],
]

closed_for_changing := [
	["/home/ann/.bashrc", "shipped.startup"],
	["/home/ann/.config/autostart/x.desktop", "shipped.startup"],
	["/home/ann/.local/bin/x", "shipped.startup"],
	["/home/ann/p/.git/hooks/pre-commit", "shipped.hooks"],
	["/home/ann/p/.git/modules/m/config", "shipped.hooks"],
	["/home/ann/p/.git/commondir", "shipped.hooks"],
	["/home/ann/p/.git/worktrees/w/commondir", "shipped.hooks"],
	["/home/ann/p/.vscode/tasks.json", "shipped.hooks"],
	["/home/ann/.envrc", "shipped.hooks"],
	["/usr/bin/x", "shipped.system"],
	["/etc/hosts", "shipped.system"],
]

git_config(settings) := object.union(shared("/home/ann/p/.git/config", "folder", "rw"), {"settings": settings})

test_what_git_obeys if {
	blind := shared("/home/ann/p/.git/config", "folder", "rw")
	every action in ["file.write", "file.create", "file.append", "file.rename"] {
		answers(action, blind, "ask", 3, "shipped.git-config")
	}
	answers("file.write", shared("/home/ann/p/.git/worktrees/w/config.worktree", "folder", "rw"), "ask", 3, "shipped.git-config")
	answers("file.metadata", blind, "allow", 1, "shipped.granted")
	answers("file.read", blind, "allow", 0, "shipped.granted")
	every settings in [[], ["core.bare", "remote.*.url", "branch.*.merge"], ["user.name:changed", "remote.*.url:removed"]] {
		answers("file.create", git_config(settings), "allow", 1, "shipped.granted")
	}
	every setting in [
		"core.fsmonitor", "core.sshcommand", "core.hookspath", "core.worktree", "include.path",
		"includeif.*.path", "alias.x", "credential.helper", "filter.*.clean", "diff.*.textconv",
		"remote.*.url:changed", "remote.*.url:another", "remote.*.url:odd", "core.hookspath:removed",
		"branch.*.remote:changed", "core.fsmonitor:changed",
	] {
		decision := decide("file.create", git_config(["core.bare", setting]))
		decision.policy == "shipped.git-config"
		decision.tier == 3
		decision.reason == sprintf("git on your side will obey it: %s", [setting])
	}
	every wrong in ["core.bare", {"core.bare": true}, null, 1] {
		answers("file.create", git_config(wrong), "ask", 3, "shipped.git-config")
	}
}

test_tier_5_whoever_shared_it if {
	every row in closed_for_reading {
		answers("file.read", shared(row[0], "exact", "rw"), "deny", 5, row[1])
		answers("file.list", shared(row[0], "folder", "rw"), "deny", 5, row[1])
		decide("file.write", shared(row[0], "exact", "rw")).tier == 5
		decide("file.delete", shared(row[0], "exact", "rw")).tier == 5
	}
	every row in closed_for_changing {
		answers("file.write", shared(row[0], "exact", "rw"), "deny", 5, row[1])
		answers("file.delete", shared(row[0], "exact", "rw"), "deny", 5, row[1])
		decide("file.read", shared(row[0], "exact", "ro")).effect == "allow"
	}
}

test_what_only_looks_like_it if {
	every path in ["/home/ann/.sshx/a", "/home/ann/proc/a", "/home/ann/.config/cardeax", "/home/ann/x.ssh/a", "/home/ann/.netrc.old", "/home/ann/.docker/config.json.old", "/etcetera/shadow"] {
		decide("file.read", shared(path, "exact", "ro")).effect == "allow"
	}
}

test_a_place_that_comes_to_be if {
	every path in ["/home/ann/d/.git", "/home/ann/.config", "/srv/.local/share", "/home/ann/.local/state"] {
		moved := object.union(shared(path, "folder", "rw"), {"exists": false, "kind": "folder", "from": "/home/ann/d/x"})
		decide("file.create", moved).tier == 5
		decide("file.create", object.remove(moved, ["from"])).effect == "allow"
	}
	answers("file.create", object.union(shared("/home/ann/d/.git", "folder", "rw"), {"exists": false}), "deny", 5, "shipped.hooks")
}

test_known_by_its_inode if {
	same := object.union(shared("/home/ann/innocent", "exact", "rw"), {"closed": true, "nlink": "2"})
	answers("file.read", same, "deny", 5, "shipped.closed")
}

test_other_people if {
	answers("file.read", object.union(shared("/home/bob/a", "exact", "ro"), {"uid": "1001"}), "deny", 5, "shipped.owner")
	answers("file.read", object.union(file("/opt/a"), {"uid": "0"}), "ask", 2, "shipped.outside")
	answers("file.write", object.union(shared("/home/ann/a", "exact", "rw"), {"uid": "0"}), "deny", 5, "shipped.owner")
}

test_what_cannot_be_judged if {
	whole := shared("/home/ann/a", "exact", "rw")
	every member in ["path", "kind", "exists", "uid", "nlink"] {
		answers("file.read", object.remove(whole, [member]), "deny", 5, "shipped.malformed-input")
	}
	every member in ["id", "scope", "access"] {
		cut := json.remove(whole, [concat("/", ["grant", member])])
		answers("file.read", cut, "deny", 5, "shipped.malformed-input")
	}
	every wrong in [{"path": "a"}, {"uid": "x"}, {"closed": "no"}, {"undoable": 1}, {"exists": "true"}] {
		answers("file.read", object.union(whole, wrong), "deny", 5, "shipped.malformed-input")
	}
	answers("file.chown", whole, "deny", 5, "shipped.unknown-action")
	decide("", whole).policy == "shipped.unknown-action"
	answers("device.open", {"path": "/dev/video0"}, "deny", 5, "shipped.kernel")
	answers("device.open", {"name": "camera"}, "deny", 5, "shipped.default")
}

test_a_path_that_is_not_utf8 if {
	encoded := object.remove(object.union(file("/x"), {"path_b64": "L2hvbWUvYW5uLy5zc2gv/w=="}), ["path"])
	answers("file.read", object.union(encoded, grant("exact", "ro")), "deny", 5, "shipped.secrets")
	answers("file.read", object.union(encoded, {"path_b64": "!"}), "deny", 5, "shipped.malformed-input")
}
