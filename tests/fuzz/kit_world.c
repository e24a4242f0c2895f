#include "tests/fuzz/kit_world.h"

#include "api/inside.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "net/http_conn.h"
#include "net/loop.h"
#include "tests/fuzz/fuzz.h"

#define ROWS_MOST 8
#define WEBHOOKS_MOST 8

static struct {
	struct carrier carrier;
	struct voice voice;
	struct store store;
	struct loop *loop;
	struct api *api;
	struct kit_row rows[ROWS_MOST];
	int row_count;
	char webhooks[WEBHOOKS_MOST][128]; /* the events' ids */
	int webhook_count;
} w;

int kit_world_rows(const struct kit_row **ret)
{
	*ret = w.rows;
	return w.row_count;
}

int kit_world_webhooks(void)
{
	return w.webhook_count;
}

struct loop *kit_world_loop(void)
{
	return w.loop;
}

struct http_server *kit_world_server(void)
{
	return w.api->server;
}

/* --- the store: every answer comes on the next turn --- */

struct telling {
	store_done done;
	store_orders_done orders_done;
	store_events_done events_done;
	store_counts_done counts_done;
	store_control_done control_done;
	store_budgets_done budgets_done;
	store_audit_done audit_done;
	void *arg;
	struct store_result result;
	struct order orders[ROWS_MOST];
	size_t count;
};

static void tell(void *arg)
{
	struct telling *t = arg;
	static const struct store_counts counts;
	static const struct store_control control;
	static const struct store_budget budgets[SPENDING_LIMIT_COUNT];
	static const struct store_audit audit;
	if (t->done != NULL)
		t->done(t->arg, &t->result);
	if (t->orders_done != NULL)
		t->orders_done(t->arg, &t->result.err, t->orders, t->count);
	if (t->events_done != NULL)
		t->events_done(t->arg, &t->result.err, NULL, 0);
	if (t->counts_done != NULL)
		t->counts_done(t->arg, &t->result.err, &counts);
	if (t->control_done != NULL)
		t->control_done(t->arg, &t->result.err, &control);
	if (t->budgets_done != NULL)
		t->budgets_done(t->arg, &t->result.err, budgets);
	if (t->audit_done != NULL)
		t->audit_done(t->arg, &t->result.err, &audit);
	free(t);
}

static struct telling *tell_later(void *arg)
{
	struct telling *t = must_calloc(1, sizeof(*t));
	t->arg = arg;
	loop_post(w.loop, tell, t);
	return t;
}

static struct kit_row *find(const char *id)
{
	for (int i = 0; i < w.row_count; i++)
		if (text_is(w.rows[i].order.id, id))
			return &w.rows[i];
	return NULL;
}

static void refuse(struct store_result *result, enum err_code code, const struct kit_row *other)
{
	err_set(&result->err, code, "%s", err_title(code));
	TEXT_COPY(result->existing_id, other->order.id);
}

/* True when the row is not to be made. */
static bool meets_another(
	const struct order *o, const struct store_creation *c, struct store_result *result)
{
	for (int i = 0; i < w.row_count; i++) {
		const struct kit_row *row = &w.rows[i];
		bool is_same_key = c->idempotency_key[0] != '\0' &&
				   text_is(c->idempotency_key, row->creation.idempotency_key);
		if (is_same_key && text_is(c->fingerprint, row->creation.fingerprint)) {
			result->is_repeat = true;
			TEXT_COPY(result->existing_id, row->order.id);
			return true;
		}
		if (is_same_key)
			refuse(result, ERR_IDEMPOTENCY_KEY_REUSED, row);
		else if (text_is(c->duplicate_key, row->creation.duplicate_key))
			refuse(result, ERR_DUPLICATE_SIGNUP, row);
		else if (o->number[0] != '\0' && text_is(o->number, row->order.number))
			refuse(result, ERR_NUMBER_TAKEN, row);
		else
			continue;
		return true;
	}
	return false;
}

static void on_create(struct store *s, const struct order *order,
	const struct store_creation *creation, const struct store_event *event, store_done done,
	void *arg)
{
	(void)s, (void)event;
	struct telling *t = tell_later(arg);
	t->done = done;
	if (meets_another(order, creation, &t->result))
		return;
	must(w.row_count < ROWS_MOST);
	w.rows[w.row_count++] = (struct kit_row){*order, *creation};
}

static void on_save(struct store *s, const struct order *order, const struct store_event *event,
	const struct attempt *attempt, store_done done, void *arg)
{
	(void)s, (void)event, (void)attempt;
	struct telling *t = tell_later(arg);
	struct kit_row *row = find(order->id);
	t->done = done;
	must(row != NULL && row->order.version == order->version - 1);
	row->order = *order;
}

static void on_webhook(
	struct store *s, const struct store_webhook *webhook, store_done done, void *arg)
{
	(void)s;
	struct telling *t = tell_later(arg);
	t->done = done;
	for (int i = 0; i < w.webhook_count; i++)
		t->result.is_repeat |= text_is(w.webhooks[i], webhook->event_id);
	if (t->result.is_repeat)
		return;
	must(w.webhook_count < WEBHOOKS_MOST);
	must(TEXT_COPY(w.webhooks[w.webhook_count++], webhook->event_id));
}

static void on_claim(
	struct store *s, const struct store_claim *claim, store_orders_done done, void *arg)
{
	(void)s;
	struct telling *t = tell_later(arg);
	const struct kit_row *row = find(claim->id);
	t->orders_done = done;
	if (row != NULL)
		t->orders[t->count++] = row->order;
	else if (claim->id[0] != '\0')
		err_set(&t->result.err, ERR_NOT_FOUND, "there is no such sign-up");
}

static void on_load(struct store *s, const char *id, store_orders_done done, void *arg)
{
	(void)s;
	struct telling *t = tell_later(arg);
	const struct kit_row *row = find(id);
	t->orders_done = done;
	if (row != NULL)
		t->orders[t->count++] = row->order;
	else
		err_set(&t->result.err, ERR_NOT_FOUND, "there is no such sign-up");
}

static void on_list(
	struct store *s, const struct store_query *query, store_orders_done done, void *arg)
{
	(void)s;
	struct telling *t = tell_later(arg);
	must(query->limit >= 1 && query->limit <= STORE_LIST_MOST);
	must(text_is_utf8(query->text, strlen(query->text)));
	t->orders_done = done;
	for (int i = 0; i < w.row_count && !query->unfinished_only; i++)
		if (t->count < (size_t)query->limit)
			t->orders[t->count++] = w.rows[i].order;
}

static void on_timeline(
	struct store *s, const char *id, int64_t after_seq, store_events_done done, void *arg)
{
	(void)s;
	struct telling *t = tell_later(arg);
	must(after_seq >= 0);
	t->events_done = done;
	if (find(id) == NULL)
		err_set(&t->result.err, ERR_NOT_FOUND, "there is no such sign-up");
}

static void on_counts(struct store *s, store_counts_done done, void *arg)
{
	(void)s;
	tell_later(arg)->counts_done = done;
}

static void on_set_control(
	struct store *s, const struct store_control *control, store_done done, void *arg)
{
	(void)s, (void)control;
	tell_later(arg)->done = done;
}

static void on_read_control(struct store *s, store_control_done done, void *arg)
{
	(void)s;
	tell_later(arg)->control_done = done;
}

static void on_budgets(struct store *s, int64_t at_ms, store_budgets_done done, void *arg)
{
	(void)s, (void)at_ms;
	tell_later(arg)->budgets_done = done;
}

static void on_audit(struct store *s, store_audit_done done, void *arg)
{
	(void)s;
	tell_later(arg)->audit_done = done;
}

static enum err_code on_identity(
	struct store *s, const uint8_t *key_or_null, struct store_identity *ret, struct err *e)
{
	(void)s, (void)key_or_null, (void)e;
	*ret = (struct store_identity){.instance = "abcdef", .key = {1, 2, 3}};
	return ERR_OK;
}

static enum err_code on_lease(
	struct store *s, const char *url, struct store_lease *ret, struct err *e)
{
	(void)s, (void)url, (void)e;
	*ret = (struct store_lease){.epoch = 1, .pid = 1};
	return ERR_OK;
}

/* --- upstreams --- */

struct asking {
	carrier_done done;
	voice_check_done check_done;
	void *arg;
};

static void tell_good(void *arg)
{
	struct asking *q = arg;
	const struct answer good = {.retry_after_ms = -1, .available_cents = 5000};
	const struct voice_credential credential = {.id = ""};
	if (q->done != NULL)
		q->done(q->arg, &good);
	else
		q->check_done(q->arg, &(struct err){0}, &credential);
	free(q);
}

/* The checks are good; whatever else is asked waits for ever. */
static void on_ask(struct carrier *c, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), carrier_done done, void *arg)
{
	(void)c, (void)o, (void)gate;
	if (command->kind != COMMAND_CHECK)
		return;
	struct asking *q = must_calloc(1, sizeof(*q));
	*q = (struct asking){.done = done, .arg = arg};
	loop_post(w.loop, tell_good, q);
}

struct offering {
	carrier_offers_done done;
	void *arg;
};

static void tell_offers(void *arg)
{
	struct offering *o = arg;
	const struct carrier_offer offer = {.candidate = {.number = "+14155550123",
						    .upfront_cents = 100,
						    .monthly_cents = 100,
						    .currency = "USD"},
		.region = "CA",
		.locality = "San Francisco",
		.has_voice = true};
	o->done(o->arg, &(struct err){0}, &offer, 1);
	free(o);
}

static void on_offers(
	struct carrier *c, const struct carrier_query *query, carrier_offers_done done, void *arg)
{
	(void)c;
	struct offering *o = must_calloc(1, sizeof(*o));
	must(query->limit >= 1 && query->limit <= CARRIER_OFFERS_MOST);
	must(query->contains[0] == '\0' || text_is_digits(query->contains));
	*o = (struct offering){done, arg};
	loop_post(w.loop, tell_offers, o);
}

struct stocking {
	carrier_stock_done done;
	void *arg;
};

static void tell_stock(void *arg)
{
	struct stocking *q = arg;
	const struct carrier_stock stock[] = {
		{.area_code = "415", .count = 3}, {.area_code = "212", .count = -1}};
	q->done(q->arg, &(struct err){0}, stock, 2);
	free(q);
}

static void on_stock(struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	(void)c;
	struct stocking *q = must_calloc(1, sizeof(*q));
	must(country[0] != '\0');
	*q = (struct stocking){done, arg};
	loop_post(w.loop, tell_stock, q);
}

struct papers_question {
	carrier_papers_done done;
	void *arg;
};

static void tell_papers(void *arg)
{
	struct papers_question *q = arg;
	const struct carrier_paper papers[] = {{"Proof of Address", "document", "", ""}};
	q->done(q->arg, &(struct err){0}, papers, 1);
	free(q);
}

static void on_papers(struct carrier *c, const char *country, carrier_papers_done done, void *arg)
{
	(void)c;
	struct papers_question *q = must_calloc(1, sizeof(*q));
	must(country[0] != '\0');
	*q = (struct papers_question){done, arg};
	loop_post(w.loop, tell_papers, q);
}

struct listing {
	carrier_orders_done done;
	void *arg;
};

static void tell_no_orders(void *arg)
{
	struct listing *l = arg;
	l->done(l->arg, &(struct err){0}, NULL, 0, false);
	free(l);
}

/* Asked at each start: what does the carrier know that the store does not? */
static void on_orders(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg)
{
	(void)c, (void)page, (void)after_ms;
	struct listing *l = must_calloc(1, sizeof(*l));
	*l = (struct listing){done, arg};
	loop_post(w.loop, tell_no_orders, l);
}

static void on_expect(struct carrier *c, const char *id)
{
	(void)c, (void)id;
}

static void on_voice_ask(struct voice *v, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), voice_done done, void *arg)
{
	(void)v, (void)o, (void)command, (void)gate, (void)done, (void)arg;
}

static void on_check(struct voice *v, voice_check_done done, void *arg)
{
	(void)v;
	struct asking *q = must_calloc(1, sizeof(*q));
	*q = (struct asking){.check_done = done, .arg = arg};
	loop_post(w.loop, tell_good, q);
}

/* --- life --- */

void kit_world_init(const char *api_key, const char *public_key)
{
	static const struct store_ops store_ops = {.create = on_create,
		.save = on_save,
		.webhook = on_webhook,
		.claim = on_claim,
		.set_control = on_set_control,
		.read_control = on_read_control,
		.budgets = on_budgets,
		.audit = on_audit,
		.load = on_load,
		.list = on_list,
		.timeline = on_timeline,
		.counts = on_counts,
		.identity = on_identity,
		.lease_take = on_lease};
	static const struct carrier_ops carrier_ops = {.ask = on_ask,
		.offers = on_offers,
		.stock = on_stock,
		.papers = on_papers,
		.orders = on_orders,
		.expect_connection = on_expect};
	static const struct voice_ops voice_ops = {.check = on_check, .ask = on_voice_ask};
	static struct config config;
	struct err e;
	id_init();
	log_set_level(LOG_NOTHING);
	w.store.ops = &store_ops;
	w.carrier.ops = &carrier_ops;
	w.voice.ops = &voice_ops;
	w.loop = loop_new();
	TEXT_COPY(config.listen, "127.0.0.1:0");
	if (api_key != NULL)
		TEXT_COPY(config.api_keys[config.api_key_count++], api_key);
	if (public_key != NULL)
		TEXT_COPY(config.telnyx_public_keys[config.telnyx_public_key_count++], public_key);
	const struct api_options options = {.loop = w.loop, .config = &config};
	w.api = api_new(&options, &e);
	must(w.api != NULL);
}

static void settle(void)
{
	bool is_never = false;
	for (int i = 0; i < 4; i++)
		(void)loop_run_until(w.loop, &is_never, 0);
}

void kit_world_begin(void)
{
	struct store_lease holder;
	struct err e;
	const struct engine_options options = {.loop = w.loop,
		.clock = clock_machine(),
		.store = &w.store,
		.carrier = &w.carrier,
		.voice = &w.voice,
		.settle_ms = 120000};
	w.row_count = w.webhook_count = 0;
	w.api->engine = engine_new(&options);
	must(engine_start(w.api->engine, "", &holder, &e) == ERR_OK);
	settle();
}

void kit_world_end(void)
{
	settle();
	engine_stop(w.api->engine);
	settle();
	w.api->engine = engine_free(w.api->engine);
	settle();
	must(w.api->server->conn_count == 0 && w.api->server->requests == NULL);
}
