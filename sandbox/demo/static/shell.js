/* The page around the simulated Discord and those who take the money. */
const $ = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const LOOK_MILLISECONDS = 1000;

const seen = {};
let seat = document.body.dataset.seat;

const personOf = (name) => name.split("-")[0];

function press(buttons, pressed) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
}

function notice(words) {
  $("#notice").textContent = words;
  $("#notice").hidden = !words;
}

let asked = 0;
async function sit(name) {
  const turn = ++asked;
  const answer = await fetch(`/shell/seat/${name}`, { method: "POST" });
  if (turn !== asked) return; // meanwhile another seat was chosen
  if (!answer.ok) return notice("Someone is just acting there. Try again in a moment.");
  notice("");
  seat = name;
  const { frame } = await answer.json();
  $("#discord-frame").src = frame;
  const person = personOf(name);
  press(all("[data-person]"), $(`[data-person="${person}"]`));
  for (const button of all("[data-of]")) button.hidden = button.dataset.of !== person;
  press(all(".places [data-seat]"), $(`.places [data-seat="${name}"]`));
  mark();
}

function sitAs(person) {
  const place = seat.split("-")[1];
  const wanted = $(`.places [data-seat="${person}-${place}"]`) || $(`[data-of="${person}"]`);
  sit(wanted.dataset.seat);
}

let newest = {};
function mark() {
  seen[seat] = newest[seat];
  const fresh = Object.keys(newest).filter((name) =>
    !name.endsWith("-general") && newest[name] && newest[name] !== seen[name]);
  for (const button of all(".places [data-seat]"))
    button.querySelector(".dot").hidden = !fresh.includes(button.dataset.seat);
  for (const button of all("[data-person]"))
    button.querySelector(".dot").hidden = !fresh.some((name) => personOf(name) === button.dataset.person);
}

async function look() {
  try {
    const answer = await fetch("/shell/state");
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    newest = state.newest;
    notice(state.seat === seat ? "" : "Another window looks elsewhere. Choose who you are here again.");
    mark();
  } catch {
    notice("The demo has ended. Start it again in the terminal.");
  }
  setTimeout(look, LOOK_MILLISECONDS);
}

function side(name) {
  $("main").dataset.side = name;
  press(all(".switch button"), $(`.switch [data-side="${name}"]`));
}

function tab(name) {
  const frame = $(`#${name}-frame`);
  if (frame && frame.dataset.src) frame.src = frame.dataset.src; // loaded again each time: things have happened
  for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  press(all("[data-tab]"), $(`[data-tab="${name}"]`));
  $("#apart").href = (frame || $("[data-src]")).dataset.link || (frame || $("[data-src]")).dataset.src;
}

window.openLink = (address) => {
  const pay = new URL(address, location.href);
  if (pay.origin !== location.origin) return window.open(address, "_blank", "noopener");
  $("#pay-frame").src = pay.href;
  $("#pay-frame").dataset.link = pay.href;
  $('[data-tab="pay"]').disabled = false;
  tab("pay");
  side("money");
};

/* The bot's pages lead back to Discord, which is beside them here. */
$("#pay-frame").addEventListener("load", () => {
  $("#pay-frame").contentDocument?.addEventListener("click", (event) => {
    if (!(event.target.closest && event.target.closest("a[href^='https://discord.com/']"))) return;
    event.preventDefault();
    side("discord");
    $("#discord-frame").focus();
  });
});

for (const button of all("[data-person]")) button.onclick = () => sitAs(button.dataset.person);
for (const button of all(".places [data-seat]")) button.onclick = () => sit(button.dataset.seat);
for (const button of all("[data-tab]")) button.onclick = () => tab(button.dataset.tab);
for (const button of all(".switch button")) button.onclick = () => side(button.dataset.side);
await sit(seat);
look();
