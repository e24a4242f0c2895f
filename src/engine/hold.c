#include "engine/hold.h"

#include <sodium.h>
#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/inside.h"
#include "numbering/countries_sold.h"

#define PARTS 6
#define CODE_CHARS 51
#define MARK_CHARS 16

/* --- the text --- */

/* The marked beginning keeps it apart from all else that is made of this key. */
static void sign(const uint8_t *key, size_t key_bytes, const char *said, char to[CODE_CHARS + 1])
{
	char message[HOLD_BYTES + 8];
	must(text_format(message, sizeof(message), "hold:%s", said));
	id_keyed_name(key, key_bytes, message, CODE_CHARS, to);
}

void hold_write(const uint8_t *key, size_t key_bytes, const struct candidate *c, int64_t until_ms,
	char to[HOLD_BYTES])
{
	char said[HOLD_BYTES - CODE_CHARS - 1], code[CODE_CHARS + 1];
	must(text_format(said, sizeof(said), "h1.%s.%d.%d.%s.%lld", c->number + 1, c->upfront_cents,
		c->monthly_cents, c->currency, (long long)until_ms));
	sign(key, key_bytes, said, code);
	must(text_format(to, HOLD_BYTES, "%s.%s", said, code));
}

static bool is_signed(const uint8_t *key, size_t key_bytes, char *text, char *last_dot)
{
	char code[CODE_CHARS + 1];
	*last_dot = '\0';
	sign(key, key_bytes, text, code);
	return strlen(last_dot + 1) == CODE_CHARS &&
	       sodium_memcmp(last_dot + 1, code, CODE_CHARS) == 0;
}

bool hold_names(const char *text, const char *number)
{
	char start[NUMBER_BYTES + 4];
	text_format(start, sizeof(start), "h1.%s.", number[0] != '\0' ? number + 1 : "-");
	return text_starts(text, start);
}

bool hold_read(const uint8_t *key, size_t key_bytes, const char *text, const char *number,
	int64_t now_ms, struct candidate *ret, int64_t *ret_until_ms)
{
	char copy[HOLD_BYTES];
	char *parts[PARTS], *save = NULL;
	int64_t upfront, monthly, until_ms;
	char *last_dot = TEXT_COPY(copy, text) ? strrchr(copy, '.') : NULL;
	*ret = (struct candidate){0};
	*ret_until_ms = 0;
	if (last_dot == NULL || !is_signed(key, key_bytes, copy, last_dot))
		return false;
	/* We wrote it: what is signed is well-formed. */
	parts[0] = strtok_r(copy, ".", &save);
	for (int i = 1; i < PARTS; i++)
		parts[i] = strtok_r(NULL, ".", &save);
	must(parts[PARTS - 1] != NULL && text_to_int(parts[2], 0, INT32_MAX, &upfront) &&
		text_to_int(parts[3], 0, INT32_MAX, &monthly) &&
		text_to_int(parts[5], 0, INT64_MAX, &until_ms));
	if (number[0] == '\0' || !text_is(parts[1], number + 1) || until_ms <= now_ms)
		return false;
	*ret = (struct candidate){.upfront_cents = (int32_t)upfront,
		.monthly_cents = (int32_t)monthly,
		.is_reservable = true};
	TEXT_COPY(ret->number, number);
	TEXT_COPY(ret->currency, parts[4]);
	*ret_until_ms = until_ms;
	return true;
}

/* --- reserving --- */

struct holding {
	LIST_ENTRY(holding) link; /* the engine's */
	struct engine *engine;
	struct order nobodys; /* names the number and the installation */
	struct command command;
	struct candidate candidate;
	struct wish_error error;
	engine_reserve_done done;
	void *arg;
};

void engine_forget_holdings(struct engine *engine)
{
	struct holding *h;
	while ((h = LIST_FIRST(&engine->holdings)) != NULL) {
		LIST_REMOVE(h, link);
		free(h);
	}
}

static void end(struct holding *h, const struct engine_reserved *reserved)
{
	h->done(h->arg, reserved != NULL ? NULL : &h->error, reserved);
	LIST_REMOVE(h, link);
	free(h);
}

static void end_refused(void *arg)
{
	end(arg, NULL);
}

static void refuse(struct holding *h, const char *field, const char *reason, enum err_code code,
	const char *message, const char *hint)
{
	TEXT_COPY(h->error.field, field);
	TEXT_COPY(h->error.reason, reason);
	err_set_hint(&h->error.err, code, hint, "%s", message);
}

static void end_as_answered(struct holding *h, const struct answer *a)
{
	refuse(h, "", err_wire(a->code), a->code, a->message, a->hint);
	end(h, NULL);
}

static void reserved(void *arg, const struct answer *answer)
{
	struct holding *h = arg;
	struct engine *engine = h->engine;
	if (answer->code == ERR_CARRIER_LEVEL)
		engine_note_no_reservations(engine, answer->message);
	if (err_effect(answer->code) == ERR_EFFECT_MAYBE) {
		refuse(h, "", err_wire(answer->code), answer->code, answer->message,
			"Nothing was bought. The number may be reserved all the same, for half an "
			"hour and for nobody: choose another, or try it again then.");
		end(h, NULL);
		return;
	}
	if (answer->code != ERR_OK) {
		end_as_answered(h, answer);
		return;
	}
	struct engine_reserved result = {
		.candidate = h->candidate, .until_ms = answer->reserved_until_ms};
	hold_write(engine->identity.key, sizeof(engine->identity.key), &h->candidate,
		result.until_ms, result.hold);
	log_line(LOG_INFO, "held for a visitor", "number", h->candidate.number, NULL);
	end(h, &result);
}

static void offered(void *arg, const struct answer *answer)
{
	struct holding *h = arg;
	bool is_there = answer->code == ERR_OK && answer->candidate_count > 0;
	if (answer->code != ERR_OK) {
		end_as_answered(h, answer);
	} else if (!is_there) {
		char message[100];
		text_format(message, sizeof(message), "could not reserve %s: it is not for sale",
			h->nobodys.number);
		refuse(h, "number", err_wire(ERR_CHOICE_GONE), ERR_CHOICE_GONE, message,
			"Choose another number. If you hold this one already, sign up with that "
			"hold.");
		end(h, NULL);
	} else if (!order_may_pay(&h->engine->rules, &answer->candidates[0])) {
		char message[100];
		text_format(message, sizeof(message),
			"could not reserve %s: it costs more than a sign-up may pay",
			h->nobodys.number);
		refuse(h, "number", err_wire(ERR_CARRIER_PRICE), ERR_CARRIER_PRICE, message, NULL);
		end(h, NULL);
	} else {
		h->candidate = h->nobodys.pinned = answer->candidates[0];
		h->command.kind = COMMAND_RESERVE;
		carrier_ask(h->engine->carrier, &h->nobodys, &h->command, NULL, reserved, h);
	}
}

static void make_reference(const struct engine *engine, char to[REFERENCE_BYTES])
{
	char mark[MARK_CHARS + 1];
	uint8_t chance[16];
	id_random(chance, sizeof(chance));
	id_keyed_name(chance, sizeof(chance), "hold", MARK_CHARS, mark);
	mark[0] = 'h'; /* not digits alone, which end an order's */
	order_hold_reference(engine->identity.instance, mark, to);
}

static bool may_hold(struct holding *h, const char *number)
{
	const struct engine *engine = h->engine;
	struct phone phone;
	struct phone_refusal refusal;
	struct country_refusal abroad;
	struct err e;
	if (!phone_parse(number, strlen(number), NULL, &phone, &refusal)) {
		refuse(h, "number", phone_reject_wire(refusal.code), ERR_PHONE_REFUSED,
			refusal.message, refusal.hint);
		return false;
	}
	TEXT_COPY(h->nobodys.number, phone.e164);
	if (phone.country[0] != '\0' && !country_can_complete(phone.country, &abroad)) {
		refuse(h, "number", abroad.reason, ERR_PHONE_REFUSED, abroad.message, abroad.hint);
		return false;
	}
	if (engine->lease.worker == 0) {
		(void)engine_is_ready(engine, &e);
		refuse(h, "", err_wire(e.code), e.code, e.message, e.hint);
	} else if (engine->rules.is_frozen) {
		refuse(h, "", err_wire(ERR_FROZEN), ERR_FROZEN,
			"could not reserve: spending is frozen",
			"Sign up with the number all the same: it waits until spending goes on.");
	} else if (!engine_may_reserve(engine)) {
		refuse(h, "", err_wire(ERR_CARRIER_LEVEL), ERR_CARRIER_LEVEL,
			"could not reserve: this Telnyx account may not", NULL);
	} else if (live_orders_is_pinned(engine->live, phone.e164, NULL)) {
		refuse(h, "number", err_wire(ERR_CHOICE_GONE), ERR_CHOICE_GONE,
			"could not reserve: somebody is just getting this number", NULL);
	} else {
		return true;
	}
	return false;
}

void engine_reserve(struct engine *engine, const char *number, engine_reserve_done done, void *arg)
{
	struct holding *h = must_calloc(1, sizeof(*h));
	h->engine = engine;
	h->done = done;
	h->arg = arg;
	LIST_INSERT_HEAD(&engine->holdings, h, link);
	if (!may_hold(h, number)) {
		loop_post(engine->loop, end_refused, h);
		return;
	}
	TEXT_COPY(h->nobodys.instance, engine->identity.instance);
	make_reference(engine, h->command.reference);
	h->command.kind = COMMAND_OFFER;
	carrier_ask(engine->carrier, &h->nobodys, &h->command, NULL, offered, h);
}
