/* Runs inside SimCord's page: links open beside it, in the page around it. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[href^='http']");
  if (!link || window.parent === window) return;
  event.preventDefault();
  window.parent.openLink(link.href);
}, true);
