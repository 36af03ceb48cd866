// Small comforts of the shop's pages. Everything works without them.
(() => {
  // Filters stand open where there is room for them beside the goods.
  if (matchMedia("(min-width: 860px)").matches) {
    for (const box of document.querySelectorAll("[data-wide-open]")) box.open = true;
  }
  // A choice of province shows its fees at once.
  for (const select of document.querySelectorAll("select[data-submits]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
  // Copy buttons appear only where the browser can copy.
  if (navigator.clipboard) {
    const copies = (button, text) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text());
        const said = button.textContent;
        button.textContent = "✓";
        setTimeout(() => { button.textContent = said; }, 1500);
      });
    };
    for (const button of document.querySelectorAll("[data-copy]")) copies(button, () => button.dataset.copy);
    for (const button of document.querySelectorAll("[data-copy-address]")) {
      copies(button, () => location.origin + location.pathname);
    }
  }
  // Checkout: communes and fees of a province come without sending the page.
  const form = document.querySelector("form[data-places]");
  if (!form) return;
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  const province = form.elements.province;
  province.addEventListener("change", async () => {
    try {
      const answer = await fetch(`${form.dataset.places}?province=${encodeURIComponent(province.value)}`);
      if (!answer.ok) throw new Error(answer.status);
      const pieces = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ["o-xa", "o-tien"]) document.getElementById(id).replaceWith(pieces.getElementById(id));
    } catch {
      for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = false;
    }
  });
})();
