/*
 * telnyx.c - whatever Telnyx or a gateway answers: never a "yes" or a "no" that the
 * bytes do not hold.
 *
 * Input: reader, how the answer came (2 bytes), HTTP status (2 bytes), the body.
 * The oracle reads the body a second time, in its own way: what is claimed of money
 * and ownership must stand there, word for word.
 */
#include <jansson.h>

#include "carrier/telnyx_wire.h"
#include "numbering/places.h"
#include "tests/fuzz/fuzz.h"

#define NOW_MS 1800000000000
#define N "+14155550123"
#define REF "nb1-inst-aaaaaaaaaaaaaaaaaaaa-1"
#define CONNECTION "1494404757140276705"

struct heard {
	struct http_reply reply;
	json_t *root; /* of the body, if that is a JSON object; jansson's own reading */
	struct order order;
	struct answer a;
	enum telnyx_deed deed;
};

/* --- what stands in the body --- */

static const json_t *rows_of(const struct heard *h, const char *path)
{
	return json_at(h->root, path);
}

static bool is_2xx(const struct heard *h)
{
	return h->reply.sent == HTTP_SENT && h->reply.is_complete && h->reply.status >= 200 &&
	       h->reply.status <= 299;
}

/* Does the body name this error, as a number or as text? */
static bool names_error(const struct heard *h, int64_t least, int64_t most)
{
	const json_t *errors = rows_of(h, "errors");
	for (size_t i = 0; i < json_count(errors); i++) {
		char text[32];
		int64_t code;
		if (json_text_or_number(json_array_get(errors, i), "code", text, sizeof(text)) &&
			text_to_int(text, least, most, &code))
			return true;
	}
	return false;
}

static size_t count_rows(const json_t *rows, const char *name, const char *value)
{
	size_t count = 0;
	for (size_t i = 0; i < json_count(rows); i++)
		count += text_is(json_text(json_array_get(rows, i), name), value);
	return count;
}

static bool is_digits_or_empty(const char *text)
{
	return text[0] == '\0' || text_is_digits(text);
}

/* --- what holds for every answer --- */

static bool is_vague(const struct heard *h)
{
	return h->a.code == telnyx_vague(h->deed);
}

/* A claim that needs a code of Telnyx's own in a whole answer of the 400s. */
static void check_claims(const struct heard *h)
{
	int status = h->reply.status;
	bool is_refusal = status >= 400 && status <= 499 && h->reply.is_complete;
	switch ((int)h->a.code) {
	case ERR_CARRIER_NUMBER_GONE:
		must(is_refusal && (names_error(h, 10027, 10027) || names_error(h, 85000, 85001) ||
					   names_error(h, 85006, 85006)));
		break;
	case ERR_CARRIER_FUNDS:
		must(is_refusal && h->root != NULL);
		must(status == 402 || names_error(h, 20012, 20012) || names_error(h, 20100, 20100));
		break;
	case ERR_CARRIER_LEVEL:
		must(is_refusal ? names_error(h, 10038, 20017) : h->deed == TELNYX_SEARCH);
		break;
	case ERR_CARRIER_NO_NUMBERS:
		must(h->deed == TELNYX_SEARCH);
		must(is_2xx(h) ? json_is_array(rows_of(h, "data")) : names_error(h, 10031, 10031));
		break;
	case ERR_CARRIER_NOT_OFFERED:
		must(is_refusal && h->root != NULL);
		break;
	case ERR_CARRIER_LIMITED:
		must(is_refusal);
		break;
	default:
		break;
	}
}

static void check_answer(const struct heard *h)
{
	const struct answer *a = &h->a;
	must((unsigned)a->code < ERR_COUNT);
	FUZZ_MUST_BE_LINE(a->message);
	FUZZ_MUST_BE_LINE(a->hint);
	FUZZ_MUST_BE_LINE(a->differs);
	FUZZ_MUST_BE_LINE(a->status_word);
	FUZZ_MUST_BE_TEXT(a->order_id);
	FUZZ_MUST_BE_TEXT(a->number_reference);
	must(is_digits_or_empty(a->number_id));
	must(a->number[0] == '\0' || text_is_e164(a->number));
	must(a->code == ERR_OK || a->message[0] != '\0');
	must(a->retry_after_ms == -1 || a->retry_after_ms == h->reply.retry_after_ms);
	check_claims(h);
	/* What was sent and not heard to the end is never a clear answer. */
	if (h->reply.sent == HTTP_UNSENT)
		must(a->code == ERR_CARRIER_DOWN);
	else if (!h->reply.is_complete || h->reply.status < 200 || h->reply.status >= 500 ||
		 (h->reply.status >= 300 && h->reply.status <= 399))
		must(is_vague(h));
	if (a->code != ERR_OK) {
		must(a->order_status == CARRIER_ORDER_NONE && a->number_status == NUMBER_ABSENT);
		must(a->candidate_count == 0 && a->reserved_until_ms == 0);
	}
}

/* --- the readers --- */

static void read_balance(struct heard *h)
{
	h->deed = TELNYX_READ;
	telnyx_read_balance(&h->reply, &h->a);
	must(h->a.code != ERR_OK || json_is_object(rows_of(h, "data")));
	must(h->a.available_cents >= -1);
}

static void check_candidate(const struct heard *h, const struct candidate *c, const char *prefix)
{
	must(text_is_e164(c->number) && text_starts(c->number, prefix));
	must(c->upfront_cents >= 0 && c->monthly_cents >= 0 && strlen(c->currency) == 3);
	must(count_rows(rows_of(h, "data"), "phone_number", c->number) > 0);
}

static void read_search(struct heard *h)
{
	h->deed = TELNYX_SEARCH;
	TEXT_COPY(h->order.avoid[0], "+14155550199");
	h->order.avoid_count = 1;
	telnyx_read_search(&h->reply, &h->order, &h->a);
	must((h->a.code == ERR_OK) == (h->a.candidate_count > 0));
	for (int i = 0; i < h->a.candidate_count; i++) {
		check_candidate(h, &h->a.candidates[i], "+1415");
		must(!text_is(h->a.candidates[i].number, "+14155550199"));
	}
}

static void read_offer(struct heard *h)
{
	h->deed = TELNYX_SEARCH;
	telnyx_read_offer(&h->reply, N, &h->a);
	must(h->a.candidate_count >= 0 && h->a.candidate_count <= 1);
	if (h->a.candidate_count == 1)
		must(text_is(h->a.candidates[0].number, N));
	for (int i = 0; i < h->a.candidate_count; i++)
		check_candidate(h, &h->a.candidates[i], "+");
	if (h->a.code == ERR_OK && h->a.candidate_count == 0)
		must(is_2xx(h) ? json_is_array(rows_of(h, "data")) : names_error(h, 10031, 10031));
}

static void read_offers(struct heard *h)
{
	static struct carrier_offer offers[CARRIER_OFFERS_MOST];
	struct carrier_query query = {.country = "US", .region = "US-CA"};
	h->deed = TELNYX_SEARCH;
	int count = telnyx_read_offers(&h->reply, &query, offers, COUNT_OF(offers), &h->a);
	must(count >= 0 && count <= (int)COUNT_OF(offers));
	must((h->a.code == ERR_OK) == (count > 0));
	for (int i = 0; i < count; i++) {
		check_candidate(h, &offers[i].candidate, "+1");
		FUZZ_MUST_BE_LINE(offers[i].region);
		FUZZ_MUST_BE_LINE(offers[i].locality);
	}
}

static bool is_san_rafael(const struct heard *h, const char *number)
{
	struct place place;
	if (place_of_number(number, &place))
		return text_is(place.name, "San Rafael");
	const json_t *rows = rows_of(h, "data");
	for (size_t i = 0; i < json_count(rows); i++)
		if (text_is(json_text(json_array_get(rows, i), "phone_number"), number) &&
			json_count(json_at(json_array_get(rows, i), "region_information")) > 0)
			return true; /* as the row says */
	return false;
}

static void read_town_search(struct heard *h)
{
	h->deed = TELNYX_SEARCH;
	h->order.place.rung = LADDER_SAME_TOWN;
	TEXT_COPY(h->order.place.town, "San Rafael");
	telnyx_read_search(&h->reply, &h->order, &h->a);
	must((h->a.code == ERR_OK) == (h->a.candidate_count > 0));
	for (int i = 0; i < h->a.candidate_count; i++) {
		check_candidate(h, &h->a.candidates[i], "+1415");
		must(is_san_rafael(h, h->a.candidates[i].number));
	}
}

static void read_town_offers(struct heard *h)
{
	static struct carrier_offer offers[CARRIER_OFFERS_MOST];
	struct carrier_query query = {.country = "US", .area_code = "415", .town = "San Rafael"};
	h->deed = TELNYX_SEARCH;
	int count = telnyx_read_offers(&h->reply, &query, offers, COUNT_OF(offers), &h->a);
	must((h->a.code == ERR_OK) == (count > 0));
	for (int i = 0; i < count; i++) {
		check_candidate(h, &offers[i].candidate, "+1415");
		must(is_san_rafael(h, offers[i].candidate.number));
	}
}

static void read_orders(struct heard *h)
{
	bool has_more;
	h->deed = TELNYX_READ;
	telnyx_read_orders(&h->reply, REF, N, &h->a, &has_more);
	size_t ours = count_rows(rows_of(h, "data"), "customer_reference", REF);
	must(h->a.code == ERR_OK || !has_more);
	if (h->a.code != ERR_OK)
		return;
	must(is_2xx(h) && json_is_array(rows_of(h, "data")));
	must((h->a.order_status != CARRIER_ORDER_NONE) == (ours > 0));
	must((h->a.order_status != CARRIER_ORDER_NONE) == (h->a.order_id[0] != '\0'));
	must(!has_more || ours == 0);
}

static void read_order(struct heard *h)
{
	h->deed = TELNYX_READ_ONE;
	telnyx_read_order(&h->reply, &h->order, &h->a);
	if (h->a.code != ERR_OK)
		return;
	if (h->a.order_status == CARRIER_ORDER_NONE)
		must(h->reply.status == 404 && names_error(h, 10005, 10005));
	else
		must(is_2xx(h) && text_is(json_text(h->root, "data.id"), h->order.order_id));
	if (h->a.order_status == CARRIER_ORDER_SUCCESS)
		must(text_is(json_text(h->root, "data.status"), "success"));
}

static void read_bought(struct heard *h)
{
	h->deed = TELNYX_BUY;
	telnyx_read_bought(&h->reply, &h->order, REF, &h->a);
	if (h->a.code == ERR_OK) {
		must(is_2xx(h) && json_is_object(rows_of(h, "data")));
		if (h->order.attempt.method == METHOD_PHONE_NUMBERS)
			must(h->a.number_id[0] != '\0' &&
				text_is(json_text(h->root, "data.phone_number"), N));
		else
			must(h->a.order_id[0] != '\0' &&
				count_rows(rows_of(h, "data.phone_numbers"), "phone_number", N) ==
					1);
		return;
	}
	/* "Was not sent" is known of what was not sent, and of nothing else. */
	if (h->reply.sent == HTTP_SENT)
		must(err_effect(h->a.code) != ERR_EFFECT_NONE || h->a.code == ERR_CARRIER_LIMITED);
	if (err_effect(h->a.code) == ERR_EFFECT_REFUSED)
		must(h->reply.status >= 400 && h->reply.status <= 499 && h->reply.is_complete);
}

static void read_reserved(struct heard *h)
{
	h->deed = TELNYX_RESERVE;
	telnyx_read_reserved(&h->reply, &h->order, NOW_MS, &h->a);
	if (h->a.code != ERR_OK)
		return;
	must(is_2xx(h));
	must(count_rows(rows_of(h, "data.phone_numbers"), "phone_number", N) > 0);
	must(count_rows(rows_of(h, "data.phone_numbers"), "status", "success") > 0);
}

static void read_reservations(struct heard *h)
{
	struct telnyx_reservation found = {.is_found = false};
	bool has_more;
	h->deed = TELNYX_READ;
	telnyx_read_reservations(&h->reply, &h->order, NOW_MS, &found, &h->a, &has_more);
	must(!found.is_ours || found.is_found);
	if (!found.is_found)
		return;
	must(h->a.code == ERR_OK && found.id[0] != '\0' && found.until_ms > NOW_MS);
	must(!found.is_ours || strstr(h->reply.body, "nb1-") != NULL ||
		strchr(h->reply.body, '\\'));
}

static void read_verified(struct heard *h)
{
	h->deed = TELNYX_READ;
	telnyx_read_verified(&h->reply, N, &h->a);
	size_t found = count_rows(rows_of(h, "data.found"), "number_val_e164", N);
	if (h->a.code != ERR_OK)
		return;
	must(is_2xx(h) && json_is_array(rows_of(h, "data.found")));
	must((h->a.number_status != NUMBER_ABSENT) == (found > 0));
	must((h->a.number_id[0] != '\0') == (found > 0));
}

static void read_numbers(struct heard *h)
{
	bool has_more;
	h->deed = TELNYX_READ;
	telnyx_read_numbers(&h->reply, N, &h->a, &has_more);
	size_t found = count_rows(rows_of(h, "data"), "phone_number", N);
	if (h->a.code != ERR_OK)
		return;
	must(is_2xx(h) && json_is_array(rows_of(h, "data")));
	must((h->a.number_status != NUMBER_ABSENT) == (found > 0));
	must((h->a.number_id[0] != '\0') == (found > 0));
	if (h->a.number_status == NUMBER_ACTIVE)
		must(count_rows(rows_of(h, "data"), "status", "active") > 0 && !has_more);
}

static bool is_connected(const struct heard *h)
{
	char id[24];
	return json_text_or_number(h->root, "data.connection_id", id, sizeof(id)) &&
	       text_is(id, CONNECTION);
}

static void read_number(struct heard *h)
{
	h->deed = TELNYX_READ_ONE;
	telnyx_read_number(&h->reply, &h->order, CONNECTION, &h->a);
	if (h->a.code == ERR_VERIFY_FAILED) {
		must(is_2xx(h) && h->a.differs[0] != '\0');
		return;
	}
	if (h->a.code != ERR_OK)
		return;
	if (h->a.number_status == NUMBER_ABSENT)
		must(h->reply.status == 404 && names_error(h, 10005, 10005) && h->a.differs[0]);
	else
		must(is_2xx(h) && text_is(json_text(h->root, "data.phone_number"), N));
	/* "As it should be" stands there in so many words. */
	if (h->a.number_status == NUMBER_ACTIVE && h->a.differs[0] == '\0')
		must(text_is(json_text(h->root, "data.status"), "active") && is_connected(h));
}

static void read_released(struct heard *h)
{
	h->deed = TELNYX_RELEASE;
	telnyx_read_released(&h->reply, &h->order, &h->a);
	if (h->a.code == ERR_OK)
		must(is_2xx(h) || (h->reply.status == 404 && names_error(h, 10005, 10005)));
}

static void read_owned(struct heard *h)
{
	static struct carrier_number owned[TELNYX_OWNED_ROWS];
	bool has_more;
	h->deed = TELNYX_READ;
	int count = telnyx_read_owned(&h->reply, owned, COUNT_OF(owned), &h->a, &has_more);
	must(count >= 0 && count <= (int)COUNT_OF(owned));
	must(h->a.code == ERR_OK || (count == 0 && !has_more));
	for (int i = 0; i < count; i++) {
		must(text_is_e164(owned[i].number) && owned[i].id[0] != '\0');
		FUZZ_MUST_BE_LINE(owned[i].status_word);
		FUZZ_MUST_BE_TEXT(owned[i].reference);
		FUZZ_MUST_BE_TEXT(owned[i].connection_id);
	}
}

static void read_stock(struct heard *h)
{
	static struct carrier_stock stock[8];
	h->deed = TELNYX_READ;
	int count = telnyx_read_stock(&h->reply, stock, COUNT_OF(stock), &h->a);
	must(count >= 0 && count <= (int)COUNT_OF(stock));
	must(count == 0 || (h->a.code == ERR_OK && is_2xx(h)));
	for (int i = 0; i < count; i++) {
		must(text_is_digits(stock[i].area_code) && stock[i].area_code[0] != '\0');
		must(stock[i].count != 0 && stock[i].count >= -1);
		must(!stock[i].needs_papers || strstr(h->reply.body, "true") != NULL);
		for (int j = 0; j < i; j++)
			must(!text_is(stock[j].area_code, stock[i].area_code));
	}
}

static void read_papers(struct heard *h)
{
	static struct carrier_paper papers[4];
	h->deed = TELNYX_READ;
	int count = telnyx_read_papers(&h->reply, "DE", papers, COUNT_OF(papers), &h->a);
	must(count >= 0 && count <= (int)COUNT_OF(papers));
	must(count == 0 || (h->a.code == ERR_OK && is_2xx(h)));
	must(h->a.code != ERR_OK || json_is_array(rows_of(h, "data")));
	for (int i = 0; i < count; i++) {
		must(papers[i].name[0] != '\0');
		FUZZ_MUST_BE_LINE(papers[i].name);
		FUZZ_MUST_BE_LINE(papers[i].kind);
		FUZZ_MUST_BE_LINE(papers[i].about);
		FUZZ_MUST_BE_LINE(papers[i].locality);
	}
}

/* --- several as one: the body is three, parted by NULs --- */

static struct answer read_part(
	const struct heard *h, struct fuzz_in *in, void (*read)(struct heard *h))
{
	struct heard part = *h;
	char *body = fuzz_part(in, '\0', &part.reply.body_bytes);
	part.reply.body = body;
	part.root = json_loadb(body, part.reply.body_bytes, JSON_REJECT_DUPLICATES, NULL);
	telnyx_answer_init(&part.a);
	read(&part);
	json_decref(part.root);
	free(body);
	return part.a;
}

static void settle_look(struct heard *h)
{
	struct fuzz_in in = {(const uint8_t *)h->reply.body, h->reply.body_bytes};
	struct answer order = read_part(h, &in, read_orders);
	struct answer verified = read_part(h, &in, read_verified);
	struct answer number = read_part(h, &in, read_numbers);
	h->deed = TELNYX_READ;
	telnyx_settle_look(&order, &verified, &number, &h->a);
	bool is_nothing =
		h->a.code == ERR_OK && h->a.order_status == CARRIER_ORDER_NONE &&
		(h->a.number_status == NUMBER_ABSENT || h->a.number_status == NUMBER_ENDED);
	bool is_failed =
		h->a.code == ERR_OK && h->a.order_status == CARRIER_ORDER_ENDED &&
		(h->a.number_status == NUMBER_ABSENT || h->a.number_status == NUMBER_ENDED);
	/* Nothing found counts only when every part was read and none shows it. */
	if (is_nothing || is_failed)
		must(order.code == ERR_OK && verified.code == ERR_OK && number.code == ERR_OK &&
			verified.number_status == NUMBER_ABSENT);
	telnyx_answer_init(&h->a);
	telnyx_settle_read_order(&order, &number, &h->a);
	if (h->a.code == ERR_OK && h->a.number_status == NUMBER_ABSENT)
		must(order.code == ERR_OK && number.code == ERR_OK);
}

/* --- */

static void (*const readers[])(struct heard *h) = {read_balance, read_search, read_offer,
	read_offers, read_orders, read_order, read_bought, read_reserved, read_reservations,
	read_verified, read_numbers, read_number, read_released, read_owned, settle_look,
	read_stock, read_town_search, read_town_offers, read_papers};

static void begin(struct heard *h, struct fuzz_in *in, unsigned how)
{
	*h = (struct heard){.order = {.mode = ORDER_MODE_BUY}};
	struct order *o = &h->order;
	TEXT_COPY(o->number, N);
	TEXT_COPY(o->attempt.number, N);
	o->attempt.kind = ATTEMPT_BUY;
	TEXT_COPY(o->instance, "inst");
	TEXT_COPY(o->name, "aaaaaaaaaaaaaaaaaaaa");
	TEXT_COPY(o->order_id, "3d8bd753-2162-4ce2-bc5e-96b5cad7fedb");
	TEXT_COPY(o->number_id, "1293384261075731499");
	TEXT_COPY(o->place.country, "US");
	TEXT_COPY(o->place.npa, "415");
	h->reply.sent = (how & 3) == 3 ? HTTP_UNSENT : HTTP_SENT;
	h->reply.is_complete = h->reply.sent == HTTP_SENT && (how & 12) != 12;
	h->reply.retry_after_ms = (how & 16) != 0 ? 2000 : -1;
	o->attempt.method = (how & 32) != 0 ? METHOD_PHONE_NUMBERS : METHOD_NUMBER_ORDERS;
	TEXT_COPY(h->reply.reason, "reset");
	h->reply.status = (int)(fuzz_number(in, 2) % 700);
	if (h->reply.sent == HTTP_UNSENT)
		h->reply.status = 0;
	telnyx_answer_init(&h->a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	static struct heard h;
	unsigned reader = fuzz_roll(&in, COUNT_OF(readers));
	begin(&h, &in, fuzz_byte(&in));
	char *body = fuzz_rest(&in, &h.reply.body_bytes);
	h.reply.body = body;
	if (h.reply.sent == HTTP_SENT && h.reply.is_complete)
		h.root = json_loadb(body, h.reply.body_bytes, JSON_REJECT_DUPLICATES, NULL);
	readers[reader](&h);
	if (readers[reader] != settle_look)
		check_answer(&h);
	json_decref(h.root);
	free(body);
	return 0;
}
