/* holds.c - a number for sale, kept for a short time for whoever looks at it. */
#include <string.h>

#include "api/inside.h"
#include "base/clock.h"
#include "base/text.h"

/* Reservations are few and shared by all: each network gets its part, and
 * strangers together no more than leaves room for the sign-ups themselves. */
#define HOLDS_WINDOW_MS 600000
#define HOLDS_A_NETWORK 6
#define HOLDS_OF_STRANGERS 60

void holds_begin(struct api *api)
{
	api->holds_a_network = source_rate_new(HOLDS_A_NETWORK, HOLDS_WINDOW_MS);
	api->holds_of_strangers = source_rate_new(HOLDS_OF_STRANGERS, HOLDS_WINDOW_MS);
}

void holds_end(struct api *api)
{
	api->holds_a_network = source_rate_free(api->holds_a_network);
	api->holds_of_strangers = source_rate_free(api->holds_of_strangers);
}

int64_t api_hold_wait_ms(struct api *api, struct http_request *r)
{
	char network[64];
	int64_t now_ms = clock_boot_ms(clock_machine()), wait_ms = 0;
	if (api_has_key(api, r))
		return 0;
	api_source(r, network, sizeof(network));
	/* The network's own part first: whoever has used it up takes nothing from all. */
	if (!http_request_peer_is_loopback(r))
		wait_ms = source_rate_take(api->holds_a_network, network, now_ms);
	return wait_ms != 0 ? wait_ms : source_rate_take(api->holds_of_strangers, "", now_ms);
}

static void refuse(struct http_request *r, const struct wish_error *error)
{
	struct problem problem = {.err = &error->err};
	if (err_http(error->err.code) >= 500 && error->err.code != ERR_CARRIER_NOT_OFFERED) {
		answer_nothing_begun(r, &error->err);
		return;
	}
	if (error->err.code == ERR_PHONE_REFUSED)
		problem.code = error->reason;
	if (error->field[0] != '\0')
		problem.field = text_is(error->field, "number") ? "phone_number" : error->field;
	answer_problem(r, &problem);
}

static void reserved(
	void *arg, const struct wish_error *error, const struct engine_reserved *reserved)
{
	char until[CLOCK_TEXT_BYTES], upfront[32], monthly[32];
	if (error != NULL) {
		refuse(arg, error);
		return;
	}
	const struct candidate *c = &reserved->candidate;
	clock_format(reserved->until_ms, until);
	text_from_cents(c->upfront_cents, upfront, sizeof(upfront));
	text_from_cents(c->monthly_cents, monthly, sizeof(monthly));
	answer_json(arg, 201,
		json_pack("{s:s s:s s:{s:s s:s s:s} s:s}", "hold", reserved->hold, "phone_number",
			c->number, "cost", "upfront", upfront, "monthly", monthly, "currency",
			c->currency, "until", until));
}

/* Which of a stranger's words is wrong is said before anything is counted. */
static bool read_number(struct http_request *r, struct phone *ret)
{
	char typed[64];
	struct phone_refusal refusal;
	struct wish_error error = {.field = "phone_number"};
	const struct input_field fields[] = {{"phone_number", typed, sizeof(typed)}};
	if (!input_body(r, fields, COUNT_OF(fields), false))
		return false;
	if (typed[0] == '\0') {
		answer_invalid(r, "phone_number", "phone_number is missing");
		return false;
	}
	if (phone_parse(typed, strlen(typed), NULL, ret, &refusal))
		return true;
	TEXT_COPY(error.reason, phone_reject_wire(refusal.code));
	err_set_hint(&error.err, ERR_PHONE_REFUSED, refusal.hint, "%s", refusal.message);
	refuse(r, &error);
	return false;
}

void holds_create(const struct call *call)
{
	struct phone phone;
	struct err e;
	if (!read_number(call->r, &phone))
		return;
	int64_t wait_ms = api_hold_wait_ms(call->api, call->r);
	if (wait_ms != 0) {
		err_set_hint(&e, ERR_TOO_MANY_REQUESTS,
			"Sign up with the number all the same: holding it is a courtesy.",
			"too many numbers are held from this network");
		answer_problem(call->r, &(struct problem){.err = &e, .wait_ms = wait_ms});
		return;
	}
	engine_reserve(call->api->engine, phone.e164, reserved, call->r);
}
