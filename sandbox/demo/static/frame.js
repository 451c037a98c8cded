/* Runs inside SimCord's page: links open beside it, in the page around it. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[href^='http']");
  if (!link || window.parent === window) return;
  event.preventDefault();
  window.parent.openLink(link.href);
}, true);

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
const timeline = document.getElementById("channel-timeline");
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
