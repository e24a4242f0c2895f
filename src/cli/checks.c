#include "cli/checks.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/say.h"
#include "engine/engine.h"

void checks_init(struct checks *c)
{
	*c = (struct checks){.list = json_array()};
}

void checks_begin(struct checks *c, const char *name)
{
	must(c->name == NULL);
	c->name = name;
	c->started_boot_ms = clock_boot_ms(clock_machine());
}

static void add(struct checks *c, const char *name, json_t *is_ok, int64_t took_ms,
	const char *detail, const struct err *e)
{
	must(json_array_append_new(
		     c->list, json_pack("{s:s s:o s:I s:o s:o}", "name", name, "ok", is_ok, "ms",
				      (json_int_t)took_ms, "detail", json_string_or_null(detail),
				      "error", say_error_document(e))) == 0);
}

void checks_end(struct checks *c, const struct err *e, const char *detail)
{
	bool is_ok = e->code == ERR_OK;
	int64_t took_ms = clock_boot_ms(clock_machine()) - c->started_boot_ms;
	const char *text = is_ok ? detail : e->message[0] ? e->message : err_title(e->code);
	must(c->name != NULL);
	add(c, c->name, json_boolean(is_ok), took_ms, is_ok ? detail : NULL, e);
	say_check(c->name, is_ok, took_ms, text, e);
	if (!is_ok && c->first.code == ERR_OK)
		c->first = *e;
	c->name = NULL;
}

void checks_skip(struct checks *c, const char *name, const char *why)
{
	static const struct err none;
	add(c, name, json_null(), 0, why, &none);
	say_check_skipped(name, why);
}

int checks_finish(struct checks *c, bool is_json, json_t *more)
{
	json_t *document = json_pack("{s:o}", "checks", c->list);
	must_have(document != NULL, "out of memory");
	c->list = NULL;
	if (more != NULL)
		must(json_object_update(document, more) == 0);
	json_decref(more);
	if (is_json)
		say_json(document);
	else
		json_decref(document);
	return err_exit(c->first.code);
}

const char *checks_balance(const struct engine_checkup *found, char *to, size_t to_bytes)
{
	char money[32];
	text_from_cents(found->available_cents, money, sizeof(money));
	text_format(to, to_bytes, "the key works%s%s",
		found->available_cents >= 0 ? ", available " : "",
		found->available_cents >= 0 ? money : "");
	return to;
}
