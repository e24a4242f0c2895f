/*
 * disk.c - the store in memory: store.h's contract, its failures, its end.
 *
 * Each process has a connection of its own to the one memory.  Its writes wait
 * in a line; each becomes durable at one moment and is answered at a later one,
 * so that the process can end, or lose its lease, between the two.  What is read
 * has been a row: it goes through the codec of order_row.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/order_row.h"
#include "tests/lives/life.h"

enum op_kind { OP_CREATE, OP_SAVE, OP_CLAIM };

/* One process's connection. */
struct connection {
	struct store base;
	int process;
	int64_t worker; /* its number, of the last lease_take */
	int64_t durable_ms, tell_ms;
	int64_t cut_off_until_ms;
	bool is_off;
};

struct op {
	struct due durable, tell;
	struct connection *from;
	enum op_kind kind;
	struct order order;
	struct store_creation creation;
	struct store_event event;
	struct attempt attempt; /* kind NONE: none */
	struct store_claim claim;
	struct order claimed[CUSTOMERS_MOST];
	size_t claimed_count;
	bool is_sure, is_written;
	struct store_result result;
	store_done done;
	store_orders_done claim_done;
	void *arg;
	struct op *next;
};

struct read {
	struct due tell;
	struct connection *from;
	char id[ID_BYTES];
	struct store_query query;
	bool is_list;
	store_orders_done done;
	store_control_done control_done; /* instead: the switch is asked for */
	void *arg;
	struct read *next;
};

static struct {
	struct connection connections[VTIME_PROCESSES + 1];
	struct row rows[CUSTOMERS_MOST];    /* as acknowledged */
	struct row durable[CUSTOMERS_MOST]; /* differs with eager_store only */
	struct due sync;
	struct op *first_op, *spare_op;
	struct read *first_read, *spare_read;
	int64_t workers;
	int64_t held_until_ms[WORKERS_EVER]; /* by the worker's number */
	struct store_control control;
	uint64_t reads; /* of rows, in this life */
} disk;

const struct row *disk_rows(void)
{
	return disk.durable;
}

static bool is_of(const struct connection *c, int process)
{
	return process == 0 || c->process == process;
}

static struct op *first_op_of(int process)
{
	struct op *op = disk.first_op;
	while (op != NULL && !is_of(op->from, process))
		op = op->next;
	return op;
}

static struct read *first_read_of(int process)
{
	struct read *read = disk.first_read;
	while (read != NULL && !is_of(read->from, process))
		read = read->next;
	return read;
}

bool disk_is_idle(int process)
{
	return first_op_of(process) == NULL && first_read_of(process) == NULL;
}

void disk_wipe(void)
{
	must(disk_is_idle(0));
	vtime_clear(&disk.sync);
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		disk.rows[i].is_used = disk.durable[i].is_used = false;
	memset(disk.held_until_ms, 0, sizeof(disk.held_until_ms));
	disk.workers = 0;
	disk.reads = 0;
	disk.control = (struct store_control){0};
}

static struct row *find(const char *id)
{
	for (int i = 0; i < CUSTOMERS_MOST; i++)
		if (disk.rows[i].is_used && text_is(disk.rows[i].order.id, id))
			return &disk.rows[i];
	return NULL;
}

/* --- rows --- */

/* What is not stored reads as zero. */
static void store_order(struct row *row, const struct order *order)
{
	row->order = *order;
	row->order.round = 0;
	memset(row->order.asked, 0, sizeof(row->order.asked));
}

/* One read in four goes through the codec: all of them would be a fifth of a
 * life's time. */
static void read_order(const struct row *row, struct order *ret)
{
	if (disk.reads++ % 4 != 0) {
		*ret = row->order;
		return;
	}
	static struct str texts;
	int64_t cells[ROW_COLUMNS];
	struct row_cell read[ROW_COLUMNS];
	struct err e = {0};
	if (texts.max_bytes == 0)
		str_init(&texts, ROW_TEXT_MAX);
	str_clear(&texts);
	order_row_write(&row->order, 0, ROW_COLUMNS, cells, &texts);
	must(str_ok(&texts));
	for (int i = 0; i < ROW_COLUMNS; i++) {
		bool is_text = order_row_column(i).is_text && cells[i] != ROW_NULL;
		read[i] = (struct row_cell){
			.number = cells[i], .text = is_text ? texts.text + cells[i] : NULL};
	}
	if (order_row_read(read, ret, &e) != ERR_OK)
		judge_broken("codec", "a row that was stored cannot be read: %s", e.message);
}

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

/* --- writing --- */

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

static bool is_next_version(const struct op *op, const struct row *row)
{
	return row->order.version == op->order.version - 1 &&
	       row->order.event_seq == op->event.seq - 1;
}

static struct row *write_save(struct op *op)
{
	struct row *row = find(op->order.id);
	if (row == NULL) {
		refuse(op, ERR_NOT_FOUND, NULL, "there is no such sign-up to save");
		return NULL;
	}
	if (!is_next_version(op, row) && life.mutant != MUTANT_NO_CAS) {
		refuse(op, ERR_STORE_CONFLICT, NULL, "saved by somebody else meanwhile");
		return NULL;
	}
	judge_decides(row, op->from->worker);
	if (meets_another(op, row->creation.duplicate_key))
		return NULL;
	if (!take_attempt(op, row)) {
		refuse(op, ERR_STORE_CONFLICT, NULL, "another attempt is open");
		return NULL;
	}
	store_order(row, &op->order);
	return row;
}

static void sync_now(void *arg)
{
	(void)arg;
	for (int i = 0; i < CUSTOMERS_MOST; i++) {
		if (!disk.rows[i].is_used)
			continue;
		struct row *was = &disk.durable[i];
		if (was->is_used && was->order.version == disk.rows[i].order.version &&
			life.mutant != MUTANT_NO_CAS)
			continue;
		static struct row before;
		before = *was;
		*was = disk.rows[i];
		judge_save(before.is_used ? &before : NULL, was);
	}
}

static void sync_in_time(void)
{
	if (life.mutant != MUTANT_EAGER_STORE)
		sync_now(NULL);
	else if (disk.sync.place == 0)
		vtime_set(&disk.sync, dice_between(&life.dice, FAULT_NONE, 1, 2000));
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
	read_order(row, &op->claimed[op->claimed_count++]);
}

static void write_claim(struct op *op)
{
	const struct store_claim *claim = &op->claim;
	struct row *one = claim->id[0] != '\0' ? find(claim->id) : NULL;
	disk.held_until_ms[claim->worker] = claim->until_ms;
	if (one != NULL)
		grant(op, one);
	else if (claim->id[0] != '\0')
		refuse(op, ERR_NOT_FOUND, NULL, "there is no such sign-up");
	else
		for (int i = 0; i < CUSTOMERS_MOST; i++)
			if (is_free(&disk.rows[i], claim))
				grant(op, &disk.rows[i]);
	if (op->claimed_count > 0)
		sync_in_time();
}

static void write(struct op *op)
{
	op->is_written = true;
	if (op->kind == OP_CLAIM) {
		write_claim(op);
		return;
	}
	struct row *row = op->kind == OP_CREATE ? write_create(op) : write_save(op);
	if (row == NULL)
		return;
	life_print_in(&op->event.hash, 16);
	life_trace("store   %s v%lld %s -> %s (%s) number %s attempt %d/%s", row->order.name,
		(long long)row->order.version, op->event.event, order_state_wire(row->order.state),
		op->event.detail, row->order.number, row->order.attempt.no,
		attempt_outcome_wire(row->order.attempt.outcome));
	sync_in_time();
}

/* --- the line of writes --- */

static const char *what(const struct op *op)
{
	return op->kind == OP_CLAIM ? "claim" : op->event.event;
}

static bool is_cut_off(const struct connection *c)
{
	return c->cut_off_until_ms > vtime_now();
}

static void become_durable(void *arg)
{
	struct op *op = arg;
	if (is_cut_off(op->from) || dice_strikes(&life.dice, FAULT_STORE_FAILS)) {
		op->is_written = true;
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "the disk failed");
		life_trace("store   %s fails, not done", what(op));
		return;
	}
	write(op);
	if (!op->is_sure && op->result.err.code == ERR_OK) {
		op->result = (struct store_result){0};
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "the disk failed");
		life_trace("store   %s fails, yet it is done", what(op));
	}
}

/* What `done` asks for may take the spare one: the answer is kept first. */
static void tell(const struct op *op)
{
	struct store_result result = op->result;
	if (op->kind != OP_CLAIM) {
		op->done(op->arg, &result);
		return;
	}
	struct order claimed[CUSTOMERS_MOST];
	size_t count = result.err.code == ERR_OK ? op->claimed_count : 0;
	memcpy(claimed, op->claimed, count * sizeof(*claimed));
	op->claim_done(op->arg, &result.err, claimed, count);
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
	tell(op);
}

static void tell_op(void *arg)
{
	end_op(arg);
}

/* A lone process's disk stops with it; a store that is shared does not. */
static struct op *op_new(struct store *s, enum op_kind kind, void *arg)
{
	struct op *op = disk.spare_op;
	if (op != NULL)
		disk.spare_op = op->next;
	else
		op = must_calloc(1, sizeof(*op));
	op->from = (struct connection *)s;
	op->kind = kind;
	op->durable = (struct due){.func = become_durable,
		.arg = op,
		.process = life.worker_count > 1 ? 0 : op->from->process};
	op->tell = (struct due){.func = tell_op, .arg = op, .process = op->from->process};
	op->attempt.kind = ATTEMPT_NONE;
	op->claimed_count = 0;
	op->is_written = false;
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

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void enqueue(struct op *op)
{
	struct connection *c = op->from;
	int64_t now_ms = vtime_now();
	int64_t takes_ms = 1;
	if (c->is_off) {
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "numberd is stopping");
		op->is_written = true;
		vtime_set(&op->tell, 0);
		return;
	}
	if (dice_strikes(&life.dice, FAULT_STORE_SLOW))
		takes_ms = dice_scale(&life.dice, FAULT_STORE_SLOW, 20, 9000);
	op->is_sure = !dice_strikes(
		&life.dice, op->kind == OP_CREATE ? FAULT_CREATE_UNSURE : FAULT_STORE_UNSURE);
	c->durable_ms = later(c->durable_ms, now_ms) + takes_ms;
	c->tell_ms = later(c->tell_ms, c->durable_ms) + 1;
	vtime_set(&op->durable, c->durable_ms - now_ms);
	if (life.mutant == MUTANT_EAGER_SEND)
		vtime_set(&op->tell, 0);
	else
		vtime_set(&op->tell, c->tell_ms - now_ms);
}

static void disk_create(struct store *s, const struct order *order,
	const struct store_creation *creation, const struct store_event *event, store_done done,
	void *arg)
{
	struct op *op = op_new(s, OP_CREATE, arg);
	op->order = *order;
	op->event = *event;
	op->creation = *creation;
	op->done = done;
	enqueue(op);
}

static void disk_save(struct store *s, const struct order *order, const struct store_event *event,
	const struct attempt *attempt_or_null, store_done done, void *arg)
{
	struct op *op = op_new(s, OP_SAVE, arg);
	op->order = *order;
	op->event = *event;
	if (attempt_or_null != NULL)
		op->attempt = *attempt_or_null;
	op->done = done;
	enqueue(op);
}

static void disk_claim(
	struct store *s, const struct store_claim *claim, store_orders_done done, void *arg)
{
	struct op *op = op_new(s, OP_CLAIM, arg);
	op->claim = *claim;
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

static int compare_back(const void *a, const void *b)
{
	return compare(b, a);
}

static void tell_read(void *arg)
{
	struct read *read = arg;
	struct read **at = &disk.first_read;
	struct order told[CUSTOMERS_MOST];
	size_t count = 0;
	struct err e = {0};
	while (*at != read)
		at = &(*at)->next;
	*at = read->next;
	vtime_clear(&read->tell);
	read->next = disk.spare_read;
	disk.spare_read = read;
	if (read->from->is_off || is_cut_off(read->from) ||
		dice_strikes(&life.dice, read->is_list ? FAULT_LIST_FAILS : FAULT_STORE_FAILS))
		err_set(&e, ERR_STORE_UNAVAILABLE, "the disk failed");
	if (read->control_done != NULL) {
		read->control_done(read->arg, &e, &disk.control);
		return;
	}
	for (int i = 0; e.code == ERR_OK && i < CUSTOMERS_MOST; i++)
		if (is_wanted(read, &disk.rows[i]))
			read_order(&disk.rows[i], &told[count++]);
	bool is_newest_first = read->is_list && !read->query.unfinished_only;
	qsort(told, count, sizeof(*told), is_newest_first ? compare_back : compare);
	if (e.code == ERR_OK && !read->is_list && count == 0)
		err_set(&e, ERR_NOT_FOUND, "there is no sign-up %s", read->id);
	read->done(read->arg, &e, told, count);
}

static struct read *read_later(struct store *s, const char *id, const struct store_query *query,
	store_orders_done done, void *arg)
{
	struct read *read = disk.spare_read;
	if (read != NULL)
		disk.spare_read = read->next;
	else
		read = must_calloc(1, sizeof(*read));
	*read = (struct read){
		.from = (struct connection *)s, .is_list = query != NULL, .done = done, .arg = arg};
	read->tell = (struct due){.func = tell_read, .arg = read, .process = read->from->process};
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
	read_later(s, "", NULL, NULL, arg)->control_done = done;
}

/* The switch is not what these lives are about: it is durable at once. */
static void disk_set_control(
	struct store *s, const struct store_control *control, store_done done, void *arg)
{
	struct op *op = op_new(s, OP_SAVE, arg);
	disk.control = *control;
	op->done = done;
	op->is_written = true;
	vtime_set(&op->tell, 1);
}

static void disk_load(struct store *s, const char *id, store_orders_done done, void *arg)
{
	(void)read_later(s, id, NULL, done, arg);
}

static void disk_list(
	struct store *s, const struct store_query *query, store_orders_done done, void *arg)
{
	/* All that the engine asks for by itself: these, the newest, one by name. */
	must(query->unfinished_only || query->limit >= CUSTOMERS_MOST || query->limit == 1);
	(void)read_later(s, "", query, done, arg);
}

/* --- start and end --- */

static enum err_code disk_identity(
	struct store *s, const uint8_t *key_or_null, struct store_identity *ret, struct err *e)
{
	(void)s;
	(void)key_or_null;
	(void)e;
	*ret = (struct store_identity){.instance = "abcdef", .key = {1, 2, 3}};
	return ERR_OK;
}

/* A lone process has the store for itself, as SQLite's has: what its last life
 * held is free.  Where several share it, only time tells. */
static enum err_code disk_lease(
	struct store *s, const char *url, struct store_lease *ret, struct err *e)
{
	struct connection *c = (struct connection *)s;
	(void)url;
	(void)e;
	must(disk.workers + 1 < WORKERS_EVER);
	if (life.worker_count == 1)
		memset(disk.held_until_ms, 0, sizeof(disk.held_until_ms));
	c->worker = ++disk.workers;
	*ret = (struct store_lease){.epoch = c->worker, .pid = c->process};
	return ERR_OK;
}

static struct store *disk_free(struct store *s)
{
	(void)s;
	return NULL;
}

struct store *disk_new(int process)
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
	must(disk_is_idle(process));
	struct connection *c = &disk.connections[process];
	*c = (struct connection){.base.ops = &ops, .process = process};
	disk.sync.func = sync_now;
	return &c->base;
}

void disk_cut_off(int process, int64_t until_ms)
{
	disk.connections[process].cut_off_until_ms = until_ms;
}

/* The first few of the line may still have made it. */
void disk_crash(int process)
{
	uint64_t made = dice_roll(&life.dice, FAULT_CRASH) % 3;
	bool is_power_failure = life.worker_count == 1;
	if (is_power_failure)
		vtime_clear(&disk.sync);
	for (struct op *op = disk.first_op; op != NULL && life.dice.is_on; op = op->next) {
		if (!is_of(op->from, process) || op->is_written)
			continue;
		if (made-- == 0)
			break;
		write(op);
	}
	disk.connections[process].is_off = true;
	while (!disk_is_idle(process)) {
		struct op *op = first_op_of(process);
		if (op == NULL) {
			tell_read(first_read_of(process));
			continue;
		}
		err_set(&op->result.err, ERR_STORE_UNAVAILABLE, "the process ended");
		end_op(op);
	}
	if (is_power_failure) {
		vtime_clear(&disk.sync);
		memcpy(disk.rows, disk.durable, sizeof(disk.rows));
	}
}
