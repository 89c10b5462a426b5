// One stream of live messages, with a watch over it: of a connection that is dead, or a server that hangs, a browser hears nothing, and waits.

const RETRY = 2_000; // milliseconds, as all here
const LOOK = 1_000;
const MISSING = 3; // heartbeats, after which it is connected anew

/**
 * Watches for silence: `tell` gets the seconds without a word, each second from three heartbeats on, and how many milliseconds these three are.
 * Gives { word, stop }: `word` is to be called with the data of each message.
 */
export function watchSilence(tell) {
  let heartbeat = 3_000; // until the server says it
  let heard = performance.now();
  let looked = heard;
  const watching = setInterval(() => {
    const time = performance.now();
    const wasAsleep = time - looked > 2 * LOOK; // then what has come meanwhile is not taken yet
    looked = time;
    if (!wasAsleep && time - heard >= MISSING * heartbeat) {
      tell(Math.floor((time - heard) / 1_000), MISSING * heartbeat);
    }
  }, LOOK);
  return {
    word(data) {
      heard = performance.now();
      if (data.heartbeatNanos) {
        heartbeat = Number(data.heartbeatNanos) / 1e6;
      }
    },
    stop: () => clearInterval(watching),
  };
}

/**
 * Opens the stream behind the position that `after` gives, null for what comes from now on; `pass` gets what comes: { type, data, id }. Beside the
 * messages of the server these are "problem", when it is lost, and "refused". Gives what closes it.
 */
export function open(query, after, pass) {
  let source = null;
  let retry = 0;
  let connected = 0;
  const watch = watchSilence((seconds, longest) => {
    if (performance.now() - connected >= longest) {
      connect();
    }
  });

  const take = (type) => (event) => {
    const data = JSON.parse(event.data || "{}");
    watch.word(data);
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
      if (source.readyState !== EventSource.CLOSED) {
        pass({ type: "problem", data: {} });
        return;
      }
      watch.word({}); // to be refused is a word; it does not try again by itself
      pass({ type: "refused", data: {} });
      clearTimeout(retry);
      retry = setTimeout(connect, RETRY);
    });
  }

  connect();
  return () => {
    watch.stop();
    clearTimeout(retry);
    source.close();
  };
}
