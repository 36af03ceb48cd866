// Big buttons under number fields: digits, comma, rub out, − and +. Without this file the phone's own keys are there.
{
const words = document.documentElement.lang === "en"
  ? { less: "One less", more: "One more", back: "Rub out the last digit", pad: "Number keys" }
  : { less: "Bớt một", more: "Thêm một", back: "Xóa số cuối", pad: "Bàn phím số" };
const comma = document.documentElement.lang === "en" ? "." : ",";
let open = null;

const button = (text, label, press) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
};
const change = (input, value) => {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

for (const input of document.querySelectorAll("input.keypad, input.measure")) {
  const whole = input.inputMode === "numeric";
  const step = by => {
    const [head, tail] = input.value.split(",");
    const number = Math.max(0, (Number(head.replace(/[.\s]/g, "")) || 0) + by);
    change(input, tail === undefined ? String(number) : `${number},${tail}`);
  };
  const box = Object.assign(document.createElement("div"), { className: "steps" });
  input.before(box);
  box.append(button("−", words.less, () => step(-1)), input, button("+", words.more, () => step(1)));

  const pad = Object.assign(document.createElement("div"), { className: "pad-keys", hidden: true });
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", words.pad);
  for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", whole ? "000" : comma, "0", "⌫"]) {
    pad.append(button(key, key === "⌫" ? words.back : "", () => {
      if (key === "⌫") change(input, input.value.slice(0, -1));
      else if (input.value.length < 12 && !(key === comma && input.value.includes(comma))) change(input, input.value + key);
    }));
  }
  box.after(pad);
  if (!matchMedia("(pointer: coarse)").matches) continue;
  input.inputMode = "none";
  input.addEventListener("focus", () => {
    if (open && open !== pad) open.hidden = true;
    pad.hidden = false;
    open = pad;
    input.setSelectionRange(input.value.length, input.value.length);
  });
}
}
