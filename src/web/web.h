/*
 * web.h - the pages: sign-up, its live progress, the operator's.
 *
 * Server-rendered, no framework, no outside resource, usable without
 * JavaScript.  Like the API, it reaches the engine only through engine.h.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "api/api.h"

struct web;

struct web *web_new(struct loop *loop, struct engine *engine, const struct config *config);
struct web *web_free(struct web *web);
/* Admission is asked of this api; set once, before the first request. */
void web_set_api(struct web *web, struct api *api);
void web_handle(void *web, struct http_request *r); /* an http_handler */

#endif
