// Reads a typed number of packs back as a weight: "640 × 5 kg = 3.200 kg". Without this file the page says it after saving.
for (const told of document.querySelectorAll("[data-read-back]")) {
  const input = document.getElementById(told.dataset.readBack);
  const language = document.documentElement.lang || "vi";
  const larger = { g: "kg", ml: language === "en" ? "L" : "lít" };
  const show = () => {
    const plain = input.value.replace(/[.\s]/g, "");
    const packs = /^[0-9]{1,8}$/.test(plain) ? Number(plain) : 0;
    const total = packs * Number(told.dataset.each);
    const unit = told.dataset.unit;
    const isLarge = unit in larger && total >= 1000;
    const amount = (isLarge ? total / 1000 : total).toLocaleString(language, { maximumFractionDigits: 3 });
    const name = isLarge ? larger[unit] : unit === "piece" ? "" : unit;
    told.hidden = packs === 0;
    told.textContent = `${packs.toLocaleString(language)} × ${told.dataset.name} = ${amount} ${name}`;
  };
  input.addEventListener("input", show);
  show();
}
