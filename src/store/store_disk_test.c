/*
 * A whole sign-up in the store while the disk fails at each call in turn, and
 * while the power goes at each write in turn.  Whatever happens: what was
 * answered OK (or was read back, which the engine acts on as well) is there
 * afterwards, whole, in an unbroken chain; what was not may be there or not,
 * but never half.
 *
 * POWER_COUNT and POWER_SEED: so many cuts at random, from this seed on.
 */
#include "store/store_test_kit.h"

#include <errno.h>
#include <sqlite3.h>

#include "tests/disk/disk.h"

#define LAST_VERSION 9
#define RESTART_VERSION 4
#define WEBHOOK_VERSION 5
#define SITTINGS_MOST 4
#define POINTS_MOST 2000
#ifdef __SANITIZE_ADDRESS__ /* several times slower */
#define STRIDE 4
#else
#define STRIDE 1
#endif

struct life {
	struct kit kit;
	struct order now;                  /* as it is in memory; version 0 before it is stored */
	struct order at[LAST_VERSION + 1]; /* what was asked to be stored, by version */
	int64_t told;                      /* the version that was answered OK or read */
	int64_t asked;                     /* the highest that may be there */
	bool is_webhook_told;
};

static struct life life; /* some 30 KiB */

static const int attempts_at[LAST_VERSION + 1] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};

/* ---- what is stored ---- */

static void plan(struct order *o, enum attempt_kind kind, int no)
{
	o->attempt = kit_attempt(o, no);
	o->attempt.kind = kind;
}

/* Each version on the way from the wish to the number that rings. */
static void advance(struct order *o)
{
	static const enum order_state states[LAST_VERSION + 1] = {ORDER_RECEIVED, ORDER_RECEIVED,
		ORDER_SEARCHING, ORDER_RESERVING, ORDER_BUYING, ORDER_ORDERED, ORDER_PROVISIONING,
		ORDER_IMPORTING, ORDER_VERIFYING, ORDER_ACTIVE};
	o->version++;
	o->state = states[o->version];
	switch (o->version) {
	case 3:
		kit_pin(o, "+14155550199");
		break;
	case 4:
		plan(o, ATTEMPT_BUY, 1);
		kit_plan(o);
		break;
	case 5:
		o->attempt.outcome = OUTCOME_ACCEPTED;
		TEXT_COPY(o->order_id, "4c5e6f70-0000-4000-8000-000000000001");
		break;
	case 6:
		o->is_owned = true;
		TEXT_COPY(o->number_id, "1293384261075731499");
		break;
	case 7:
		plan(o, ATTEMPT_IMPORT, 1);
		break;
	case 8:
		o->attempt.outcome = OUTCOME_ACCEPTED;
		TEXT_COPY(o->voice_id, "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63");
		break;
	}
}

static void begin_life(void)
{
	life = (struct life){.now = kit_order()};
	life.now.version = 0;
	kit_name(&life.kit);
}

/* ---- living ---- */

static void must_be(enum err_code code, enum err_code other, const struct err *e)
{
	if (code != ERR_OK && code != ERR_STORE_UNAVAILABLE && code != ERR_STORE_FAILED &&
		code != other)
		fail_msg("an answer of %s: %s", err_wire(code), e->message);
}

/* As far as it comes; whether it may work. */
static bool sit_down(void)
{
	struct kit *k = &life.kit;
	struct store_lease lease;
	struct err e = {0};
	k->loop = loop_new();
	enum err_code code = store_open(k->url, k->loop, &k->store, &e);
	if (code != ERR_OK) {
		must_be(code, ERR_OK, &e);
		assert_true(e.message[0] != '\0');
		k->store = NULL;
		return false;
	}
	code = store_lease_take(k->store, "http://127.0.0.1:8080", &lease, &e);
	must_be(code, ERR_OK, &e);
	return code == ERR_OK;
}

static void get_up(void)
{
	if (life.kit.store != NULL)
		kit_close(&life.kit);
	else
		life.kit.loop = loop_free(life.kit.loop);
}

static enum err_code store_it(const struct order *o, bool is_attempt)
{
	struct kit *k = &life.kit;
	struct store_event event = {.seq = o->event_seq, .at_ms = KIT_MS + o->version};
	TEXT_COPY(event.event, "step");
	TEXT_COPY(event.from, "received");
	TEXT_COPY(event.to, order_status(o->state));
	TEXT_COPY(event.detail, "one step further");
	TEXT_COPY(event.hash, o->event_hash);
	struct store_creation creation = {.idempotency_key = "the key", .source = "api"};
	if (o->version == 1)
		store_create(k->store, o, &creation, &event, kit_take_result, &kit_answer);
	else
		store_save(k->store, o, &event, is_attempt ? &o->attempt : NULL, kit_take_result,
			&kit_answer);
	kit_wait(k);
	return kit_answer.result.err.code;
}

/* The chain goes on from what is in memory. */
static void link_event(struct order *o)
{
	struct store_event event = {.seq = ++o->event_seq, .at_ms = KIT_MS + o->version};
	TEXT_COPY(event.event, "step");
	TEXT_COPY(event.from, "received");
	TEXT_COPY(event.to, order_status(o->state));
	TEXT_COPY(event.detail, "one step further");
	store_event_hash(&event, o->id, o->event_hash);
	TEXT_COPY(o->event_hash, event.hash);
}

static bool step_on(void)
{
	struct order next = life.now;
	advance(&next);
	link_event(&next);
	int64_t version = next.version;
	bool is_attempt = version == 4 || version == 5 || version == 7 || version == 8;
	life.at[version] = next;
	life.asked = version > life.asked ? version : life.asked;
	enum err_code code = store_it(&next, is_attempt);
	must_be(code, ERR_OK, &kit_answer.result.err);
	if (code != ERR_OK)
		return false;
	life.now = next;
	life.told = version;
	return true;
}

/* What the engine does when the store says no: it believes what it can read. */
static void read_again(void)
{
	enum err_code code = kit_load(&life.kit, life.now.id);
	/* SQLite calls a file that answers EIO malformed. */
	if (code != ERR_STORE_CORRUPT)
		must_be(code, life.told == 0 ? ERR_NOT_FOUND : ERR_OK, &kit_answer.err);
	if (code != ERR_OK)
		return;
	assert_in_range(kit_answer.orders[0].version, life.told, life.asked);
	life.now = life.at[kit_answer.orders[0].version];
	life.told = life.now.version;
}

static void tell_webhook(void)
{
	enum err_code code = kit_webhook(&life.kit, "telnyx", "event-1", "{}");
	must_be(code, ERR_OK, &kit_answer.result.err);
	life.is_webhook_told |= code == ERR_OK;
}

/* One process: until it is over, refused twice, or (once) ended in order. */
static void sit(bool is_first)
{
	int refusals = 0;
	while (life.now.version < LAST_VERSION && refusals < 2) {
		if (is_first && life.now.version == RESTART_VERSION)
			return;
		if (life.now.version == WEBHOOK_VERSION)
			tell_webhook();
		if (!step_on()) {
			refusals++;
			read_again();
		}
	}
}

static void live(void)
{
	for (int i = 0; i < SITTINGS_MOST && life.now.version < LAST_VERSION; i++) {
		if (sit_down()) {
			read_again();
			sit(i == 0);
		}
		get_up();
	}
}

/* ---- judging ---- */

/* The one value of a query over the file itself. */
static void ask_file(const char *sql, char *to, size_t to_bytes)
{
	sqlite3 *db;
	sqlite3_stmt *stmt;
	assert_int_equal(sqlite3_open(life.kit.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	text_copy(to, to_bytes, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static const char *judge_rows(void)
{
	struct kit *k = &life.kit;
	char told[64];
	enum err_code code = kit_load(k, life.now.id);
	int64_t version = code == ERR_OK ? kit_answer.orders[0].version : 0;
	if (code != ERR_OK && code != ERR_NOT_FOUND)
		return "the row cannot be read";
	if (version < life.told)
		return "what was answered is lost";
	if (version > life.asked)
		return "what was never asked is there";
	if (version > 0) {
		struct order expected = kit_stored_part(&life.at[version]);
		if (memcmp(&kit_answer.orders[0], &expected, sizeof(expected)) != 0)
			return "the row is not what was stored";
		if (kit_timeline(k, life.now.id, 0) != ERR_OK)
			return "the timeline is broken";
		if ((int64_t)kit_answer.count != version)
			return "the timeline and the row differ";
	}
	ask_file("SELECT count(*) FROM attempts", told, sizeof(told));
	if (told[0] != (char)('0' + attempts_at[version]))
		return "the attempts and the row differ";
	ask_file("PRAGMA integrity_check", told, sizeof(told));
	if (!text_is(told, "ok"))
		return "the file is damaged";
	if (kit_webhook(k, "telnyx", "event-1", "{}") != ERR_OK)
		return "a webhook is not taken";
	if (life.is_webhook_told && !kit_answer.result.is_repeat)
		return "a webhook that was answered is lost";
	return NULL;
}

/* On a good disk; NULL when all is as it was promised. */
static const char *judge(void)
{
	if (!sit_down())
		return "the database is not opened again";
	const char *wrong = judge_rows();
	get_up();
	return wrong;
}

/* ---- a call that fails ---- */

struct kind {
	const char *name;
	struct disk_fault fault;
};

static const struct kind kinds[] = {
	{"a full disk", {DISK_BIT(DISK_WRITE), 0, ENOSPC, false, false}},
	{"a disk that fills up", {DISK_BIT(DISK_WRITE), 0, ENOSPC, true, true}},
	{"a quota", {DISK_BIT(DISK_WRITE), 0, EDQUOT, false, false}},
	{"writes that fail", {DISK_BIT(DISK_WRITE), 0, EIO, true, true}},
	{"a write that is short", {DISK_BIT(DISK_WRITE), 0, 0, false, false}},
	{"a sync that fails once", {DISK_BIT(DISK_SYNC), 0, EIO, false, false}},
	{"syncs that fail", {DISK_BIT(DISK_SYNC), 0, EIO, true, false}},
	{"a sync without room", {DISK_BIT(DISK_SYNC), 0, ENOSPC, false, false}},
	{"a truncation that fails", {DISK_BIT(DISK_TRUNCATE), 0, EIO, false, false}},
	{"truncations that fail", {DISK_BIT(DISK_TRUNCATE), 0, EROFS, true, false}},
	{"an open that fails", {DISK_BIT(DISK_OPEN), 0, EMFILE, false, false}},
	{"opens that fail", {DISK_BIT(DISK_OPEN), 0, EACCES, true, false}},
	{"a mapping that fails", {DISK_BIT(DISK_MAP), 0, ENOMEM, false, false}},
	{"mappings that fail", {DISK_BIT(DISK_MAP), 0, ENOMEM, true, false}},
	{"a read that fails", {DISK_BIT(DISK_READ), 0, EIO, false, false}},
	{"reads that fail", {DISK_BIT(DISK_READ), 0, EIO, true, false}},
	{"a read that is short", {DISK_BIT(DISK_READ), 0, 0, false, false}},
};

/* Whether the fault was reached. */
static bool live_with(const struct kind *kind, int at)
{
	struct disk_fault fault = kind->fault;
	fault.at = at;
	begin_life();
	disk_break(&fault);
	live();
	bool has_struck = disk_mend();
	const char *wrong = judge();
	if (wrong == NULL && life.now.version < LAST_VERSION) {
		if (sit_down()) {
			read_again();
			sit(false);
		}
		get_up();
		wrong = life.now.version == LAST_VERSION ? judge() : "it does not go on";
	}
	if (wrong != NULL)
		fail_msg("%s, call %d: %s (told %d, asked %d)", kind->name, at, wrong,
			(int)life.told, (int)life.asked);
	return has_struck;
}

static void a_life_survives_each_call_that_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		int at = 1;
		for (; live_with(&kinds[i], at); at += STRIDE)
			assert_true(at < POINTS_MOST);
		printf("%s: up to call %d, every %d in turn\n", kinds[i].name, at - STRIDE, STRIDE);
		assert_true(at > 1);
	}
}

/* ---- the power goes ---- */

/* After the cut: what the disk kept, as a database of its own. */
static const char *judge_image(uint64_t seed)
{
	char from[sizeof(life.kit.path)];
	TEXT_COPY(from, life.kit.path);
	(void)disk_mend();
	disk_power_cut(0);
	kit_name(&life.kit);
	disk_power_image(from, life.kit.path, seed);
	disk_power_end();
	return judge();
}

/* A life whose power goes at the at-th write; false when it came to its end. */
static bool cut_at(int at, uint64_t seed, const char **ret_wrong)
{
	begin_life();
	disk_power_record();
	disk_power_cut(at);
	live();
	bool is_cut = disk_power_is_cut();
	*ret_wrong = judge_image(seed);
	return is_cut;
}

static void nothing_answered_is_lost_with_the_power(void **state)
{
	(void)state;
	const char *wrong;
	int at = 1;
	for (bool is_cut = true; is_cut; at += STRIDE) {
		for (uint64_t seed = 0; seed < 2; seed++) {
			is_cut = cut_at(at, seed, &wrong);
			if (wrong != NULL)
				fail_msg(
					"power cut at write %d, seed %d: %s", at, (int)seed, wrong);
		}
		assert_true(at < POINTS_MOST);
	}
	printf("power cut up to write %d, every %d in turn, two ways each\n", at - 2 * STRIDE,
		STRIDE);
}

/* ---- more of it, at random ---- */

static int64_t number_from(const char *name, int64_t otherwise)
{
	int64_t value = otherwise;
	const char *text = getenv(name);
	if (text != NULL && *text != '\0' && !text_to_int(text, 0, INT64_MAX, &value))
		fail_msg("%s is not a number", name);
	return value;
}

/* A sync that fails now and then, the power that goes at any time. */
static const char *live_badly(uint64_t seed)
{
	const char *wrong;
	uint64_t chance = seed;
	struct disk_fault fault = {.calls = DISK_BIT(DISK_SYNC), .error = EIO};
	if (disk_chance(&chance, 2) == 0) {
		fault.at = 1 + (int)disk_chance(&chance, 30);
		disk_break(&fault);
	}
	(void)cut_at(1 + (int)disk_chance(&chance, 300), seed, &wrong);
	return wrong;
}

static void power_cuts_at_random(void **state)
{
	(void)state;
	int64_t count = number_from("POWER_COUNT", 300);
	uint64_t first = (uint64_t)number_from("POWER_SEED", 1);
	for (int64_t i = 0; i < count; i++) {
		const char *wrong = live_badly(first + (uint64_t)i);
		if (wrong != NULL)
			fail_msg("POWER_SEED=%lld: %s", (long long)(first + (uint64_t)i), wrong);
	}
	printf("%lld power cuts at random, from seed %lld on\n", (long long)count,
		(long long)first);
}

/* The test's own test: the wrong design that it is there to catch. */
static void a_commit_that_is_not_synced_is_caught(void **state)
{
	(void)state;
	int at = 1, lost = 0;
	const char *wrong;
	disk_relax(true);
	while (at < POINTS_MOST && lost < 10 && cut_at(at, 0, &wrong)) {
		lost += wrong != NULL;
		at++;
	}
	disk_relax(false);
	printf("synchronous=NORMAL loses at %d of the first %d writes\n", lost, at - 1);
	assert_true(lost > 0);
}

int main(void)
{
	id_init();
	disk_install();
	const struct CMUnitTest tests[] = {
		CHECK(a_life_survives_each_call_that_fails),
		CHECK(nothing_answered_is_lost_with_the_power),
		CHECK(power_cuts_at_random),
		CHECK(a_commit_that_is_not_synced_is_caught),
	};
	int failed = CHECK_MAIN(tests);
	kit_forget();
	return failed;
}
