/*
 * places.c - typed towns and postal codes: what is found is where it was said to be.
 *
 * Input: a byte that chooses what is typed beside it, a city, a zero byte, a
 * postal code.
 */
#include "numbering/ladder.h"
#include "numbering/places.h"
#include "numbering/places_key.h"
#include "numbering/places_table.h"
#include "numbering/postal.h"
#include "tests/fuzz/fuzz.h"

static const char *const codes[] = {NULL, "415", "416", "917", "564", "787", "800", "273", "x"};
static const char *const phones[] = {"+14155550123", "+17075251234", "+17785550123", "+18003569377",
	"+4930123456", "+13215550123", "+18675550123", "+442079460123", "+4533123456",
	"+4921223456789", "+447400123456"};

static void check_refusal(const struct phone_refusal *r)
{
	must(r->code > PHONE_OK && r->code < PHONE_REJECT_COUNT);
	must(r->message[0] != '\0' && r->hint[0] != '\0');
	FUZZ_MUST_BE_LINE(r->message);
	FUZZ_MUST_BE_LINE(r->hint);
}

/* Was the name typed, in some spelling?  Then its key begins the text's. */
static bool begins_with(const char *all, const char *name)
{
	char key[PLACE_KEY_BYTES];
	must(place_key(name, key));
	return text_starts(all, key);
}

static bool has_typed_name(const struct place *town, const char *all)
{
	for (size_t i = 0; i < places_alias_count; i++)
		if (places_aliases[i].town == town->id &&
			begins_with(all, places_alias_names + places_aliases[i].name))
			return true;
	return begins_with(all, town->name);
}

static void check_town(const struct place *town, const char *typed)
{
	struct place_words words;
	char all[PLACE_KEY_BYTES];
	const struct area_code *serving[PLACE_CODES_MAX];
	must(place_words_read(typed, &words));
	place_words_key(&words, 0, words.count, all);
	must(has_typed_name(town, all));
	size_t count = place_codes(town, serving);
	must(count > 0);
	for (size_t i = 0; i < count; i++)
		must(text_is(serving[i]->country, town->country) && serving[i]->is_in_service);
	/* By its whole name it is found again. */
	struct place again;
	must(place_find_in(town->name, town->region, &again) && place_is_same(&again, town));
}

/* Without case; an O or I may have been typed for a digit. */
static bool is_like(char typed, char c)
{
	return (typed & ~0x20) == (c & ~0x20) || (c == '0' && (typed & ~0x20) == 'O') ||
	       (c == '1' && (typed & ~0x20) == 'I');
}

static void check_postal(const struct postal *p, const char *typed)
{
	const char *at = typed;
	for (const char *c = p->code; *c != '\0'; c++) {
		if (*c == ' ')
			continue;
		while (*at != '\0' && !is_like(*at, *c))
			at++;
		must(*at != '\0'); /* nothing was made up */
		at++;
	}
	must(p->count > 0 && p->count <= POSTAL_CODES_MAX);
	for (size_t i = 0; i < p->count; i++)
		must(text_is(p->codes[i]->country, p->country));
	must(!p->has_town || text_is(p->town.country, p->country));
}

/* The code, if one is known, and then the country: nothing else, and once each. */
static void check_walk_abroad(const struct ladder *l, const struct phone *phone)
{
	struct ladder_step step;
	char reason[LADDER_REASON_BYTES];
	size_t cursor = 0, seen = 0;
	must(l->count == 0 || text_is(l->country, phone->country));
	must(l->town[0] == '\0' && l->region[0] == '\0');
	while (ladder_next(l, &cursor, &step)) {
		must(text_is(step.country, phone->country));
		must(text_is(step.npa, seen++ == 0 ? l->requested : ""));
		must((step.npa[0] != '\0') == (step.rung == LADDER_SAME_AREA_CODE));
		must(ladder_row_fits(&step, phone->e164, ""));
		ladder_reason(&step, phone->e164, "", reason);
		FUZZ_MUST_BE_LINE(reason);
	}
	/* An empty code is the country's own search, alone. */
	must(seen == l->count && seen <= (l->requested[0] != '\0' ? 2 : 1));
}

static void check_walk(const struct ladder *l)
{
	struct ladder_step step;
	char reason[LADDER_REASON_BYTES];
	size_t cursor = 0;
	bool seen[1000] = {false};
	while (ladder_next(l, &cursor, &step)) {
		char number[17];
		const struct area_code *area = area_code_find(step.npa);
		must(text_is(step.country, l->country));
		if (area == NULL) {
			must(step.npa[0] == '\0' && step.rung >= LADDER_SAME_STATE);
			continue;
		}
		must(area->is_in_service && text_is(area->country, l->country));
		int64_t code = 0;
		must(text_to_int(area->npa, 200, 999, &code));
		must(step.rung == LADDER_SAME_TOWN || !seen[code]);
		seen[code] = seen[code] || step.rung != LADDER_SAME_TOWN;
		text_format(number, sizeof(number), "+1%s5550123", area->npa);
		must(ladder_row_fits(&step, number, l->town));
		ladder_reason(&step, number, l->town, reason);
		must(reason[0] != '\0');
		FUZZ_MUST_BE_LINE(reason);
	}
	must(cursor == l->count);
}

static void check_ladder(struct ladder_wish wish, bool is_place_known)
{
	struct ladder l;
	struct phone_refusal r = {0};
	/* A postal code behind the city decides which it is, or contradicts it. */
	char behind[12] = "";
	if (wish.city != NULL)
		place_postal_code(wish.city, behind);
	if (ladder_build(&wish, &l, &r)) {
		must((is_place_known || behind[0] != '\0') && l.count > 0);
		check_walk(&l);
		return;
	}
	check_refusal(&r);
	must(l.count == 0);
	must(!is_place_known || wish.area_code != NULL || behind[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	size_t bytes;
	unsigned choice = fuzz_byte(&in);
	struct phone phone;
	struct phone_refusal r = {0};
	struct ladder_wish wish = {
		.phone = &phone,
		.area_code = codes[choice % COUNT_OF(codes)],
		.max_rung = (enum ladder_rung)(choice % LADDER_RUNG_COUNT),
	};
	const char *typed = phones[choice / 16 % COUNT_OF(phones)];
	must(phone_parse(typed, strlen(typed), NULL, &phone, &r));
	char *city = fuzz_part(&in, 0, &bytes), *postal_code = fuzz_rest(&in, &bytes);

	struct place town;
	const struct area_code *area = area_code_find(wish.area_code ? wish.area_code : "");
	if (area == NULL || area->kind != KIND_GEOGRAPHIC)
		area = area_code_find(phone.area_code);
	const char *near = area == NULL || area->kind != KIND_GEOGRAPHIC ? ""
			   : area->region[0] != '\0'                     ? area->region
									 : area->country;
	bool is_town = place_find(city, near, &town, &r);
	if (is_town)
		check_town(&town, city);
	else
		check_refusal(&r);
	struct postal postal;
	bool is_postal = postal_find(postal_code, &postal, &r);
	if (is_postal)
		check_postal(&postal, postal_code);
	else
		check_refusal(&r);
	if (wish.max_rung >= LADDER_SAME_AREA_CODE && city[0] != '\0') {
		wish.city = city;
		check_ladder(wish, is_town);
	}
	wish.city = NULL;
	if (wish.max_rung >= LADDER_SAME_AREA_CODE && postal_code[0] != '\0') {
		wish.postal_code = postal_code;
		check_ladder(wish, is_postal);
	}
	struct ladder abroad;
	wish = (struct ladder_wish){.phone = &phone, .max_rung = wish.max_rung};
	if (!country_is_nanp(phone.country) && ladder_build(&wish, &abroad, &r))
		check_walk_abroad(&abroad, &phone);
	free(city);
	free(postal_code);
	return 0;
}
