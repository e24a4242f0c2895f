/*
 * Asking Vapi: which requests a command takes, in what order, and when its
 * one answer is ready.  What they say and mean is vapi_wire.h.
 */
#include "voice/voice.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "net/http_client.h"
#include "voice/vapi_wire.h"

struct vapi {
	struct voice base; /* first: what callers hold */
	struct http_client *http;
	char *base_url, *api_key;
	char *wanted_id;                    /* as configured; "" to look it up */
	struct voice_credential credential; /* id "" until one is known */
	struct job *jobs;
};

/* What one caller asked, until it is answered: one request at a time. */
struct job {
	struct vapi *v;
	struct job *next, **back; /* among v->jobs */
	void (*take)(struct job *job, const struct http_reply *reply);
	uint64_t handle;
	bool is_out;
};

struct check {
	struct job job; /* first */
	voice_check_done done;
	void *arg;
};

struct ask {
	struct job job;            /* first */
	const struct order *order; /* borrowed until done */
	bool (*gate)(void *arg);
	voice_done done;
	void *arg;
	int page;
	struct answer answer;
};

static struct vapi *of(struct voice *v)
{
	return (struct vapi *)v;
}

/* --- jobs --- */

static void *job_new(struct vapi *v, size_t size)
{
	struct job *job = must_calloc(1, size);
	job->v = v;
	job->next = v->jobs;
	job->back = &v->jobs;
	if (v->jobs != NULL)
		v->jobs->back = &job->next;
	v->jobs = job;
	return job;
}

static void job_unlink(struct job *job)
{
	must(!job->is_out);
	*job->back = job->next;
	if (job->next != NULL)
		job->next->back = job->back;
}

static void take_reply(void *arg, const struct http_reply *reply)
{
	struct job *job = arg;
	job->is_out = false;
	job->take(job, reply);
}

/* `take` runs when the reply is here, and ends the job or sends on. */
static void send_call(struct job *job, struct http_call http,
	void (*take)(struct job *job, const struct http_reply *reply))
{
	must(!job->is_out);
	job->take = take;
	job->is_out = true;
	http.bearer = job->v->api_key;
	job->handle = http_send(job->v->http, &http, take_reply, job);
}

/* Telling later takes something that calls back later.  An address that is
 * none is never sent and comes back as unsent. */
static struct http_call nothing(void)
{
	return (struct http_call){.method = HTTP_GET, .url = must_strdup("")};
}

static void tell_no_key(struct answer *a)
{
	vapi_answer_init(a);
	vapi_fail(
		a, ERR_VOICE_KEY_MISSING, "", "could not ask Vapi: no VAPI_API_KEY is configured");
}

/* --- the check --- */

static void check_end(struct check *check, const struct answer *a)
{
	struct err e = {.code = a->code};
	struct voice_credential credential = {0};
	TEXT_COPY(e.message, a->message);
	TEXT_COPY(e.hint, a->hint);
	if (a->code == ERR_OK)
		credential = check->job.v->credential;
	job_unlink(&check->job);
	check->done(check->arg, &e, &credential);
	free(check);
}

static void check_good(struct check *check, const struct voice_credential *credential)
{
	struct answer good;
	vapi_answer_init(&good);
	check->job.v->credential = *credential;
	check_end(check, &good);
}

/* The credential addresses told nothing: with a good key the configured id is
 * taken on trust, since importing tells at once whether it is right. */
static void take_key_check(struct job *job, const struct http_reply *reply)
{
	struct check *check = (struct check *)job;
	struct voice_credential credential = {0};
	struct answer a;
	vapi_answer_init(&a);
	vapi_read_key_check(reply, &a);
	TEXT_COPY(credential.id, job->v->wanted_id);
	if (a.code == ERR_OK)
		check_good(check, &credential);
	else
		check_end(check, &a);
}

static void check_key(struct check *check)
{
	send_call(&check->job, vapi_build_key_check(check->job.v->base_url), take_key_check);
}

static void tell_no_credential(const struct vapi *v, struct answer *a)
{
	vapi_answer_init(a);
	vapi_fail(a, ERR_VOICE_CREDENTIAL_WRONG, "",
		"could not use Vapi credential %s: Vapi has no such credential", v->wanted_id);
}

static void take_credentials(struct job *job, const struct http_reply *reply)
{
	struct check *check = (struct check *)job;
	struct voice_credential found;
	struct answer a;
	vapi_answer_init(&a);
	bool is_wanted = job->v->wanted_id[0] != '\0';
	switch (vapi_read_credentials(reply, job->v->wanted_id, &found, &a)) {
	case VAPI_CREDENTIAL_GOOD:
		check_good(check, &found);
		break;
	case VAPI_CREDENTIAL_BAD:
		check_end(check, &a);
		break;
	case VAPI_CREDENTIAL_UNKNOWN:
		tell_no_credential(job->v, &a);
		check_end(check, &a);
		break;
	case VAPI_CREDENTIAL_UNTOLD:
		if (is_wanted) {
			check_key(check);
			return;
		}
		/* It cannot be looked up; the hint says to name it. */
		if (err_effect(a.code) == ERR_EFFECT_REFUSED)
			a.code = ERR_VOICE_CREDENTIAL_MISSING;
		check_end(check, &a);
	}
}

/* A 404 by id may mean that the credential or that the address is not there;
 * the list tells which. */
static void take_credential(struct job *job, const struct http_reply *reply)
{
	struct check *check = (struct check *)job;
	struct voice_credential found;
	struct answer a;
	vapi_answer_init(&a);
	switch (vapi_read_credential(reply, job->v->wanted_id, &found, &a)) {
	case VAPI_CREDENTIAL_GOOD:
		check_good(check, &found);
		break;
	case VAPI_CREDENTIAL_BAD:
		check_end(check, &a);
		break;
	case VAPI_CREDENTIAL_UNKNOWN:
		send_call(job, vapi_build_credentials(job->v->base_url), take_credentials);
		break;
	case VAPI_CREDENTIAL_UNTOLD:
		check_key(check);
		break;
	}
}

/* What is wrong before anything is asked. */
static void take_unasked(struct job *job, const struct http_reply *reply)
{
	(void)reply;
	struct answer a;
	if (job->v->api_key[0] == '\0') {
		tell_no_key(&a);
	} else {
		vapi_answer_init(&a);
		vapi_fail(&a, ERR_VOICE_CREDENTIAL_WRONG,
			"Set VAPI_TELNYX_CREDENTIAL_ID to the credential's id (a UUID), not to a "
			"key.",
			"could not use the Vapi credential: VAPI_TELNYX_CREDENTIAL_ID is not a "
			"UUID");
	}
	check_end((struct check *)job, &a);
}

static void vapi_check(struct voice *voice, voice_check_done done, void *arg)
{
	struct vapi *v = of(voice);
	struct check *check = job_new(v, sizeof(*check));
	check->done = done;
	check->arg = arg;
	bool is_wanted = v->wanted_id[0] != '\0';
	if (v->api_key[0] == '\0' || (is_wanted && !text_is_uuid(v->wanted_id)))
		send_call(&check->job, nothing(), take_unasked);
	else if (is_wanted)
		send_call(&check->job, vapi_build_credential(v->base_url, v->wanted_id),
			take_credential);
	else
		send_call(&check->job, vapi_build_credentials(v->base_url), take_credentials);
}

/* --- commands --- */

static struct ask *ask_of(struct job *job)
{
	return (struct ask *)job;
}

static const char *base_of(const struct ask *ask)
{
	return ask->job.v->base_url;
}

static const char *credential_of(const struct ask *ask)
{
	return ask->job.v->credential.id;
}

static void ask_end(struct ask *ask)
{
	job_unlink(&ask->job);
	ask->done(ask->arg, &ask->answer);
	free(ask);
}

/* Read one page of the search; true when the next one was asked for. */
static bool find_on(struct ask *ask, const struct http_reply *reply,
	void (*take)(struct job *job, const struct http_reply *reply))
{
	bool has_more;
	vapi_answer_init(&ask->answer);
	vapi_read_found(reply, ask->order->number, credential_of(ask), &ask->answer, &has_more);
	if (ask->answer.code != ERR_OK || !has_more)
		return false;
	if (++ask->page > VAPI_LIST_PAGES) {
		vapi_fail(&ask->answer, ERR_VOICE_DOWN, "",
			"could not look for %s at Vapi: it lists other numbers instead",
			ask->order->number);
		return false;
	}
	send_call(&ask->job, vapi_build_find(base_of(ask), ask->order->number, ask->page), take);
	return true;
}

static void take_found(struct job *job, const struct http_reply *reply)
{
	if (!find_on(ask_of(job), reply, take_found))
		ask_end(ask_of(job));
}

static void start_find(struct ask *ask)
{
	send_call(&ask->job, vapi_build_find(base_of(ask), ask->order->number, 1), take_found);
}

static void take_voice(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	vapi_read_voice(reply, ask->order->number, credential_of(ask), &ask->answer);
	ask_end(ask);
}

static void start_read(struct ask *ask)
{
	send_call(&ask->job, vapi_build_voice(base_of(ask), ask->order->voice_id), take_voice);
}

static void take_released(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	vapi_read_released(reply, ask->order->number, &ask->answer);
	ask_end(ask);
}

static void start_release(struct ask *ask)
{
	struct http_call call = vapi_build_release(base_of(ask), ask->order->voice_id);
	call.gate = ask->gate;
	call.gate_arg = ask->arg;
	send_call(&ask->job, call, take_released);
}

/* --- IMPORT: post; there already: is it ours to use? --- */

/* A record that was there before us: take it if it is as we would have made it. */
static void adopt(struct ask *ask)
{
	struct answer *a = &ask->answer;
	char id[sizeof(a->voice_id)], differs[sizeof(a->differs)];
	if (a->code != ERR_OK) {
		ask_end(ask);
		return;
	}
	TEXT_COPY(id, a->voice_id);
	TEXT_COPY(differs, a->differs);
	if (a->voice_status == VOICE_ABSENT) {
		vapi_answer_init(a);
		vapi_fail(a, ERR_VOICE_OTHER_ORG, "",
			"could not import %s to Vapi: it says another organisation holds the "
			"number, and does not show it to us",
			ask->order->number);
	} else if (differs[0] != '\0') {
		vapi_answer_init(a);
		vapi_fail(a, ERR_VOICE_REFUSED,
			"Remove that record in the Vapi dashboard, or correct it, then retry.",
			"could not import %s to Vapi: it is there already as %s, but %s",
			ask->order->number, id, differs);
	} else {
		a->is_adopted = true;
	}
	ask_end(ask);
}

static void take_existing(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	vapi_answer_init(&ask->answer);
	vapi_read_voice(reply, ask->order->number, credential_of(ask), &ask->answer);
	adopt(ask);
}

/* Seen for numbers of our own organisation, too: look before believing it. */
static void take_other_org(struct job *job, const struct http_reply *reply)
{
	if (!find_on(ask_of(job), reply, take_other_org))
		adopt(ask_of(job));
}

static void take_imported(struct job *job, const struct http_reply *reply)
{
	struct ask *ask = ask_of(job);
	fault("voice.import.answered");
	vapi_read_imported(reply, ask->order->number, credential_of(ask), &ask->answer);
	if (ask->answer.code == ERR_CONFLICT)
		send_call(job, vapi_build_voice(base_of(ask), ask->answer.voice_id), take_existing);
	else if (ask->answer.code == ERR_VOICE_OTHER_ORG)
		send_call(
			job, vapi_build_find(base_of(ask), ask->order->number, 1), take_other_org);
	else
		ask_end(ask);
}

static void import(struct ask *ask)
{
	const struct order *o = ask->order;
	struct http_call call =
		vapi_build_import(base_of(ask), o->number, credential_of(ask), o->business_name);
	call.is_money = true;
	call.gate = ask->gate;
	call.gate_arg = ask->arg;
	fault("voice.import.before_send");
	send_call(&ask->job, call, take_imported);
}

static void credential_known(
	void *arg, const struct err *e, const struct voice_credential *credential)
{
	(void)credential;
	struct ask *ask = arg;
	if (e->code == ERR_OK) {
		import(ask);
		return;
	}
	vapi_fail(&ask->answer, e->code, e->hint, "%s", e->message);
	ask_end(ask);
}

/* After a restart an import may come before any check did. */
static void start_import(struct ask *ask)
{
	if (credential_of(ask)[0] != '\0')
		import(ask);
	else
		vapi_check(&ask->job.v->base, credential_known, ask);
}

/* --- the table of functions --- */

static void take_no_key(struct job *job, const struct http_reply *reply)
{
	(void)reply;
	tell_no_key(&ask_of(job)->answer);
	ask_end(ask_of(job));
}

static void vapi_ask(struct voice *voice, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), voice_done done, void *arg)
{
	static void (*const starts[COMMAND_COUNT])(struct ask * ask) = {
		[COMMAND_FIND_VOICE] = start_find,
		[COMMAND_IMPORT] = start_import,
		[COMMAND_READ_VOICE] = start_read,
		[COMMAND_RELEASE_VOICE] = start_release,
	};
	must(command->kind < COMMAND_COUNT && starts[command->kind] != NULL);
	struct ask *ask = job_new(of(voice), sizeof(*ask));
	ask->order = o;
	ask->gate = gate;
	ask->done = done;
	ask->arg = arg;
	ask->page = 1;
	vapi_answer_init(&ask->answer);
	if (of(voice)->api_key[0] == '\0')
		send_call(&ask->job, nothing(), take_no_key);
	else
		starts[command->kind](ask);
}

static struct voice *vapi_free(struct voice *voice)
{
	struct vapi *v = of(voice);
	while (v->jobs != NULL) {
		struct job *job = v->jobs;
		if (job->is_out)
			http_cancel(v->http, job->handle);
		job->is_out = false;
		job_unlink(job);
		free(job);
	}
	explicit_bzero(v->api_key, strlen(v->api_key));
	free(v->api_key);
	free(v->base_url);
	free(v->wanted_id);
	free(v);
	return NULL;
}

struct voice *voice_vapi_new(
	struct http_client *http, const struct clock *clock, const struct vapi_options *options)
{
	static const struct voice_ops ops = {vapi_check, vapi_ask, vapi_free};
	(void)clock;
	struct vapi *v = must_calloc(1, sizeof(*v));
	v->base.ops = &ops;
	v->http = http;
	v->base_url = must_strdup(options->base_url);
	v->api_key = must_strdup(options->api_key);
	v->wanted_id = must_strdup(options->credential_id);
	if (text_is_uuid(v->wanted_id))
		TEXT_COPY(v->credential.id, v->wanted_id);
	/* Paths begin with a slash of their own. */
	size_t n = strlen(v->base_url);
	while (n > 0 && v->base_url[n - 1] == '/')
		v->base_url[--n] = '\0';
	return &v->base;
}
