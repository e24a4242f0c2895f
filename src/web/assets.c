/* assets.c - style, script and picture, compiled in. */
#include "web/assets.h"

#include <string.h>

#include "base/embed.h"
#include "base/id.h"
#include "base/must.h"
#include "base/text.h"
#include "net/http_server.h"
#include "web/inside.h"

#define ASSETS_MOST 8
#define DIGEST_CHARS 10

extern const struct embedded_file web_assets_files[];

static const struct embedded_file *find(const char *name, size_t *ret_at)
{
	for (size_t i = 0; web_assets_files[i].name != NULL; i++) {
		if (!text_is(web_assets_files[i].name, name))
			continue;
		*ret_at = i;
		return &web_assets_files[i];
	}
	return NULL;
}

const char *assets_url(const char *name)
{
	static char urls[ASSETS_MOST][80]; /* made at the first question; one thread */
	size_t at = 0;
	const struct embedded_file *file = find(name, &at);
	must(file != NULL && at < ASSETS_MOST);
	if (urls[at][0] == '\0') {
		char hex[ID_HEX_BYTES];
		id_digest_hex(file->bytes, file->length, hex);
		must(text_format(
			urls[at], sizeof(urls[at]), "/assets/%.*s/%s", DIGEST_CHARS, hex, name));
	}
	return urls[at];
}

static const char *type_of(const char *name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
		{".css", "text/css; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".svg", "image/svg+xml"},
	};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot != NULL && i < COUNT_OF(types); i++)
		if (text_is(dot, types[i].end))
			return types[i].type;
	return "application/octet-stream";
}

void assets_answer(struct http_request *r, const char *path)
{
	size_t at = 0;
	const char *slash = strchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const struct embedded_file *file = find(name, &at);
	web_add_headers(r);
	if (file == NULL) {
		http_answer_header(r, "Cache-Control", "no-store");
		http_answer_text(r, 404, "text/plain; charset=utf-8", "There is no such file.\n");
		return;
	}
	bool is_todays = text_is(assets_url(name) + strlen("/assets/"), path);
	http_answer_header(r, "Cache-Control",
		is_todays ? "public, max-age=31536000, immutable" : "public, max-age=60");
	http_answer(r, 200, type_of(name), file->bytes, file->length);
}

size_t assets_bytes(void)
{
	size_t bytes = 0;
	for (size_t i = 0; web_assets_files[i].name != NULL; i++)
		bytes += web_assets_files[i].length;
	return bytes;
}
