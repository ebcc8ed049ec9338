/* Lets the pages of a report open without a network: what the page script kept is answered where the house is silent. */
"use strict";

const KEPT = "ikm-report";
const REPORT = /^\/audits\/[^/]+\/report(\/[A-Za-z-]+)?$/;
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", event => {
  const {request} = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(keptFirst(request));
  else if (request.mode === "navigate" && REPORT.test(url.pathname)) event.respondWith(houseFirst(request));
});

/* Static files carry the hash of their content in their address. */
async function keptFirst(request) {
  return await (await caches.open(KEPT)).match(request) ?? fetch(request);
}

async function houseFirst(request) {
  const cache = await caches.open(KEPT), kept = await cache.match(request, {ignoreSearch: true, ignoreVary: true});
  try {
    const answer = await fetch(request, kept ? {signal: AbortSignal.timeout(PATIENCE)} : {});
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return kept && answer.status >= 500 ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
