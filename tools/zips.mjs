#!/usr/bin/env node
// tools/zips.mjs - data/zips.csv anew: the town whose area codes a ZIP code has.
//
//   tools/zips.mjs --from FOLDER   FOLDER: the npm package zipcodes
//
// The first three digits of a ZIP code are a sorting center, whose area holds
// several area codes as often as not: 441 is Cleveland (216) and its ring (440).
// So each ZIP code gets a town that is served as it is: the one of its name, or
// the nearest of those that outvote the others around.  In the order of the codes
// a new row begins where that town has other codes than the row before, or lies
// far from it; so a row's town stands for all up to the next row.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { data, keyOf, km, rowsOf, towns } from "./towns.mjs";

const NAMED_KM = 40; // a town of that name further away is another one
const NEAR_KM = 10; // and so near it is not asked which other may be meant
const AROUND_KM = 40;
const TOGETHER_KM = 70; // from a row's town to each of its ZIP codes

const [option, folder] = process.argv.slice(2);
if (option !== "--from" || !folder) {
	console.error("usage: tools/zips.mjs --from FOLDER");
	process.exit(2);
}

// Codes of two areas count the exchanges of both: they come last, as place_codes() has them.
const DOUBLE = /\b(917|564|872|878|470|678|943|236|257|672|778|368|587|825)\b/;
const isDouble = ({ group }) => group.split("/").every((code) => DOUBLE.test(code));
for (const town of towns) {
	const [best] = [...town.groups].sort((a, b) =>
		isDouble(a) - isDouble(b) || b.exchanges - a.exchanges);
	town.best = best.group;
	town.size = Math.max(...town.groups.map(({ exchanges }) => exchanges));
}
const byRegion = new Map();
for (const town of towns)
	byRegion.set(town.region, [...(byRegion.get(town.region) ?? []), town]);
const aliases = new Map(rowsOf("aliases.csv").map(([name, region, town]) => [keyOf(name) + "|" + region, keyOf(town)]));

function nearest(zip, list) {
	let best = null;
	for (const town of list) {
		const way = km(zip, town);
		if (best === null || way < best.way)
			best = { town, way };
	}
	return best;
}

// A town votes with the root of its exchanges over the square of the way.
function outvoting(zip, list) {
	const votes = new Map();
	const around = list.map((town) => ({ town, way: km(zip, town) })).filter(({ way }) => way <= AROUND_KM);
	for (const { town, way } of around)
		votes.set(town.best, (votes.get(town.best) ?? 0) + Math.sqrt(town.size) / (way + 1) ** 2);
	if (around.length === 0)
		return nearest(zip, list);
	const [best] = [...votes].sort((a, b) => b[1] - a[1])[0];
	return nearest(zip, around.map(({ town }) => town).filter((town) => town.best === best));
}

function townOf(zip, list) {
	const key = keyOf(zip.city);
	const served = aliases.get(key + "|" + zip.region);
	const named = nearest(zip, list.filter((town) => town.key === key || town.key === served));
	if (named !== null && named.way <= NEAR_KM)
		return named.town;
	const other = outvoting(zip, list);
	// Los Angeles is large, and Santa Monica is nearer to its west.
	return named !== null && named.way <= NAMED_KM && other.way > named.way / 3 ? named.town : other.town;
}

const prefixes = new Map(rowsOf("zip3.csv").map(([prefix, , region]) => [prefix, region]));
const { codes } = createRequire(import.meta.url)(folder.replace(/^(?!\/)/, process.cwd() + "/") + "/lib/codes.js");
const zips = Object.values(codes).filter(({ zip, country }) => country === "US" && prefixes.has(zip.slice(0, 3)))
	.map(({ zip, city, state, latitude, longitude }) => ({
		zip, city, lat: latitude, lon: longitude, region: state === "PR" || state === "VI" ? state : "US-" + state }))
	.filter(({ region, lat, lon }) => byRegion.has(region) && lat !== 0 && lon !== 0)
	.sort((a, b) => (a.zip < b.zip ? -1 : 1));

const rows = [];
let row = null;
for (const zip of zips) {
	const town = townOf(zip, byRegion.get(zip.region));
	const fits = row !== null && row.zips[0].zip.slice(0, 3) === zip.zip.slice(0, 3) &&
		row.towns[0].best === town.best && row.towns[0].region === town.region &&
		km(row.zips[0], zip) <= TOGETHER_KM;
	if (!fits)
		rows.push(row = { zips: [], towns: [] });
	row.zips.push(zip);
	row.towns.push(town);
}
// The middle one of its towns.
for (const one of rows)
	one.town = one.towns.map((town) => ({ town, way: one.zips.reduce((sum, zip) => sum + km(zip, town), 0) }))
		.sort((a, b) => a.way - b.way)[0].town;
let far = 0;
for (const one of rows)
	for (const zip of one.zips)
		far += km(zip, one.town);
writeFileSync(data + "zips.csv", "first,town,region\n" +
	rows.map(({ zips: [{ zip }], town }) => [zip, town.name, town.region].join(",")).join("\n") + "\n");
console.log(`${rows.length} rows for ${zips.length} ZIP codes, ${(far / zips.length).toFixed(1)} km from their towns`);
