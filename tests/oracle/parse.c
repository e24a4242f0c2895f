/*
 * parse.c - numberd's own parser as a filter, for oracle.mjs.
 *
 * Each line in: a country ("-" for none named), a tab, what was typed.
 * Each line out: e164, extension, country, kind, ndc, flags - or "!", the code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/phone.h"

static void tell(const struct phone *p)
{
	printf("%s\t%s\t%s\t%s\t%s\t", p->e164, p->extension, p->country, kind_wire(p->kind),
		p->ndc);
	for (unsigned bit = 0; bit < PHONE_FLAG_COUNT; bit++)
		if ((p->flags >> bit & 1) != 0)
			printf("%s ", phone_flag_wire((enum phone_flag_bit)bit));
	printf("\n");
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t bytes;
	while ((bytes = getline(&line, &room, stdin)) > 0) {
		struct phone phone;
		struct phone_refusal refusal;
		char *typed = strchr(line, '\t');
		must(typed != NULL && line[bytes - 1] == '\n');
		line[bytes - 1] = '\0';
		*typed++ = '\0';
		const char *country = text_is(line, "-") ? NULL : line;
		if (phone_parse(typed, strlen(typed), country, &phone, &refusal))
			tell(&phone);
		else
			printf("!\t%s\n", phone_reject_wire(refusal.code));
	}
	free(line);
	return 0;
}
