/* Sends what waits, in order, one at a time over all tabs; what the house does not answer is sent again, under its key. */
"use strict";

globalThis.reportQueue = (() => {
  const FIRST_PAUSE = 1000, LONGEST_PAUSE = 10000, PATIENCE = 60000;
  // A tab that was told to wait by none of these has heard a word that it can act on.
  const LATER = new Set([408, 425, 429]);
  let person, changed, timer, pause = FIRST_PAUSE, signedOut = false;

  function start(whose, onChange) {
    person = whose;
    changed = onChange;
    for (const event of ["online", "focus", "pageshow"]) addEventListener(event, soon);
    document.addEventListener("visibilitychange", soon);
    soon();
  }

  const soon = () => after(0);

  function after(wait) {
    pause = FIRST_PAUSE;
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  }

  async function run() {
    const done = await alone(drain);
    clearTimeout(timer);
    if (done === false) {
      timer = setTimeout(run, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  /* In one tab at a time: the others look again in a while. */
  function alone(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request("ikm-report", {ifAvailable: true}, lock => lock ? work() : false);
  }

  /* Whether nothing is left to send. */
  async function drain() {
    for (;;) {
      const entry = (await reportStore.queued(person)).find(one => one.state === reportStore.WAITS);
      if (!entry) return true;
      const went = await send(entry);
      changed();
      if (!went) return false;
    }
  }

  /* Whether the house said something about it, be it no. */
  async function send(entry) {
    let answer;
    try {
      answer = await fetch(...REQUESTS[entry.kind](entry));
    } catch (error) {
      if (error instanceof TypeError || error.name === "TimeoutError" || error.name === "AbortError") return false;
      throw error;
    }
    signedOut = answer.status === 401;
    if (signedOut || answer.status >= 500 || LATER.has(answer.status)) return false;
    pause = FIRST_PAUSE;
    const told = await answer.json().catch(() => ({}));
    const gone = entry.kind === "removal" && answer.status === 404;
    if (answer.ok || gone) await reportStore.taken(entry, told);
    else if (answer.status === 409 && told.theirs) await reportStore.met(entry, told.theirs);
    else await reportStore.refused(entry, told.issues?.[0]?.detail ?? told.detail ?? told.title ?? String(answer.status));
    return true;
  }

  function answerOf({api, item, key, base, value, words, device}) {
    const body = JSON.stringify({key, base, value, words, device});
    return [`${api}/answers/${item}`, asked(body, {"Content-Type": "application/json"})];
  }

  function photoOf({api, item, key, file, name}) {
    const form = new FormData();
    form.append("item", item);
    form.append("file", file, name);
    return [`${api}/photos/${key}`, asked(form, {})];
  }

  const removalOf = ({api, key}) => [`${api}/photos/${key}`, {...asked(undefined, {}), method: "DELETE"}];
  const REQUESTS = {answer: answerOf, photo: photoOf, removal: removalOf};
  const asked = (body, headers) => ({
    method: "PUT", body, headers: {...headers, Accept: "application/json"}, credentials: "same-origin",
    redirect: "error", signal: AbortSignal.timeout(PATIENCE),
  });

  return {start, soon, after, get signedOut() { return signedOut; }};
})();
