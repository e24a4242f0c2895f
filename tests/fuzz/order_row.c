/*
 * order_row.c - any row a database may hold: refused, or one sound order.
 *
 * Input: a byte that chooses a sound order to begin with, then lines.  The first
 * byte of a line chooses a column, the rest is what stands there instead: a text,
 * "\1" for NULL; in columns of numbers a decimal number, or bytes.
 */
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

/* The same cells again: an order that was read is what the row says. */
static void check_round_trip(const struct order *o)
{
	static struct row row, again;
	struct order back;
	struct err e;
	write_row(&row, o);
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

static void change(struct row *row, struct fuzz_in *in, char **ret_text)
{
	struct row_cell *cell = &row->cells[fuzz_roll(in, ROW_COLUMNS)];
	size_t bytes;
	char *text = *ret_text = fuzz_part(in, '\n', &bytes);
	if (order_row_column((int)(cell - row->cells)).is_text) {
		cell->text = text_is(text, "\1") ? NULL : text;
		return;
	}
	struct fuzz_in raw = {(const uint8_t *)text, bytes};
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
		check_round_trip(&o);
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
