/*
 * events_race_test.c - a live stream over an engine that answers in any order.
 *
 * The engine here is a script: seeded, it lets the sign-up move on before,
 * between and after a look's two answers, hands out the timeline in small
 * pieces, and tells of a step late, without its event, or only of a later one.
 * Whatever it does, the stream is the timeline: each event once, in order.
 */
#include "api/test_world.h"

#define SEEDS 300
#define PIECE 3 /* rows of one answer */

/* A question that waits for its answer. */
struct question {
	engine_order_done got; /* one of the two */
	store_events_done told;
	void *arg;
	int64_t after_seq;
	int64_t known_seq; /* what was durable when it was asked */
};

struct engine_watch {
	engine_watch_func func;
	void *arg;
};

struct engine {
	uint64_t random;
	int64_t seq, last_seq; /* durable now, and at the end */
	struct engine_watch watch;
	struct question questions[4];
	int question_count;
};

static int64_t draw(struct engine *engine, int64_t below)
{
	engine->random = engine->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (int64_t)((engine->random >> 33) % (uint64_t)below);
}

static struct order order_at(const struct engine *engine, int64_t seq)
{
	struct order o = {.id = "su_01JDB0000000000000000000AA",
		.event_seq = seq,
		.updated_ms = seq * 1000,
		.state = seq == engine->last_seq ? ORDER_FAILED : ORDER_SEARCHING};
	return o;
}

static struct store_event event_at(int64_t seq)
{
	return (struct store_event){.seq = seq,
		.at_ms = seq * 1000,
		.event = "step",
		.from = "searching",
		.to = "searching"};
}

/* --- the engine's face, as far as the API asks for it ---------------------------------- */

static void ask_engine(struct engine *engine, struct question question)
{
	must(engine->question_count < (int)COUNT_OF(engine->questions));
	question.known_seq = engine->seq;
	engine->questions[engine->question_count++] = question;
}

void engine_get(struct engine *engine, const char *id, engine_order_done done, void *arg)
{
	(void)id;
	ask_engine(engine, (struct question){.got = done, .arg = arg});
}

void engine_timeline(
	struct engine *engine, const char *id, int64_t after_seq, store_events_done done, void *arg)
{
	(void)id;
	ask_engine(engine, (struct question){.told = done, .arg = arg, .after_seq = after_seq});
}

struct engine_watch *engine_watch(
	struct engine *engine, const char *id, engine_watch_func func, void *arg)
{
	(void)id;
	must(engine->watch.func == NULL);
	engine->watch = (struct engine_watch){func, arg};
	return &engine->watch;
}

struct engine_watch *engine_unwatch(struct engine *engine, struct engine_watch *watch)
{
	must(watch == &engine->watch);
	engine->watch = (struct engine_watch){0};
	return NULL;
}

#define NEVER_ASKED(...)                                                                           \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
		must(!"asked of the scripted engine");                                             \
	}

void engine_resolve(struct engine *engine, const char *id, enum resolution answer,
	engine_order_done done,
	void *arg) NEVER_ASKED((void)engine, (void)id, (void)answer, (void)done, (void)arg)

	void engine_signup(struct engine *engine, const struct wish *wish, engine_signup_done done,
		void *arg) NEVER_ASKED((void)engine, (void)wish, (void)done, (void)arg)

		void engine_cancel(struct engine *engine, const char *id, bool is_now,
			engine_order_done done, void *arg) NEVER_ASKED((void)engine, (void)id,
			(void)is_now, (void)done, (void)arg)

			void engine_retry(struct engine *engine, const char *id,
				const struct engine_choice *choice, engine_order_done done,
				void *arg) NEVER_ASKED((void)engine, (void)id, (void)choice,
				(void)done, (void)arg)

				void engine_list(struct engine *engine,
					const struct store_query *query, store_orders_done done,
					void *arg) NEVER_ASKED((void)engine, (void)query,
					(void)done, (void)arg)

					void engine_search(struct engine *engine,
						const struct engine_search *search,
						engine_search_done done, void *arg)
						NEVER_ASKED((void)engine, (void)search, (void)done,
							(void)arg)

							const
	struct engine_stats *engine_stats(const struct engine *engine)
{
	(void)engine;
	return NULL;
}

void engine_webhook(struct engine *engine, const struct engine_webhook *webhook,
	engine_webhook_done done, void *arg)
{
	(void)engine, (void)webhook, (void)done, (void)arg;
	must(!"asked of the scripted engine");
}

void engine_reserve(struct engine *engine, const char *number, engine_reserve_done done, void *arg)
{
	(void)engine, (void)number, (void)done, (void)arg;
	must(!"asked of the scripted engine");
}

void engine_limits(struct engine *engine, engine_limits_done done, void *arg)
{
	(void)engine, (void)done, (void)arg;
	must(!"asked of the scripted engine");
}

void engine_freeze(struct engine *engine, const char *reason, engine_control_done done, void *arg)
{
	(void)engine, (void)reason, (void)done, (void)arg;
	must(!"asked of the scripted engine");
}

void engine_thaw(struct engine *engine, engine_control_done done, void *arg)
{
	(void)engine, (void)done, (void)arg;
	must(!"asked of the scripted engine");
}

bool engine_is_ready(const struct engine *engine, struct err *e)
{
	(void)engine, (void)e;
	return false;
}

struct store *engine_store(struct engine *engine)
{
	(void)engine;
	return NULL;
}

/* --- the script ------------------------------------------------------------------------------ */

/* What it was when asked, or what it is now: a read may see either. */
static void answer_one(struct engine *engine)
{
	struct question question = engine->questions[0];
	int64_t seq = draw(engine, 2) == 0 ? question.known_seq : engine->seq;
	engine->question_count--;
	memmove(engine->questions, engine->questions + 1,
		(size_t)engine->question_count * sizeof(question));
	if (question.got != NULL) {
		struct order order = order_at(engine, seq);
		question.got(question.arg, &(struct err){0}, &order);
		return;
	}
	struct store_event rows[PIECE];
	size_t count = 0;
	while (count < PIECE && question.after_seq + (int64_t)count < seq) {
		rows[count] = event_at(question.after_seq + (int64_t)count + 1);
		count++;
	}
	question.told(question.arg, &(struct err){0}, rows, count);
}

/* The last step is always told of, though perhaps without its event. */
static void move_on(struct engine *engine)
{
	struct order order = order_at(engine, ++engine->seq);
	struct store_event event = event_at(engine->seq);
	int64_t choice = draw(engine, 4);
	if (engine->watch.func == NULL || (choice == 0 && engine->seq < engine->last_seq))
		return;
	if (choice == 1)
		engine->watch.func(engine->watch.arg, NULL, NULL);
	else
		engine->watch.func(engine->watch.arg, &order, &event);
}

static void act(struct engine *engine)
{
	bool may_move = engine->seq < engine->last_seq;
	if (engine->question_count > 0 && (!may_move || draw(engine, 2) == 0))
		answer_one(engine);
	else if (may_move)
		move_on(engine);
}

static void assert_stream(const char *text, int64_t last_seq)
{
	for (int64_t seq = 1; seq <= last_seq; seq++) {
		char head[64];
		text_format(head, sizeof(head), "id: %lld\nevent: step\ndata: ", (long long)seq);
		text = strstr(text, "id: ");
		assert_non_null(text);
		assert_true(text_starts(text, head));
		text += strlen(head);
		JSON_AUTO j = json_parse(text, strcspn(text, "\n"), NULL, 0);
		assert_int_equal(json_int(j, "seq", 0), seq);
		assert_true(strcmp(json_text(j, "signup.updated_at"), json_text(j, "at")) >= 0);
	}
	assert_null(strstr(text, "id: "));
	assert_non_null(strstr(text, "event: end\n"));
}

static void live_one(struct world *w, uint64_t seed)
{
	struct engine *engine = w->engine;
	struct talk t;
	*engine = (struct engine){.random = seed * 2654435761u};
	engine->last_seq = 2 + draw(engine, 12);
	engine->seq = 1 + draw(engine, engine->last_seq);
	talk_open(&t, w,
		"GET /v1/signups/su_01JDB0000000000000000000AA/events HTTP/1.1\r\nHost: "
		"localhost\r\n\r\n");
	while (engine->question_count == 0)
		world_turn(w);
	for (int i = 0; i < 1000 && w->api->stream_count > 0; i++)
		act(engine);
	if (w->api->stream_count > 0)
		fail_msg("seed %llu: the stream does not end", (unsigned long long)seed);
	assert_true(talk_wait(&t, NULL));
	assert_stream(t.in.text, engine->last_seq);
	talk_close(&t);
}

static void a_stream_is_the_timeline_in_whatever_order_answers_come(void **state)
{
	(void)state;
	struct engine engine = {0};
	struct world w = {.loop = loop_new(), .engine = &engine};
	id_init();
	TEXT_COPY(w.config.listen, "127.0.0.1:0");
	world_start_api(&w, NULL);
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		live_one(&w, seed);
	api_free(w.api);
	loop_free(w.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_stream_is_the_timeline_in_whatever_order_answers_come),
	};
	return CHECK_MAIN(tests);
}
