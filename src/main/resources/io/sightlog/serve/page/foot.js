// The line below: what was said last, how many more events there are than are shown, whether the server is there.

import { el, write } from "./dom.js";
import { isGone, onFacts } from "./facts.js";
import { help } from "./keys.js";

export function start(element) {
  const said = el("span", { id: "note", role: "status" });
  const failure = el("span", { id: "failure", role: "alert" });
  const silence = el("span", { id: "silence", role: "timer" }); // the failure, which comes later, is read out
  const rate = el("span", { id: "rate-note", class: "dim" });
  const version = el("span", { id: "version", class: "dim" });
  const keys = el("button", { id: "keys", type: "button", class: "tool", text: "Keys ?", "aria-haspopup": "dialog", click: help });
  element.append(failure, silence, said, rate, el("span", { class: "space" }), version, keys);

  let timer = 0;
  document.addEventListener("sightlog:note", ({ detail }) => {
    write(said, detail.text);
    clearTimeout(timer);
    timer = setTimeout(() => write(said, ""), detail.millis);
  });
  document.addEventListener("sightlog:silence", ({ detail }) => write(silence, detail > 0 ? "no word from the server for " + detail + " s" : ""));
  document.addEventListener("sightlog:rate", ({ detail }) => write(rate, detail));
  onFacts((info, error) => {
    write(failure, error?.message ?? "");
    document.body.classList.toggle("gone", isGone());
    if (info) {
      write(version, "Sightlog " + info.version);
    }
  });
}
