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

// "3" and "bao (50 kg)" read back as "3 × 50 kg = 150 kg".
for (const told of document.querySelectorAll("[data-read-spoken]")) {
  const input = document.getElementById(told.dataset.readSpoken);
  const language = document.documentElement.lang || "vi";
  const names = { g: "kg", ml: language === "en" ? "L" : "lít", piece: language === "en" ? "pcs" : "cái" };
  const show = () => {
    const unit = document.querySelector(`input[name="${told.dataset.units}"]:checked`);
    const plain = input.value.trim().replace(/\.(?=\d{3}(\D|$))/g, "").replace(",", ".");
    const number = /^\d+(\.\d{1,3})?$/.test(plain) ? Number(plain) : 0;
    const each = Number(unit?.dataset.each || 0), base = unit?.dataset.base || "g";
    const size = base === "piece" ? 1 : 1000;
    const said = amount => `${(amount / size).toLocaleString(language, { maximumFractionDigits: 3 })} ${names[base]}`;
    told.hidden = !number || !each || each === size;
    told.textContent = told.hidden ? "" : `${number.toLocaleString(language)} × ${said(each)} = ${said(number * each)}`;
  };
  input.addEventListener("input", show);
  document.addEventListener("change", show);
  show();
}
