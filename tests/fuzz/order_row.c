/*
 * order_row.c - any row a database may hold: refused, or one sound order.
 *
 * Input: a byte that chooses a sound order to begin with, then lines: a column's name,
 * "=", and what stands there instead: a text, "\1" for NULL; in columns of numbers a
 * decimal number, or bytes.
 */
#include "base/json.h"
#include "order/order_matrix.h"
#include "store/order_row.h"
#include "tests/fuzz/fuzz.h"

#define CHANGES_MOST 64

struct row {
	struct row_cell cells[ROW_COLUMNS];
	int64_t places[ROW_COLUMNS];
	struct str texts;
};

static void write_row(struct row *row, const struct order *o)
{
	str_init(&row->texts, ROW_TEXT_MAX);
	order_row_write(o, 0, ROW_COLUMNS, row->places, &row->texts);
	must(str_ok(&row->texts));
	for (int i = 0; i < ROW_COLUMNS; i++) {
		bool has_text = order_row_column(i).is_text && row->places[i] != ROW_NULL;
		row->cells[i] = (struct row_cell){
			row->places[i], has_text ? row->texts.text + row->places[i] : NULL};
	}
}

/* The first words of the enums, which are zero. */
static bool is_first_word(const char *word)
{
	static const char *const words[] = {"", "ok", "none", "open", "number_orders", "same_town"};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (text_is(word, words[i]))
			return true;
	return false;
}

static bool is_nothing(const json_t *j)
{
	const char *name;
	json_t *value;
	if (json_is_object(j)) {
		json_object_foreach((json_t *)j, name, value) if (!is_nothing(value)) return false;
		return true;
	}
	return json_is_false(j) || (json_is_integer(j) && json_integer_value(j) == 0) ||
	       (json_is_string(j) && is_first_word(json_string_value(j))) ||
	       (json_is_array(j) && json_array_size(j) == 0);
}

/* What stands in the one stands in the other; what is zero may be left out. */
static void must_be_kept(const json_t *was, const json_t *is)
{
	const char *name;
	json_t *value;
	if (json_is_object(was)) {
		must(json_is_object(is));
		json_object_foreach((json_t *)was, name, value)
		{
			const json_t *now = json_object_get(is, name);
			if (now != NULL)
				must_be_kept(value, now);
			else
				must(is_nothing(value));
		}
		return;
	}
	must(!json_is_array(was) || json_count(was) == json_count(is));
	for (size_t i = 0; i < json_count(was); i++)
		must_be_kept(json_array_get(was, i), json_array_get(is, i));
	must(json_is_array(was) || json_equal(was, is));
}

static void check_is_said(const struct row *said, const struct row *row)
{
	for (int i = 0; i < ROW_COLUMNS; i++) {
		struct row_column column = order_row_column(i);
		const struct row_cell *a = &said->cells[i], *b = &row->cells[i];
		if (text_is(column.name, "core")) {
			JSON_AUTO was = json_parse(a->text, strlen(a->text), NULL, 0);
			JSON_AUTO is = json_parse(b->text, strlen(b->text), NULL, 0);
			must_be_kept(was, is);
		} else {
			must(column.is_text ? text_is(a->text, b->text) : a->number == b->number);
		}
	}
}

/* The same cells again: an order that was read is what the row says. */
static void check_round_trip(const struct row *said, const struct order *o)
{
	static struct row row, again;
	struct order back;
	struct err e;
	write_row(&row, o);
	check_is_said(said, &row);
	must(order_row_read(row.cells, &back, &e) == ERR_OK);
	write_row(&again, &back);
	must(row.texts.bytes == again.texts.bytes);
	must(memcmp(row.texts.text, again.texts.text, again.texts.bytes) == 0);
	must(memcmp(row.places, again.places, sizeof(again.places)) == 0);
	str_done(&row.texts);
	str_done(&again.texts);
}

/* What was taken in can be gone on with: no row ends the process. */
static void check_going_on(const struct order *o)
{
	static const struct order_rules rules = {.settle_ms = 120000,
		.max_upfront_cents = 200,
		.max_monthly_cents = 200,
		.may_reserve = true,
		.is_offered = {true, true},
		.undo_ms = 86400000};
	static const enum event_kind kinds[] = {
		EVENT_RESUME, EVENT_TIMER, EVENT_HINT, EVENT_RETRY, EVENT_CANCEL};
	static struct step step;
	static struct order was;
	was = *o;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct event event = {
			.kind = kinds[i], .now_ms = 1800000000000, .rules = &rules};
		order_step(&was, &event, &step);
		if (step.verdict == VERDICT_APPLIED)
			was = step.order;
	}
}

static struct row_cell *find_cell(struct row *row, const char *name)
{
	for (int i = 0; i < ROW_COLUMNS; i++)
		if (text_is(order_row_column(i).name, name))
			return &row->cells[i];
	return NULL;
}

static void change(struct row *row, struct fuzz_in *in, char **ret_text)
{
	size_t bytes;
	char *line = *ret_text = fuzz_part(in, '\n', &bytes), *text = line;
	const char *name = strsep(&text, "=");
	struct row_cell *cell = find_cell(row, name);
	if (cell == NULL || text == NULL)
		return;
	if (order_row_column((int)(cell - row->cells)).is_text) {
		cell->text = text_is(text, "\1") ? NULL : text;
		return;
	}
	struct fuzz_in raw = {(const uint8_t *)text, strlen(text)};
	if (!text_to_int(text, INT64_MIN, INT64_MAX, &cell->number))
		cell->number = fuzz_number(&raw, 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	static struct row row;
	struct order sample, o;
	struct err e = {0};
	char *texts[CHANGES_MOST];
	size_t count = 0;
	order_matrix_sample((enum order_state)fuzz_roll(&in, ORDER_STATE_COUNT), &sample);
	write_row(&row, &sample);
	while (in.left > 0 && count < CHANGES_MOST)
		change(&row, &in, &texts[count++]);
	if (order_row_read(row.cells, &o, &e) == ERR_OK) {
		must(order_fault(&o) == NULL && o.round == 0);
		check_round_trip(&row, &o);
		check_going_on(&o);
	} else {
		must(e.code == ERR_STORE_CORRUPT);
		FUZZ_MUST_BE_LINE(e.message);
	}
	while (count > 0)
		free(texts[--count]);
	str_done(&row.texts);
	return 0;
}
