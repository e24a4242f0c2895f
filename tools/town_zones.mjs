#!/usr/bin/env node
// tools/town_zones.mjs - data/town_zones.csv anew: towns that keep another time than their area code.
//
//   tools/town_zones.mjs --from FOLDER   FOLDER: the npm package geo-tz with what it needs
//
// An area code counts by the zone that most of it keeps: 850 is Pensacola's Central
// time, and Tallahassee in it keeps Eastern.  Such a town gets a row of its own, and so
// does one whose area codes do not agree.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { data, rowsOf, towns } from "./towns.mjs";

const [option, folder] = process.argv.slice(2);
if (option !== "--from" || !folder) {
	console.error("usage: tools/town_zones.mjs --from FOLDER");
	process.exit(2);
}
const { find } = createRequire(import.meta.url)(folder.replace(/^(?!\/)/, process.cwd() + "/"));

const clocks = new Map(rowsOf("zones.csv").map(([zone, january, july]) => [zone, january + july]));
const zonesOf = new Map(rowsOf("npa.csv").map(([code, , , , , zones]) => [code, zones.split(";")]));

const rows = [];
for (const { name, region, lat, lon, codes } of towns) {
	const zones = codes.map(({ code }) => zonesOf.get(code));
	const shown = new Set(zones.map(([main]) => clocks.get(main)));
	// On a border a point may lie across it: only what one of the area codes knows counts.
	const zone = find(lat, lon).find((found) => zones.flat().includes(found));
	if (zone !== undefined && (shown.size > 1 || !shown.has(clocks.get(zone))))
		rows.push(`${name},${region},${zone}\n`);
}
writeFileSync(data + "town_zones.csv", "town,region,zone\n" + rows.join(""));
console.log(`${rows.length} towns keep another time than their area code`);
