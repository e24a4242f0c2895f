/* numberd: what the pages do better with JavaScript; without it they do the same, slower. */
(() => {
	"use strict";
	const one = (selector, from) => (from || document).querySelector(selector);
	const digitsOf = text => text.replace(/\D/g, "");

	/* A North American number as people write it; anything else stays as typed. */
	const shape = text => {
		if (/[^\d\s().\-+]/.test(text) || /^\s*\+(?!1)/.test(text) || text.trim() === "+")
			return text;
		const digits = digitsOf(text);
		const lead = digits[0] === "1" ? (text.includes("+") ? "+1" : "1") : "";
		const d = lead ? digits.slice(1) : digits;
		if (d.length > 10)
			return text;
		const before = lead ? lead + (d ? " " : "") : "";
		if (d.length <= 3)
			return before + d;
		if (d.length <= 6)
			return before + "(" + d.slice(0, 3) + ") " + d.slice(3) + (d.length === 6 && /-$/.test(text) ? "-" : "");
		return before + "(" + d.slice(0, 3) + ") " + d.slice(3, 6) + "-" + d.slice(6);
	};

	/* The caret stays behind the digit it stood behind. */
	const reshape = input => {
		const typed = input.value, shaped = shape(typed);
		if (shaped === typed)
			return;
		const caret = input.selectionStart;
		const isAtEnd = caret === null || caret >= typed.length;
		const before = isAtEnd ? 0 : digitsOf(typed.slice(0, caret)).length;
		input.value = shaped;
		let at = isAtEnd ? shaped.length : 0;
		for (let seen = 0; !isAtEnd && seen < before; at++)
			if (/\d/.test(shaped[at]))
				seen++;
		if (document.activeElement === input)
			input.setSelectionRange(at, at);
	};
	for (const input of document.querySelectorAll("input[data-phone]")) {
		input.addEventListener("input", event => event.isComposing || reshape(input));
		reshape(input);
	}

	/* A number that is for sale there, as soon as the area code is known. */
	const phone = one("#business_phone"), area = one("#area_code"), offer = one("#offer");
	if (phone && offer) {
		let timer = 0, asked = "", answered = "", running = null;
		const show = html => {
			offer.innerHTML = html;
			offer.classList.toggle("bad", one(".wrong", offer) !== null);
		};
		const question = () => {
			const wanted = area ? digitsOf(area.value) : "";
			const typed = phone.value.trim();
			let digits = digitsOf(typed);
			if (/^\+(?!1)/.test(typed))
				return {key: digits.length > 6 ? typed + wanted : "", code: wanted};
			if (digits[0] === "1")
				digits = digits.slice(1);
			const code = wanted.length === 3 ? wanted : digits.slice(0, 3);
			const isWhole = digits.length >= 10;
			return {key: code.length < 3 ? "" : code + (isWhole ? typed : ""), code};
		};
		const ask = async ({key, code}) => {
			if (running)
				running.abort();
			running = new AbortController();
			asked = key;
			const query = new URLSearchParams({phone: phone.value, area_code: area ? area.value : ""});
			try {
				const reply = await fetch("/offer?" + query, {signal: running.signal});
				const html = reply.ok ? await reply.text() : "";
				if (asked !== key)
					return;
				answered = reply.ok ? code : "";
				show(html);
				if (one("[data-needs-area]", offer))
					one("details.more").open = true;
			} catch (e) {
				if (asked === key && e.name !== "AbortError") {
					asked = answered = "";
					show("");
				}
			}
		};
		const changed = () => {
			clearTimeout(timer);
			const q = question();
			if (q.key === asked)
				return;
			if (q.key === "") {
				asked = answered = "";
				show("");
				return;
			}
			/* At once, and as high as the answer: nothing may move under a pointer later. */
			if (q.code.length === 3 && q.code !== answered)
				show("Looking for numbers in area code " + q.code + "…");
			timer = setTimeout(() => ask(q), 180);
		};
		phone.addEventListener("input", changed);
		if (area)
			area.addEventListener("input", changed);
		changed();
	}

	/* One press is enough; the server takes a second one for the first. */
	for (const form of document.querySelectorAll("form[data-once]")) {
		const button = one("button[type=submit]", form);
		const says = button.textContent;
		form.addEventListener("submit", event => {
			if (button.getAttribute("aria-disabled") === "true") {
				event.preventDefault();
				return;
			}
			button.setAttribute("aria-disabled", "true");
			button.textContent = button.dataset.busy || says;
		});
		addEventListener("pageshow", () => {
			button.removeAttribute("aria-disabled");
			button.textContent = says;
		});
	}

	const summary = one("#summary");
	if (summary)
		summary.focus();

	/* Copying needs a secure page; elsewhere the button stays away. */
	const offerCopy = () => {
		for (const button of document.querySelectorAll("button[data-copy]"))
			button.hidden = !navigator.clipboard;
	};
	document.addEventListener("click", async event => {
		const button = event.target.closest("button[data-copy]");
		if (!button)
			return;
		await navigator.clipboard.writeText(button.dataset.copy);
		button.textContent = "Copied";
		one("#say").textContent = "The number was copied.";
	});
	offerCopy();

	/* Live progress: the server sends the same HTML that a reload would show;
	 * only what differs is replaced, so that nothing flickers or loses focus. */
	const patch = (was, is) => {
		if (was.isEqualNode(is))
			return;
		const isAlike = was.nodeType === 1 && is.nodeType === 1 && was.children.length > 0 &&
			was.children.length === is.children.length && was.cloneNode(false).isEqualNode(is.cloneNode(false)) &&
			was.childNodes.length === was.children.length && is.childNodes.length === is.children.length;
		if (!isAlike) {
			was.replaceWith(is.cloneNode(true));
			return;
		}
		[...was.children].forEach((child, i) => patch(child, is.children[i]));
	};
	const progress = one("#progress");
	if (progress && progress.dataset.live && window.EventSource) {
		const events = new EventSource(progress.dataset.live);
		events.addEventListener("progress", event => {
			const news = JSON.parse(event.data);
			const holder = document.createElement("template");
			holder.innerHTML = "<div>" + news.html + "</div>";
			const is = holder.content.firstChild;
			if (progress.children.length !== is.children.length)
				progress.innerHTML = news.html;
			else
				[...progress.children].forEach((child, i) => patch(child, is.children[i]));
			document.title = news.title;
			const say = one("#say");
			if (say.textContent !== news.say)
				say.textContent = news.say;
			offerCopy();
			if (news.is_over)
				events.close();
		});
		events.onerror = () => {
			if (events.readyState === EventSource.CLOSED)
				setTimeout(() => location.reload(), 4000);
		};
	}
})();
