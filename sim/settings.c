#include "sim/settings.h"

#include <string.h>

#include "base/text.h"
#include "sim/area.h"
#include "sim/wire.h"

enum kind { KIND_INT, KIND_BOOL, KIND_TEXT, KIND_CENTS, KIND_TREE };

struct field {
	const char *name;
	enum kind kind;
	size_t at; /* in struct settings */
	int64_t number;
	const char *text; /* default of a text or tree */
	const char *doc;
};

#define AT(name) offsetof(struct settings, name)
static const struct field fields[] = {
#define INT(name, value, doc) {#name, KIND_INT, AT(name), value, NULL, doc},
#define BOOL(name, value, doc) {#name, KIND_BOOL, AT(name), value, NULL, doc},
#define TEXT(name, value, doc) {#name, KIND_TEXT, AT(name), 0, value, doc},
#define CENTS(name, value, doc) {#name, KIND_CENTS, AT(name), value, NULL, doc},
#define TREE(name, value, doc) {#name, KIND_TREE, AT(name), 0, value, doc},
	SIM_SETTINGS(INT, BOOL, TEXT, CENTS, TREE)
#undef INT
#undef BOOL
#undef TEXT
#undef CENTS
#undef TREE
};

static int64_t *number_at(const struct settings *s, const struct field *f)
{
	return (int64_t *)(void *)((char *)s + f->at);
}

static bool *bool_at(const struct settings *s, const struct field *f)
{
	return (bool *)((char *)s + f->at);
}

static char *text_at(const struct settings *s, const struct field *f)
{
	return (char *)s + f->at;
}

static json_t **tree_at(const struct settings *s, const struct field *f)
{
	return (json_t **)(void *)((char *)s + f->at);
}

/* A price is "5.00", 5, or {"upfront":…,"monthly":…}. */
static bool read_cents(const json_t *j, int64_t *ret)
{
	if (json_is_string(j))
		return text_to_cents(json_string_value(j), ret);
	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return false;
	*ret = json_integer_value(j) * 100;
	return true;
}

static void read_price(const json_t *j, int64_t *ret_upfront, int64_t *ret_monthly)
{
	if (!json_is_object(j)) {
		(void)read_cents(j, ret_upfront);
		return;
	}
	(void)read_cents(json_at(j, "upfront"), ret_upfront);
	(void)read_cents(json_at(j, "monthly"), ret_monthly);
}

static bool read_npa(const char *text, int64_t *ret)
{
	return text != NULL && strlen(text) == 3 && text_to_int(text, 200, 999, ret);
}

static void stock_region(struct settings *s, const char *name, int64_t left)
{
	for (size_t i = 0; i < area_count() && name != NULL; i++)
		if (area_code_serves(area_at(i)->code, name))
			s->stock_of[area_at(i)->npa] = left;
}

static void stock_place(struct settings *s, const char *name, int64_t left)
{
	int64_t npa;
	if (read_npa(name, &npa)) {
		s->stock_of[npa] = left;
	} else if (name != NULL && s->town_count < COUNT_OF(s->towns)) {
		struct town *town = &s->towns[s->town_count];
		s->town_count += town_read(town, name);
		int64_t total = (int64_t)town_total(town);
		town->left = left < 0 || left > total ? total : left;
	}
}

/* States first, since an area code says more than its state. */
static void stock_places(struct settings *s)
{
	static void (*const passes[])(struct settings *, const char *, int64_t) = {
		stock_region, stock_place};
	s->town_count = 0;
	for (size_t pass = 0; pass < COUNT_OF(passes); pass++) {
		const char *name;
		json_t *value;
		size_t i;
		json_object_foreach(s->stock, name, value) if (json_is_integer(value))
			passes[pass](s, name, json_integer_value(value));
		json_array_foreach(s->sold_out, i, value)
			passes[pass](s, json_string_value(value), 0);
	}
}

const struct town *settings_town(const struct settings *s, uint64_t digits)
{
	uint64_t ignored;
	for (size_t i = 0; i < s->town_count; i++)
		if (town_find(&s->towns[i], digits, &ignored))
			return &s->towns[i];
	return NULL;
}

static void work_out(struct settings *s)
{
	for (size_t i = 0; i < 1000; i++) {
		s->stock_of[i] = s->stock_each;
		s->price_of[i] = s->price;
		s->monthly_of[i] = s->monthly;
	}
	stock_places(s);
	const char *name;
	json_t *value;
	int64_t npa;
	json_object_foreach(s->prices, name, value) if (read_npa(name, &npa))
		read_price(value, &s->price_of[npa], &s->monthly_of[npa]);
}

void settings_init(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct field *f = &fields[i];
		if (f->kind == KIND_INT || f->kind == KIND_CENTS)
			*number_at(s, f) = f->number;
		else if (f->kind == KIND_BOOL)
			*bool_at(s, f) = f->number != 0;
		else if (f->kind == KIND_TEXT)
			must(text_copy(text_at(s, f), 256, f->text));
		else
			*tree_at(s, f) = json_parse(f->text, strlen(f->text), NULL, 0);
		must(f->kind != KIND_TREE || *tree_at(s, f) != NULL);
	}
	work_out(s);
}

void settings_done(struct settings *s)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (fields[i].kind == KIND_TREE)
			*tree_at(s, &fields[i]) = json_free(*tree_at(s, &fields[i]));
}

static const struct field *find_field(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (text_is(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* The choices of a text setting are the words before its first ':' or ';'. */
static bool is_choice(const struct field *f, const char *value)
{
	size_t all = strcspn(f->doc, ": ");
	if (memchr(f->doc, '|', all) == NULL)
		return true;
	size_t n = strlen(value);
	for (const char *p = f->doc; p < f->doc + all;) {
		size_t one = strcspn(p, "|: ");
		if (one == n && memcmp(p, value, n) == 0)
			return true;
		p += one + 1;
	}
	return false;
}

static bool fits(const struct settings *s, const struct field *f, const json_t *value)
{
	int64_t cents;
	switch (f->kind) {
	case KIND_INT:
		return json_is_integer(value);
	case KIND_BOOL:
		return json_is_boolean(value);
	case KIND_TEXT:
		return json_is_string(value) && json_string_length(value) < 256 &&
		       is_choice(f, json_string_value(value));
	case KIND_CENTS:
		return read_cents(value, &cents);
	case KIND_TREE:
		return json_typeof(value) == json_typeof(*tree_at(s, f));
	}
	return false;
}

static void apply(struct settings *s, const struct field *f, json_t *value)
{
	switch (f->kind) {
	case KIND_INT:
		*number_at(s, f) = json_integer_value(value);
		return;
	case KIND_BOOL:
		*bool_at(s, f) = json_is_true(value);
		return;
	case KIND_TEXT:
		must(text_copy(text_at(s, f), 256, json_string_value(value)));
		return;
	case KIND_CENTS:
		(void)read_cents(value, number_at(s, f));
		return;
	case KIND_TREE:
		json_decref(*tree_at(s, f));
		*tree_at(s, f) = json_deep_copy(value);
		return;
	}
}

enum err_code settings_read(struct settings *s, const json_t *j, struct err *e)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)j, name, value)
	{
		const struct field *f = find_field(name);
		if (f == NULL && !text_is(name, "rules"))
			return err_set(e, ERR_UNKNOWN_FIELD, "there is no setting \"%s\"", name);
		if (f != NULL && !fits(s, f, value))
			return err_set(e, ERR_INVALID_FIELD, "\"%s\" does not take this value: %s",
				name, f->doc);
	}
	json_object_foreach((json_t *)j, name, value)
	{
		const struct field *f = find_field(name);
		if (f != NULL)
			apply(s, f, value);
	}
	work_out(s);
	return ERR_OK;
}

void settings_write(const struct settings *s, struct str *to)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct field *f = &fields[i];
		switch (f->kind) {
		case KIND_INT:
			wire_int(to, f->name, *number_at(s, f));
			break;
		case KIND_BOOL:
			wire_bool(to, f->name, *bool_at(s, f));
			break;
		case KIND_TEXT:
			wire_string(to, f->name, text_at(s, f));
			break;
		case KIND_CENTS:
			wire_money(to, f->name, *number_at(s, f));
			break;
		case KIND_TREE:
			wire_tree(to, f->name, *tree_at(s, f));
			break;
		}
	}
}

void settings_help(struct str *to)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct field *f = &fields[i];
		str_addf(to, "  %-24s %s", f->name, f->doc);
		if (f->kind == KIND_INT)
			str_addf(to, " (%lld)", (long long)f->number);
		else if (f->kind == KIND_BOOL)
			str_addf(to, " (%s)", f->number ? "true" : "false");
		else if (f->kind == KIND_CENTS)
			str_addf(to, " (%lld.%02lld)", (long long)f->number / 100,
				(long long)f->number % 100);
		else if (f->kind == KIND_TEXT && *f->text != '\0')
			str_addf(to, " (%s)", f->text);
		str_add_char(to, '\n');
	}
}

bool settings_list_has(const json_t *list, const char *text)
{
	size_t i;
	json_t *value;
	json_array_foreach(
		(json_t *)list, i, value) if (text_is(json_string_value(value), text)) return true;
	return false;
}

void settings_price(
	const struct settings *s, uint64_t digits, int64_t *ret_upfront, int64_t *ret_monthly)
{
	bool is_nanp = digits >= 10000000000ULL && digits <= 19999999999ULL;
	size_t npa = is_nanp ? (size_t)(digits / 10000000 % 1000) : 0;
	*ret_upfront = s->price_of[npa];
	*ret_monthly = s->monthly_of[npa];
	if (json_object_size(s->prices) == 0)
		return;
	char e164[24];
	text_format(e164, sizeof(e164), "+%llu", (unsigned long long)digits);
	json_t *own = json_object_get(s->prices, e164);
	if (own != NULL)
		read_price(own, ret_upfront, ret_monthly);
}
