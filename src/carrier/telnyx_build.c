/*
 * Telnyx's requests.
 *
 * Filters are one deepObject parameter; brackets go percent-encoded, as the
 * official clients send them.  A filter that is spelt wrongly is ignored by
 * Telnyx without a word, so every reader checks what came back.
 */
#include "carrier/telnyx_wire.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "numbering/area_codes.h"
#include "numbering/countries.h"

#define URL_BYTES 2048
#define BODY_BYTES 1024

struct builder {
	struct str url;
	char mark; /* '?' before the first parameter, then '&' */
};

static void start(struct builder *b, const char *base, const char *path)
{
	str_init(&b->url, URL_BYTES);
	b->mark = '?';
	str_add(&b->url, base);
	str_add(&b->url, path);
}

/* An id in the path: it came from outside, so it is encoded whole. */
static void add_id(struct builder *b, const char *id, const char *rest)
{
	str_add_char(&b->url, '/');
	str_add_url(&b->url, id);
	str_add(&b->url, rest);
}

static void add_pair(struct builder *b, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	str_add_char(&b->url, b->mark);
	b->mark = '&';
	str_add(&b->url, name);
	str_add_char(&b->url, '=');
	str_add_url(&b->url, value);
}

static void add_int(struct builder *b, const char *name, int value)
{
	char text[16];
	text_format(text, sizeof(text), "%d", value);
	add_pair(b, name, text);
}

static void add_page(struct builder *b, int page, int rows)
{
	if (page > 1)
		add_int(b, "page%5Bnumber%5D", page);
	add_int(b, "page%5Bsize%5D", rows);
}

/* All parts are bounded by the structs they come from. */
static struct http_call finish(struct builder *b, enum http_method method, char *body)
{
	must(str_ok(&b->url));
	return (struct http_call){.method = method, .url = str_take(&b->url), .body = body};
}

static char *finish_body(struct str *body)
{
	must(str_ok(body));
	return str_take(body);
}

struct http_call telnyx_build_balance(const char *base)
{
	struct builder b;
	start(&b, base, "/balance");
	return finish(&b, HTTP_GET, NULL);
}

const char *telnyx_region_alone(const char *region)
{
	const char *dash = strchr(region, '-');
	return dash != NULL ? dash + 1 : region;
}

/* No filter on features: with it some area codes answer an error (212) or
 * nothing; the rows say their features, and the reader looks. */
struct http_call telnyx_build_search(const char *base, const struct carrier_query *query)
{
	struct builder b;
	start(&b, base, "/available_phone_numbers");
	add_pair(&b, "filter%5Bcountry_code%5D", query->country);
	add_pair(&b, "filter%5Bphone_number_type%5D", query->is_toll_free ? "toll_free" : "local");
	add_pair(&b, "filter%5Bnational_destination_code%5D", query->area_code);
	if (query->area_code[0] == '\0')
		add_pair(&b, "filter%5Badministrative_area%5D", telnyx_region_alone(query->region));
	if (query->is_toll_free) /* the others take up to two business days */
		add_pair(&b, "filter%5Bquickship%5D", "true");
	add_pair(&b, "filter%5Blocality%5D", query->town);
	add_pair(&b, "filter%5Bphone_number%5D%5Bcontains%5D", query->contains);
	add_int(&b, "filter%5Blimit%5D", query->limit);
	return finish(&b, HTTP_GET, NULL);
}

void telnyx_query_of_order(const struct order *o, struct carrier_query *ret)
{
	/* Few rows at first, since each costs; more when those were not enough. */
	*ret = (struct carrier_query){
		.limit = o->searches + o->tries == 0 ? 2 * ORDER_CANDIDATES : CARRIER_OFFERS_MOST};
	TEXT_COPY(ret->country, o->place.country);
	TEXT_COPY(ret->area_code, o->place.npa);
	TEXT_COPY(ret->region, o->place.region);
	TEXT_COPY(ret->town, o->place.town);
	TEXT_COPY(ret->contains, o->contains);
}

struct http_call telnyx_build_stock(const char *base, const char *country)
{
	struct builder b;
	start(&b, base, "/inventory_coverage");
	add_pair(&b, "filter%5Bcountry_code%5D", country);
	add_pair(&b, "filter%5Bphone_number_type%5D", "local");
	add_pair(&b, "filter%5BgroupBy%5D", "national_destination_code");
	add_pair(&b, "filter%5Bcount%5D", "true");
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_papers(const char *base, const char *country)
{
	struct builder b;
	start(&b, base, "/requirements");
	add_pair(&b, "filter%5Bcountry_code%5D", country);
	add_pair(&b, "filter%5Baction%5D", "ordering");
	add_page(&b, 1, TELNYX_OWNED_ROWS);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_offer(const char *base, const char *number)
{
	struct builder b;
	char npa[4] = "";
	const char *national = "";
	const char *country = "US";
	start(&b, base, "/available_phone_numbers");
	if (text_starts(number, "+1") && strlen(number) == 12) {
		text_copy_part(npa, sizeof(npa), number + 2, 3);
		const struct area_code *area = area_code_find(npa);
		if (area != NULL && area->country[0] != '\0')
			country = area->country;
		national = number + 5; /* without the area code when that is a filter */
	} else {
		const struct country_plan *plan = country_of_number(number + 1, &national);
		country = plan != NULL ? plan->iso : "";
		national = plan != NULL ? national : number + 1;
	}
	add_pair(&b, "filter%5Bcountry_code%5D", country);
	add_pair(&b, "filter%5Bnational_destination_code%5D", npa);
	add_pair(&b, "filter%5Bphone_number%5D%5Bstarts_with%5D", national);
	add_int(&b, "filter%5Blimit%5D", 10);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_orders(const char *base, const char *reference, int page)
{
	struct builder b;
	start(&b, base, "/number_orders");
	add_pair(&b, "filter%5Bcustomer_reference%5D", reference);
	add_page(&b, page, TELNYX_LIST_ROWS);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_orders_after(const char *base, int64_t after_ms, int page)
{
	struct builder b;
	char after[CLOCK_TEXT_BYTES];
	clock_format(after_ms, after);
	start(&b, base, "/number_orders");
	add_pair(&b, "filter%5Bcreated_at%5D%5Bgt%5D", after);
	add_page(&b, page, TELNYX_OWNED_ROWS);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_order(const char *base, const char *order_id)
{
	struct builder b;
	start(&b, base, "/number_orders");
	add_id(&b, order_id, "");
	return finish(&b, HTTP_GET, NULL);
}

/* {"phone_numbers":[{"phone_number":"+1…"}],"customer_reference":"…"} */
static char *listed_body(const char *number, const char *reference)
{
	struct str s;
	str_init(&s, BODY_BYTES);
	str_add(&s, "{\"phone_numbers\":[{\"phone_number\":");
	json_add_string(&s, number);
	str_add(&s, "}],\"customer_reference\":");
	json_add_string(&s, reference);
	str_add_char(&s, '}');
	return finish_body(&s);
}

struct http_call telnyx_build_reserve(const char *base, const char *number, const char *reference)
{
	struct builder b;
	start(&b, base, "/number_reservations");
	struct http_call call = finish(&b, HTTP_POST, listed_body(number, reference));
	call.may_repeat = true; /* free, and ours already the second time */
	return call;
}

struct http_call telnyx_build_reservations(const char *base, const char *number, int page)
{
	struct builder b;
	start(&b, base, "/number_reservations");
	add_pair(&b, "filter%5Bphone_numbers.phone_number%5D", number);
	/* Each request for what is held already leaves a failed one in the list:
	 * an outage's worth of them would hide ours (lives, seed 45640). */
	add_pair(&b, "filter%5Bstatus%5D", "success");
	add_page(&b, page, TELNYX_LIST_ROWS);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_extend(const char *base, const char *reservation_id)
{
	struct builder b;
	start(&b, base, "/number_reservations");
	add_id(&b, reservation_id, "/actions/extend");
	return finish(&b, HTTP_POST, NULL);
}

/* Never a connection_id: the voice platform sets its own on import, and a
 * wrong one would refuse the whole order.  No messaging profile either. */
struct http_call telnyx_build_buy(
	const char *base, enum order_method method, const char *number, const char *reference)
{
	struct builder b;
	if (method == METHOD_NUMBER_ORDERS) {
		start(&b, base, "/number_orders");
		return finish(&b, HTTP_POST, listed_body(number, reference));
	}
	must(method == METHOD_PHONE_NUMBERS);
	struct str s;
	str_init(&s, BODY_BYTES);
	str_add(&s, "{\"phone_number\":");
	json_add_string(&s, number);
	str_add(&s, ",\"customer_reference\":");
	json_add_string(&s, reference);
	str_add_char(&s, '}');
	start(&b, base, "/phone_numbers");
	return finish(&b, HTTP_POST, finish_body(&s));
}

struct http_call telnyx_build_verify(const char *base, const char *number)
{
	struct builder b;
	struct str s;
	str_init(&s, BODY_BYTES);
	str_add(&s, "{\"phone_numbers\":[");
	json_add_string(&s, number);
	str_add(&s, "]}");
	start(&b, base, "/phone_numbers/actions/verify_ownership");
	struct http_call call = finish(&b, HTTP_POST, finish_body(&s));
	call.may_repeat = true; /* a POST that only reads */
	return call;
}

/* The filter takes digits only: any other character finds nothing. */
struct http_call telnyx_build_numbers(const char *base, const char *number, int page)
{
	struct builder b;
	start(&b, base, "/phone_numbers");
	add_pair(&b, "filter%5Bphone_number%5D", number + (number[0] == '+'));
	add_page(&b, page, TELNYX_LIST_ROWS);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_owned(const char *base, int page)
{
	struct builder b;
	start(&b, base, "/phone_numbers");
	add_page(&b, page, TELNYX_OWNED_ROWS);
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_number(const char *base, const char *number_id)
{
	struct builder b;
	start(&b, base, "/phone_numbers");
	add_id(&b, number_id, "");
	return finish(&b, HTTP_GET, NULL);
}

struct http_call telnyx_build_release(const char *base, const char *number_id)
{
	struct builder b;
	start(&b, base, "/phone_numbers");
	add_id(&b, number_id, "");
	return finish(&b, HTTP_DELETE, NULL);
}
