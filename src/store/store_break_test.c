/* store_break_test.c - the writer, ended at each step of each of its statements; rows that
 * nobody but a damaged disk can have written. */
#include "store/store_test_kit.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "store/sqlite_db.h"
#include "store/sqlite_money.h"
#include "store/sqlite_write.h"
#include "tests/disk/disk.h"

#define JOBS_MOST 40
#define TAKEN "+14155550101"

/* A writer without its thread, a second connection that looks, and one group. */
static struct {
	sqlite3 *db, *beside;
	struct sqlite_writer *writer;
	struct str scratch;
	struct spending_limits limits;
	struct write_job *jobs[JOBS_MOST];
	enum err_code codes[JOBS_MOST]; /* what came of each when nothing was broken */
	int count;
	char path[400];
} w;

static int setup(void **state)
{
	(void)state;
	static int count;
	struct err e = {0};
	text_format(w.path, sizeof(w.path), "%s/break%d.db", check_temp_dir(), count++);
	assert_int_equal(sqlite_db_open(w.path, SQLITE_USE_WRITE, &w.db, &e), ERR_OK);
	assert_int_equal(sqlite_db_check_schema(w.db, schema_files, &e), ERR_OK);
	w.writer = sqlite_writer_new(w.db);
	assert_int_equal(sqlite3_open(w.path, &w.beside), SQLITE_OK);
	str_init(&w.scratch, JOB_TEXT_MAX);
	spending_defaults(&w.limits);
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++)
		w.limits.most[i] = SPENDING_NO_LIMIT;
	return 0;
}

static void forget_jobs(void)
{
	while (w.count > 0)
		write_job_free(w.jobs[--w.count]);
}

static int teardown(void **state)
{
	(void)state;
	forget_jobs();
	(void)disk_mend();
	sqlite3_close(w.beside);
	sqlite_writer_free(w.writer);
	str_done(&w.scratch);
	return 0;
}

/* ---- a group ---- */

static void add(struct write_job *job)
{
	must(w.count < JOBS_MOST);
	if (w.count > 0)
		w.jobs[w.count - 1]->delivery.next = &job->delivery;
	w.jobs[w.count++] = job;
}

static void create(const struct order *o, const char *key, const char *print, const char *wish)
{
	struct store_creation creation = {.source = "203.0.113.0/24"};
	TEXT_COPY(creation.idempotency_key, key);
	TEXT_COPY(creation.fingerprint, print);
	TEXT_COPY(creation.duplicate_key, wish);
	struct store_event event = kit_event(o, "");
	add(write_job_create(&w.scratch, o, &creation, &event, &w.limits, NULL, NULL));
}

static void save(struct order o, const struct attempt *attempt)
{
	o.version++;
	struct store_event event = kit_event(&o, "");
	add(write_job_save(&w.scratch, &o, &event, attempt, &w.limits, NULL, NULL));
}

static void claim(int64_t worker, const char *id)
{
	struct store_claim c = {
		.worker = worker, .now_ms = KIT_MS, .until_ms = KIT_MS, .limit = 50};
	TEXT_COPY(c.id, id);
	add(write_job_claim(&w.scratch, &c, NULL, NULL));
}

static void webhook(const char *id)
{
	struct store_webhook hook = {.provider = "telnyx",
		.event_id = id,
		.event_type = "number_order.complete",
		.body = "{}",
		.received_ms = KIT_MS};
	add(write_job_webhook(&w.scratch, &hook, NULL, NULL));
}

static enum err_code code_of(int job)
{
	return w.jobs[job]->result != NULL ? w.jobs[job]->result->err.code : ERR_OK;
}

/* The group as it stands, written; the first job's code. */
static enum err_code write_group(void)
{
	sqlite_write_group(w.writer, w.jobs[0]);
	return code_of(0);
}

static void write_and_forget(void)
{
	assert_int_equal(write_group(), ERR_OK);
	forget_jobs();
}

static void do_beside(const char *sql)
{
	char *why = NULL;
	if (sqlite3_exec(w.beside, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

/* ---- what is there before, and a group that takes every way ---- */

enum { FIRST, PINNED, MOVES, DEAR, CHEAP, ACTIVE, STALE, SAMPLES };
static struct order samples[SAMPLES];

static struct order bought(struct order o, const char *number, int price_cents)
{
	kit_pin(&o, number);
	o.state = ORDER_PROVISIONING;
	o.is_owned = true;
	o.pinned.upfront_cents = price_cents;
	return o;
}

static void begin_samples(void)
{
	for (int i = 0; i < SAMPLES; i++) {
		samples[i] = kit_order();
		samples[i].most_upfront_cents = samples[i].most_monthly_cents = 200;
		create(&samples[i], i == FIRST ? "a-key" : "", "print", i == FIRST ? "a-wish" : "");
	}
	write_and_forget();
	kit_pin(&samples[PINNED], TAKEN);
	save(samples[PINNED], NULL);
	samples[ACTIVE] = bought(samples[ACTIVE], "+14155550109", 300);
	samples[ACTIVE].was_active = true;
	save(samples[ACTIVE], NULL);
	write_and_forget();
	samples[PINNED].version++;
	samples[ACTIVE].version++;
}

static void make_group(void)
{
	static struct order fresh[4];
	for (int i = 0; i < 4 && fresh[3].version == 0; i++)
		fresh[i] = kit_order();
	create(&fresh[0], "", "print", "");
	create(&fresh[1], "a-key", "print", "");
	create(&fresh[1], "a-key", "another", "");
	create(&fresh[2], "", "print", "a-wish");
	create(&samples[FIRST], "", "print", ""); /* its id is there already */
	struct order o = samples[FIRST];
	kit_pin(&o, TAKEN);
	save(o, NULL);
	o = samples[PINNED];
	struct attempt attempt = kit_attempt(&o, 1);
	o.state = ORDER_BUYING;
	save(o, &attempt);
	o.version++;
	kit_pin(&o, "+14155550102");
	save(o, NULL);
	o.version++;
	kit_pin(&o, "+14155550105"); /* the same state, another number */
	save(o, NULL);
	save(fresh[3], NULL);
	o = samples[STALE];
	o.version = 7;
	save(o, NULL);
	o = samples[MOVES];
	o.state = ORDER_FAILED;
	save(o, NULL);
	save(bought(samples[DEAR], "+14155550103", 500), NULL);
	save(bought(samples[CHEAP], "+14155550104", 100), NULL);
	o = samples[ACTIVE];
	o.state = ORDER_RELEASING;
	save(o, NULL);
	webhook("one");
	webhook("one");
	claim(5, "");
	claim(6, samples[STALE].id);
	claim(6, samples[STALE].id);
	claim(6, "su_00000000000000000000000000");
	struct store_control control = {.frozen_at_ms = KIT_MS, .reason = "a test"};
	add(write_job_control(&w.scratch, &control, NULL, NULL));
	struct err refused = {.code = ERR_STORE_LOCKED};
	add(write_job_refused(&w.scratch, &refused, NULL, NULL));
}

/* All that counts, in one line. */
static void tell_content(char to[300])
{
	static const char sql[] =
		"SELECT (SELECT count(*) || ',' || sum(version) || ',' || sum(worker) FROM "
		"signups),"
		"(SELECT count(*) FROM events), (SELECT count(*) FROM attempts),"
		"(SELECT count(*) || ',' || ifnull(sum(cents), 0) FROM ledger),"
		"(SELECT ifnull(sum(held_cents), 0) || ',' || ifnull(sum(spent_cents), 0) FROM "
		"budgets),"
		"(SELECT frozen_at_ms FROM control), (SELECT count(*) FROM webhooks_in),"
		"(SELECT count(*) FROM workers), (SELECT instance || lease_epoch FROM meta)";
	sqlite3_stmt *stmt;
	assert_int_equal(sqlite3_prepare_v2(w.beside, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	to[0] = '\0';
	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		const char *text = (const char *)sqlite3_column_text(stmt, i);
		size_t used = strlen(to);
		text_format(to + used, 300 - used, "%s ", text ? text : "-");
	}
	sqlite3_finalize(stmt);
}

/* ---- the break ---- */

static int steps_left; /* until the statement under way is ended; 0: never */

static int strike(void *arg)
{
	(void)arg;
	return steps_left > 0 && --steps_left == 0;
}

static void break_after(int steps)
{
	steps_left = steps;
	sqlite3_progress_handler(w.db, steps > 0 ? 1 : 0, steps > 0 ? strike : NULL, NULL);
}

static void assert_all_unsaved(void)
{
	for (int i = 0; i < w.count; i++)
		if (w.jobs[i]->kind != JOB_REFUSED)
			assert_int_equal(code_of(i), ERR_STORE_UNAVAILABLE);
	assert_int_equal(code_of(w.count - 1), ERR_STORE_LOCKED);
}

/* Whichever statement of a group fails, and at whichever of its steps: all of
 * the group is answered "not saved", nothing of it is there, and the next works. */
static void a_group_whose_statement_fails_anywhere_is_not_there_at_all(void **state)
{
	(void)state;
	char before[300], after[300];
	begin_samples();
	tell_content(before);
	int at = 1;
	for (; at < 100000; at++) {
		make_group();
		break_after(at);
		enum err_code code = write_group();
		bool is_struck = steps_left == 0;
		break_after(0);
		tell_content(after);
		if (!is_struck || !text_is(before, after)) {
			/* Past the commit: it is all there, whatever was answered. */
			assert_true(is_struck ? code == ERR_STORE_UNAVAILABLE : code == ERR_OK);
			break;
		}
		assert_all_unsaved();
		forget_jobs();
	}
	assert_in_range(at, 500, 99999);
	assert_string_not_equal(before, after);
}

static void a_group_that_meets_every_refusal_writes_the_rest(void **state)
{
	(void)state;
	static const enum err_code codes[] = {ERR_OK, ERR_OK, ERR_IDEMPOTENCY_KEY_REUSED,
		ERR_DUPLICATE_SIGNUP, ERR_STORE_CONFLICT, ERR_NUMBER_TAKEN, ERR_OK, ERR_OK, ERR_OK,
		ERR_NOT_FOUND, ERR_STORE_CONFLICT, ERR_OK, ERR_OK, ERR_OK, ERR_OK, ERR_OK, ERR_OK,
		ERR_OK, ERR_OK, ERR_OK, ERR_NOT_FOUND, ERR_OK, ERR_STORE_LOCKED};
	begin_samples();
	make_group();
	assert_int_equal(w.count, COUNT_OF(codes));
	write_group();
	for (int i = 0; i < w.count; i++)
		if (code_of(i) != codes[i])
			fail_msg("job %d: %s", i, err_wire(code_of(i)));
	assert_true(w.jobs[1]->result->is_repeat);
	assert_true(w.jobs[16]->result->is_repeat);
}

/* Naming the installation and taking the lease, ended at each step. */
static void a_start_that_fails_anywhere_can_be_tried_again(void **state)
{
	(void)state;
	struct store_identity identity = {0}, again = {0};
	struct store_lease lease = {.pid = 7, .url = "http://127.0.0.1:8080"};
	const uint8_t key[sizeof(identity.key)] = "a key that was given";
	struct err e = {0};
	int at = 1;
	for (; at < 1000; at++) {
		break_after(at);
		bool is_named = sqlite_write_identity(w.writer, key, &identity, &e) == ERR_OK;
		bool is_leased =
			is_named && sqlite_write_lease(w.writer, true, &lease, &e) == ERR_OK;
		bool is_struck = steps_left == 0;
		break_after(0);
		if (!is_leased)
			assert_int_equal(e.code, ERR_STORE_UNAVAILABLE);
		/* One that was struck while it ended its transaction leaves that to
		 * the next, which may fail for it. */
		if (is_leased && !is_struck)
			break;
	}
	assert_in_range(at, 60, 999);
	assert_int_equal(sqlite_write_identity(w.writer, NULL, &again, &e), ERR_OK);
	assert_string_equal(again.instance, identity.instance);
	assert_memory_equal(again.key, key, sizeof(key));
	int64_t epoch = lease.epoch;
	assert_int_equal(sqlite_write_lease(w.writer, false, &lease, &e), ERR_OK);
	assert_int_equal(lease.epoch, epoch + 1);
}

/* ---- a damaged file ---- */

static void money_that_is_no_word_of_ours_stops_its_sign_up_only(void **state)
{
	(void)state;
	begin_samples();
	do_beside("UPDATE signups SET money='some' WHERE idempotency_key='a-key'");
	save(samples[FIRST], NULL);
	save(samples[MOVES], NULL);
	write_group();
	assert_int_equal(code_of(0), ERR_STORE_CORRUPT);
	assert_int_equal(code_of(1), ERR_OK);
}

static void of_several_damaged_rows_a_claim_names_the_first(void **state)
{
	(void)state;
	begin_samples();
	do_beside("UPDATE signups SET mode='steal' WHERE rowid IN (2, 3)");
	claim(5, "");
	write_group();
	struct claim_job *c = w.jobs[0]->claim;
	assert_int_equal(c->count, SAMPLES - 2);
	assert_int_equal(c->corrupt.code, ERR_STORE_CORRUPT);
	assert_non_null(strstr(c->corrupt.message, samples[1].id));
}

static void a_file_without_its_switch_takes_nothing(void **state)
{
	(void)state;
	begin_samples();
	do_beside("DELETE FROM control");
	save(samples[FIRST], NULL);
	assert_int_equal(write_group(), ERR_STORE_UNAVAILABLE);
}

static void a_sign_up_with_more_scopes_than_there_are_takes_no_money(void **state)
{
	(void)state;
	begin_samples();
	for (int i = 0; i < SPENDING_LIMIT_COUNT + 1; i++) {
		char sql[300];
		text_format(sql, sizeof(sql),
			"INSERT INTO ledger (signup_id, account, scope, kind, numbers, cents, "
			"at_ms)"
			" VALUES ('%s', 'purchase', 'other%d', 'hold', 1, 1, 1)",
			samples[MOVES].id, i);
		do_beside(sql);
	}
	samples[MOVES].state = ORDER_FAILED;
	save(samples[MOVES], NULL);
	assert_int_equal(write_group(), ERR_STORE_UNAVAILABLE);
}

static void a_damaged_identity_is_not_gone_on_with(void **state)
{
	(void)state;
	static const char *const damage[] = {"UPDATE meta SET key=x'00'",
		"UPDATE meta SET key=randomblob(32), instance='toolong'"};
	struct store_identity identity;
	struct err e = {0};
	assert_int_equal(sqlite_write_identity(w.writer, NULL, &identity, &e), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(damage); i++) {
		do_beside(damage[i]);
		assert_int_equal(
			sqlite_write_identity(w.writer, NULL, &identity, &e), ERR_STORE_CORRUPT);
	}
	do_beside("DELETE FROM meta");
	assert_int_not_equal(sqlite_write_identity(w.writer, NULL, &identity, &e), ERR_OK);
}

/* ---- a disk that fails while the WAL is copied ---- */

static void fill_the_wal(void)
{
	static char body[30000];
	memset(body, 'x', sizeof(body) - 1);
	for (int i = 0; i < 20; i++) {
		for (int j = 0; j < JOBS_MOST; j++) {
			char id[20];
			text_format(id, sizeof(id), "%d-%d", i, j);
			struct store_webhook hook = {.provider = "telnyx",
				.event_id = id,
				.event_type = "t",
				.body = body,
				.received_ms = KIT_MS};
			add(write_job_webhook(&w.scratch, &hook, NULL, NULL));
		}
		write_and_forget();
	}
}

static void a_wal_that_cannot_be_synced_while_it_is_copied_ends_all_writing(void **state)
{
	(void)state;
	struct disk_fault fault = {.calls = DISK_BIT(DISK_SYNC), .at = 1, .error = 5};
	begin_samples();
	fill_the_wal();
	disk_break(&fault);
	sqlite_write_tidy(w.writer);
	assert_true(disk_mend());
	save(samples[FIRST], NULL);
	assert_int_equal(write_group(), ERR_STORE_FAILED);
	sqlite_write_tidy(w.writer);
	sqlite_write_finish(w.writer);
}

static off_t wal_bytes(void)
{
	struct stat about;
	char path[420];
	text_format(path, sizeof(path), "%s-wal", w.path);
	assert_int_equal(stat(path, &about), 0);
	return about.st_size;
}

static void a_disk_that_failed_is_not_asked_to_copy_either(void **state)
{
	(void)state;
	struct disk_fault fault = {.calls = DISK_BIT(DISK_SYNC), .at = 1, .error = 5};
	begin_samples();
	fill_the_wal();
	disk_break(&fault);
	save(samples[FIRST], NULL);
	assert_int_equal(write_group(), ERR_STORE_FAILED);
	fault.is_lasting = true;
	disk_break(&fault);
	sqlite_write_tidy(w.writer);
	assert_false(disk_mend()); /* no sync was tried */
}

static void a_wal_that_grew_is_copied_and_begins_anew(void **state)
{
	(void)state;
	begin_samples();
	fill_the_wal();
	off_t grown = wal_bytes();
	sqlite_write_tidy(w.writer);
	save(samples[FIRST], NULL);
	write_and_forget();
	assert_int_equal(wal_bytes(), grown); /* from its beginning, not behind its end */
}

static void nothing_is_freed_without_harm(void **state)
{
	(void)state;
	assert_null(sqlite_writer_free(NULL));
	assert_null(sqlite_money_free(NULL));
	assert_null(write_job_free(NULL));
	assert_null(mailbox_free(NULL));
}

/* What is answered while the store closes may ask once more: that is answered, too. */
static struct mailbox *closing;
static int delivered;

static void deliver_last(struct delivery *d)
{
	(void)d;
	delivered++;
}

static void deliver_and_ask_again(struct delivery *d)
{
	static struct delivery last = {.deliver = deliver_last};
	deliver_last(d);
	mailbox_put(closing, &last, &last);
}

static void what_is_asked_while_closing_is_answered(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct delivery first = {.deliver = deliver_and_ask_again};
	closing = mailbox_new(loop);
	mailbox_put(closing, &first, &first);
	mailbox_free(closing);
	assert_int_equal(delivered, 2);
	loop_free(loop);
}

static void a_write_that_nobody_waits_for_is_told_to_nobody(void **state)
{
	(void)state;
	webhook("one");
	assert_int_equal(write_group(), ERR_OK);
	struct delivery *d = &w.jobs[0]->delivery;
	w.count = 0;
	d->deliver(d);
}

int main(void)
{
#define BREAK(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		BREAK(a_group_that_meets_every_refusal_writes_the_rest),
		BREAK(a_group_whose_statement_fails_anywhere_is_not_there_at_all),
		BREAK(a_start_that_fails_anywhere_can_be_tried_again),
		BREAK(money_that_is_no_word_of_ours_stops_its_sign_up_only),
		BREAK(of_several_damaged_rows_a_claim_names_the_first),
		BREAK(a_file_without_its_switch_takes_nothing),
		BREAK(a_sign_up_with_more_scopes_than_there_are_takes_no_money),
		BREAK(a_damaged_identity_is_not_gone_on_with),
		BREAK(a_wal_that_cannot_be_synced_while_it_is_copied_ends_all_writing),
		BREAK(a_disk_that_failed_is_not_asked_to_copy_either),
		BREAK(a_wal_that_grew_is_copied_and_begins_anew),
		BREAK(nothing_is_freed_without_harm),
		BREAK(what_is_asked_while_closing_is_answered),
		BREAK(a_write_that_nobody_waits_for_is_told_to_nobody),
	};
	disk_install();
	return CHECK_MAIN(tests);
}
