// Reads a price aloud while it is typed: "một trăm tám mươi lăm nghìn đồng", and what a kilogram or litre costs then.
// Without this file the next screen says both. The words are those of community/text/money.py; a test compares them.
const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const hundreds = (group, inside) => {
  const [hundred, ten, unit] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10];
  const words = hundred || inside ? [DIGITS[hundred], "trăm"] : [];
  if (ten === 0) return [...words, ...(words.length && unit ? ["linh"] : []), ...(unit ? [DIGITS[unit]] : [])];
  words.push(...(ten === 1 ? ["mười"] : [DIGITS[ten], "mươi"]));
  if (unit) words.push(unit === 1 && ten > 1 ? "mốt" : unit === 5 ? "lăm" : DIGITS[unit]);
  return words;
};
const aloud = (number) => {
  const words = [];
  for (const [size, name] of [[1e6, "triệu"], [1e3, "nghìn"], [1, ""]]) {
    const group = Math.floor(number / size) % 1000;
    if (group) words.push(...hundreds(group, words.length > 0), ...(name ? [name] : []));
  }
  return `${words.join(" ")} đồng`;
};
for (const told of document.querySelectorAll("[data-aloud]")) {
  const input = document.getElementById(told.dataset.aloud);
  const isVietnamese = document.documentElement.lang.startsWith("vi");
  const show = () => {
    const typed = input.value.trim().replace(/\s?₫$/, "");
    const isPrice = /^[0-9]{1,9}$/.test(typed) || /^[0-9]{1,3}([.\s][0-9]{3}){1,2}$/.test(typed);
    const price = isPrice ? Number(typed.replace(/[.\s]/g, "")) : 0;
    const [net, unit] = [Number(told.dataset.net), told.dataset.unit];
    const each = net && unit !== "piece" && net !== 1000 ? Math.floor((price * 1000 + Math.floor(net / 2)) / net) : 0;
    const lines = [isVietnamese ? aloud(price) : "", each ? `${each.toLocaleString("vi")} ₫/${unit === "g" ? "kg" : "l"}` : ""];
    told.textContent = lines.filter(Boolean).join(" · ");
    told.hidden = price === 0 || !told.textContent;
  };
  input.addEventListener("input", show);
  show();
}
