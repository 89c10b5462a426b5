// The names beside the lanes: a list of real buttons, each filters for its lane.

import { colour } from "./colours.js";
import { count, el, short, write } from "./dom.js";
import { now, set } from "./state.js";
import { globOf, goTo } from "./pick.js";

const FILTERS = { label: "labels", source: "sources", stream: "streams" };

const NOTHING = { label: "nothing found", source: "no events", stream: "no events", topic: "no messages" };

/** What is counted in lanes of a kind. */
export function counted() {
  if (now.by === "topic") {
    return "message";
  }
  return now.by === "label" || now.labels.length > 0 || now.conf > 0 ? "detection" : "event";
}

/** A name as people read it: files are told apart by where they end, addresses by what comes behind the scheme. */
export function shownName(key, name) {
  if (key === "") {
    return "(no " + now.by + ")";
  }
  if (now.by !== "source") {
    return name;
  }
  const address = /^[a-z][a-z0-9+.-]*:\/\/(.+)$/i.exec(name);
  return address ? address[1] : name.slice(name.lastIndexOf("/") + 1) || name;
}

function filtered(row) {
  const list = now[FILTERS[now.by]] ?? [];
  return list.some((value) => (now.by === "source" ? value === globOf(row.name) : value.toLowerCase() === row.key.toLowerCase()));
}

function press(row) {
  if (now.by === "topic") {
    goTo(now.from, row.key, now.to);
    return;
  }
  const name = FILTERS[now.by];
  const value = now.by === "source" ? globOf(row.name) : row.name;
  const without = now[name].filter((other) => other.toLowerCase() !== value.toLowerCase());
  set({ [name]: without.length < now[name].length ? without : [...without, value] }, { push: true });
}

/** Makes the list. Gives a function that shows rows in it: [{ key, name, total, isOthers, others, isFull, isNone }]; `more(row)` is for the others. */
export function nameList(more) {
  const list = el("ol", { id: "lane-names", "aria-label": "Lanes" });
  const items = new Map();

  function item(row) {
    const swatch = el("i", { class: "dot", "aria-hidden": "true" });
    const name = el("span", { class: "name" });
    const total = el("span", { class: "total" });
    const button = el("button", { type: "button", class: "lane", click: () => (made.row.isOthers ? more(made.row) : press(made.row)) }, swatch, name, total);
    const made = { row, swatch, name, total, button, element: el("li", {}, button) };
    return made;
  }

  function fill(made, row) {
    made.row = row;
    const { button, swatch, name, total } = made;
    const said = row.isOthers ? count(row.others) + " others" : row.isNone ? NOTHING[now.by] : shownName(row.key, row.name);
    write(name, said);
    write(total, row.isNone ? "" : short(row.total));
    const full = count(row.total) + " " + counted() + (row.total === 1 ? "" : "s");
    const isOn = !row.isOthers && filtered(row);
    const can = row.isFull ? "search for one of them" : row.isOthers ? "show more lanes" : now.by === "topic" ? "go to the first" : row.key === "" || row.isNone ? "" : isOn ? "show all again" : "show only this";
    button.title = (row.isOthers ? said : row.name || said) + "\n" + full + (can ? "; click: " + can : "");
    button.setAttribute("aria-label", said + ", " + full + (can ? ", " + can : ""));
    button.setAttribute("aria-pressed", String(isOn));
    button.disabled = row.isNone === true || (!row.isOthers && row.key === "");
    button.dataset.lane = row.isOthers ? "" : row.name;
    button.classList.toggle("others", row.isOthers === true);
    button.classList.toggle("none", row.total === 0);
    swatch.style.background = row.isOthers || row.isNone ? "" : now.by === "label" ? colour(row.key) : "var(--accent)";
  }

  return {
    element: list,
    show(rows) {
      const wanted = rows.map((row) => {
        const key = row.isOthers ? "\0" : row.key;
        const made = items.get(key) ?? item(row);
        items.set(key, made);
        fill(made, row);
        return made.element;
      });
      for (const [key, made] of items) {
        if (!wanted.includes(made.element)) {
          made.element.remove();
          items.delete(key);
        }
      }
      wanted.forEach((element, i) => {
        if (list.children[i] !== element) {
          list.insertBefore(element, list.children[i] ?? null);
        }
      });
    },
  };
}
