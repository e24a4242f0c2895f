/* limits.c - the limits on spending, and the switch that stops it. */
#include <string.h>

#include "api/inside.h"
#include "base/text.h"
#include "engine/view.h"

static void told(void *arg, const struct err *e, const struct engine_limits *limits)
{
	if (e->code == ERR_OK)
		answer_json(arg, 200, view_limits(limits));
	else
		answer_error(arg, e);
}

void limits_show(const struct call *call)
{
	engine_limits(call->api->engine, told, call->r);
}

static void switched(void *arg, const struct err *e, const struct engine_control *control)
{
	if (e->code == ERR_OK)
		answer_json(arg, 200, view_control(control));
	else
		answer_error(arg, e);
}

/* One line of text: it is shown on pages, in errors and in the log. */
static bool is_line(struct http_request *r, const char *reason)
{
	bool is_fine = text_is_utf8(reason, strlen(reason));
	for (const char *c = reason; *c != '\0'; c++)
		is_fine &= (unsigned char)*c >= ' ' && *c != 0x7f;
	if (!is_fine)
		answer_invalid(r, "reason", "reason must be one line of text");
	return is_fine;
}

void limits_freeze(const struct call *call)
{
	char reason[sizeof(((struct store_control *)0)->reason)];
	const struct input_field fields[] = {{"reason", reason, sizeof(reason)}};
	if (input_body(call->r, fields, COUNT_OF(fields), true) && is_line(call->r, reason))
		engine_freeze(call->api->engine, reason, switched, call->r);
}

void limits_thaw(const struct call *call)
{
	if (input_body(call->r, NULL, 0, true))
		engine_thaw(call->api->engine, switched, call->r);
}
