# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# What leaves: the network, the clipboard, programs, and what a session has read before.
package cardea_test.network

quiet := {"session": {"labels_read": [], "untrusted_input": false}}

read(labels, untrusted) := {"session": {"labels_read": labels, "untrusted_input": untrusted}}

decide(action, resource, context) := decision if {
	decision := data.cardea.decision with data.cardea.guardian as {"own": [], "uid": 1000}
		with input as {"subject": {"agent": {"name": "Cardea"}}, "action": action, "resource": resource, "context": context}
}

organised(action, resource, context, organisation) := decision if {
	decision := data.cardea.decision with data.cardea.guardian as {"own": [], "uid": 1000}
		with data.organisation as organisation
		with input as {"subject": {"agent": {"name": "Cardea"}}, "action": action, "resource": resource, "context": context}
}

request(host) := {"host": host, "method": "GET"}

test_a_new_host_is_asked if {
	decision := decide("net.request", request("example.org"), quiet)
	decision.effect == "ask"
	decision.tier == 2
	decision.policy == "shipped.network-new"
}

test_listed_hosts if {
	ours := {"network": {"hosts": ["example.org", ".example.net"]}}
	every host in ["example.org", "EXAMPLE.org", "example.org.", "a.example.net", "a.b.example.net"] {
		organised("net.request", request(host), quiet, ours).effect == "allow"
	}
	every host in ["evilexample.org", "example.org.evil.com", "a.example.org", "example.net", "evilexample.net", "xexample.net"] {
		organised("net.request", request(host), quiet, ours).effect == "ask"
	}
}

test_without_a_list_nothing_is_listed if {
	every ours in [{}, {"network": {}}, {"network": {"hosts": []}}] {
		organised("net.connect", request("example.org"), quiet, ours).effect == "ask"
	}
}

test_names_that_could_be_read_as_another if {
	every host in ["example.org@evil.com", "exam\u0000ple.org", "exämple.org", "example.org/x", "a..b", "", "-a.org", "%2e.org", "a b"] {
		decide("net.request", request(host), quiet).effect == "deny"
	}
	decide("net.request", {}, quiet).effect == "deny"
}

test_this_computer_and_its_network if {
	every host in ["localhost", "printer.local", "a.internal", "127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "[::1]", "::1", "::ffff:127.0.0.1", "fe80::1", "0.0.0.0"] {
		decision := decide("net.connect", request(host), quiet)
		decision.effect == "deny"
		decision.policy == "shipped.network-inside"
	}
	decide("net.connect", {"host": "example.org", "address": "10.0.0.1"}, quiet).policy == "shipped.network-inside"
	organised("net.connect", {"host": "wiki.local", "address": "10.0.0.1"}, quiet, {"network": {"inside": ["wiki.local"]}}).effect == "ask"
	decide("net.connect", {"host": "127.0.0.1", "grant": {"id": "g1", "inside": true}}, quiet).effect == "allow"
	every shared in [{"id": "g1"}, {"id": "g1", "inside": false}, {"id": "g1", "inside": "true"}] {
		decide("net.connect", {"host": "127.0.0.1", "grant": shared}, quiet).effect == "deny"
	}
}

test_a_shared_host if {
	decide("net.request", object.union(request("example.org"), {"grant": {"id": "g1"}}), quiet).effect == "allow"
}

test_clipboard if {
	decide("clipboard.read", {}, quiet).policy == "shipped.clipboard-read"
	decide("clipboard.write", {"text": "A sentence."}, quiet).tier == 2
	every text in ["curl x | sh", "sudo rm -rf /", "ls\n", "a\u202eb", "echo; wget x"] {
		decide("clipboard.write", {"text": text}, quiet).policy == "shipped.clipboard-command"
	}
	decide("clipboard.read", {}, quiet).obligations == {"uses": 1}
	sure := {"count": 1, "classes": ["credential"], "sure": true}
	decide("clipboard.write", {"text": "A key.", "sensitive": sure}, quiet).policy == "shipped.clipboard-sensitive"
	decide("clipboard.write", {"text": "A key.", "sensitive": sure}, quiet).tier == 3
	guessed := object.union(sure, {"sure": false})
	decide("clipboard.write", {"text": "A word.", "sensitive": guessed}, quiet).tier == 2
}

test_exec if {
	decision := decide("exec.run", {"argv": ["/usr/bin/gimp"]}, quiet)
	decision.effect == "ask"
	decision.tier == 3
	ours := {"programs": ["/usr/bin/gimp", "/usr/bin/python3"]}
	organised("exec.run", {"argv": ["/usr/bin/gimp"]}, quiet, ours).effect == "allow"
	organised("exec.run", {"argv": ["/usr/bin/python3", "-c", "x"]}, quiet, ours).effect == "ask"
	decide("exec.run", {"argv": ["gimp"]}, quiet).tier == 5
	decide("exec.run", {"argv": []}, quiet).tier == 5
	decide("exec.run", {}, quiet).tier == 5
	decide("exec.run", {"argv": ["/usr/bin/sudo", "x"]}, quiet).policy == "shipped.exec-privilege"
}

# What an agent runs is judged by the real path, whatever it was called.
test_exec_terminal if {
	sort := {"argv": ["/usr/bin/sort"], "kind": "program", "path": "/usr/bin/sort", "network": false}
	theirs := {"agent": {"name": "Cardea", "foreign": "opencode"}}
	asked := data.cardea.decision with input as {"subject": theirs, "action": "exec.run", "resource": sort, "context": quiet}
	asked.effect == "allow"
	asked.policy == "shipped.exec-terminal"
	every other in [{"agent": {"name": "Cardea"}}, {"agent": {"name": "Cardea", "foreign": null}}, {}] {
		decision := data.cardea.decision with input as {"subject": other, "action": "exec.run", "resource": sort, "context": quiet}
		decision.effect == "ask"
	}
	networked := data.cardea.decision with input as {"subject": theirs, "action": "exec.run", "resource": object.union(sort, {"network": true}), "context": quiet}
	networked.effect == "ask"
	with_hosts := object.union(sort, {"network": true, "hosts": ["pypi.org:443"]})
	as_it_could := data.cardea.decision with input as {"subject": theirs, "action": "exec.run", "resource": with_hosts, "context": quiet}
	as_it_could.policy == "shipped.exec-terminal"
	ours := data.cardea.decision with input as {"subject": {"agent": {"name": "Cardea"}}, "action": "exec.run", "resource": with_hosts, "context": quiet}
	ours.effect == "ask"
	sudo := data.cardea.decision with input as {"subject": theirs, "action": "exec.run", "resource": object.union(sort, {"path": "/usr/bin/sudo"}), "context": quiet}
	sudo.tier == 5
}

test_exec_pinned if {
	ours := {"programs": ["/usr/bin/gimp-2.10", "/usr/bin/python3.11"]}
	gimp := {"kind": "program", "path": "/usr/bin/gimp-2.10", "argv": ["gimp"], "network": false}
	organised("exec.run", gimp, quiet, ours).effect == "allow"
	decide("exec.run", object.union(gimp, {"path": "/usr/bin/gimp"}), quiet).tier == 3
	organised("exec.run", object.union(gimp, {"path": "/usr/bin/python3.11"}), quiet, ours).effect == "ask"
	decide("exec.run", object.union(gimp, {"path": "/usr/bin/su"}), quiet).effect == "deny"
	decide("exec.run", object.union(gimp, {"path": "gimp"}), quiet).tier == 5
	decide("exec.run", gimp, read(["finance"], true)).policy == "shipped.exec-new"
}

with_environment(list) := decide(
	"exec.run",
	{"kind": "program", "path": "/usr/bin/wc", "argv": ["wc"], "environment": list}, quiet,
)

test_exec_variables if {
	with_environment(["LANG=C", "LC_ALL=C", "TZ=UTC"]).effect == "ask"
	with_environment(["LD_PRELOAD=/tmp/x.so"]).tier == 5
	every name in ["PATH", "PYTHONSTARTUP", "BASH_ENV", "NODE_OPTIONS", "GIT_SSH_COMMAND", "HTTPS_PROXY", "HOME"] {
		with_environment([concat("", [name, "=x"])]).policy == "shipped.exec-variable"
	}
}

test_plugins_and_credentials if {
	decide("plugin.load", {}, quiet).tier == 3
	decide("credential.use", {"host": "example.org"}, quiet).policy == "shipped.credential"
	decide("credential.use", {"host": "example.org"}, quiet).tier == 4
}

test_badges_are_for_shared_hosts if {
	wanted := {"kind": "badge", "host": "data.example", "actions": ["read"]}
	decide("credential.use", wanted, quiet).effect == "deny"
	decide("credential.use", wanted, quiet).policy == "shipped.badge-host"
	shared := object.union(wanted, {"grant": {"id": "a"}})
	decide("credential.use", shared, quiet).effect == "allow"
	decide("credential.use", object.union(shared, {"grant": {"id": 1}}), quiet).effect == "deny"
	decide("credential.use", object.union(shared, {"kind": "badges"}), quiet).policy == "shipped.credential"
}

test_private_data_and_a_model if {
	model := {"host": "api.example.org", "method": "POST", "purpose": "model", "grant": {"id": "g1", "origin": "designated"}}
	inside := {"host": "127.0.0.1", "method": "POST", "purpose": "model", "grant": {"id": "g1", "origin": "designated", "inside": true}}
	asked := decide("net.request", model, read(["finance"], false))
	asked.policy == "shipped.private-model"
	asked.tier == 2
	decide("net.request", model, read(["finance"], true)).effect == "ask"
	decide("net.request", model, quiet).effect == "allow"
	decide("net.request", inside, read(["finance"], true)).effect == "allow"
	decide("net.request", object.union(model, {"grant": {"id": "g2", "origin": "answer"}}), read(["finance"], true)).effect == "allow"
	decide("net.request", object.union(model, {"purpose": "web"}), read(["finance"], false)).tier == 3
	decide("net.connect", model, read(["finance"], false)).tier == 3
}

test_private_data_untrusted_content_and_a_way_out if {
	every action in ["net.request", "net.connect", "clipboard.write", "exec.run"] {
		resource := {"host": "example.org", "text": "x", "argv": ["/usr/bin/gimp"]}
		decide(action, resource, read(["finance"], true)).policy == "shipped.way-out"
		decide(action, resource, read(["finance"], true)).effect == "deny"
		decide(action, resource, read(["finance"], false)).tier == 3
		asked := decide(action, resource, object.union(read(["finance"], true), {"mode": "ask"}))
		asked.effect == "ask"
		asked.tier == 3
		every mode in ["deny", "monitor", "other", ""] {
			decide(action, resource, object.union(read(["finance"], true), {"mode": mode})).effect == "deny"
		}
		decide(action, resource, read([], true)).effect == "ask"
		decide(action, resource, read(["holiday"], true)).effect == "ask"
	}
}

test_two_of_the_three_stay_work if {
	listed := {"network": {"hosts": ["example.org"]}}
	organised("net.request", request("example.org"), read([], true), listed).effect == "allow"
	organised("net.request", request("example.org"), read(["finance"], false), listed).effect == "ask"
	organised("net.request", request("example.org"), read(["finance"], true), listed).effect == "deny"
}

test_labelled_data_is_asked if {
	decision := decide("net.request", object.union(request("example.org"), {"labels": ["health"]}), quiet)
	decision.effect == "ask"
	decision.tier == 3
	decision.reason == "it is health data"
}

test_an_unknown_session_is_not_harmless if {
	every context in [{}, {"session": {}}, {"session": {"labels_read": []}}, {"session": {"labels_read": "x", "untrusted_input": false}}] {
		decide("net.request", request("example.org"), context).effect == "deny"
	}
}

sending(host, sensitive) := {"host": host, "method": "POST", "sensitive": sensitive, "grant": {"id": "g1"}}

held(class) := {"count": 1, "classes": [class], "sure": true}

test_what_is_sure_is_asked_before_it_leaves if {
	every class in ["credential", "canary", "financial", "personal"] {
		decision := decide("net.request", sending("example.org", held(class)), quiet)
		decision.effect == "ask"
		decision.tier == 3
		decision.policy == "shipped.sensitive-out"
	}
	listed := {"network": {"hosts": ["example.org"]}}
	organised("net.request", sending("example.org", held("credential")), quiet, listed).tier == 3
}

signing_in(host, rule) := sending(host, {"count": 1, "classes": [], "sure": true, "login": [rule]})

test_a_login_is_asked_where_it_does_not_belong if {
	asked := decide("net.request", signing_in("example.org", "github-token"), quiet)
	asked.effect == "ask"
	asked.tier == 2
	asked.policy == "shipped.login-out"
	decide("net.request", signing_in("api.github.com.example.org", "github-token"), quiet).effect == "ask"
	decide("net.request", signing_in("api.github.com", "github-token"), quiet).effect == "allow"
	decide("net.request", signing_in("evilgithub.com", "github-token"), quiet).effect == "ask"
	decide("net.request", signing_in("s3.amazonaws.com", "aws-access-key"), quiet).effect == "allow"
	decide("net.request", signing_in("api.github.com", "aws-access-key"), quiet).effect == "ask"
}

test_a_guess_asks_nothing if {
	every class in ["credential", "financial", "personal"] {
		decide("net.request", sending("example.org", {"count": 9, "classes": [class], "sure": false}), quiet).effect == "allow"
	}
	decide("net.request", sending("example.org", {"count": 0, "classes": [], "sure": false}), quiet).effect == "allow"
}

test_what_nobody_could_look_into if {
	every kind in ["deep", "large", "slow", "damaged", "encrypted", "unseen", "dense", "unknown", "a new word"] {
		hidden := {"count": 0, "classes": [], "sure": false, "opaque": kind}
		decision := decide("net.request", sending("example.org", hidden), quiet)
		decision.effect == "ask"
		decision.tier == 2
		decision.policy == "shipped.opaque-out"
		both := decide("net.request", sending("example.org", object.union(held("credential"), {"opaque": kind})), quiet)
		both.tier == 3
		inside := {"grant": {"id": "g1", "inside": true}}
		decide("net.request", object.union(sending("127.0.0.1", hidden), inside), quiet).effect == "allow"
	}
}

test_a_model_gets_its_own_thoughts_back if {
	model := object.union(sending("example.org", {"count": 0, "classes": [], "sure": false, "opaque": "dense"}), {"purpose": "model"})
	decide("net.request", model, quiet).effect == "allow"
	deep := object.union(model, {"sensitive": {"count": 0, "classes": [], "sure": false, "opaque": "deep"}})
	decide("net.request", deep, quiet).effect == "ask"
}

test_where_nobody_may_be_asked_a_model_gets_placeholders if {
	silent := object.union(quiet, {"mode": "deny"})
	removable := object.union(held("financial"), {"removable": true})
	model := object.union(sending("example.org", removable), {"purpose": "model"})
	decision := decide("net.request", model, silent)
	decision.effect == "allow"
	decision.policy == "shipped.sensitive-model"
	decision.obligations == {"placeholder": true}
	decide("net.request", model, quiet).effect == "ask"
	decide("net.request", sending("example.org", removable), silent).effect == "ask"
	decide("net.request", object.union(model, {"sensitive": {"removable": false}}), silent).effect == "ask"
}

test_it_stays_on_this_computer if {
	inside := {"grant": {"id": "g1", "inside": true}}
	every host in ["127.0.0.1", "localhost", "a.localhost", "[::1]"] {
		decide("net.request", object.union(sending(host, held("credential")), inside), quiet).effect == "allow"
	}
	every host in ["10.1.2.3", "printer.local", "evil-localhost"] {
		decide("net.request", object.union(sending(host, held("credential")), inside), quiet).effect == "ask"
	}
}

test_a_flow_does_not_carry_keys if {
	every class, effect in {"financial": "allow", "personal": "allow", "credential": "ask", "canary": "ask"} {
		post := object.union(sending("erp.example.com", held(class)), {"labels": ["finance"]})
		organised("net.request", post, read(["finance"], false), {"flows": [flow]}).effect == effect
	}
}

flow := {"name": "invoices", "action": "net.request", "host": "erp.example.com", "methods": ["POST"], "labels": ["finance"], "max_bytes": 1000}

test_an_organisations_flow if {
	post := {"host": "erp.example.com", "method": "POST", "labels": ["finance"]}
	decision := organised("net.request", post, read(["finance"], true), {"flows": [flow]})
	decision.effect == "allow"
	decision.policy == "shipped.flow"
	decision.reason == "the organisation approved: invoices"
	decision.obligations == {"max_bytes": 1000}
}

test_anything_else_is_not_that_flow if {
	post := {"host": "erp.example.com", "method": "POST"}
	every other in [
		[object.union(post, {"method": "GET"}), quiet],
		[object.union(post, {"host": "erp.example.com.evil.org"}), quiet],
		[object.union(post, {"labels": ["health"]}), quiet],
		[post, read(["health"], false)],
	] {
		organised("net.request", other[0], other[1], {"flows": [flow]}).effect != "allow"
	}
	organised("net.connect", post, quiet, {"flows": [flow]}).effect == "ask"
	organised("net.request", post, quiet, {"flows": [object.union(flow, {"agents": ["Other"]})]}).effect == "ask"
}

test_an_agent_from_elsewhere_asks if {
	decision := decide("agent.permit", {"kind": "step", "step": "execute", "title": "Run make"}, quiet)
	decision.effect == "ask"
	decision.tier == 2
	decision.policy == "shipped.agent-asks"
}
