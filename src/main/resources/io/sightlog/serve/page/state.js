// What is looked at: the one truth of the page. It lives in the address bar, so that a link shows the same.
// Times are BigInt, nanoseconds since the epoch. Whoever changes something calls set(); whoever shows something listens with on().

const DEFAULTS = {
  from: null, // beginning of the span that is shown; null until the journal is known
  to: null, // its end
  by: "label", // what lanes are: label, source, stream, topic
  labels: [], // filters; empty: all
  sources: [],
  streams: [],
  conf: 0, // least confidence, 0 to 1
  at: null, // position of the event that is shown, as "0x..." or "0x...:place"
  live: true, // whether the span follows what is appended
  zone: "local", // local or utc
  order: "appended", // by which time single events are placed: appended or captured
  rate: 1, // at which the past is played
  playing: false, // not in the address bar
};

const state = structuredClone(DEFAULTS);
const listeners = [];

/** What is looked at now. Read only: change it with set(). */
export const now = state;

/** Calls back with the names of what has changed, when one of these has; without names, when anything has. */
export function on(names, callback) {
  listeners.push({ names: names && new Set(names), callback });
}

function same(a, b) {
  return Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((v, i) => v === b[i]) : a === b;
}

/** Changes some of it, all listeners hear of it once. `options.push`: the way back leads to what was before. */
export function set(changes, options = {}) {
  const changed = new Set();
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in DEFAULTS)) {
      throw new Error("no such state: " + name);
    }
    if (!same(state[name], value)) {
      state[name] = value;
      changed.add(name);
    }
  }
  if (changed.size === 0) {
    return;
  }
  writeAddress(options.push === true);
  tell(changed);
}

function tell(changed) {
  for (const { names, callback } of listeners) {
    if (!names || [...changed].some((name) => names.has(name))) {
      callback(changed);
    }
  }
}

/** The parameters of the API that say what is filtered. */
export function filters() {
  const parameters = new URLSearchParams();
  state.labels.forEach((label) => parameters.append("label", label));
  state.sources.forEach((source) => parameters.append("source", source));
  state.streams.forEach((stream) => parameters.append("stream", stream));
  if (state.conf > 0) {
    parameters.set("conf", state.conf.toFixed(2));
  }
  return parameters;
}

function address() {
  const parameters = filters();
  if (state.by !== DEFAULTS.by) {
    parameters.set("by", state.by);
  }
  if (!state.live && state.from !== null) {
    parameters.set("from", state.from.toString());
    parameters.set("to", state.to.toString());
  } else if (state.from !== null) {
    parameters.set("last", (state.to - state.from).toString()); // a live link shows as much, up to now
  }
  if (state.at !== null && !state.live) {
    parameters.set("at", state.at);
  }
  if (state.zone !== DEFAULTS.zone) {
    parameters.set("zone", state.zone);
  }
  if (state.order !== DEFAULTS.order) {
    parameters.set("order", state.order);
  }
  if (state.rate !== DEFAULTS.rate) {
    parameters.set("rate", String(state.rate));
  }
  const text = parameters.toString();
  return location.pathname + (text ? "?" + text : "");
}

/** The journal is another one. Loads the page anew: what is looked for stays, when it was and at which event does not. */
export function replaced() {
  const parameters = new URLSearchParams(location.search);
  ["from", "to", "last", "at"].forEach((name) => parameters.delete(name));
  const wanted = location.pathname + (parameters.size > 0 ? "?" + parameters : "");
  clearTimeout(timer);
  timer = -1; // nothing is written into the address any more
  history.replaceState({ replaced: true }, "", wanted);
  location.reload();
}

/** Whether the page was loaded for that; said once. */
export function wasReplaced() {
  const was = history.state?.replaced === true;
  if (was) {
    history.replaceState(null, "");
  }
  return was;
}

let timer = 0;

function writeAddress(push) {
  if (push) {
    clearTimeout(timer);
    timer = 0;
    history.pushState(null, "", address());
  } else if (!timer) {
    timer = setTimeout(() => { // browsers allow about a hundred changes in half a minute
      timer = 0;
      const wanted = address();
      if (wanted !== location.pathname + location.search) {
        history.replaceState(null, "", wanted);
      }
    }, 400);
  }
}

function nanos(text) {
  const number = text !== null && /^\d{1,19}$/.test(text) ? BigInt(text) : null;
  return number !== null && number < MOST ? number : null;
}

const MOST = 1n << 63n; // and what is not below it is no time and no position

/** What the address bar says. Nonsense in it is passed over. `last` is the length of the span when it follows what is appended. */
function readAddress() {
  const parameters = new URLSearchParams(location.search);
  const read = structuredClone(DEFAULTS);
  read.labels = parameters.getAll("label").filter((text) => text !== "");
  read.sources = parameters.getAll("source").filter((text) => text !== "");
  read.streams = parameters.getAll("stream").filter((text) => text !== "");
  const conf = Number(parameters.get("conf"));
  read.conf = conf >= 0 && conf <= 1 ? Math.round(conf * 100) / 100 : 0;
  if (["label", "source", "stream", "topic"].includes(parameters.get("by"))) {
    read.by = parameters.get("by");
  }
  if (parameters.get("zone") === "utc") {
    read.zone = "utc";
  }
  if (parameters.get("order") === "captured") {
    read.order = "captured";
  }
  const rate = Number(parameters.get("rate"));
  read.rate = rate > 0 && rate <= 1000 ? rate : 1;
  const from = nanos(parameters.get("from"));
  const to = nanos(parameters.get("to"));
  if (from !== null && to !== null && from < to) {
    Object.assign(read, { from, to, live: false });
  }
  const at = (parameters.get("at") ?? "").toLowerCase();
  if (/^0x[0-9a-f]{1,16}(:\d{1,9})?$/.test(at) && BigInt(at.split(":")[0]) < MOST) {
    Object.assign(read, { at, live: false });
  }
  return { read, last: nanos(parameters.get("last")) };
}

/** Takes what the address bar says, and tells who listens; call it once everything does. Gives the length of a live span, null when none is said. */
export function begin() {
  const { read, last } = readAddress();
  Object.assign(state, read);
  window.addEventListener("popstate", () => {
    const before = structuredClone(state);
    Object.assign(state, readAddress().read, { playing: false });
    if (state.from === null) {
      Object.assign(state, { from: before.from, to: before.to });
    }
    tell(new Set(Object.keys(DEFAULTS)));
  });
  tell(new Set(Object.keys(DEFAULTS)));
  return last !== null && last > 0n ? last : null;
}
