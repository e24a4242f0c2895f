// access.mjs - what can be measured of a page's accessibility.

import assert from 'node:assert/strict';

// Runs in the page; returns what is wrong.
function measure() {
  const wrong = [];
  const isShown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
    e.getBoundingClientRect().width > 1;
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ''}${e.className ? `.${e.className}` : ''}`;

  // Labels, ids, headings, landmarks, language, title.
  for (const input of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (input.labels.length === 0) wrong.push(`${name(input)} has no label`);
  for (const e of document.querySelectorAll('[aria-describedby]'))
    for (const id of e.getAttribute('aria-describedby').split(' '))
      if (!document.getElementById(id)) wrong.push(`${name(e)} is described by ${id}, which is not there`);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  if (new Set(ids).size !== ids.length) wrong.push(`an id stands twice in ${ids}`);
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]));
  if (levels.filter((l) => l === 1).length !== 1) wrong.push(`${levels.filter((l) => l === 1).length} h1`);
  let before = 0; // the summary of errors may stand before nothing else, but no level is skipped
  for (const level of levels) {
    if (level > before + 1) wrong.push(`heading ${level} after ${before}`);
    before = level;
  }
  for (const landmark of ['header', 'main', 'footer'])
    if (document.querySelectorAll(landmark).length !== 1) wrong.push(`not one ${landmark}`);
  if (document.documentElement.lang !== 'en') wrong.push('no language');
  if (document.title.trim() === '') wrong.push('no title');
  for (const e of document.querySelectorAll('a, button'))
    if (isShown(e) && e.textContent.trim() === '') wrong.push(`${name(e)} has no name`);
  for (const image of document.images)
    if (image.getAttribute('alt') === null) wrong.push(`${name(image)} has no alt`);

  // Colours: the text against what is really behind it.
  const channel = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const colour = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
  };
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = colour(getComputedStyle(at).backgroundColor);
      if (c.alpha === 1) return c.rgb;
    }
    return [255, 255, 255];
  };
  for (const e of document.querySelectorAll('body *')) {
    const hasText = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== '');
    if (!hasText || !isShown(e) || e.closest('.unseen, .skip, noscript, [aria-hidden=true]')) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(colour(style.color).rgb, behind(e));
    if (found < (isLarge ? 3 : 4.5)) wrong.push(`${name(e)} "${e.textContent.trim().slice(0, 30)}" has contrast ${found.toFixed(2)}`);
    if (size < 13) wrong.push(`${name(e)} is ${size} px small`);
  }
  for (const input of document.querySelectorAll('input[type=text], input[type=email], input[type=tel], input[type=search]')) {
    if (!isShown(input)) continue;
    const style = getComputedStyle(input);
    const edge = ratio(colour(style.borderTopColor).rgb, behind(input.parentElement));
    if (edge < 3) wrong.push(`${name(input)} has an edge of contrast ${edge.toFixed(2)}`);
    if (parseFloat(style.fontSize) < 16) wrong.push(`${name(input)} makes phones zoom in`);
  }

  // Room: nothing wider than the window, targets big enough for a thumb.
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
    wrong.push(`${document.documentElement.scrollWidth} px wide`);
  for (const e of document.querySelectorAll('button, .button, input[type=text], input[type=email], input[type=tel]'))
    if (isShown(e) && e.getBoundingClientRect().height < 44) wrong.push(`${name(e)} is only ${e.getBoundingClientRect().height} px high`);
  for (const label of document.querySelectorAll('.check > label, .one'))
    if (isShown(label) && label.getBoundingClientRect().height < 43.9) wrong.push(`${name(label)} is hard to hit`);
  return wrong;
}

export async function checkPage(page, what) {
  assert.deepEqual(await page.evaluate(measure), [], what);
}
