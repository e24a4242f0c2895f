/* limits.h - every size and time that numberd sets on the network, in one place. */
#ifndef NET_LIMITS_H
#define NET_LIMITS_H

/* Served: what we take from anyone. */
#define LIMIT_SERVED_HEADERS_BYTES (16 * 1024)
#define LIMIT_SERVED_BODY_BYTES (64 * 1024)
#define LIMIT_SERVED_TARGET_BYTES (4 * 1024) /* path and query together */
#define LIMIT_SERVED_IDLE_SECONDS 30
#define LIMIT_SERVED_STREAMS 1000 /* live event streams at once */
#define LIMIT_SERVED_CONNECTIONS 8000

/* Sent: what we ask of Telnyx and Vapi. */
#define LIMIT_SENT_CONNECT_MS 5000
#define LIMIT_SENT_TOTAL_MS 20000
#define LIMIT_SENT_BODY_BYTES (256 * 1024) /* of an answer */
#define LIMIT_SENT_HEADERS_BYTES (32 * 1024)
#define LIMIT_SENT_AT_ONCE 1024    /* requests on the wire; more wait in line */
#define LIMIT_SENT_AT_ONCE_TLS 256 /* a TLS connection takes some 80 KiB */
#define LIMIT_SENT_WAITING 65536

#endif
