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
  // Checkout: communes, fees and days of a place come without sending the page.
  const form = document.querySelector("form[data-places]");
  if (!form) return;
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  form.addEventListener("change", async ({ target }) => {
    const ways = [...form.querySelectorAll("[data-ways] input:checked")];
    if (target.name !== "province" && target.name !== "commune" && !ways.includes(target)) return;
    const asked = new URLSearchParams(ways.map((way) => [way.name, way.value]));
    asked.set("province", form.elements.province.value);
    if (target.name !== "province" && form.elements.commune) asked.set("commune", form.elements.commune.value);
    try {
      const answer = await fetch(`${form.dataset.places}?${asked}`);
      if (!answer.ok) throw new Error(answer.status);
      const pieces = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of target.name === "province" ? ["o-xa", "o-tien"] : ["o-tien"]) {
        document.getElementById(id).replaceWith(pieces.getElementById(id));
      }
    } catch {
      for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = false;
    }
  });
})();
