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

	/* Numbers for sale, as soon as it is known where; choosing one is optional. */
	const phone = one("#business_phone"), offer = one("#offer"), numbers = one("#numbers");
	if (phone && offer && numbers) {
		const place = one("#place"), contains = one("#contains"), tollFree = one("#toll_free");
		const hold = one("#hold"), held = one("#held"), existing = one("#has_existing");
		const [heldSays, heldFor] = held.children;
		const chosen = () => (one("input:checked", numbers) || {value: ""}).value;
		let timer = 0, asked = "", answered = "", running = null;

		const show = (say, choose, isWaiting) => {
			offer.innerHTML = say;
			offer.classList.toggle("bad", one(".wrong", offer) !== null);
			/* What was chosen stays, until there is a list that has it. */
			const isKept = choose === "" && chosen() !== "";
			if (!isKept)
				numbers.innerHTML = choose;
			numbers.classList.toggle("waiting", isWaiting === true);
			held.hidden = choose === "" && !isWaiting && !isKept;
		};
		/* key: what is asked, "" while that is not known; where: what the answer is about. */
		const phoneQuestion = () => {
			const typed = phone.value.trim();
			let digits = digitsOf(typed);
			if (/^\+(?!1)/.test(typed))
				return {key: digits.length > 6 ? typed : "", where: ""};
			if (digits[0] === "1")
				digits = digits.slice(1);
			const where = digits.slice(0, 3);
			return {key: where.length < 3 ? "" : where + (digits.length >= 10 ? typed : ""), where};
		};
		const question = () => {
			const wanted = place.value.trim(), isWhole = digitsOf(phone.value).length >= 10;
			const more = "/" + contains.value.trim() + "/" + tollFree.checked;
			if (tollFree.checked)
				return {key: more, where: "toll-free"};
			if (wanted.length > 2)
				return {key: wanted + (isWhole ? phone.value : "") + more, where: wanted};
			/* A sign-up that asks where it is has said what its phone does not tell. */
			if (phone.type === "hidden" && !one(".pick", numbers))
				return {key: "", where: ""};
			const q = phoneQuestion();
			return {key: q.key && q.key + more, where: q.where};
		};
		const ask = async ({key, where}) => {
			if (running)
				running.abort();
			running = new AbortController();
			asked = key;
			const sent = chosen();
			const query = new URLSearchParams({phone: phone.value, place: place.value, contains: contains.value,
				toll_free: tollFree.checked ? "yes" : "", number: sent});
			try {
				const reply = await fetch("/offer?" + query, {signal: running.signal});
				const holder = document.createElement("template");
				holder.innerHTML = reply.ok ? await reply.text() : "";
				if (asked !== key)
					return;
				/* Another was chosen meanwhile: the list is to come with that one. */
				if (chosen() !== sent) {
					ask({key, where});
					return;
				}
				answered = reply.ok ? where : "";
				const say = one(".say", holder.content), choose = one(".choose", holder.content);
				show(say ? say.innerHTML : "", choose ? choose.innerHTML : "");
				if (say && "needsPlace" in say.dataset)
					one("details.more").open = true;
			} catch (e) {
				if (asked === key && e.name !== "AbortError") {
					asked = answered = "";
					show("", "");
				}
			}
		};
		const changed = delay => {
			clearTimeout(timer);
			const q = question();
			if (q.key === asked)
				return;
			if (q.key === "") {
				if (asked !== "")
					show("", "");
				asked = answered = "";
				return;
			}
			/* At once, and as high as the answer: nothing may move under a pointer later. */
			if (q.where !== answered && !one(".pick", numbers))
				show("Looking for numbers…", "", true);
			timer = setTimeout(() => ask(q), delay);
		};
		phone.addEventListener("input", () => changed(180));
		tollFree.addEventListener("change", () => changed(0));
		for (const input of [place, contains]) {
			input.addEventListener("input", () => changed(600));
			/* Enter here means: show me. */
			input.addEventListener("keydown", event => {
				if (event.key === "Enter") {
					event.preventDefault();
					changed(0);
				}
			});
		}
		if (existing) {
			const toggle = () => { offer.hidden = numbers.hidden = existing.checked; };
			existing.addEventListener("change", toggle);
			toggle();
		}
		/* What a sign-up that asks was shown stands until something is changed. */
		if (phone.type === "hidden" && one(".pick", numbers))
			({key: asked, where: answered} = question());
		else
			changed(0);

		/* The chosen number is kept for a while.  Not at once: arrow keys pass many by. */
		let rest = 0, clock = 0;
		const tell = (say, seconds) => {
			const end = Date.now() + seconds * 1000;
			const tick = () => {
				const left = Math.round((end - Date.now()) / 1000);
				heldFor.textContent = left > 0 ? " for " + Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") : "";
				if (left > 0)
					return;
				clearInterval(clock);
				hold.value = "";
				heldSays.textContent = "The time is up. You get this number if it is still there when you sign up.";
			};
			clearInterval(clock);
			heldSays.textContent = say;
			heldFor.textContent = "";
			held.hidden = false;
			if (seconds > 0) {
				tick();
				clock = setInterval(tick, 1000);
			}
		};
		const holds = new Map(); /* whoever comes back to a number has it still */
		/* Also after a page that was shown again: the token says until when. */
		const until = Number(hold.value.split(".")[5] || 0);
		if (chosen() !== "" && chosen() === "+" + hold.value.split(".")[1] && until > Date.now()) {
			const says = one(".tel", one("input:checked", numbers).closest("label")).textContent + " is kept for you";
			holds.set(chosen(), {hold: hold.value, say: says, end: until});
			tell(says, (until - Date.now()) / 1000);
		}
		const asking = new Map();
		const reserve = async number => {
			const reply = await fetch("/hold", {method: "POST", body: new URLSearchParams({number})});
			const {hold, say, seconds} = await reply.json();
			const news = {hold, say, end: Date.now() + seconds * 1000, isGone: reply.status === 409};
			if (hold)
				holds.set(number, news);
			return news;
		};
		const keep = async number => {
			const known = holds.get(number);
			if (known && known.end > Date.now()) {
				hold.value = known.hold;
				tell(known.say, (known.end - Date.now()) / 1000);
				return;
			}
			try {
				/* Asked for twice at once, the second would find it held by the first. */
				if (!asking.has(number))
					asking.set(number, reserve(number).finally(() => asking.delete(number)));
				const news = await asking.get(number);
				if (chosen() !== number)
					return;
				hold.value = news.hold;
				tell(news.say, (news.end - Date.now()) / 1000);
				if (news.isGone) {
					const radio = one("input:checked", numbers);
					radio.disabled = true;
					radio.closest("label").classList.add("gone");
					one("input", numbers).checked = true;
				}
			} catch (e) {
				if (chosen() === number)
					tell("", 0);
			}
		};
		numbers.addEventListener("change", () => {
			const number = chosen();
			clearTimeout(rest);
			hold.value = "";
			tell("", 0);
			if (number)
				rest = setTimeout(() => keep(number), 600);
		});
	}

	/* One press is enough; the server takes a second one for the first. */
	for (const form of document.querySelectorAll("form[data-once]")) {
		const button = one("button[data-busy]", form);
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
			if (news.is_question) {
				location.reload();
				return;
			}
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
