#include "numbering/phone.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/phone_scan.h"

#define E164_DIGITS_MAX 15
#define E164_DIGITS_MIN 7

/* clang-format off */
static const struct { const char *wire, *hint; } rejects[] = {
	{"ok", ""},
#define X(name, wire, hint) {wire, hint},
	PHONE_REJECTS(X)
#undef X
};

static const char *const flags[] = {
#define X(name, wire) wire,
	PHONE_FLAGS(X)
#undef X
};
/* clang-format on */

const char *phone_reject_wire(enum phone_reject code)
{
	must(code < PHONE_REJECT_COUNT);
	return rejects[code].wire;
}

const char *phone_flag_wire(enum phone_flag_bit bit)
{
	must(bit < PHONE_FLAG_COUNT);
	return flags[bit];
}

/* Fills the refusal; always false, so that a caller can return it. */
static bool refuse(struct phone_refusal *to, enum phone_reject code, const char *format, ...)
	PRINTF_LIKE(3, 4);

static bool refuse(struct phone_refusal *to, enum phone_reject code, const char *format, ...)
{
	va_list args;
	to->code = code;
	va_start(args, format);
	(void)vsnprintf(to->message, sizeof(to->message), format, args);
	va_end(args);
	TEXT_COPY(to->hint, rejects[code].hint);
	return false;
}

/* What the text looks like, before anything is known about numbers. */
static bool refuse_text(struct phone_refusal *to, enum phone_reject code)
{
	switch ((int)code) {
	case PHONE_EMPTY:
		return refuse(to, code, "No phone number was given.");
	case PHONE_NO_DIGITS:
		return refuse(to, code, "There are no digits in this.");
	case PHONE_BAD_CHARS:
		return refuse(to, code, "This has characters that no phone number has.");
	case PHONE_MULTIPLE_NUMBERS:
		return refuse(to, code, "This is more than one phone number.");
	case PHONE_TOO_LONG:
		return refuse(to, code, "This is longer than any phone number.");
	default:
		return refuse(to, PHONE_NOT_A_PHONE_NUMBER, "This is not a phone number.");
	}
}

/* ---- the North American plan ---- */

static bool is_n11(const char *three)
{
	return three[0] >= '2' && three[1] == '1' && three[2] == '1';
}

static bool refuse_unassigned(const char *npa, struct phone_refusal *to)
{
	switch (area_code_class(npa)) {
	case AREA_CODE_N11:
		return refuse(to, PHONE_NPA_N11, "%s is a service code, not an area code.", npa);
	case AREA_CODE_DIRECTORY_555:
		return refuse(to, PHONE_NPA_555, "555 is not an area code.");
	case AREA_CODE_EXPANSION_N9X:
		return refuse(to, PHONE_NPA_EXPANSION,
			"%s is kept for longer numbers of the future; it is not an area code.",
			npa);
	case AREA_CODE_RESERVED:
	case AREA_CODE_RESERVED_INC:
	case AREA_CODE_RESERVED_5XX:
	case AREA_CODE_RESERVED_TOLLFREE:
		return refuse(to, PHONE_NPA_RESERVED,
			"%s is reserved and not in use as an area code.", npa);
	case AREA_CODE_CARRIER_ACCESS_950:
		return refuse(to, PHONE_NPA_RESERVED,
			"950 is dialled to reach a carrier; it is not an area code.");
	case AREA_CODE_ABBREV_988:
		return refuse(to, PHONE_NPA_RESERVED, "988 is the crisis line, not an area code.");
	case AREA_CODE_UNASSIGNED:
	case AREA_CODE_ERC_UNASSIGNED:
		break;
	}
	return refuse(to, PHONE_NPA_UNASSIGNED, "%s is not assigned as an area code.", npa);
}

/* The assigned code of these three digits, in service; NULL fills the refusal. */
static const struct area_code *find_in_service(const char *npa, struct phone_refusal *to)
{
	const struct area_code *area = area_code_find(npa);
	if (area != NULL && area->is_in_service)
		return area;
	if (!text_is_digits(npa) || strlen(npa) != 3 || npa[0] < '2')
		refuse(to, PHONE_NPA_INVALID,
			"An area code is three digits and starts with 2 to 9.");
	else if (area == NULL)
		refuse_unassigned(npa, to);
	else if (area->opens[0] != '\0')
		refuse(to, PHONE_NPA_NOT_IN_SERVICE, "%s has no numbers before %s.", npa,
			area->opens);
	else
		refuse(to, PHONE_NPA_NOT_IN_SERVICE, "%s is assigned but has no numbers yet.", npa);
	return NULL;
}

bool phone_check_area_code(const char *npa, struct phone_refusal *refusal)
{
	const struct area_code *area = find_in_service(npa, refusal);
	if (area != NULL && area->kind == KIND_GEOGRAPHIC)
		return true;
	if (area != NULL)
		refuse(refusal, PHONE_NPA_INVALID, "%s is not the area code of a place.", npa);
	TEXT_COPY(refusal->hint, "Give the area code of a place, such as 415.");
	if (area != NULL && area->kind == KIND_TOLLFREE)
		TEXT_COPY(refusal->hint, "Give the area code of a place, such as 415; toll-free "
					 "numbers are searched for with toll_free.");
	return false;
}

static bool check_exchange(
	const char *national, const struct area_code *area, struct phone_refusal *to)
{
	const char *nxx = national + 3;
	if (nxx[0] < '2')
		return refuse(to, PHONE_NXX_INVALID,
			"The three digits after the area code cannot start with %c.", nxx[0]);
	/* 1-800-411-7246 is a real number; no place has such an exchange. */
	if (is_n11(nxx) && area->kind != KIND_TOLLFREE)
		return refuse(to, PHONE_NXX_N11,
			"%.3s cannot follow an area code: it is a service code.", nxx);
	return true;
}

static unsigned flags_of_exchange(const char *national, const struct area_code *area)
{
	if (strncmp(national + 3, "555", 3) != 0)
		return 0;
	if (strcmp(national + 6, "1212") == 0)
		return PHONE_FLAG(DIRECTORY_ASSISTANCE);
	/* Toll-free 555 numbers are real ones, but for the hundred kept for films. */
	if (area->kind == KIND_TOLLFREE && strncmp(national + 6, "01", 2) != 0)
		return 0;
	return PHONE_FLAG(FICTITIOUS_555);
}

/* Is it a number of the plan?  Without saying why not. */
static bool is_nanp_number(const char *national)
{
	struct phone_refusal ignored;
	char npa[4];
	if (strlen(national) != 10)
		return false;
	text_copy_part(npa, sizeof(npa), national, 3);
	const struct area_code *area = area_code_find(npa);
	return area != NULL && area->is_in_service && check_exchange(national, area, &ignored);
}

static bool refuse_nanp_count(
	const struct phone_scan *s, const char *national, struct phone_refusal *to)
{
	size_t n = strlen(national);
	if (n == 3 && (is_n11(national) || strcmp(national, "988") == 0))
		return refuse(
			to, PHONE_SHORT_CODE, "%s is a short code, not a phone number.", national);
	if ((n == 5 || n == 6) && !s->has_plus && s->group_count == 1)
		return refuse(to, PHONE_SHORT_CODE, "A number of %zu digits is a short code.", n);
	if (n == 7)
		return refuse(to, PHONE_NO_AREA_CODE, "The area code is missing.");
	if (n < 10)
		return refuse(to, PHONE_TOO_SHORT,
			"A US or Canadian number has ten digits; this has %zu.", n);
	return refuse(
		to, PHONE_TOO_LONG, "A US or Canadian number has ten digits; this has %zu.", n);
}

/* `country`: of a code that serves the whole plan, such as 800. */
static bool decide_nanp(const struct phone_scan *s, const char *national, const char *country,
	struct phone *ret, struct phone_refusal *to)
{
	char npa[4];
	if (strlen(national) != 10)
		return refuse_nanp_count(s, national, to);
	text_copy_part(npa, sizeof(npa), national, 3);
	const struct area_code *area = find_in_service(npa, to);
	if (area == NULL || !check_exchange(national, area, to))
		return false;
	text_format(ret->e164, sizeof(ret->e164), "+1%s", national);
	TEXT_COPY(ret->country, area->country[0] != '\0' ? area->country : country);
	TEXT_COPY(ret->region, area->region);
	TEXT_COPY(ret->area_code, npa);
	ret->kind = area->kind;
	ret->place = area->city;
	ret->flags |= flags_of_exchange(national, area);
	return true;
}

/* ---- the rest of the world ---- */

struct national {
	char digits[PHONE_DIGITS_MAX + 1];
	unsigned flags;
};

/* Mexico gave up the mobile 1 and the prefixes 01, 044 and 045 in August 2019. */
static void read_mexican(const struct country_plan *plan, struct national *n)
{
	static const char *const given_up[] = {"044", "045", "01", "1"};
	for (size_t i = 0; i < COUNT_OF(given_up); i++) {
		size_t bytes = strlen(given_up[i]);
		if (text_starts(n->digits, given_up[i]) && country_fits(plan, n->digits + bytes)) {
			memmove(n->digits, n->digits + bytes, strlen(n->digits) + 1 - bytes);
			n->flags |= PHONE_FLAG(LEGACY_PREFIX);
			return;
		}
	}
}

/* Argentina dials a mobile at home as area code, 15, number; abroad it is 9,
 * area code, number. */
static void read_argentine(const struct country_plan *plan, struct national *n)
{
	for (size_t area = 2; area <= 4 && strlen(n->digits) == 12; area++) {
		struct national mobile = {.flags = n->flags | PHONE_FLAG(DIAL_PREFIX)};
		if (strncmp(n->digits + area, "15", 2) != 0)
			continue;
		text_format(mobile.digits, sizeof(mobile.digits), "9%.*s%s", (int)area, n->digits,
			n->digits + area + 2);
		if (country_lists(plan, mobile.digits)) {
			*n = mobile;
			return;
		}
	}
}

/* Brazil dials two digits that choose a carrier before the area code. */
static void read_brazilian(const struct country_plan *plan, struct national *n)
{
	size_t bytes = strlen(n->digits);
	if ((bytes != 12 && bytes != 13) || !country_lists(plan, n->digits + 2))
		return;
	memmove(n->digits, n->digits + 2, bytes - 1);
	n->flags |= PHONE_FLAG(DIAL_PREFIX);
}

/* Lithuania's trunk prefix was 8 before it became 0. */
static void read_lithuanian(const struct country_plan *plan, struct national *n)
{
	if (n->digits[0] != '8' || !country_lists(plan, n->digits + 1))
		return;
	memmove(n->digits, n->digits + 1, strlen(n->digits));
	n->flags |= PHONE_FLAG(LEGACY_PREFIX);
}

/* Belarus dials 8, waits for a tone, and goes on with 0. */
static void read_belarusian(const struct country_plan *plan, struct national *n)
{
	if (n->digits[0] == '0' && country_lists(plan, n->digits + 1))
		memmove(n->digits, n->digits + 1, strlen(n->digits));
}

/* What is dialled at home only, and is more than a trunk prefix. */
static void read_home_habits(const struct country_plan *plan, struct national *n)
{
	if (text_is(plan->iso, "MX"))
		read_mexican(plan, n);
	else if (country_fits(plan, n->digits))
		return;
	else if (text_is(plan->iso, "AR"))
		read_argentine(plan, n);
	else if (text_is(plan->iso, "BR"))
		read_brazilian(plan, n);
	else if (text_is(plan->iso, "BY"))
		read_belarusian(plan, n);
	else if (text_is(plan->iso, "LT"))
		read_lithuanian(plan, n);
}

static bool refuse_foreign(
	const struct country_plan *plan, const char *national, struct phone_refusal *to)
{
	char lengths[16];
	size_t shared, n = strlen(national), all = n + strlen(plan->calling_code);
	if (all < E164_DIGITS_MIN)
		return refuse(to, n <= 3 ? PHONE_SHORT_CODE : PHONE_TOO_SHORT,
			"This is too short for a phone number in %s.", plan->name);
	if (all > E164_DIGITS_MAX)
		return refuse(to, PHONE_TOO_LONG, "No phone number has %zu digits.", all);
	country_lengths(plan, national, lengths, &shared);
	if (lengths[0] == '\0')
		return refuse(to, PHONE_INVALID_FOR_COUNTRY, "No number in %s starts with %c.",
			plan->name, national[0]);
	return refuse(to, PHONE_INVALID_FOR_COUNTRY,
		"A number in %s that starts with %.*s has %s digits; this has %zu.", plan->name,
		(int)shared, national, lengths, n);
}

static bool decide_foreign(const struct country_plan *plan, const char *national, struct phone *ret,
	struct phone_refusal *to)
{
	struct national home = {.flags = 0};
	TEXT_COPY(home.digits, national);
	read_home_habits(plan, &home);
	national = home.digits;
	ret->flags |= home.flags;
	if (!country_fits(plan, national))
		return refuse_foreign(plan, national, to);
	text_format(ret->e164, sizeof(ret->e164), "+%s%s", plan->calling_code, national);
	/* Guernsey's numbers are dialled as Britain's. */
	plan = country_of_number(ret->e164 + 1, &national);
	must(plan != NULL);
	TEXT_COPY(ret->country, plan->iso);
	ret->kind = country_kind(plan, national);
	country_ndc(plan, national, ret->ndc);
	if (!country_lists(plan, national))
		ret->flags |= PHONE_FLAG(UNLISTED_RANGE);
	return true;
}

/* ---- which plan? ---- */

/* "+415 555 1234": someone put a plus before a US number.  The digits decide
 * where they can; where they fit both plans (+32 3 555 1234, Antwerp; +323 555
 * 1234, Los Angeles), the way they are grouped does. */
static bool is_plus_before_us_number(const struct phone_scan *s, bool fits_abroad)
{
	bool is_grouped = s->group_count == 3 && s->groups[0] == 3 && s->groups[1] == 3;
	/* "+57 1 234 5678": whoever sets a country code apart means it. */
	bool is_code_apart = s->group_count > 1 && s->groups[0] < 3;
	return is_nanp_number(s->digits) && !is_code_apart && (!fits_abroad || is_grouped);
}

static bool refuse_mismatch(
	const struct phone_scan *s, const struct country_plan *plan, struct phone_refusal *to)
{
	refuse(to, PHONE_COUNTRY_MISMATCH,
		"This starts with + but reads as a US or Canadian number, not one in %s.",
		plan != NULL ? plan->name : "another country");
	text_format(to->hint, sizeof(to->hint), "Did you mean +1%s?", s->digits);
	return false;
}

static const char *past(const char *digits, const char *prefix)
{
	return prefix[0] != '\0' && text_starts(digits, prefix) ? digits + strlen(prefix) : NULL;
}

/* What is meant, of digits read with and without what is dialled before them
 * (NULL: not there): the number that the plan lists, else one that may be in it
 * and has no trunk prefix left, else the first. */
static const char *read_national(
	const struct country_plan *plan, const char *const *readings, size_t count)
{
	const char *first = NULL;
	for (size_t i = 0; i < count; i++) {
		if (readings[i] != NULL && country_lists(plan, readings[i]))
			return readings[i];
		if (first == NULL)
			first = readings[i];
	}
	for (size_t i = 0; i < count; i++)
		if (readings[i] != NULL && country_fits(plan, readings[i]) &&
			past(readings[i], plan->trunk_prefix) == NULL)
			return readings[i];
	must(first != NULL);
	return first;
}

/* Digits that start with a country code. */
static bool decide_international(const struct phone_scan *s, const char *digits, const char *home,
	struct phone *ret, struct phone_refusal *to)
{
	const char *national = digits;
	if (digits[0] == '1')
		return decide_nanp(s, digits + 1, home, ret, to);
	const struct country_plan *plan = country_of_number(digits, &national);
	if (plan != NULL) {
		const char *const readings[] = {national, past(national, plan->trunk_prefix)};
		national = read_national(plan, readings, COUNT_OF(readings));
		/* A trunk zero after the country code ("+44 020 ...") is dialled at home only. */
		ret->flags |= national != readings[0] ? PHONE_FLAG(DIAL_PREFIX) : 0;
	}
	bool fits = plan != NULL && country_fits(plan, national);
	if (s->has_plus && is_plus_before_us_number(s, fits))
		return refuse_mismatch(s, plan, to);
	if (plan == NULL)
		return refuse(to, PHONE_COUNTRY_CODE_INVALID,
			"No country has a calling code that starts like +%.3s.", digits);
	return decide_foreign(plan, national, ret, to);
}

/* "44 20 7946 0958" with the plus forgotten: say so rather than "too long".  But
 * "415 383 12345" has a digit too many. */
static void hint_at_plus(const char *digits, struct phone_refusal *to)
{
	const char *national;
	char ten[11];
	text_copy_part(ten, sizeof(ten), digits, 10);
	if (strlen(digits) == 11 && is_nanp_number(ten)) {
		TEXT_COPY(to->hint, "Check for an extra digit.");
		return;
	}
	const struct country_plan *plan = country_of_number(digits, &national);
	if (plan != NULL && country_fits(plan, national))
		text_format(to->hint, sizeof(to->hint),
			"If this is a number in %s, write it as +%s.", plan->name, digits);
}

/* Digits as dialled in the North American plan. */
static bool decide_dialled_here(
	const struct phone_scan *s, const char *home, struct phone *ret, struct phone_refusal *to)
{
	const char *d = s->digits;
	size_t n = s->digit_count;
	size_t prefix = text_starts(d, "011") ? 3 : text_starts(d, "00") ? 2 : 0;
	if (prefix > 0 && n >= prefix + E164_DIGITS_MIN && d[prefix] != '0') {
		ret->flags |= PHONE_FLAG(DIAL_PREFIX);
		return decide_international(s, d + prefix, home, ret, to);
	}
	/* "1-415-555-123" is one short; "1415555123" could only be a bad area code. */
	bool is_1_apart = s->groups[0] == 1 || (n == 8 && s->group_count == 1);
	if (d[0] == '1' && (n == 11 || ((n == 4 || n == 8 || n == 10) && is_1_apart)))
		return decide_nanp(s, d + 1, home, ret, to);
	if (n > 10 && d[0] == '0')
		return refuse(to, PHONE_NPA_INVALID, "No US or Canadian number starts with 0.");
	if (decide_nanp(s, d, home, ret, to))
		return true;
	if (to->code == PHONE_TOO_LONG)
		hint_at_plus(d, to);
	return false;
}

static bool is_listed_abroad(const char *digits)
{
	const char *national;
	const struct country_plan *plan = country_of_number(digits, &national);
	if (digits[0] == '1')
		return is_nanp_number(digits + 1);
	return plan != NULL && country_lists(plan, national);
}

/* Digits as dialled in a country outside the plan. */
static bool decide_dialled_there(const struct phone_scan *s, const struct country_plan *plan,
	struct phone *ret, struct phone_refusal *to)
{
	const char *d = s->digits, *abroad = past(d, plan->international_prefix);
	/* Toll-free numbers of India start with 000, some of Korea's with 003. */
	bool is_home = country_lists(plan, d) && abroad != NULL && !is_listed_abroad(abroad);
	if (abroad != NULL && abroad[0] != '0' && !is_home && strlen(abroad) >= E164_DIGITS_MIN &&
		strlen(plan->international_prefix) > 1) {
		ret->flags |= PHONE_FLAG(DIAL_PREFIX);
		return decide_international(s, abroad, "US", ret, to);
	}
	const char *after_code = past(d, plan->calling_code);
	const char *const readings[] = {past(d, plan->trunk_prefix), d, after_code,
		after_code != NULL ? past(after_code, plan->trunk_prefix) : NULL};
	const char *national = read_national(plan, readings, COUNT_OF(readings));
	const char *const with_code[] = {national, past(national, plan->trunk_prefix)};
	/* 8 8 800001 in Belarus: as +375 8 800001 it would be read as +375 800001. */
	if (read_national(plan, with_code, COUNT_OF(with_code)) != national) {
		refuse(to, PHONE_INVALID_FOR_COUNTRY,
			"This has the %s that is dialled before numbers in %s twice.",
			plan->trunk_prefix, plan->name);
		TEXT_COPY(to->hint, "Leave one of them out.");
		return false;
	}
	return decide_foreign(plan, national, ret, to);
}

static bool decide(const struct phone_scan *s, const char *country, struct phone *ret,
	struct phone_refusal *to)
{
	char home[3] = "US";
	bool is_nanp = country == NULL || country_is_nanp(country);
	if (country != NULL && is_nanp)
		for (size_t i = 0; i < 2; i++)
			home[i] = (char)(country[i] & ~0x20); /* ASCII upper case */
	if (s->has_plus)
		return decide_international(s, s->digits, home, ret, to);
	if (country != NULL && country[0] == '\0')
		return refuse(to, PHONE_NO_COUNTRY, "It is not said which country this is in.");
	if (is_nanp)
		return decide_dialled_here(s, home, ret, to);
	const struct country_plan *plan = country_find(country);
	if (plan == NULL) {
		bool is_code = strlen(country) == 2 && isalpha((unsigned char)country[0]) &&
			       isalpha((unsigned char)country[1]);
		refuse(to, PHONE_COUNTRY_CODE_INVALID,
			is_code ? "No country has the code %.2s."
				: "The country given is not a two-letter code.",
			country);
		TEXT_COPY(to->hint, "Give the country's ISO code, such as US or GB.");
		return false;
	}
	return decide_dialled_there(s, plan, ret, to);
}

bool phone_parse(const char *typed, size_t bytes, const char *country, struct phone *ret,
	struct phone_refusal *refusal)
{
	struct typed text;
	struct phone_scan scan;
	must(typed != NULL || bytes == 0);
	switch (typed_read(typed, bytes, &text)) {
	case TYPED_OK:
		break;
	case TYPED_BAD:
		return refuse_text(refusal, PHONE_BAD_CHARS);
	case TYPED_TOO_LONG:
		return refuse_text(refusal, PHONE_TOO_LONG);
	}
	bool may_be_vanity = country == NULL || country_is_nanp(country);
	enum phone_reject no = phone_scan(&text, may_be_vanity, &scan);
	if (no != PHONE_OK)
		return refuse_text(refusal, no);
	struct phone phone = {.place = "", .flags = scan.flags};
	TEXT_COPY(phone.extension, scan.extension);
	if (!decide(&scan, country, &phone, refusal))
		return false;
	must(text_is_e164(phone.e164));
	*ret = phone;
	return true;
}
