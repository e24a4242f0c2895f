#include "engine/view.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/origin.h"
#include "numbering/lookup.h"
#include "numbering/places.h"

void view_area_code(const char *e164, char to[COUNTRY_NDC_BYTES])
{
	struct phone phone;
	struct phone_refusal ignored;
	bool is_nanp = text_starts(e164, "+1") && strlen(e164) == 12;
	text_copy_part(to, COUNTRY_NDC_BYTES, e164, 0);
	if (is_nanp)
		text_copy_part(to, COUNTRY_NDC_BYTES, e164 + 2, 3);
	else if (phone_parse(e164, strlen(e164), "", &phone, &ignored))
		text_copy(to, COUNTRY_NDC_BYTES, ladder_own_code(&phone));
}

void view_phone(const char *e164, char *to, size_t to_bytes)
{
	if (text_starts(e164, "+1") && strlen(e164) == 12)
		text_format(to, to_bytes, "(%.3s) %.3s-%.4s", e164 + 2, e164 + 5, e164 + 8);
	else
		text_copy(to, to_bytes, e164);
}

static void member(struct str *to, const char *name, const char *text)
{
	str_addf(to, "\"%s\":", name);
	if (text[0] != '\0')
		json_add_string(to, text);
	else
		str_add(to, "null");
	str_add_char(to, ',');
}

/* The comma after the last member becomes the end. */
static void close_object(struct str *to)
{
	must(to->bytes > 0 && to->text[to->bytes - 1] == ',');
	to->text[to->bytes - 1] = '}';
}

static void add_time(struct str *to, const char *name, int64_t ms)
{
	char text[CLOCK_TEXT_BYTES];
	clock_format(ms, text);
	member(to, name, text);
}

static void add_cents(struct str *to, const char *name, int64_t cents)
{
	char text[32];
	text_from_cents(cents, text, sizeof(text));
	member(to, name, text);
}

/* Tenths of a kilometre between where it was wanted and where it is. */
static int32_t distance(const struct order *o, const char *area_code)
{
	/* Codes of two plans may be the same digits. */
	if (area_code[0] == '\0' || text_starts(o->number, "+1") != country_is_nanp(o->country))
		return -1;
	bool is_here = text_starts(o->number, "+1");
	if (is_here && o->match.npa[0] != '\0')
		return o->match.km_tenths;
	if (text_is(area_code, o->area_code))
		return 0;
	if (!is_here)
		return -1;
	const struct area_code *a = area_code_find(o->area_code);
	const struct area_code *b = area_code_find(area_code);
	bool is_placed = a != NULL && b != NULL && b->kind == KIND_GEOGRAPHIC;
	return is_placed ? (int32_t)lround(area_code_km(a, b) * 10) : -1;
}

static void write_km(char *to, size_t bytes, int32_t tenths)
{
	if (tenths % 10 == 0)
		text_format(to, bytes, "%d", tenths / 10);
	else
		text_format(to, bytes, "%d.%d", tenths / 10, tenths % 10);
}

/* Why not the area code that was asked for; "" where it is that one. */
static void say_what_was_not(
	const struct order *o, const char *area_code, char *to, size_t to_bytes)
{
	char number[24] = "number";
	if (o->contains[0] != '\0') /* another may have been */
		text_format(number, sizeof(number), "number with %s", o->contains);
	to[0] = '\0';
	if (o->match.rung <= LADDER_SAME_AREA_CODE || area_code[0] == '\0' ||
		text_is(area_code, o->area_code))
		return;
	if (o->match.rung <= LADDER_NEARBY)
		text_format(to, to_bytes, "no %s could be had in %s; ", number, o->area_code);
	else
		text_format(to, to_bytes, "no nearer %s could be had; ", number);
}

static void add_reason(struct str *to, const struct order *o, const char *area_code)
{
	char reason[80 + LADDER_REASON_BYTES], why[LADDER_REASON_BYTES];
	struct ladder from = {.count = 0};
	if (o->mode == ORDER_MODE_EXISTING) {
		TEXT_COPY(reason, "the number was brought along");
	} else if (text_is(o->wanted.number, o->number)) {
		TEXT_COPY(reason, "this number was chosen");
	} else {
		(void)order_ladder(o, LADDER_SAME_AREA_CODE, &from);
		ladder_reason(&o->match, o->number, from.town, why);
		say_what_was_not(o, area_code, reason, sizeof(reason));
		text_copy(reason + strlen(reason), sizeof(reason) - strlen(reason), why);
	}
	member(to, "reason", reason);
}

static void add_town(struct str *to, const struct order *o)
{
	struct place town;
	member(to, "town", place_of_number(o->number, &town) ? town.name : "");
}

/* A chosen number may be of no place on the way: toll-free, or over a border. */
static const char *rung_word(const struct order *o)
{
	bool is_chosen = text_is(o->wanted.number, o->number);
	if (o->mode == ORDER_MODE_EXISTING)
		return "existing";
	return is_chosen && o->match.npa[0] == '\0' ? "chosen" : ladder_rung_wire(o->match.rung);
}

static void add_match(struct str *to, const struct order *o)
{
	char area_code[COUNTRY_NDC_BYTES], km[16];
	bool is_existing = o->mode == ORDER_MODE_EXISTING;
	if (o->number[0] == '\0') {
		str_add(to, "\"match\":null,");
		return;
	}
	view_area_code(o->number, area_code);
	int32_t tenths = is_existing ? -1 : distance(o, area_code);
	str_add(to, "\"match\":{");
	member(to, "rung", rung_word(o));
	member(to, "requested_area_code", is_existing ? "" : o->area_code);
	member(to, "area_code", area_code);
	add_town(to, o);
	write_km(km, sizeof(km), tenths);
	str_addf(to, "\"distance_km\":%s,", tenths < 0 ? "null" : km);
	add_reason(to, o, area_code);
	close_object(to);
	str_add_char(to, ',');
}

static void add_cost(struct str *to, const struct order *o)
{
	if (o->number[0] == '\0' || o->pinned.currency[0] == '\0') {
		str_add(to, "\"cost\":null,");
		return;
	}
	str_add(to, "\"cost\":{");
	add_cents(to, "upfront", o->pinned.upfront_cents);
	add_cents(to, "monthly", o->pinned.monthly_cents);
	member(to, "currency", o->pinned.currency);
	close_object(to);
	str_add_char(to, ',');
}

static void add_sides(struct str *to, const struct order *o)
{
	if (o->order_id[0] == '\0' && o->number_id[0] == '\0') {
		str_add(to, "\"carrier\":null,");
	} else {
		str_add(to, "\"carrier\":{\"name\":\"telnyx\",");
		member(to, "order_id", o->order_id);
		member(to, "number_id", o->number_id);
		member(to, "status", o->carrier_status);
		member(to, "method",
			o->mode == ORDER_MODE_EXISTING ? "" : order_method_wire(o->method));
		close_object(to);
		str_add_char(to, ',');
	}
	if (o->voice_id[0] == '\0') {
		str_add(to, "\"voice\":null,");
		return;
	}
	str_add(to, "\"voice\":{\"name\":\"vapi\",");
	member(to, "number_id", o->voice_id);
	member(to, "assistant_id", "");
	member(to, "status", o->voice_status);
	close_object(to);
	str_add_char(to, ',');
}

/* Only what stops it is told as an error; a passing trouble is in the timeline. */
static void add_error(struct str *to, const struct order *o)
{
	bool is_stopped = o->state == ORDER_FAILED || o->state == ORDER_PARKED ||
			  o->state == ORDER_NEEDS_INPUT || o->error.code == ERR_FROZEN;
	if (!is_stopped || o->error.code == ERR_OK) {
		str_add(to, "\"error\":null,");
		return;
	}
	str_add(to, "\"error\":{");
	member(to, "code", err_wire(o->error.code));
	member(to, "message", o->error.message);
	member(to, "hint", err_hint(&o->error));
	close_object(to);
	str_add_char(to, ',');
}

void view_signup_text(const struct order *o, struct str *to)
{
	str_add_char(to, '{');
	member(to, "id", o->id);
	member(to, "status", order_status(o->state));
	member(to, "business_name", o->business_name);
	member(to, "email", o->email);
	member(to, "business_phone", o->business_phone);
	member(to, "area_code", o->area_code);
	member(to, "mode", order_mode_wire(o->mode));
	member(to, "number", o->number);
	add_match(to, o);
	add_cost(to, o);
	add_sides(to, o);
	add_error(to, o);
	member(to, "reference", o->reference);
	add_time(to, "created_at", o->created_ms);
	add_time(to, "updated_at", o->updated_ms);
	close_object(to);
}

json_t *view_signup(const struct order *o)
{
	struct str text;
	char why[160] = "";
	str_init(&text, 16 * 1024);
	view_signup_text(o, &text);
	json_t *document = json_parse(text.text, text.bytes, why, sizeof(why));
	must_have(document != NULL, "out of memory");
	str_done(&text);
	return document;
}

json_t *view_event(const struct store_event *event)
{
	char at[CLOCK_TEXT_BYTES];
	clock_format(event->at_ms, at);
	json_t *j = json_pack("{s:I s:s s:s s:s s:s s:o s:s}", "seq", (json_int_t)event->seq, "at",
		at, "event", event->event, "from", event->from, "to", event->to, "detail",
		json_string_or_null(event->detail), "hash", event->hash);
	must(j != NULL);
	return j;
}

static void spell_capitals(char *town)
{
	bool is_first = true;
	for (; *town != '\0'; town++) {
		bool is_capital = *town >= 'A' && *town <= 'Z';
		if (is_capital && !is_first)
			*town = (char)(*town - 'A' + 'a');
		is_first = !is_capital && (*town == ' ' || *town == '-' || *town == '.');
	}
}

/* Our own spelling of the town: of the number's exchange, else of that state. */
static bool find_spelling(const struct carrier_offer *offer, struct place *ret)
{
	static const char *const countries[] = {"US", "CA"};
	if (place_of_number(offer->candidate.number, ret) &&
		place_is_called(ret->name, offer->locality))
		return true;
	for (size_t i = 0; i < COUNT_OF(countries); i++) {
		char region[40];
		text_format(region, sizeof(region), "%s-%s", countries[i], offer->region);
		if (place_find_in(offer->locality, region, ret) &&
			place_is_called(ret->name, offer->locality))
			return true;
	}
	return false;
}

void view_town(const struct carrier_offer *offer, char to[VIEW_TOWN_BYTES])
{
	char town[sizeof(offer->locality)];
	struct place place;
	TEXT_COPY(town, offer->locality);
	if (strpbrk(town, "abcdefghijklmnopqrstuvwxyz") == NULL)
		spell_capitals(town);
	text_format(to, VIEW_TOWN_BYTES, "%s%s%s", find_spelling(offer, &place) ? place.name : town,
		town[0] && offer->region[0] ? ", " : "", offer->region);
}

static json_t *features(const struct carrier_offer *offer)
{
	json_t *list = json_array();
	if (offer->has_voice)
		json_array_append_new(list, json_string("voice"));
	if (offer->has_sms)
		json_array_append_new(list, json_string("sms"));
	return list;
}

json_t *view_offer(const struct carrier_offer *offer, const struct ladder_step *step)
{
	const struct candidate *c = &offer->candidate;
	char area_code[COUNTRY_NDC_BYTES], upfront[32], monthly[32];
	view_area_code(c->number, area_code);
	text_from_cents(c->upfront_cents, upfront, sizeof(upfront));
	text_from_cents(c->monthly_cents, monthly, sizeof(monthly));
	bool is_placed = step->npa[0] != '\0';
	json_t *j = json_pack("{s:s s:o s:o s:o s:{s:s s:s s:s} s:s s:o s:o s:o}", "phone_number",
		c->number, "area_code", json_string_or_null(area_code), "locality",
		json_string_or_null(offer->locality), "region", json_string_or_null(offer->region),
		"cost", "upfront", upfront, "monthly", monthly, "currency", c->currency, "rung",
		ladder_rung_wire(step->rung), "distance_km",
		is_placed ? lookup_km(step->km_tenths) : json_null(), "town",
		json_string_or_null(step->town), "features", features(offer));
	must(j != NULL);
	return j;
}

static json_t *requirements(const struct engine_papers *papers)
{
	if (papers != NULL && !papers->is_known)
		return json_null();
	json_t *list = json_array();
	for (int i = 0; papers != NULL && i < papers->count; i++) {
		const struct carrier_paper *p = &papers->list[i];
		json_t *one = json_pack("{s:s s:o s:o s:o}", "name", p->name, "kind",
			json_string_or_null(p->kind), "description", json_string_or_null(p->about),
			"locality", json_string_or_null(p->locality));
		must(json_array_append_new(list, one) == 0);
	}
	return list;
}

json_t *view_found(const struct engine_search *search, const struct engine_offer *offers, int count,
	const struct engine_papers *papers)
{
	struct ladder l;
	json_t *data = json_array();
	for (int i = 0; i < count; i++)
		must(json_array_append_new(data, view_offer(&offers[i].offer, &offers[i].place)) ==
			0);
	bool is_placed = origin_find(search, &l, NULL);
	json_t *j = json_pack("{s:o s:o s:o s:o}", "data", data, "origin", origin_document(search),
		"requirements", requirements(papers), "cannot_complete",
		is_placed ? lookup_refused_country(l.country) : json_null());
	must(j != NULL);
	return j;
}

/* --- spending --- */

static json_t *time_or_null(int64_t ms)
{
	char text[CLOCK_TEXT_BYTES];
	if (ms <= 0)
		return json_null();
	clock_format(ms, text);
	return json_string(text);
}

json_t *view_control(const struct engine_control *control)
{
	bool is_frozen = control->store.frozen_at_ms > 0;
	json_t *j = json_pack("{s:b s:o s:o s:i}", "frozen", is_frozen, "frozen_at",
		time_or_null(control->store.frozen_at_ms), "reason",
		json_string_or_null(control->store.reason), "in_flight", control->in_flight);
	must(j != NULL);
	return j;
}

/* Numbers as they are, money as text. */
static json_t *amount(enum spending_limit limit, int64_t value)
{
	char text[32];
	if (value < 0)
		return json_null();
	if (!spending_is_money(limit))
		return json_integer(value);
	text_from_cents(value, text, sizeof(text));
	return json_string(text);
}

static json_t *view_limit(const struct engine_limits *all, enum spending_limit limit)
{
	static const char *const windows[] = {"ever", "hour", "day"};
	const struct store_budget *b = &all->budgets[limit];
	bool is_money = spending_is_money(limit);
	bool is_for_each = limit == SPENDING_CUSTOMER || limit == SPENDING_NETWORK;
	int64_t held = is_for_each ? -1 : is_money ? b->held_cents : b->held_numbers;
	int64_t spent = is_for_each ? -1 : is_money ? b->spent_cents : b->spent_numbers;
	json_t *j = json_pack("{s:s s:s s:s s:s s:o s:o s:o s:s s:o s:o}", "limit",
		spending_wire(limit), "code", err_wire(spending_refusal(limit)), "variable",
		spending_variable(limit), "unit", is_money ? "USD" : "numbers", "most",
		amount(limit, all->limits.most[limit]), "held", amount(limit, held), "spent",
		amount(limit, spent), "window", windows[spending_window(limit)], "window_start",
		time_or_null(spending_window_start_ms(limit, all->at_ms)), "window_end",
		time_or_null(spending_window_end_ms(limit, all->at_ms)));
	must(j != NULL);
	return j;
}

json_t *view_limits(const struct engine_limits *all)
{
	char upfront[32], monthly[32];
	text_from_cents(all->limits.upfront_cents, upfront, sizeof(upfront));
	text_from_cents(all->limits.monthly_cents, monthly, sizeof(monthly));
	json_t *j = view_control(&all->control);
	json_t *list = json_array();
	for (int i = 0; i < SPENDING_LIMIT_COUNT; i++)
		must(json_array_append_new(list, view_limit(all, (enum spending_limit)i)) == 0);
	must(json_object_set_new(j, "price",
		     json_pack("{s:s s:s s:s}", "upfront", upfront, "monthly", monthly, "currency",
			     "USD")) == 0);
	must(json_object_set_new(j, "limits", list) == 0);
	return j;
}
