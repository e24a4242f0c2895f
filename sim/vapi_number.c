/* Phone numbers at Vapi: import from Telnyx, read, change, delete. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/vapi.h"
#include "sim/wire.h"

/* Writing */

static const char *status_of(const struct world *w, const struct import *i)
{
	return w->now_ms < i->active_ms ? "activating" : w->set.import_status;
}

/* "+14155550123" -> "+141****0123", as GET has been seen to show numbers. */
static void mask(char *number)
{
	size_t n = strlen(number);
	if (n > 8)
		memset(number + 4, '*', n - 8);
}

static void write_import(
	struct str *s, const struct world *w, const struct import *i, bool may_mask)
{
	char number[E164_BYTES];
	const char *name;
	json_t *value;
	e164_write(i->digits, number);
	if (may_mask && w->set.mask_numbers)
		mask(number);
	wire_open(s, NULL, '{');
	wire_string(s, "id", i->id);
	wire_string(s, "orgId", VAPI_ORG_ID);
	json_object_foreach(i->fields, name, value)
	{
		if (text_is(name, "number")) {
			wire_string(s, "number", number);
			continue;
		}
		wire_tree(s, name, value);
	}
	if (!w->set.absent_status)
		wire_string(s, "status", status_of(w, i));
	if (w->set.extra_fields)
		str_add(s, "\"telnyxApplicationId\":\"2900000000000000001\","
			   "\"somethingNew\":{\"nested\":[1,null,\"\"]},");
	wire_time(s, "createdAt", i->created_ms, WIRE_TIME_MS);
	wire_time(s, "updatedAt", i->updated_ms, WIRE_TIME_MS);
	wire_close(s, '}');
}

static void answer_import(struct world *w, struct answer *a, const struct import *i, bool may_mask)
{
	write_import(&a->body, w, i, may_mask);
	a->body.text[--a->body.bytes] = '\0'; /* the comma */
}

/* Validation: all complaints of the fields at once, as class-validator does */

static const struct {
	const char *name;
	enum { IS_PROVIDER, IS_NUMBER, IS_UUID, IS_NAME, IS_TEXT, IS_OBJECT, IS_ARRAY } kind;
	bool is_required;
} fields[] = {
	{"provider", IS_PROVIDER, true}, {"number", IS_NUMBER, true},
	{"credentialId", IS_UUID, true}, {"name", IS_NAME, false}, {"assistantId", IS_TEXT, false},
	{"squadId", IS_TEXT, false}, {"workflowId", IS_TEXT, false},
	{"fallbackDestination", IS_OBJECT, false}, {"hooks", IS_ARRAY, false},
	{"server", IS_OBJECT, false}, {"serverUrl", IS_TEXT, false}, /* legacy, still taken */
	{"serverUrlSecret", IS_TEXT, false},                         /* likewise */
};

static void complain(json_t *messages, const char *format, const char *name)
{
	char text[256];
	const char *hole = strstr(format, "%");
	text_format(
		text, sizeof(text), "%.*s%.100s%s", (int)(hole - format), format, name, hole + 1);
	json_array_append_new(messages, json_string(text));
}

static void check_field(json_t *messages, size_t i, const json_t *value)
{
	const char *name = fields[i].name, *text = json_string_value(value);
	switch (fields[i].kind) {
	case IS_PROVIDER:
		if (!text_is(text, "telnyx"))
			complain(messages, "% must be one of the following values: telnyx", name);
		return;
	case IS_NUMBER:
		if (text == NULL || !text_is_e164(text))
			complain(messages,
				"% must be a valid phone number in the E.164 format. Hot tip, you "
				"may be missing the country code (Eg. US: +1).",
				name);
		return;
	case IS_UUID:
		if (text == NULL || !text_is_uuid(text))
			complain(messages, "% must be a UUID", name);
		return;
	case IS_NAME:
		if (value != NULL && !json_is_null(value) && text == NULL)
			complain(messages, "% must be a string", name);
		else if (text != NULL && strlen(text) > 40)
			complain(
				messages, "% must be shorter than or equal to 40 characters", name);
		return;
	case IS_TEXT:
		if (value != NULL && !json_is_null(value) && text == NULL)
			complain(messages, "% must be a string", name);
		return;
	case IS_OBJECT:
		if (value != NULL && !json_is_null(value) && !json_is_object(value))
			complain(messages, "% must be an object", name);
		return;
	case IS_ARRAY:
		if (value != NULL && !json_is_null(value) && !json_is_array(value))
			complain(messages, "% must be an array", name);
		return;
	}
}

static bool is_field(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (text_is(fields[i].name, name))
			return true;
	return false;
}

static bool is_valid(struct ask *ask, struct answer *a, bool is_create)
{
	const char *name;
	json_t *value;
	if (!ask_read_json(ask)) {
		vapi_error(a, 400, "Unexpected token in JSON");
		return false;
	}
	JSON_AUTO messages = json_array();
	json_object_foreach(ask->json, name, value) if (!is_field(name))
		complain(messages, "property % should not exist", name);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		value = json_object_get(ask->json, fields[i].name);
		if (value != NULL || (is_create && fields[i].is_required))
			check_field(messages, i, value);
	}
	if (json_array_size(messages) == 0)
		return true;
	vapi_complain(a, messages);
	return false;
}

/* Import */

static struct import *find_by_digits(const struct world *w, uint64_t digits)
{
	struct import *i = map_find(&w->imports_by_digits, digits);
	while (i != NULL && i->is_deleted)
		i = i->next_same_number;
	return i;
}

static const json_t *find_credential(const struct world *w, const char *id)
{
	size_t i;
	json_t *own;
	json_array_foreach(
		w->set.credentials, i, own) if (text_is(json_text(own, "id"), id)) return own;
	return NULL;
}

static bool is_new(struct world *w, struct answer *a, const json_t *j, uint64_t digits)
{
	char text[256];
	const char *number = json_text(j, "number");
	const struct import *there = find_by_digits(w, digits);
	bool is_elsewhere = settings_list_has(w->set.other_org, number);
	if (is_elsewhere || (there != NULL && text_is(w->set.existing_wording, "other_org"))) {
		text_format(text, sizeof(text), "Phone number %s already in use by another org.",
			number);
	} else if (there != NULL && !w->set.allow_duplicates) {
		text_format(text, sizeof(text),
			"Existing Phone Number %s Has Identical `credentialId` %s and `number` %s.",
			there->id, json_text(there->fields, "credentialId"), number);
	} else {
		return true;
	}
	vapi_error(a, 400, text);
	return false;
}

static bool is_credential_right(struct world *w, struct answer *a, const char *id)
{
	const json_t *credential = find_credential(w, id);
	char text[128];
	if (credential == NULL)
		text_format(text, sizeof(text), "Credential with ID %s not found.", id);
	else if (!text_is(json_text(credential, "provider"), "telnyx"))
		text_format(text, sizeof(text), "Credential %s is not a Telnyx credential.", id);
	else
		return true;
	vapi_error(a, 400, text);
	return false;
}

static bool is_assistant_right(struct world *w, struct answer *a, const char *id)
{
	char text[160];
	if (id == NULL || !w->set.check_assistant)
		return true;
	for (size_t i = 0; i < w->assistants.count; i++)
		if (text_is(json_text(w->assistants.items[i], "id"), id))
			return true;
	text_format(text, sizeof(text),
		"Couldn't Get Assistant. `assistantId` %.60s Does Not Exist.", id);
	vapi_error(a, 400, text);
	return false;
}

/* What Telnyx answers when Vapi updates the number with the credential's key. */
static int64_t telnyx_status(const struct world *w, const json_t *credential, uint64_t digits)
{
	const struct number *n = world_owned(w, digits);
	int64_t forced = json_int(credential, "telnyx_status", 200);
	const char *key = json_text(credential, "apiKey");
	if (forced != 200)
		return forced;
	if (key != NULL && settings_list_has(w->set.revoked_keys, key))
		return 401;
	if (n == NULL || !world_is_visible(w, n))
		return 404;
	if (n->status != NUMBER_ACTIVE || w->now_ms < n->active_ms + w->set.import_lag_ms)
		return 502;
	return 200;
}

static bool is_telnyx_willing(
	struct world *w, struct answer *a, const json_t *credential, uint64_t digits)
{
	char text[128];
	int64_t status = telnyx_status(w, credential, digits);
	if (status == 200)
		return true;
	text_format(text, sizeof(text),
		"Couldn't Update Telnyx Number. Error: Request failed with status code %lld",
		(long long)status);
	vapi_error(a, 400, text);
	return false;
}

static void connect(struct world *w, const json_t *credential, uint64_t digits)
{
	struct number *n = world_owned(w, digits);
	const char *application = json_text(credential, "telnyxApplicationId");
	if (n == NULL || application == NULL)
		return;
	TEXT_COPY(n->connection_id, application);
	n->updated_ms = w->now_ms;
}

void vapi_number_create(struct world *w, struct ask *ask, struct answer *a)
{
	if (!is_valid(ask, a, true))
		return;
	const char *credential_id = json_text(ask->json, "credentialId");
	uint64_t digits = e164_read(json_text(ask->json, "number"));
	if (!is_credential_right(w, a, credential_id) || !is_new(w, a, ask->json, digits) ||
		!is_assistant_right(w, a, json_text(ask->json, "assistantId")))
		return;
	const json_t *credential = find_credential(w, credential_id);
	if (!is_telnyx_willing(w, a, credential, digits))
		return;
	connect(w, credential, digits);
	struct import *i = must_calloc(1, sizeof(*i));
	world_uuid(w, i->id);
	i->digits = digits;
	i->fields = json_copy(ask->json);
	i->created_ms = i->updated_ms = w->now_ms;
	i->active_ms = w->now_ms + w->set.activation_ms;
	i->next_same_number = map_find(&w->imports_by_digits, digits);
	map_keep(&w->imports_by_digits, digits, i);
	map_keep(&w->import_by_id, map_hash(i->id), i);
	list_add(&w->imports, i);
	a->status = 201;
	answer_import(w, a, i, false);
}

/* Reading */

static struct import *find_import(struct world *w, struct ask *ask, struct answer *a)
{
	if (!vapi_is_id(ask, a))
		return NULL;
	struct import *i = map_find(&w->import_by_id, map_hash(ask->id[0]));
	if (i != NULL && !i->is_deleted && text_is(i->id, ask->id[0]))
		return i;
	vapi_not_found(a);
	return NULL;
}

void vapi_number_get(struct world *w, struct ask *ask, struct answer *a)
{
	struct import *i = find_import(w, ask, a);
	if (i != NULL)
		answer_import(w, a, i, true);
}

static bool is_in_span(const struct vapi_span *span, const struct import *i)
{
	return !i->is_deleted && i->created_ms >= span->created_from &&
	       i->created_ms <= span->created_to && i->updated_ms >= span->updated_from &&
	       i->updated_ms <= span->updated_to;
}

/* Newest first. */
void vapi_number_list(struct world *w, struct ask *ask, struct answer *a)
{
	struct vapi_span span;
	size_t count = 0;
	vapi_read_span(ask, &span);
	wire_open(&a->body, NULL, '[');
	for (size_t i = w->imports.count; i > 0 && count < span.limit; i--) {
		const struct import *one = w->imports.items[i - 1];
		if (!is_in_span(&span, one))
			continue;
		write_import(&a->body, w, one, false);
		count++;
	}
	wire_end(&a->body, ']');
}

static bool is_found(const struct import *i, const char *search)
{
	char number[E164_BYTES];
	const char *name = json_text(i->fields, "name");
	e164_write(i->digits, number);
	return strstr(number, search) != NULL ||
	       (name != NULL && text_contains_any_case(name, search));
}

/* A whole number is looked up; names could hold one too, but ours do not. */
static void search_imports(
	struct world *w, const struct vapi_span *span, const char *search, struct list *found)
{
	uint64_t digits = search != NULL && strlen(search) == 12 ? e164_read(search) : 0;
	if (digits != 0) {
		struct import *i = map_find(&w->imports_by_digits, digits);
		for (; i != NULL; i = i->next_same_number)
			if (is_in_span(span, i))
				list_add(found, i);
		return;
	}
	for (size_t i = w->imports.count; i > 0; i--) {
		struct import *one = w->imports.items[i - 1];
		if (is_in_span(span, one) && (search == NULL || is_found(one, search)))
			list_add(found, one);
	}
}

static void write_page(struct answer *a, const struct world *w, const struct ask *ask,
	const struct vapi_span *span, const struct list *found)
{
	size_t count = found->count, limit = span->limit > 0 ? span->limit : 1;
	size_t pages = (count + limit - 1) / limit;
	int64_t page = ask_query_int(ask, "page", 1);
	bool is_oldest_first = text_is(ask_query(ask, "sortOrder"), "ASC");
	size_t first = page < 1 ? 0 : (size_t)(page - 1) * limit;
	wire_open(&a->body, NULL, '{');
	wire_open(&a->body, "results", '[');
	for (size_t i = first; i < first + limit && i < count; i++)
		write_import(&a->body, w, found->items[is_oldest_first ? count - 1 - i : i], false);
	wire_close(&a->body, ']');
	wire_open(&a->body, "metadata", '{');
	wire_int(&a->body, "itemsPerPage", (int64_t)limit);
	wire_int(&a->body, "totalItems", (int64_t)count);
	wire_int(&a->body, "currentPage", page < 1 ? 1 : page);
	wire_int(&a->body, "totalPages", (int64_t)pages);
	wire_bool(&a->body, "hasNextPage", first + limit < count);
	wire_string(&a->body, "sortOrder", is_oldest_first ? "ASC" : "DESC");
	wire_close(&a->body, '}');
	wire_end(&a->body, '}');
}

void vapi_number_pages(struct world *w, struct ask *ask, struct answer *a)
{
	struct list found = {0};
	struct vapi_span span;
	const char *search = ask_query(ask, "search");
	vapi_read_span(ask, &span);
	if (search != NULL && strlen(search) > 100) {
		JSON_AUTO messages =
			json_pack("[s]", "search must be shorter than or equal to 100 characters");
		vapi_complain(a, messages);
	} else {
		search_imports(w, &span, search, &found);
		write_page(a, w, ask, &span, &found);
	}
	list_done(&found);
}

/* Changing */

/* null clears; nested objects and arrays are replaced whole. */
void vapi_number_patch(struct world *w, struct ask *ask, struct answer *a)
{
	struct import *i = find_import(w, ask, a);
	const char *name;
	json_t *value;
	if (i == NULL || !is_valid(ask, a, false))
		return;
	const char *credential_id = json_text(ask->json, "credentialId");
	if ((credential_id != NULL && !is_credential_right(w, a, credential_id)) ||
		!is_assistant_right(w, a, json_text(ask->json, "assistantId")))
		return;
	json_object_foreach(ask->json, name, value)
	{
		if (text_is(name, "number"))
			continue; /* unknown what Vapi would do at Telnyx: left alone */
		if (json_is_null(value))
			json_object_del(i->fields, name);
		else
			json_object_set(i->fields, name, value);
	}
	i->updated_ms = w->now_ms;
	answer_import(w, a, i, false);
}

/* The number goes on renting at Telnyx. */
void vapi_number_delete(struct world *w, struct ask *ask, struct answer *a)
{
	struct import *i = find_import(w, ask, a);
	if (i == NULL)
		return;
	i->is_deleted = true;
	struct number *n = world_owned(w, i->digits);
	if (n != NULL && w->set.delete_clears_connection)
		n->connection_id[0] = '\0';
	answer_import(w, a, i, false);
}
