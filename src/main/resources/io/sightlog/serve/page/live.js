// What is appended now. Tabs with the same filters share one stream: browsers allow six connections to a server. One of the tabs holds a lock and
// the stream, and tells the others; when it goes, the next one takes the lock and goes on behind what was told last. Each tab notices by itself when
// no word comes, also when the tab with the lock stands still.

import { count, note } from "./dom.js";
import { askFacts, facts, isReplaced, onFacts } from "./facts.js";
import { filters, now, on, replaced } from "./state.js";
import { open, watchSilence } from "./stream.js";

const MOST = 20; // events a second; more are not seen
const SECONDS = 3; // over which events are counted

let stream = null; // { key, stop() } of what is followed now
let instance = null;
let last = null; // position of the last event, or behind which the stream is
let connection = "closed"; // open, lost, closed
let came = []; // [time, events, why they were left out or null] of the last seconds

function wanted() {
  if (!now.live || document.hidden || now.from === null) {
    return null;
  }
  const parameters = filters();
  if (now.labels.length > 0 || now.conf > 0) {
    parameters.set("seen", "true");
  }
  parameters.set("most", String(MOST));
  return parameters.toString();
}

/** What comes out of a stream, here or in another tab. */
function take({ type, data, id }) {
  if (type === "problem") {
    lost();
    return;
  }
  silence(0);
  if (type === "refused") {
    lost();
    return;
  }
  last = id ?? last;
  if (connection === "lost") {
    askFacts();
  }
  say("open");
  if (type === "seen") {
    came.push([performance.now(), 1, null]);
    document.dispatchEvent(new CustomEvent("sightlog:live", { detail: { event: data, position: id } }));
  } else if (type === "hello" && isReplaced(data)) {
    replaced();
  } else if (type === "hello") {
    const before = instance ?? facts()?.instance;
    instance = data.instance;
    if (before && before !== instance) { // the server has started anew, maybe with a newer page
      askFacts().then(() => note("the server has started again"));
    }
  } else if (type === "left-out") {
    if (data.reason === "pruned") {
      note("events were pruned before they were shown");
    }
    came.push([performance.now(), Math.max(0, data.events), data.reason]);
  } else if (type === "replaced") {
    replaced();
  }
}

function lost() {
  if (say("lost")) {
    askFacts();
  }
}

/** Whether that is new. */
function say(state) {
  const isNew = state !== connection;
  connection = state;
  if (isNew) {
    document.dispatchEvent(new CustomEvent("sightlog:connection", { detail: state }));
  }
  return isNew;
}

/** For how many seconds there was no word, 0 when there was. */
function silence(seconds) {
  document.dispatchEvent(new CustomEvent("sightlog:silence", { detail: seconds }));
}

/** Follows with others when the browser can share, else alone. */
function follow(query) {
  const watch = watchSilence((seconds) => {
    silence(seconds);
    lost();
  });
  const hear = (what) => {
    if (what.type !== "problem") {
      watch.word(what.data);
    }
    take(what);
  };
  if (!navigator.locks || !window.BroadcastChannel) {
    const close = open(query, () => last, hear);
    return {
      query,
      stop() {
        watch.stop();
        close();
      },
    };
  }
  const name = "sightlog-live " + location.host + " " + query;
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => hear(data);
  const ending = new AbortController();
  let release = () => {};
  navigator.locks.request(name, { signal: ending.signal }, () => new Promise((resolve) => {
    const close = open(query, () => last, (what) => {
      channel.postMessage(what);
      hear(what);
    });
    release = () => {
      close();
      resolve();
    };
    if (ending.signal.aborted) {
      release();
    }
  })).catch(() => {}); // stopped before it was its turn
  return {
    query,
    stop() {
      watch.stop();
      ending.abort();
      release();
      channel.close();
    },
  };
}

function update() {
  const query = wanted();
  if (query === (stream?.query ?? null)) {
    return;
  }
  stream?.stop();
  stream = null;
  silence(0);
  last = null; // what came meanwhile is in the lanes; here the newest counts
  came = [];
  if (query !== null) {
    stream = follow(query);
  } else {
    say("closed");
  }
}

/** Says how many more there are than are shown. */
function tellRate() {
  const since = performance.now() - SECONDS * 1_000;
  came = came.filter(([time]) => time > since);
  const rate = Math.round(came.reduce((sum, [, events]) => sum + events, 0) / SECONDS);
  const isSlow = came.some(([, , why]) => why === "slow");
  document.dispatchEvent(new CustomEvent("sightlog:rate", {
    detail: !now.live || rate <= MOST ? "" : `${count(rate > 1000 ? Math.round(rate / 10) * 10 : rate)} events a second; the newest are shown`
      + (isSlow ? ", as this page is slow" : ""),
  }));
}

export function start() {
  on(["live", "labels", "sources", "streams", "conf", "from"], update);
  document.addEventListener("visibilitychange", update);
  onFacts((info, error) => !error && update());
  setInterval(tellRate, 1_000);
  update();
}
