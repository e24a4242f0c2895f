#include "tests/lives/faults.h"

#include "base/must.h"

static const char *const wires[FAULT_COUNT] = {
#define X(name, wire) [FAULT_##name] = wire,
	FAULTS(X)
#undef X
};

const char *fault_wire(enum fault_kind kind)
{
	must((unsigned)kind < FAULT_COUNT);
	return wires[kind];
}

uint64_t fault_stir(uint64_t x) /* splitmix64 */
{
	x += 0x9E3779B97F4A7C15ULL;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
	x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
	return x ^ x >> 31;
}

/* Where nothing can be reserved and lists are old, one kind alone, often: the
 * few wrong rules that need just that show themselves nowhere else. */
static void make_narrow(struct dice *d, uint64_t draw, uint64_t forbidden)
{
	int kinds[] = {FAULT_LAG, FAULT_UNRESERVABLE,
		(int)(draw / 16 % (FAULT_RACE - FAULT_LOST_BEFORE)) + FAULT_LOST_BEFORE};
	if (draw % 4 == 0)
		kinds[2] = draw / 4 % 2 ? FAULT_REPEAT : FAULT_UNFILTERED;
	if (kinds[2] == FAULT_REPEAT)
		kinds[1] = FAULT_REPEAT; /* it strikes only where all can be reserved */
	d->is_narrow = true;
	for (int i = 0; i < FAULT_COUNT; i++)
		d->chance[i] = 0;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if ((forbidden >> kinds[i] & 1) == 0)
			d->chance[kinds[i]] = UINT32_MAX / 2;
	/* And once more for numbers that were held before the sign-up. */
	if (kinds[2] == FAULT_REPEAT && draw / 8 % 2 && (forbidden >> FAULT_CHOOSES & 1) == 0)
		d->chance[FAULT_CHOOSES] = UINT32_MAX / 2;
}

/* One life in eight is calm, one in sixteen narrow; in the others each kind is there with 3 in 8,
 * and strikes once in 2 to 64 chances. */
void dice_init(struct dice *d, uint64_t seed, uint64_t forbidden)
{
	*d = (struct dice){.seed = fault_stir(seed), .is_on = true};
	uint64_t draw = fault_stir(d->seed + 77);
	bool is_calm = draw % 8 == 0;
	for (int i = 0; i < FAULT_COUNT; i++) {
		draw = fault_stir(draw + (uint64_t)i);
		bool is_there = !is_calm && draw % 8 < 3 && (forbidden >> i & 1) == 0;
		d->chance[i] = is_there ? UINT32_MAX >> (1 + (draw >> 8) % 6) : 0;
	}
	if (fault_stir(d->seed + 78) % 16 == 0)
		make_narrow(d, fault_stir(d->seed + 79), forbidden);
}

uint64_t dice_roll(struct dice *d, enum fault_kind stream)
{
	uint64_t n = d->rolled[stream]++;
	return fault_stir(d->seed ^ fault_stir((uint64_t)stream << 32 | n));
}

bool dice_strikes(struct dice *d, enum fault_kind kind)
{
	if (!d->is_on || d->chance[kind] == 0 || (uint32_t)dice_roll(d, kind) >= d->chance[kind])
		return false;
	d->struck[kind]++;
	return true;
}

int64_t dice_between(struct dice *d, enum fault_kind stream, int64_t least, int64_t most)
{
	must(least <= most);
	return least + (int64_t)(dice_roll(d, stream) % (uint64_t)(most - least + 1));
}

int64_t dice_scale(struct dice *d, enum fault_kind stream, int64_t least, int64_t most)
{
	int64_t top = least > 0 ? least : 1;
	int steps = 0;
	while (top < most) {
		top *= 2;
		steps++;
	}
	int64_t cap = (least > 0 ? least : 1) << dice_between(d, stream, 0, steps);
	return dice_between(d, stream, least, cap < most ? cap : most);
}
