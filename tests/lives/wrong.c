/*
 * wrong.c - mutants: what the carrier and the voice platform say is turned into
 * what careless code would have made of it.  The judge must see each of them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/lives/life.h"

struct asked {
	enum command_kind kind;
	bool (*gate)(void *arg);
	void (*done)(void *arg, const struct answer *answer);
	void *arg;
};

static void turn(enum command_kind kind, struct answer *a)
{
	bool is_buy = kind == COMMAND_BUY;
	switch (life.mutant) {
	case MUTANT_LIMITED_GONE:
		if (is_buy && a->code == ERR_CARRIER_LIMITED)
			a->code = ERR_CARRIER_NUMBER_GONE;
		break;
	case MUTANT_UNCLEAR_GONE:
		if (is_buy && a->code == ERR_CARRIER_UNCLEAR)
			a->code = ERR_CARRIER_NUMBER_GONE;
		break;
	case MUTANT_UNCLEAR_UNSENT:
		if (is_buy && a->code == ERR_CARRIER_UNCLEAR)
			a->code = ERR_CARRIER_DOWN;
		break;
	case MUTANT_READ_IS_ACTIVE:
		if (kind == COMMAND_READ_ORDER || kind == COMMAND_READ_NUMBER) {
			a->code = ERR_OK;
			a->number_status = NUMBER_ACTIVE;
			a->differs[0] = '\0';
			if (a->number_id[0] == '\0')
				TEXT_COPY(a->number_id, "1");
		} else if (kind == COMMAND_READ_VOICE || kind == COMMAND_IMPORT) {
			a->code = ERR_OK;
			a->voice_status = VOICE_ACTIVE;
			a->differs[0] = '\0';
			if (a->voice_id[0] == '\0')
				TEXT_COPY(a->voice_id, "e2b1d9c4-3f5a-4c6e-9b8d-7a1f0c2e4d63");
		}
		break;
	case MUTANT_RELEASE_BELIEVED:
		if (kind == COMMAND_READ_NUMBER && a->code != ERR_OK) {
			a->code = ERR_OK;
			a->number_status = NUMBER_ABSENT;
		}
		break;
	case MUTANT_IMPORT_UNSENT:
		if (kind == COMMAND_FIND_VOICE && a->code == ERR_OK)
			a->voice_id[0] = '\0';
		if (kind == COMMAND_IMPORT && a->code == ERR_VOICE_UNCLEAR)
			a->code = ERR_VOICE_DOWN;
		break;
	case MUTANT_NONE:
	case MUTANT_S5XX_UNSENT:
	case MUTANT_EAGER_STORE:
	case MUTANT_EAGER_SEND:
	case MUTANT_SENDS_TWICE:
	case MUTANT_NO_CAS:
	case MUTANT_NO_UNIQUENESS:
	case MUTANT_COUNT:
		break;
	}
}

static void answered(void *arg, const struct answer *answer)
{
	struct asked asked = *(struct asked *)arg;
	struct answer a = *answer;
	free(arg);
	turn(asked.kind, &a);
	life_trace("answer  %s: %s %s", command_wire(asked.kind), err_wire(a.code), a.message);
	asked.done(asked.arg, &a);
}

static bool gate(void *arg)
{
	const struct asked *asked = arg;
	return asked->gate(asked->arg);
}

static struct asked *asked_new(enum command_kind kind, bool (*ask_gate)(void *arg),
	void (*done)(void *arg, const struct answer *answer), void *arg)
{
	struct asked *asked = must_calloc(1, sizeof(*asked));
	*asked = (struct asked){kind, ask_gate, done, arg};
	return asked;
}

/* --- the carrier --- */

static struct wrong_carrier {
	struct carrier base;
	struct carrier *inner;
} carriers[VTIME_PROCESSES + 1];

static struct carrier *right_carrier(struct carrier *c)
{
	return ((struct wrong_carrier *)c)->inner;
}

static void carrier_ask_wrong(struct carrier *c, const struct order *o,
	const struct command *command, bool (*ask_gate)(void *arg), carrier_done done, void *arg)
{
	struct asked *asked = asked_new(command->kind, ask_gate, done, arg);
	carrier_ask(right_carrier(c), o, command, ask_gate != NULL ? gate : NULL, answered, asked);
}

static void carrier_stock_wrong(
	struct carrier *c, const char *country, carrier_stock_done done, void *arg)
{
	carrier_stock(right_carrier(c), country, done, arg);
}

static void carrier_offers_wrong(
	struct carrier *c, const struct carrier_query *query, carrier_offers_done done, void *arg)
{
	carrier_offers(right_carrier(c), query, done, arg);
}

static void carrier_expect_wrong(struct carrier *c, const char *id)
{
	carrier_expect_connection(right_carrier(c), id);
}

static void carrier_orders_wrong(
	struct carrier *c, int page, int64_t after_ms, carrier_orders_done done, void *arg)
{
	carrier_orders(right_carrier(c), page, after_ms, done, arg);
}

static struct carrier *carrier_free_wrong(struct carrier *c)
{
	return carrier_free(right_carrier(c));
}

struct carrier *wrong_carrier(int process, struct carrier *inner)
{
	static const struct carrier_ops ops = {.ask = carrier_ask_wrong,
		.offers = carrier_offers_wrong,
		.stock = carrier_stock_wrong,
		.orders = carrier_orders_wrong,
		.expect_connection = carrier_expect_wrong,
		.free = carrier_free_wrong};
	carriers[process] = (struct wrong_carrier){{&ops}, inner};
	return &carriers[process].base;
}

/* --- the voice platform --- */

static struct wrong_voice {
	struct voice base;
	struct voice *inner;
} voices[VTIME_PROCESSES + 1];

static struct voice *right_voice(struct voice *v)
{
	return ((struct wrong_voice *)v)->inner;
}

static void voice_check_wrong(struct voice *v, voice_check_done done, void *arg)
{
	voice_check(right_voice(v), done, arg);
}

static void voice_ask_wrong(struct voice *v, const struct order *o, const struct command *command,
	bool (*ask_gate)(void *arg), voice_done done, void *arg)
{
	struct asked *asked = asked_new(command->kind, ask_gate, done, arg);
	voice_ask(right_voice(v), o, command, ask_gate != NULL ? gate : NULL, answered, asked);
}

static struct voice *voice_free_wrong(struct voice *v)
{
	return voice_free(right_voice(v));
}

struct voice *wrong_voice(int process, struct voice *inner)
{
	static const struct voice_ops ops = {
		.check = voice_check_wrong, .ask = voice_ask_wrong, .free = voice_free_wrong};
	voices[process] = (struct wrong_voice){{&ops}, inner};
	return &voices[process].base;
}
