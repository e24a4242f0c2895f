#include "engine/wish.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "engine/hold.h"
#include "numbering/countries_sold.h"

#define MOST_NAME_BYTES 160
#define MOST_EMAIL_BYTES 254
#define MOST_REFERENCE_BYTES 100
#define MOST_CONTAINS_DIGITS 7
#define BODY_AT_FIRST 8 /* parts of the first fingerprints */

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

bool wish_read_max_rung(const char *typed, enum ladder_rung *ret, bool *ret_asks)
{
	*ret_asks = text_is(typed, "ask");
	*ret = *ret_asks ? LADDER_SAME_AREA_CODE : LADDER_SAME_COUNTRY;
	return typed[0] == '\0' || *ret_asks || ladder_rung_from_wire(typed, ret);
}

static char keypad_digit(char c)
{
	static const char digits[] = "22233344455566677778889999"; /* a … z */
	if (c >= '0' && c <= '9')
		return c;
	int letter = tolower((unsigned char)c) - 'a';
	return letter >= 0 && letter < 26 ? digits[letter] : '\0';
}

bool wish_read_contains(const char *typed, char to[12])
{
	size_t n = strlen(typed);
	to[0] = '\0';
	if (n > MOST_CONTAINS_DIGITS)
		return false;
	for (size_t i = 0; i < n; i++) {
		to[i] = keypad_digit(typed[i]);
		if (to[i] == '\0')
			return false;
	}
	to[n] = '\0';
	return true;
}

static bool is_area_code_known(const char *area_code, struct wish_error *ret)
{
	struct phone_refusal refusal;
	return area_code[0] == '\0' || phone_check_area_code(area_code, &refusal) ||
	       refuse_phone(ret, "area_code", &refusal);
}

static const char *field_of(enum phone_reject code)
{
	switch ((int)code) {
	case PHONE_POSTAL_CODE_INVALID:
		return "postal_code";
	case PHONE_CITY_UNKNOWN:
	case PHONE_CITY_AMBIGUOUS:
		return "city";
	default: /* they are not of one country */
		return "area_code";
	}
}

bool wish_read_place(const char *area_code, const char *postal_code, const char *city,
	const struct phone *phone, enum ladder_rung max_rung, struct ladder *ret,
	struct wish_error *ret_error)
{
	const struct ladder_wish wish = {phone, area_code, postal_code, city, max_rung};
	struct phone_refusal refusal;
	return is_area_code_known(area_code, ret_error) &&
	       (ladder_build(&wish, ret, &refusal) ||
		       refuse_phone(ret_error, field_of(refusal.code), &refusal));
}

static bool is_placed(const struct order *o)
{
	return o->postal_code[0] != '\0' || o->city[0] != '\0';
}

static bool is_country_fit(const char *field, const char *country, struct wish_error *ret)
{
	struct country_refusal refusal;
	if (country[0] == '\0' || country_can_complete(country, &refusal))
		return true;
	TEXT_COPY(ret->field, field);
	TEXT_COPY(ret->reason, refusal.reason);
	err_set_hint(&ret->err, ERR_PHONE_REFUSED, refusal.hint, "%s", refusal.message);
	return false;
}

/* Where to look: what was asked for, else the phone's own place if it has one. */
static bool take_place(
	const struct wish *wish, const struct phone *phone, struct order *o, struct wish_error *ret)
{
	struct ladder ladder = {.count = 0};
	char area_code[sizeof(wish->area_code)];
	TEXT_COPY(area_code, wish->area_code);
	text_trim(area_code);
	if (!take_line("postal_code", wish->postal_code, sizeof(o->postal_code) - 1, false,
		    o->postal_code, sizeof(o->postal_code), ret) ||
		!take_line("city", wish->city, sizeof(o->city) - 1, false, o->city, sizeof(o->city),
			ret) ||
		!is_area_code_known(area_code, ret))
		return false;
	if (is_placed(o) && !wish_read_place(area_code, o->postal_code, o->city, phone,
				    LADDER_SAME_TOWN, &ladder, ret))
		return false;
	if (area_code[0] != '\0')
		TEXT_COPY(o->area_code, area_code);
	else if (is_placed(o))
		TEXT_COPY(o->area_code, ladder.requested);
	else
		TEXT_COPY(o->area_code, ladder_own_code(phone));
	/* Abroad a code says nothing about the country: 212 is Solingen's, too. */
	bool is_own_abroad = !is_placed(o) && area_code[0] == '\0' && phone->area_code[0] == '\0';
	const struct area_code *area = is_own_abroad ? NULL : area_code_find(o->area_code);
	TEXT_COPY(o->country, area ? area->country : phone->country);
	/* A place that was said is bought in, wherever the phone is. */
	const char *said = o->postal_code[0] ? "postal_code"
			   : o->city[0]      ? "city"
			   : area_code[0]    ? "area_code"
					     : NULL;
	return said == NULL || is_country_fit(said, o->country, ret);
}

static bool says(const char *typed)
{
	return typed[strspn(typed, " \t\r\n")] != '\0';
}

static bool says_place(const struct wish *wish)
{
	return says(wish->area_code) || says(wish->postal_code) || says(wish->city);
}

/* A country where no number can be had is refused before anything begins, unless
 * the wish names another place.  A mobile says no place: that one is asked for one. */
static bool check_country(
	const struct wish *wish, const struct phone *phone, struct wish_error *ret)
{
	bool is_elsewhere = says_place(wish) || says(wish->number) || says(wish->existing_number);
	return is_elsewhere || phone->kind != KIND_GEOGRAPHIC ||
	       is_country_fit("business_phone", phone->country, ret);
}

/* Whoever holds a number and names none, or another, would get one unlike it. */
static bool is_hold_fit(const struct wish *wish, const struct order *o, struct wish_error *ret)
{
	if (wish->hold[0] == '\0' || hold_names(wish->hold, o->wanted.number))
		return true;
	return refuse(ret, "hold",
		o->wanted.number[0] == '\0' ? "was given without the number that it holds"
					    : "is not for this number",
		"Give the hold together with the number it was made for, or leave it out.");
}

static bool take_number(const struct wish *wish, struct order *o, struct wish_error *ret)
{
	struct phone phone;
	if (wish->number[0] == '\0')
		return is_hold_fit(wish, o, ret);
	if (wish->existing_number[0] != '\0')
		return refuse(ret, "number", "cannot be chosen beside an existing number",
			"Leave out number, or existing_number.");
	if (!parse_phone("number", wish->number, wish->country, &phone, ret) ||
		!is_country_fit("number", phone.country, ret))
		return false;
	TEXT_COPY(o->wanted.number, phone.e164);
	return is_hold_fit(wish, o, ret);
}

static bool take_choices(const struct wish *wish, struct order *o, struct wish_error *ret)
{
	if (!wish_read_max_rung(wish->max_rung, &o->max_rung, &o->asks))
		return refuse(ret, "max_rung", "is not known",
			"Use same_area_code to stay in the area code, same_country, or ask.");
	if (!wish_read_contains(wish->contains, o->contains))
		return refuse(ret, "contains", "takes one to seven digits or letters",
			"Give digits such as 2020, or a word such as BIKES.");
	return take_number(wish, o, ret) &&
	       take_line("reference", wish->reference, MOST_REFERENCE_BYTES, false, o->reference,
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
		wish->area_code, o->contains, wish->max_rung, o->reference, o->postal_code, o->city,
		o->wanted.number, ""};
	const char *customer[] = {name, email, o->business_phone, o->existing_number};
	/* What came later counts only where it is given, so that a key that was used
	 * before the program knew it still answers for the same body.  A hold, which once
	 * stood last, is no part of what is wanted: whoever sends the form again may have
	 * lost it meanwhile. */
	bool has_more = o->postal_code[0] || o->city[0] || o->wanted.number[0];
	digest(c->fingerprint, body, has_more ? COUNT_OF(body) : BODY_AT_FIRST);
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

bool wish_read_choice(const struct wish *wish, const struct order *o, struct order_choice *ret,
	struct wish_error *ret_error)
{
	struct phone phone = {.kind = KIND_NONGEOGRAPHIC};
	struct phone_refusal ignored;
	struct order read = {0};
	const char *typed = o->business_phone;
	*ret = (struct order_choice){0};
	*ret_error = (struct wish_error){0};
	/* One that the tables refuse by now says no place. */
	(void)phone_parse(typed, strlen(typed), NULL, &phone, &ignored);
	bool is_placed_now = says_place(wish);
	if (is_placed_now && !take_place(wish, &phone, &read, ret_error))
		return false;
	if (!take_choices(wish, &read, ret_error))
		return false;
	/* "Any number" of a country where none can be had. */
	if (!is_placed_now && read.wanted.number[0] == '\0' &&
		!is_country_fit("business_phone", o->country, ret_error))
		return false;
	TEXT_COPY(ret->area_code, read.area_code);
	TEXT_COPY(ret->country, read.country);
	TEXT_COPY(ret->postal_code, read.postal_code);
	TEXT_COPY(ret->city, read.city);
	ret->has_max_rung = wish->max_rung[0] != '\0';
	ret->max_rung = read.max_rung;
	ret->asks = read.asks;
	TEXT_COPY(ret->contains, read.contains);
	ret->has_contains = read.contains[0] != '\0';
	ret->wanted = read.wanted;
	return true;
}
