#include "numbering/typed.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"

#define NOTHING '\0' /* a character that is left out */
#define BAD '\3'

/* clang-format off */
/* The zero of every run of ten decimal digits in Unicode (category Nd). */
static const uint32_t zeros[] = {
	0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
	0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0,
	0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0,
	0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0,
	0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950,
	0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70,
	0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1,
	0x1E950, 0x1FBF0,
};

static const struct { uint32_t first, last; char as; } likenesses[] = {
	{0x00A0, 0x00A0, ' '}, {0x00AD, 0x00AD, NOTHING}, {0x00B7, 0x00B7, '.'},
	{0x061C, 0x061C, NOTHING}, {0x1680, 0x1680, ' '}, {0x180E, 0x180E, NOTHING},
	{0x2000, 0x200A, ' '}, {0x200B, 0x200F, NOTHING}, {0x2010, 0x2015, '-'},
	{0x2018, 0x2019, '\''}, {0x2022, 0x2022, '.'}, {0x2024, 0x2024, '.'},
	{0x2027, 0x2027, '.'}, {0x2028, 0x2029, ' '}, {0x202A, 0x202E, NOTHING},
	{0x202F, 0x202F, ' '}, {0x2043, 0x2043, '-'}, {0x2044, 0x2044, '/'},
	{0x205F, 0x205F, ' '}, {0x2060, 0x2064, NOTHING}, {0x2066, 0x206F, NOTHING},
	{0x20E3, 0x20E3, NOTHING}, /* the frame of a keycap digit */
	{0x2212, 0x2212, '-'}, {0x2215, 0x2215, '/'},
	{0x260E, 0x260F, ' '}, {0x2706, 0x2706, ' '}, /* telephones, as a label */
	{0x2795, 0x2795, '+'}, {0x3000, 0x3000, ' '}, {0x3002, 0x3002, '.'},
	{0x301C, 0x301C, '-'}, {0x30FB, 0x30FB, '.'}, {0x30FC, 0x30FC, '-'},
	{0xFE00, 0xFE0F, NOTHING}, {0xFE58, 0xFE58, '-'}, {0xFE62, 0xFE62, '+'},
	{0xFE63, 0xFE63, '-'}, {0xFEFF, 0xFEFF, NOTHING}, {0xFF5E, 0xFF5E, '-'},
	{0x1F4DE, 0x1F4DE, ' '}, {0x1F4F1, 0x1F4F2, ' '},
};
/* clang-format on */

static char ascii_likeness(char c)
{
	if (c == '\t' || c == '\n' || c == '\r')
		return ' ';
	if ((unsigned char)c < ' ' || c == 0x7F)
		return BAD;
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	if (c == '[')
		return '(';
	if (c == ']')
		return ')';
	return strchr("$`{}<>\\|^@%\"", c) != NULL ? BAD : c;
}

static char likeness(uint32_t c)
{
	if (c < 0x80)
		return ascii_likeness((char)c);
	for (size_t i = 0; i < COUNT_OF(zeros); i++)
		if (c >= zeros[i] && c < zeros[i] + 10)
			return (char)('0' + (c - zeros[i]));
	for (size_t i = 0; i < COUNT_OF(likenesses); i++)
		if (c >= likenesses[i].first && c <= likenesses[i].last)
			return likenesses[i].as;
	if (c >= 0xFF01 && c <= 0xFF5D) /* full-width ASCII */
		return ascii_likeness((char)(c - 0xFF01 + '!'));
	if (c < 0xA0)
		return BAD;
	bool is_symbol = (c >= 0x2000 && c < 0x2C00) || (c < 0xC0 && c != 0xAA && c != 0xBA) ||
			 (c >= 0x3000 && c < 0x3040) || c >= 0x1F000 || c == 0xD7 || c == 0xF7;
	return is_symbol ? TYPED_SYMBOL : TYPED_LETTER;
}

/* One character of text that is known to be UTF-8. */
static uint32_t next_character(const char *text, size_t *at)
{
	unsigned char lead = (unsigned char)text[(*at)++];
	if (lead < 0x80)
		return lead;
	int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
	uint32_t c = lead & (0x3Fu >> more);
	while (more-- > 0)
		c = c << 6 | ((unsigned char)text[(*at)++] & 0x3F);
	return c;
}

static void trim(struct typed *t)
{
	size_t skip = strspn(t->text, " ");
	memmove(t->text, t->text + skip, t->bytes - skip + 1);
	t->bytes -= skip;
	while (t->bytes > 0 && t->text[t->bytes - 1] == ' ')
		t->text[--t->bytes] = '\0';
}

enum typed_outcome typed_read(const char *typed, size_t bytes, struct typed *ret)
{
	if (bytes > TYPED_MAX_BYTES)
		return TYPED_TOO_LONG;
	if (!text_is_utf8(typed, bytes))
		return TYPED_BAD;
	struct typed t = {.bytes = 0};
	for (size_t at = 0; at < bytes;) {
		char c = likeness(next_character(typed, &at));
		if (c == BAD)
			return TYPED_BAD;
		if (c != NOTHING)
			t.text[t.bytes++] = c;
	}
	t.text[t.bytes] = '\0';
	trim(&t);
	*ret = t;
	return TYPED_OK;
}
