#include "voice/voice.h"

#include <stddef.h>

void voice_check(struct voice *v, voice_check_done done, void *arg)
{
	v->ops->check(v, done, arg);
}

void voice_ask(struct voice *v, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), voice_done done, void *arg)
{
	v->ops->ask(v, o, command, gate, done, arg);
}

struct voice *voice_free(struct voice *v)
{
	return v != NULL ? v->ops->free(v) : NULL;
}
