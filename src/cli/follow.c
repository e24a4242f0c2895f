#include "cli/follow.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/daemon.h"
#include "cli/say.h"
#include "engine/view.h"
#include "net/loop.h"

#define CHECKUP_MS 25000

struct follow {
	follow_told told;
	void *arg;
	struct daemon_link *link; /* one of these two */
	struct app *app;
	char daemon_url[128];

	/* of the sign-up that is watched now */
	char id[ID_BYTES];
	bool wants_release;
	bool is_over;
	int64_t seq, heard_boot_ms; /* the last row that was told, and when */
	struct err err;
	json_t *document;
	struct engine_watch *watch;
	struct loop_timer *quiet;
};

static int64_t now_ms(void)
{
	return clock_boot_ms(clock_machine());
}

static void tell(struct follow *f, const struct store_event *event)
{
	f->heard_boot_ms = now_ms();
	if (event != NULL)
		f->seq = event->seq;
	f->told(f->arg, event);
}

/* --- opening ---------------------------------------------------------------- */

static void still_quiet(void *arg)
{
	struct follow *f = arg;
	loop_timer_set(f->quiet, FOLLOW_QUIET_MS);
	if (now_ms() - f->heard_boot_ms >= FOLLOW_QUIET_MS)
		tell(f, NULL);
}

/* Keys and balance before the lease: with a wrong key nothing that was left
 * unfinished may be taken up. */
static enum err_code work_here(struct follow *f, const struct config *config, struct err *e)
{
	struct engine_checkup checkup;
	struct store_lease holder;
	enum err_code code = config_need_keys(config, e);
	if (code == ERR_OK)
		code = app_checkup(f->app, CHECKUP_MS, &checkup, e);
	if (code == ERR_OK)
		code = engine_start(f->app->engine, "", &holder, e);
	if (code != ERR_OK)
		return code;
	f->quiet = loop_timer_new(f->app->loop, still_quiet, f);
	return ERR_OK;
}

static enum err_code open_one(struct follow *f, const struct config *config, struct err *e)
{
	struct store_lease holder;
	enum err_code code = app_open(config, APP_STORE, &f->app, e);
	if (code == ERR_OK)
		code = app_find_holder(f->app, &holder, e);
	if (code == ERR_OK)
		return work_here(f, config, e);
	if (code != ERR_STORE_LOCKED || holder.url[0] == '\0')
		return code;
	f->app = app_close(f->app);
	TEXT_COPY(f->daemon_url, holder.url);
	f->link = daemon_open(holder.url, config);
	return ERR_OK;
}

enum err_code follow_open(const struct config *config, follow_told told, void *arg,
	struct follow **ret, struct err *e)
{
	struct follow *f = must_calloc(1, sizeof(*f));
	f->told = told;
	f->arg = arg;
	enum err_code code = open_one(f, config, e);
	if (code != ERR_OK)
		f = follow_close(f);
	*ret = f;
	return code;
}

struct follow *follow_close(struct follow *f)
{
	if (f == NULL)
		return NULL;
	if (f->watch != NULL)
		engine_unwatch(f->app->engine, f->watch);
	loop_timer_free(f->quiet);
	daemon_close(f->link);
	app_close(f->app);
	json_decref(f->document);
	free(f);
	return NULL;
}

const char *follow_daemon(const struct follow *f)
{
	return f->link != NULL ? f->daemon_url : NULL;
}

/* --- in this process --------------------------------------------------------- */

static bool is_end(const struct follow *f, enum order_state state)
{
	bool is_stopped = state == ORDER_FAILED || state == ORDER_CANCELLED ||
			  state == ORDER_RELEASED || state == ORDER_PARKED;
	return is_stopped ||
	       (!f->wants_release && (state == ORDER_ACTIVE || state == ORDER_NEEDS_INPUT));
}

static void remember(struct follow *f, const struct order *order)
{
	json_decref(f->document);
	f->document = view_signup(order);
	if (is_end(f, order->state))
		f->is_over = true;
}

static void moved(void *arg, const struct order *order, const struct store_event *event)
{
	struct follow *f = arg;
	if (f->is_over)
		return;
	remember(f, order);
	tell(f, event);
}

static void watch(struct follow *f, const char *id)
{
	if (f->watch != NULL)
		return;
	TEXT_COPY(f->id, id);
	f->watch = engine_watch(f->app->engine, id, moved, f);
}

static void asked(void *arg, const struct err *e, const struct order *order)
{
	struct follow *f = arg;
	if (e->code != ERR_OK) {
		f->err = *e;
		f->is_over = true;
	} else if (!f->is_over) {
		remember(f, order);
	}
}

static void taken_on(void *arg, const struct engine_signup_result *result)
{
	struct follow *f = arg;
	struct store_event stored = {.seq = 1, .event = "received", .to = "received"};
	if (result->error != NULL) {
		f->err = result->error->err;
		if (result->existing_id[0] != '\0' &&
			strstr(f->err.message, result->existing_id) == NULL)
			err_set_hint(&f->err, f->err.code, result->error->err.hint, "%s (%s)",
				result->error->err.message, result->existing_id);
		f->is_over = true;
		return;
	}
	watch(f, result->order->id);
	text_format(stored.detail, sizeof(stored.detail), "%s as %s",
		result->is_repeat ? "known already" : "stored", result->order->id);
	tell(f, &stored);
	remember(f, result->order);
	/* What was stored before may have moved on between that reading and our watch. */
	if (result->is_repeat && !f->is_over)
		engine_get(f->app->engine, f->id, asked, f);
}

static enum err_code wait_here(struct follow *f, struct err *e)
{
	loop_timer_set(f->quiet, FOLLOW_QUIET_MS);
	enum err_code code = app_wait(f->app, &f->is_over, 0, ERR_INTERNAL, "the sign-up", e);
	if (code != ERR_OK || f->err.code == ERR_OK)
		return code;
	*e = f->err;
	return e->code;
}

/* --- by the daemon ------------------------------------------------------------ */

static void set_text(json_t *body, const char *name, const char *text)
{
	if (text[0] != '\0')
		must(json_object_set_new(body, name, json_string_or_null(text)) == 0);
}

static json_t *body_of(const struct wish *wish)
{
	json_t *body = json_object();
	set_text(body, "business_name", wish->business_name);
	set_text(body, "email", wish->email);
	set_text(body, "business_phone", wish->business_phone);
	set_text(body, "existing_number", wish->existing_number);
	set_text(body, "area_code", wish->area_code);
	set_text(body, "postal_code", wish->postal_code);
	set_text(body, "city", wish->city);
	set_text(body, "number", wish->number);
	set_text(body, "hold", wish->hold);
	set_text(body, "contains", wish->contains);
	set_text(body, "max_rung", wish->max_rung);
	set_text(body, "reference", wish->reference);
	return body;
}

static void tell_row(struct follow *f, const json_t *row)
{
	struct store_event event = {.seq = json_int(row, "seq", 0)};
	TEXT_COPY(event.event, json_text(row, "event"));
	TEXT_COPY(event.from, json_text(row, "from"));
	TEXT_COPY(event.to, json_text(row, "to"));
	TEXT_COPY(event.detail, json_text(row, "detail"));
	(void)clock_parse(json_text(row, "at"), &event.at_ms);
	tell(f, &event);
}

static enum err_code tell_new_rows(struct follow *f, struct err *e)
{
	char path[120];
	JSON_AUTO page = NULL;
	text_format(path, sizeof(path), "/v1/signups/%s/timeline?cursor=%lld", f->id,
		(long long)f->seq);
	enum err_code code = daemon_call(f->link, path, NULL, NULL, &page, e);
	const json_t *rows = json_at(page, "data");
	for (size_t i = 0; i < json_count(rows); i++)
		tell_row(f, json_array_get(rows, i));
	if (code == ERR_OK && now_ms() - f->heard_boot_ms >= FOLLOW_QUIET_MS)
		tell(f, NULL);
	return code;
}

/* "cancelled" is the end only when nothing is left to give back. */
static bool is_document_over(const struct follow *f)
{
	const char *status = json_text(f->document, "status");
	bool is_given_back = text_is(status, "released") || text_is(status, "failed") ||
			     (text_is(status, "cancelled") && !json_text(f->document, "number"));
	if (is_given_back || text_is(status, "needs_attention"))
		return true;
	return !f->wants_release && (text_is(status, "active") || text_is(status, "cancelled") ||
					    text_is(status, "needs_input"));
}

static enum err_code look_there(struct follow *f, struct err *e)
{
	char path[80];
	json_t *document = NULL;
	text_format(path, sizeof(path), "/v1/signups/%s", f->id);
	enum err_code code = daemon_call(f->link, path, NULL, NULL, &document, e);
	if (code != ERR_OK)
		return code;
	json_decref(f->document);
	f->document = document;
	f->is_over = is_document_over(f);
	return tell_new_rows(f, e);
}

static enum err_code wait_there(struct follow *f, struct err *e)
{
	f->heard_boot_ms = now_ms();
	for (;;) {
		enum err_code code = look_there(f, e);
		if (code != ERR_OK || f->is_over)
			return code;
		code = daemon_pause(f->link, e);
		if (code != ERR_OK)
			return code;
	}
}

static enum err_code signup_there(struct follow *f, const struct wish *wish, struct err *e)
{
	JSON_AUTO body = body_of(wish);
	const char *key = wish->idempotency_key[0] ? wish->idempotency_key : NULL;
	enum err_code code = daemon_call(f->link, "/v1/signups", body, key, &f->document, e);
	if (code != ERR_OK)
		return code;
	TEXT_COPY(f->id, json_text(f->document, "id"));
	if (!id_is(f->id, "su"))
		return err_set(e, ERR_INTERNAL, "what answers at %s is not numberd", f->daemon_url);
	return wait_there(f, e);
}

/* --- both ---------------------------------------------------------------------- */

static void begin(struct follow *f, bool wants_release)
{
	f->wants_release = wants_release;
	f->is_over = false;
	f->err = (struct err){0};
	f->document = json_free(f->document);
	f->heard_boot_ms = now_ms();
}

enum err_code follow_signup(struct follow *f, const struct wish *wish, json_t **ret,
	char ret_id[ID_BYTES], struct err *e)
{
	enum err_code code;
	begin(f, false);
	if (f->link != NULL) {
		code = signup_there(f, wish, e);
	} else {
		engine_signup(f->app->engine, wish, taken_on, f);
		code = wait_here(f, e);
	}
	text_copy(ret_id, ID_BYTES, f->id);
	*ret = TAKE(f->document);
	return code;
}

static enum err_code resolve_there(struct follow *f, enum resolution answer, struct err *e)
{
	char path[100];
	JSON_AUTO body = json_pack("{s:s}", "answer", resolution_wire(answer));
	text_format(path, sizeof(path), "/v1/signups/%s/resolve", f->id);
	enum err_code code = daemon_call(f->link, path, body, NULL, &f->document, e);
	return code == ERR_OK ? wait_there(f, e) : code;
}

enum err_code follow_resolve(
	struct follow *f, const char *id, enum resolution answer, json_t **ret, struct err *e)
{
	enum err_code code;
	begin(f, false);
	TEXT_COPY(f->id, id);
	if (f->link != NULL) {
		code = resolve_there(f, answer, e);
	} else {
		watch(f, id);
		engine_resolve(f->app->engine, id, answer, asked, f);
		code = wait_here(f, e);
	}
	*ret = TAKE(f->document);
	return code;
}

static enum err_code retry_there(
	struct follow *f, const struct engine_choice *choice, struct err *e)
{
	char path[100];
	JSON_AUTO body = json_object();
	set_text(body, "area_code", choice->area_code);
	set_text(body, "postal_code", choice->postal_code);
	set_text(body, "city", choice->city);
	set_text(body, "number", choice->number);
	set_text(body, "hold", choice->hold);
	set_text(body, "max_rung", choice->max_rung);
	set_text(body, "contains", choice->contains);
	text_format(path, sizeof(path), "/v1/signups/%s/retry", f->id);
	enum err_code code = daemon_call(f->link, path, body, NULL, &f->document, e);
	return code == ERR_OK ? wait_there(f, e) : code;
}

enum err_code follow_retry(struct follow *f, const char *id, const struct engine_choice *choice,
	json_t **ret, struct err *e)
{
	enum err_code code;
	begin(f, false);
	TEXT_COPY(f->id, id);
	if (f->link != NULL) {
		code = retry_there(f, choice, e);
	} else {
		watch(f, id);
		engine_retry(f->app->engine, id, choice, asked, f);
		code = wait_here(f, e);
	}
	*ret = TAKE(f->document);
	return code;
}

static void answered_once(void *arg, const struct err *e, const struct order *order)
{
	struct follow *f = arg;
	asked(f, e, order);
	f->is_over = true;
}

enum err_code follow_cancel(struct follow *f, const char *id, json_t **ret, struct err *e)
{
	enum err_code code;
	char path[100];
	JSON_AUTO nothing = json_object();
	begin(f, true);
	TEXT_COPY(f->id, id);
	text_format(path, sizeof(path), "/v1/signups/%s/cancel", id);
	if (f->link != NULL) {
		code = daemon_call(f->link, path, nothing, NULL, &f->document, e);
	} else {
		engine_cancel(f->app->engine, id, false, answered_once, f);
		code = wait_here(f, e);
	}
	*ret = TAKE(f->document);
	return code;
}

static enum err_code release_there(struct follow *f, struct err *e)
{
	char path[100];
	JSON_AUTO nothing = json_object();
	text_format(path, sizeof(path), "/v1/signups/%s/cancel?now=true", f->id);
	enum err_code code = daemon_call(f->link, path, nothing, NULL, &f->document, e);
	return code == ERR_OK ? wait_there(f, e) : code;
}

enum err_code follow_release(struct follow *f, const char *id, json_t **ret, struct err *e)
{
	enum err_code code;
	begin(f, true);
	TEXT_COPY(f->id, id);
	if (f->link != NULL) {
		code = release_there(f, e);
	} else {
		watch(f, id);
		engine_cancel(f->app->engine, id, true, asked, f);
		code = wait_here(f, e);
	}
	*ret = TAKE(f->document);
	return code;
}

/* --- what it means --------------------------------------------------------------- */

enum err_code follow_outcome(const json_t *signup, struct err *e)
{
	const char *status = json_text(signup, "status");
	const char *message = json_text(signup, "error.message");
	enum err_code code = ERR_INTERNAL;
	*e = (struct err){0};
	if (text_is(status, "active"))
		return ERR_OK;
	if (text_is(status, "cancelled") || text_is(status, "released"))
		return err_set(e, ERR_CANCELLED, "the sign-up is %s", status);
	if (!err_from_wire(json_text(signup, "error.code"), &code) || code == ERR_OK)
		code = ERR_INTERNAL;
	return err_set_hint(e, code, json_text(signup, "error.hint"), "%s",
		message ? message : "the sign-up stopped without a reason");
}

int follow_exit(const json_t *signup, const struct err *e)
{
	const char *status = json_text(signup, "status");
	if (text_is(status, "needs_attention") || text_is(status, "needs_input"))
		return err_exit(ERR_PURCHASE_UNCLEAR);
	int exit_status = err_exit(e->code);
	bool is_failed = text_is(status, "failed");
	return is_failed && exit_status == err_exit(ERR_PURCHASE_UNCLEAR) ? 1 : exit_status;
}

void follow_say(const struct store_event *event, int64_t since_ms)
{
	char status[24];
	TEXT_COPY(status, event->to);
	say("%s%6.1f s%s  %-16s %s", say_paint(SAY_DIM, false), (double)since_ms / 1000,
		say_paint(SAY_PLAIN, false), status, event->detail);
}
