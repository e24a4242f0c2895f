#include "store/store_test_kit.h"

#include "store/order_row.h"

struct row {
	int64_t cells[ROW_COLUMNS];
	struct row_cell read[ROW_COLUMNS];
	struct str texts;
};

static void write_row(struct row *row, const struct order *o)
{
	str_init(&row->texts, ROW_TEXT_MAX);
	order_row_write(o, 0, ROW_COLUMNS, row->cells, &row->texts);
	assert_true(str_ok(&row->texts));
	for (int i = 0; i < ROW_COLUMNS; i++) {
		row->read[i] = (struct row_cell){.number = row->cells[i]};
		if (order_row_column(i).is_text && row->cells[i] != ROW_NULL)
			row->read[i].text = row->texts.text + row->cells[i];
	}
}

static int column(const char *name)
{
	for (int i = 0; i < ROW_COLUMNS; i++) {
		if (text_is(order_row_column(i).name, name))
			return i;
	}
	fail_msg("no column %s", name);
	return -1;
}

/* Read a sound row in which one column was changed. */
static enum err_code read_with(const char *name, const char *text, int64_t number)
{
	struct order o = kit_full_order();
	struct order back;
	struct row row;
	struct err e = {0};
	o.parked_from = ORDER_VERIFYING; /* which needs nothing of what the core holds */
	write_row(&row, &o);
	row.read[column(name)] = (struct row_cell){number, text};
	enum err_code code = order_row_read(row.read, &back, &e);
	str_done(&row.texts);
	if (code != ERR_OK && text_is(name, "id"))
		assert_non_null(strstr(e.message, "sign-up ? "));
	else if (code != ERR_OK)
		assert_non_null(strstr(e.message, o.id));
	return code;
}

static void every_field_goes_there_and_back(void **state)
{
	(void)state;
	struct order o = kit_full_order();
	struct order back;
	struct row row;
	struct err e = {0};
	o.round = 8;
	o.asked[0] = 9;
	write_row(&row, &o);
	assert_int_equal(order_row_read(row.read, &back, &e), ERR_OK);
	struct order stored = kit_stored_part(&o);
	assert_memory_equal(&back, &stored, sizeof(back));
	str_done(&row.texts);
}

static void an_empty_order_goes_there_and_back(void **state)
{
	(void)state;
	struct order o = kit_order();
	struct order back;
	struct row row;
	struct err e = {0};
	write_row(&row, &o);
	assert_string_equal(row.read[column("core")].text, "{}");
	assert_null(row.read[column("held_number")].text);
	assert_int_equal(order_row_read(row.read, &back, &e), ERR_OK);
	assert_memory_equal(&back, &o, sizeof(back));
	str_done(&row.texts);
}

/* When this fails a field was added or changed: name it in order_row.c (with a
 * schema file if it becomes a column) and in kit_full_order(), then correct
 * the size here. */
static void the_tables_were_made_for_this_struct(void **state)
{
	(void)state;
	size_t transient = sizeof(((struct order *)0)->round) + sizeof(((struct order *)0)->asked);
	assert_int_equal(sizeof(struct order) - transient, 2876);
}

static void ill_formed_words_are_stored_readable(void **state)
{
	(void)state;
	struct order o = kit_full_order();
	struct order back;
	struct row row;
	struct err e = {0};
	TEXT_COPY(o.refusal.message, "caf\xe9 closed");
	write_row(&row, &o);
	assert_int_equal(order_row_read(row.read, &back, &e), ERR_OK);
	assert_string_equal(back.refusal.message, "caf? closed");
	str_done(&row.texts);
}

static void a_row_that_is_not_understood_is_corrupt(void **state)
{
	(void)state;
	assert_int_equal(read_with("version", NULL, 3), ERR_OK);
	assert_int_equal(read_with("state", "sleeping", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("state", NULL, 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("mode", "steal", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("error_code", "", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("is_owned", NULL, 2), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("attempt_no", NULL, 1LL << 31), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("email", NULL, 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("country", "USAA", 0), ERR_STORE_CORRUPT);
}

static void a_core_that_is_not_understood_is_corrupt(void **state)
{
	(void)state;
	assert_int_equal(read_with("core", "{}", 0), ERR_OK);
	assert_int_equal(read_with("core", "{", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "[]", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"imports\":1,\"imports\":1}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"unheard_of\":1}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"imports\":\"1\"}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"imports\":2147483648}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"is_checked\":1}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(
		read_with("core", "{\"place\":{\"rung\":\"moon\"}}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(
		read_with("core", "{\"place\":{\"npa\":\"415501\"}}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"place\":{\"km_tenths\":-1}}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"candidates\":{}}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(
		read_with("core", "{\"candidates\":[{},{},{},{},{},{}]}", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("core", "{\"avoid\":[1]}", 0), ERR_STORE_CORRUPT);
}

static void a_column_that_contradicts_another_is_corrupt(void **state)
{
	(void)state;
	assert_int_equal(read_with("status", "active", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("held_number", NULL, 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("held_number", "+14155550000", 0), ERR_STORE_CORRUPT);
}

static void a_broken_invariant_is_corrupt(void **state)
{
	(void)state;
	assert_int_equal(read_with("error_code", "ok", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("id", "su_short", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("id", "su_\xff\n", 0), ERR_STORE_CORRUPT);
	assert_int_equal(read_with("id", NULL, 0), ERR_STORE_CORRUPT);
}

int main(void)
{
	id_init();
	const struct CMUnitTest tests[] = {
		CHECK(every_field_goes_there_and_back),
		CHECK(an_empty_order_goes_there_and_back),
		CHECK(the_tables_were_made_for_this_struct),
		CHECK(ill_formed_words_are_stored_readable),
		CHECK(a_row_that_is_not_understood_is_corrupt),
		CHECK(a_core_that_is_not_understood_is_corrupt),
		CHECK(a_column_that_contradicts_another_is_corrupt),
		CHECK(a_broken_invariant_is_corrupt),
	};
	return CHECK_MAIN(tests);
}
