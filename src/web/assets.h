/*
 * assets.h - style, script and picture, compiled in.
 *
 * An address holds the digest of the bytes, so that a browser may keep them for
 * ever and a new version is fetched at once.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <stddef.h>

struct http_request;

/* "/assets/3f9a2c41d0/style.css"; the name must exist. */
const char *assets_url(const char *name);
/* `path` behind "/assets/".  An outdated digest gets today's bytes, not kept. */
void assets_answer(struct http_request *r, const char *path);
/* Bytes of all that a page with script loads; for the test of its weight. */
size_t assets_bytes(void);

#endif
