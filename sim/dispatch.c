#include "sim/dispatch.h"

#include <string.h>

#include "base/text.h"
#include "sim/control.h"
#include "sim/rules.h"
#include "sim/telnyx.h"
#include "sim/vapi.h"

static bool is_under(const struct ask *ask, const char *root)
{
	return ask->part_count > 0 && text_is(ask->parts[0], root);
}

void dispatch_commit(struct world *w, struct ask *ask, struct answer *a)
{
	if (is_under(ask, "v2"))
		telnyx_handle(w, ask, a);
	else
		vapi_handle(w, ask, a);
}

static void write_status(const struct ask *ask, const struct rule *r, struct answer *a)
{
	if (r->body == NULL && is_under(ask, "v2")) {
		telnyx_fault(a, r->status, r->code, r->title, r->detail);
	} else if (r->body == NULL) {
		vapi_error(a, r->status, r->detail);
	} else {
		answer_clear(a);
		a->status = r->status;
		str_add(&a->body, r->body);
	}
	if (r->header[0][0] != '\0')
		answer_header(a, r->header[0], r->header[1]);
}

static void write_html(const struct rule *r, struct answer *a)
{
	answer_clear(a);
	a->status = r->status;
	a->content_type = "text/html";
	str_add(&a->body, r->body ? r->body
				  : "<html><head><title>Bad Gateway</title></head>"
				    "<body><h1>Bad Gateway</h1></body></html>\n");
}

/* Whole by its length, but no JSON: what was there is cut in half. */
static void write_malformed(const struct rule *r, struct answer *a)
{
	char start[64];
	(void)text_copy_part(start, sizeof(start), a->body.text,
		a->body.bytes / 2 < sizeof(start) - 1 ? a->body.bytes / 2 : sizeof(start) - 1);
	answer_clear(a);
	str_add(&a->body, r->body ? r->body : *start ? start : "{\"data\":{\"id\":");
}

static void write_huge(const struct rule *r, struct answer *a)
{
	answer_clear(a);
	str_add(&a->body, "{\"data\":[],\"padding\":\"");
	for (int64_t i = 0; i < r->bytes; i++)
		str_add_char(&a->body, 'x');
	str_add(&a->body, "\"}");
}

/* A list that does not show yet what is there. */
static void write_empty(const struct ask *ask, struct answer *a)
{
	answer_clear(a);
	if (is_under(ask, "v2"))
		str_add(&a->body, "{\"data\":[],\"meta\":{\"total_pages\":1,\"total_results\":0,"
				  "\"page_number\":1,\"page_size\":20}}");
	else if (ask->part_count > 1 && text_is(ask->parts[1], "v2"))
		str_add(&a->body, "{\"results\":[],\"metadata\":{\"itemsPerPage\":100,"
				  "\"totalItems\":0,\"currentPage\":1}}");
	else
		str_add(&a->body, "[]");
}

static struct dispatch strike(
	struct world *w, struct ask *ask, const struct rule *r, struct answer *a)
{
	struct dispatch d = {DISPATCH_ANSWER, 0, r->bytes};
	if (r->action == RULE_LATE)
		return (struct dispatch){DISPATCH_LATE, r->delay_ms > 0 ? r->delay_ms : 0, 0};
	if (r->action == RULE_ORDER) {
		ask->outcome = r->outcome;
		ask->outcome_ms = r->delay_ms;
	}
	if (r->after_commit)
		dispatch_commit(w, ask, a);
	if (r->delay_ms > 0 && r->action != RULE_ORDER)
		d.delay_ms = r->delay_ms;
	switch (r->action) {
	case RULE_STATUS:
		write_status(ask, r, a);
		break;
	case RULE_CUT:
		if (!r->after_commit)
			write_html(r, a);
		d.how = DISPATCH_CUT;
		break;
	case RULE_RESET:
		d.how = DISPATCH_RESET;
		break;
	case RULE_DROP:
		d.how = DISPATCH_DROP;
		break;
	case RULE_MALFORMED:
		write_malformed(r, a);
		break;
	case RULE_HTML:
		write_html(r, a);
		break;
	case RULE_HUGE:
		write_huge(r, a);
		break;
	case RULE_EMPTY:
		write_empty(ask, a);
		break;
	case RULE_REPEAT:
		answer_clear(a);
		dispatch_commit(w, ask, a);
		break;
	case RULE_DELAY:
	case RULE_LATE:
	case RULE_ORDER:
		break;
	}
	return d;
}

static int64_t latency(struct world *w)
{
	int64_t ms = w->set.latency_ms;
	if (w->set.latency_jitter_ms > 0)
		ms += (int64_t)(world_random(w) % (uint64_t)w->set.latency_jitter_ms);
	return ms;
}

struct dispatch dispatch(struct world *w, struct ask *ask, struct answer *a)
{
	struct dispatch d = {DISPATCH_ANSWER, 0, 0};
	ask_split(ask);
	if (!is_under(ask, "v2") && !is_under(ask, "vapi")) {
		control_handle(w, ask, a);
		return d;
	}
	const char *method = ask_method_name(ask->method);
	const char *route = is_under(ask, "v2") ? telnyx_route_name(ask) : vapi_route_name(ask);
	world_count_request(w, method, route);
	w->calls++;
	struct rule *r = w->rules.count > 0
				 ? rules_pick(&w->rules, method, ask->path, route, world_random(w))
				 : NULL;
	if (r != NULL)
		d = strike(w, ask, r, a);
	else
		dispatch_commit(w, ask, a);
	d.delay_ms += latency(w);
	return d;
}
