// The search box offers goods while one types. Without this it only searches.
(() => {
  const box = document.querySelector("form.search input[type=search]");
  if (!box || !box.dataset.offers) return;
  const list = document.createElement("div");
  list.className = "offers-box";
  list.hidden = true;
  box.form.append(list);
  const known = new Map();
  let timer;
  const show = (html) => { list.innerHTML = html; list.hidden = !html.trim(); };
  const ask = async () => {
    const words = box.value.trim();
    if (words.length < 2) return show("");
    if (!known.has(words)) {
      try {
        const answer = await fetch(`${box.dataset.offers}?part=1&q=${encodeURIComponent(words)}`);
        known.set(words, answer.ok ? await answer.text() : "");
      } catch { return; }
    }
    if (box.value.trim() === words) show(known.get(words));
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 200); });
  box.form.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { show(""); box.focus(); }
    if (event.key === "ArrowDown" && links.length) { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
    if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (links[at - 1] || box).focus(); }
  });
  box.form.addEventListener("focusout", ({ relatedTarget }) => { if (!box.form.contains(relatedTarget)) show(""); });
})();
