/*
 * phone.c - typed text: accepted is E.164 and means the same when read again: as
 * E.164, as a link, and as it is dialled at home.
 *
 * Input: a byte that chooses the country, then what was typed.
 */
#include "numbering/countries.h"
#include "numbering/ladder.h"
#include "numbering/lookup.h"
#include "numbering/phone.h"
#include "tests/fuzz/fuzz.h"

static const char *const countries[] = {NULL, "", "US", "CA", "GB", "DE", "FR", "AU", "IT", "uk",
	"MX", "AR", "BR", "LT", "BY", "RU", "KR", "IN", "JM", "GG"};

static size_t count_digits(const char *text, size_t bytes)
{
	size_t count = 0;
	for (size_t i = 0; i < bytes; i++)
		count += text[i] >= '0' && text[i] <= '9';
	return count;
}

/* A number is read, never mined: no digit is made up, unless letters or the
 * digits of another script stood there, and the +1 that the plan supplies.  A
 * tel: address may name its first digits last (";phone-context="). */
static void check_origin(const struct phone *phone, const char *typed, size_t bytes)
{
	bool is_ascii = true;
	/* Argentina's 15 at home is a 9 abroad. */
	if (text_is(phone->country, "AR"))
		return;
	for (size_t i = 0; i < bytes; i++)
		is_ascii &= (unsigned char)typed[i] < 0x80;
	if (!is_ascii || memchr(typed, '=', bytes) != NULL ||
		(phone->flags & PHONE_FLAG(VANITY)) != 0)
		return;
	const char *national = "", *digits = phone->e164 + 1;
	bool is_nanp = phone->area_code[0] != '\0';
	if (is_nanp)
		national = digits + 1;
	else
		must(country_of_number(digits, &national) != NULL);
	must(strlen(national) <= count_digits(typed, bytes));
	/* In the order they were typed. */
	const char *at = typed;
	for (const char *d = national; *d != '\0'; d++) {
		at = memchr(at, *d, bytes - (size_t)(at - typed));
		must(at != NULL);
		at++;
	}
}

static void check_same(const struct phone *phone, const char *typed, const char *country)
{
	struct phone again;
	struct phone_refusal refusal;
	must(phone_parse(typed, strlen(typed), country, &again, &refusal));
	must(text_is(again.e164, phone->e164) && text_is(again.country, phone->country));
	must(text_is(again.area_code, phone->area_code) && again.kind == phone->kind);
	must(text_is(again.ndc, phone->ndc));
}

/* As it is dialled at home, in the country's own way. */
static void check_national_form(const struct phone *phone)
{
	char typed[64];
	const char *national = phone->e164 + 2;
	if (phone->area_code[0] != '\0') {
		text_format(typed, sizeof(typed), "(%.3s) %.3s-%s", national, national + 3,
			national + 6);
		check_same(phone, typed, phone->country);
		return;
	}
	const struct country_plan *plan = country_of_number(phone->e164 + 1, &national);
	must(plan != NULL && text_is(plan->iso, phone->country));
	must(text_starts(national, phone->ndc));
	bool is_listed = country_lists(plan, national);
	must(is_listed == ((phone->flags & PHONE_FLAG(UNLISTED_RANGE)) == 0));
	text_format(typed, sizeof(typed), "%s%s", plan->trunk_prefix, national);
	/* Where it begins like a call abroad, a listed number abroad is meant. */
	if (plan->iso[0] != '\0' && is_listed &&
		(plan->international_prefix[0] == '\0' ||
			!text_starts(typed, plan->international_prefix)))
		check_same(phone, typed, plan->iso);
}

static void check_ladder(const struct phone *phone)
{
	struct ladder ladder;
	struct ladder_step step;
	size_t cursor = 0, steps = 0;
	struct phone_refusal refusal;
	struct ladder_wish wish = {.phone = phone, .max_rung = LADDER_SAME_COUNTRY};
	must(ladder_build(&wish, &ladder, &refusal));
	must((ladder.count == 0) == (phone->kind != KIND_GEOGRAPHIC || !phone->country[0]));
	while (ladder_next(&ladder, &cursor, &step)) {
		must(text_is(step.country, phone->country));
		must(step.npa[0] == '\0' || phone->area_code[0] == '\0' ||
			area_code_find(step.npa) != NULL);
		must(step.npa[0] == '\0' || phone->area_code[0] != '\0' ||
			text_is(step.npa, phone->ndc));
		must(++steps <= (size_t)LADDER_AREAS_MAX);
	}
}

static void check_accepted(const struct phone *phone, const char *typed, size_t bytes)
{
	must(text_is_e164(phone->e164));
	must(phone->extension[0] == '\0' || text_is_digits(phone->extension));
	must(phone->kind < KIND_COUNT && phone->flags < 1u << PHONE_FLAG_COUNT);
	if (text_starts(phone->e164, "+1")) {
		const struct area_code *area = area_code_find(phone->area_code);
		must(strlen(phone->e164) == 12 && area != NULL && area->is_in_service);
		must(strncmp(phone->e164 + 2, phone->area_code, 3) == 0);
	}
	/* Of a code that serves the whole plan, the country is the caller's. */
	bool is_shared = phone->area_code[0] != '\0' && phone->kind != KIND_GEOGRAPHIC;
	char link[sizeof(phone->e164) + 4];
	text_format(link, sizeof(link), "tel:%s", phone->e164);
	check_same(phone, phone->e164, phone->country);
	check_same(phone, phone->e164, is_shared ? phone->country : "");
	check_same(phone, link, is_shared ? phone->country : "DE");
	check_national_form(phone);
	check_origin(phone, typed, bytes);
	check_ladder(phone);
}

static void check_document(const char *typed, size_t bytes, const char *country, bool is_accepted)
{
	JSON_AUTO j = lookup_document(typed, bytes, country);
	must(json_bool(j, "accepted", !is_accepted) == is_accepted);
	must(json_at(j, "input") != NULL && json_is_array(json_at(j, "ladder")));
	char *text = json_to_text(j);
	JSON_AUTO back = json_parse(text, strlen(text), NULL, 0);
	/* A NUL that was typed is the one thing we would not take back ourselves. */
	must(memchr(typed, '\0', bytes) != NULL || json_equal(back, j));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct phone phone;
	struct phone_refusal refusal = {0};
	size_t bytes;
	const char *country = countries[fuzz_roll(&in, COUNT_OF(countries))];
	char *typed = fuzz_rest(&in, &bytes);
	bool is_accepted = phone_parse(typed, bytes, country, &phone, &refusal);
	if (is_accepted) {
		check_accepted(&phone, typed, bytes);
	} else {
		must(refusal.code > PHONE_OK && refusal.code < PHONE_REJECT_COUNT);
		must(refusal.message[0] != '\0' && refusal.hint[0] != '\0');
		FUZZ_MUST_BE_LINE(refusal.message);
		FUZZ_MUST_BE_LINE(refusal.hint);
	}
	if (bytes < 2000)
		check_document(typed, bytes, country, is_accepted);
	if (strlen(typed) == bytes && phone_check_area_code(typed, &refusal))
		must(area_code_find(typed) != NULL && area_code_find(typed)->is_in_service);
	free(typed);
	return 0;
}
