#include "sim/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct {
	const char *name;
	enum rule_action action;
	bool after_commit;
} actions[] = {
	{"status", RULE_STATUS, false},
	{"after_commit_status", RULE_STATUS, true},
	{"status_after_commit", RULE_STATUS, true},
	{"reset", RULE_RESET, false},
	{"reset_after_commit", RULE_RESET, true},
	{"cut", RULE_CUT, false},
	{"cut_after_commit", RULE_CUT, true},
	{"drop", RULE_DROP, false},
	{"drop_after_commit", RULE_DROP, true},
	{"malformed", RULE_MALFORMED, false},
	{"malformed_after_commit", RULE_MALFORMED, true},
	{"html", RULE_HTML, false},
	{"html_after_commit", RULE_HTML, true},
	{"huge", RULE_HUGE, false},
	{"huge_after_commit", RULE_HUGE, true},
	{"empty", RULE_EMPTY, false},
	{"delay", RULE_DELAY, true},
	{"late", RULE_LATE, true},
	{"repeat", RULE_REPEAT, true},
	{"order", RULE_ORDER, true},
};

static void free_list(struct rule *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(list[i].body);
	free(list);
}

void rules_done(struct rules *rules)
{
	free_list(rules->list, rules->count);
	json_decref(rules->source);
	*rules = (struct rules){0};
}

static bool read_action(const char *name, struct rule *ret)
{
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		if (!text_is(actions[i].name, name))
			continue;
		ret->action = actions[i].action;
		ret->after_commit = actions[i].after_commit;
		return true;
	}
	return false;
}

static const char *const known[] = {"match", "at", "every", "from", "times", "probability",
	"action", "status", "code", "title", "detail", "body", "delay_ms", "bytes", "outcome",
	"header", "seen", "fired"};

static const char *unknown_member(const json_t *j)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)j, name, value)
	{
		size_t i = 0;
		while (i < COUNT_OF(known) && !text_is(known[i], name))
			i++;
		if (i == COUNT_OF(known))
			return name;
	}
	return NULL;
}

static int default_status(const struct rule *r)
{
	return r->action == RULE_STATUS ? 500 : 200;
}

/* "body" may be text to send as it is, or JSON to send as JSON. */
static char *read_body(const json_t *j)
{
	const json_t *body = json_object_get(j, "body");
	if (body == NULL || json_is_null(body))
		return NULL;
	return json_is_string(body) ? must_strdup(json_string_value(body)) : json_to_text(body);
}

static enum err_code read_rule(const json_t *j, struct rule *r, struct err *e)
{
	const char *stranger = unknown_member(j);
	if (stranger != NULL)
		return err_set(e, ERR_UNKNOWN_FIELD, "a rule has no member \"%s\"", stranger);
	const char *match = json_text(j, "match");
	if (match == NULL || !TEXT_COPY(r->match, match) || strchr(match, ' ') == NULL)
		return err_set(e, ERR_INVALID_FIELD,
			"a rule needs \"match\", like \"POST /v2/number_orders\"");
	const char *action = json_text(j, "action");
	if (!read_action(action, r))
		return err_set(e, ERR_INVALID_FIELD, "a rule for %s has no known action: \"%s\"",
			match, action ? action : "");
	r->at = json_int(j, "at", 0);
	r->every = json_int(j, "every", 0);
	r->from = json_int(j, "from", 0);
	r->times = json_int(j, "times", 0);
	const json_t *p = json_at(j, "probability");
	r->probability = json_is_number(p) ? json_number_value(p) : -1;
	r->status = (int)json_int(j, "status", default_status(r));
	r->delay_ms = json_int(j, "delay_ms", -1);
	r->bytes = json_int(j, "bytes", r->action == RULE_HUGE ? 10 << 20 : 20);
	TEXT_COPY(r->code, json_text(j, "code"));
	TEXT_COPY(r->title, json_text(j, "title"));
	TEXT_COPY(r->detail, json_text(j, "detail"));
	TEXT_COPY(r->outcome, json_text(j, "outcome"));
	TEXT_COPY(r->header[0], json_text(j, "header.name"));
	TEXT_COPY(r->header[1], json_text(j, "header.value"));
	if (r->status < 100 || r->status > 599 || r->bytes < 0 || r->bytes > 256 << 20)
		return err_set(e, ERR_INVALID_FIELD, "a rule for %s is out of bounds", match);
	r->body = read_body(j);
	return ERR_OK;
}

enum err_code rules_read(struct rules *rules, const json_t *array, struct err *e)
{
	size_t count = json_count(array);
	if (array != NULL && !json_is_array(array))
		return err_set(e, ERR_INVALID_FIELD, "\"rules\" must be an array");
	struct rule *list = must_calloc(count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		if (read_rule(json_array_get(array, i), &list[i], e) == ERR_OK)
			continue;
		free_list(list, count);
		return e->code;
	}
	rules_done(rules);
	rules->list = list;
	rules->count = count;
	rules->source = json_deep_copy(array);
	return ERR_OK;
}

static bool path_matches(const char *pattern, const char *path)
{
	size_t n = strlen(pattern);
	if (path == NULL)
		return false;
	if (n > 0 && pattern[n - 1] == '*')
		return strncmp(pattern, path, n - 1) == 0;
	return strcmp(pattern, path) == 0;
}

bool rules_match(const char *pattern, const char *method, const char *path, const char *route)
{
	size_t n = strcspn(pattern, " ");
	bool any = n == 1 && pattern[0] == '*';
	if (!any && (strlen(method) != n || memcmp(pattern, method, n) != 0))
		return false;
	const char *rest = pattern + n + (pattern[n] == ' ');
	return path_matches(rest, path) || path_matches(rest, route);
}

static bool fires(const struct rule *r, uint64_t dice)
{
	if (r->times > 0 && r->fired >= r->times)
		return false;
	if (r->from > 0 && r->seen < r->from)
		return false;
	if (r->at > 0 && r->seen != r->at)
		return false;
	if (r->every > 0 && r->seen % r->every != 0)
		return false;
	return r->probability < 0 || (double)(dice >> 11) * 0x1p-53 < r->probability;
}

struct rule *rules_pick(
	struct rules *rules, const char *method, const char *path, const char *route, uint64_t dice)
{
	struct rule *picked = NULL;
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *r = &rules->list[i];
		if (!rules_match(r->match, method, path, route))
			continue;
		r->seen++;
		dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
		if (picked == NULL && fires(r, dice))
			picked = r;
	}
	if (picked != NULL)
		picked->fired++;
	return picked;
}
