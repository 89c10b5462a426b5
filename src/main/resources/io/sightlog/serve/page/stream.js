// One stream of live messages, with a watch over it: of a connection that is dead, or a server that hangs, a browser hears nothing, and waits.

const RETRY = 2_000; // milliseconds, as all here
const LOOK = 1_000;
const MISSING = 3; // heartbeats, after which it is connected anew

/**
 * Opens the stream behind the position that `after` gives, null for what comes from now on; `pass` gets what comes: { type, data, id }. Beside the
 * messages of the server these are "problem", when it is lost or refused, and "silent" with { seconds } each second that no word comes.
 * Gives what closes it.
 */
export function open(query, after, pass) {
  let source = null;
  let retry = 0;
  let heartbeat = 3_000; // until the server says it
  let heard = performance.now();
  let connected = heard;
  let looked = heard;

  const take = (type) => (event) => {
    heard = performance.now();
    const data = JSON.parse(event.data || "{}");
    if (data.heartbeatNanos) {
      heartbeat = Number(data.heartbeatNanos) / 1e6;
    }
    pass({ type, data, id: event.lastEventId || null });
  };

  function connect() {
    clearTimeout(retry);
    source?.close();
    connected = performance.now();
    const position = after();
    source = new EventSource("api/v1/live?" + query + (position ? "&after=" + encodeURIComponent(position) : ""));
    for (const type of ["hello", "alive", "seen", "left-out", "replaced"]) {
      source.addEventListener(type, take(type));
    }
    source.addEventListener("error", () => {
      pass({ type: "problem" });
      if (source.readyState === EventSource.CLOSED) { // it was refused, which is a word, and does not try again by itself
        heard = performance.now();
        clearTimeout(retry);
        retry = setTimeout(connect, RETRY);
      }
    });
  }

  function watch() {
    const time = performance.now();
    const wasAsleep = time - looked > 2 * LOOK; // then what has come meanwhile is not taken yet
    looked = time;
    if (wasAsleep || time - heard < MISSING * heartbeat) {
      return;
    }
    pass({ type: "silent", data: { seconds: Math.floor((time - heard) / 1_000) } });
    if (time - connected >= MISSING * heartbeat) {
      connect();
    }
  }

  const watching = setInterval(watch, LOOK);
  connect();
  return () => {
    clearInterval(watching);
    clearTimeout(retry);
    source.close();
  };
}
