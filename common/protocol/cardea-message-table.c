/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-table.h"

#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-message-macros.h"

#include <string.h>

/* What it takes from strangers: field by field, nothing undeclared. Limits stand in the rows. */

#define CORE CARDEA_ROLE_CORE
#define FRONT CARDEA_ROLE_FRONT
#define CONSENT CARDEA_ROLE_CONSENT
#define AGENT CARDEA_ROLE_AGENT
#define FILES CARDEA_ROLE_FILES
#define CHANGE CARDEA_ROLE_CHANGE
#define KEYS CARDEA_ROLE_KEYS
#define VIEW CARDEA_ROLE_VIEW
#define LAUNCH CARDEA_ROLE_LAUNCH
#define WORKER CARDEA_ROLE_WORKER
#define NEWCOMER CARDEA_ROLE_NEWCOMER
#define PERSON CARDEA_ROLE_PERSON
#define PEER (FRONT | CONSENT | AGENT)
#define ANYONE (PEER | WORKER | CORE)

#define DIGITS_SESSION 16
#define DIGITS_TRACE 32
#define DIGITS_SHA256 64
#define LIMIT_FILES 256
#define LIMIT_ENTRIES 2000
#define LIMIT_PAGE 500
#define LIMIT_ITEMS 786432 /* bytes of a transaction's items as text */
#define LIMIT_QUESTION 786432
#define LIMIT_CERTIFICATE_TEXT 5464 /* base64 of 4096 bytes */
#define LIMIT_DAYS_30 (30 * 24 * 3600)

#define STREAM(name_, what_) FD (name_, FALSE, CARDEA_FD_PIPE | CARDEA_FD_TTY, what_)
#define RUN_PROGRAM                                                                                \
  PATH ("program", TRUE, "absolute"),                                                              \
      FD ("command", TRUE, CARDEA_FD_MEMFD, "its arguments and environment: objects.md, Command"), \
      STREAM ("input", "absent: /dev/null"), STREAM ("output", ""), STREAM ("error", ""),          \
      BOOLEAN ("terminal", FALSE, "input becomes its controlling terminal")

const CardeaField cardea_message_envelope[] = {
  STRING ("type", TRUE, 64, "the message's name"),
  STRING ("request", FALSE, 64, "pairs an answer with its request; chosen by the asker"),
  ID ("session", FALSE, DIGITS_SESSION, "the session it belongs to"),
  ID ("trace", FALSE, DIGITS_TRACE, "W3C trace id; the same in the log"),
  STRING ("cap", FALSE, 4096, "a capability"),
  { NULL },
};

static const char *const refusal_codes[] = {
  "malformed",                 /* unknown, undeclared or out of its limits */
  "unauthorized",              /* capability missing, wrong, expired, foreign, replayed */
  "denied",                    /* by policy */
  "declined",                  /* by a person */
  "unanswered",                /* nobody was there, or time ran out */
  "not-found",    "ambiguous", /* several files bear the name */
  "unsuitable",                /* not a regular file or folder, a loop, too large */
  "changed",                   /* not what was asked about any more */
  "stale",                     /* the change worker to the core: not what `expect` says */
  "busy",                      /* a limit of this session is reached */
  "unavailable",               /* a worker died, keys are locked, the disk is full, no sandbox */
  "internal",     NULL,
};

static const char *const modes[] = { "ask", "deny", "monitor", NULL };
static const char *const view_actions[]
    = { "file.read",   "file.list",   "file.write",    "file.create",
        "file.delete", "file.rename", "file.metadata", NULL };
static const char *const stores[] = { "keyring", "file", "passphrase", NULL };

static const CardeaMessageRow rows[] = {
  /* --- every link --- */
  REPLY ("refused", ANYONE, ANYONE | NEWCOMER,
         FIELDS (ENUM ("code", TRUE, refusal_codes, "the kind of refusal"),
                 TEXT ("reason", TRUE, CARDEA_LIMIT_REASON, "a sentence for the person"),
                 STRING ("policy", FALSE, 256, "the rule that decided"),
                 TEXT ("note", FALSE, 1024, "what the person wrote beside the refusal"),
                 PATHS ("candidates", FALSE, 8, "ambiguous: the folders; never to an agent")),
         "the request was not carried out"),
  REPLY ("done", ANYONE, ANYONE, FIELDS (INT ("count", FALSE, 0, G_MAXINT32, "how many")),
         "the request was carried out"),

  /* --- before TLS --- */
  REQUEST ("enrol", NEWCOMER, CORE, "enrolled",
           FIELDS (BYTES ("spki", TRUE, 256, "DER SubjectPublicKeyInfo, Ed25519, made just now")),
           "the only message of a peer in clear"),
  REPLY ("enrolled", CORE, NEWCOMER,
         FIELDS (STRINGS ("chain", TRUE, 2, LIMIT_CERTIFICATE_TEXT,
                          "DER in base64: the peer's certificate, the authority's")),
         "from here on the link is mutual TLS 1.3"),

  /* --- front ends and cardea-consent --- */
  REQUEST ("hello", PERSON, CORE, "welcome",
           FIELDS (ENUM ("program", TRUE, VALUES ("cardea", "cardeactl", "cardea-consent"), "who"),
                   STRING ("version", TRUE, 64, "the program's version"),
                   OBJECT ("display", FALSE, 16384,
                           "cardea only: the display variables cardea-consent is started with"),
                   FD ("terminal", FALSE, CARDEA_FD_TTY,
                       "cardeactl only: its controlling terminal, over which it may answer")),
           "first message of a front end"),
  REPLY ("welcome", CORE, PERSON,
         FIELDS (STRING ("version", TRUE, 64, "the guardian's version"),
                 INT ("pid", TRUE, 1, G_MAXINT32, "the guardian's process")),
         "the guardian is ready"),
  REQUEST ("session.open", FRONT, CORE, "session.opened",
           FIELDS (STRING ("title", FALSE, 256, "shown in lists"),
                   ENUM ("mode", TRUE, modes, "what happens to questions"),
                   STRING ("model", FALSE, 64, "a model's name; absent: offline"),
                   PATH ("folder", TRUE, "the front end's working folder"),
                   PATH ("home", TRUE, "the front end's home"),
                   PATHS ("files", FALSE, LIMIT_FILES, "designated: granted for reading"),
                   INT ("timeout", FALSE, 1, 600, "seconds until a question lapses; 120")),
           "a new session with an agent of its own"),
  REPLY ("session.opened", CORE, FRONT,
         FIELDS (OBJECTS ("files", TRUE, LIMIT_FILES, 262144, "{path,name,kind,grant} designated"),
                 BOOLEAN ("sealed", TRUE, "FALSE: the log's keys rest in a plain file")),
         "the agent is confined and ready"),
  REQUEST ("session.end", FRONT, CORE, "done",
           FIELDS (BOOLEAN ("all", FALSE, "every session of this user")),
           "ends the session of the envelope, or all"),
  REQUEST ("session.list", FRONT, CORE, "session.listed",
           FIELDS (BOOLEAN ("all", FALSE, "ended ones too")), "the sessions"),
  REPLY ("session.listed", CORE, FRONT,
         FIELDS (OBJECTS ("sessions", TRUE, LIMIT_PAGE, 524288, "one object a session")), ""),
  REQUEST ("session.show", FRONT, CORE, "session.shown", NO_FIELDS, "the session of the envelope"),
  REPLY ("session.shown", CORE, FRONT, FIELDS (OBJECT ("details", TRUE, 524288, "")), ""),
  EVENT ("session.ended", CORE, FRONT, FIELDS (TEXT ("reason", TRUE, 1024, "why")),
         "to the front end that owned it"),

  REQUEST (
      "run.open", FRONT, CORE, "run.opened",
      FIELDS (STRING ("title", FALSE, 256, "shown in lists"),
              ENUM ("mode", TRUE, modes, "what happens to questions"),
              PATH ("folder", TRUE, "the front end's working folder"),
              PATH ("home", TRUE, "the front end's home"),
              INT ("timeout", FALSE, 1, 600, "seconds until a question lapses; 120"),
              PATHS ("readable", FALSE, LIMIT_FILES, "folders shared for reading"),
              PATHS ("writable", FALSE, LIMIT_FILES, "and for changing"), RUN_PROGRAM),
      "a new session with a program that the person named: its launch is decided, never asked"),
  REPLY ("run.opened", CORE, FRONT,
         FIELDS (INT ("pid", TRUE, 1, G_MAXINT32, "the program"),
                 BOOLEAN ("sealed", TRUE, "FALSE: the log's keys rest in a plain file")),
         "the program is confined and runs"),
  EVENT ("run.signal", FRONT, CORE, FIELDS (INT ("signal", TRUE, 1, 31, "")),
         "to the program of the envelope's session and its process group"),
  EVENT ("run.exited", CORE, FRONT,
         FIELDS (INT ("status", FALSE, 0, 255, ""), INT ("signal", FALSE, 1, 64, ""),
                 TEXT ("reason", FALSE, 1024, "why it was ended; absent: by itself")),
         "the program ended, and everything it had started with it"),

  REQUEST ("chat.send", FRONT, CORE, "done",
           FIELDS (TEXT ("text", TRUE, CARDEA_LIMIT_CHAT_TEXT, "what the person wrote"),
                   PATHS ("files", FALSE, LIMIT_FILES, "designated with this message")),
           "one message of the person to the agent"),
  REQUEST ("chat.cancel", FRONT, CORE, "done", NO_FIELDS, "stop answering"),
  EVENT (
      "chat.event", CORE | AGENT, FRONT | CORE,
      FIELDS (ENUM ("kind", TRUE, VALUES ("delta", "status", "tool", "done", "refused", "failed"),
                    "delta: text to append; done, refused, failed: the turn's end"),
              TEXT ("text", TRUE, CARDEA_LIMIT_CHAT_TEXT, "opaque to the guardian"),
              OBJECT ("data", FALSE, 65536, "opaque to the guardian")),
      "what the agent says; relayed"),

  REQUEST ("grant.list", FRONT, CORE, "grant.listed", NO_FIELDS, "standing and task grants"),
  REPLY ("grant.listed", CORE, FRONT,
         FIELDS (OBJECTS ("grants", TRUE, LIMIT_PAGE, 524288, "consent.md, Grants")), ""),
  REQUEST ("grant.add", FRONT, CORE, "grant.added",
           FIELDS (PATH ("path", TRUE, "absolute"), ENUM ("access", TRUE, VALUES ("ro", "rw"), ""),
                   INT ("seconds", TRUE, 1, LIMIT_DAYS_30, "how long"),
                   BOOLEAN ("renewing", FALSE, "\"always\": renewed by use"),
                   STRING ("profile", FALSE, 64, "absent: the built-in agent")),
           "the person shares a path"),
  REPLY ("grant.added", CORE, FRONT, FIELDS (OBJECT ("grant", TRUE, 16384, "")), ""),
  REQUEST ("grant.revoke", FRONT, CORE, "done",
           FIELDS (STRING ("id", FALSE, 64, "an id or an unambiguous prefix"),
                   BOOLEAN ("all", FALSE, "")),
           "one grant, those of the envelope's session, or all"),

  REQUEST ("consent.watch", FRONT, CORE, "done", NO_FIELDS, "wants consent.question from now on"),
  EVENT ("consent.question", CORE, PERSON,
         FIELDS (ID ("id", TRUE, DIGITS_SESSION, ""),
                 ID ("digest", TRUE, DIGITS_SHA256, "SHA-256 of the canonical text of question"),
                 ID ("nonce", TRUE, 32, "comes back with the answer"),
                 INT ("tier", TRUE, 0, 5, "consent.md"),
                 INT ("seconds", TRUE, 1, 600, "until it lapses"),
                 INT ("position", TRUE, 1, 1000, "in the queue"),
                 INT ("waiting", TRUE, 1, 1000, "the queue's length"),
                 BOOLEAN ("answerable", TRUE, "this peer draws it; FALSE: shown as waiting only"),
                 OBJECT ("question", TRUE, LIMIT_QUESTION, "the canonical request R, consent.md")),
         "a question waits"),
  EVENT ("consent.closed", CORE, PERSON,
         FIELDS (ID ("id", TRUE, DIGITS_SESSION, ""),
                 ENUM ("outcome", TRUE, VALUES ("allow", "deny", "lapsed", "cancelled"), "")),
         "a question waits no longer"),
  REQUEST ("consent.answer", PERSON, CORE, "done",
           FIELDS (STRING ("id", TRUE, DIGITS_SESSION, "or an unambiguous prefix"),
                   ID ("digest", TRUE, DIGITS_SHA256, "of what was shown"),
                   ID ("nonce", FALSE, 32, "required where the question was drawn"),
                   ENUM ("answer", TRUE, VALUES ("allow", "deny", "stop"), "stop: deny and stop"),
                   ENUM ("scope", FALSE, VALUES ("exact", "folder", "host"), "exact"),
                   ENUM ("duration", FALSE, VALUES ("once", "task", "time"), "once"),
                   INT ("seconds", FALSE, 1, LIMIT_DAYS_30, "with duration \"time\""),
                   BOOLEAN ("renewing", FALSE, "\"always\""),
                   STRING ("confirm", FALSE, 8 * CARDEA_LIMIT_NAME,
                           "tier 3: the last element, as it is or as it is shown (escaped)"),
                   ENUM ("how", TRUE,
                         VALUES ("window", "terminal", "command", "closed", "lapsed", "locked"),
                         "how the answer came about"),
                   INT ("shown_ms", FALSE, 0, G_MAXINT32, "shown until answered"),
                   INT ("armed_ms", FALSE, 0, G_MAXINT32, "shown until Allow was armed"),
                   TEXT ("note", FALSE, 1024, "goes back to the agent as the refusal's text")),
           "a person's decision"),
  EVENT ("consent.focus", CONSENT, CORE,
         FIELDS (ID ("id", TRUE, DIGITS_SESSION, ""), BOOLEAN ("focused", TRUE, "")),
         "the window of this question has the focus, or lost it: its time stands still meanwhile"),
  EVENT ("consent.display", CORE, CONSENT, FIELDS (OBJECT ("variables", TRUE, 16384, "")),
         "the environment cardea-consent draws with"),

  REQUEST ("undo.list", FRONT, CORE, "undo.listed",
           FIELDS (STRING ("before", FALSE, 64, "only changes older than this one"),
                   INT ("limit", FALSE, 1, LIMIT_PAGE, "50")),
           "what was changed, newest first; of the envelope's session when it names one"),
  REPLY ("undo.listed", CORE, FRONT,
         FIELDS (OBJECTS ("changes", TRUE, LIMIT_PAGE, LIMIT_ITEMS, "objects.md, Change"),
                 INT64 ("used", TRUE, "bytes the undo store takes"),
                 INT64 ("limit", TRUE, "bytes it may take"), BOOLEAN ("more", TRUE, "")),
         ""),
  REQUEST ("undo.show", FRONT, CORE, "undo.shown",
           FIELDS (STRING ("id", TRUE, 64, "an id or an unambiguous prefix")), ""),
  REPLY ("undo.shown", CORE, FRONT,
         FIELDS (OBJECT ("change", TRUE, LIMIT_ITEMS, "objects.md, Change, with its diffs")), ""),
  REQUEST ("undo.apply", FRONT, CORE, "undo.applied",
           FIELDS (STRING ("id", TRUE, 64, "an id or an unambiguous prefix")),
           "the person takes a change back: all of it, or refused \"changed\""),
  REPLY ("undo.applied", CORE, FRONT, FIELDS (OBJECT ("change", TRUE, LIMIT_ITEMS, "")), ""),
  REQUEST ("undo.clear", FRONT, CORE, "done", NO_FIELDS, "forgets all former contents"),
  EVENT ("change.made", CORE, FRONT,
         FIELDS (OBJECT ("change", TRUE, LIMIT_ITEMS, "objects.md, Change, without diffs")),
         "a change was made or undone: to the front end that owns its session, and to those that "
         "watch the log"),
  REQUEST ("storage.key", FRONT, CORE, "storage.opened",
           FIELDS (ENUM ("purpose", TRUE, VALUES ("chats"), "what it encrypts")),
           "a key for what a front end keeps of its own"),
  REPLY ("storage.opened", CORE, FRONT,
         FIELDS (FD ("key", TRUE, CARDEA_FD_MEMFD, "32 bytes"),
                 BOOLEAN ("sealed", TRUE, "FALSE: the keys rest in a plain file")),
         ""),

  REQUEST ("audit.list", FRONT, CORE, "audit.page",
           FIELDS (STRING ("action", FALSE, 64, ""), STRING ("effect", FALSE, 16, ""),
                   STRING ("kind", FALSE, 32, "a record's type"),
                   STRING ("since", FALSE, 32, "RFC 3339"),
                   INT64 ("from", FALSE, "first sequence number; absent: 0"),
                   INT ("limit", FALSE, 1, LIMIT_PAGE, "")),
           "records with their details, those of the envelope's session when it names one"),
  REPLY ("audit.page", CORE, FRONT,
         FIELDS (OBJECTS ("records", TRUE, LIMIT_PAGE, 917504, "cli.md, Records"),
                 INT64 ("next", TRUE, "go on from here"), BOOLEAN ("more", TRUE, "")),
         ""),
  REQUEST ("audit.watch", FRONT, CORE, "done", NO_FIELDS, "wants audit.record from now on"),
  EVENT ("audit.record", CORE, FRONT, FIELDS (OBJECT ("record", TRUE, 131072, "")), ""),
  REQUEST ("audit.redact", FRONT, CORE, "done", FIELDS (INT64 ("seq", TRUE, "")),
           "deletes a record's detail"),
  REQUEST ("audit.sync", FRONT, CORE, "done", NO_FIELDS, "a checkpoint over all there is"),

  REQUEST ("settings.get", FRONT, CORE, "settings.values", FIELDS (STRING ("key", FALSE, 64, "")),
           ""),
  REPLY ("settings.values", CORE, FRONT, FIELDS (OBJECT ("values", TRUE, 65536, "")), ""),
  REQUEST ("settings.set", FRONT, CORE, "done",
           FIELDS (STRING ("key", TRUE, 64, ""), TEXT ("value", TRUE, 4096, ""),
                   FD ("secret", FALSE, CARDEA_FD_MEMFD, "a passphrase, never in the message")),
           ""),
  REQUEST ("policy.show", FRONT, CORE, "policy.shown", NO_FIELDS,
           "what is in force, and from which files"),
  REPLY ("policy.shown", CORE, FRONT,
         FIELDS (OBJECT ("policy", TRUE, LIMIT_ITEMS, "objects.md, Policy")), ""),
  REQUEST ("policy.explain", FRONT, CORE, "policy.explained",
           FIELDS (OBJECT ("input", TRUE, 262144, "a decision's input, as records hold it")),
           "what would be decided, and by which rules; nothing is done or recorded"),
  REPLY ("policy.explained", CORE, FRONT,
         FIELDS (OBJECT ("explanation", TRUE, LIMIT_ITEMS, "objects.md, Explanation")), ""),
  REQUEST ("policy.reload", FRONT, CORE, "policy.shown", NO_FIELDS,
           "reads the policy files anew; one bad file and nothing changes: \"malformed\""),
  REQUEST ("status", FRONT, CORE, "status.report", NO_FIELDS, "what the guardian is doing"),
  REPLY ("status.report", CORE, FRONT, FIELDS (OBJECT ("report", TRUE, 131072, "")), ""),
  REQUEST ("doctor", FRONT, CORE, "doctor.report", NO_FIELDS, "what this machine enforces"),
  REPLY ("doctor.report", CORE, FRONT, FIELDS (OBJECT ("report", TRUE, 131072, "")), ""),

  /* --- agents --- */
  REQUEST ("agent.ready", AGENT, CORE, "agent.start", FIELDS (STRING ("version", TRUE, 64, "")),
           "first message of an agent"),
  REPLY ("agent.start", CORE, AGENT,
         FIELDS (STRING ("capability", TRUE, 4096, "the session's capability"),
                 INT ("seconds", TRUE, 1, 3600, "until it expires"),
                 STRING ("model", FALSE, 64, "absent: offline"),
                 OBJECTS ("files", TRUE, LIMIT_FILES, 262144, "{path,name,kind} designated")),
         "the session begins"),
  REQUEST ("capability.renew", AGENT, CORE, "capability.issued",
           FIELDS (STRING ("capability", TRUE, 4096, "one that is still good")), ""),
  REPLY ("capability.issued", CORE, AGENT,
         FIELDS (STRING ("capability", TRUE, 4096, ""), INT ("seconds", TRUE, 1, 3600, "")), ""),
  EVENT ("capability.changed", CORE, AGENT,
         FIELDS (STRING ("capability", TRUE, 4096, "in the place of all before it"),
                 INT ("seconds", TRUE, 1, 3600, "")),
         "another policy is in force"),
  EVENT ("chat.user", CORE, AGENT,
         FIELDS (TEXT ("text", TRUE, CARDEA_LIMIT_CHAT_TEXT, "what the person wrote"),
                 OBJECTS ("files", TRUE, LIMIT_FILES, 262144, "{path,name,kind} designated")),
         "a turn begins; its chat.event messages carry this trace id"),
  EVENT ("chat.stop", CORE, AGENT, NO_FIELDS, "the person wants no more of this turn"),
  ACTION ("file.read", "file.opened",
          FIELDS (PATH ("path", FALSE, "absolute, or ~/…"),
                  PATH ("name", FALSE, "a bare name, looked up by the files worker"),
                  INT64 ("offset", FALSE, "0"),
                  INT ("length", FALSE, 1, CARDEA_LIMIT_MEMFD, "as much as one piece holds"),
                  STRING ("handle", FALSE, 64, "goes on with a file that was opened before"),
                  TEXT ("reason", FALSE, 512, "shown to the person as the agent's words")),
          "content of a file; one of path, name, handle"),
  REPLY ("file.opened", CORE, AGENT,
         FIELDS (FD ("content", TRUE, CARDEA_FD_MEMFD, "this piece, sealed"),
                 STRING ("handle", TRUE, 64, "for the next piece"),
                 PATH ("path", TRUE, "the real path"), INT64 ("offset", TRUE, ""),
                 INT64 ("size", TRUE, "of the whole file"), INT64 ("mtime", TRUE, "microseconds"),
                 BOOLEAN ("end", TRUE, "this piece is the last")),
         ""),
  ACTION ("file.close", "done", FIELDS (STRING ("handle", TRUE, 64, "")), "done with a file"),
  ACTION ("file.list", "file.listed",
          FIELDS (PATH ("path", TRUE, "a folder, absolute or ~/…"),
                  INT ("depth", FALSE, 1, 16, "1: the folder itself"),
                  ENUM ("sort", FALSE, VALUES ("name", "mtime", "size"), "name"),
                  STRING ("pattern", FALSE, CARDEA_LIMIT_NAME, "part of a name, any case"),
                  INT ("limit", FALSE, 1, LIMIT_ENTRIES, ""), TEXT ("reason", FALSE, 512, "")),
          "names in a folder; with pattern: search by name"),
  REPLY ("file.listed", CORE, AGENT,
         FIELDS (PATH ("path", TRUE, "the real path"),
                 OBJECTS ("entries", TRUE, LIMIT_ENTRIES, 786432,
                          "{name|name_b64 (relative), kind, size, mtime}"),
                 BOOLEAN ("truncated", TRUE, "there were more")),
         ""),
  ACTION ("file.search", "file.found",
          FIELDS (PATH ("path", TRUE, "a folder, absolute or ~/…"),
                  STRING ("text", TRUE, 1024, "plain text, any case"),
                  INT ("limit", FALSE, 1, LIMIT_PAGE, ""), TEXT ("reason", FALSE, 512, "")),
          "search by content: decided as file.read on the folder"),
  REPLY ("file.found", CORE, AGENT,
         FIELDS (PATH ("path", TRUE, "the real path"),
                 OBJECTS ("matches", TRUE, LIMIT_PAGE, 786432,
                          "{name|name_b64 (relative), line, text}"),
                 BOOLEAN ("truncated", TRUE, "")),
         ""),

  ACTION ("file.change", "file.changed",
          FIELDS (OBJECTS ("operations", TRUE, CARDEA_LIMIT_OPERATIONS, LIMIT_ITEMS,
                           "objects.md, Operation; at least one"),
                  FD ("content", FALSE, CARDEA_FD_MEMFD,
                      "what is written, of all operations one after another"),
                  TEXT ("reason", FALSE, 512, "shown to the person as the agent's words")),
          "one transaction: all of it, or nothing. Decided operation by operation"),
  REPLY ("file.changed", CORE, AGENT,
         FIELDS (STRING ("change", TRUE, 64, "its id among the changes"),
                 BOOLEAN ("undoable", TRUE, "the person can take it back"),
                 OBJECTS ("items", TRUE, CARDEA_LIMIT_OPERATIONS, LIMIT_ITEMS,
                          "{path, to?, size?, sha256?, replaced?: there was a file before} in the "
                          "order of operations; no size, no sha256 of what was only added to and "
                          "is not shared")),
         ""),

  /* --- workers --- */
  EVENT (
      "worker.ready", WORKER, CORE,
      FIELDS (STRING ("name", TRUE, 32, ""), OBJECT ("confinement", TRUE, 8192, "what holds it")),
      "first message of a worker"),
  REQUEST ("files.resolve", CORE, FILES, "files.resolved",
           FIELDS (PATH ("path", FALSE, "absolute, or ~/…"), PATH ("name", FALSE, "a bare name"),
                   PATH ("folder", FALSE, "with name: looked in first"),
                   PATH ("home", TRUE, "what ~ means; Documents, Downloads, Desktop below it"),
                   ENUM ("want", TRUE, VALUES ("file", "folder", "any"), "")),
           "finds the real object and holds it open (O_PATH) under a handle"),
  REPLY ("files.resolved", FILES, CORE,
         FIELDS (STRING ("handle", TRUE, 64, ""), PATH ("path", TRUE, "the real path"),
                 PATH ("via", FALSE, "what was asked for, when a link led elsewhere"),
                 INT64 ("dev", TRUE, ""), INT64 ("ino", TRUE, ""), INT64 ("size", TRUE, ""),
                 INT64 ("mtime", TRUE, "microseconds"), INT ("mode", TRUE, 0, 0777777, ""),
                 INT64 ("uid", TRUE, "owner as seen outside"), INT64 ("nlink", TRUE, ""),
                 ENUM ("kind", TRUE, VALUES ("file", "folder"), ""),
                 BOOLEAN ("closed", FALSE,
                          "TRUE: by device and inode tier 5 closes it, whatever its path says (a "
                          "hard link, a bind mount); never read, listed or searched"),
                 OBJECTS ("parents", TRUE, 128, 16384,
                          "{dev,ino} of every folder above, nearest first: what a folder's grant "
                          "matches")),
         ""),
  REQUEST ("files.read", CORE, FILES, "files.content",
           FIELDS (STRING ("handle", TRUE, 64, ""), INT64 ("offset", TRUE, ""),
                   INT ("length", TRUE, 1, CARDEA_LIMIT_MEMFD, ""),
                   BOOLEAN ("digest", FALSE, "compute sha256 of the piece"),
                   BOOLEAN ("still", FALSE,
                            "only if the object's path still leads to it, as it "
                            "was when it was resolved; else \"changed\"")),
           "the first read opens the held object for reading and remembers its times"),
  REPLY ("files.content", FILES, CORE,
         FIELDS (FD ("content", TRUE, CARDEA_FD_MEMFD, ""), INT64 ("size", TRUE, ""),
                 INT64 ("mtime", TRUE, ""), INT64 ("bytes", TRUE, "in this piece"),
                 BOOLEAN ("end", TRUE, ""), ID ("sha256", FALSE, DIGITS_SHA256, "")),
         ""),
  REQUEST ("files.list", CORE, FILES, "files.listed",
           FIELDS (STRING ("handle", TRUE, 64, ""), INT ("depth", TRUE, 1, 16, ""),
                   ENUM ("sort", TRUE, VALUES ("name", "mtime", "size"), ""),
                   STRING ("pattern", FALSE, CARDEA_LIMIT_NAME, ""),
                   INT ("limit", TRUE, 1, LIMIT_ENTRIES, "")),
           "never follows a link, never crosses into what tier 5 closes"),
  REPLY ("files.listed", FILES, CORE,
         FIELDS (OBJECTS ("entries", TRUE, LIMIT_ENTRIES, 786432, "as file.listed"),
                 BOOLEAN ("truncated", TRUE, "")),
         ""),
  REQUEST ("files.search", CORE, FILES, "files.found",
           FIELDS (STRING ("handle", TRUE, 64, ""), STRING ("text", TRUE, 1024, ""),
                   INT ("limit", TRUE, 1, LIMIT_PAGE, "")),
           ""),
  REPLY ("files.found", FILES, CORE,
         FIELDS (OBJECTS ("matches", TRUE, LIMIT_PAGE, 786432, "as file.found"),
                 BOOLEAN ("truncated", TRUE, "")),
         ""),
  EVENT ("files.release", CORE, FILES, FIELDS (STRING ("handle", TRUE, 64, "")), "closes a handle"),
  EVENT ("files.cancel", CORE, FILES, FIELDS (STRING ("target", TRUE, 64, "a request's id")),
         "gives a request up: it is answered \"refused\", unanswered"),
  EVENT ("files.stale", FILES, CORE, NO_FIELDS,
         "something was mounted or unmounted, which this worker's private namespace does not see "
         "(and keeps in use): to be replaced as soon as no handle of it is needed"),

  REQUEST ("change.open", CORE, CHANGE, "change.opened",
           FIELDS (FD ("key", TRUE, CARDEA_FD_MEMFD, "32 bytes: of the undo store and the journal"),
                   PATH ("folder", TRUE, "the undo store's own folder"),
                   INT64 ("max_bytes", TRUE, "of former contents; 0: none are kept"),
                   INT ("days", TRUE, 0, 3650, "how long they are kept")),
           "opens the undo store; what a crash interrupted is finished or taken back first. Again: "
           "new limits"),
  REPLY ("change.opened", CHANGE, CORE,
         FIELDS (OBJECTS ("recovered", TRUE, LIMIT_PAGE, 65536,
                          "{change, outcome: \"done\"|\"taken-back\", session?, request?, trace?}"),
                 INT64 ("used", TRUE, "bytes the undo store takes")),
         ""),
  REQUEST ("change.plan", CORE, CHANGE, "change.planned",
           FIELDS (OBJECTS ("operations", TRUE, CARDEA_LIMIT_OPERATIONS, LIMIT_ITEMS,
                            "objects.md, Operation"),
                   PATH ("home", TRUE, "what ~ means"), PATH ("folder", FALSE, "of relative paths"),
                   FD ("content", FALSE, CARDEA_FD_MEMFD, "")),
           "resolves all it would touch and holds it; changes nothing"),
  REPLY ("change.planned", CHANGE, CORE,
         FIELDS (STRING ("plan", TRUE, 64, ""), OBJECTS ("items", TRUE, CARDEA_LIMIT_OPERATIONS,
                                                         LIMIT_ITEMS, "objects.md, Planned item")),
         ""),
  REQUEST ("change.describe", CORE, CHANGE, "change.described",
           FIELDS (STRING ("plan", TRUE, 64, "")),
           "what a person is shown: differences, sizes, digests, what cannot be kept"),
  REPLY ("change.described", CHANGE, CORE,
         FIELDS (OBJECTS ("changes", TRUE, CARDEA_LIMIT_OPERATIONS, LIMIT_ITEMS,
                          "objects.md, Question, changes")),
         ""),
  REQUEST ("change.commit", CORE, CHANGE, "change.committed",
           FIELDS (STRING ("plan", TRUE, 64, ""),
                   OBJECT ("context", TRUE, 16384,
                           "{session, request?, trace?, agent, title?}: kept with the change")),
           "does it, when everything still is as it was planned (and described); else \"changed\""),
  REPLY ("change.committed", CHANGE, CORE,
         FIELDS (OBJECT ("change", TRUE, LIMIT_ITEMS, "objects.md, Change, without diffs"),
                 OBJECTS ("items", TRUE, CARDEA_LIMIT_OPERATIONS, LIMIT_ITEMS,
                          "{path, to?, size?, sha256?, old: {dev,ino}?, new: {dev,ino}?}: a file "
                          "that was replaced is another object under its name"),
                 INT64 ("bytes", TRUE, "written")),
         ""),
  EVENT ("change.drop", CORE, CHANGE, FIELDS (STRING ("plan", TRUE, 64, "")), "gives a plan up"),
  REQUEST ("change.keep", CORE, CHANGE, "change.kept",
           FIELDS (PATH ("path", TRUE, "the real path"), PATH ("home", TRUE, ""),
                   INT64 ("dev", TRUE, ""), INT64 ("ino", TRUE, ""),
                   OBJECT ("context", TRUE, 16384, "as change.commit")),
           "keeps what a file says, before a program writes it through"),
  REPLY ("change.kept", CHANGE, CORE, FIELDS (STRING ("change", TRUE, 64, "its id")), ""),
  REQUEST ("change.history", CORE, CHANGE, "change.listed",
           FIELDS (ID ("of", FALSE, DIGITS_SESSION, "only this session's"),
                   STRING ("before", FALSE, 64, ""), INT ("limit", TRUE, 1, LIMIT_PAGE, "")),
           "newest first"),
  REPLY ("change.listed", CHANGE, CORE,
         FIELDS (OBJECTS ("changes", TRUE, LIMIT_PAGE, LIMIT_ITEMS, ""), INT64 ("used", TRUE, ""),
                 BOOLEAN ("more", TRUE, "")),
         ""),
  REQUEST ("change.show", CORE, CHANGE, "change.shown", FIELDS (STRING ("change", TRUE, 64, "")),
           ""),
  REPLY ("change.shown", CHANGE, CORE, FIELDS (OBJECT ("change", TRUE, LIMIT_ITEMS, "")), ""),
  REQUEST ("change.revert", CORE, CHANGE, "change.reverted",
           FIELDS (STRING ("change", TRUE, 64, "a whole id")),
           "puts everything back, as one transaction; \"changed\" when anything is not as the "
           "change left it"),
  REPLY (
      "change.reverted", CHANGE, CORE,
      FIELDS (OBJECT ("change", TRUE, LIMIT_ITEMS, ""),
              OBJECTS ("items", TRUE, CARDEA_LIMIT_OPERATIONS, LIMIT_ITEMS, "as change.committed")),
      ""),
  REQUEST ("change.clear", CORE, CHANGE, "done", NO_FIELDS, "forgets all former contents"),

  REQUEST ("view.open", CORE, VIEW, "view.opened",
           FIELDS (PATH ("home", FALSE, "shown under its own path; absent: it is not"),
                   PATHS ("folders", FALSE, LIMIT_FILES, "shown, too"),
                   ENUM ("mode", TRUE, modes, "deny: what is not shared is not there"),
                   OBJECTS ("grants", TRUE, LIMIT_PAGE, 262144, "objects.md, View grant")),
           "makes ready to serve the files that the envelope's session sees"),
  REPLY ("view.opened", VIEW, CORE,
         FIELDS (FD ("door", TRUE, CARDEA_FD_SOCKET, "over which cardea-hold sends /dev/fuse")),
         ""),
  EVENT ("view.close", CORE, VIEW, NO_FIELDS, "ends the connection: what waits there is let go"),
  EVENT ("view.ended", VIEW, CORE, FIELDS (BOOLEAN ("unmounted", TRUE, "nobody sees it any more")),
         ""),
  EVENT ("view.ask", VIEW, CORE,
         FIELDS (STRING ("id", TRUE, 32, ""), ENUM ("action", TRUE, view_actions, ""),
                 PATH ("path", TRUE, "the real path"), PATH ("from", FALSE, "what it was called"),
                 BOOLEAN ("exists", TRUE, ""), BOOLEAN ("folder", TRUE, "")),
         "a program does something that is not decided yet"),
  EVENT ("view.cancel", VIEW, CORE, FIELDS (STRING ("id", TRUE, 32, "")),
         "the program does not wait for the answer any more"),
  EVENT ("view.answer", CORE, VIEW,
         FIELDS (STRING ("id", TRUE, 32, ""), STRING ("code", FALSE, 32, "of a refusal"),
                 OBJECT ("grant", FALSE, 16384, "objects.md, View grant; absent: for this once")),
         ""),
  EVENT ("view.revoke", CORE, VIEW, FIELDS (STRING ("grant", TRUE, 64, "its id")),
         "cuts what was opened under it, in every view"),

  REQUEST ("keys.authority", CORE, KEYS, "keys.certified", NO_FIELDS,
           "the certificate of this run's IPC authority (Ed25519, made at start, in memory)"),
  REQUEST ("keys.certify", CORE, KEYS, "keys.certified",
           FIELDS (BYTES ("spki", TRUE, 256, "DER SubjectPublicKeyInfo, Ed25519"),
                   ENUM ("role", TRUE, VALUES ("guardian", "front", "consent", "agent"), ""),
                   STRING ("name", TRUE, 64, "subject common name")),
           "a certificate of the IPC authority"),
  REPLY ("keys.certified", KEYS, CORE, FIELDS (BYTES ("certificate", TRUE, 4096, "DER")), ""),
  REQUEST ("keys.open", CORE, KEYS, "keys.opened",
           FIELDS (ENUM ("store", FALSE, stores, "the store of an existing log or the setting"),
                   BOOLEAN ("begun", TRUE, "a log exists already: never another key"),
                   FD ("secret", FALSE, CARDEA_FD_MEMFD, "a passphrase")),
           "fetches or makes the master key; locked, dismissed or absent: refused. When it is open "
           "already, another store than its own moves the same key there"),
  REPLY ("keys.opened", KEYS, CORE,
         FIELDS (ENUM ("store", TRUE, stores, ""), BOOLEAN ("sealed", TRUE, "FALSE: a plain file"),
                 STRING ("vkey", TRUE, 256, "the log's verifier key, signed-note format")),
         ""),
  REQUEST ("keys.sign", CORE, KEYS, "keys.signed",
           FIELDS (ENUM ("purpose", TRUE, VALUES ("log"), ""), BYTES ("data", TRUE, 65536, "")),
           "an Ed25519 signature; the key never leaves"),
  REPLY ("keys.signed", KEYS, CORE, FIELDS (BYTES ("signature", TRUE, 64, "")), ""),
  REQUEST ("keys.derive", CORE, KEYS, "keys.derived",
           FIELDS (ENUM ("purpose", TRUE,
                         VALUES ("audit-detail", "grants", "settings", "undo", "chats"), ""),
                   STRING ("context", TRUE, 128, "the file the key is for")),
           "HKDF-SHA-256 of the master key: 32 bytes"),
  REPLY ("keys.derived", KEYS, CORE, FIELDS (FD ("key", TRUE, CARDEA_FD_MEMFD, "32 bytes")), ""),

  REQUEST ("launch.start", CORE, LAUNCH, "launch.started",
           FIELDS (ENUM ("profile", TRUE, VALUES ("agent"), ""),
                   PATH ("home", TRUE, "where the empty home appears inside")),
           "starts a confined agent"),
  REPLY ("launch.started", LAUNCH, CORE,
         FIELDS (STRING ("sandbox", TRUE, 64, ""), INT ("pid", TRUE, 1, G_MAXINT32, ""),
                 FD ("process", TRUE, CARDEA_FD_PIDFD, ""),
                 FD ("channel", TRUE, CARDEA_FD_SOCKET, ""),
                 ID ("sha256", TRUE, DIGITS_SHA256, "of the agent's program"),
                 OBJECT ("layers", TRUE, 16384, "what was applied; goes into the launch record")),
         ""),
  REQUEST (
      "launch.run", CORE, LAUNCH, "launch.running",
      FIELDS (PATH ("folder", TRUE, "where it begins, if that exists inside"),
              PATH ("home", TRUE, "where its home appears inside"),
              PATHS ("folders", FALSE, LIMIT_FILES, "shown in the view, beside the home"),
              PATHS ("shared", FALSE, LIMIT_FILES, "all that the person shared: its view is there"),
              FD ("view", FALSE, CARDEA_FD_SOCKET,
                  "where its view is served from; absent: the home is private"),
              RUN_PROGRAM),
      "starts a confined program that knows nothing of us. \"not-found\": it, or what it is to "
      "be interpreted by; \"unsuitable\": it is no program"),
  REPLY ("launch.running", LAUNCH, CORE,
         FIELDS (STRING ("sandbox", TRUE, 64, ""), INT ("pid", TRUE, 1, G_MAXINT32, ""),
                 FD ("process", TRUE, CARDEA_FD_PIDFD, ""),
                 ID ("sha256", TRUE, DIGITS_SHA256, "of the program"),
                 OBJECT ("layers", TRUE, 16384, "what was applied; goes into the launch record")),
         ""),
  EVENT ("launch.signal", CORE, LAUNCH,
         FIELDS (STRING ("sandbox", TRUE, 64, ""), INT ("signal", TRUE, 1, 31, "")), ""),
  REQUEST ("launch.stop", CORE, LAUNCH, "done", FIELDS (STRING ("sandbox", TRUE, 64, "")),
           "kills every process of a sandbox"),
  EVENT ("launch.exited", LAUNCH, CORE,
         FIELDS (STRING ("sandbox", TRUE, 64, ""), INT ("status", FALSE, 0, 255, ""),
                 INT ("signal", FALSE, 1, 64, ""), TEXT ("reason", FALSE, 1024, "")),
         ""),
  EVENT ("launch.violation", LAUNCH, CORE,
         FIELDS (STRING ("sandbox", TRUE, 64, ""), STRING ("syscall", TRUE, 64, ""),
                 INT ("count", TRUE, 1, G_MAXINT32, "in the last second"),
                 INT ("pid", TRUE, 0, G_MAXINT32, "")),
         "a denied system call was tried"),
  REQUEST ("launch.probe", CORE, LAUNCH, "launch.probed", NO_FIELDS, ""),
  REPLY ("launch.probed", LAUNCH, CORE, FIELDS (OBJECT ("report", TRUE, 32768, "")), ""),
};

const CardeaMessageRow *
cardea_message_table_rows (gsize *ret_count)
{
  *ret_count = G_N_ELEMENTS (rows);
  return rows;
}

const CardeaMessageRow *
cardea_message_table_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].name[0] == name[0] && strcmp (rows[i].name, name) == 0)
      return &rows[i];
  return NULL;
}

const CardeaField *
cardea_message_table_field (const CardeaMessageRow *row, const char *name)
{
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    if (field->name[0] == name[0] && strcmp (field->name, name) == 0)
      return field;
  return NULL;
}
