#include "store/store.h"

#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "store/store_sqlite.h"

static bool is_postgres(const char *url)
{
	return text_starts(url, "postgresql://") || text_starts(url, "postgres://");
}

/* The file a URL names, or why it names none. */
static enum err_code sqlite_path(const char *url, const char **ret, struct err *e)
{
	if (is_postgres(url))
		return err_set_hint(e, ERR_CONFIG, "Use sqlite:FILE in NUMBERD_DATABASE_URL.",
			"this numberd cannot use PostgreSQL: that store is not built in yet");
	if (!text_starts(url, "sqlite:"))
		return err_set_hint(e, ERR_CONFIG,
			"NUMBERD_DATABASE_URL is sqlite:FILE, for example sqlite:numberd.db.",
			"the database URL names no store that is known");
	const char *path = url + strlen("sqlite:");
	if (path[0] == '\0' || text_is(path, ":memory:"))
		return err_set_hint(e, ERR_CONFIG,
			"NUMBERD_DATABASE_URL is sqlite:FILE, for example sqlite:numberd.db.",
			"the database URL names no file, and what is bought must be remembered");
	*ret = path;
	return ERR_OK;
}

enum err_code store_open(const char *url, struct loop *loop, struct store **ret, struct err *e)
{
	const char *path;
	enum err_code code = sqlite_path(url, &path, e);
	return code == ERR_OK ? store_sqlite_open(path, loop, ret, e) : code;
}

enum err_code store_migrate(const char *url, int *ret_from, int *ret_to, struct err *e)
{
	const char *path;
	enum err_code code = sqlite_path(url, &path, e);
	return code == ERR_OK ? store_sqlite_migrate(path, ret_from, ret_to, e) : code;
}

struct store *store_free(struct store *store)
{
	return store != NULL ? store->ops->free(store) : NULL;
}

void store_create(struct store *s, const struct order *order, const struct store_creation *creation,
	const struct store_event *event, store_done done, void *arg)
{
	s->ops->create(s, order, creation, event, done, arg);
}

void store_save(struct store *s, const struct order *order, const struct store_event *event,
	const struct attempt *attempt_or_null, store_done done, void *arg)
{
	s->ops->save(s, order, event, attempt_or_null, done, arg);
}

void store_webhook(struct store *s, const struct store_webhook *webhook, store_done done, void *arg)
{
	s->ops->webhook(s, webhook, done, arg);
}

void store_claim(
	struct store *s, const struct store_claim *claim, store_orders_done done, void *arg)
{
	must(claim->worker > 0 && claim->limit >= 1 && claim->limit <= STORE_LIST_MOST);
	s->ops->claim(s, claim, done, arg);
}

void store_set_limits(struct store *s, const struct spending_limits *limits)
{
	s->limits = *limits;
}

void store_set_control(
	struct store *s, const struct store_control *control, store_done done, void *arg)
{
	s->ops->set_control(s, control, done, arg);
}

void store_read_control(struct store *s, store_control_done done, void *arg)
{
	s->ops->read_control(s, done, arg);
}

void store_budgets(struct store *s, int64_t at_ms, store_budgets_done done, void *arg)
{
	s->ops->budgets(s, at_ms, done, arg);
}

void store_audit(struct store *s, store_audit_done done, void *arg)
{
	s->ops->audit(s, done, arg);
}

void store_load(struct store *s, const char *id, store_orders_done done, void *arg)
{
	s->ops->load(s, id, done, arg);
}

void store_list(struct store *s, const struct store_query *query, store_orders_done done, void *arg)
{
	s->ops->list(s, query, done, arg);
}

void store_timeline(
	struct store *s, const char *id, int64_t after_seq, store_events_done done, void *arg)
{
	s->ops->timeline(s, id, after_seq, done, arg);
}

void store_counts(struct store *s, store_counts_done done, void *arg)
{
	s->ops->counts(s, done, arg);
}

enum err_code store_identity(
	struct store *s, const uint8_t *key_or_null, struct store_identity *ret, struct err *e)
{
	return s->ops->identity(s, key_or_null, ret, e);
}

enum err_code store_lease_take(
	struct store *s, const char *url, struct store_lease *ret, struct err *e)
{
	return s->ops->lease_take(s, url, ret, e);
}

/* Lines, the only free text last: no two events have the same lines. */
void store_event_hash(struct store_event *event, const char *order_id, const char *previous_hash)
{
	struct str text;
	str_init(&text, 1024);
	str_addf(&text, "%s\n%s\n%lld\n%lld\n%s\n%s\n%s\n%s", previous_hash, order_id,
		(long long)event->seq, (long long)event->at_ms, event->event, event->from,
		event->to, event->detail);
	must(str_ok(&text));
	id_digest_hex(text.text, text.bytes, event->hash);
	str_done(&text);
}
