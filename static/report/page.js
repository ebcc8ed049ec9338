/* A page of a report under the auditor's thumb: each tap is kept on this device at once and sent when there is a way. */
"use strict";

(async () => {
  const report = document.getElementById("report"), saving = document.getElementById("saving"), unsent = document.getElementById("unsent");
  if (!report || !globalThis.indexedDB || !globalThis.AbortSignal?.timeout) return;
  const {audit, api, person, pages} = report.dataset, says = report.dataset;
  const fields = [...document.querySelectorAll("[data-item]")];
  const KEPT = "ikm-report", PAUSE = 1500;
  // What costs the farm something is said in words too.
  const WORDED = new Set(["not-met", "bad"]);
  // Nothing can be kept in a private window: then it stays undefined, and the plain form does the work.
  const device = reportStore.device().catch(() => undefined);
  // touched: how often something was filled in here; what was read before the last time is not shown over it.
  // held: whether something here kept the report from being handed in.
  let kept = false, touched = 0, held = false;
  const said = (sentence, many) => sentence.replace("{many}", many);
  const news = globalThis.BroadcastChannel ? new BroadcastChannel("ikm-report") : null;

  const placeOf = async field => {
    const {item, revision} = field.dataset;
    return {person, audit, api, device: await device, item, revision: Number(revision)};
  };
  const radiosOf = field => [...field.querySelectorAll("input[type=radio]")];
  const typedOf = field => field.querySelector("input:not([type=radio], [type=hidden], [type=file])");
  const wordsOf = field => field.querySelector("textarea");
  const valueOf = field => typedOf(field)?.value.trim() ?? radiosOf(field).find(one => one.checked)?.value ?? "";

  /* What is filled in here goes to the disk of this device, then to the house. */
  async function keep(field, wait) {
    if (typedOf(field)?.validity.patternMismatch) return;
    const value = valueOf(field), words = wordsOf(field)?.value ?? "";
    touched += 1;
    reportNotes.take(person, audit, field.dataset.item, {value, words});
    const place = await placeOf(field);
    if (!place.device) return;
    await reportStore.answer(place, value, words);
    reportNotes.drop(person, audit, field.dataset.item, {value, words});
    await told();
    reportQueue.after(wait);
  }

  /* What a page that was left at once had no time to keep. */
  async function keepNotes() {
    for (const [item, {value, words}] of reportNotes.left(person, audit)) {
      await reportStore.answer({person, audit, api, device: await device, item, revision: 0}, value, words);
      reportNotes.drop(person, audit, item, {value, words});
    }
  }

  async function keepPhotos(field, input) {
    const place = await placeOf(field);
    if (!place.device) return;
    for (const file of input.files) await reportStore.photo(place, file);
    input.value = "";
    await told();
    reportQueue.soon();
  }

  /* From the first moment; what was filled in while the page was still coming counts too. */
  function listen(field) {
    field.addEventListener("input", event => {
      if (event.target.type === "file") return;
      if (WORDED.has(event.target.value)) field.querySelector("details")?.setAttribute("open", "");
      // Who types is not interrupted at every letter.
      keep(field, event.target.type === "radio" ? 0 : PAUSE);
    });
    field.addEventListener("change", event => {
      if (event.target.type === "file") keepPhotos(field, event.target);
    });
    field.addEventListener("click", async event => {
      const button = event.target.closest("button[name=remove]");
      if (!button) return;
      event.preventDefault();
      const place = await placeOf(field);
      if (!place.device) return;
      await reportStore.remove(place, button.value);
      await told();
      reportQueue.soon();
    });
    const area = wordsOf(field), typed = typedOf(field);
    const before = radiosOf(field).some(one => one.checked !== one.defaultChecked)
      || area && area.value !== area.defaultValue || typed && typed.value !== typed.defaultValue;
    if (before) keep(field, 0);
    const input = field.querySelector("input[type=file]");
    if (input?.files.length) keepPhotos(field, input);
  }

  function fill(field, {value, words}) {
    for (const radio of radiosOf(field)) radio.checked = radio.value === value;
    const typed = typedOf(field), area = wordsOf(field);
    // What somebody is writing in is left alone.
    if (typed && typed !== document.activeElement) typed.value = value;
    if (area && area !== document.activeElement) area.value = words;
    if (words || WORDED.has(value)) field.querySelector("details")?.setAttribute("open", "");
  }

  /* The page as this device knows it: answers, photographs that wait, conflicts, and one line that says how it stands. */
  async function show() {
    const seen = touched;
    const queue = await reportStore.queued(person, audit), answers = await reportStore.answers(audit);
    const photos = await reportStore.photos(audit);
    for (const field of fields) {
      const known = answers.get(field.dataset.item), own = queue.filter(one => one.item === field.dataset.item);
      if (known && seen === touched) {
        field.dataset.revision = known.revision;
        fill(field, known);
      }
      if (photos) showPhotos(field, photos.filter(one => one.item === field.dataset.item));
      showTroubles(field, own);
      showWaitingPhotos(field, own);
    }
    showLeft(answers);
    showState(queue);
  }

  function told() {
    news?.postMessage(audit);
    return show();
  }

  function showTroubles(field, own) {
    const there = new Set();
    for (const entry of own.filter(one => one.state !== reportStore.WAITS)) {
      const key = `${entry.seq} ${entry.state} ${entry.theirs?.revision ?? ""} ${entry.value ?? ""} ${entry.words ?? ""}`;
      there.add(key);
      if ([...field.querySelectorAll("[data-trouble]")].some(one => one.dataset.trouble === key)) continue;
      const box = boxOf(field, entry);
      box.dataset.trouble = key;
      field.querySelector("legend").after(box);
    }
    for (const box of field.querySelectorAll("[data-trouble]")) if (!there.has(box.dataset.trouble)) box.remove();
  }

  function boxOf(field, entry) {
    const met = entry.state === reportStore.CONFLICT;
    const box = document.getElementById(met ? "met-here" : "refused-here").content.firstElementChild.cloneNode(true);
    if (met) {
      box.querySelector("[data-there]").textContent = wordsFor(field, entry.theirs);
      box.querySelector("[data-here]").textContent = wordsFor(field, entry);
    } else {
      box.querySelector("[data-why]").textContent = entry.name ? `${entry.name}: ${entry.why}` : entry.why;
    }
    const acts = {mine: reportStore.keepMine, theirs: reportStore.takeTheirs, again: reportStore.again, drop: reportStore.drop};
    for (const button of box.querySelectorAll("[data-act]")) {
      button.addEventListener("click", async () => {
        await acts[button.dataset.act](entry);
        await told();
        reportQueue.soon();
      });
    }
    return box;
  }

  function wordsFor(field, {value, words}) {
    const label = radiosOf(field).find(one => one.value === value)?.closest("label").textContent.trim();
    return [label ?? (value || says.nothing), words].filter(Boolean).join(" — ");
  }

  function showWaitingPhotos(field, own) {
    const list = field.querySelector(".photos");
    if (!list) return;
    const waiting = own.filter(one => one.kind === "photo" && one.state === reportStore.WAITS);
    list.querySelectorAll("[data-waits]").forEach(one => one.remove());
    for (const entry of waiting) {
      const line = document.createElement("li");
      line.dataset.waits = entry.key;
      const waits = Object.assign(document.createElement("small"), {textContent: says.waitingPhoto});
      line.append(`${entry.name} `, waits, " ", takingOut(entry.key, entry.name));
      list.append(line);
    }
    if (waiting.length) field.querySelector("details").open = true;
  }

  /* On the overview: what is left of each module, as this device knows it. */
  function showLeft(answers) {
    for (const line of document.querySelectorAll("[data-complete]")) {
      const complete = new Set(line.dataset.complete.split(" ")), items = line.dataset.items.trim().split(" ");
      const left = items.filter(item => answers.has(item) ? lacks(item, answers) : !complete.has(item)).length;
      const state = line.querySelector("[data-left]");
      state.textContent = left ? said(says.left, left) : says.done;
      state.classList.toggle("state-done", !left);
    }
  }

  /* As scheme/audit_report.py has it. */
  function lacks(item, answers) {
    const {value, words} = answers.get(item), asked = answers.get(says.surroundingsAsked)?.value;
    const otherwise = item === "surroundings" && value === "bad" && (asked === "met" || asked === "not-applicable");
    return !value || value === "not-assessed" || (WORDED.has(value) && !words.trim()) || otherwise;
  }

  function showState(queue) {
    const count = (state, kind) => queue.filter(one => one.state === state && (one.kind === "answer") === (kind === "answer")).length;
    const parts = state => [
      count(state, "answer") && said(count(state, "answer") === 1 ? says.answer : says.answers, count(state, "answer")),
      count(state, "photo") && said(count(state, "photo") === 1 ? says.photo : says.photos, count(state, "photo")),
    ].filter(Boolean).join(", ");
    const {WAITS, CONFLICT, REFUSED} = reportStore, lines = [];
    for (const [state, words] of [[WAITS, says.waits], [CONFLICT, says.met], [REFUSED, says.refused]]) {
      if (parts(state)) lines.push(`${words} ${parts(state)}.`);
    }
    if (reportQueue.signedOut) lines.push(says.signedOut);
    const text = lines.join(" ") || (kept ? `${says.saved} ${says.kept}` : says.saved);
    if (saving.textContent !== text) saving.textContent = text;
    saving.classList.toggle("waits", lines.length > 0);
    saving.hidden = false;
    showUnsent(lines, queue.length > 0);
    // Nothing is handed in before the house has it all.
    for (const button of document.querySelectorAll("form[action$='/hand-in'] button")) button.disabled = queue.length > 0;
  }

  /* On the page of handing in: what stands there was counted without these; once they are sent it is read anew. */
  function showUnsent(lines, holds) {
    if (!unsent) return;
    unsent.textContent = holds ? `${lines.join(" ")} ${unsent.dataset.held}` : "";
    unsent.hidden = !holds;
    if (held && !holds) location.reload();
    held = holds;
  }

  /* What the house has now. */
  async function refresh() {
    let answer;
    try {
      answer = await fetch(api, {headers: {Accept: "application/json"}, redirect: "error", signal: AbortSignal.timeout(20000)});
    } catch {
      return;
    }
    if (!answer.ok) return;
    await reportStore.refresh(person, audit, await answer.json());
    await show();
  }

  function takingOut(photoId, name) {
    const button = Object.assign(document.createElement("button"), {name: "remove", value: photoId, className: "quiet", textContent: says.takeOut});
    button.setAttribute("aria-label", says.takeOutName.replace("{name}", name));
    return button;
  }

  function showPhotos(field, photos) {
    const list = field.querySelector(".photos");
    if (!list) return;
    list.querySelectorAll("[data-photo]").forEach(one => one.remove());
    for (const {photoId, name, href} of photos) {
      const line = document.createElement("li");
      line.dataset.photo = photoId;
      line.append(Object.assign(document.createElement("a"), {href, textContent: name}), " ", takingOut(photoId, name));
      list.append(line);
    }
  }

  /* Every page of this report, for when the house cannot be asked. */
  async function keepPages() {
    if (!globalThis.caches || !navigator.serviceWorker) return;
    const cache = await caches.open(KEPT);
    const loaded = performance.getEntriesByType("resource").map(one => new URL(one.name));
    const shared = loaded.filter(one => one.origin === location.origin && one.pathname.startsWith("/static/")).map(one => one.href);
    for (const address of [...shared, ...pages.split(" ")]) {
      const fixed = address.includes("/static/");
      if (fixed && await cache.match(address)) continue;
      const answer = await fetch(address, {redirect: "error"}).catch(() => null);
      if (answer?.ok) await cache.put(address, answer);
    }
    kept = (await Promise.all(pages.split(" ").map(address => cache.match(address)))).every(Boolean);
    await show();
  }

  for (const field of fields) listen(field);
  if (!await device) return;
  await keepNotes();
  document.documentElement.classList.add("keeps");
  for (const form of document.querySelectorAll("form.report")) form.addEventListener("submit", event => event.preventDefault());
  news?.addEventListener("message", show);
  await show();
  reportQueue.start(person, told);
  addEventListener("online", () => refresh().then(keepPages));
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register("/audits-worker.js", {scope: "/audits/"}).catch(() => {});
  await refresh();
  await keepPages();
})();
