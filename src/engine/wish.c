#include "engine/wish.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "numbering/countries_sold.h"

#define MOST_NAME_BYTES 160
#define MOST_EMAIL_BYTES 254
#define MOST_REFERENCE_BYTES 100
#define MOST_CONTAINS_DIGITS 7

static bool refuse(struct wish_error *ret, const char *field, const char *message, const char *hint)
{
	TEXT_COPY(ret->field, field);
	TEXT_COPY(ret->reason, err_wire(ERR_INVALID_FIELD));
	err_set_hint(&ret->err, ERR_INVALID_FIELD, hint, "%s %s", field, message);
	return false;
}

static bool refuse_phone(struct wish_error *ret, const char *field, const struct phone_refusal *r)
{
	TEXT_COPY(ret->field, field);
	TEXT_COPY(ret->reason, phone_reject_wire(r->code));
	err_set_hint(&ret->err, ERR_PHONE_REFUSED, r->hint, "%s", r->message);
	return false;
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

/* Trim and copy one line of text a person wrote. */
static bool take_line(const char *field, const char *typed, size_t most_bytes, bool is_needed,
	char *to, size_t to_bytes, struct wish_error *ret)
{
	char line[512];
	must(most_bytes < to_bytes && most_bytes < sizeof(line));
	if (!text_is_utf8(typed, strlen(typed)))
		return refuse(ret, field, "is not valid UTF-8", NULL);
	TEXT_COPY(line, typed);
	text_trim(line);
	if (is_needed && line[0] == '\0')
		return refuse(ret, field, "is missing", "Fill in this field.");
	if (strlen(line) > most_bytes || strlen(typed) >= sizeof(line))
		return refuse(ret, field, "is too long", "Shorten it.");
	if (has_control(line))
		return refuse(
			ret, field, "contains control characters", "Use plain text on one line.");
	return text_copy(to, to_bytes, line);
}

/* As much as can be known without sending mail: one @, something before it, a
 * dotted name after it, no spaces. */
static bool is_email(const char *email)
{
	const char *at = strchr(email, '@');
	if (at == NULL || at == email || strchr(at + 1, '@') != NULL || at - email > 64)
		return false;
	if (strpbrk(email, " \t<>()[]\\,;:\"") != NULL)
		return false;
	const char *domain = at + 1;
	const char *dot = strrchr(domain, '.');
	bool is_dotted = dot != NULL && dot != domain && dot[1] != '\0';
	return is_dotted && strstr(email, "..") == NULL && domain[0] != '.' && domain[0] != '-';
}

static bool take_email(const struct wish *wish, struct order *o, struct wish_error *ret)
{
	if (!take_line(
		    "email", wish->email, MOST_EMAIL_BYTES, true, o->email, sizeof(o->email), ret))
		return false;
	if (!is_email(o->email))
		return refuse(ret, "email", "is not an e-mail address",
			"Write it like name@example.com.");
	return true;
}

static bool parse_phone(const char *field, const char *typed, const char *country,
	struct phone *ret_phone, struct wish_error *ret)
{
	struct phone_refusal refusal;
	if (phone_parse(typed, strlen(typed), country[0] ? country : NULL, ret_phone, &refusal))
		return true;
	return refuse_phone(ret, field, &refusal);
}

/* Where to look: the area code asked for, else the phone's own if it has a place. */
static bool take_place(
	const struct wish *wish, const struct phone *phone, struct order *o, struct wish_error *ret)
{
	struct phone_refusal refusal;
	if (wish->area_code[0] != '\0') {
		if (!phone_check_area_code(wish->area_code, &refusal))
			return refuse_phone(ret, "area_code", &refusal);
		TEXT_COPY(o->area_code, wish->area_code);
	} else if (phone->kind == KIND_GEOGRAPHIC) {
		TEXT_COPY(o->area_code, phone->area_code);
	}
	const struct area_code *area = area_code_find(o->area_code);
	TEXT_COPY(o->country, area ? area->country : phone->country);
	return true;
}

/* A country where no number can be had is refused before anything begins, unless
 * the wish names another place. */
static bool check_country(
	const struct wish *wish, const struct phone *phone, struct wish_error *ret)
{
	struct country_refusal refusal;
	bool is_elsewhere = wish->area_code[0] || wish->city[0] || wish->postal_code[0] ||
			    wish->number[0] || wish->existing_number[0];
	if (is_elsewhere || phone->country[0] == '\0' ||
		country_can_complete(phone->country, &refusal))
		return true;
	TEXT_COPY(ret->field, "business_phone");
	TEXT_COPY(ret->reason, "country_not_sold");
	err_set_hint(&ret->err, ERR_PHONE_REFUSED, refusal.hint, "%s", refusal.message);
	return false;
}

static bool take_choices(const struct wish *wish, struct order *o, struct wish_error *ret)
{
	o->max_rung = LADDER_SAME_COUNTRY;
	if (wish->max_rung[0] && !ladder_rung_from_wire(wish->max_rung, &o->max_rung))
		return refuse(ret, "max_rung", "is not known",
			"Use same_area_code to stay in the area code, or same_country.");
	if (wish->contains[0] &&
		(!text_is_digits(wish->contains) || strlen(wish->contains) > MOST_CONTAINS_DIGITS))
		return refuse(ret, "contains", "takes one to seven digits",
			"Give digits only, such as 2020.");
	TEXT_COPY(o->contains, wish->contains);
	return take_line("reference", wish->reference, MOST_REFERENCE_BYTES, false, o->reference,
		sizeof(o->reference), ret);
}

static bool take_existing(const struct wish *wish, struct order *o, struct wish_error *ret)
{
	struct phone phone;
	if (wish->existing_number[0] == '\0')
		return true;
	if (!parse_phone("existing_number", wish->existing_number, wish->country, &phone, ret))
		return false;
	o->mode = ORDER_MODE_EXISTING;
	TEXT_COPY(o->existing_number, phone.e164);
	/* Pinned from the first moment: the store keeps it from every other. */
	TEXT_COPY(o->number, phone.e164);
	return true;
}

static bool take_key(const struct wish *wish, struct store_creation *c, struct wish_error *ret)
{
	size_t n = strlen(wish->idempotency_key);
	if (n >= STORE_IDEMPOTENCY_KEY_BYTES)
		return refuse(ret, "Idempotency-Key", "is longer than 255 characters", NULL);
	if (has_control(wish->idempotency_key) || !text_is_utf8(wish->idempotency_key, n))
		return refuse(ret, "Idempotency-Key", "contains control characters", NULL);
	TEXT_COPY(c->idempotency_key, wish->idempotency_key);
	return true;
}

static void digest(char ret[ID_HEX_BYTES], const char *const *parts, size_t count)
{
	struct str joined;
	str_init(&joined, 4096);
	for (size_t i = 0; i < count; i++) {
		str_add(&joined, parts[i]);
		str_add_char(&joined, '\x1f');
	}
	must(str_ok(&joined));
	id_digest_hex(joined.text, joined.bytes, ret);
	str_done(&joined);
}

static void fill_creation(const struct wish *wish, const struct order *o, struct store_creation *c)
{
	char email[sizeof(o->email)], name[sizeof(o->business_name)];
	TEXT_COPY(email, o->email);
	TEXT_COPY(name, o->business_name);
	text_lower(email);
	text_lower(name);
	const char *body[] = {o->business_name, o->email, o->business_phone, o->existing_number,
		wish->area_code, o->contains, wish->max_rung, o->reference};
	const char *customer[] = {name, email, o->business_phone, o->existing_number};
	digest(c->fingerprint, body, COUNT_OF(body));
	digest(c->duplicate_key, customer, COUNT_OF(customer));
	TEXT_COPY(c->source, wish->source);
}

bool wish_check(const struct wish *wish, struct order *ret_order,
	struct store_creation *ret_creation, struct wish_error *ret_error)
{
	struct order *o = ret_order;
	struct phone phone;
	*o = (struct order){.state = ORDER_RECEIVED, .available_cents = -1};
	*ret_creation = (struct store_creation){0};
	*ret_error = (struct wish_error){0};
	if (!take_line("business_name", wish->business_name, MOST_NAME_BYTES, true,
		    o->business_name, sizeof(o->business_name), ret_error) ||
		!take_email(wish, o, ret_error) ||
		!parse_phone(
			"business_phone", wish->business_phone, wish->country, &phone, ret_error))
		return false;
	TEXT_COPY(o->business_phone, phone.e164);
	if (!check_country(wish, &phone, ret_error) || !take_place(wish, &phone, o, ret_error) ||
		!take_choices(wish, o, ret_error) || !take_existing(wish, o, ret_error) ||
		!take_key(wish, ret_creation, ret_error))
		return false;
	fill_creation(wish, o, ret_creation);
	return true;
}
