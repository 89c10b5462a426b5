// Tabs: one panel is open; arrows, Home and End go from tab to tab.

import { el } from "./dom.js";

/** Tabs of [{ id, title, panel, open }]; `open` is told whether its panel is. Gives the node, and a function that counts something beside a title. */
export function makeTabs(label, tabs) {
  const bar = el("div", { role: "tablist", "aria-label": label });
  const buttons = tabs.map((tab, i) => el("button", {
    id: "tab-" + tab.id, type: "button", role: "tab", "aria-controls": tab.panel.id, click: () => choose(i, false), keydown: (e) => key(e, i),
  }, el("span", { text: tab.title }), el("span", { class: "number" })));

  function choose(chosen, mustFocus) {
    tabs.forEach((tab, i) => {
      const isOpen = i === chosen;
      buttons[i].setAttribute("aria-selected", String(isOpen));
      buttons[i].tabIndex = isOpen ? 0 : -1;
      tab.panel.hidden = !isOpen;
      tab.open?.(isOpen);
    });
    if (mustFocus) {
      buttons[chosen].focus();
    }
  }

  function key(e, i) {
    const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[e.key];
    if (to !== undefined) {
      e.preventDefault();
      e.stopPropagation(); // arrows mean something else on the rest of the page
      choose((to + tabs.length) % tabs.length, true);
    }
  }

  bar.append(...buttons);
  tabs.forEach((tab, i) => {
    tab.panel.setAttribute("role", "tabpanel");
    tab.panel.setAttribute("aria-labelledby", "tab-" + tab.id);
    tab.panel.tabIndex = 0;
    tab.panel.hidden = i > 0;
  });
  choose(0, false);
  return {
    node: el("div", { class: "tabs" }, bar, ...tabs.map((tab) => tab.panel)),
    number: (id, text) => {
      buttons[tabs.findIndex((tab) => tab.id === id)].lastChild.textContent = text;
    },
  };
}
