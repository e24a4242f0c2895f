#include "cli/outcome.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/follow.h"
#include "cli/say.h"
#include "engine/view.h"

static int64_t now_ms(void)
{
	return clock_boot_ms(clock_machine());
}

void outcome_begin(struct outcome *o)
{
	*o = (struct outcome){.started_ms = now_ms()};
}

void outcome_told(void *arg, const struct store_event *event)
{
	struct outcome *o = arg;
	int64_t since_ms = now_ms() - o->started_ms;
	if (event == NULL) {
		say("%6.1f s  still %s; it goes on by itself", (double)since_ms / 1000, o->last);
		return;
	}
	TEXT_COPY(o->last, event->to);
	follow_say(event, since_ms);
}

static void print_cost(const json_t *signup)
{
	const char *currency = json_text(signup, "cost.currency");
	if (currency != NULL)
		say_row("cost", "%s %s at once, %s %s a month", json_text(signup, "cost.upfront"),
			currency, json_text(signup, "cost.monthly"), currency);
}

static void print_signup(const json_t *signup)
{
	char phone[40] = "";
	const char *number = json_text(signup, "number");
	const char *none = "";
	view_phone(number ? number : "", phone, sizeof(phone));
	bool is_shown_twice = number != NULL && text_is(phone, number);
	say_row("number", "%s%s%s%s", number ? number : none, number ? "  " : none,
		is_shown_twice ? none : phone, none);
	say_row("status", "%s", json_text(signup, "status"));
	say_row("sign-up", "%s", json_text(signup, "id"));
	const char *reason = json_text(signup, "match.reason");
	const char *rung = json_text(signup, "match.rung");
	if (rung != NULL)
		say_row("match", "%s%s%s", rung, reason ? ": " : none, reason ? reason : none);
	print_cost(signup);
	const char *carrier = json_text(signup, "carrier.number_id");
	const char *voice = json_text(signup, "voice.number_id");
	say_row("telnyx", "%s", carrier ? carrier : none);
	say_row("vapi", "%s", voice ? voice : none);
}

/* What to type now, for one that asks. */
static void add_answer(const json_t *signup, struct err *e)
{
	char hint[220];
	const char *id = json_text(signup, "id");
	if (!text_is(json_text(signup, "status"), "needs_input"))
		return;
	if (e->code == ERR_PLACE_NEEDED)
		text_format(hint, sizeof(hint),
			"Say where the business is: numberd retry %s --postal-code Z (or --city, "
			"--area-code).",
			id);
	else
		text_format(hint, sizeof(hint),
			"See numberd search, then: numberd retry %s --number X (or --max-rung "
			"same_country to take the nearest there is).",
			id);
	struct err told = *e;
	err_set_hint(e, told.code, hint, "%s", told.message);
}

int outcome_show(const struct cli *cli, json_t *signup)
{
	struct err e;
	enum err_code code = follow_outcome(signup, &e);
	int status = follow_exit(signup, &e);
	add_answer(signup, &e);
	/* The document tells the error as well, so stdout gets no second one. */
	if (cli->is_json)
		say_json(json_incref(signup));
	else
		print_signup(signup);
	if (code != ERR_OK)
		(void)say_error(&e);
	return code == ERR_OK ? 0 : status;
}
