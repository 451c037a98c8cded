// Asks for news of the payment until it is final: often at first, then less and less.
"use strict";
const card = document.getElementById("card");
const late = document.getElementById("late");
const opened = Date.now();
const LATE_AFTER = 30000;
let pause = 700;
let timer = 0;
let asking = false;
let final = false;

function show(news) {
  card.className = `card ${news.mood}`;
  for (const part of ["title", "text"]) {
    const element = document.getElementById(part);
    if (element.textContent !== news[part]) element.textContent = news[part];
  }
  document.title = news.title;
  final = news.final;
  late.hidden = news.mood !== "wait" || Date.now() - opened < LATE_AFTER;
}

async function ask() {
  if (asking || final) return;
  asking = true;
  clearTimeout(timer);
  try {
    const answer = await fetch(card.dataset.ask, { cache: "no-store" });
    if (answer.ok) show(await answer.json());
  } catch {
    // Offline for a moment: ask again later.
  }
  asking = false;
  if (final) return;
  pause = Math.min(pause * 1.3, 15000);
  timer = setTimeout(ask, pause);
}

timer = setTimeout(ask, pause);
// Phones stop the timers of a page behind another app, such as that of the bank.
document.addEventListener("visibilitychange", () => document.hidden || ask());
