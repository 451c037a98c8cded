/* Runs inside SimCord's page: links open beside it, in the page around it. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[href^='http']");
  if (!link || window.parent === window) return;
  event.preventDefault();
  window.parent.openLink(link.href);
}, true);

/* A premium button opens the store, which Discord's client would show; SimCord only says that it is elsewhere. */
const store = JSON.parse(document.querySelector("meta[name='store']").content);
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest(".premium-button");
  const page = button && store[button.querySelector(".premium-button-name")?.textContent];
  if (!page || button.disabled || window.parent === window) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  window.parent.openLink(new URL(page, location.href).href);
}, true);

/* A command that a sentence names can be clicked, as on Discord: then it stands in the input. */
const timeline = document.getElementById("channel-timeline");

function choose(command) {
  document.querySelector(".command-context-close")?.click(); // one that was begun
  const field = document.getElementById("channel-composer-input");
  field.focus();
  field.value = command;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const offered = () => [...document.querySelectorAll(".command-entry")]
    .find((each) => each.querySelector(".command-entry-title strong")?.textContent === command);
  const look = new MutationObserver(take);
  function take() {
    const found = offered();
    if (!found) return;
    look.disconnect();
    found.click();
  }
  look.observe(document.body, { childList: true, subtree: true });
  for (const kind of ["input", "blur"]) field.addEventListener(kind, () => look.disconnect(), { once: true });
  take();
}

function press(event) {
  const command = event.target instanceof Element && event.target.closest(".command-mention");
  if (!command || (event.type === "keydown" && !["Enter", " "].includes(event.key))) return;
  event.preventDefault();
  choose(command.textContent.trim());
}

for (const kind of ["click", "keydown"]) timeline.addEventListener(kind, press);

/* Evidence is a page and a PDF: both are opened beside the demo, not only downloaded. */
function opener(file) {
  const name = file.querySelector(".attachment-name").textContent;
  const message = file.closest("[data-message-id]").dataset.messageId;
  const link = document.createElement("a");
  link.className = "attachment-open";
  link.href = `/shell/files/${message}/${encodeURIComponent(name)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Open";
  link.setAttribute("aria-label", `Open ${name}`);
  return link;
}

/* In direct messages SimCord writes ids of commands and members, where Discord writes their names. */
const people = JSON.parse(document.querySelector("meta[name='people']").content);
const NAMED = /(<\/[^:>]+:\d+>|<@\d+>)/;

function nameOf(written) {
  const [, command, member] = written.match(/^<(?:(\/[^:>]+):\d+|@(\d+))>$/) ?? [];
  return command ?? (member in people ? `@${people[member]}` : undefined);
}

function writeNames() {
  const texts = document.createTreeWalker(timeline, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) if (texts.currentNode.data.split(NAMED).some(nameOf)) found.push(texts.currentNode);
  for (const text of found)
    text.replaceWith(...text.data.split(NAMED).map((part) => {
      const name = nameOf(part);
      return name ? Object.assign(document.createElement("span"), { className: "mention", textContent: name }) : part;
    }));
}

function furnish() {
  writeNames();
  for (const command of timeline.querySelectorAll(".command-mention:not([role])")) {
    command.setAttribute("role", "button");
    command.tabIndex = 0;
  }
  for (const file of timeline.querySelectorAll(".attachment:not(:has(.attachment-open))"))
    if (/\.(html|pdf)$/.test(file.querySelector(".attachment-name")?.textContent ?? ""))
      file.querySelector(".attachment-actions").prepend(opener(file));
}

new MutationObserver(furnish).observe(timeline, { childList: true, subtree: true });
furnish();

/* Discord offers an option's choices before anything is typed; SimCord's page waits for a letter. */
document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLElement) || field.dataset.asked || field.value !== "") return;
  if (!field.matches("[role='combobox'][aria-autocomplete='list']:not(#channel-composer-input)")) return;
  field.dataset.asked = "yes";
  setTimeout(() => field.dispatchEvent(new Event("input", { bubbles: true })));
});

/* What one has just done is answered at the end. The answer is shown whole, also as it changes, until
   one scrolls; SimCord's page keeps what was in view instead. */
const newest = () => [...timeline.querySelectorAll("[data-message-id]")].at(-1);
let following = false;
let before = null;

function showNewest() {
  const last = newest();
  if (before !== null && last && last.dataset.messageId !== before) [following, before] = [true, null];
  if (!following || !last) return;
  if (last.offsetHeight > timeline.clientHeight) last.scrollIntoView({ block: "start" });
  else timeline.scrollTop = timeline.scrollHeight;
}

function acts(event) {
  const place = event.target instanceof Element ? event.target : null;
  if (place?.closest("#send-message") || (event.key === "Enter" && place?.closest(".channel-composer")))
    following = true;
  else if (event.type === "click" && place?.closest("[data-message-id] button"))
    [following, before] = [false, newest()?.dataset.messageId ?? ""];
}

for (const kind of ["click", "keydown"]) document.addEventListener(kind, acts, true);
for (const kind of ["wheel", "touchmove"])
  timeline.addEventListener(kind, () => { [following, before] = [false, null]; }, { passive: true });
const redraw = () => requestAnimationFrame(showNewest);
new MutationObserver(redraw).observe(timeline, { childList: true, subtree: true, characterData: true });
new ResizeObserver(redraw).observe(timeline);
for (const part of timeline.children) new ResizeObserver(redraw).observe(part);
