/*
 * page_hold.c - the chosen number is kept while the form is filled in.
 *
 * The script asks and shows what is said; the sign-up gets the token.  Without
 * a hold the chosen number is bought all the same, if it is still there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/view.h"
#include "net/http_server.h"
#include "web/inside.h"
#include "web/offers.h"

struct holding {
	struct web_ask ask;
	char number[NUMBER_BYTES];
};

/* {say, hold, seconds}: hold is "" and seconds 0 where it is not kept. */
static void answer(
	struct http_request *r, int status, const char *say, const char *hold, int64_t seconds)
{
	json_t *j = json_pack(
		"{s:s s:s s:I}", "say", say, "hold", hold, "seconds", (json_int_t)seconds);
	must(j != NULL);
	char *text = json_to_text(j);
	json_decref(j);
	web_add_headers(r);
	http_answer_header(r, "Cache-Control", "no-store");
	http_answer(r, status, "application/json", text, strlen(text));
	free(text);
}

static bool is_gone(enum err_code code)
{
	return code == ERR_CHOICE_GONE || code == ERR_CARRIER_NUMBER_GONE ||
	       code == ERR_NUMBER_TAKEN;
}

static void answer_unheld(struct http_request *r, const struct err *e)
{
	if (is_gone(e->code))
		answer(r, 409, "That number has just gone. Please choose another.", "", 0);
	else if (e->code == ERR_CARRIER_PRICE || e->code == ERR_PHONE_REFUSED)
		answer(r, 409, "We cannot get that number. Please choose another.", "", 0);
	else
		answer(r, 200,
			"We will get exactly this one, if it is still there when you sign up.", "",
			0);
}

static void reserved(
	void *arg, const struct wish_error *error, const struct engine_reserved *reserved)
{
	struct holding *hold = arg;
	struct web_ask *ask = &hold->ask;
	char shown[32], say[120];
	if (web_ask_is_orphan(ask))
		return;
	if (error != NULL) {
		if (is_gone(error->err.code))
			offers_forget(ask->web, hold->number);
		answer_unheld(ask->request, &error->err);
	} else {
		offers_forget(ask->web, hold->number); /* for the others */
		int64_t left_ms = reserved->until_ms - clock_wall_ms(clock_machine());
		view_phone(reserved->candidate.number, shown, sizeof(shown));
		text_format(say, sizeof(say), "%s is kept for you", shown);
		answer(ask->request, 200, say, reserved->hold, left_ms > 0 ? left_ms / 1000 : 0);
	}
	web_ask_free(ask);
}

void page_hold_take(struct web *web, struct http_request *r)
{
	const char *number = http_request_form(r, "number");
	const struct err none = {0};
	if (number == NULL || !text_is_e164(number)) {
		answer(r, 422, "Choose one of the numbers that are for sale.", "", 0);
	} else if (api_hold_wait_ms(web->api, r) != 0) {
		answer_unheld(r, &none);
	} else {
		struct holding *hold = web_ask_new(web, r, sizeof(*hold));
		TEXT_COPY(hold->number, number);
		engine_reserve(web->engine, number, reserved, hold);
	}
}
