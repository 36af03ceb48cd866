// Adds − and + to number fields marked data-stepper. Without this file they stay ordinary number fields.
for (const box of document.querySelectorAll("[data-stepper]")) {
  const input = box.querySelector("input");
  const press = (label, sign, step) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => {
      if (step < 0) input.stepDown(); else input.stepUp();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  };
  input.before(press(box.dataset.less, "−", -1));
  input.after(press(box.dataset.more, "+", 1));
}
