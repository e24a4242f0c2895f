/*
 * test_peer.h - a server of raw bytes on loopback, for the tests of this folder.
 *
 * A thread accepts; each connection has a thread of its own that runs the
 * `serve` function given.  Everything ends in peer_stop().
 */
#ifndef NET_TEST_PEER_H
#define NET_TEST_PEER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"

#define PEER_MOST_CONNECTIONS 64

struct peer {
	int listen_fd, port;
	void (*serve)(struct peer *peer, int fd, int nth);
	pthread_t thread, threads[PEER_MOST_CONNECTIONS];
	int fds[PEER_MOST_CONNECTIONS];
	atomic_int connections, requests;
	char last[4096]; /* the last request, head and body; read it when all is done */
	pthread_mutex_t lock;
};

struct peer_visit {
	struct peer *peer;
	int nth;
};

static struct peer_visit peer_visits[PEER_MOST_CONNECTIONS];

static inline void *peer_visit_run(void *arg)
{
	struct peer_visit *visit = arg;
	int fd = visit->peer->fds[visit->nth];
	visit->peer->serve(visit->peer, fd, visit->nth);
	shutdown(fd, SHUT_RDWR);
	return NULL;
}

static inline void *peer_run(void *arg)
{
	struct peer *peer = arg;
	int fd;
	while ((fd = accept(peer->listen_fd, NULL, NULL)) >= 0) {
		int nth = atomic_fetch_add(&peer->connections, 1);
		must(nth < PEER_MOST_CONNECTIONS);
		peer->fds[nth] = fd;
		peer_visits[nth] = (struct peer_visit){peer, nth};
		must(pthread_create(&peer->threads[nth], NULL, peer_visit_run, &peer_visits[nth]) ==
			0);
	}
	return NULL;
}

static inline int peer_listen(int *ret_port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t bytes = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	must(listen(fd, 64) == 0 && getsockname(fd, (struct sockaddr *)&at, &bytes) == 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static inline void peer_start(struct peer *peer, void (*serve)(struct peer *peer, int fd, int nth))
{
	memset(peer, 0, sizeof(*peer));
	peer->serve = serve;
	must(pthread_mutex_init(&peer->lock, NULL) == 0);
	peer->listen_fd = peer_listen(&peer->port);
	must(pthread_create(&peer->thread, NULL, peer_run, peer) == 0);
}

static inline void peer_stop(struct peer *peer)
{
	shutdown(peer->listen_fd, SHUT_RDWR);
	must(pthread_join(peer->thread, NULL) == 0);
	for (int i = 0; i < peer->connections; i++) {
		shutdown(peer->fds[i], SHUT_RDWR);
		must(pthread_join(peer->threads[i], NULL) == 0);
		must(close(peer->fds[i]) == 0);
	}
	must(close(peer->listen_fd) == 0);
	must(pthread_mutex_destroy(&peer->lock) == 0);
}

static inline size_t peer_body_length(const char *head)
{
	const char *at = strcasestr(head, "\r\nContent-Length:");
	unsigned length = 0;
	if (at != NULL)
		must(sscanf(at + 17, "%u", &length) == 1);
	return length;
}

/* One whole request into peer->last; false when the client went away first. */
static inline bool peer_read(struct peer *peer, int fd)
{
	char request[sizeof(peer->last)];
	size_t bytes = 0, want = 0;
	while (want == 0 || bytes < want) {
		ssize_t n = recv(fd, request + bytes, sizeof(request) - 1 - bytes, 0);
		if (n <= 0)
			return false;
		bytes += (size_t)n;
		request[bytes] = '\0';
		const char *end = strstr(request, "\r\n\r\n");
		if (end != NULL)
			want = (size_t)(end + 4 - request) + peer_body_length(request);
	}
	must(pthread_mutex_lock(&peer->lock) == 0);
	memcpy(peer->last, request, bytes + 1);
	must(pthread_mutex_unlock(&peer->lock) == 0);
	atomic_fetch_add(&peer->requests, 1);
	return true;
}

static inline void peer_write(int fd, const char *text)
{
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* A reset instead of the orderly end. */
static inline void peer_reset(int fd)
{
	const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
	(void)connect(fd, &nowhere, sizeof(nowhere));
}

#endif
