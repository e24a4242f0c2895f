/* GET /available_phone_numbers and GET /inventory_coverage. */
#include <string.h>

#include "base/text.h"
#include "sim/area.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

#define DEFAULT_ROWS 50 /* not documented by Telnyx */
#define SHOWN_FULL 1000 /* what "coverage": "all" says of each area code */

/* All three spellings in use: features=a,b, features[]=a and repeated ones. */
static void read_features(const struct ask *ask, struct wish *wish)
{
	for (size_t i = 0; i < ask->query_count; i++) {
		if (!text_starts(ask->query[i].name, "filter[features]"))
			continue;
		const char *at = ask->query[i].value;
		while (*at != '\0') {
			char name[24];
			size_t n = strcspn(at, ",");
			bool fits = text_copy_part(name, sizeof(name), at, n);
			unsigned feature = fits ? inventory_feature(name) : 0;
			wish->features |= feature;
			wish->is_impossible |= feature == 0;
			at += n + (at[n] == ',');
		}
	}
}

static const char *either(const struct ask *ask, const char *now, const char *older)
{
	const char *value = ask_query(ask, now);
	value = value != NULL ? value : ask_query(ask, older);
	return value != NULL && *value != '\0' ? value : NULL;
}

static int read_npa(const char *text)
{
	int64_t npa = 0;
	if (text == NULL || *text == '\0')
		return 0;
	return strlen(text) == 3 && text_to_int(text, 200, 999, &npa) ? (int)npa : -1;
}

/* Parameters that are not named here are ignored, as the live API ignores
 * them: a bare national_destination_code=415 finds numbers from anywhere. */
static void read_wish(const struct ask *ask, struct wish *wish)
{
	int64_t limit = ask_query_int(ask, "filter[limit]", DEFAULT_ROWS);
	*wish = (struct wish){
		.country = ask_query(ask, "filter[country_code]"),
		.npa = read_npa(ask_query(ask, "filter[national_destination_code]")),
		.type = either(ask, "filter[phone_number_type]", ""),
		.locality = either(ask, "filter[locality]", ""),
		.state = either(ask, "filter[administrative_area]", ""),
		.rate_center = either(ask, "filter[rate_center]", ""),
		.starts = either(ask, "filter[phone_number][starts_with]", "filter[starts_with]"),
		.ends = either(ask, "filter[phone_number][ends_with]", "filter[ends_with]"),
		.contains = either(ask, "filter[phone_number][contains]", "filter[contains]"),
		.best_effort = ask_query_bool(ask, "filter[best_effort]"),
		.quickship = ask_query_bool(ask, "filter[quickship]"),
		.reservable = ask_query_bool(ask, "filter[reservable]"),
		.only_held = ask_query_bool(ask, "filter[only_reserved_numbers]"),
		.limit = limit < 1                    ? 1
			 : limit > INVENTORY_ROWS_MAX ? INVENTORY_ROWS_MAX
						      : (size_t)limit,
	};
	read_features(ask, wish);
}

static bool is_small_account(const struct world *w)
{
	return text_is(w->set.account_level, "trial") || text_is(w->set.account_level, "paid");
}

static bool is_masked(const struct world *w, uint64_t digits)
{
	return is_small_account(w) && !text_is(inventory_country(digits), w->set.home_country);
}

/* Two ways of masking have been seen: +16183xxxxxx and +14375------. */
static void write_number(struct str *s, const struct world *w, uint64_t digits)
{
	char text[E164_BYTES];
	e164_write(digits, text);
	if (is_masked(w, digits))
		memset(text + 6, digits % 2 ? '-' : 'x', strlen(text) - 6);
	wire_string(s, "phone_number", text);
}

static void write_region(struct str *s, const char *type, const char *name)
{
	if (*name == '\0')
		return;
	wire_open(s, NULL, '{');
	wire_string(s, "region_type", type);
	wire_string(s, "region_name", name);
	wire_close(s, '}');
}

/* The order of the regions is not fixed on the wire, and the location may be
 * missing: both happen here, decided by the number. */
static void write_regions(struct str *s, uint64_t digits)
{
	const struct area *area = area_of((int)(digits / 10000000 % 1000));
	const char *city = inventory_town(digits);
	char rate_center[80];
	TEXT_COPY(rate_center, city);
	for (char *c = rate_center; *c != '\0'; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	wire_open(s, "region_information", '[');
	if (digits % 3 == 0)
		write_region(s, "location", city);
	write_region(s, "country_code", inventory_country(digits));
	write_region(s, "state", area != NULL ? area->state : "");
	write_region(s, "rate_center", rate_center);
	if (digits % 3 == 1)
		write_region(s, "location", city);
	wire_close(s, ']');
}

static void write_cost(struct str *s, const struct world *w, uint64_t digits)
{
	int64_t upfront, monthly;
	settings_price(&w->set, digits, &upfront, &monthly);
	wire_open(s, "cost_information", '{');
	wire_price(s, "upfront_cost", upfront);
	wire_price(s, "monthly_cost", monthly);
	wire_string(s, "currency", w->set.currency);
	wire_close(s, '}');
}

static void write_features(struct str *s, const struct world *w, uint64_t digits)
{
	static const char *const names[] = {"emergency", "fax", "voice", "sms", "mms", "hd_voice"};
	unsigned features = inventory_features(w, digits);
	wire_open(s, "features", '[');
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (features & inventory_feature(names[i]))
			str_addf(s, "{\"name\":\"%s\"},", names[i]);
	wire_close(s, ']');
}

static void write_row(struct str *s, const struct world *w, const struct offer *offer)
{
	wire_open(s, NULL, '{');
	wire_string(s, "record_type", "available_phone_number");
	write_number(s, w, offer->digits);
	wire_null(s, "vanity_format");
	wire_bool(s, "best_effort", offer->is_best_effort);
	wire_bool(s, "quickship", inventory_is_quick(w, offer->digits));
	wire_bool(s, "reservable", inventory_is_reservable(w, offer->digits));
	write_regions(s, offer->digits);
	write_cost(s, w, offer->digits);
	write_features(s, w, offer->digits);
	wire_close(s, '}');
}

static void write_counts(struct str *s, const char *name, size_t rows, size_t best_effort)
{
	wire_open(s, name, '{');
	wire_int(s, "total_results", (int64_t)rows);
	wire_int(s, "best_effort_results", (int64_t)best_effort);
	wire_close(s, '}');
}

static bool is_refused(const struct world *w, const struct wish *wish, struct answer *a)
{
	char npa[8];
	text_format(npa, sizeof(npa), "%03d", wish->npa > 0 ? wish->npa : 0);
	if (wish->features != 0 && settings_list_has(w->set.features_error, npa)) {
		telnyx_error(a, 500, "10007", "An unexpected error occured.", NULL);
		return true;
	}
	if (wish->starts != NULL && wish->country != NULL && is_small_account(w) &&
		!text_is_any_case(wish->country, w->set.home_country)) {
		telnyx_error(a, 403, "10038",
			"This feature is not permitted at this account level. Refer to "
			"https://telnyx.com/upgrade.",
			NULL);
		return true;
	}
	return false;
}

void telnyx_search(struct world *w, struct ask *ask, struct answer *a)
{
	struct offer rows[INVENTORY_ROWS_MAX];
	struct wish wish;
	size_t best_effort = 0;
	read_wish(ask, &wish);
	if (is_refused(w, &wish, a))
		return;
	size_t count = inventory_find(w, &wish, rows);
	if (count == 0 && text_is(w->set.no_match, "10031")) {
		telnyx_error(a, 400, "10031", "The request filter filter[] is invalid.", "filter");
		return;
	}
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = 0; i < count; i++) {
		write_row(&a->body, w, &rows[i]);
		best_effort += rows[i].is_best_effort;
		if (!is_masked(w, rows[i].digits))
			telnyx_show(w, ask->key, rows[i].digits);
	}
	wire_close(&a->body, ']');
	write_counts(&a->body, "meta", count, best_effort);
	write_counts(&a->body, "metadata", count, best_effort);
	wire_end(&a->body, '}');
}

/* Inventory coverage: how many numbers there are, by area code or town. */

static const char *group_of(const struct area *area, const char *by)
{
	if (text_is(by, "locality"))
		return area->code->city;
	return area->code->npa;
}

/* What the setting makes of the truth; 0: the area code is not listed. */
static size_t shown_count(const struct world *w, int npa)
{
	if (text_is(w->set.coverage, "none"))
		return 0;
	return text_is(w->set.coverage, "all") ? SHOWN_FULL : inventory_left(w, npa);
}

void telnyx_coverage(struct world *w, struct ask *ask, struct answer *a)
{
	const char *country = ask_query(ask, "filter[country_code]");
	const char *state = either(ask, "filter[administrative_area]", "");
	const char *type = either(ask, "filter[phone_number_type]", "");
	const char *by = either(ask, "filter[groupBy]", "filter[group_by]");
	int npa = read_npa(either(ask, "filter[npa]", "filter[national_destination_code]"));
	size_t count = 0;
	by = by != NULL ? by : "national_destination_code";
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	for (size_t i = 0; i < area_count(); i++) {
		const struct area *area = area_at(i);
		size_t numbers = shown_count(w, area->npa);
		const char *own = area->is_toll_free ? "toll_free" : "local";
		if (numbers == 0 || (npa != 0 && area->npa != npa) ||
			!area_is_in(area, country != NULL ? country : "US", state) ||
			!text_is(type != NULL ? type : "local", own))
			continue;
		count++;
		wire_open(&a->body, NULL, '{');
		wire_string(&a->body, "record_type", "inventory_coverage_group");
		wire_string(&a->body, "group", group_of(area, by));
		wire_string(&a->body, "group_type", by);
		wire_string(&a->body, "administrative_area", area->state);
		wire_string(&a->body, "phone_number_type", own);
		wire_string(&a->body, "number_type", "did");
		wire_int(&a->body, "number_range", 1);
		wire_string(&a->body, "coverage_type", "number");
		if (ask_query_bool(ask, "filter[count]"))
			wire_int(&a->body, "count", (int64_t)numbers);
		wire_bool(&a->body, "advance_requirements", false);
		wire_close(&a->body, '}');
	}
	wire_close(&a->body, ']');
	wire_open(&a->body, "meta", '{');
	wire_int(&a->body, "total_results", (int64_t)count);
	wire_close(&a->body, '}');
	wire_end(&a->body, '}');
}
