/*
 * api.c - requests to the real API: each is answered once, in JSON, by its own rules,
 * and what is stored of a sign-up is sound.
 *
 * Input: a byte that chooses the route, one that chooses headers; then, parted by "\1",
 * what stands in the path, the query, the Idempotency-Key, and the body.  A sign-up is
 * sent twice: it must be the same one.
 */
#include "api/inside.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/kit_http.h"
#include "tests/fuzz/kit_world.h"

#define API_KEY "fuzz-key-0123456789abcdef"
#define KNOWN_BODY                                                                                 \
	"{\"business_name\":\"Known\",\"email\":\"a@b.example\",\"business_phone\":\"+"            \
	"14155550199\"}"

struct request {
	const struct route *route;
	unsigned how;
	char *name, *query, *key, *body;
	size_t body_bytes;
	char id[ID_BYTES]; /* of the sign-up that is there already */
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	kit_world_init(API_KEY, NULL);
	return 0;
}

/* --- asking --- */

static const char *method_name(enum http_method method)
{
	return method == HTTP_POST ? "POST" : "GET";
}

static void add_target(struct str *to, const struct request *q)
{
	const char *open = strchr(q->route->pattern, '{');
	if (open == NULL) {
		str_add(to, q->route->pattern);
	} else {
		str_add_bytes(to, q->route->pattern, (size_t)(open - q->route->pattern));
		str_add_url(to, q->name[0] != '\0' ? q->name : q->id);
		str_add(to, strchr(open, '}') + 1);
	}
	if (q->query[0] != '\0')
		str_addf(to, "?%s", q->query);
}

static bool is_header_value(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}

static void write_request(struct str *to, const struct request *q)
{
	str_addf(to, "%s ", method_name(q->route->method));
	add_target(to, q);
	str_add(to, " HTTP/1.1\r\nHost: localhost\r\n");
	if ((q->how & 3) != 3)
		str_add(to, "Authorization: Bearer " API_KEY "\r\n");
	if ((q->how & 12) != 12)
		str_add(to, "Content-Type: application/json\r\n");
	if (q->key[0] != '\0' && is_header_value(q->key))
		str_addf(to, "Idempotency-Key: %s\r\n", q->key);
	if (q->body_bytes > 0)
		str_addf(to, "Content-Length: %zu\r\n", q->body_bytes);
	str_add(to, "\r\n");
	str_add_bytes(to, q->body, q->body_bytes);
	must(str_ok(to));
}

struct reply {
	int status;
	char id[ID_BYTES]; /* of a sign-up that was answered */
	char code[64];     /* of a problem */
	bool was_answered; /* a live stream may have nothing to say yet */
};

/* --- the oracle --- */

static void check_problem(const json_t *j, int status)
{
	enum err_code code;
	must(json_int(j, "status", 0) == status);
	must(json_text_set(j, "title") != NULL && json_text_set(j, "detail") != NULL);
	must(json_text_set(j, "code") != NULL && json_text(j, "hint") != NULL);
	must(text_starts(json_text(j, "type"), "/problems/"));
	must(status < 500 || status == 503); /* nothing went wrong on our side */
	if (err_from_wire(json_text(j, "code"), &code))
		must(code != ERR_OK && code != ERR_INTERNAL);
}

static void check_json(const struct request *q, const struct kit_answer *a, struct reply *ret)
{
	char type[64], location[128];
	const char *is = kit_header(a, "Content-Type", type, sizeof(type));
	bool is_problem = text_is(is, "application/problem+json");
	if (!is_problem && !text_is(is, "application/json"))
		return; /* metrics, documents */
	JSON_AUTO j = json_parse(a->body, a->body_bytes, NULL, 0);
	must(json_is_object(j));
	must(is_problem == (a->status >= 400));
	if (is_problem) {
		check_problem(j, a->status);
		TEXT_COPY(ret->code, json_text(j, "code"));
	} else if (q->route->handle == signups_create) {
		must(a->status == 200 || a->status == 202);
		must(TEXT_COPY(ret->id, json_text(j, "id")) && id_is(ret->id, "su"));
		must(text_starts(kit_header(a, "Location", location, sizeof(location)),
			     "/v1/signups/su_") &&
			text_is(location + strlen("/v1/signups/"), ret->id));
	}
}

static void check_answer(const struct request *q, struct kit_talk *t, struct reply *ret)
{
	struct kit_answer a;
	bool is_live = q->route->handle == events_open;
	while (!kit_next_answer(t, false, &a)) {
		if (is_live)
			return; /* a stream is not over */
		must(kit_may_wait(t));
	}
	ret->was_answered = true;
	ret->status = a.status;
	if ((q->how & 3) == 3 && q->route->need != NEED_NOTHING && a.status != 400 &&
		a.status != 414)
		/* No key, no answer; a name may make it no route of ours. */
		must(a.status == 401 ||
			(a.status == 404 && (strlen(q->name) > 60 || strchr(q->name, '/'))));
	check_json(q, &a, ret);
	must(is_live || t->read == t->in.bytes); /* one answer */
}

static struct reply ask(const struct request *q)
{
	struct reply reply = {0};
	struct kit_talk t;
	struct str bytes;
	str_init(&bytes, 256 * 1024);
	write_request(&bytes, q);
	kit_open(&t, kit_world_loop(), kit_world_server());
	kit_send(&t, bytes.text, bytes.bytes);
	check_answer(q, &t, &reply);
	kit_close(&t);
	str_done(&bytes);
	return reply;
}

/* --- what is stored --- */

static void check_row(const struct kit_row *row)
{
	const struct order *o = &row->order;
	must(order_fault(o) == NULL && text_is_e164(o->business_phone));
	must(o->business_name[0] != '\0' && strchr(o->email, '@') != NULL);
	FUZZ_MUST_BE_LINE(o->business_name);
	FUZZ_MUST_BE_LINE(o->email);
	FUZZ_MUST_BE_LINE(o->reference);
	must(o->contains[0] == '\0' || text_is_digits(o->contains));
	must(o->area_code[0] == '\0' || area_code_find(o->area_code) != NULL);
	must((o->mode == ORDER_MODE_EXISTING) == (o->existing_number[0] != '\0'));
	must(o->existing_number[0] == '\0' || text_is_e164(o->existing_number));
	must(!o->is_owned && o->attempts_on_pin == 0); /* nothing was bought yet */
}

static void check_rows(const struct request *q)
{
	const struct kit_row *rows;
	int count = kit_world_rows(&rows);
	for (int i = 0; i < count; i++)
		check_row(&rows[i]);
	if (count == 2 && q->key[0] != '\0' && is_header_value(q->key))
		must(strstr(q->key, rows[1].creation.idempotency_key) != NULL);
}

/* The same request once more is the same sign-up, with a key; without, a duplicate. */
static void check_repeat(const struct request *q, const struct reply *first)
{
	const struct kit_row *rows;
	if (q->route->handle != signups_create || first->id[0] == '\0')
		return;
	struct reply second = ask(q);
	bool has_key = first->status == 202 && q->key[0] != '\0';
	must(kit_world_rows(&rows) <= 2);
	if (has_key && second.status == 200)
		must(text_is(second.id, first->id));
	else
		must(second.status == 409 || second.status == 200);
}

/* --- */

static void read_request(struct fuzz_in *in, struct request *q)
{
	size_t count, ignored;
	const struct route *routes = api_routes(&count);
	q->route = &routes[fuzz_byte(in) % count];
	q->how = fuzz_byte(in);
	q->name = fuzz_part(in, 1, &ignored);
	q->query = fuzz_part(in, 1, &ignored);
	q->key = fuzz_part(in, 1, &ignored);
	q->body = fuzz_rest(in, &q->body_bytes);
}

/* One sign-up is there before, so that something can be asked about. */
static void sign_up_known(struct request *q)
{
	size_t count;
	struct request known = {.name = "", .query = "", .key = "", .body = KNOWN_BODY};
	known.body_bytes = strlen(KNOWN_BODY);
	known.route = api_routes(&count);
	struct reply reply = ask(&known);
	must(reply.status == 202);
	TEXT_COPY(q->id, reply.id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct request q = {.how = 0};
	kit_world_begin();
	sign_up_known(&q);
	read_request(&in, &q);
	struct reply first = ask(&q);
	check_repeat(&q, &first);
	check_rows(&q);
	kit_world_end();
	free(q.name);
	free(q.query);
	free(q.key);
	free(q.body);
	return 0;
}
