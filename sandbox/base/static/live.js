// Shows what has happened since; what somebody is filling in stays as it is until it is sent.
"use strict";
const LOOK_MILLISECONDS = 1000;
let shown = "";

const isChanged = (field) =>
  field.type === "checkbox" ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? ![...field.options].every((each, at) =>
      each.selected === (each.defaultSelected || (at === 0 && ![...field.options].some((other) => other.defaultSelected))))
      : field.value !== field.defaultValue;

const isBusy = () =>
  document.activeElement?.matches("input, select") ||
  [...document.querySelectorAll("main input, main select")].some(isChanged);

async function look() {
  try {
    const answer = await fetch("/control", { cache: "no-store" });
    const text = await answer.text();
    if (answer.ok && text !== shown && !isBusy()) {
      const opened = new Set([...document.querySelectorAll("details[open]")].map((each) => each.id));
      const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
      for (const each of fresh.querySelectorAll("details")) each.open = opened.has(each.id);
      const alert = document.querySelector("main > .alert");
      if (alert) fresh.querySelector("header").after(alert);
      const focused = document.activeElement?.dataset.act;
      document.querySelector("main").replaceWith(fresh);
      if (focused) fresh.querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus();
      shown = text;
    }
  } catch {
    // The sandbox has ended, or starts again: the next look tells.
  }
  setTimeout(look, LOOK_MILLISECONDS);
}

setTimeout(look, LOOK_MILLISECONDS);
