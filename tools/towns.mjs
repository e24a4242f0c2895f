// tools/towns.mjs - data/places.csv, for the tools that find the town of a place.
import { readFileSync } from "node:fs";

export const data = new URL("../data/", import.meta.url).pathname;

const SPELLED = { st: "saint", ste: "sainte", ft: "fort", mt: "mount", n: "north", s: "south",
	e: "east", w: "west" };

// As in tools/area-codes and src/numbering/places_key.c.
export const keyOf = (name) => name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
	.replace(/ *\([^)]*\)$/, "").replace(/['\u2019`]/g, "").split(/[^a-z0-9]+/)
	.map((word) => SPELLED[word] ?? word).join("");

export const rowsOf = (file) => readFileSync(data + file, "utf8").trim().split("\n").slice(1)
	.map((line) => line.split(","));

export function km(a, b) {
	const rad = Math.PI / 180;
	const h = Math.sin((b.lat - a.lat) * rad / 2) ** 2 + Math.cos(a.lat * rad) *
		Math.cos(b.lat * rad) * Math.sin((b.lon - a.lon) * rad / 2) ** 2;
	return 12742 * Math.asin(Math.sqrt(h));
}

export const towns = rowsOf("places.csv").map(([name, region, lat, lon, , codes]) => ({
	name, region, lat: +lat, lon: +lon, key: keyOf(name),
	groups: codes.split(" ").map((part) => ({ group: part.split(":")[0], exchanges: +part.split(":")[1] })),
	codes: codes.split(" ").flatMap((part) => {
		const [group, exchanges] = part.split(":");
		return group.split("/").map((code) => ({ code, exchanges: +exchanges }));
	}),
}));
