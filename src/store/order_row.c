#include "store/order_row.h"

#include <limits.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum field_kind {
	FIELD_TEXT, /* char[] */
	FIELD_BOOL,
	FIELD_SHORT,   /* uint16_t */
	FIELD_INT,     /* int32_t */
	FIELD_LONG,    /* int64_t */
	FIELD_WORD,    /* an enum, by its wire word */
	FIELD_RECORD,  /* a struct */
	FIELD_RECORDS, /* an array of structs and its count */
	FIELD_TEXTS,   /* an array of char[] and its count */
	/* Columns that follow from others. */
	FIELD_CORE,
	FIELD_STATUS,
	FIELD_HELD,
};

/* An enum's words in order; `word` of anything below `count` is not NULL. */
struct words {
	const char *(*word)(int value);
	int count;
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;
	size_t bytes; /* of one element */
	const struct words *words;
	const struct field *fields; /* of a record; ends with a NULL name */
	size_t count_offset;        /* of the int32_t that counts an array */
	int most;
};

static const char *state_word(int value)
{
	return order_state_wire((enum order_state)value);
}

static const char *mode_word(int value)
{
	return order_mode_wire((enum order_mode)value);
}

static const char *rung_word(int value)
{
	return ladder_rung_wire((enum ladder_rung)value);
}

static const char *method_word(int value)
{
	return order_method_wire((enum order_method)value);
}

static const char *code_word(int value)
{
	return err_wire((enum err_code)value);
}

static const char *attempt_word(int value)
{
	return attempt_kind_wire((enum attempt_kind)value);
}

static const char *outcome_word(int value)
{
	return attempt_outcome_wire((enum attempt_outcome)value);
}

static const struct words states = {state_word, ORDER_STATE_COUNT};
static const struct words modes = {mode_word, ORDER_MODE_EXISTING + 1};
static const struct words rungs = {rung_word, LADDER_RUNG_COUNT};
static const struct words methods = {method_word, METHOD_COUNT};
static const struct words codes = {code_word, ERR_COUNT};
static const struct words attempts = {attempt_word, ATTEMPT_IMPORT + 1};
static const struct words outcomes = {outcome_word, OUTCOME_UNKNOWN + 1};

/* clang-format off */
#define SIZE(type, member) sizeof(((type *)0)->member)
#define PLAIN(kind, ctype, name, type, member) \
	{name, kind, offsetof(type, member) + 0 * sizeof(char[SIZE(type, member) == sizeof(ctype) ? 1 : -1]), \
		sizeof(ctype), NULL, NULL, 0, 0}
#define TEXT(name, type, member) {name, FIELD_TEXT, offsetof(type, member), SIZE(type, member), NULL, NULL, 0, 0}
#define BOOL(name, type, member) PLAIN(FIELD_BOOL, bool, name, type, member)
#define SHORT(name, type, member) PLAIN(FIELD_SHORT, uint16_t, name, type, member)
#define INT(name, type, member) PLAIN(FIELD_INT, int32_t, name, type, member)
#define LONG(name, type, member) PLAIN(FIELD_LONG, int64_t, name, type, member)
#define WORD(name, type, member, words) {name, FIELD_WORD, offsetof(type, member), sizeof(int), &words, NULL, 0, 0}
#define RECORD(name, type, member, fields) {name, FIELD_RECORD, offsetof(type, member), SIZE(type, member), NULL, fields, 0, 0}
#define RECORDS(name, type, member, fields, count, most) \
	{name, FIELD_RECORDS, offsetof(type, member), SIZE(type, member[0]), NULL, fields, offsetof(type, count), most}
#define TEXTS(name, type, member, count, most) \
	{name, FIELD_TEXTS, offsetof(type, member), SIZE(type, member[0]), NULL, NULL, offsetof(type, count), most}
#define END {NULL, FIELD_TEXT, 0, 0, NULL, NULL, 0, 0}
#define O struct order

static const struct field err_fields[] = {
	WORD("code", struct err, code, codes),
	TEXT("message", struct err, message),
	TEXT("hint", struct err, hint),
	END
};

static const struct field candidate_fields[] = {
	TEXT("number", struct candidate, number),
	INT("upfront_cents", struct candidate, upfront_cents),
	INT("monthly_cents", struct candidate, monthly_cents),
	TEXT("currency", struct candidate, currency),
	BOOL("is_reservable", struct candidate, is_reservable),
	END
};

static const struct field pin_attempt_fields[] = {
	INT("no", struct pin_attempt, no),
	WORD("outcome", struct pin_attempt, outcome, outcomes),
	INT("quiet_looks", struct pin_attempt, quiet_looks),
	LONG("quiet_since_ms", struct pin_attempt, quiet_since_ms),
	END
};

static const struct field place_fields[] = {
	WORD("rung", struct ladder_step, rung, rungs),
	TEXT("country", struct ladder_step, country),
	TEXT("npa", struct ladder_step, npa),
	TEXT("region", struct ladder_step, region),
	TEXT("town", struct ladder_step, town),
	TEXT("requested", struct ladder_step, requested),
	SHORT("km_tenths", struct ladder_step, km_tenths),
	END
};

static const struct field attempt_fields[] = {
	WORD("kind", struct attempt, kind, attempts),
	WORD("outcome", struct attempt, outcome, outcomes),
	INT("no", struct attempt, no),
	WORD("method", struct attempt, method, methods),
	TEXT("number", struct attempt, number),
	WORD("code", struct attempt, code, codes),
	LONG("planned_ms", struct attempt, planned_ms),
	END
};

static const struct field core_fields[] = {
	TEXT("postal_code", O, postal_code),
	TEXT("city", O, city),
	RECORD("wanted", O, wanted, candidate_fields),
	LONG("wanted_until_ms", O, wanted_until_ms),
	BOOL("asks", O, asks),
	INT("most_upfront_cents", O, most_upfront_cents),
	INT("most_monthly_cents", O, most_monthly_cents),
	LONG("event_seq", O, event_seq),
	TEXT("event_hash", O, event_hash),
	INT("tries", O, tries),
	INT("ladder_at", O, ladder_at),
	RECORD("place", O, place, place_fields),
	INT("searches", O, searches),
	RECORDS("candidates", O, candidates, candidate_fields, candidate_count, ORDER_CANDIDATES),
	TEXTS("avoid", O, avoid, avoid_count, ORDER_AVOID),
	BOOL("is_checked", O, is_checked),
	BOOL("is_traced", O, is_traced),
	BOOL("is_searched", O, is_searched),
	LONG("available_cents", O, available_cents),
	TEXT("pinned_number", O, pinned.number),
	BOOL("pinned_is_reservable", O, pinned.is_reservable),
	RECORD("match", O, match, place_fields),
	LONG("reserved_until_ms", O, reserved_until_ms),
	RECORDS("pin_attempts", O, pin_attempts, pin_attempt_fields, attempts_on_pin,
		ORDER_ATTEMPTS_A_PIN),
	INT("order_no", O, order_no),
	INT("looked_no", O, looked_no),
	INT("held_up", O, held_up),
	LONG("held_up_ms", O, held_up_ms),
	BOOL("was_import_tried", O, was_import_tried),
	BOOL("is_gone", O, is_gone),
	LONG("sent_ms", O, sent_ms),
	LONG("unclear_ms", O, unclear_ms),
	BOOL("is_for_sale", O, is_for_sale),
	RECORD("refusal", O, refusal, err_fields),
	LONG("unsure_until_ms", O, unsure_until_ms),
	BOOL("is_given_up", O, is_given_up),
	BOOL("is_vouched", O, is_vouched),
	BOOL("is_torn", O, is_torn),
	RECORD("attempt", O, attempt, attempt_fields),
	BOOL("is_voice_searched", O, is_voice_searched),
	INT("imports", O, imports),
	INT("releases", O, releases),
	BOOL("is_number_read", O, is_number_read),
	BOOL("is_voice_read", O, is_voice_read),
	END
};

/* In the order of enum row_part. */
static const struct field columns[] = {
#define ROW_EACH_FIRST 11
	TEXT("id", O, id),
	TEXT("business_name", O, business_name),
	TEXT("email", O, email),
	TEXT("business_phone", O, business_phone),
	TEXT("existing_number", O, existing_number),
	TEXT("reference", O, reference),
	WORD("mode", O, mode, modes),
	LONG("created_at_ms", O, created_ms),
	TEXT("instance", O, instance),
	TEXT("name", O, name),
	LONG("worker", O, worker),

	LONG("version", O, version),
	TEXT("contains", O, contains), /* these four: as a person may say anew */
	WORD("max_rung", O, max_rung, rungs),
	TEXT("area_code", O, area_code),
	TEXT("country", O, country),
	WORD("parked_from", O, parked_from, states),
	LONG("updated_at_ms", O, updated_ms),
	LONG("since_ms", O, since_ms),
	LONG("due_ms", O, due_ms),
	BOOL("cancel_wanted", O, cancel_wanted),
	WORD("error_code", O, error.code, codes),
	TEXT("error_message", O, error.message),
	TEXT("error_hint", O, error.hint),
	TEXT("number", O, number),
	INT("upfront_cents", O, pinned.upfront_cents),
	INT("monthly_cents", O, pinned.monthly_cents),
	TEXT("currency", O, pinned.currency),
	BOOL("was_reserved", O, was_reserved),
	INT("attempt_no", O, attempt_no),
	WORD("method", O, method, methods),
	TEXT("order_id", O, order_id),
	TEXT("number_id", O, number_id),
	TEXT("carrier_status", O, carrier_status),
	BOOL("is_owned", O, is_owned),
	BOOL("was_active", O, was_active),
	TEXT("voice_id", O, voice_id),
	TEXT("voice_status", O, voice_status),
	BOOL("is_voice_ours", O, is_voice_ours),
	{"core", FIELD_CORE, 0, 0, NULL, core_fields, 0, 0},
#define ROW_INDEXED_FIRST 40
	WORD("state", O, state, states),
	{"status", FIELD_STATUS, 0, 0, NULL, NULL, 0, 0},
	{"held_number", FIELD_HELD, 0, 0, NULL, NULL, 0, 0},
};
/* clang-format on */
_Static_assert(COUNT_OF(columns) == ROW_COLUMNS, "ROW_COLUMNS counts the table");
_Static_assert(sizeof(enum order_state) == sizeof(int) && sizeof(enum ladder_rung) == sizeof(int) &&
		       sizeof(enum err_code) == sizeof(int),
	"a word field is an int");

int order_row_first(enum row_part part)
{
	static const int first[ROW_PARTS + 1] = {0, ROW_EACH_FIRST, ROW_INDEXED_FIRST, ROW_COLUMNS};
	must((unsigned)part <= ROW_PARTS);
	return first[part];
}

struct row_column order_row_column(int i)
{
	must(i >= 0 && i < ROW_COLUMNS);
	enum row_part part = i >= ROW_INDEXED_FIRST ? ROW_INDEXED
			     : i >= ROW_EACH_FIRST  ? ROW_EACH
						    : ROW_ONCE;
	enum field_kind kind = columns[i].kind;
	bool is_text = kind != FIELD_BOOL && kind != FIELD_SHORT && kind != FIELD_INT &&
		       kind != FIELD_LONG;
	return (struct row_column){columns[i].name, part, is_text};
}

void order_row_add_names(struct str *to, int first, int end, const char *after)
{
	for (int i = first; i < end; i++)
		str_addf(to, "%s%s%s", i > first ? ", " : "", columns[i].name, after);
}

/* ---- writing ---- */

static const void *at(const void *base, size_t offset)
{
	return (const char *)base + offset;
}

static int64_t whole(const struct field *f, const void *base)
{
	const void *p = at(base, f->offset);
	if (f->kind == FIELD_BOOL)
		return *(const bool *)p;
	if (f->kind == FIELD_SHORT)
		return *(const uint16_t *)p;
	if (f->kind == FIELD_LONG)
		return *(const int64_t *)p;
	return *(const int32_t *)p;
}

static const char *word(const struct field *f, const void *base)
{
	int64_t value = whole(f, base);
	must(value >= 0 && value < f->words->count);
	return f->words->word((int)value);
}

static void add_whole(struct str *to, int64_t value)
{
	char digits[24];
	size_t i = sizeof(digits);
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--i] = (char)('0' + size % 10);
		size /= 10;
	} while (size > 0);
	if (value < 0)
		digits[--i] = '-';
	str_add_bytes(to, digits + i, sizeof(digits) - i);
}

/* An upstream's words may be cut or were never UTF-8; a row that cannot be
 * read again would be worse than a question mark. */
static void add_text(struct str *to, const char *text)
{
	char clean[sizeof(((struct err *)0)->message)];
	if (text_is_utf8(text, strlen(text))) {
		json_add_string(to, text);
		return;
	}
	TEXT_COPY(clean, text);
	for (char *p = clean; *p; p++) {
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	}
	json_add_string(to, clean);
}

static void add_record(struct str *to, const struct field *fields, const void *base);

static void add_elements(struct str *to, const struct field *f, const void *base, int32_t count)
{
	must(count <= f->most);
	str_add_char(to, '[');
	for (int32_t i = 0; i < count; i++) {
		const void *element = at(base, f->offset + (size_t)i * f->bytes);
		if (i > 0)
			str_add_char(to, ',');
		if (f->kind == FIELD_RECORDS)
			add_record(to, f->fields, element);
		else
			add_text(to, element);
	}
	str_add_char(to, ']');
}

static bool is_all_zero(const struct field *fields, const void *base);

static bool is_zero(const struct field *f, const void *base)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return *(const char *)at(base, f->offset) == '\0';
	case FIELD_BOOL:
	case FIELD_SHORT:
	case FIELD_INT:
	case FIELD_LONG:
	case FIELD_WORD:
		return whole(f, base) == 0;
	case FIELD_RECORD:
		return is_all_zero(f->fields, at(base, f->offset));
	case FIELD_RECORDS:
	case FIELD_TEXTS:
		return *(const int32_t *)at(base, f->count_offset) == 0;
	case FIELD_CORE:
	case FIELD_STATUS:
	case FIELD_HELD:
		break;
	}
	must(!"a field of a record");
	return true;
}

static bool is_all_zero(const struct field *fields, const void *base)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		if (!is_zero(f, base))
			return false;
	}
	return true;
}

static void add_value(struct str *to, const struct field *f, const void *base)
{
	switch (f->kind) {
	case FIELD_TEXT:
		add_text(to, at(base, f->offset));
		return;
	case FIELD_BOOL:
		str_add(to, "true");
		return;
	case FIELD_SHORT:
	case FIELD_INT:
	case FIELD_LONG:
		add_whole(to, whole(f, base));
		return;
	case FIELD_WORD:
		add_text(to, word(f, base));
		return;
	case FIELD_RECORD:
		add_record(to, f->fields, at(base, f->offset));
		return;
	case FIELD_RECORDS:
	case FIELD_TEXTS:
		add_elements(to, f, base, *(const int32_t *)at(base, f->count_offset));
		return;
	case FIELD_CORE:
	case FIELD_STATUS:
	case FIELD_HELD:
		must(!"a field of a record");
	}
}

static void add_record(struct str *to, const struct field *fields, const void *base)
{
	char next = '{';
	for (const struct field *f = fields; f->name != NULL; f++) {
		if (is_zero(f, base))
			continue;
		str_add_char(to, next);
		next = ',';
		str_add_char(to, '"');
		str_add(to, f->name);
		str_add(to, "\":");
		add_value(to, f, base);
	}
	str_add(to, next == '{' ? "{}" : "}");
}

static int64_t keep(struct str *texts, const char *text)
{
	int64_t start = (int64_t)texts->bytes;
	str_add_bytes(texts, text, strlen(text) + 1);
	return start;
}

static int64_t cell(const struct order *o, const struct field *f, struct str *texts)
{
	int64_t start = (int64_t)texts->bytes;
	switch (f->kind) {
	case FIELD_TEXT:
		return keep(texts, at(o, f->offset));
	case FIELD_BOOL:
	case FIELD_SHORT:
	case FIELD_INT:
	case FIELD_LONG:
		return whole(f, o);
	case FIELD_WORD:
		return keep(texts, word(f, o));
	case FIELD_STATUS:
		return keep(texts, order_status(o->state));
	case FIELD_HELD:
		return order_holds_number(o) ? keep(texts, o->number) : ROW_NULL;
	case FIELD_CORE:
		add_record(texts, f->fields, o);
		str_add_bytes(texts, "", 1);
		return start;
	case FIELD_RECORD:
	case FIELD_RECORDS:
	case FIELD_TEXTS:
		break;
	}
	must(!"a column");
	return ROW_NULL;
}

void order_row_write(const struct order *o, int first, int end, int64_t *cells, struct str *texts)
{
	must(first >= 0 && end <= ROW_COLUMNS);
	for (int i = first; i < end; i++)
		cells[i] = cell(o, &columns[i], texts);
}

/* ---- reading ---- */

static void *in(void *base, size_t offset)
{
	return (char *)base + offset;
}

static bool put_whole(const struct field *f, void *base, int64_t value)
{
	void *p = in(base, f->offset);
	if (f->kind == FIELD_BOOL && (value == 0 || value == 1))
		*(bool *)p = value == 1;
	else if (f->kind == FIELD_SHORT && value >= 0 && value <= UINT16_MAX)
		*(uint16_t *)p = (uint16_t)value;
	else if (f->kind == FIELD_INT && value >= INT32_MIN && value <= INT32_MAX)
		*(int32_t *)p = (int32_t)value;
	else if (f->kind == FIELD_LONG)
		*(int64_t *)p = value;
	else
		return false;
	return true;
}

static bool put_word(const struct field *f, void *base, const char *text)
{
	for (int i = 0; i < f->words->count; i++) {
		if (!text_is(text, f->words->word(i)))
			continue;
		*(int *)in(base, f->offset) = i;
		return true;
	}
	return false;
}

static bool put_record(const struct field *fields, void *base, const json_t *j);

static bool put_elements(const struct field *f, void *base, const json_t *j)
{
	size_t count = json_count(j);
	if (!json_is_array(j) || count > (size_t)f->most)
		return false;
	for (size_t i = 0; i < count; i++) {
		void *element = in(base, f->offset + i * f->bytes);
		const json_t *value = json_array_get(j, i);
		if (f->kind == FIELD_RECORDS && !put_record(f->fields, element, value))
			return false;
		if (f->kind == FIELD_TEXTS &&
			!(json_is_string(value) &&
				text_copy(element, f->bytes, json_string_value(value))))
			return false;
	}
	*(int32_t *)in(base, f->count_offset) = (int32_t)count;
	return true;
}

static bool put_value(const struct field *f, void *base, const json_t *j)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return json_is_string(j) &&
		       text_copy(in(base, f->offset), f->bytes, json_string_value(j));
	case FIELD_BOOL:
		return json_is_boolean(j) && put_whole(f, base, json_is_true(j));
	case FIELD_SHORT:
	case FIELD_INT:
	case FIELD_LONG:
		return json_is_integer(j) && put_whole(f, base, json_integer_value(j));
	case FIELD_WORD:
		return json_is_string(j) && put_word(f, base, json_string_value(j));
	case FIELD_RECORD:
		return put_record(f->fields, in(base, f->offset), j);
	case FIELD_RECORDS:
	case FIELD_TEXTS:
		return put_elements(f, base, j);
	case FIELD_CORE:
	case FIELD_STATUS:
	case FIELD_HELD:
		break;
	}
	return false;
}

static bool put_record(const struct field *fields, void *base, const json_t *j)
{
	size_t known = 0;
	for (const struct field *f = fields; f->name != NULL; f++) {
		const json_t *value = json_object_get(j, f->name);
		if (value == NULL)
			continue;
		known++;
		if (!put_value(f, base, value))
			return false;
	}
	return json_is_object(j) && known == json_object_size(j);
}

static bool put_core(const struct field *f, struct order *o, const char *text)
{
	JSON_AUTO j = json_parse(text, strlen(text), NULL, 0);
	return j != NULL && put_record(f->fields, o, j);
}

/* The columns that follow from others must still do so. */
static bool is_derived(const struct field *f, const struct order *o, const char *text)
{
	if (f->kind == FIELD_STATUS)
		return text_is(text, order_status(o->state));
	return text_is(text, order_holds_number(o) ? o->number : NULL);
}

static bool put_cell(const struct field *f, struct order *o, const struct row_cell *c)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return c->text != NULL && text_copy(in(o, f->offset), f->bytes, c->text);
	case FIELD_BOOL:
	case FIELD_SHORT:
	case FIELD_INT:
	case FIELD_LONG:
		return put_whole(f, o, c->number);
	case FIELD_WORD:
		return put_word(f, o, c->text);
	case FIELD_CORE:
		return c->text != NULL && put_core(f, o, c->text);
	case FIELD_STATUS:
	case FIELD_HELD:
		return is_derived(f, o, c->text);
	case FIELD_RECORD:
	case FIELD_RECORDS:
	case FIELD_TEXTS:
		break;
	}
	return false;
}

enum err_code order_row_read(
	const struct row_cell cells[ROW_COLUMNS], struct order *ret, struct err *e)
{
	/* A broken id may be any bytes, and the message goes into logs. */
	const char *id = id_is(cells[0].text, "su") ? cells[0].text : "?";
	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < ROW_COLUMNS; i++) {
		if (!put_cell(&columns[i], ret, &cells[i]))
			return err_set(e, ERR_STORE_CORRUPT,
				"sign-up %s cannot be read: its %s is not understood", id,
				columns[i].name);
	}
	const char *broken = order_fault(ret);
	if (broken != NULL)
		return err_set(e, ERR_STORE_CORRUPT, "sign-up %s breaks a rule: %s", id, broken);
	return ERR_OK;
}
