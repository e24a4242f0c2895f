#!/usr/bin/env node
// tools/near.mjs - data/npa_near.csv anew where towns have moved, come or gone.
//
// km_served from A to B is the mean, over the towns of A weighted by their
// exchanges, of the way to where B begins: as far as its nearest exchanges are,
// two of them and one in a hundred.  A row whose distance is right to 100 m is
// kept as it is; a code has the rows of all its overlays, and of what is near.
import { writeFileSync } from "node:fs";
import { data, km, rowsOf, towns } from "./towns.mjs";

const NEAR_KM = 160; // LADDER_NEARBY_KM
const OTHER_STATE_KM = 25;
const RIGHT_KM = 0.1;
const KM_PER_DEGREE = 111;

const townsOf = new Map(); // by code: [{lat, lon, exchanges}]
for (const { lat, lon, codes } of towns)
	for (const { code, exchanges } of codes)
		townsOf.set(code, [...(townsOf.get(code) ?? []), { lat, lon, exchanges }]);
const all = (list) => list.reduce((sum, { exchanges }) => sum + exchanges, 0);

function wayTo(from, list, enough) {
	const ways = list.map((town) => ({ way: km(from, town), exchanges: town.exchanges }))
		.sort((a, b) => a.way - b.way);
	let some = 0;
	for (const { way, exchanges } of ways)
		if ((some += exchanges) >= enough)
			return way;
	return ways.at(-1).way;
}

function served(a, b) {
	const enough = Math.max(2, all(b) / 100);
	return a.reduce((sum, town) => sum + town.exchanges * wayTo(town, b, enough), 0) / all(a);
}

const texts = new Map(); // so that equal lists are told quickly
function textOf(list) {
	if (!texts.has(list))
		texts.set(list, JSON.stringify(list));
	return texts.get(list);
}

// No town of the one is within NEAR_KM of one of the other.
const gap = (a, b) => Math.max(Math.min(...a) - Math.max(...b), Math.min(...b) - Math.max(...a));
const areFar = (a, b) => gap(a.map(({ lat }) => lat), b.map(({ lat }) => lat)) * KM_PER_DEGREE > NEAR_KM;

const npa = rowsOf("npa.csv").filter(([, , , kind]) => kind === "geographic");
const sinceOf = new Map(npa.map((row) => [row[0], row[9]]));
const atOf = new Map(rowsOf("npa_near.csv").map(([a, b], at) => [a + "," + b, at]));
const kept = new Map(rowsOf("npa_near.csv").map((row) => [row[0] + "," + row[1], row]));
const measured = new Map(); // codes of one complex have the same towns
const rows = [];
let changed = 0;
for (const [a, country, regions, , groups] of npa) {
	const mine = [];
	for (const [b, itsCountry, itsRegions, , , , , , , since] of npa) {
		if (a === b || country !== itsCountry || since.startsWith("pending"))
			continue;
		const old = kept.get(a + "," + b);
		const overlay = +groups.split(";").some((group) => group.split("/").includes(b));
		const [here, there] = [townsOf.get(a), townsOf.get(b)];
		if (!old && !overlay && areFar(here, there))
			continue;
		const key = textOf(here) + "," + textOf(there);
		if (!measured.has(key))
			measured.set(key, served(here, there));
		const way = measured.get(key);
		const isOtherState = !regions.split(";").some((region) => itsRegions.split(";").includes(region));
		const rank = overlay ? 0 : way + (isOtherState ? OTHER_STATE_KM : 0);
		if (old && Math.abs(way - old[3]) <= RIGHT_KM && +old[4] === overlay) {
			mine.push(old);
		} else if (old || overlay || way <= NEAR_KM) {
			mine.push([a, b, rank.toFixed(1), way.toFixed(1), overlay]);
			changed++;
		}
	}
	// Of equals those that were there keep their order: who shares most ground first.
	const at = (row) => atOf.get(row[0] + "," + row[1]) ?? Infinity;
	rows.push(...mine.sort((x, y) => x[2] - y[2] || (at(x) === at(y) ? 0 : at(x) - at(y)) || x[3] - y[3] ||
		sinceOf.get(x[1]).localeCompare(sinceOf.get(y[1]))));
}
writeFileSync(data + "npa_near.csv", "npa,near_npa,km_rank,km_served,overlay\n" +
	rows.map((row) => row.join(",") + "\n").join(""));
console.log(`${rows.length} neighbours, ${changed} of them new or changed`);
