/*
 * phone_cases_test.c - hard cases of what people type, each with the reason why it is so.
 *
 * From the numbering plans themselves: the numbers that regulators keep for
 * examples (Ofcom, ACMA, Arcep, PTS, BNetzA), RFC 3966, E.123, what is dialled
 * in each country Telnyx sells in, and what forms and contact lists hold.
 * phone_test.c has the ways of writing one number; here are the numbers.
 */
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "numbering/phone.h"

#define NONE 0
#define FICT PHONE_FLAG(FICTITIOUS_555)
#define VANITY PHONE_FLAG(VANITY)
#define TRAIL PHONE_FLAG(TRAILING_TEXT)
#define LEGACY PHONE_FLAG(LEGACY_PREFIX)
#define DIALLED PHONE_FLAG(DIAL_PREFIX)
#define OVERDIAL PHONE_FLAG(OVERDIAL_TRUNCATED)
#define UNLISTED PHONE_FLAG(UNLISTED_RANGE)
#define GEO KIND_GEOGRAPHIC
#define MOB KIND_MOBILE
#define FREE KIND_TOLLFREE

/* `code`: the area code, in +1 or abroad; "" if it has none. */
struct accepted {
	const char *typed, *country, *e164, *extension, *iso, *code;
	enum number_kind kind;
	unsigned flags;
	const char *why;
};

struct refused {
	const char *typed, *country, *reject, *why;
};

/* clang-format off */
static const struct accepted accepted[] = {
	/* Britain: Ofcom's numbers for drama, in every length of area code */
	{"020 7946 0123", "GB", "+442079460123", "", "GB", "20", GEO, NONE, "London: two digits"},
	{"(020) 7946 0123", "GB", "+442079460123", "", "GB", "20", GEO, NONE, "the code in parentheses"},
	{"0113 496 0123", "GB", "+441134960123", "", "GB", "113", GEO, NONE, "Leeds: three digits"},
	{"0121 496 0123", "GB", "+441214960123", "", "GB", "121", GEO, NONE, "Birmingham"},
	{"0131 496 0123", "GB", "+441314960123", "", "GB", "131", GEO, NONE, "Edinburgh"},
	{"0161 496 0123", "GB", "+441614960123", "", "GB", "161", GEO, NONE, "Manchester"},
	{"028 9649 6123", "GB", "+442896496123", "", "GB", "28", GEO, NONE, "Northern Ireland is one code"},
	{"01632 960123", "GB", "+441632960123", "", "GB", "", GEO, UNLISTED, "no real town, so no plan lists it"},
	{"017684 12345", "GB", "+441768412345", "", "GB", "17684", GEO, NONE, "Pooley Bridge: five digits"},
	{"07700 900123", "GB", "+447700900123", "", "GB", "", MOB, UNLISTED, "kept for drama, a mobile"},
	{"01904 123456", "GB", "+441904123456", "", "GB", "1904", GEO, NONE, "York: four digits"},
	{"07400 123456", "GB", "+447400123456", "", "GB", "", MOB, NONE, "a mobile has no area code"},
	{"0808 157 0123", "GB", "+448081570123", "", "GB", "", FREE, NONE, "freephone"},
	{"0909 879 0123", "GB", "+449098790123", "", "GB", "", KIND_PREMIUM, NONE, "premium"},
	{"0306 999 0123", "GB", "+443069990123", "", "GB", "", KIND_UAN, NONE, "of no place, at a geographic price"},
	{"0345 123 4567", "GB", "+443451234567", "", "GB", "", KIND_UAN, NONE, "of no place"},
	{"070 1234 5678", "GB", "+447012345678", "", "GB", "", KIND_PERSONAL, NONE, "personal, though it begins with 7"},
	{"056 1234 5678", "GB", "+445612345678", "", "GB", "", KIND_VOIP, NONE, "internet telephony"},
	{"+44(0)20 7946 0123", "US", "+442079460123", "", "GB", "20", GEO, NONE, "no room around the zero"},
	{"+44 (0) 20 7946 0123", "US", "+442079460123", "", "GB", "20", GEO, NONE, "room around the parentheses"},
	{"0044 20 7946 0123", "GB", "+442079460123", "", "GB", "20", GEO, DIALLED, "Britain, dialled as from abroad"},
	{"44 020 7946 0123", "GB", "+442079460123", "", "GB", "20", GEO, NONE, "country code and trunk zero, no plus"},
	{"20 7946 0123", "GB", "+442079460123", "", "GB", "20", GEO, NONE, "the zero left out"},
	{"01481 723456", "GB", "+441481723456", "", "GG", "1481", GEO, NONE, "Guernsey is dialled as Britain"},
	{"01534 723456", "GB", "+441534723456", "", "JE", "1534", GEO, NONE, "Jersey too"},
	{"01624 712345", "GB", "+441624712345", "", "IM", "1624", GEO, NONE, "and the Isle of Man"},
	/* Ireland, France, Germany: numbers kept for examples */
	{"01 234 5678", "IE", "+35312345678", "", "IE", "1", GEO, NONE, "Dublin"},
	{"021 427 0000", "IE", "+353214270000", "", "IE", "21", GEO, NONE, "Cork"},
	{"085 012 3456", "IE", "+353850123456", "", "IE", "", MOB, NONE, "an Irish mobile"},
	{"1800 123 456", "IE", "+3531800123456", "", "IE", "", FREE, NONE, "Irish freephone has no trunk zero"},
	{"01 99 00 12 34", "FR", "+33199001234", "", "FR", "1", GEO, NONE, "Arcep's example, Paris"},
	{"04 65 71 12 34", "FR", "+33465711234", "", "FR", "4", GEO, NONE, "Arcep's example, the south-east"},
	{"06 39 98 12 34", "FR", "+33639981234", "", "FR", "", MOB, UNLISTED, "Arcep's example, mobile, in no plan"},
	{"+33 (0)1 99 00 12 34", "US", "+33199001234", "", "FR", "1", GEO, NONE, "the zero in parentheses"},
	{"0800 123 456", "FR", "+33800123456", "", "FR", "", FREE, NONE, "a French green number"},
	{"030 23125 123", "DE", "+493023125123", "", "DE", "30", GEO, NONE, "BNetzA's example, Berlin"},
	{"089 99998 123", "DE", "+498999998123", "", "DE", "89", GEO, NONE, "BNetzA's example, Munich"},
	{"0221 4710 123", "DE", "+492214710123", "", "DE", "221", GEO, NONE, "BNetzA's example, Cologne"},
	{"0171 39200 99", "DE", "+491713920099", "", "DE", "", MOB, NONE, "BNetzA's example, mobile"},
	{"+49 (0)30 / 23125-123", "US", "+493023125123", "", "DE", "30", GEO, NONE, "as on a German letterhead"},
	{"03362 12345", "DE", "+49336212345", "", "DE", "3362", GEO, NONE, "Erkner: four digits"},
	{"033203 12345", "DE", "+493320312345", "", "DE", "33203", GEO, NONE, "Kleinmachnow: five digits"},
	{"0180 5 123456", "DE", "+491805123456", "", "DE", "", KIND_SHAREDCOST, NONE, "shared cost"},
	{"0800 1234567", "DE", "+498001234567", "", "DE", "", FREE, NONE, "German toll-free"},
	/* Australia and New Zealand: ACMA's numbers for fiction */
	{"(02) 5550 1234", "AU", "+61255501234", "", "AU", "2", GEO, NONE, "New South Wales"},
	{"(03) 7010 1234", "AU", "+61370101234", "", "AU", "3", GEO, NONE, "Victoria"},
	{"07 5550 1234", "AU", "+61755501234", "", "AU", "7", GEO, NONE, "Queensland"},
	{"0491 570 006", "AU", "+61491570006", "", "AU", "", MOB, NONE, "mobile"},
	{"1800 160 401", "AU", "+611800160401", "", "AU", "", FREE, NONE, "free, and without a trunk zero"},
	{"1300 975 707", "AU", "+611300975707", "", "AU", "", KIND_SHAREDCOST, NONE, "local rate"},
	{"0011 64 9 888 1234", "AU", "+6498881234", "", "NZ", "9", GEO, DIALLED, "Auckland from Sydney"},
	{"+61 (02) 5550 1234", "US", "+61255501234", "", "AU", "2", GEO, DIALLED, "the zero stays in the parentheses with its code"},
	{"09 888 1234", "NZ", "+6498881234", "", "NZ", "9", GEO, NONE, "Auckland"},
	{"04 888 1234", "NZ", "+6448881234", "", "NZ", "4", GEO, NONE, "Wellington"},
	{"021 123 4567", "NZ", "+64211234567", "", "NZ", "", MOB, NONE, "a mobile"},
	/* Sweden (PTS's examples), Norway, Denmark, Finland */
	{"08-465 004 00", "SE", "+46846500400", "", "SE", "8", GEO, NONE, "Stockholm: one digit"},
	{"031-390 06 00", "SE", "+46313900600", "", "SE", "31", GEO, NONE, "Gothenburg: two digits"},
	{"0980-319 20", "SE", "+4698031920", "", "SE", "980", GEO, NONE, "Kiruna: three digits"},
	{"070-174 06 05", "SE", "+46701740605", "", "SE", "", MOB, NONE, "mobile"},
	{"020-12 34 56", "SE", "+4620123456", "", "SE", "", FREE, NONE, "free of charge"},
	{"22 41 00 00", "NO", "+4722410000", "", "NO", "", GEO, NONE, "Norway has no area codes"},
	{"412 34 567", "NO", "+4741234567", "", "NO", "", MOB, NONE, "a mobile starts with 4 or 9"},
	{"800 12 345", "NO", "+4780012345", "", "NO", "", FREE, NONE, "free"},
	{"33 12 34 56", "DK", "+4533123456", "", "DK", "", GEO, NONE, "Denmark has none either"},
	{"09 123 4567", "FI", "+35891234567", "", "FI", "9", GEO, NONE, "Helsinki"},
	{"040 123 4567", "FI", "+358401234567", "", "FI", "", MOB, NONE, "a mobile"},
	{"018 12345", "FI", "+3581812345", "", "AX", "18", GEO, NONE, "Aland is dialled as Finland"},
	/* the Low Countries, the Alps */
	{"020 123 4567", "NL", "+31201234567", "", "NL", "20", GEO, NONE, "Amsterdam"},
	{"0123-456789", "NL", "+31123456789", "", "NL", "", GEO, UNLISTED, "012 is nobody's area code, and as long as one"},
	{"0182 123 456", "NL", "+31182123456", "", "NL", "182", GEO, NONE, "Gouda: three digits"},
	{"06 12345678", "NL", "+31612345678", "", "NL", "", MOB, NONE, "a mobile"},
	{"02 511 12 34", "BE", "+3225111234", "", "BE", "2", GEO, NONE, "Brussels"},
	{"081 12 34 56", "BE", "+3281123456", "", "BE", "81", GEO, NONE, "Namur"},
	{"0470 12 34 56", "BE", "+32470123456", "", "BE", "", MOB, NONE, "a mobile"},
	{"26 12 34", "LU", "+352261234", "", "LU", "", GEO, NONE, "six digits, no area code"},
	{"26 12 34 56", "LU", "+35226123456", "", "LU", "", GEO, NONE, "eight digits, the same country"},
	{"044 668 18 00", "CH", "+41446681800", "", "CH", "44", GEO, NONE, "Zurich"},
	{"022 123 45 67", "CH", "+41221234567", "", "CH", "22", GEO, NONE, "Geneva"},
	{"079 123 45 67", "CH", "+41791234567", "", "CH", "", MOB, NONE, "a mobile"},
	{"0800 123 456", "CH", "+41800123456", "", "CH", "", FREE, NONE, "free"},
	{"01 234567890", "AT", "+431234567890", "", "AT", "1", GEO, NONE, "Vienna: one digit"},
	{"0316 123456", "AT", "+43316123456", "", "AT", "316", GEO, NONE, "Graz: three digits"},
	{"05 7 123 456", "AT", "+4357123456", "", "AT", "", KIND_VOIP, NONE, "a company's nationwide number"},
	{"0664 1234567", "AT", "+436641234567", "", "AT", "", MOB, NONE, "a mobile"},
	/* Italy, Spain, Portugal, Greece */
	{"06 6988 1234", "IT", "+390669881234", "", "VA", "06", GEO, NONE, "06 698 is the Vatican, in Italy's plan"},
	{"02 1234 5678", "IT", "+390212345678", "", "IT", "02", GEO, NONE, "Milan keeps its zero"},
	{"055 123 456", "IT", "+39055123456", "", "IT", "055", GEO, NONE, "Florence"},
	{"312 345 6789", "IT", "+393123456789", "", "IT", "", MOB, NONE, "a mobile has no zero"},
	{"800 123 456", "IT", "+39800123456", "", "IT", "", FREE, NONE, "a green number"},
	{"91 123 45 67", "ES", "+34911234567", "", "ES", "91", GEO, NONE, "Madrid"},
	{"93 123 45 67", "ES", "+34931234567", "", "ES", "93", GEO, NONE, "Barcelona"},
	{"952 12 34 56", "ES", "+34952123456", "", "ES", "952", GEO, NONE, "Malaga"},
	{"612 34 56 78", "ES", "+34612345678", "", "ES", "", MOB, NONE, "a mobile"},
	{"900 123 456", "ES", "+34900123456", "", "ES", "", FREE, NONE, "free"},
	{"21 123 4567", "PT", "+351211234567", "", "PT", "21", GEO, NONE, "Lisbon"},
	{"239 123 456", "PT", "+351239123456", "", "PT", "239", GEO, NONE, "Coimbra"},
	{"912 345 678", "PT", "+351912345678", "", "PT", "", MOB, NONE, "a mobile"},
	{"21 0123 4567", "GR", "+302101234567", "", "GR", "", GEO, NONE, "Athens; how long its code is depends on whom one asks"},
	{"691 234 5678", "GR", "+306912345678", "", "GR", "", MOB, NONE, "a mobile"},
	/* the east */
	{"22 123 45 67", "PL", "+48221234567", "", "PL", "22", GEO, NONE, "Warsaw"},
	{"12 345 67 89", "PL", "+48123456789", "", "PL", "12", GEO, NONE, "Krakow"},
	{"512 345 678", "PL", "+48512345678", "", "PL", "", MOB, NONE, "a mobile"},
	{"224 123 456", "CZ", "+420224123456", "", "CZ", "2", GEO, NONE, "Prague"},
	{"541 123 456", "CZ", "+420541123456", "", "CZ", "54", GEO, NONE, "Brno"},
	{"601 123 456", "CZ", "+420601123456", "", "CZ", "", MOB, NONE, "a mobile"},
	{"02/5123 4567", "SK", "+421251234567", "", "SK", "2", GEO, NONE, "Bratislava, with the slash"},
	{"0912 123 456", "SK", "+421912123456", "", "SK", "", MOB, NONE, "a mobile"},
	{"06 1 234 5678", "HU", "+3612345678", "", "HU", "1", GEO, NONE, "Budapest, after the trunk prefix 06"},
	{"06-52-123-456", "HU", "+3652123456", "", "HU", "52", GEO, NONE, "Debrecen"},
	{"06 20 123 4567", "HU", "+36201234567", "", "HU", "", MOB, NONE, "a mobile"},
	{"021 312 34 56", "RO", "+40213123456", "", "RO", "21", GEO, NONE, "Bucharest"},
	{"0712 034 567", "RO", "+40712034567", "", "RO", "", MOB, NONE, "a mobile"},
	{"02 812 3456", "BG", "+35928123456", "", "BG", "2", GEO, NONE, "Sofia"},
	{"01 4567 890", "HR", "+38514567890", "", "HR", "1", GEO, NONE, "Zagreb"},
	{"091 234 5678", "HR", "+385912345678", "", "HR", "", MOB, NONE, "a mobile"},
	{"01 234 56 78", "SI", "+38612345678", "", "SI", "1", GEO, NONE, "Ljubljana"},
	{"031 234 567", "SI", "+38631234567", "", "SI", "", MOB, NONE, "a mobile"},
	{"8 5 212 3456", "LT", "+37052123456", "", "LT", "5", GEO, LEGACY, "Vilnius after the old trunk prefix 8"},
	{"0 5 212 3456", "LT", "+37052123456", "", "LT", "5", GEO, NONE, "after the new one"},
	{"+370 8 5 212 3456", NULL, "+37052123456", "", "LT", "5", GEO, LEGACY, "the 8 after the country code"},
	{"67 123 456", "LV", "+37167123456", "", "LV", "", GEO, NONE, "Riga"},
	{"612 3456", "EE", "+3726123456", "", "EE", "", GEO, NONE, "Tallinn"},
	{"22 345 678", "CY", "+35722345678", "", "CY", "", GEO, NONE, "Nicosia"},
	{"8 (495) 123-45-67", "RU", "+74951234567", "", "RU", "495", GEO, NONE, "Moscow after the trunk prefix"},
	{"8 701 234 56 78", "KZ", "+77012345678", "", "KZ", "", MOB, NONE, "a mobile of Kazakhstan, in Russia's code"},
	{"8 10 44 20 7946 0123", "RU", "+442079460123", "", "GB", "20", GEO, DIALLED, "abroad from Russia"},
	{"8 029 491 19 11", "BY", "+375294911911", "", "BY", "", MOB, NONE, "Belarus dials 8, then 0"},
	/* Asia, America */
	{"6123 4567", "SG", "+6561234567", "", "SG", "", GEO, NONE, "Singapore has no area codes"},
	{"8123 4567", "SG", "+6581234567", "", "SG", "", MOB, NONE, "a mobile"},
	{"1800 123 4567", "SG", "+6518001234567", "", "SG", "", FREE, NONE, "free"},
	{"010 1234 5678", "CN", "+861012345678", "", "CN", "10", GEO, NONE, "Beijing"},
	{"021-1234-5678", "CN", "+862112345678", "", "CN", "21", GEO, NONE, "Shanghai"},
	{"131 2345 6789", "CN", "+8613123456789", "", "CN", "", MOB, NONE, "a mobile"},
	{"03-1234-5678", "JP", "+81312345678", "", "JP", "3", GEO, NONE, "Tokyo"},
	{"0120 123 456", "JP", "+81120123456", "", "JP", "", FREE, NONE, "free dial"},
	{"011 2345 6789", "IN", "+911123456789", "", "IN", "11", GEO, NONE, "Delhi: 0 and 11, not the American 011"},
	{"000 800 100 1234", "IN", "+910008001001234", "", "IN", "", FREE, NONE, "begins like a call abroad"},
	{"00368 960 8742", "KR", "+3689608742", "", "HU", "89", GEO, DIALLED, "Hungary from Korea"},
	{"55 1234 5678", "MX", "+525512345678", "", "MX", "55", GEO, NONE, "Mexico City"},
	{"222 123 4567", "MX", "+522221234567", "", "MX", "222", GEO, NONE, "Puebla"},
	{"+521 222 123 4567", NULL, "+522221234567", "", "MX", "222", GEO, LEGACY, "the mobile 1 in front of any area"},
	{"800 123 4567", "MX", "+528001234567", "", "MX", "", FREE, NONE, "free"},
	{"011 15 2345-6789", "AR", "+5491123456789", "", "AR", "", MOB, DIALLED, "Buenos Aires: 15 at home is 9 abroad"},
	{"0351 15 234-5678", "AR", "+5493512345678", "", "AR", "", MOB, DIALLED, "Cordoba: three digits, then 15"},
	{"011 4123-4567", "AR", "+541141234567", "", "AR", "11", GEO, NONE, "a land line"},
	{"0 15 11 91234-5678", "BR", "+5511912345678", "", "BR", "", MOB, DIALLED, "15 chooses the carrier"},
	{"(11) 91234-5678", "BR", "+5511912345678", "", "BR", "", MOB, NONE, "Sao Paulo"},
	{"(11) 2345-6789", "BR", "+551123456789", "", "BR", "11", GEO, NONE, "a land line there"},
	/* ranges that our plan does not list */
	{"+44 21 0000 0000", NULL, "+442100000000", "", "GB", "", GEO, UNLISTED, "021 may be London's next"},
	{"+49 415 555 1234", NULL, "+494155551234", "", "DE", "4155", GEO, NONE, "listed after all"},
	{"02 123 45 67", "BE", "+3221234567", "", "BE", "", GEO, UNLISTED, "no exchange of Brussels starts with 1, yet"},
	/* North America: codes that opened lately, and what libraries make of them */
	{"+1 465 234 5678", NULL, "+14652345678", "", "US", "465", GEO, NONE, "New York, since June 2026"},
	{"(471) 234-5678", NULL, "+14712345678", "", "US", "471", GEO, NONE, "Mississippi, since January 2026"},
	{"483.234.5678", "US", "+14832345678", "", "US", "483", GEO, NONE, "Alabama, since February 2026"},
	{"1 679 234 5678", "CA", "+16792345678", "", "US", "679", GEO, NONE, "Detroit, dialled in Canada"},
	{"011 1 621 234 5678", "US", "+16212345678", "", "US", "621", GEO, DIALLED, "Houston, dialled as if abroad"},
	{"001 837 234 5678", "GB", "+18372345678", "", "US", "837", GEO, DIALLED, "California from Britain"},
	{"983-560-1234", NULL, "+19835601234", "", "US", "983", GEO, NONE, "an exchange of Colorado that libraries do not have"},
	{"538-234-5678", NULL, "+15382345678", "", "US", "538", KIND_PERSONAL, NONE, "a personal code that libraries refuse"},
	{"524-770-8412", "CA", "+15247708412", "", "CA", "524", KIND_PERSONAL, NONE, "personal: the country is the caller's"},
	{"622-234-5678", NULL, "+16222345678", "", "CA", "622", KIND_NONGEOGRAPHIC, NONE, "Canada's, for no place"},
	{"900-555-1212", NULL, "+19005551212", "", "US", "900", KIND_PREMIUM, PHONE_FLAG(DIRECTORY_ASSISTANCE), "premium directory assistance"},
	{"888-555-0123", NULL, "+18885550123", "", "US", "888", FREE, FICT, "toll-free film range"},
	{"888-555-9876", NULL, "+18885559876", "", "US", "888", FREE, NONE, "a real toll-free 555"},
	{"844-911-2345", NULL, "+18449112345", "", "US", "844", FREE, NONE, "toll-free exchanges may be N11"},
	{"212-555-9999", NULL, "+12125559999", "", "US", "212", GEO, FICT, "555 is nobody's line in New York"},
	{"646-976-1234", NULL, "+16469761234", "", "US", "646", GEO, NONE, "976 was pay-per-call, and is an exchange"},
	{"415-950-1234", NULL, "+14159501234", "", "US", "415", GEO, NONE, "950 as exchange"},
	/* islands of +1: each has its country */
	{"876-926-1234", NULL, "+18769261234", "", "JM", "876", GEO, NONE, "Jamaica, as dialled in the US"},
	{"658-234-5678", NULL, "+16582345678", "", "JM", "658", GEO, NONE, "Jamaica's overlay"},
	{"242-322-1234", NULL, "+12423221234", "", "BS", "242", GEO, NONE, "the Bahamas"},
	{"441-292-1234", NULL, "+14412921234", "", "BM", "441", GEO, NONE, "Bermuda, not Britain's 44 1"},
	{"809-221-1234", NULL, "+18092211234", "", "DO", "809", GEO, NONE, "the Dominican Republic"},
	{"829-221-1234", "DO", "+18292211234", "", "DO", "829", GEO, NONE, "dialled there"},
	{"849-221-1234", NULL, "+18492211234", "", "DO", "849", GEO, NONE, "its third code"},
	{"868-622-1234", NULL, "+18686221234", "", "TT", "868", GEO, NONE, "Trinidad and Tobago"},
	{"345-949-1234", NULL, "+13459491234", "", "KY", "345", GEO, NONE, "the Cayman Islands"},
	{"721-542-1234", NULL, "+17215421234", "", "SX", "721", GEO, NONE, "Sint Maarten, +599 until 2011"},
	{"787-234-5678", NULL, "+17872345678", "", "PR", "787", GEO, NONE, "Puerto Rico"},
	{"939-234-5678", NULL, "+19392345678", "", "PR", "939", GEO, NONE, "Puerto Rico's overlay"},
	{"340-774-1234", NULL, "+13407741234", "", "VI", "340", GEO, NONE, "the US Virgin Islands"},
	{"284-494-1234", NULL, "+12844941234", "", "VG", "284", GEO, NONE, "the British Virgin Islands"},
	{"671-472-1234", NULL, "+16714721234", "", "GU", "671", GEO, NONE, "Guam"},
	{"684-633-1234", NULL, "+16846331234", "", "AS", "684", GEO, NONE, "American Samoa"},
	{"670-234-5678", NULL, "+16702345678", "", "MP", "670", GEO, NONE, "the Northern Marianas, not East Timor"},
	{"800-234-5678", "JM", "+18002345678", "", "JM", "800", FREE, NONE, "toll-free, typed in Jamaica"},
	/* RFC 3966 and E.123 */
	{"tel:+1-201-555-0123", NULL, "+12015550123", "", "US", "201", GEO, FICT, "RFC 3966, its first example"},
	{"tel:7042;phone-context=+1201555", NULL, "+12015557042", "", "US", "201", GEO, FICT, "a local number whose context completes it"},
	{"tel:+44-20-7946-0123;ext=1234", "US", "+442079460123", "1234", "GB", "20", GEO, NONE, "an extension abroad"},
	{"tel:7946-0123;phone-context=+4420", "", "+442079460123", "", "GB", "20", GEO, NONE, "the context is London"},
	/* letters */
	{"1-800-MY-APPLE", NULL, "+18006927753", "", "US", "800", FREE, VANITY, "two words"},
	{"1 (888) GO-VEGAN", NULL, "+18884683426", "", "US", "888", FREE, VANITY, "parentheses and words"},
	{"1-866-4-USWATER", NULL, "+18664879283", "", "US", "866", FREE, VANITY | OVERDIAL, "a digit, then letters, one too many"},
	{"212-PLUMBER", NULL, "+12127586237", "", "US", "212", GEO, VANITY, "a place's code and seven letters"},
	{"415-555-HELP ext. 3", NULL, "+14155554357", "3", "US", "415", GEO, VANITY | FICT, "letters and an extension"},
	{"1-800-Flowers", "CA", "+18003569377", "", "CA", "800", FREE, VANITY, "small letters, in Canada"},
	/* extensions */
	{"212-234-5678 ext.5", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "no room after the dot"},
	{"212-234-5678 EXT5", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "no room at all"},
	{"212-234-5678 extn 5", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "the British short form"},
	{"212-234-5678 x 5", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "room around x"},
	{"212-234-5678 # 5", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "room around #"},
	{"212-234-5678,5", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "a pause, as phones store it"},
	{"212-234-5678,,,5#", NULL, "+12122345678", "5", "US", "212", GEO, NONE, "three pauses"},
	{"514-234-5678 poste 5", NULL, "+15142345678", "5", "CA", "514", GEO, NONE, "Quebec"},
	{"+44 20 7946 0123 x5", NULL, "+442079460123", "5", "GB", "20", GEO, NONE, "abroad"},
	{"212-234-5678 ext 5 or 6", NULL, "+12122345678", "5", "US", "212", GEO, TRAIL, "the first of two"},
	/* digits, dashes and marks of the world */
	{"\uFF12\uFF11\uFF12\u30FC\uFF12\uFF13\uFF14\u30FC\uFF15\uFF16\uFF17\uFF18", NULL, "+12122345678", "", "US", "212", GEO, NONE, "a Japanese keyboard, with its long-vowel dash"},
	{"\u0E52\u0E51\u0E52 \u0E52\u0E53\u0E54 \u0E55\u0E56\u0E57\u0E58", NULL, "+12122345678", "", "US", "212", GEO, NONE, "Thai digits"},
	{"\u1042\u1041\u1042-\u1042\u1043\u1044-\u1045\u1046\u1047\u1048", NULL, "+12122345678", "", "US", "212", GEO, NONE, "Burmese digits"},
	{"\u0BE8\u0BE7\u0BE8 \u0BE8\u0BE9\u0BEA \u0BEB\u0BEC\u0BED\u0BEE", NULL, "+12122345678", "", "US", "212", GEO, NONE, "Tamil digits"},
	{"\u17E2\u17E1\u17E2 234 5678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "Khmer and ASCII mixed"},
	{"\U0001E952\U0001E951\U0001E952 234 5678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "Adlam digits, outside the basic plane"},
	{"\u2066+1 212 234 5678\u2069", NULL, "+12122345678", "", "US", "212", GEO, NONE, "isolates, as new programs write them"},
	{"\u200F(212)\u200F 234-5678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "marks of a right-to-left text"},
	{"212\u00B7234\u00B75678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "middle dots"},
	{"212\u2043234\u20435678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "hyphen bullets"},
	{"\uFE62\uFF11 212 234 5678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "a small plus"},
	{"212\u3000234\u30005678", NULL, "+12122345678", "", "US", "212", GEO, NONE, "ideographic spaces"},
	{"+\u0661 \u0662\u0661\u0662 \u0662\u0663\u0664 \u0665\u0666\u0667\u0668", "", "+12122345678", "", "US", "212", GEO, NONE, "an ASCII plus before Arabic digits"},
};

static const struct refused refused[] = {
	/* a text that only contains a number */
	{"$(echo 2122345678)", NULL, "bad_chars", "a shell's substitution"},
	{"${PHONE:-2122345678}", NULL, "bad_chars", "a variable's default"},
	{"2122345678 > /etc/passwd", NULL, "bad_chars", "a redirection"},
	{"[\"2122345678\"]", NULL, "bad_chars", "a JSON list"},
	{"phone: {2122345678}", NULL, "bad_chars", "a template"},
	{"<a href=tel:2122345678>", NULL, "bad_chars", "a link's source"},
	{"=CONCAT(\"+1\";2122345678)", NULL, "bad_chars", "a spreadsheet's formula"},
	{"@2122345678", NULL, "bad_chars", "a handle"},
	{"2122345678@fax.example", NULL, "bad_chars", "an address"},
	{"sip:2122345678@example.com", NULL, "bad_chars", "another scheme"},
	{"https://example.com/2122345678", NULL, "not_a_phone_number", "a link"},
	{"./2122345678", NULL, "not_a_phone_number", "a path"},
	{"C:\\2122345678", NULL, "bad_chars", "another system's path"},
	{"order 2122345678", NULL, "not_a_phone_number", "an order's number"},
	{"ID2122345678", NULL, "not_a_phone_number", "an identity"},
	{"~2122345678", NULL, "not_a_phone_number", "about a number"},
	{"2122345678^2", NULL, "bad_chars", "arithmetic"},
	{"2.122345678e9", NULL, "not_a_phone_number", "what a spreadsheet made of it"},
	{"2,122,345,678", NULL, "bad_chars", "thousands"},
	{"please call 212-234-5678 after 5", NULL, "not_a_phone_number", "a sentence"},
	{"212-234-5678 / 212-234-5679", NULL, "multiple_numbers", "two lines of one shop"},
	{"212-234-5678 oder 0171 3920099", NULL, "multiple_numbers", "two in another language"},
	{"2122345678;2122345679", NULL, "bad_chars", "a list"},
	{"212-234-5678 fax 212-234-5679", NULL, "multiple_numbers", "a telephone and a fax"},
	{"+44 20 7946 0123, +44 20 7946 0124", NULL, "multiple_numbers", "two abroad"},
	/* bytes */
	{"212\xC3\x28 234 5678", NULL, "bad_chars", "half a character"},
	{"212\xED\xBF\xBF""2345678", NULL, "bad_chars", "a lone low surrogate"},
	{"212\xF4\x90\x80\x80""2345678", NULL, "bad_chars", "beyond Unicode"},
	{"212\xF8\x88\x80\x80\x80""2345678", NULL, "bad_chars", "five bytes, which UTF-8 had once"},
	{"212\x1B[31m2345678", NULL, "bad_chars", "a terminal's colours"},
	{"212\x08""2345678", NULL, "bad_chars", "a backspace"},
	{"212\x7F""2345678", NULL, "bad_chars", "a delete"},
	{"212\xC2\x85""2345678", NULL, "bad_chars", "a control character of Latin 1"},
	{"\u202E", NULL, "empty", "a mark alone"},
	{"\u200B\u2060\uFEFF", NULL, "empty", "nothing to be seen"},
	{"\u4E8C\u4E00\u4E8C\u4E8C\u4E09\u56DB", NULL, "no_digits", "numerals of Han are no decimal digits"},
	{"\u2461\u2460\u2461 234 5678", NULL, "not_a_phone_number", "circled digits are not either"},
	{"\u00B2\u00B9\u00B2 234 5678", NULL, "not_a_phone_number", "nor superscripts"},
	{"\u216B 234 5678", NULL, "not_a_phone_number", "nor Roman numerals"},
	/* area codes of +1 */
	{"200-234-5678", NULL, "npa_unassigned", "easily recognised, and nobody's"},
	{"300-234-5678", NULL, "npa_unassigned", "the same"},
	{"237-234-5678", NULL, "npa_reserved", "kept for Canada"},
	{"310-234", NULL, "too_short", "six digits, and grouped"},
	{"311-234-5678", NULL, "npa_n11", "city services"},
	{"511-234-5678", NULL, "npa_n11", "traffic"},
	{"611-234-5678", NULL, "npa_n11", "repairs"},
	{"711-234-5678", NULL, "npa_n11", "relay"},
	{"811-234-5678", NULL, "npa_n11", "before one digs"},
	{"391-234-5678", NULL, "npa_expansion", "39X: kept to make numbers longer"},
	{"492-234-5678", NULL, "npa_expansion", "the middle 9 again"},
	{"371-234-5678", NULL, "npa_reserved", "37X, for what comes"},
	{"+1 969 234 5678", NULL, "npa_reserved", "96X too"},
	{"555-234-5678", NULL, "npa_555", "films have it as exchange only"},
	{"+1 555 234 5678", NULL, "npa_555", "with a plus"},
	{"(011) 234-5678", NULL, "invalid_for_country", "011 calls abroad, and Nigeria has longer numbers"},
	{"(100) 234-5678", NULL, "npa_invalid", "nor with 1"},
	{"273-234-5678", "CA", "npa_not_in_service", "Quebec, from February 2027"},
	{"+1 565 234 5678", NULL, "npa_not_in_service", "Georgia, from December 2027"},
	{"(761) 234-5678", NULL, "npa_not_in_service", "Kentucky, some day"},
	{"1-822-234-5678", NULL, "npa_not_in_service", "toll-free, some day"},
	{"456-234-5678", NULL, "npa_unassigned", "closed: calls from abroad, given back"},
	{"481-234-5678", NULL, "npa_reserved", "old lists have it"},
	{"278-234-5678", NULL, "npa_reserved", "planned for Michigan, never opened"},
	{"627-234-5678", NULL, "npa_reserved", "planned for California, never opened"},
	{"880-234-5678", NULL, "npa_reserved", "paid toll-free of old lists"},
	{"889-234-5678", NULL, "npa_reserved", "a toll-free code yet to come"},
	{"212-011-2345", NULL, "nxx_invalid", "an exchange starts with 2 to 9"},
	{"212-555-123", NULL, "too_short", "nine digits"},
	{"212-611-2345", NULL, "nxx_n11", "no exchange is a service code"},
	{"876-411-1234", NULL, "nxx_n11", "on islands too"},
	{"500-911-2345", NULL, "nxx_n11", "nor of personal codes"},
	{"310-1234", "US", "no_area_code", "seven digits"},
	{"310 1234 x5", "CA", "no_area_code", "Canada's, with an extension"},
	{"234-5678", "BM", "no_area_code", "Bermuda has one code, and still"},
	{"911", "CA", "short_code", "emergency"},
	{"+1 411", NULL, "short_code", "directory"},
	{"988", NULL, "short_code", "crisis line"},
	{"65432", NULL, "short_code", "a text message's short code"},
	/* dialled before a number at home */
	{"8 8 800001", "BY", "invalid_for_country", "with its country code it would be another"},
	/* the plus and the country */
	{"+212 234 5678", NULL, "country_mismatch", "New York, not Morocco"},
	{"+2122345678", NULL, "country_mismatch", "written in one"},
	{"+305 234 5678", NULL, "country_mismatch", "Miami, not Greece"},
	{"+441 292 1234", NULL, "country_mismatch", "Bermuda, not Britain"},
	{"+817 234 5678", NULL, "country_mismatch", "Fort Worth, not Japan"},
	{"+0 20 7946 0123", NULL, "country_code_invalid", "a plus before a trunk zero"},
	{"+(0)20 7946 0123", NULL, "country_code_invalid", "the same in parentheses"},
	{"+210 123 4567 8", NULL, "country_code_invalid", "nobody has 210"},
	{"+999 12 345 678", NULL, "country_code_invalid", "kept for one country that has not come"},
	{"212-234-5678", "", "no_country", "nothing is assumed"},
	{"0044 20 7946 0123", "", "no_country", "whose 00?"},
	{"212-234-5678", "U", "country_code_invalid", "one letter"},
	{"212-234-5678", "XX", "country_code_invalid", "no country"},
	/* abroad: too short, too long, nobody's */
	{"020 7946 012", "GB", "invalid_for_country", "London, one short"},
	{"020 7946 01234", "GB", "invalid_for_country", "London, one over"},
	{"07700 90012", "GB", "invalid_for_country", "a mobile, one short"},
	{"01 99 00 12 3", "FR", "invalid_for_country", "France has nine digits"},
	{"01 99 00 12 34 5", "FR", "invalid_for_country", "and no more"},
	{"8 800 123 45 6", "RU", "invalid_for_country", "Russia has ten"},
	{"02 5550 123", "AU", "invalid_for_country", "Sydney, one short"},
	{"91 123 45 6", "ES", "invalid_for_country", "Madrid, one short"},
	{"22 41 00 0", "NO", "invalid_for_country", "Oslo, one short"},
	{"0123 4567", "SG", "invalid_for_country", "no number there starts with 0"},
	{"000 0000 0000", "JP", "invalid_for_country", "zeros"},
	{"00 0 20 7946 0123", "GB", "invalid_for_country", "zeros before a number"},
	{"+39 6 698", NULL, "too_short", "six digits in all"},
	{"+65 612", NULL, "short_code", "a service number"},
	{"999", "GB", "short_code", "emergency"},
	{"+4930231251234567890", NULL, "too_long", "sixteen digits and more"},
	{"(0607) 123 4567", "US", "npa_invalid", "Sweden's, without saying so"},
	{"+52 1 55 1234 567", NULL, "invalid_for_country", "Mexico's old 1, one short"},
	{"011 15 2345-678", "AR", "invalid_for_country", "Argentina's 15, one short"},
	/* letters */
	{"1-800-FLOWER", NULL, "not_a_phone_number", "one letter short"},
	{"CALL-NOW-212", NULL, "not_a_phone_number", "letters first"},
	{"0800 REVERSE", "GB", "not_a_phone_number", "Britain does dial it, but letters are North America's"},
	{"212 Broadway 12", NULL, "not_a_phone_number", "an address"},
	{"+44 FLOWERS", NULL, "not_a_phone_number", "letters abroad"},
	{"1-800-\u0391\u0392\u0393\u0394\u0395\u0396\u0397", NULL, "not_a_phone_number", "Greek capitals look like letters of a keypad"},
	/* extensions */
	{"212-234-5678 x12345678", NULL, "too_long", "eight digits"},
	{"212-234-5678 x2122345679", NULL, "multiple_numbers", "a whole number"},
	{"x12", NULL, "not_a_phone_number", "an extension alone"},
	{"ext 12", NULL, "not_a_phone_number", "the same in letters"},
	{"tel:;ext=12", NULL, "not_a_phone_number", "a link without a number"},
	{"tel:", NULL, "no_digits", "a link to nothing"},
	{"tel:911", NULL, "short_code", "emergency"},
	{"tel:7042;phone-context=example.com", NULL, "too_short", "a context that is a name says no country"},
};
/* clang-format on */

static bool is_as_meant(const struct accepted *a, const struct phone *p)
{
	bool is_nanp = text_starts(a->e164, "+1");
	return text_is(p->e164, a->e164) && text_is(p->extension, a->extension) &&
	       text_is(p->country, a->iso) && p->kind == a->kind && p->flags == a->flags &&
	       text_is(is_nanp ? p->area_code : p->ndc, a->code) &&
	       text_is(is_nanp ? p->ndc : p->area_code, "");
}

static void each_hard_case_is_read_as_meant(void **state)
{
	(void)state;
	size_t wrong = 0;
	for (size_t i = 0; i < COUNT_OF(accepted); i++) {
		const struct accepted *a = &accepted[i];
		struct phone p = {.place = ""};
		struct phone_refusal r = {.code = PHONE_OK};
		if (phone_parse(a->typed, strlen(a->typed), a->country, &p, &r) &&
			is_as_meant(a, &p))
			continue;
		wrong++;
		print_error("\"%s\" (%s): got %s x%s %s %s%s %s flags %x, %s %s\n", a->typed,
			a->why, p.e164, p.extension, p.country, p.area_code, p.ndc,
			kind_wire(p.kind), p.flags, phone_reject_wire(r.code),
			r.code != PHONE_OK ? r.message : "");
	}
	assert_int_equal(wrong, 0);
}

static void each_hard_case_is_refused_with_its_code_and_a_sentence(void **state)
{
	(void)state;
	size_t wrong = 0;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		const struct refused *a = &refused[i];
		struct phone p;
		struct phone_refusal r = {.code = PHONE_OK};
		bool is_accepted = phone_parse(a->typed, strlen(a->typed), a->country, &p, &r);
		if (!is_accepted && text_is(phone_reject_wire(r.code), a->reject)) {
			size_t n = strlen(r.message);
			assert_true(n > 10 && n < sizeof(r.message) - 1);
			assert_int_equal(r.message[n - 1], '.');
			assert_true(r.hint[0] != '\0');
			continue;
		}
		wrong++;
		print_error("\"%s\" (%s): %s instead of %s\n", a->typed, a->why,
			is_accepted ? p.e164 : phone_reject_wire(r.code), a->reject);
	}
	assert_int_equal(wrong, 0);
}

static void no_case_is_there_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(accepted); i++)
		for (size_t k = 0; k < i; k++)
			if (text_is(accepted[i].typed, accepted[k].typed) &&
				accepted[i].country == accepted[k].country)
				fail_msg("%s", accepted[i].typed);
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		for (size_t k = 0; k < i; k++)
			if (text_is(refused[i].typed, refused[k].typed) &&
				refused[i].country == refused[k].country)
				fail_msg("%s", refused[i].typed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(each_hard_case_is_read_as_meant),
		CHECK(each_hard_case_is_refused_with_its_code_and_a_sentence),
		CHECK(no_case_is_there_twice),
	};
	return CHECK_MAIN(tests);
}
