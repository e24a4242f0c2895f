#include "web/place.h"

#include <string.h>

#include "base/text.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Canadian: "M5V", "M5V 2T6", "m5v2t6"; with the letter for a zero, "KOA 1AO". */
static bool is_canadian(const char *typed)
{
	size_t bytes = strlen(typed);
	return (bytes == 3 || bytes == 6 || bytes == 7) && is_letter(typed[0]) &&
	       is_letter(typed[2]) &&
	       (is_digit(typed[1]) || (bytes > 3 && strchr("OoIi", typed[1]) != NULL &&
					      strpbrk(typed + 3, "0123456789") != NULL));
}

/* Digits, however they are put: "(415)", "94110-1234". */
static size_t digits_of(const char *typed, char *to, size_t to_bytes)
{
	size_t n = 0;
	for (; *typed != '\0'; typed++) {
		if (is_digit(*typed) && n + 1 < to_bytes)
			to[n++] = *typed;
		else if (strchr(" ()-.", *typed) == NULL)
			return 0;
	}
	to[n] = '\0';
	return n;
}

void place_read(const char *typed, struct place *ret)
{
	char digits[32];
	*ret = (struct place){0};
	size_t count = digits_of(typed, digits, sizeof(digits));
	if (count > 0 && count <= 4)
		TEXT_COPY(ret->area_code, digits);
	else if (count > 0 || is_canadian(typed))
		TEXT_COPY(ret->postal_code, typed);
	else
		TEXT_COPY(ret->city, typed);
}
