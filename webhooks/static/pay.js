// Asks for news of the payment until it is final: often at first, then less and less.
"use strict";
const card = document.getElementById("card");
let pause = 700;
async function ask() {
  try {
    const answer = await fetch(card.dataset.ask, { cache: "no-store" });
    if (answer.ok) {
      const news = await answer.json();
      card.className = `card ${news.mood}`;
      for (const part of ["title", "text"]) {
        const element = document.getElementById(part);
        if (element.textContent !== news[part]) element.textContent = news[part];
      }
      document.title = news.title;
      if (news.final) return;
    }
  } catch {
    // Offline for a moment: ask again later.
  }
  pause = Math.min(pause * 1.3, 15000);
  setTimeout(ask, pause);
}
setTimeout(ask, pause);
