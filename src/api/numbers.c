/* numbers.c - what numberd makes of a typed number, and what is for sale. */
#include <string.h>

#include "api/inside.h"
#include "base/text.h"
#include "engine/view.h"
#include "numbering/lookup.h"

#define AVAILABLE_DEFAULT 10

void numbers_lookup(const struct call *call)
{
	char phone[1024], country[8];
	struct http_request *r = call->r;
	if (http_request_query(r, "phone") == NULL) {
		answer_invalid(r, "phone", "phone is missing");
		return;
	}
	if (!input_query_phone(r, "phone", phone, sizeof(phone)) ||
		!input_query_text(r, "country", country, sizeof(country)))
		return;
	bool is_assumed = http_request_query(r, "country") == NULL;
	answer_json(r, 200, lookup_document(phone, strlen(phone), is_assumed ? NULL : country));
}

static void refuse_search(struct http_request *r, const struct wish_error *error)
{
	struct problem problem = {.err = &error->err};
	if (error->field[0] != '\0')
		problem.field = error->field;
	if (error->err.code == ERR_PHONE_REFUSED)
		problem.code = error->reason;
	if (problem.field == NULL)
		answer_nothing_begun(r, &error->err);
	else
		answer_problem(r, &problem);
}

static bool read_search(struct http_request *r, struct engine_search *to)
{
	int64_t limit = AVAILABLE_DEFAULT;
	*to = (struct engine_search){0};
	if (!input_query_phone(r, "phone", to->phone, sizeof(to->phone)) ||
		!input_query_text(r, "country", to->country, sizeof(to->country)) ||
		!input_query_text(r, "area_code", to->area_code, sizeof(to->area_code)) ||
		!input_query_text(r, "postal_code", to->postal_code, sizeof(to->postal_code)) ||
		!input_query_text(r, "city", to->city, sizeof(to->city)) ||
		!input_query_text(r, "contains", to->contains, sizeof(to->contains)) ||
		!input_query_text(r, "max_rung", to->max_rung, sizeof(to->max_rung)) ||
		!input_query_bool(r, "toll_free", &to->is_toll_free) ||
		!input_query_int(r, "limit", 1, CARRIER_OFFERS_MOST, &limit))
		return false;
	to->limit = (int)limit;
	return true;
}

static void found(void *arg, const struct wish_error *error, const struct engine_offer *offers,
	int count, const struct engine_papers *papers)
{
	struct engine_search search;
	if (error != NULL) {
		refuse_search(arg, error);
		return;
	}
	must(read_search(arg, &search)); /* as it was when it was asked */
	answer_json(arg, 200, view_found(&search, offers, count, papers));
}

void numbers_available(const struct call *call)
{
	struct engine_search search;
	if (read_search(call->r, &search))
		engine_search(call->api->engine, &search, found, call->r);
}
