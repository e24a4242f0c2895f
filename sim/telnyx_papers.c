/* GET /requirements: what numbers of a country need. */
#include "base/text.h"
#include "sim/telnyx.h"
#include "sim/wire.h"

static void write_rule(struct str *s, struct world *w, const char *country, const json_t *types)
{
	char id[UUID_BYTES];
	world_uuid(w, id);
	wire_open(s, NULL, '{');
	wire_string(s, "record_type", "requirement");
	wire_string(s, "id", id);
	wire_string(s, "country_code", country);
	wire_string(s, "phone_number_type", "local");
	wire_string(s, "action", "ordering");
	wire_string(s, "locality", "");
	wire_tree(s, "requirement_types", types);
	wire_close(s, '}');
}

void telnyx_requirements(struct world *w, struct ask *ask, struct answer *a)
{
	const char *country = ask_query(ask, "filter[country_code]");
	const char *action = ask_query(ask, "filter[action]");
	const char *name;
	json_t *types;
	size_t count = 0;
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "data", '[');
	json_object_foreach(w->set.requirements, name, types)
	{
		if ((country != NULL && !text_is(country, name)) ||
			(action != NULL && !text_is(action, "ordering")))
			continue;
		write_rule(&a->body, w, name, types);
		count++;
	}
	wire_close(&a->body, ']');
	struct page page = telnyx_page(ask, count, 20);
	telnyx_page_meta(&a->body, &page);
	wire_end(&a->body, '}');
}
