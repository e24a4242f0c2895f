#!/usr/bin/env node
// tools/countries.mjs - countries_data.c, from countries.csv and plans.json.
//
//   tools/countries.mjs DATA TABLE    write the table (tools/area-codes does so)
//   tools/countries.mjs --from FILE   make data/plans.json anew from libphonenumber-js's
//                                 metadata.max.json (see data/README.md)
//
// Each plan is a set of patterns, one a kind of number.  They are compiled to one machine that
// reads a digit at a time and says at the end of a number what it is and how long its area code
// is.  Equal states of all countries are one state, so that the whole world takes some 75 KB.
import { readFileSync, writeFileSync } from "node:fs";

const root = new URL("..", import.meta.url).pathname;
const [option, file] = process.argv.slice(2);
const folder = option === "--from" ? root + "data" : option;
const data = (name) => folder + "/" + name;

// Where the patterns stand in the metadata, and our name for each.
const KINDS = ["geographic", "mobile", "tollfree", "premium", "personal", "voicemail", "uan",
	"pager", "voip", "sharedcost"];
// libphonenumber's order of asking: what is none of these is geographic or mobile.
const PRECEDENCE = ["premium", "tollfree", "sharedcost", "voip", "personal", "pager", "uan",
	"voicemail", "geographic", "mobile"];
const C_NAMES = { voicemail: "nongeographic", pager: "nongeographic" };

// Countries without a trunk prefix write no area code apart, but these have area codes all the
// same; the lengths are those of libphonenumber's geocoding prefixes.
const AREA_CODES_WITHOUT_TRUNK = {
	CZ: [["2"], ["[345]\\d"]],
	ES: [["9[13]"], ["9\\d\\d"]],
	PL: [["\\d\\d"]],
	PT: [["2[12]"], ["2\\d\\d"]],
};

function fail(text) {
	console.error("countries: " + text);
	process.exit(1);
}

// ---- patterns: digits, classes, groups, alternatives, ? and {n,m} - no more is ever used

function parsePattern(source) {
	let at = 0;
	function alternatives() {
		const all = [sequence()];
		while (source[at] === "|") {
			at++;
			all.push(sequence());
		}
		return { any: all };
	}
	function sequence() {
		const all = [];
		while (at < source.length && source[at] !== "|" && source[at] !== ")")
			all.push(repeated(atom()));
		return { all };
	}
	function repeated(what) {
		if (source[at] === "?") {
			at++;
			return { what, least: 0, most: 1 };
		}
		const found = /^\{(\d+)(?:,(\d+))?\}/.exec(source.slice(at));
		if (found === null) return what;
		at += found[0].length;
		return { what, least: +found[1], most: +(found[2] ?? found[1]) };
	}
	function atom() {
		const rest = source.slice(at);
		if (rest[0] === "(") {
			at += rest.startsWith("(?:") ? 3 : 1;
			const inside = alternatives();
			if (source[at++] !== ")") fail("unclosed group in " + source);
			return inside;
		}
		const found = /^(?:\\d|\[([\d-]+)\]|\d)/.exec(rest);
		if (found === null) fail("cannot read " + rest + " in " + source);
		at += found[0].length;
		if (found[0] === "\\d") return { digits: 0x3ff };
		let digits = 0;
		for (const [, from, to] of (found[1] ?? found[0]).matchAll(/(\d)(?:-(\d))?/g))
			for (let d = +from; d <= +(to ?? from); d++) digits |= 1 << d;
		return { digits };
	}
	const whole = alternatives();
	if (at !== source.length) fail("cannot read the end of " + source);
	return whole;
}

// A machine of many patterns at once; each place where one ends bears that pattern's mark.
class Patterns {
	free = []; // places reached without a digit
	moves = []; // [digits, place]
	marks = [];
	start = this.place();

	place() {
		this.free.push([]);
		this.moves.push([]);
		this.marks.push([]);
		return this.free.length - 1;
	}
	lay(from, node) {
		if (node.digits !== undefined) {
			const to = this.place();
			this.moves[from].push([node.digits, to]);
			return to;
		}
		if (node.all) return node.all.reduce((at, part) => this.lay(at, part), from);
		const end = this.place();
		if (node.any) {
			for (const part of node.any) this.free[this.lay(from, part)].push(end);
			return end;
		}
		if (node.least === 0) this.free[from].push(end);
		for (let i = 1, at = from; i <= node.most; i++) {
			at = this.lay(at, node.what);
			if (i >= node.least) this.free[at].push(end);
		}
		return end;
	}
	add(pattern, mark, isPrefix) {
		const from = this.place();
		this.free[this.start].push(from);
		const end = this.lay(from, parsePattern(pattern));
		this.marks[end].push(mark);
		if (isPrefix) this.moves[end].push([0x3ff, end]);
	}
	closure(places) {
		const seen = new Set(places), open = [...places];
		while (open.length > 0)
			for (const next of this.free[open.pop()])
				if (!seen.has(next)) {
					seen.add(next);
					open.push(next);
				}
		return [...seen].sort((a, b) => a - b);
	}
	after(places, digit) {
		const next = new Set();
		for (const place of places)
			for (const [digits, to] of this.moves[place]) if ((digits >> digit) & 1) next.add(to);
		return next.size === 0 ? null : this.closure(next);
	}
}

// ---- the states of all countries, equal ones once

const words = [];
const offsets = new Map();
const NONE = 0; // no state stands at offset 0
words.push(0);

// A state in words: how many more digits may end a number (a bit each); what a number that ends
// here is, and how many moves follow; for each move the digits (a bit each) and the state.
function keep(is, moves, lengths) {
	const key = [is, lengths, ...moves].join("|"); // the lengths tell where a number may end
	if (!offsets.has(key)) {
		offsets.set(key, words.length);
		words.push(lengths, is | (moves.length << 8));
		for (const [digits, to] of moves) words.push(digits, to);
	}
	return offsets.get(key);
}

function firstGroupDigits(format) {
	const group = /^\(((?:\\d|\[[\d-]+\]|\d)+)(?:\{(\d+)\})?\)/.exec(format);
	if (group === null) fail("no first group of one length in " + format);
	return group[1].match(/\\d|\[[\d-]+\]|\d/g).length - 1 + +(group[2] ?? 1);
}

function compile(plan, kinds) {
	const p = new Patterns(), known = new Map();
	p.add(plan.digits, "whole");
	for (const [kind, [pattern]] of Object.entries(plan.kinds)) p.add(pattern, kind);
	plan.area_codes.forEach(([format, leading], i) => {
		p.add(format, "format" + i);
		p.add(leading, "leading" + i, true);
	});
	function areaCodeDigits(marks) {
		const i = plan.area_codes.findIndex(
			(_, i) => marks.has("format" + i) && marks.has("leading" + i));
		return i < 0 ? 0 : firstGroupDigits(plan.area_codes[i][0]);
	}
	// -1 if no number ends here.
	function meaning(places, length) {
		const marks = new Set(places.flatMap((place) => p.marks[place]));
		const kind = PRECEDENCE.find((k) => marks.has(k) &&
			(plan.kinds[k][1] ?? plan.lengths).includes(length));
		if (!marks.has("whole") || kind === undefined) return -1;
		const digits = kind === "geographic" ? areaCodeDigits(marks) : 0;
		return kinds.indexOf(C_NAMES[kind] ?? kind) | (digits << 4);
	}
	function visit(places, length) {
		const key = length + ":" + places;
		if (known.has(key)) return known.get(key);
		const is = meaning(places, length), moves = new Map();
		let lengths = is >= 0 ? 1 : 0;
		for (let d = 0; d <= 9 && length + plan.code.length < 15; d++) {
			const next = p.after(places, d), to = next === null ? NONE : visit(next, length + 1);
			if (to === NONE) continue;
			lengths |= words[to] << 1;
			moves.set(to, (moves.get(to) ?? 0) | (1 << d));
		}
		const state = lengths === 0 ? NONE
			: keep(Math.max(is, 0), [...moves].map(([to, digits]) => [digits, to]), lengths);
		known.set(key, state);
		return state;
	}
	return visit(p.closure([p.start]), 0);
}

// ---- data/plans.json from libphonenumber-js's metadata

function extractPlan(code, country, row, mainRow) {
	const kinds = {};
	KINDS.forEach((kind, i) => {
		const [pattern, lengths] = (row[11] || [])[i] || [];
		if (pattern) kinds[kind] = lengths ? [pattern, lengths] : [pattern];
	});
	const own = AREA_CODES_WITHOUT_TRUNK[country];
	// Italy's zero and Mexico's codes are area codes without any trunk prefix.
	const hasAreaCodes = row[5] || ["IT", "VA", "MX"].includes(country);
	let formats = [];
	if (own) formats = own.map(([code]) => ["(" + code + ")\\d{5,11}", "\\d"]);
	else if (hasAreaCodes && country !== "")
		formats = (row[4] || mainRow[4] || []).map((f) => [f[0], (f[2] || []).at(-1) ?? "\\d"]);
	return { code, country, digits: row[2], lengths: row[3], kinds, area_codes: formats };
}

function extract(file) {
	const all = JSON.parse(readFileSync(file, "utf8")), plans = [];
	for (const [code, countries] of Object.entries(all.country_calling_codes))
		for (const country of code === "1" ? [] : countries)
			if (all.countries[country])
				plans.push(extractPlan(code, country, all.countries[country],
					all.countries[countries[0]]));
	for (const [code, row] of Object.entries(all.nonGeographic))
		plans.push(extractPlan(code, "", row, row));
	plans.sort((a, b) => a.code - b.code);
	writeFileSync(data("plans.json"), "[\n" + plans.map((p) => JSON.stringify(p)).join(",\n") + "\n]\n");
	console.log("wrote data/plans.json: " + plans.length + " plans");
}

// ---- the table

function readCountries(plans) {
	const names = new Map();
	for (const [i, line] of readFileSync(data("countries.csv"), "utf8").trim().split("\n").entries()) {
		if (i === 0) continue;
		const fields = line.split(",");
		if (fields.length !== 5 || /["\\]/.test(line)) fail("countries.csv: line " + (i + 1));
		if (!/^[2-9]\d{0,2}$/.test(fields[0]) || !/^([A-Z][A-Z])?$/.test(fields[1]))
			fail("countries.csv: line " + (i + 1) + ": no calling code, or no country");
		const key = fields[0] + fields[1];
		if (names.has(key)) fail("countries.csv: " + key + " is there twice");
		names.set(key, fields);
	}
	for (const plan of plans)
		if (!names.has(plan.code + plan.country))
			fail("countries.csv has no row for " + plan.code + " " + plan.country);
	if (names.size !== plans.length) fail("countries.csv has countries without a plan");
	return names;
}

function write() {
	const plans = JSON.parse(readFileSync(data("plans.json"), "utf8"));
	const header = readFileSync(root + "src/numbering/kind.h", "utf8");
	const kinds = [...header.matchAll(/X\([A-Z]+, +"([a-z]+)"\)/g)].map((found) => found[1]);
	const names = readCountries(plans);
	let rows = "";
	for (const plan of plans) {
		const [code, country, name, international, trunk] = names.get(plan.code + plan.country);
		const start = compile(plan, kinds);
		if (start === NONE) fail("no number is possible in " + code + " " + country);
		rows += `{"${code}","${country}","${name}","${international}","${trunk}",${start}},\n`;
	}
	if (words.length > 0xffff) fail("the states no longer fit 16 bits");
	let states = "";
	for (let i = 0; i < words.length; i += 24) states += words.slice(i, i + 24).join(",") + ",\n";
	return `/* Made from data/ by tools/countries.mjs; do not edit. */
#include "numbering/countries.h"

/* clang-format off */
const struct country_plan countries_rows[] = {
${rows}};

const size_t countries_count = ${plans.length};

const uint16_t countries_states[] = {
${states}};
`;
}

if (option === "--from") extract(file);
else writeFileSync(file, write());
