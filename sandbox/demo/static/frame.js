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
