/* words.c - what a customer reads, in words for a shop owner. */
#include "web/words.h"

#include <string.h>

#include "base/text.h"
#include "engine/view.h"

/* --- fields of the form --------------------------------------------------------- */

const char *words_phone(const char *reason)
{
	/* clang-format off */
	static const struct {
		const char *reason, *text;
	} table[] = {
		{"empty", "Enter your phone number, with the area code."},
		{"no_digits", "Enter the number in digits, for example (415) 555-0123."},
		{"bad_chars", "Enter only the number: digits, spaces, dashes and parentheses."},
		{"not_a_phone_number", "Enter only the phone number, with nothing before it."},
		{"multiple_numbers", "This looks like more than one number. Enter just one."},
		{"too_short", "Some digits seem to be missing. Enter all ten, with the area code."},
		{"too_long", "There are too many digits. Check for an extra one; start a number outside the US and Canada with + and its country code."},
		{"short_code", "This is a short service number. Enter a full phone number with its area code."},
		{"no_country", "Start the number with + and its country code."},
		{"country_code_invalid", "There is no such country code. Check the digits after the +."},
		{"country_mismatch", "The country code does not fit the number. Start a US or Canadian number with +1."},
		{"invalid_for_country", "That is not a full number in its country. Check for missing or extra digits."},
		{"no_area_code", "The area code is missing. Put its three digits before the number."},
		{"npa_invalid", "Area codes do not start that way. Check the first three digits."},
		{"npa_n11", "Numbers like 911 or 411 are services, not area codes. Check the first three digits."},
		{"npa_555", "555 is not an area code. Enter the number with its own area code."},
		{"npa_expansion", "There is no such area code. Check the first three digits."},
		{"npa_reserved", "There is no such area code. Check the first three digits."},
		{"npa_unassigned", "There is no such area code. Check the first three digits."},
		{"npa_not_in_service", "That area code is not in use yet. Check the first three digits."},
		{"nxx_invalid", "The three digits after the area code cannot start with 0 or 1. Check them."},
		{"postal_code_invalid", "We do not know this ZIP or postal code. Check it, or enter the city and state."},
		{"city_unknown", "We do not know this place. Enter a ZIP code, or a city and its state, for example Berkeley, CA."},
		{"city_ambiguous", "There are several places of that name. Add the state or province, for example Berkeley, CA."},
		{"country_not_sold", "We cannot get a number in that country. Tell us a place in the US or Canada where you want one."},
		{"country_needs_papers", "We cannot get a number in that country yet: papers are wanted for each. Tell us a place in the US or Canada where you want one."},
		{"nxx_n11", "The three digits after the area code cannot be a service number like 911. Check them."},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_is(table[i].reason, reason))
			return table[i].text;
	return "That does not look like a phone number. Check the digits.";
}

static const char *field_text(const char *field)
{
	/* clang-format off */
	static const struct {
		const char *field, *text;
	} table[] = {
		{"business_name", "Enter the name of your business, at most 100 characters."},
		{"email", "Enter an e-mail address such as name@example.com."},
		{"area_code", "Enter the three digits of an area code in use, for example 415."},
		{"postal_code", "We do not know this ZIP or postal code. Check it, or enter the city and state."},
		{"city", "We do not know this place. Enter a ZIP code, or a city and its state, for example Berkeley, CA."},
		{"contains", "Enter up to seven digits or letters, for example 2020 or CAKE."},
		{"number", "Choose one of the numbers that are for sale."},
		{"phone", "Tell us where your business is: its ZIP or postal code, or its city and state."},
		{"existing_number", "Check the number you already have."},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_is(table[i].field, field))
			return table[i].text;
	return "Check this field.";
}

void words_field(const struct wish_error *error, char *to, size_t to_bytes)
{
	/* Of an area code it only counts that it is none. */
	bool has_reason =
		error->err.code == ERR_PHONE_REFUSED && !text_is(error->field, "area_code");
	text_format(to, to_bytes, "%s",
		has_reason ? words_phone(error->reason) : field_text(error->field));
}

void words_place(const struct phone_refusal *refusal, char *to, size_t to_bytes)
{
	const char *reason = phone_reject_wire(refusal->code);
	if (refusal->code == PHONE_OK)
		text_copy(to, to_bytes, field_text("phone"));
	else
		text_copy(to, to_bytes,
			text_starts(reason, "npa_") ? field_text("area_code")
						    : words_phone(reason));
}

/* --- errors, whatever they are about ----------------------------------------------- */

/* What kind of trouble it is for the customer. */
enum trouble {
	TROUBLE_OURS,  /* our setup, account or money: only we can mend it */
	TROUBLE_DOWN,  /* somebody does not answer: time mends it */
	TROUBLE_STOCK, /* no number to be had */
	TROUBLE_PRICE,
	TROUBLE_NOT_OWNED,
	TROUBLE_TAKEN,
	TROUBLE_UNCLEAR, /* we do not know yet whether it was bought */
	TROUBLE_CHECK,   /* bought or brought, but does not check out */
	TROUBLE_DUPLICATE,
	TROUBLE_BUSY,
	TROUBLE_CUSTOMER, /* as many as one customer, network, hour or day may have */
	TROUBLE_NETWORK,
	TROUBLE_HOUR,
	TROUBLE_DAY,
	TROUBLE_PAUSED, /* an operator stopped all buying for now */
};

static enum trouble trouble_of(enum err_code code)
{
	/* clang-format off */
	static const struct {
		enum err_code code;
		enum trouble trouble;
	} table[] = {
		{ERR_CARRIER_NO_NUMBERS, TROUBLE_STOCK}, {ERR_PLACE_NEEDED, TROUBLE_STOCK},
		{ERR_CARRIER_NUMBER_GONE, TROUBLE_STOCK}, {ERR_CHOICE_NEEDED, TROUBLE_STOCK},
		{ERR_CHOICE_GONE, TROUBLE_STOCK},
		{ERR_CARRIER_PRICE, TROUBLE_PRICE}, {ERR_NUMBER_NOT_OWNED, TROUBLE_NOT_OWNED},
		{ERR_NUMBER_TAKEN, TROUBLE_TAKEN}, {ERR_VOICE_OTHER_ORG, TROUBLE_TAKEN},
		{ERR_CARRIER_ORDER_STUCK, TROUBLE_UNCLEAR}, {ERR_CARRIER_UNCLEAR, TROUBLE_UNCLEAR},
		{ERR_PURCHASE_UNCLEAR, TROUBLE_UNCLEAR}, {ERR_VOICE_UNCLEAR, TROUBLE_CHECK},
		{ERR_VOICE_NUMBER_UNKNOWN, TROUBLE_CHECK}, {ERR_VOICE_NOT_READY, TROUBLE_CHECK},
		{ERR_VOICE_REFUSED, TROUBLE_CHECK}, {ERR_VERIFY_FAILED, TROUBLE_CHECK},
		{ERR_CARRIER_LIMITED, TROUBLE_DOWN}, {ERR_CARRIER_DOWN, TROUBLE_DOWN},
		{ERR_CARRIER_ORDER_FAILED, TROUBLE_DOWN}, {ERR_VOICE_LIMITED, TROUBLE_DOWN},
		{ERR_VOICE_DOWN, TROUBLE_DOWN}, {ERR_STORE_UNAVAILABLE, TROUBLE_DOWN},
		{ERR_STORE_FAILED, TROUBLE_DOWN},
		{ERR_STORE_CONFLICT, TROUBLE_DOWN}, {ERR_STORE_LOCKED, TROUBLE_DOWN},
		{ERR_NETWORK, TROUBLE_DOWN}, {ERR_INTERRUPTED, TROUBLE_DOWN},
		{ERR_IDEMPOTENCY_IN_PROGRESS, TROUBLE_DOWN},
		{ERR_DUPLICATE_SIGNUP, TROUBLE_DUPLICATE}, {ERR_TOO_MANY_REQUESTS, TROUBLE_BUSY},
		{ERR_LIMIT_CUSTOMER, TROUBLE_CUSTOMER}, {ERR_LIMIT_NETWORK, TROUBLE_NETWORK},
		{ERR_LIMIT_HOUR, TROUBLE_HOUR}, {ERR_LIMIT_DAY, TROUBLE_DAY},
		{ERR_FROZEN, TROUBLE_PAUSED},
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].code == code)
			return table[i].trouble;
	return TROUBLE_OURS;
}

/* What to do about it; the same whether it failed at once or later. */
static const char *trouble_next(enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_OURS:
	case TROUBLE_PRICE:
		return "There is nothing wrong with what you entered. Please tell us, or try again "
		       "later.";
	case TROUBLE_DOWN:
		return "Please try again in a few minutes.";
	case TROUBLE_STOCK:
		return "Try again with another area code nearby.";
	case TROUBLE_NOT_OWNED:
		return "Check the number for a typing error, or sign up without it and get a new "
		       "one.";
	case TROUBLE_TAKEN:
		return "If this is your number, please tell us. Or sign up without it and get a "
		       "new one.";
	case TROUBLE_UNCLEAR:
	case TROUBLE_CHECK:
		return "You need not do anything. Keep the address of this page; the answer will "
		       "be here.";
	case TROUBLE_DUPLICATE:
		return "If that was you, open the page you got then: it shows your number. If you "
		       "cannot find it, ask us for it.";
	case TROUBLE_BUSY:
		return "Please wait a few minutes, then try again.";
	case TROUBLE_CUSTOMER:
	case TROUBLE_NETWORK:
		return "Please try again tomorrow, or tell us that you need more.";
	case TROUBLE_HOUR:
		return "Please try again in an hour.";
	case TROUBLE_DAY:
		return "Please try again tomorrow.";
	case TROUBLE_PAUSED:
		return "You need not do anything. It goes on by itself, and the answer will be "
		       "here.";
	}
	return "";
}

static const char *trouble_text(enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_OURS:
		return "Something on our side is not set up right.";
	case TROUBLE_DOWN:
		return "A service we depend on did not answer.";
	case TROUBLE_STOCK:
		return "No phone number is for sale there at the moment.";
	case TROUBLE_PRICE:
		return "The numbers for sale there cost more than we allow.";
	case TROUBLE_NOT_OWNED:
		return "We could not find the number you already have among our lines.";
	case TROUBLE_TAKEN:
		return "The number you already have is in use for another business.";
	case TROUBLE_UNCLEAR:
		return "The phone company has not told us clearly whether your number is bought.";
	case TROUBLE_CHECK:
		return "Your number is there, but the last check did not come out right.";
	case TROUBLE_DUPLICATE:
		return "This business already has a number, or is just getting one.";
	case TROUBLE_BUSY:
		return "There were many sign-ups from your network just now.";
	case TROUBLE_CUSTOMER:
		return "You have got as many numbers today as one customer may.";
	case TROUBLE_NETWORK:
		return "Your network has got as many numbers today as one network may.";
	case TROUBLE_HOUR:
		return "We have given out as many numbers as we do in one hour.";
	case TROUBLE_DAY:
		return "We have given out as many numbers as we do in one day.";
	case TROUBLE_PAUSED:
		return "We have paused for a moment.";
	}
	return "";
}

void words_refusal(const struct err *e, struct words_news *ret)
{
	enum trouble trouble = trouble_of(e->code);
	*ret = (struct words_news){0};
	TEXT_COPY(ret->title,
		trouble == TROUBLE_DUPLICATE ? "You are signed up already" : "That did not work");
	TEXT_COPY(ret->text, trouble_text(trouble));
	TEXT_COPY(ret->next, trouble_next(trouble));
}

/* --- steps -------------------------------------------------------------------------- */

enum { AT_CHECK, AT_FIND, AT_BUY, AT_CONNECT, AT_TEST, AT_READY };

static int place_of(enum order_state state)
{
	switch (state) {
	case ORDER_RECEIVED:
	case ORDER_NEEDS_INPUT:
		return AT_CHECK;
	case ORDER_SEARCHING:
	case ORDER_CLAIMING:
		return AT_FIND;
	case ORDER_RESERVING:
	case ORDER_BUYING:
	case ORDER_UNCLEAR:
	case ORDER_ORDERED:
		return AT_BUY;
	case ORDER_PROVISIONING:
	case ORDER_IMPORTING:
		return AT_CONNECT;
	case ORDER_VERIFYING:
		return AT_TEST;
	case ORDER_ACTIVE:
		return AT_READY;
	case ORDER_PARKED:
	case ORDER_FAILED:
	case ORDER_CANCELLED:
	case ORDER_RELEASING:
	case ORDER_RELEASED:
	case ORDER_STATE_COUNT:
		return AT_CHECK;
	}
	return AT_CHECK;
}

static const char *title_of(int at, bool is_existing)
{
	switch (at) {
	case AT_CHECK:
		return "Checking your details";
	case AT_FIND:
		return is_existing ? "Finding your number" : "Finding a number in";
	case AT_BUY:
		return "Buying it";
	case AT_CONNECT:
		return "Connecting it";
	case AT_TEST:
		return "Testing it";
	default:
		return "Ready";
	}
}

static const char *where(const struct order *o)
{
	const struct area_code *area =
		country_is_nanp(o->country) ? area_code_find(o->area_code) : NULL;
	return area != NULL ? area->city : "";
}

/* Where it was wanted, in one word. */
static const char *wanted_where(const struct order *o)
{
	if (o->match.requested[0] != '\0')
		return o->match.requested;
	if (o->place.requested[0] != '\0')
		return o->place.requested;
	return o->area_code[0]     ? o->area_code
	       : o->city[0]        ? o->city
	       : o->postal_code[0] ? o->postal_code
				   : "your area";
}

static void detail_of_finding(
	const struct order *o, bool is_now, const char *number, char *to, size_t bytes)
{
	if (o->mode == ORDER_MODE_EXISTING)
		text_format(to, bytes, is_now ? "Looking for %s among our lines." : "%s is there.",
			number);
	else if (!is_now)
		text_format(to, bytes, "Found %s.", number);
	else if (o->place.rung == LADDER_SAME_COUNTRY)
		text_format(to, bytes,
			"We cannot get any number in %s right now. Looking in the rest of the "
			"country.",
			wanted_where(o));
	else if (o->place.rung > LADDER_SAME_AREA_CODE)
		text_format(to, bytes, "We cannot get any number in %s right now. Looking nearby.",
			wanted_where(o));
	else
		text_format(to, bytes, "Looking at the numbers for sale in %s.",
			where(o)[0] != '\0' ? where(o) : "your area");
}

static void detail_of_buying(enum order_state state, const char *number, char *to, size_t bytes)
{
	if (state == ORDER_RESERVING)
		text_format(to, bytes, "Asking the phone company to keep %s for you.", number);
	else if (state == ORDER_UNCLEAR)
		text_format(to, bytes,
			"The phone company gave no clear answer about %s. We look whether it is "
			"yours before we do anything else, so that you never get two.",
			number);
	else if (state == ORDER_ORDERED)
		text_format(to, bytes, "%s is ordered. Waiting until it is switched on.", number);
	else
		text_format(to, bytes, "Ordering %s.", number);
}

static void detail_of(const struct order *o, enum order_state state, int at, enum step_mark mark,
	char *to, size_t bytes)
{
	char number[32] = "the number";
	if (o->number[0] != '\0')
		view_phone(o->number, number, sizeof(number));
	bool is_now = mark != STEP_DONE;
	to[0] = '\0';
	if (mark == STEP_TODO)
		return;
	if (at == AT_FIND)
		detail_of_finding(o, is_now, number, to, bytes);
	else if (at == AT_BUY && is_now)
		detail_of_buying(state, number, to, bytes);
	else if (at == AT_BUY)
		text_format(to, bytes, "%s is yours.", number);
	else if (at == AT_CONNECT && is_now)
		text_format(to, bytes, "Telling our phone system to answer %s.", number);
	else if (at == AT_TEST && is_now)
		text_copy(to, bytes, "Reading everything back, at both ends of the line.");
}

static enum step_mark mark_of(const struct order *o, int at, int now)
{
	if (at < now || (at == AT_READY && now == AT_READY))
		return STEP_DONE;
	if (at > now)
		return STEP_TODO;
	return o->state == ORDER_PARKED ? STEP_STOPPED : STEP_NOW;
}

int words_steps(const struct order *o, struct words_step ret[WORDS_STEPS])
{
	bool is_existing = o->mode == ORDER_MODE_EXISTING;
	enum order_state state = o->state == ORDER_PARKED ? o->parked_from : o->state;
	int now = place_of(state), count = 0;
	for (int at = AT_CHECK; at <= AT_READY; at++) {
		if (at == AT_BUY && is_existing)
			continue;
		struct words_step *step = &ret[count++];
		*step = (struct words_step){.mark = mark_of(o, at, now)};
		if (at == AT_FIND && !is_existing)
			text_format(step->title, sizeof(step->title), "%s %s", title_of(at, false),
				wanted_where(o));
		else
			TEXT_COPY(step->title, title_of(at, is_existing));
		detail_of(o, state, at, step->mark, step->detail, sizeof(step->detail));
	}
	return count;
}

const char *words_delay(const struct order *o)
{
	if (o->error.code == ERR_OK || order_is_over(o->state) || o->state == ORDER_PARKED)
		return "";
	if (o->error.code == ERR_FROZEN)
		return "We have paused for a moment. It goes on by itself; nothing is lost.";
	return "A service we depend on is slow to answer. We keep trying by ourselves; nothing is "
	       "lost.";
}

/* --- news --------------------------------------------------------------------------- */

static void news_of_trouble(const struct order *o, struct words_news *ret)
{
	enum trouble trouble = trouble_of(o->error.code);
	TEXT_COPY(ret->text, trouble_text(trouble));
	TEXT_COPY(ret->next, trouble_next(trouble));
	if (trouble == TROUBLE_STOCK && o->area_code[0] != '\0')
		text_format(ret->text, sizeof(ret->text),
			"No phone number%s%s is for sale for area code %s at the moment.",
			o->contains[0] ? " with " : "", o->contains, o->area_code);
	if (trouble == TROUBLE_STOCK && o->contains[0] != '\0')
		TEXT_COPY(ret->next, "Try again with other digits, or with another area code "
				     "nearby.");
	if (o->state == ORDER_FAILED) {
		TEXT_COPY(ret->title, o->mode == ORDER_MODE_EXISTING
					      ? "We could not connect your number"
					      : "We could not get you a number");
		return;
	}
	TEXT_COPY(ret->title, "One of us has to look at this");
	TEXT_COPY(ret->next, trouble_next(TROUBLE_UNCLEAR));
}

static void news_of_question(const struct order *o, struct words_news *ret)
{
	char number[32];
	view_phone(o->wanted.number, number, sizeof(number));
	if (o->error.code == ERR_PLACE_NEEDED) {
		TEXT_COPY(ret->title, "Where is your business?");
		TEXT_COPY(ret->text, "Your business phone does not belong to one place in our "
				     "area, so we cannot tell where your number should be.");
	} else if (o->error.code == ERR_CARRIER_PRICE) {
		text_format(ret->title, sizeof(ret->title), "We cannot give you %s", number);
		TEXT_COPY(ret->text, "It costs more than we pay for a number. Nothing was bought "
				     "for you. Choose another one, or let us choose.");
	} else if (o->wanted.number[0] != '\0') {
		text_format(ret->title, sizeof(ret->title), "%s has gone", number);
		TEXT_COPY(ret->text, "It is no longer for sale. Nothing was bought for you. "
				     "Choose another one, or let us choose.");
	} else {
		text_format(ret->title, sizeof(ret->title),
			"We cannot get any %s number%s%s right now", wanted_where(o),
			o->contains[0] ? " with " : "", o->contains);
		TEXT_COPY(ret->text, "Nothing was bought yet. These are the nearest there are: "
				     "choose one, or let us choose.");
	}
}

void words_news(const struct order *o, struct words_news *ret)
{
	*ret = (struct words_news){0};
	switch (o->state) {
	case ORDER_ACTIVE:
		TEXT_COPY(ret->title, "Your number is ready");
		break;
	case ORDER_NEEDS_INPUT:
		news_of_question(o, ret);
		break;
	case ORDER_PARKED:
	case ORDER_FAILED:
		news_of_trouble(o, ret);
		break;
	case ORDER_CANCELLED:
	case ORDER_RELEASING:
		TEXT_COPY(ret->title, "This sign-up was cancelled");
		TEXT_COPY(ret->text, o->is_owned || o->state == ORDER_RELEASING
					     ? "The number is being given back."
					     : "No number was bought.");
		TEXT_COPY(ret->next, "You can sign up again at any time.");
		break;
	case ORDER_RELEASED:
		TEXT_COPY(ret->title, "This number was given back");
		TEXT_COPY(ret->text, "It is no longer connected to your business.");
		TEXT_COPY(ret->next, "You can sign up again at any time.");
		break;
	case ORDER_RECEIVED:
	case ORDER_SEARCHING:
	case ORDER_CLAIMING:
	case ORDER_RESERVING:
	case ORDER_BUYING:
	case ORDER_UNCLEAR:
	case ORDER_ORDERED:
	case ORDER_PROVISIONING:
	case ORDER_IMPORTING:
	case ORDER_VERIFYING:
	case ORDER_STATE_COUNT:
		TEXT_COPY(ret->title, o->mode == ORDER_MODE_EXISTING ? "Connecting your number"
								     : "Getting your number");
		TEXT_COPY(ret->text, "This page follows along by itself. You may close it and come "
				     "back: its address stays yours.");
		break;
	}
}

/* --- why this number ------------------------------------------------------------------ */

static unsigned miles(unsigned km_tenths)
{
	unsigned rounded = (km_tenths * 1000u + 8046u) / 16093u;
	return rounded > 0 ? rounded : 1;
}

/* What it is instead, and how far away. */
static void tell_other(const struct order *o, const char *npa, char *to, size_t bytes)
{
	const struct area_code *area = text_starts(o->number, "+1") ? area_code_find(npa) : NULL;
	const char *city = area != NULL ? area->city : "";
	unsigned away = miles(o->match.km_tenths);
	switch (o->match.rung) {
	case LADDER_OVERLAY:
		text_format(to, bytes, "; this one is %s, which serves the same streets.", npa);
		break;
	case LADDER_NEARBY:
		text_format(to, bytes, "; this one is %s, from about %u mile%s away.", npa, away,
			away == 1 ? "" : "s");
		break;
	case LADDER_SAME_STATE:
		text_format(to, bytes,
			", nor one nearby; this one is %s, from %s, elsewhere in your state.", npa,
			city);
		break;
	case LADDER_SAME_TIME_ZONE:
		text_format(to, bytes,
			", nor one nearby; this one is %s, from %s, where it is as late as with "
			"you.",
			npa, city);
		break;
	case LADDER_SAME_TOWN:
	case LADDER_SAME_AREA_CODE:
	case LADDER_SAME_COUNTRY:
	case LADDER_RUNG_COUNT:
		text_format(to, bytes, "; this one is %s%s%s, elsewhere in the country.", npa,
			city[0] ? ", from " : "", city);
		break;
	}
}

void words_match(const struct order *o, char *to, size_t to_bytes)
{
	char npa[COUNTRY_NDC_BYTES], other[160];
	const char *wanted = wanted_where(o);
	view_area_code(o->number, npa);
	to[0] = '\0';
	if (o->mode == ORDER_MODE_EXISTING || npa[0] == '\0')
		return;
	if (text_is(o->number, o->wanted.number)) {
		text_copy(to, to_bytes, "The number you chose.");
	} else if (o->match.rung == LADDER_SAME_TOWN && o->match.town[0] != '\0') {
		text_format(to, to_bytes, "A local number in %s, with the area code %s.",
			o->match.town, npa);
	} else if (text_is(npa, wanted)) {
		text_format(to, to_bytes, "A local number with the area code %s.", npa);
	} else {
		/* There may be others, without the digits that were asked for. */
		const char *suitable = o->contains[0] != '\0' ? "suitable " : "";
		tell_other(o, npa, other, sizeof(other));
		text_format(to, to_bytes, "We could not get any %s%s number%s", suitable, wanted,
			other);
	}
}

/* "US-CA" -> "CA" */
static const char *state_of(const struct ladder_step *place)
{
	const struct area_code *area = area_code_find(place->npa);
	const char *region = place->region[0] || area == NULL ? place->region : area->region;
	return strlen(region) > 3 ? region + 3 : "the same state";
}

static void add_distance(char *text, size_t bytes, unsigned km_tenths)
{
	char more[60];
	if (km_tenths == 0)
		return;
	text_format(more, sizeof(more), ", %u.%u km (%u mile%s)", km_tenths / 10, km_tenths % 10,
		miles(km_tenths), miles(km_tenths) == 1 ? "" : "s");
	text_copy(text + strlen(text), bytes - strlen(text), more);
}

void words_rung(const struct ladder_step *place, char *to, size_t to_bytes)
{
	switch (place->rung) {
	case LADDER_SAME_TOWN:
		text_format(to, to_bytes, "In %s", place->town);
		break;
	case LADDER_SAME_AREA_CODE:
		text_format(to, to_bytes, "Area code %s", place->npa);
		break;
	case LADDER_OVERLAY:
		text_format(to, to_bytes, "%s serves the same streets", place->npa);
		break;
	case LADDER_NEARBY:
		text_format(to, to_bytes, "Nearby: %s", place->npa);
		break;
	case LADDER_SAME_STATE:
		text_format(to, to_bytes, "Elsewhere in %s%s%s", state_of(place),
			place->npa[0] ? ": " : "", place->npa);
		break;
	case LADDER_SAME_TIME_ZONE:
		text_format(to, to_bytes, "Where it is as late as with you%s%s",
			place->npa[0] ? ": " : "", place->npa);
		break;
	case LADDER_SAME_COUNTRY:
	case LADDER_RUNG_COUNT:
		text_format(to, to_bytes, "Elsewhere in the country%s%s", place->npa[0] ? ": " : "",
			place->npa);
		break;
	}
	add_distance(to, to_bytes, place->km_tenths);
}
