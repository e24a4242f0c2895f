/* Real TLS: certificates made here with the openssl command, served by it. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "tests/check.h"

extern char **environ;

#define KEY "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"
#define MOST_ARGS 40

static bool has_openssl = true;

static pid_t spawn(char *const args[], int out_fd)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	must(posix_spawn_file_actions_init(&actions) == 0);
	must(posix_spawn_file_actions_addchdir_np(&actions, check_temp_dir()) == 0);
	must(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0);
	must(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0);
	if (out_fd >= 0)
		must(posix_spawn_file_actions_adddup2(&actions, out_fd, 1) == 0);
	else
		must(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0);
	if (posix_spawnp(&pid, args[0], &actions, NULL, args, environ) != 0)
		pid = -1;
	must(posix_spawn_file_actions_destroy(&actions) == 0);
	return pid;
}

static bool run(const char *const args[])
{
	int status = -1;
	pid_t pid = spawn((char *const *)args, -1);
	if (pid < 0)
		return false;
	must(waitpid(pid, &status, 0) == pid);
	return status == 0;
}

#define RUN(...) run((const char *const[]){"openssl", __VA_ARGS__, NULL})

static void make_ca(const char *key, const char *pem)
{
	assert_true(RUN(
		"req", "-x509", KEY, "-keyout", key, "-out", pem, "-days", "2", "-subj", "/CN=ca"));
}

static void make_leaf(const char *ca, const char *name, const char *alt, const char *days)
{
	char ca_pem[32], ca_key[32], key[32], pem[32];
	text_format(ca_pem, sizeof(ca_pem), "%s.pem", ca);
	text_format(ca_key, sizeof(ca_key), "%s.key", ca);
	text_format(key, sizeof(key), "%s.key", name);
	text_format(pem, sizeof(pem), "%s.pem", name);
	assert_true(RUN("req", KEY, "-keyout", key, "-out", "leaf.csr", "-subj", "/CN=leaf",
		"-addext", alt));
	assert_true(RUN("x509", "-req", "-in", "leaf.csr", "-CA", ca_pem, "-CAkey", ca_key,
		"-set_serial", "7", "-copy_extensions", "copyall", "-days", days, "-out", pem));
}

static int make_all(void **state)
{
	(void)state;
	has_openssl = RUN("version");
	if (!has_openssl) {
		print_message("the openssl command is missing: TLS is not tested\n");
		return 0;
	}
	make_ca("ca.key", "ca.pem");
	make_ca("other.key", "other.pem");
	make_leaf("ca", "good", "subjectAltName=IP:127.0.0.1", "2");
	make_leaf("ca", "name", "subjectAltName=DNS:other.example", "2");
	make_leaf("ca", "old", "subjectAltName=IP:127.0.0.1", "-1");
	make_leaf("other", "stranger", "subjectAltName=IP:127.0.0.1", "2");
	assert_true(RUN("req", "-x509", KEY, "-keyout", "self.key", "-out", "self.pem", "-days",
		"2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"));
	return 0;
}

struct server {
	pid_t pid;
	FILE *out; /* left open: it goes on writing there */
	int port;
};

/* Its first words are ACCEPT and where. */
static void server_start(struct server *server, const char *name, const char *version)
{
	char key[32], pem[32], line[200];
	int ends[2];
	unsigned port;
	text_format(key, sizeof(key), "%s.key", name);
	text_format(pem, sizeof(pem), "%s.pem", name);
	const char *args[MOST_ARGS] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-key", key,
		"-cert", pem, "-www", "-cipher", "DEFAULT@SECLEVEL=0", version};
	must(pipe2(ends, O_CLOEXEC) == 0);
	server->pid = spawn((char *const *)args, ends[1]);
	must(server->pid > 0 && close(ends[1]) == 0);
	server->out = fdopen(ends[0], "r");
	must(server->out != NULL);
	bool is_up = false;
	while (!is_up && fgets(line, sizeof(line), server->out) != NULL)
		is_up = sscanf(line, "ACCEPT 127.0.0.1:%u", &port) == 1;
	must(is_up);
	server->port = (int)port;
}

static void server_stop(struct server *server)
{
	must(kill(server->pid, SIGTERM) == 0);
	must(waitpid(server->pid, NULL, 0) == server->pid);
	(void)fclose(server->out);
}

struct answer {
	enum http_sent sent;
	int status;
	char reason[200];
	bool is_here;
	int gate_asked;
};

static void keep(void *arg, const struct http_reply *reply)
{
	struct answer *answer = arg;
	answer->sent = reply->sent;
	answer->status = reply->status;
	TEXT_COPY(answer->reason, reply->reason);
	answer->is_here = true;
}

static bool ask_gate(void *arg)
{
	((struct answer *)arg)->gate_asked++;
	return true;
}

static void call(const struct server *server, const char *host, struct answer *answer)
{
	char ca[300];
	struct err e;
	struct loop *loop = loop_new();
	text_format(ca, sizeof(ca), "%s/ca.pem", check_temp_dir());
	struct http_client_options options = {.ca_file = ca};
	struct http_client *client = http_client_curl_new(loop, &options, &e);
	assert_non_null(client);
	*answer = (struct answer){0};
	/* A GET, since s_server answers nothing else; as careful as a purchase. */
	struct http_call it = {
		.method = HTTP_GET, .is_money = true, .gate = ask_gate, .gate_arg = answer};
	must(asprintf(&it.url, "https://%s:%d/", host, server->port) > 0);
	http_send(client, &it, keep, answer);
	assert_true(loop_run_until(loop, &answer->is_here, 10000));
	http_client_curl_free(client);
	loop_free(loop);
}

struct row {
	const char *name, *host, *version;
	const char *why; /* NULL: it is fine */
};

static const struct row rows[] = {
	{"good", "127.0.0.1", NULL, NULL},
	{"good", "127.0.0.1", "-tls1_2", NULL},
	{"good", "localhost", NULL, "subject"},
	{"name", "127.0.0.1", NULL, "subject"},
	{"old", "127.0.0.1", NULL, "expired"},
	{"stranger", "127.0.0.1", NULL, "local issuer"},
	{"self", "127.0.0.1", NULL, "self-signed"},
	{"good", "127.0.0.1", "-tls1_1", "protocol version"},
};

static void only_a_proven_peer_is_sent_anything(void **state)
{
	(void)state;
	if (!has_openssl)
		skip();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct server server;
		struct answer answer;
		server_start(&server, rows[i].name, rows[i].version);
		call(&server, rows[i].host, &answer);
		bool is_fine = rows[i].why == NULL;
		if ((answer.sent == HTTP_SENT) != is_fine ||
			(!is_fine && strstr(answer.reason, rows[i].why) == NULL))
			fail_msg("row %zu: %s", i, answer.reason);
		assert_int_equal(answer.status, is_fine ? 200 : 0);
		/* The gate is asked after the handshake, so not for a stranger. */
		assert_int_equal(answer.gate_asked, is_fine ? 1 : 0);
		server_stop(&server);
	}
}

static void a_server_that_is_gone_is_unsent(void **state)
{
	(void)state;
	if (!has_openssl)
		skip();
	struct server server;
	struct answer answer;
	server_start(&server, "good", NULL);
	server_stop(&server);
	call(&server, "127.0.0.1", &answer);
	assert_int_equal(answer.sent, HTTP_UNSENT);
	assert_string_equal(answer.reason, "connection refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(only_a_proven_peer_is_sent_anything),
		CHECK(a_server_that_is_gone_is_unsent),
	};
	return cmocka_run_group_tests_name(__FILE__, tests, make_all, NULL);
}
