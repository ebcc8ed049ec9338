/* What this device knows of a report: answers as they stand here, and a queue of what the house has not taken yet.
   Everything is written to IndexedDB before it is sent, so that a reload, a closed tab or an empty battery loses nothing. */
"use strict";

/* A database is asked, and answers a moment later: a page that is left within that moment leaves a note. */
globalThis.reportNotes = (() => {
  const name = (person, audit, item) => `ikm-report ${person} ${audit} ${item}`;

  function take(person, audit, item, said) {
    try {
      localStorage.setItem(name(person, audit, item), JSON.stringify(said));
    } catch {
      return;  // Full, or forbidden: the database alone keeps it.
    }
  }

  function drop(person, audit, item, said) {
    const key = name(person, audit, item);
    if (localStorage.getItem(key) === JSON.stringify(said)) localStorage.removeItem(key);
  }

  function left(person, audit) {
    const first = name(person, audit, "");
    return Object.keys(localStorage).filter(key => key.startsWith(first))
      .map(key => [key.slice(first.length), JSON.parse(localStorage.getItem(key))]);
  }

  return {take, drop, left};
})();

globalThis.reportStore = (() => {
  const WAITS = "waits", CONFLICT = "conflict", REFUSED = "refused";
  let opened;

  const asked = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("ikm-report", 1);
      request.onupgradeneeded = () => {
        // seq: the order in which things were done here, and in which they are sent.
        request.result.createObjectStore("queue", {keyPath: "seq", autoIncrement: true});
        request.result.createObjectStore("answers", {keyPath: ["audit", "item"]});
        request.result.createObjectStore("device");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  /* One transaction over all stores; it is over, and on the disk, when the promise is kept. */
  async function writing(work) {
    const transaction = (await open()).transaction(["queue", "answers", "device"], "readwrite", {durability: "strict"});
    const over = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const made = await work(transaction.objectStore("queue"), transaction.objectStore("answers"), transaction.objectStore("device"));
    await over;
    return made;
  }

  async function reading(name) {
    return asked((await open()).transaction(name).objectStore(name).getAll());
  }

  /* This device's own name: changes of one device follow each other, those of two can meet. */
  const device = () => writing(async (queue, answers, device) => {
    const known = await asked(device.get("id"));
    if (known) return known;
    const made = crypto.randomUUID();
    device.put(made, "id");
    return made;
  });

  /* What stands in the queue for a report, in order. */
  const queued = async (person, audit) => (await reading("queue"))
    .filter(one => one.person === person && (audit === undefined || one.audit === audit));

  const answers = async audit => new Map(
    (await reading("answers")).filter(one => one.audit === audit).map(one => [one.item, one]));

  const ofItem = (all, {person, audit, item}) => all.find(
    one => one.kind === "answer" && one.person === person && one.audit === audit && one.item === item);

  /* An answer given here. What waits for the same item is replaced, under a new key: it is another change. */
  const answer = (place, value, words) => writing(async (queue, answers) => {
    const known = await asked(answers.get([place.audit, place.item]));
    const earlier = ofItem(await asked(queue.getAll()), place);
    const revision = known?.revision ?? place.revision;
    answers.put({audit: place.audit, item: place.item, value, words, revision});
    const state = earlier?.state === CONFLICT ? CONFLICT : WAITS;
    const base = {kind: "answer", base: revision, theirs: earlier?.theirs};
    const entry = {...place, ...base, state, value, words, key: crypto.randomUUID()};
    delete entry.revision;
    if (earlier) entry.seq = earlier.seq;
    queue.put(entry);
  });

  const photo = (place, file) => writing(async queue => {
    const entry = {...place, kind: "photo", state: WAITS, file, name: file.name, key: crypto.randomUUID()};
    delete entry.revision;
    queue.add(entry);
  });

  /* A photograph is taken out: one that still waits is not sent at all. */
  const remove = (place, photoId) => writing(async (queue, answers, device) => {
    const waiting = (await asked(queue.getAll())).find(one => one.kind === "photo" && one.key === photoId);
    if (waiting) {
      queue.delete(waiting.seq);
      return;
    }
    const there = await asked(device.get(`photos ${place.audit}`)) ?? [];
    device.put(there.filter(one => one.photoId !== photoId), `photos ${place.audit}`);
    const entry = {...place, kind: "removal", state: WAITS, key: photoId};
    delete entry.revision;
    queue.add(entry);
  });

  /* The house took it. What was changed here meanwhile goes on waiting, under its own key. */
  const taken = (sent, answer) => writing(async (queue, answers, device) => {
    const now = await asked(queue.get(sent.seq));
    if (now?.key === sent.key) queue.delete(sent.seq);
    if (sent.kind === "removal") return;
    if (sent.kind === "photo") {
      const there = await asked(device.get(`photos ${sent.audit}`)) ?? [];
      device.put([...there.filter(one => one.photoId !== answer.photoId), answer], `photos ${sent.audit}`);
      return;
    }
    const known = await asked(answers.get([sent.audit, sent.item]));
    const mine = now?.key === sent.key ? {value: answer.value, words: answer.words} : known;
    answers.put({...known, ...mine, audit: sent.audit, item: sent.item, revision: answer.revision});
    if (now && now.key !== sent.key) queue.put({...now, base: answer.revision});
  });

  const mark = (sent, state, more) => writing(async queue => {
    const now = await asked(queue.get(sent.seq));
    if (now) queue.put({...now, ...more, state});
  });

  /* Another device was first: both stay until somebody chooses. */
  const met = (sent, theirs) => mark(sent, CONFLICT, {theirs});
  const refused = (sent, why) => mark(sent, REFUSED, {why});
  const again = sent => mark(sent, WAITS, {why: undefined});
  const drop = sent => writing(async queue => { queue.delete(sent.seq); });

  const keepMine = sent => writing(async (queue, answers) => {
    const now = await asked(queue.get(sent.seq));
    if (!now) return;
    const {theirs, ...rest} = now;
    queue.put({...rest, state: WAITS, base: theirs.revision, key: crypto.randomUUID()});
    answers.put({audit: now.audit, item: now.item, value: now.value, words: now.words, revision: theirs.revision});
  });

  const takeTheirs = sent => writing(async (queue, answers) => {
    const now = await asked(queue.get(sent.seq));
    if (!now) return;
    queue.delete(now.seq);
    const {value, words, revision} = now.theirs;
    answers.put({audit: now.audit, item: now.item, value, words, revision});
  });

  /* What the house has: of every item of which nothing waits here, and nothing later was heard; and the photographs. */
  const refresh = (person, audit, told) => writing(async (queue, answers, device) => {
    const waiting = await asked(queue.getAll());
    for (const {item, value, words, revision} of told.answers) {
      const known = await asked(answers.get([audit, item]));
      if (ofItem(waiting, {person, audit, item}) || known?.revision > revision) continue;
      answers.put({audit, item, value, words, revision});
    }
    const out = new Set(waiting.filter(one => one.kind === "removal").map(one => one.key));
    device.put(told.photos.filter(one => !out.has(one.photoId)), `photos ${audit}`);
  });

  /* The photographs that the house has, as it last told; nothing where it was never asked. */
  const photos = audit => writing(async (queue, answers, device) => asked(device.get(`photos ${audit}`)));

  return {WAITS, CONFLICT, REFUSED, device, queued, answers, answer, photo, remove, taken, met, refused, again, drop, keepMine, takeTheirs, refresh, photos};
})();
