-- One row a customer's wish.  Columns for what is asked for, counted or audited;
-- `core` is the rest of struct order as JSON, where a member left out is zero.
-- Columns are named as in src/store/order_row.c.
CREATE TABLE signups (
	id TEXT PRIMARY KEY NOT NULL,
	-- Of the request; never changed.
	idempotency_key TEXT,
	fingerprint TEXT NOT NULL,
	duplicate_key TEXT,
	source TEXT NOT NULL,
	-- What the limits count it as now: none, held or spent (see ledger).
	money TEXT NOT NULL,
	release_money TEXT NOT NULL,
	-- Of the customer; set once.
	business_name TEXT NOT NULL,
	email TEXT NOT NULL,
	business_phone TEXT NOT NULL,
	existing_number TEXT NOT NULL,
	contains TEXT NOT NULL,
	reference TEXT NOT NULL,
	mode TEXT NOT NULL,
	max_rung TEXT NOT NULL,
	created_at_ms INTEGER NOT NULL,
	instance TEXT NOT NULL,
	name TEXT NOT NULL,
	-- Who may act on it: the holder of its lease (store_claim()); 0 nobody.
	worker INTEGER NOT NULL,
	-- Where it stands.
	version INTEGER NOT NULL,
	area_code TEXT NOT NULL,
	country TEXT NOT NULL,
	parked_from TEXT NOT NULL,
	updated_at_ms INTEGER NOT NULL,
	since_ms INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,
	cancel_wanted INTEGER NOT NULL,
	error_code TEXT NOT NULL,
	error_message TEXT NOT NULL,
	error_hint TEXT NOT NULL,
	-- What is pinned and what is owned.
	number TEXT NOT NULL,
	upfront_cents INTEGER NOT NULL,
	monthly_cents INTEGER NOT NULL,
	currency TEXT NOT NULL,
	was_reserved INTEGER NOT NULL,
	attempt_no INTEGER NOT NULL,
	method TEXT NOT NULL,
	order_id TEXT NOT NULL,
	number_id TEXT NOT NULL,
	carrier_status TEXT NOT NULL,
	is_owned INTEGER NOT NULL,
	was_active INTEGER NOT NULL,
	voice_id TEXT NOT NULL,
	voice_status TEXT NOT NULL,
	is_voice_ours INTEGER NOT NULL,
	core TEXT NOT NULL,
	-- What the indexes are over: a save that changes none of these leaves the
	-- indexes alone.
	state TEXT NOT NULL,
	status TEXT NOT NULL,
	held_number TEXT
) STRICT;

CREATE UNIQUE INDEX signups_one_a_key ON signups (idempotency_key)
	WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX signups_one_live_a_wish ON signups (duplicate_key)
	WHERE duplicate_key IS NOT NULL AND state NOT IN ('failed', 'cancelled', 'released');
CREATE UNIQUE INDEX signups_one_a_number ON signups (held_number)
	WHERE held_number IS NOT NULL;
-- The name stands in every reference that Telnyx knows us by.
CREATE UNIQUE INDEX signups_one_a_name ON signups (name);
CREATE INDEX signups_by_state ON signups (state, id, worker);

CREATE TRIGGER signups_version_grows BEFORE UPDATE OF version ON signups
	WHEN new.version <= old.version
BEGIN
	SELECT RAISE(ABORT, 'the version only grows');
END;

-- Until when the workers hold what is theirs.
CREATE TABLE workers (
	worker INTEGER PRIMARY KEY, -- a lease_epoch
	until_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE attempts (
	signup_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	no INTEGER NOT NULL,
	method TEXT NOT NULL,
	number TEXT NOT NULL,
	reference TEXT, -- what the carrier knows an attempt to buy by
	planned_at_ms INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	PRIMARY KEY (signup_id, kind, no)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX attempts_one_open ON attempts (signup_id) WHERE outcome = 'open';
CREATE UNIQUE INDEX attempts_one_a_reference ON attempts (reference)
	WHERE reference IS NOT NULL;

-- The timeline.  Each row's hash covers the row before it (store.h).
CREATE TABLE events (
	signup_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	event TEXT NOT NULL,
	from_status TEXT NOT NULL,
	to_status TEXT NOT NULL,
	detail TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (signup_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN
	SELECT RAISE(ABORT, 'events are never changed');
END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
BEGIN
	SELECT RAISE(ABORT, 'events are never removed');
END;

-- What counts against the limits on spending: one row a scope (src/store/budget.h).
-- The limits themselves are configuration.
CREATE TABLE budgets (
	scope TEXT PRIMARY KEY NOT NULL,
	held_numbers INTEGER NOT NULL CHECK (held_numbers >= 0),
	spent_numbers INTEGER NOT NULL CHECK (spent_numbers >= 0),
	held_cents INTEGER NOT NULL CHECK (held_cents >= 0),
	spent_cents INTEGER NOT NULL CHECK (spent_cents >= 0)
) STRICT, WITHOUT ROWID;

-- Every change of a budget.  held = hold - commit - free, spent = commit.
CREATE TABLE ledger (
	seq INTEGER PRIMARY KEY,
	signup_id TEXT NOT NULL,
	account TEXT NOT NULL,
	scope TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('hold', 'commit', 'free')),
	numbers INTEGER NOT NULL CHECK (numbers >= 0),
	cents INTEGER NOT NULL CHECK (cents >= 0),
	at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_by_signup ON ledger (signup_id, account);
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
BEGIN
	SELECT RAISE(ABORT, 'the ledger is never changed');
END;
CREATE TRIGGER ledger_is_not_removed BEFORE DELETE ON ledger
BEGIN
	SELECT RAISE(ABORT, 'the ledger is never removed');
END;

-- The switch that stops all spending: one row.
CREATE TABLE control (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	frozen_at_ms INTEGER NOT NULL,
	thawed_at_ms INTEGER NOT NULL,
	reason TEXT NOT NULL
) STRICT;
INSERT INTO control (one, frozen_at_ms, thawed_at_ms, reason) VALUES (1, 0, 0, '');

-- What was told to us from outside, once an event, as it arrived.
CREATE TABLE webhooks_in (
	provider TEXT NOT NULL,
	event_id TEXT NOT NULL,
	event_type TEXT NOT NULL,
	received_at_ms INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (provider, event_id)
) STRICT;

-- This installation: one row.
CREATE TABLE meta (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	instance TEXT,
	key BLOB,
	lease_epoch INTEGER NOT NULL,
	lease_pid INTEGER NOT NULL,
	lease_url TEXT NOT NULL
) STRICT;
INSERT INTO meta (one, lease_epoch, lease_pid, lease_url) VALUES (1, 0, 0, '');

CREATE TRIGGER meta_epoch_grows BEFORE UPDATE OF lease_epoch ON meta
	WHEN new.lease_epoch <= old.lease_epoch
BEGIN
	SELECT RAISE(ABORT, 'the lease epoch only grows');
END;
