// Questions to the server. Each answer is checked for its status; what is wrong is thrown as an Error with a line for people.

export const NO_ANSWER = 0; // the server cannot be reached
export const TOO_LATE = 408; // there is a server, and its answer did not come within the time for it

/** What went wrong: `status` is that of the answer, or one of these two. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, parameters, signal) {
  const query = parameters ? "?" + parameters : "";
  let response;
  try {
    response = await fetch("api/v1/" + path + query, { signal, cache: "no-store", credentials: "same-origin" });
  } catch (e) {
    if (e.name === "AbortError") {
      throw e;
    }
    if (e.name === "TimeoutError") {
      throw new ApiError(TOO_LATE, "no answer within the time for it: the server is busy, or this page asks for much at once");
    }
    throw new ApiError(NO_ANSWER, "the server does not answer; is sightlog serve still running?");
  }
  if (!response.ok) {
    let message = response.statusText || "status " + response.status;
    try {
      message = (await response.json()).error ?? message;
    } catch {
      // not one of ours
    }
    if (response.status === 401) {
      message = "the server does not take this page's token any more; open the link that sightlog serve has printed";
    }
    throw new ApiError(response.status, message);
  }
  return response;
}

/** An object. */
export async function json(path, parameters, signal) {
  return (await ask(path, parameters, signal)).json();
}

/** A blob, and the headers it came with. */
export async function blob(path, parameters, signal) {
  const response = await ask(path, parameters, signal);
  return { blob: await response.blob(), headers: response.headers };
}

/** Lines, each an object: { events, end }. `progress` is called with what comes before the first event. */
export async function lines(path, parameters, signal, progress) {
  const response = await ask(path, parameters, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = [];
  let end = null;
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    rest += value ?? "";
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const part of parts) {
      if (part === "") {
        continue;
      }
      const object = JSON.parse(part);
      if (object.end) {
        end = object.end;
      } else if (object.progress) {
        progress?.(object.progress);
      } else {
        events.push(object);
      }
    }
    if (done) {
      break;
    }
  }
  if (end === null) {
    throw new ApiError(0, "the answer is cut off");
  }
  if (end.problem && events.length === 0) {
    throw new ApiError(0, end.problem);
  }
  return { events, end };
}

/** Position of an event, as the API takes it. */
export function position(event) {
  return event.place ? event.index + ":" + event.place : event.index;
}
