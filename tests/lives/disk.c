/*
 * disk.c - the store in memory: store.h's contract, its failures, its end.
 *
 * Writes wait in a line; each becomes durable at one moment and is answered at
 * a later one, so that the power can fail between the two.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/lives/life.h"

struct op {
	struct due durable, tell;
	struct order order;
	struct store_creation creation;
	struct store_event event;
	struct attempt attempt; /* kind NONE: none */
	struct store_claim claim;
	struct order claimed[CUSTOMERS_MOST];
	size_t claimed_count;
	bool is_create, is_claim, is_sure, is_written;
	struct store_result result;
	store_done done;
	store_orders_done claim_done;
	void *arg;
	struct op *next;
};

struct read {
	struct due tell;
	char id[ID_BYTES];
	struct store_query query;
	bool is_list;
	store_orders_done done;
	store_control_done control_done; /* instead: the switch is asked for */
	void *arg;
	struct read *next;
};

static struct {
	struct store base;
	struct row rows[CUSTOMERS_MOST];    /* as acknowledged */
	struct row durable[CUSTOMERS_MOST]; /* differs with eager_store only */
	struct due sync;
	struct op *first_op, *spare_op;
	struct read *first_read, *spare_read;
	int64_t durable_ms, tell_ms;
	int64_t epoch;
	int64_t held_until_ms[WORKERS_EVER]; /* by the worker's number */
	struct store_control control;
	bool is_off;
} disk;

const struct row *disk_rows(void)
{
	return disk.durable;
}

bool disk_is_idle(void)
{
	return disk.first_op == NULL && disk.first_read == NULL;
}

void disk_wipe(void)
{
	must(disk_is_idle());
	vtime_clear(&disk.sync);
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		disk.rows[i].is_used = disk.durable[i].is_used = false;
	disk.epoch = 0;
	disk.control = (struct store_control){0};
}

static struct row *find(const char *id)
{
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (disk.rows[i].is_used && text_is(disk.rows[i].order.id, id))
			return &disk.rows[i];
	return NULL;
}

static void sync_now(void *arg);

/* --- uniqueness, as the schema has it --- */

static void refuse(struct op *op, enum err_code code, const struct row *other, const char *why)
{
	err_set(&op->result.err, code, "%s", why);
	TEXT_COPY(op->result.existing_id, other != NULL ? other->order.id : "");
}

static bool is_live(const struct order *o)
{
	return o->state != ORDER_FAILED && o->state != ORDER_CANCELLED &&
	       o->state != ORDER_RELEASED;
}

static bool meets_another(struct op *op, const char *duplicate_key)
{
	const struct order *o = &op->order;
	for (int i = 0; i < CUSTOMERS_MOST; i++) {
		struct row *r = &disk.rows[i];
		if (!r->is_used || text_is(r->order.id, o->id))
			continue;
		if (is_live(o) && is_live(&r->order) &&
			text_is(duplicate_key, r->creation.duplicate_key)) {
			refuse(op, ERR_DUPLICATE_SIGNUP, r, "this business has another sign-up");
			return true;
		}
		if (life.mutant != MUTANT_NO_UNIQUENESS && order_holds_number(o) &&
			order_holds_number(&r->order) && text_is(o->number, r->order.number)) {
			refuse(op, ERR_NUMBER_TAKEN, r, "the number is held by another sign-up");
			return true;
		}
	}
	return false;
}

static bool is_repeat(struct op *op)
{
	const char *key = op->creation.idempotency_key;
	for (int i = 0; key[0] != '\0' && i < CUSTOMERS_MOST; i++) {
		struct row *r = &disk.rows[i];
		if (!r->is_used || !text_is(r->creation.idempotency_key, key))
			continue;
		if (text_is(r->creation.fingerprint, op->creation.fingerprint)) {
			op->result.is_repeat = true;
			TEXT_COPY(op->result.existing_id, r->order.id);
		} else {
			refuse(op, ERR_IDEMPOTENCY_KEY_REUSED, r, "the key was used before");
		}
		return true;
	}
	return false;
}

static bool take_attempt(struct op *op, struct row *row)
{
	const struct attempt *a = &op->attempt;
	struct attempt *same = NULL;
	if (a->kind == ATTEMPT_NONE)
		return true;
	for (int i = 0; i < row->attempt_count; i++) {
		struct attempt *other = &row->attempts[i];
		bool is_same = other->kind == a->kind && other->no == a->no;
		if (is_same)
			same = other;
		else if (a->outcome == OUTCOME_OPEN && other->outcome == OUTCOME_OPEN)
			return false;
	}
	if (same != NULL && !text_is(same->number, a->number))
		return false;
	if (same == NULL) {
		must(row->attempt_count < ROW_ATTEMPTS);
		same = &row->attempts[row->attempt_count++];
	}
	*same = *a;
	return true;
}

/* What is not stored reads as zero. */
static void store_order(struct row *row, const struct order *order)
{
	row->order = *order;
	row->order.round = 0;
	memset(row->order.asked, 0, sizeof(row->order.asked));
}

static struct row *spare_row(void)
{
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (!disk.rows[i].is_used)
			return &disk.rows[i];
	must(!"more sign-ups than customers");
	return NULL;
}

static struct row *write_create(struct op *op)
{
	if (is_repeat(op) || meets_another(op, op->creation.duplicate_key))
		return NULL;
	struct row *row = spare_row();
	row->is_used = true;
	row->attempt_count = 0;
	row->creation = op->creation;
	store_order(row, &op->order);
	return row;
}

static struct row *write_save(struct op *op)
{
	struct row *row = find(op->order.id);
	if (row == NULL)
		refuse(op, ERR_NOT_FOUND, NULL, "there is no such sign-up to save");
	else if (row->order.version != op->order.version - 1 ||
		 row->order.event_seq != op->event.seq - 1)
		refuse(op, ERR_STORE_CONFLICT, NULL, "saved by somebody else meanwhile");
	else if (meets_another(op, row->creation.duplicate_key))
		return NULL;
	else if (!take_attempt(op, row))
		refuse(op, ERR_STORE_CONFLICT, NULL, "another attempt is open");
	else {
		store_order(row, &op->order);
		return row;
	}
	return NULL;
}

/* --- claims --- */

static bool is_free(const struct row *row, const struct store_claim *claim)
{
	int64_t worker = row->order.worker;
	return row->is_used && !order_is_over(row->order.state) && worker != claim->worker &&
	       disk.held_until_ms[worker] <= claim->now_ms;
}

static void grant(struct op *op, struct row *row)
{
	if (row->order.worker != op->claim.worker) {
		row->order.worker = op->claim.worker;
		row->order.version++;
		life_trace("store   %s v%lld is given to worker %lld", row->order.name,
			(long long)row->order.version, (long long)op->claim.worker);
	}
	op->claimed[op->claimed_count++] = row->order;
}

static void write_claim(struct op *op)
{
	const struct store_claim *claim = &op->claim;
	op->is_written = true;
	disk.held_until_ms[claim->worker] = claim->until_ms;
	struct row *one = claim->id[0] != '\0' ? find(claim->id) : NULL;
	if (one != NULL)
		grant(op, one);
	else if (claim->id[0] != '\0')
		refuse(op, ERR_NOT_FOUND, NULL, "there is no such sign-up");
	else
		for (int i = 0; i < CUSTOMERS_MOST; i++)
			if (is_free(&disk.rows[i], claim))
				grant(op, &disk.rows[i]);
	if (op->claimed_count > 0)
		sync_now(NULL);
}

static void sync_now(void *arg)
{
	(void)arg;
	for (int i = 0; i < CUSTOMERS_MOST; i++) {
		if (!disk.rows[i].is_used)
			continue;
		struct row *was = &disk.durable[i];
		if (was->is_used && was->order.version == disk.rows[i].order.version)
			continue;
		static struct row before;
		before = *was;
		*was = disk.rows[i];
		judge_save(before.is_used ? &before : NULL, was);
	}
}

static void write(struct op *op)
{
	if (op->is_claim) {
		write_claim(op);
		return;
	}
	op->is_written = true;
	struct row *row = op->is_create ? write_create(op) : write_save(op);
	if (row == NULL)
		return;
	life_print_in(&op->event.hash, 16);
	life_trace("store   %s v%lld %s -> %s (%s) number %s attempt %d/%s", row->order.name,
		(long long)row->order.version, op->event.event, order_state_wire(row->order.state),
		op->event.detail, row->order.number, row->order.attempt.no,
		attempt_outcome_wire(row->order.attempt.outcome));
	if (life.mutant != MUTANT_EAGER_STORE)
		sync_now(NULL);
	else if (disk.sync.place == 0)
		vtime_set(&disk.sync, dice_between(&life.dice, FAULT_COUNT, 1, 2000));
}

/* --- the line of writes --- */

static void become_durable(void *arg)
{
	struct op *op = arg;
	if (dice_strikes(&life.dice, FAULT_STORE_FAILS)) {
		op->is_written = true;
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "the disk failed");
		life_trace("store   %s fails, not done", op->is_claim ? "claim" : op->event.event);
		return;
	}
	write(op);
	if (!op->is_sure && op->result.err.code == ERR_OK) {
		op->result = (struct store_result){0};
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "the disk failed");
		life_trace("store   %s fails, yet it is done",
			op->is_claim ? "claim" : op->event.event);
	}
}

static void end_op(struct op *op)
{
	struct op **at = &disk.first_op;
	while (*at != op)
		at = &(*at)->next;
	*at = op->next;
	vtime_clear(&op->durable);
	vtime_clear(&op->tell);
	op->next = disk.spare_op;
	disk.spare_op = op;
	/* What `done` asks for may take the spare one: keep the answer. */
	struct store_result result = op->result;
	if (!op->is_claim) {
		op->done(op->arg, &result);
		return;
	}
	struct order claimed[CUSTOMERS_MOST];
	size_t count = result.err.code == ERR_OK ? op->claimed_count : 0;
	memcpy(claimed, op->claimed, count * sizeof(*claimed));
	op->claim_done(op->arg, &result.err, claimed, count);
}

static void tell_op(void *arg)
{
	end_op(arg);
}

static struct op *op_new(void *arg)
{
	struct op *op = disk.spare_op;
	if (op != NULL)
		disk.spare_op = op->next;
	else
		op = must_calloc(1, sizeof(*op));
	op->durable = (struct due){.func = become_durable, .arg = op, .is_ours = true};
	op->tell = (struct due){.func = tell_op, .arg = op, .is_ours = true};
	op->attempt.kind = ATTEMPT_NONE;
	op->is_create = op->is_claim = op->is_written = false;
	op->is_sure = true;
	op->result = (struct store_result){0};
	op->arg = arg;
	op->next = NULL;
	struct op **at = &disk.first_op;
	while (*at != NULL)
		at = &(*at)->next;
	*at = op;
	return op;
}

static struct op *op_of_order(
	const struct order *order, const struct store_event *event, store_done done, void *arg)
{
	struct op *op = op_new(arg);
	op->order = *order;
	op->event = *event;
	op->done = done;
	return op;
}

static void enqueue(struct op *op)
{
	int64_t now_ms = vtime_now();
	int64_t takes_ms = 1;
	if (disk.is_off) {
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "numberd is stopping");
		op->is_written = true;
		vtime_set(&op->tell, 0);
		return;
	}
	if (dice_strikes(&life.dice, FAULT_STORE_SLOW))
		takes_ms = dice_scale(&life.dice, FAULT_STORE_SLOW, 20, 9000);
	op->is_sure =
		!dice_strikes(&life.dice, op->is_create ? FAULT_CREATE_UNSURE : FAULT_STORE_UNSURE);
	disk.durable_ms = (disk.durable_ms > now_ms ? disk.durable_ms : now_ms) + takes_ms;
	disk.tell_ms = (disk.tell_ms > disk.durable_ms ? disk.tell_ms : disk.durable_ms) + 1;
	vtime_set(&op->durable, disk.durable_ms - now_ms);
	if (life.mutant == MUTANT_EAGER_SEND)
		vtime_set(&op->tell, 0);
	else
		vtime_set(&op->tell, disk.tell_ms - now_ms);
}

static void disk_create(struct store *s, const struct order *order,
	const struct store_creation *creation, const struct store_event *event, store_done done,
	void *arg)
{
	(void)s;
	struct op *op = op_of_order(order, event, done, arg);
	op->is_create = true;
	op->creation = *creation;
	enqueue(op);
}

static void disk_save(struct store *s, const struct order *order, const struct store_event *event,
	const struct attempt *attempt_or_null, store_done done, void *arg)
{
	(void)s;
	struct op *op = op_of_order(order, event, done, arg);
	if (attempt_or_null != NULL)
		op->attempt = *attempt_or_null;
	enqueue(op);
}

static void disk_claim(
	struct store *s, const struct store_claim *claim, store_orders_done done, void *arg)
{
	(void)s;
	struct op *op = op_new(arg);
	op->is_claim = true;
	op->claim = *claim;
	op->claimed_count = 0;
	op->claim_done = done;
	enqueue(op);
}

/* --- reading --- */

static bool is_wanted(const struct read *read, const struct row *row)
{
	if (!row->is_used)
		return false;
	if (!read->is_list)
		return text_is(row->order.id, read->id);
	if (read->query.name[0] != '\0')
		return text_is(row->order.name, read->query.name);
	if (!read->query.unfinished_only)
		return true;
	return !order_is_over(row->order.state) && strcmp(row->order.id, read->query.after_id) > 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct order *)a)->id, ((const struct order *)b)->id);
}

static void tell_read(void *arg)
{
	struct read *read = arg;
	struct read **at = &disk.first_read;
	static struct order found[CUSTOMERS_MOST];
	struct order told[CUSTOMERS_MOST];
	size_t count = 0;
	struct err e = {0};
	while (*at != read)
		at = &(*at)->next;
	*at = read->next;
	vtime_clear(&read->tell);
	read->next = disk.spare_read;
	disk.spare_read = read;
	if (read->control_done != NULL) {
		if (disk.is_off || dice_strikes(&life.dice, FAULT_STORE_FAILS))
			err_set(&e, ERR_STORE_UNAVAILABLE, "the disk failed");
		read->control_done(read->arg, &e, &disk.control);
		return;
	}
	if (disk.is_off ||
		dice_strikes(&life.dice, read->is_list ? FAULT_LIST_FAILS : FAULT_STORE_FAILS))
		err_set(&e, ERR_STORE_UNAVAILABLE, "the disk failed");
	for (int i = 0; e.code == ERR_OK && i < CUSTOMERS_MOST; i++)
		if (is_wanted(read, &disk.rows[i]))
			found[count++] = disk.rows[i].order;
	qsort(found, count, sizeof(*found), compare);
	if (read->is_list && !read->query.unfinished_only && count > 1) {
		found[0] = found[count - 1]; /* the newest */
		count = 1;
	}
	memcpy(told, found, count * sizeof(*found));
	read->done(read->arg, &e, told, count);
}

static struct read *read_later(bool is_list, const char *id, const struct store_query *query,
	store_orders_done done, void *arg)
{
	struct read *read = disk.spare_read;
	if (read != NULL)
		disk.spare_read = read->next;
	else
		read = must_calloc(1, sizeof(*read));
	*read = (struct read){.is_list = is_list, .done = done, .arg = arg};
	read->tell = (struct due){.func = tell_read, .arg = read, .is_ours = true};
	TEXT_COPY(read->id, id);
	if (query != NULL)
		read->query = *query;
	read->next = disk.first_read;
	disk.first_read = read;
	vtime_set(&read->tell, 1);
	return read;
}

static void disk_read_control(struct store *s, store_control_done done, void *arg)
{
	(void)s;
	read_later(false, "", NULL, NULL, arg)->control_done = done;
}

/* The switch is not what these lives are about: it is durable at once. */
static void disk_set_control(
	struct store *s, const struct store_control *control, store_done done, void *arg)
{
	(void)s;
	struct op *op = op_new(arg);
	disk.control = *control;
	op->done = done;
	op->is_written = true;
	vtime_set(&op->tell, 1);
}

static void disk_load(struct store *s, const char *id, store_orders_done done, void *arg)
{
	(void)s;
	(void)read_later(false, id, NULL, done, arg);
}

static void disk_list(
	struct store *s, const struct store_query *query, store_orders_done done, void *arg)
{
	(void)s;
	/* All that the engine asks for by itself: these, the newest, one by name. */
	must(query->unfinished_only || query->limit == 1);
	(void)read_later(true, "", query, done, arg);
}

static enum err_code disk_identity(
	struct store *s, const uint8_t *key_or_null, struct store_identity *ret, struct err *e)
{
	(void)s;
	(void)key_or_null;
	(void)e;
	*ret = (struct store_identity){.instance = "abcdef", .key = {1, 2, 3}};
	return ERR_OK;
}

static enum err_code disk_lease(
	struct store *s, const char *url, struct store_lease *ret, struct err *e)
{
	(void)s;
	(void)url;
	(void)e;
	must(disk.epoch + 1 < WORKERS_EVER);
	memset(disk.held_until_ms, 0, sizeof(disk.held_until_ms));
	*ret = (struct store_lease){.epoch = ++disk.epoch, .pid = 1};
	return ERR_OK;
}

static struct store *disk_free(struct store *s)
{
	(void)s;
	return NULL;
}

struct store *disk_new(void)
{
	static const struct store_ops ops = {.create = disk_create,
		.save = disk_save,
		.claim = disk_claim,
		.set_control = disk_set_control,
		.read_control = disk_read_control,
		.load = disk_load,
		.list = disk_list,
		.identity = disk_identity,
		.lease_take = disk_lease,
		.free = disk_free};
	must(disk_is_idle());
	disk.base.ops = &ops;
	disk.sync.func = sync_now;
	disk.is_off = false;
	disk.durable_ms = disk.tell_ms = 0;
	return &disk.base;
}

/* The first few of the line may still have made it. */
void disk_crash(void)
{
	uint64_t made = dice_roll(&life.dice, FAULT_CRASH) % 3;
	vtime_clear(&disk.sync);
	for (struct op *op = disk.first_op; op != NULL && life.dice.is_on; op = op->next)
		if (!op->is_written && made-- > 0)
			write(op);
		else if (!op->is_written)
			break;
	disk.is_off = true;
	while (!disk_is_idle()) {
		struct op *op = disk.first_op;
		if (op == NULL) {
			tell_read(disk.first_read);
			continue;
		}
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "the process ended");
		end_op(op);
	}
	vtime_clear(&disk.sync);
	memcpy(disk.rows, disk.durable, sizeof(disk.rows));
}
